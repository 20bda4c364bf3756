// What one step on one example costs the others. The step changes the first layer's weights by −η x δ, so that another
// example's sums move by the ink that the two share: z' = z − η (x · x' + 1) δ. Its sums and that product are computed once.

import { largestAt } from "#engine/ensemble.js";

/** @import { Network, Trace } from "#engine/network.js" */
/**
 * @typedef {object} Examples that the network was not trained on
 * @property {number} count
 * @property {(place: number) => Float64Array} inputs as they go into the network
 * @property {(place: number) => number} wanted its class, or the number as the network should give it
 */
/**
 * @typedef {object} Price
 * @property {number} count of the others, without the example itself
 * @property {number} before how many were right; of numbers, the mean squared error
 * @property {number} after
 * @property {number} won by the step
 * @property {number} lost
 */

export const RATES = Array.from({ length: 41 }, (_, place) => Number((10 ** (-3 + place / 10)).toPrecision(2))); // 0.001 to 10

/** @typedef {{ sums: Float64Array, shared: number, wanted: number, before: number }} Other shared: x · x' + 1 */

const SLICE = 64; // examples before whoever asked may do something else

export class StepPrice {
  /** @param {Network} network @param {Trace} trace @param {Examples} examples */
  constructor(network, trace, examples) {
    this.network = network;
    this.trace = trace;
    this.examples = examples;
    this.classes = network.sizes[network.last + 1] > 1;
    this.seen = 0; // of the examples
    this.others = /** @type {Other[]} */ ([]);
    this.known = /** @type {Map<number, Price>} by rate */ (new Map());
  }

  // In slices, so that a page may pause between them. The example itself may be among them: it is no other.
  *prepare() {
    const { network, trace, examples } = this;
    const lit = [...trace.inputs.keys()].filter((place) => trace.inputs[place] !== 0);
    for (; this.seen < examples.count; this.seen++) {
      if (this.seen % SLICE === SLICE - 1) yield;
      const inputs = examples.inputs(this.seen);
      if (inputs.every((value, place) => value === trace.inputs[place])) continue;
      const other = { sums: network.weighted(0, inputs), shared: lit.reduce((sum, at) => sum + trace.inputs[at] * inputs[at], 1), wanted: examples.wanted(this.seen), before: 0 };
      this.others.push({ ...other, before: this.judged(network, other.sums, other.wanted) });
    }
  }

  // 1 where it is right, or its squared error.
  /** @param {Network} network @param {Float64Array} sums @param {number} wanted */
  judged(network, sums, wanted) {
    const trace = network.onward({ inputs: sums, sums: [], activations: [] }, sums, !this.classes);
    if (this.classes) return Number(largestAt(trace.sums[network.last]) === wanted); // whose sum is largest has the largest output
    return (trace.activations[network.last][0] - wanted) ** 2;
  }

  // Also in slices; what it returns is kept.
  /** @param {number} rate @returns {Generator<void, Price>} */
  *at(rate) {
    const known = this.known.get(rate);
    if (known) return known;
    yield* this.prepare();
    const stepped = this.network.stepped(this.trace, rate);
    const [delta] = this.trace.deltas;
    const after = new Float64Array(this.others.length);
    for (let place = 0; place < after.length; place++) {
      const { sums, shared, wanted } = this.others[place];
      after[place] = this.judged(stepped, sums.map((sum, unit) => sum - rate * shared * delta[unit]), wanted);
      if (place % SLICE === SLICE - 1) yield;
    }
    const price = this.summed(after);
    this.known.set(rate, price);
    return price;
  }

  /** @param {Float64Array} after @returns {Price} */
  summed(after) {
    const before = this.others.map((other) => other.before);
    const [sumBefore, sumAfter] = [before.reduce(add, 0), after.reduce(add, 0)];
    const count = after.length;
    if (!this.classes) return { count, before: sumBefore / count, after: sumAfter / count, won: 0, lost: 0 };
    const won = after.reduce((sum, right, place) => sum + Number(right > before[place]), 0);
    return { count, before: sumBefore, after: sumAfter, won, lost: won + sumBefore - sumAfter };
  }
}

/** @type {(sum: number, value: number) => number} */
const add = (sum, value) => sum + value;
