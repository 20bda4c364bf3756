// How a network answers many examples: what it says and how sure it is, what it confuses, and whether it is as sure as it is right.

import { largestAt } from "#engine/ensemble.js";

/** @import { Network } from "#engine/network.js" */
/** @import { Examples } from "#engine/step_price.js" */
/** @typedef {{ low: number, high: number, count: number, right: number, sure: number }} Range of answers about equally sure: how many, how many of them right, and how sure they are on average */

const SLICE = 50; // examples between two rests

// Yields now and then, so that a page can rest; gives the answers at the end.
/** @type {(network: Network, examples: Examples) => Generator<void, Answers, void>} */
export function* answering(network, examples) {
  const { count } = examples;
  const [said, sure] = [new Uint16Array(count), new Float32Array(count)];
  for (let place = 0; place < count; place++) {
    const outputs = network.forward(examples.inputs(place)).activations[network.last];
    said[place] = largestAt(outputs);
    sure[place] = outputs[said[place]];
    if (place % SLICE === SLICE - 1) yield;
  }
  const labels = Uint16Array.from({ length: count }, (_, place) => examples.wanted(place));
  return new Answers(labels, said, sure, network.sizes[network.last + 1]);
}

export class Answers {
  /** @param {ArrayLike<number>} labels @param {ArrayLike<number>} said @param {ArrayLike<number>} sure @param {number} classes */
  constructor(labels, said, sure, classes) {
    this.labels = labels;
    this.said = said;
    this.sure = sure;
    this.classes = classes;
    this.count = labels.length;
    // How often each class, a row, was answered by each, a column.
    this.matrix = Array.from({ length: classes }, () => new Array(classes).fill(0));
    for (let place = 0; place < this.count; place++) this.matrix[labels[place]][said[place]]++;
    this.right = this.matrix.reduce((sum, row, meant) => sum + row[meant], 0);
  }

  get wrong() {
    return this.count - this.right;
  }

  get accuracy() {
    return this.right / this.count;
  }

  // The examples of a cell, the surest answers first.
  /** @param {number} meant @param {number} said */
  cell(meant, said) {
    const places = [];
    for (let place = 0; place < this.count; place++) if (this.labels[place] === meant && this.said[place] === said) places.push(place);
    return places.sort((a, b) => this.sure[b] - this.sure[a]);
  }

  // What is most often taken for what; null if nothing is.
  get commonest() {
    let most = /** @type {{ meant: number, said: number, count: number } | null} */ (null);
    this.matrix.forEach((row, meant) => row.forEach((count, said) => {
      if (meant !== said && count > (most?.count ?? 0)) most = { meant, said, count };
    }));
    return most;
  }

  // Those that are about so sure: from low to high.
  /** @param {number} low @param {number} high @returns {Range} */
  between(low, high) {
    const found = { low, high, count: 0, right: 0, sure: 0 };
    for (let place = 0; place < this.count; place++) {
      if (this.sure[place] < low || (this.sure[place] >= high && high < 1)) continue;
      found.count++;
      found.sure += this.sure[place];
      found.right += Number(this.said[place] === this.labels[place]);
    }
    if (found.count) found.sure /= found.count;
    return found;
  }

  // Ranges of equal width, from the least sure to the surest.
  /** @param {number} count */
  ranges(count) {
    return Array.from({ length: count }, (_, place) => this.between(place / count, (place + 1) / count));
  }
}

// Where two nets differ: both right, one alone, both wrong; the places of each.
/** @type {(mine: Answers, other: Answers) => { both: number[], mine: number[], other: number[], neither: number[] }} */
export function compared(mine, other) {
  const found = { both: /** @type {number[]} */ ([]), mine: /** @type {number[]} */ ([]), other: /** @type {number[]} */ ([]), neither: /** @type {number[]} */ ([]) };
  for (let place = 0; place < mine.count; place++) {
    const [one, two] = [mine, other].map((answers) => answers.said[place] === answers.labels[place]);
    found[one ? (two ? "both" : "mine") : two ? "other" : "neither"].push(place);
  }
  return found;
}

// Among its class, from the most typical on: so far out stands an example that good nets read and weak ones do not. Of ten such
// digits nets that read 85, 92, 93 and 96 % of all read 2, 6, 7 and 10.
const HARD = 0.95;

// Twenty to compare two nets by, the same for everyone who has these data: of each class the first, and one that looks
// little like its class beside the others, by the distances to the mean pictures.
/** @type {(examples: Examples, classes: number) => number[]} */
export function twenty(examples, classes) {
  const means = meansOf(examples, classes);
  const members = means.map(() => /** @type {{ place: number, excess: number }[]} */ ([]));
  for (let place = 0; place < examples.count; place++) {
    const [inputs, wanted] = [examples.inputs(place), examples.wanted(place)];
    const far = means.map((mean) => distance(mean, inputs));
    members[wanted].push({ place, excess: far[wanted] - Math.min(...far.filter((_, k) => k !== wanted)) });
  }
  const some = members.filter((group) => group.length);
  const hard = some.map((group) => group.slice(1).sort((a, b) => a.excess - b.excess)[Math.floor(HARD * (group.length - 1))]);
  return [...some.map(([first]) => first), ...hard].filter((one) => one !== undefined).map(({ place }) => place);
}

/** @type {(a: Float64Array, b: Float64Array) => number} */
const distance = (a, b) => a.reduce((sum, value, at) => sum + (value - b[at]) ** 2, 0);

/** @type {(examples: Examples, classes: number) => Float64Array[]} */
function meansOf(examples, classes) {
  const width = examples.inputs(0).length;
  const sums = Array.from({ length: classes }, () => new Float64Array(width));
  const counts = new Array(classes).fill(0);
  for (let place = 0; place < examples.count; place++) {
    const [inputs, wanted] = [examples.inputs(place), examples.wanted(place)];
    counts[wanted]++;
    for (let at = 0; at < width; at++) sums[wanted][at] += inputs[at];
  }
  return sums.map((sum, k) => sum.map((value) => value / (counts[k] || 1)));
}

// How much a picture of weights is made of strokes: how alike pixels are that touch, from 0 for chance to 1. Pixels that
// are never lit weigh nothing.
/** @type {(weights: Float64Array, shape: number[]) => number} */
export function smoothness(weights, [height, width]) {
  let [together, alone] = [0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const value = weights[row * width + column];
      const [right, below] = [column + 1 < width ? weights[row * width + column + 1] : 0, row + 1 < height ? weights[(row + 1) * width + column] : 0];
      together += value * (right + below);
      alone += 2 * value * value;
    }
  }
  return alone ? Math.max(0, together / alone) : 0;
}
