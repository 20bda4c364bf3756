// Is the gradient right? Each parameter looked at is moved a little either way, and the loss computed in double precision, by
// sums that share nothing with the kernels: their difference is the slope that backpropagation must give.

import { Generator } from "#engine/randomness.js";

/** @import { Training } from "#engine/training.js" */

const STEP = 1e-5;
const EXAMPLES = 8;
const SMALL = 1e-3;
const LOOKED_AT = 12; // parameters of each layer's weights, and of its biases

/**
 * @typedef {object} Compared
 * @property {number} layer from 1
 * @property {number | null} source the input of the layer that the weight is for; null of a bias
 * @property {number} unit
 * @property {number} gradient by backpropagation, in single precision
 * @property {number} slope of the loss, by two losses
 */

// `largest`: the distance of both, over the length of the gradient; single precision leaves some 1e-7 of it, and as much of a
// slope of 0.001 where there is next to no gradient any more.
/** @param {Training} training */
export function gradientCheck(training) {
  const { network, data } = training;
  const n = Math.min(EXAMPLES, training.count);
  training.choose(Array.from({ length: n }, (_, k) => k));
  network.forward(data.training, n);
  network.judge(data.training.labels, n);
  network.backward(data.training, n);
  const gradient = network.flat(network.gradient);
  const parameters = Float64Array.from(network.flat());
  const batch = Array.from({ length: n }, (_, k) => ({ inputs: inputsOf(training, k), label: data.training.labels[k] }));
  const compared = placesLookedAt(training.sizes, gradient).flatMap(({ place, ...where }) => {
    const slope = slopeAt(training, parameters, place, batch);
    return slope === null ? [] : [{ ...where, gradient: gradient[place], slope }];
  });
  const length = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
  const largest = compared.reduce((most, { gradient: one, slope }) => Math.max(most, Math.abs(one - slope)), 0) / Math.max(length, SMALL);
  return { largest, compared, examples: n, step: STEP };
}

/** @type {(training: Training, example: number) => Float64Array} */
function inputsOf({ store, data: { training: examples } }, example) {
  const inputs = new Float64Array(examples.width);
  const [from, to] = [0, 1].map((next) => store.integers[examples.starts / 4 + example + next]);
  for (let k = from; k < to; k++) inputs[store.places[examples.places / 2 + k]] = store.floats[examples.values / 4 + k];
  return inputs;
}

// Of each layer some weights and biases at random, among those whose gradient is not zero.
/** @type {(sizes: number[], gradient: Float32Array) => { place: number, layer: number, source: number | null, unit: number }[]} */
function placesLookedAt(sizes, gradient) {
  const random = new Generator(0, "gradient_check");
  let start = 0;
  const parts = [true, false].flatMap((weights) =>
    sizes.slice(1).map((units, layer) => {
      const part = { start, units, layer: layer + 1, weights, count: weights ? sizes[layer] * units : units };
      start += part.count;
      return part;
    }),
  );
  return parts.flatMap(({ start: first, units, layer, weights, count }) => {
    const moving = Array.from({ length: count }, (_, k) => k).filter((k) => gradient[first + k] !== 0);
    const chosen = moving.length > LOOKED_AT ? Array.from({ length: LOOKED_AT }, () => moving[random.upTo(moving.length - 1)]) : moving;
    return chosen.map((k) => ({ place: first + k, layer, source: weights ? Math.floor(k / units) : null, unit: k % units }));
  });
}

/** @typedef {{ inputs: Float64Array, label: number }[]} Batch */

// (L(θ + step) − L(θ − step)) / (2 step), or null where a ReLU bends between the two.
/** @type {(training: Training, parameters: Float64Array, place: number, batch: Batch) => number | null} */
function slopeAt(training, parameters, place, batch) {
  const kept = parameters[place];
  const [above, below] = [kept + STEP, kept - STEP].map((value) => {
    parameters[place] = value;
    return measured(training, parameters, batch);
  });
  parameters[place] = kept;
  return above.sides === below.sides ? (above.loss - below.loss) / (2 * STEP) : null;
}

// The mean loss, and on which side of zero each hidden sum lies.
/** @type {(training: Training, parameters: Float64Array, batch: Batch) => { loss: number, sides: string }} */
function measured({ sizes, network }, parameters, batch) {
  const starts = sizes.slice(1).map((units, layer) => sizes[layer] * units);
  let [loss, sides] = [0, ""];
  for (const { inputs, label } of batch) {
    let values = inputs;
    let [weights, biases] = [0, starts.reduce((sum, count) => sum + count, 0)];
    sizes.slice(1).forEach((units, layer) => {
      const sums = parameters.slice(biases, biases + units);
      values.forEach((value, source) => {
        if (value) for (let unit = 0; unit < units; unit++) sums[unit] += value * parameters[weights + source * units + unit];
      });
      weights += starts[layer];
      biases += units;
      const isLast = layer === sizes.length - 2;
      if (!isLast) sides += sums.reduce((text, sum) => text + Number(sum > 0), "");
      values = isLast ? sums : sums.map(network.bend.value);
    });
    const top = values.reduce((most, value) => Math.max(most, value), -Infinity);
    loss += Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top - values[label];
  }
  return { loss: loss / batch.length, sides };
}
