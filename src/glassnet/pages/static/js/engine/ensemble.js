// Networks that answer together, with the mean of what each gives, as glassnet/model/model.py has it; and for a table,
// from values in their own units to probabilities, or to a number in the target's.

/** @import { Columns } from "#engine/encoders.js" */
/** @import { Network } from "#engine/network.js" */
/** @typedef {{ mean: number, deviation: number } | null} Scale of what is predicted, for numbers */
/** @typedef {(values: ArrayLike<number>) => Float64Array} Answer */

/** @type {(networks: Network[], inputs: Float64Array) => Float64Array} */
export function outputsOf(networks, inputs) {
  const all = networks.map((network) => network.forward(inputs).activations[network.last]);
  return all[0].map((_, k) => all.reduce((sum, outputs) => sum + outputs[k], 0) / all.length);
}

// Outputs that are no probabilities, as of independent classes, are shared out among the classes.
/** @type {(networks: Network[], columns: Columns, scale: Scale) => Answer} */
export const answering = (networks, columns, scale) => (values) => {
  const outputs = outputsOf(networks, columns.encoded(values));
  if (scale) return outputs.map((output) => scale.mean + scale.deviation * output);
  const sum = outputs.reduce((before, output) => before + output, 0);
  return outputs.map((output) => (sum > 0 ? output / sum : 1 / outputs.length));
};

/** @typedef {{ threshold: number, positive: number } | null} Decision between two classes, where a model has one */

// The class that is said: the most probable one, or what the model's decision says.
/** @type {(outputs: ArrayLike<number>, decision: Decision) => number} */
export function saidOf(outputs, decision) {
  if (!decision) return largestAt(outputs);
  const { threshold, positive } = decision;
  return outputs[positive] >= threshold ? positive : 1 - positive;
}

/** @type {(outputs: ArrayLike<number>) => number} */
export function largestAt(outputs) {
  let best = 0;
  for (let k = 1; k < outputs.length; k++) if (outputs[k] > outputs[best]) best = k;
  return best;
}
