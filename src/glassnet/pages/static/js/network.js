// The network in double precision: forward, backward, one step. The same equations as in glassnet/network: activations
// and losses come from Python, as syntax trees of their formulas (glassnet/network/formula.py).

const total = (values, term) => values.reduce((sum, value, k) => sum + term(value, k), 0);

const ELEMENTWISE = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  ">": (x, y) => Number(x > y),
  ">=": (x, y) => Number(x >= y),
  "<": (x, y) => Number(x < y),
  "<=": (x, y) => Number(x <= y),
  "==": (x, y) => Number(x === y),
  negative: (x) => -x,
  minimum: (x, y) => Math.min(x, y),
  maximum: (x, y) => Math.max(x, y),
};

// The error function, which no browser has: W. J. Cody's rational approximations, as in glassnet/network/erf.py.
const NEAR = [
  [1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3],
  [1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3],
];
const REST = [
  [
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
    8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
  ],
  [
    1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
  ],
];
const quotient = (pair, x) => {
  const [above, below] = pair.map((row) => row.reduce((value, coefficient) => value * x + coefficient));
  return above / below;
};
function erf(x) {
  const size = Math.min(Math.abs(x), 6);
  if (size <= 0.46875) return x * quotient(NEAR, x * x);
  return Math.sign(x) * (1 - Math.exp(-size * size) * quotient(REST, size));
}

ELEMENTWISE.erf = erf;
for (const name of ["exp", "expm1", "log", "log1p", "tanh", "sin", "cos", "sqrt", "abs", "sign"]) ELEMENTWISE[name] = Math[name];

const OVER_UNITS = {
  sum: (row) => total(row, (value) => value),
  mean: (row) => total(row, (value) => value) / row.length,
  largest: (row) => row.reduce((largest, value) => Math.max(largest, value), -Infinity),
};

// A tree, [operator, ...operands] or a name or a number, as a function of the named values, each a number or a row.
function followed(tree) {
  if (typeof tree === "number") return () => tree;
  if (typeof tree === "string") return (values) => values[tree];
  const operands = tree.slice(1).map(followed);
  if (tree[0] in OVER_UNITS) return (values) => OVER_UNITS[tree[0]](operands[0](values));
  const [f, first, second] = [ELEMENTWISE[tree[0]], ...operands];
  return second ? (values) => ofTwo(f, first(values), second(values)) : (values) => ofOne(f, first(values));
}

const ofOne = (f, x) => (typeof x === "number" ? f(x) : x.map((value) => f(value)));

function ofTwo(f, x, y) {
  if (typeof x !== "number") return typeof y === "number" ? x.map((value) => f(value, y)) : x.map((value, k) => f(value, y[k]));
  return typeof y === "number" ? f(x, y) : y.map((value) => f(x, value));
}

// What is computed of rows, and its derivative.
const functions = ({ value, slope }) => ({ value: followed(value), slope: followed(slope) });
const named = (tree, name) => tree === name || (Array.isArray(tree) && tree.some((part) => named(part, name)));

export class Network {
  // One parameter vector: all weights first, a row for each input of a layer, then all biases.
  constructor(form, parameters) {
    const { sizes, activations, output, loss, formulas } = form;
    Object.assign(this, { form, sizes, activations, output, lossName: loss, parameters });
    this.hidden = activations.map((name) => functions(formulas.activations[name]));
    this.end = { ...functions(formulas.output), whole: named(formulas.output.slope, "g") };
    this.loss = { ...functions(formulas.loss), fromLogits: formulas.loss.fromLogits };
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
      const made = (this.hidden[layer] ?? this.end).value({ z: sums }).slice(); // of the identity, z itself
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
    return this.loss.value({ z: trace.sums[this.last], a: trace.activations[this.last], t: targets });
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
    return this.hidden[layer].slope({ z: trace.sums[layer][unit], a: trace.activations[layer][unit] });
  }

  outputDelta(trace, targets) {
    const [z, a] = [trace.sums[this.last], trace.activations[this.last]];
    const g = this.loss.slope({ z, a, t: targets, K: a.length });
    if (this.loss.fromLogits) return g;
    const slope = this.end.slope({ z, a, g });
    return this.end.whole ? slope : ofTwo(ELEMENTWISE["*"], g, slope);
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
    return Object.assign(new Network(this.form, parameters), { off: this.off });
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
