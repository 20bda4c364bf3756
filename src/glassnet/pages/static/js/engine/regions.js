// What a network of two inputs answers everywhere on the plane, and what each of its neurons is there: computed for a whole
// grid at a time, neuron by neuron.

import { activationOf } from "#engine/activations.js";
import { REACH } from "#engine/point_sets.js";

/** @import { Point } from "#engine/point_sets.js" */
/** @typedef {{ sizes: number[], activation: string, parameters: ArrayLike<number> }} Net of two inputs, its answers by softmax */
/** @typedef {{ side: number, said: Uint8Array, sure: Float32Array, neurons: Float32Array[][] }} Regions row by row from the upper left; sure: 0 where guessing, 1 where certain */

// Layer by layer for many places at once: activations of the hidden neurons, then logits.
/** @type {(net: Net, inputs: Float32Array[]) => Float32Array[][]} */
function layersOf({ sizes, activation, parameters }, inputs) {
  const { value } = activationOf(activation);
  const weightCount = sizes.slice(1).reduce((sum, units, layer) => sum + units * sizes[layer], 0);
  let [weights, biases] = [0, weightCount];
  let before = inputs;
  return sizes.slice(1).map((units, layer) => {
    const last = layer === sizes.length - 2;
    const after = Array.from({ length: units }, (_, unit) => {
      const sums = new Float32Array(inputs[0].length).fill(parameters[biases + unit]);
      before.forEach((values, source) => {
        const weight = parameters[weights + source * units + unit];
        for (let place = 0; place < sums.length; place++) sums[place] += weight * values[place];
      });
      if (!last) for (let place = 0; place < sums.length; place++) sums[place] = value(sums[place]);
      return sums;
    });
    weights += units * sizes[layer];
    biases += units;
    before = after;
    return after;
  });
}

/** @type {(net: Net, side: number) => Regions} */
export function regionsOf(net, side) {
  const step = (2 * REACH) / side;
  const x = Float32Array.from({ length: side * side }, (_, place) => -REACH + step * ((place % side) + 0.5));
  const y = Float32Array.from({ length: side * side }, (_, place) => REACH - step * (Math.floor(place / side) + 0.5));
  const layers = layersOf(net, [x, y]);
  const logits = layers[layers.length - 1];
  const said = new Uint8Array(side * side);
  const sure = new Float32Array(side * side);
  for (let place = 0; place < said.length; place++) {
    const answer = answerOf(logits, place);
    said[place] = answer.said;
    sure[place] = answer.sure;
  }
  return { side, said, sure, neurons: layers.slice(0, -1) };
}

/** @type {(logits: Float32Array[], place: number) => { said: number, sure: number }} */
function answerOf(logits, place) {
  let said = 0;
  for (let k = 1; k < logits.length; k++) if (logits[k][place] > logits[said][place]) said = k;
  let sum = 0;
  for (let k = 0; k < logits.length; k++) sum += Math.exp(logits[k][place] - logits[said][place]);
  const guess = 1 / logits.length;
  return { said, sure: (1 / sum - guess) / (1 - guess) };
}

// What it says of each point.
/** @type {(net: Net, points: Point[]) => Uint8Array} */
export function answersAt(net, points) {
  if (!points.length) return new Uint8Array(0);
  const layers = layersOf(net, [Float32Array.from(points, ({ x }) => x), Float32Array.from(points, ({ y }) => y)]);
  return Uint8Array.from(points, (_, place) => answerOf(layers[layers.length - 1], place).said);
}

// The class that a neuron of the last hidden layer raises most.
/** @type {(net: Net, unit: number) => number} */
export function raisedBy({ sizes, parameters }, unit) {
  const classes = sizes[sizes.length - 1];
  const start = sizes.slice(1, -1).reduce((sum, units, layer) => sum + units * sizes[layer], 0) + unit * classes;
  const weights = Array.from({ length: classes }, (_, k) => parameters[start + k]);
  return weights.indexOf(Math.max(...weights));
}

/** @typedef {[number, number]} Place on the grid, 0..side both ways */

// Lines where two regions meet, as pairs of places: between neighbors of different answers as far from each as it is sure.
/** @type {(regions: Pick<Regions, "side" | "said" | "sure">) => [Place, Place][]} */
export function borders({ side, said, sure }) {
  /** @type {[Place, Place][]} */
  const found = [];
  /** @type {(one: number, other: number) => Place[]} */
  const crossing = (one, other) => {
    if (said[one] === said[other]) return [];
    const part = sure[one] / (sure[one] + sure[other] || 1);
    const at = (/** @type {(place: number) => number} */ of) => of(one) + part * (of(other) - of(one)) + 0.5;
    return [[at((place) => place % side), at((place) => Math.floor(place / side))]];
  };
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const place = row * side + column;
      const meets = [...crossing(place, place + 1), ...crossing(place + 1, place + side + 1), ...crossing(place + side + 1, place + side), ...crossing(place + side, place)];
      if (meets.length === 2) found.push([meets[0], meets[1]]);
      else if (meets.length > 2) for (const meet of meets) found.push([meet, middleOf(meets)]);
    }
  }
  return found;
}

/** @type {(places: Place[]) => Place} */
const middleOf = (places) => /** @type {Place} */ ([0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length));
