// How a network answers many examples: what it says and how sure it is, what it confuses, and whether it is as sure as it is right.

/** @import { Network } from "#engine/network.js" */
/** @typedef {{ inputs: (place: number, into: Float64Array) => void, labels: ArrayLike<number>, width: number }} Examples */
/** @typedef {{ low: number, high: number, count: number, right: number, sure: number }} Bin of answers about equally sure: how many, how many of them right, and how sure they are on average */

const SLICE = 50; // examples between two rests

// Pictures of one byte a pixel.
/** @type {(pixels: Uint8Array, labels: ArrayLike<number>, width: number) => Examples} */
export const pictures = (pixels, labels, width) => ({
  labels,
  width,
  inputs(place, into) {
    for (let pixel = 0, from = place * width; pixel < width; pixel++) into[pixel] = pixels[from + pixel] / 255;
  },
});

// Yields now and then, so that a page can rest; gives the answers at the end.
/** @type {(network: Network, examples: Examples) => Generator<number, Answers, void>} */
export function* answering(network, examples) {
  const count = examples.labels.length;
  const [said, sure] = [new Uint16Array(count), new Float32Array(count)];
  const inputs = new Float64Array(examples.width);
  for (let place = 0; place < count; place++) {
    examples.inputs(place, inputs);
    const outputs = network.forward(inputs).activations[network.last];
    const best = outputs.reduce((most, value, k) => (value > outputs[most] ? k : most), 0);
    said[place] = best;
    sure[place] = outputs[best];
    if (place % SLICE === SLICE - 1) yield (place + 1) / count;
  }
  return new Answers(examples.labels, said, sure, network.sizes[network.last + 1]);
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
    this.right = this.matrix.reduce((sum, row, truth) => sum + row[truth], 0);
  }

  get wrong() {
    return this.count - this.right;
  }

  get accuracy() {
    return this.right / this.count;
  }

  // The examples of a cell, the surest answers first.
  /** @param {number} truth @param {number} said */
  cell(truth, said) {
    const places = [];
    for (let place = 0; place < this.count; place++) if (this.labels[place] === truth && this.said[place] === said) places.push(place);
    return places.sort((a, b) => this.sure[b] - this.sure[a]);
  }

  // What is most often taken for what; null if nothing is.
  get commonest() {
    let most = /** @type {{ truth: number, said: number, count: number } | null} */ (null);
    this.matrix.forEach((row, truth) => row.forEach((count, said) => {
      if (truth !== said && count > (most?.count ?? 0)) most = { truth, said, count };
    }));
    return most;
  }

  // Answers in ranges of equal width, from the least sure to the surest.
  /** @param {number} count of ranges @returns {Bin[]} */
  bins(count) {
    const bins = Array.from({ length: count }, (_, bin) => ({ low: bin / count, high: (bin + 1) / count, count: 0, right: 0, sure: 0 }));
    for (let place = 0; place < this.count; place++) {
      const bin = bins[Math.min(count - 1, Math.floor(this.sure[place] * count))];
      bin.count++;
      bin.sure += this.sure[place];
      bin.right += Number(this.said[place] === this.labels[place]);
    }
    for (const bin of bins) if (bin.count) bin.sure /= bin.count;
    return bins;
  }
}

// Where two nets differ: both right, one alone, both wrong.
/** @type {(mine: Answers, other: Answers, places?: Iterable<number>) => { both: number, mine: number, other: number, neither: number }} */
export function compared(mine, other, places = mine.said.length ? Array.from({ length: mine.count }, (_, place) => place) : []) {
  const found = { both: 0, mine: 0, other: 0, neither: 0 };
  for (const place of places) {
    const [one, two] = [mine, other].map((answers) => answers.said[place] === answers.labels[place]);
    found[one ? (two ? "both" : "mine") : two ? "other" : "neither"]++;
  }
  return found;
}

// Twenty to compare two nets by, the same for everyone who has these data: of each class the first, and the one that
// looks least like its class beside the others, by the distances to the mean pictures.
/** @type {(examples: Examples, classes: number) => number[]} */
export function twenty(examples, classes) {
  const means = meansOf(examples, classes);
  const chosen = Array.from({ length: classes }, () => ({ first: -1, hard: -1, most: -Infinity }));
  const inputs = new Float64Array(examples.width);
  for (let place = 0; place < examples.labels.length; place++) {
    const choice = chosen[examples.labels[place]];
    if (choice.first < 0) {
      choice.first = place;
      continue;
    }
    examples.inputs(place, inputs);
    const far = means.map((mean) => mean.reduce((sum, value, pixel) => sum + (inputs[pixel] - value) ** 2, 0));
    const own = far[examples.labels[place]];
    const excess = own - Math.min(...far.filter((_, k) => k !== examples.labels[place]));
    if (excess > choice.most) Object.assign(choice, { hard: place, most: excess });
  }
  return [...chosen.map(({ first }) => first), ...chosen.map(({ hard }) => hard)].filter((place) => place >= 0);
}

/** @type {(examples: Examples, classes: number) => Float64Array[]} */
function meansOf({ inputs, labels, width }, classes) {
  const sums = Array.from({ length: classes }, () => new Float64Array(width));
  const counts = new Array(classes).fill(0);
  const values = new Float64Array(width);
  for (let place = 0; place < labels.length; place++) {
    inputs(place, values);
    const sum = sums[labels[place]];
    counts[labels[place]]++;
    for (let pixel = 0; pixel < width; pixel++) sum[pixel] += values[pixel];
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
