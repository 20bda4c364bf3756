// A network that learns: forward and backward for a batch at once, in single precision. The same equations as in
// glassnet/network/network.py, with softmax and cross-entropy at its end; network.js looks at one example in double precision.

import { activationOf } from "#engine/activations.js";

/** @import { Examples } from "#engine/examples.js" */
/** @import { Trees } from "#engine/formulas.js" */
/** @import { Kernels } from "#engine/plain_kernels.js" */
/** @import { Store } from "#engine/store.js" */

const LANES = 4; // floats that are added up at once: a row of units is filled up to a multiple, with weights of zero

/**
 * @typedef {object} Layer addresses, and bytes from row to row
 * @property {number} inputs
 * @property {number} units
 * @property {number} stride
 * @property {number} weights
 * @property {number} biases
 * @property {number} sums z, a row for each example
 * @property {number} outputs a
 * @property {number} deltas δ
 */

export class BatchNetwork {
  /**
   * @param {Store} store
   * @param {Kernels} kernels
   * @param {{ sizes: number[], activation: string, formulas?: Trees, rows: number, longest: number }} form rows: examples in
   *   the largest batch; longest: entries in an example's list
   */
  constructor(store, kernels, { sizes, activation, formulas, rows, longest }) {
    this.store = store;
    this.kernels = kernels;
    this.sizes = sizes;
    this.activation = activation;
    this.bend = activationOf(activation, formulas);
    this.rows = rows;
    this.parameters = store.end;
    this.layers = this.laidOut();
    this.last = this.layers[this.layers.length - 1];
    this.weightCount = (this.layers[0].biases - this.parameters) / 4;
    this.count = (this.layers[0].sums - this.parameters) / 4;
    this.gradient = store.take(4 * this.count);
    this.chosen = store.take(4 * rows); // which examples
    this.moves = store.take(4 * rows);
    this.lists = store.take(8 * rows * longest);
    this.ends = store.take(4 * (sizes[0] + 2));
  }

  // All weights one after another, then all biases, so that what updates them sees one vector.
  /** @returns {Layer[]} */
  laidOut() {
    const { store, sizes, rows } = this;
    const shapes = sizes.slice(1).map((units, layer) => ({ inputs: sizes[layer], units, stride: 4 * LANES * Math.ceil(units / LANES) }));
    const weights = shapes.map(({ inputs, stride }) => store.take(inputs * stride));
    const biases = shapes.map(({ stride }) => store.take(stride));
    return shapes.map((shape, layer) => {
      const [sums, outputs, deltas] = [0, 1, 2].map(() => store.take(rows * shape.stride));
      return { ...shape, weights: weights[layer], biases: biases[layer], sums, outputs, deltas };
    });
  }

  // Where rows of units stand in the vector that Python has, and how long they are: weights, then biases.
  *rowsOfUnits() {
    for (const { weights, inputs, units, stride } of this.layers) {
      for (let input = 0; input < inputs; input++) yield { at: weights + input * stride, units };
    }
    for (const { biases, units } of this.layers) yield { at: biases, units };
  }

  // Parameters in Python's order, or another vector that is laid out as they are here.
  /** @param {ArrayLike<number>} flat */
  load(flat, vector = this.parameters) {
    const { floats } = this.store;
    const shift = (vector - this.parameters) / 4;
    let from = 0;
    for (const { at, units } of this.rowsOfUnits()) {
      for (let unit = 0; unit < units; unit++) floats[at / 4 + shift + unit] = flat[from++];
    }
  }

  // The same the other way.
  flat(vector = this.parameters) {
    const { floats } = this.store;
    const shift = (vector - this.parameters) / 4;
    const flat = new Float32Array(this.sizes.slice(1).reduce((count, units, layer) => count + (this.sizes[layer] + 1) * units, 0));
    let to = 0;
    for (const { at, units } of this.rowsOfUnits()) {
      for (let unit = 0; unit < units; unit++) flat[to++] = floats[at / 4 + shift + unit];
    }
    return flat;
  }

  // z = a W + b, a = f(z), for the n examples that stand at `chosen`.
  /** @param {Examples} examples @param {number} n */
  forward(examples, n) {
    const { kernels, layers } = this;
    layers.forEach((layer, number) => {
      const { sums, weights, biases, stride, inputs } = layer;
      if (number) {
        const before = layers[number - 1];
        kernels.forward(sums, weights, biases, stride, n, before.outputs, before.stride, inputs);
      } else {
        kernels.sparseForward(sums, weights, biases, stride, n, this.chosen, this.moves, examples.starts, examples.places, examples.values);
      }
      if (layer !== this.last) this.activate(layer, n);
    });
  }

  /** @param {Layer} layer @param {number} n */
  activate({ sums, outputs, stride }, n) {
    const count = (n * stride) / 4;
    if (this.activation === "relu") return this.kernels.relu(outputs, sums, count);
    const { floats } = this.store;
    const { value } = this.bend;
    for (let k = 0; k < count; k++) floats[outputs / 4 + k] = value(floats[sums / 4 + k]);
  }

  // Softmax and its cross-entropy: the loss, how many are right, and δ = (p − y) / n.
  /** @param {Uint8Array} labels of all examples @param {number} n */
  judge(labels, n) {
    const { floats, integers } = this.store;
    const { sums, outputs, deltas, units, stride } = this.last;
    let [loss, right] = [0, 0];
    for (let row = 0; row < n; row++) {
      const [z, p, delta] = [sums, outputs, deltas].map((start) => (start + row * stride) / 4);
      const label = labels[integers[this.chosen / 4 + row]];
      const said = largest(floats, z, units);
      const top = floats[z + said];
      let whole = 0;
      for (let unit = 0; unit < units; unit++) whole += floats[p + unit] = Math.exp(floats[z + unit] - top);
      for (let unit = 0; unit < units; unit++) {
        floats[p + unit] /= whole;
        floats[delta + unit] = (floats[p + unit] - Number(unit === label)) / n;
      }
      loss += Math.log(whole) + top - floats[z + label];
      right += Number(said === label);
    }
    return { loss: loss / n, right };
  }

  // From δ of the outputs to the gradient of all parameters.
  /** @param {Examples} examples @param {number} n */
  backward(examples, n) {
    const { kernels, layers, gradient, parameters } = this;
    const to = gradient - parameters;
    for (let number = layers.length - 1; number >= 0; number--) {
      const { weights, biases, deltas, stride, inputs } = layers[number];
      if (number) {
        const before = layers[number - 1];
        kernels.gradient(to + weights, deltas, stride, n, before.outputs, before.stride, inputs);
        kernels.backward(before.deltas, deltas, weights, stride, n, before.stride, inputs);
        this.throughActivation(before, n);
      } else {
        const { lists, ends, chosen, moves } = this;
        kernels.sortByPlace(lists, ends, stride, inputs, n, chosen, moves, examples.starts, examples.places, examples.values);
        kernels.sparseGradient(to + weights, deltas, stride, inputs, lists, ends);
      }
      kernels.sums(to + biases, deltas, stride, n);
    }
  }

  /** @param {Layer} layer @param {number} n */
  throughActivation({ sums, outputs, deltas, stride }, n) {
    const count = (n * stride) / 4;
    if (this.activation === "relu") return this.kernels.reluSlope(deltas, sums, count);
    const { floats } = this.store;
    const { slope } = this.bend;
    for (let k = 0; k < count; k++) floats[deltas / 4 + k] *= slope(floats[sums / 4 + k], floats[outputs / 4 + k]);
  }
}

/** @type {(floats: Float32Array, at: number, count: number) => number} */
function largest(floats, at, count) {
  let best = 0;
  for (let k = 1; k < count; k++) if (floats[at + k] > floats[at + best]) best = k;
  return best;
}
