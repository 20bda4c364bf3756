// Where the weights start: Python's, bit for bit, in single precision. See glassnet/network/initializers.py.

import { suiting } from "#engine/activations.js";
import { Generator } from "#engine/randomness.js";

/** @import { Initializer } from "#engine/activations.js" */

const EQUAL = 0.01; // every weight, where all are to be equal

/** @type {{ [name in Initializer]: (random: Generator, inputs: number, units: number) => () => number }} */
const DRAWN = {
  he_normal: (random, inputs) => normal(random, 2 / inputs),
  lecun_normal: (random, inputs) => normal(random, 1 / inputs),
  glorot_uniform: (random, inputs, units) => uniform(random, Math.sqrt(3 * (2 / (inputs + units)))),
};

/** @type {(random: Generator, variance: number) => () => number} */
function normal(random, variance) {
  const deviation = Math.sqrt(variance);
  return () => deviation * random.normal();
}

/** @type {(random: Generator, bound: number) => () => number} */
const uniform = (random, bound) => () => -bound + (bound + bound) * random.random();

// All weights, layer by layer, then all biases, which are zero. Equal weights make units that stay alike for good.
/** @type {(sizes: number[], activation: string, seed: number, equal: boolean) => Float32Array} */
export function initialParameters(sizes, activation, seed, equal) {
  const layers = sizes.slice(1).map((units, layer) => ({ units, inputs: sizes[layer] }));
  const parameters = new Float32Array(layers.reduce((count, { inputs, units }) => count + (inputs + 1) * units, 0));
  let place = 0;
  layers.forEach(({ inputs, units }, layer) => {
    const name = layer < layers.length - 1 ? activation : "softmax";
    const draw = equal ? () => EQUAL : DRAWN[suiting(name)](new Generator(seed, "initialization", layer), inputs, units);
    for (const end = place + inputs * units; place < end; place++) parameters[place] = draw();
  });
  return parameters;
}
