// The network in double precision: forward, backward, one step. The same equations as in glassnet/network.

import { functions, named, total } from "#engine/formulas.js";

/** @import { Trees } from "#engine/formulas.js" */
/**
 * @typedef {object} Form what Python says of a network
 * @property {number[]} sizes
 * @property {string[]} activations
 * @property {string} output
 * @property {string} loss
 * @property {{ activations: { [name: string]: Trees }, output: Trees, loss: Trees & { fromLogits: boolean } }} formulas
 */
/** @typedef {{ inputs: Float64Array, sums: Float64Array[], activations: Float64Array[] }} ForwardTrace */
/** @typedef {ForwardTrace & { targets: Float64Array, loss: number, deltas: Float64Array[] }} Trace */

export class Network {
  // One parameter vector: all weights first, a row for each input of a layer, then all biases.
  /** @param {Form} form @param {Float64Array} parameters */
  constructor(form, parameters) {
    const { sizes, activations, output, loss, formulas } = form;
    this.form = form;
    this.sizes = sizes;
    this.activations = activations;
    this.output = output;
    this.lossName = loss;
    this.parameters = parameters;
    this.hidden = activations.map((name) => functions(formulas.activations[name]));
    this.end = { ...functions(formulas.output), whole: named(formulas.output.slope, "g") };
    this.loss = { ...functions(formulas.loss), fromLogits: formulas.loss.fromLogits };
    let start = 0;
    this.weightStarts = sizes.slice(1).map((units, layer) => (start += sizes[layer] * units) - sizes[layer] * units);
    this.biasStarts = sizes.slice(1).map((units) => (start += units) - units);
    this.last = sizes.length - 2;
    /** @type {Set<number>[]} */
    this.off = sizes.slice(1).map(() => new Set()); // hidden units that are switched off, layer by layer
  }

  /** @param {number} layer @param {number} source @param {number} unit */
  weight(layer, source, unit) {
    return this.parameters[this.weightStarts[layer] + source * this.sizes[layer + 1] + unit];
  }

  /** @param {number} layer @param {number} unit */
  bias(layer, unit) {
    return this.parameters[this.biasStarts[layer] + unit];
  }

  // What a unit weighs, one weight for each of its inputs.
  /** @param {number} layer @param {number} unit */
  weightsInto(layer, unit) {
    return Float64Array.from({ length: this.sizes[layer] }, (_, source) => this.weight(layer, source, unit));
  }

  // z = a W + b, a = f(z), layer by layer.
  /** @param {Float64Array} inputs @returns {ForwardTrace} */
  forward(inputs) {
    return this.onward({ inputs, sums: [], activations: [] }, this.weighted(0, inputs));
  }

  // From the sums of the layer after those that a trace holds, to the outputs or just to the last sums.
  /** @param {ForwardTrace} before @param {Float64Array} sums @returns {ForwardTrace} */
  onward(before, sums, outputs = true) {
    const trace = { inputs: before.inputs, sums: [...before.sums, sums], activations: [...before.activations] };
    for (let layer = before.sums.length; layer <= (outputs ? this.last : this.last - 1); layer++) {
      const made = asRow((this.hidden[layer] ?? this.end).value({ z: trace.sums[layer] })).slice(); // of the identity, z itself
      for (const unit of this.off[layer]) made[unit] = 0;
      trace.activations.push(made);
      if (layer < this.last) trace.sums.push(this.weighted(layer + 1, made));
    }
    return trace;
  }

  /** @param {number} layer @param {Float64Array} values */
  weighted(layer, values) {
    const units = this.sizes[layer + 1];
    const { parameters } = this;
    const sums = parameters.slice(this.biasStarts[layer], this.biasStarts[layer] + units);
    let row = this.weightStarts[layer];
    for (let source = 0; source < values.length; source++, row += units) {
      const value = values[source];
      if (value !== 0) for (let unit = 0; unit < units; unit++) sums[unit] += value * parameters[row + unit];
    }
    return sums;
  }

  /** @param {ForwardTrace} trace @param {Float64Array} targets */
  measure(trace, targets) {
    return Number(this.loss.value(this.ends(trace, targets)));
  }

  // What formulas of a loss are of: z, a, the targets by either letter, and how many outputs there are.
  /** @param {ForwardTrace} trace @param {Float64Array} targets */
  ends(trace, targets) {
    const [z, a] = [trace.sums[this.last], trace.activations[this.last]];
    return { z, a, t: targets, y: targets, K: a.length };
  }

  // Also the loss and the delta of each layer, the last one first: δ before = (δ Wᵀ) f'(z).
  /** @param {ForwardTrace} trace @param {Float64Array} targets @returns {Trace} */
  backward(trace, targets) {
    const deltas = this.propagate(trace, this.outputDelta(trace, targets));
    return { ...trace, targets, loss: this.measure(trace, targets), deltas };
  }

  /** @param {ForwardTrace} trace @param {Float64Array} outputDelta */
  propagate(trace, outputDelta) {
    /** @type {Float64Array[]} */
    const deltas = new Array(this.last + 1);
    deltas[this.last] = outputDelta;
    for (let layer = this.last; layer > 0; layer--) {
      const after = deltas[layer];
      deltas[layer - 1] = trace.sums[layer - 1].map((_, unit) => {
        const arriving = total(after, (delta, k) => delta * this.weight(layer, unit, k));
        return arriving * this.slope(trace, layer - 1, unit);
      });
    }
    return deltas;
  }

  // How an output's logit follows each input.
  /** @param {ForwardTrace} trace @param {number} output */
  logitGradient(trace, output) {
    const [first] = this.propagate(trace, trace.sums[this.last].map((_, k) => (k === output ? 1 : 0)));
    return trace.inputs.map((_, j) => total(first, (delta, k) => delta * this.weight(0, j, k)));
  }

  /** @param {ForwardTrace} trace @param {number} layer @param {number} unit */
  slope(trace, layer, unit) {
    if (this.off[layer].has(unit)) return 0;
    return Number(this.hidden[layer].slope({ z: trace.sums[layer][unit], a: trace.activations[layer][unit] }));
  }

  /** @param {ForwardTrace} trace @param {Float64Array} targets */
  outputDelta(trace, targets) {
    const ends = this.ends(trace, targets);
    const { z, a } = ends;
    const g = asRow(this.loss.slope(ends));
    if (this.loss.fromLogits) return g;
    const slope = this.end.slope({ z, a, g });
    if (this.end.whole) return asRow(slope);
    return g.map((value, k) => value * (typeof slope === "number" ? slope : slope[k]));
  }

  /** @param {ForwardTrace} trace @param {number} layer */
  valuesInto(trace, layer) {
    return layer ? trace.activations[layer - 1] : trace.inputs;
  }

  // ∂ℓ/∂θ: of a weight what comes in times the delta, of a bias the delta.
  /** @param {Trace} trace */
  gradient(trace) {
    const gradient = new Float64Array(this.parameters.length);
    for (let layer = 0; layer <= this.last; layer++) {
      const deltas = trace.deltas[layer];
      this.valuesInto(trace, layer).forEach((value, source) => {
        const row = this.weightStarts[layer] + source * deltas.length;
        if (value !== 0) deltas.forEach((delta, unit) => (gradient[row + unit] = value * delta));
      });
      gradient.set(deltas, this.biasStarts[layer]);
    }
    return gradient;
  }

  // θ ← θ − η ∂ℓ/∂θ, on a copy.
  /** @param {Trace} trace @param {number} rate */
  stepped(trace, rate) {
    const gradient = this.gradient(trace);
    return this.with(this.parameters.map((value, place) => value - rate * gradient[place]));
  }

  // The same network with other parameters; what is switched off stays so.
  /** @param {Float64Array} parameters */
  with(parameters) {
    return Object.assign(new Network(this.form, parameters), { off: this.off });
  }
}

/** @type {(value: number | Float64Array) => Float64Array} */
const asRow = (value) => (typeof value === "number" ? Float64Array.of(value) : value);

/** @typedef {{ source: number, value: number, weight: number, product: number }} Term */

// The terms of a sum, the largest first, and what the others add up to.
/** @param {Float64Array} values @param {Float64Array} weights @param {number} most */
export function takeApart(values, weights, most) {
  const products = values.map((value, source) => value * weights[source]);
  const order = [...products.keys()].sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
  const terms = order
    .filter((source) => products[source] !== 0)
    .slice(0, most)
    .map((source) => ({ source, value: values[source], weight: weights[source], product: products[source] }));
  const sum = total(products, (product) => product);
  const rest = sum - terms.reduce((part, { product }) => part + product, 0);
  return { terms, products, rest, others: values.length - terms.length, sum };
}
