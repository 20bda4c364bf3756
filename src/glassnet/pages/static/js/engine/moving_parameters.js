// How many parameters a step on one example moves. ∂ℓ/∂W = a δ: where nothing comes in, or no δ arrives, it is zero.

/** @import { Network, Trace } from "#engine/network.js" */
/**
 * @typedef {object} LayerMoves
 * @property {number} inputs how many come in
 * @property {number} lit how many of them are not zero
 * @property {number} units
 * @property {number} live how many of them have a δ that is not zero
 * @property {number} moving weights and biases
 */
/**
 * @typedef {object} Moves
 * @property {number} all
 * @property {number} moving
 * @property {number} dark weights that do not move since nothing comes in
 * @property {number} still weights and biases that do not move since their unit has no δ, though something comes in
 * @property {LayerMoves[]} layers
 */

/** @type {(network: Network, trace: Trace) => Moves} */
export function movesOf(network, trace) {
  const layers = trace.deltas.map((deltas, layer) => {
    const values = network.valuesInto(trace, layer);
    const [lit, live] = [values, deltas].map((row) => row.reduce((found, value) => found + Number(value !== 0), 0));
    return { inputs: values.length, lit, units: deltas.length, live, moving: (lit + 1) * live };
  });
  const all = network.parameters.length;
  const moving = layers.reduce((sum, layer) => sum + layer.moving, 0);
  const dark = layers.reduce((sum, { inputs, lit, units }) => sum + (inputs - lit) * units, 0);
  return { all, moving, dark, still: all - moving - dark, layers };
}
