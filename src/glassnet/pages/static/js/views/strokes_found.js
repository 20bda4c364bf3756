// Which neurons have found a stroke: those whose pictures of weights are no noise any more.

import { smoothness } from "#engine/evaluation.js";

/** @import { Net } from "#views/training_session.js" */
/** @import { Scene } from "#views/scene.js" */

const STROKE = 0.4; // of smoothness: from there on a picture is made of strokes

// The net with the neuron that has most clearly found one since it was last looked at, if any has.
/** @type {(net: Net, scene: Scene) => Net} */
export function withStrokes(net, { subject, spread, network }) {
  const units = net.settings.hidden[0];
  const { shape } = subject;
  if (!units || !shape || !net.parameters || net.trouble) return net;
  let best = { unit: -1, stroke: STROKE };
  for (let unit = 0; unit < units; unit++) {
    if (net.found.includes(unit)) continue;
    const stroke = smoothness(weightsOf(net.parameters, units, network.sizes[0], unit, spread), shape);
    if (stroke > best.stroke) best = { unit, stroke };
  }
  return best.unit < 0 ? net : { ...net, found: [...net.found, best.unit], foundIn: Math.floor(net.at) };
}

// Weights into a unit of the first layer, times each input's spread over the data.
/** @type {(parameters: Float32Array, units: number, inputs: number, unit: number, spread: Float64Array | null) => Float64Array} */
export function weightsOf(parameters, units, inputs, unit, spread) {
  const weights = new Float64Array(inputs);
  for (let source = 0; source < inputs; source++) weights[source] = parameters[source * units + unit] * (spread ? spread[source] : 1);
  return weights;
}
