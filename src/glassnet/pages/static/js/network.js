// The network in double precision: forward, backward, one step. The same equations as in glassnet/network.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const CUBIC = 0.044715;
const SCALE = Math.sqrt(2 / Math.PI);
const bend = (z) => Math.tanh(SCALE * (z + CUBIC * z * z * z));

export const ACTIVATIONS = {
  identity: { f: (z) => z, slope: () => 1 },
  sigmoid: { f: sigmoid, slope: (z, a) => a * (1 - a) },
  tanh: { f: Math.tanh, slope: (z, a) => 1 - a * a },
  relu: { f: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0) },
  leaky_relu: { f: (z) => Math.max(z, 0.01 * z), slope: (z) => (z > 0 ? 1 : 0.01) },
  elu: { f: (z) => Math.max(0, z) + Math.expm1(Math.min(0, z)), slope: (z) => Math.exp(Math.min(0, z)) },
  gelu: {
    f: (z) => (z * (1 + bend(z))) / 2,
    slope: (z) => (1 + bend(z)) / 2 + (z * (1 - bend(z) ** 2) * SCALE * (1 + 3 * CUBIC * z * z)) / 2,
  },
  silu: { f: (z) => z * sigmoid(z), slope: (z, a) => sigmoid(z) + a * (1 - sigmoid(z)) },
};

const OUTPUTS = {
  softmax(z) {
    const largest = Math.max(...z);
    const powers = z.map((value) => Math.exp(value - largest));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  },
  sigmoid: (z) => z.map(sigmoid),
  identity: (z) => z.slice(),
  exponential: (z) => z.map(Math.exp),
};

// Each loss, and its derivative by the logits where the two cancel (ofLogits), else by the outputs.
const total = (values, term) => values.reduce((sum, value, k) => sum + term(value, k), 0);
const differences = (z, a, t) => a.map((value, k) => value - t[k]);
const mean = (f, derivative) => ({
  loss: (z, a, t) => total(a, (value, k) => f(value - t[k])) / a.length,
  gradient: (z, a, t) => a.map((value, k) => derivative(value - t[k]) / a.length),
});
const clipped = (e) => Math.max(-1, Math.min(1, e));

const LOSSES = {
  cross_entropy: {
    ofLogits: true,
    loss(z, a, t) {
      const largest = Math.max(...z);
      return Math.log(total(z, (value) => Math.exp(value - largest))) + largest - total(z, (value, k) => t[k] * value);
    },
    gradient: differences,
  },
  binary_cross_entropy: {
    ofLogits: true,
    loss: (z, a, t) => total(z, (value, k) => Math.max(0, value) - t[k] * value + Math.log1p(Math.exp(-Math.abs(value)))),
    gradient: differences,
  },
  poisson: {
    ofLogits: true,
    loss: (z, a, t) => total(a, (value, k) => value - t[k] * z[k] + (t[k] > 0 ? t[k] * Math.log(t[k]) : 0) - t[k]),
    gradient: differences,
  },
  half_squared_error: { loss: (z, a, t) => total(a, (value, k) => (value - t[k]) ** 2) / 2, gradient: differences },
  mse: mean((e) => e * e, (e) => 2 * e),
  mae: mean(Math.abs, Math.sign),
  huber: mean((e) => Math.min(Math.abs(e), 1) * (Math.abs(e) - Math.min(Math.abs(e), 1) / 2), clipped),
};

function lossNamed(name) {
  if (LOSSES[name]) return LOSSES[name];
  const q = Number(name.replace("quantile_", ""));
  return mean((e) => Math.max((1 - q) * e, -q * e), (e) => Math.sign(e) / 2 + 1 / 2 - q);
}

export class Network {
  // One parameter vector: all weights first, a row for each input of a layer, then all biases.
  constructor({ sizes, activations, output, loss }, parameters) {
    Object.assign(this, { sizes, activations, output, lossName: loss, parameters, loss: lossNamed(loss) });
    let start = 0;
    this.weightStarts = sizes.slice(1).map((units, layer) => (start += sizes[layer] * units) - sizes[layer] * units);
    this.biasStarts = sizes.slice(1).map((units) => (start += units) - units);
    this.last = sizes.length - 2;
    this.off = sizes.slice(1).map(() => new Set()); // hidden units that are switched off, layer by layer
  }

  weight(layer, source, unit) {
    return this.parameters[this.weightStarts[layer] + source * this.sizes[layer + 1] + unit];
  }

  bias(layer, unit) {
    return this.parameters[this.biasStarts[layer] + unit];
  }

  // What a unit weighs, one weight for each of its inputs.
  weightsInto(layer, unit) {
    return Float64Array.from({ length: this.sizes[layer] }, (_, source) => this.weight(layer, source, unit));
  }

  // z = x W + b, a = f(z), layer by layer.
  forward(inputs) {
    const trace = { inputs, sums: [], activations: [] };
    let values = inputs;
    for (let layer = 0; layer <= this.last; layer++) {
      const sums = this.weighted(layer, values);
      const made = layer < this.last ? sums.map(ACTIVATIONS[this.activations[layer]].f) : OUTPUTS[this.output](sums);
      for (const unit of this.off[layer]) made[unit] = 0;
      trace.sums.push(sums);
      trace.activations.push(made);
      values = made;
    }
    return trace;
  }

  weighted(layer, values) {
    const units = this.sizes[layer + 1];
    const sums = Float64Array.from({ length: units }, (_, unit) => this.bias(layer, unit));
    values.forEach((value, source) => {
      if (value === 0) return;
      const row = this.weightStarts[layer] + source * units;
      for (let unit = 0; unit < units; unit++) sums[unit] += value * this.parameters[row + unit];
    });
    return sums;
  }

  measure(trace, targets) {
    return this.loss.loss(trace.sums[this.last], trace.activations[this.last], targets);
  }

  // The delta of each layer, the last one first: d before = (d W^T) f'(z).
  backward(trace, targets) {
    trace.targets = targets;
    trace.loss = this.measure(trace, targets);
    trace.deltas = this.propagate(trace, this.outputDelta(trace, targets));
    return trace;
  }

  propagate(trace, outputDelta) {
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
  logitGradient(trace, output) {
    const [first] = this.propagate(trace, trace.sums[this.last].map((_, k) => (k === output ? 1 : 0)));
    return Float64Array.from(trace.inputs, (_, j) => total(first, (delta, k) => delta * this.weight(0, j, k)));
  }

  slope(trace, layer, unit) {
    if (this.off[layer].has(unit)) return 0;
    return ACTIVATIONS[this.activations[layer]].slope(trace.sums[layer][unit], trace.activations[layer][unit]);
  }

  outputDelta(trace, targets) {
    const [z, a] = [trace.sums[this.last], trace.activations[this.last]];
    const gradient = this.loss.gradient(z, a, targets);
    if (this.loss.ofLogits || this.output === "identity") return gradient;
    if (this.output === "softmax") {
      const middle = total(a, (p, k) => p * gradient[k]);
      return gradient.map((g, k) => a[k] * (g - middle));
    }
    return gradient.map((g, k) => g * (this.output === "sigmoid" ? a[k] * (1 - a[k]) : a[k]));
  }

  valuesInto(trace, layer) {
    return layer ? trace.activations[layer - 1] : trace.inputs;
  }

  // How the loss changes when one weight is moved a little either way.
  difference(trace, layer, source, unit, step = 1e-5) {
    const place = this.weightStarts[layer] + source * this.sizes[layer + 1] + unit;
    const before = this.parameters[place];
    const losses = [before + step, before - step].map((value) => {
      this.parameters[place] = value;
      return this.measure(this.forward(trace.inputs), trace.targets);
    });
    this.parameters[place] = before;
    return { above: losses[0], below: losses[1], value: (losses[0] - losses[1]) / (2 * step), step };
  }

  // θ ← θ − η g, on a copy.
  stepped(trace, rate) {
    const parameters = Float64Array.from(this.parameters);
    for (let layer = 0; layer <= this.last; layer++) {
      const units = this.sizes[layer + 1];
      this.valuesInto(trace, layer).forEach((value, source) => {
        const row = this.weightStarts[layer] + source * units;
        if (value !== 0) trace.deltas[layer].forEach((delta, unit) => (parameters[row + unit] -= rate * value * delta));
      });
      trace.deltas[layer].forEach((delta, unit) => (parameters[this.biasStarts[layer] + unit] -= rate * delta));
    }
    const { sizes, activations, output, lossName } = this;
    return Object.assign(new Network({ sizes, activations, output, loss: lossName }, parameters), { off: this.off });
  }
}

// The terms of a sum, the largest first, and what the others add up to.
export function takeApart(values, weights, most) {
  const products = Float64Array.from(values, (value, source) => value * weights[source]);
  const order = [...products.keys()].sort((a, b) => Math.abs(products[b]) - Math.abs(products[a]));
  const terms = order
    .filter((source) => products[source] !== 0)
    .slice(0, most)
    .map((source) => ({ source, value: values[source], weight: weights[source], product: products[source] }));
  const sum = total(products, (product) => product);
  const rest = sum - total(terms, (term) => term.product);
  return { terms, products, rest, others: values.length - terms.length, sum };
}
