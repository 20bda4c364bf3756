// One weight by itself: the loss of an example as that weight alone moves, and the slope of this curve, its gradient.

/** @import { Network, Trace } from "#engine/network.js" */
/** @typedef {[layer: number, source: number, unit: number]} Place from a source to a unit of a layer */

const WIDEST = 16; // times as far as one looks at first, to either side
const SEEN = 0.6; // by so much the loss shall change on the way there, where it can

export class MovedWeight {
  /** @param {Network} network @param {Trace} trace @param {Place} place */
  constructor(network, trace, place) {
    const [layer, source, unit] = place;
    this.network = network;
    this.trace = trace;
    this.place = place;
    this.now = network.weight(layer, source, unit);
    this.input = network.valuesInto(trace, layer)[source];
    this.before = { inputs: trace.inputs, sums: trace.sums.slice(0, layer), activations: trace.activations.slice(0, layer) };
  }

  // The example with the weight at another value. Its sum moves by the input times the way; all later values follow.
  /** @param {number} value @returns {Trace} */
  at(value) {
    const [layer, , unit] = this.place;
    const sums = this.trace.sums[layer].with(unit, this.trace.sums[layer][unit] + (value - this.now) * this.input);
    return this.network.backward(this.network.onward(this.before, sums), this.trace.targets);
  }

  /** @param {number} value */
  loss(value) {
    return this.at(value).loss;
  }

  // ∂ℓ/∂w, what comes in times δ.
  /** @param {number} value */
  slope(value) {
    const [layer, , unit] = this.place;
    return this.input * this.at(value).deltas[layer][unit];
  }

  // How far to look to either side: as far as the loss visibly changes, at least 1, of large weights half of themselves.
  reach() {
    /** @type {(span: number) => boolean} */
    const changes = (span) => [-span, span].some((by) => !(Math.abs(this.loss(this.now + by) - this.trace.loss) < SEEN)); // also where it is infinite
    const least = Math.max(1, Math.abs(this.now) / 2);
    let span = least;
    while (span < WIDEST * least && !changes(span)) span *= 2;
    return changes(span) ? span : least;
  }
}

// The weight into a unit that the next step moves most.
/** @type {(network: Network, trace: Trace, layer: number, unit: number) => Place} */
export function steepest(network, trace, layer, unit) {
  const values = network.valuesInto(trace, layer);
  const source = values.reduce((most, value, j) => (Math.abs(value) > Math.abs(values[most]) ? j : most), 0); // δ is the same for all
  return [layer, source, unit];
}
