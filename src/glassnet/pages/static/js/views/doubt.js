// How sure it is of its answer on the average over shifts of a pixel, where it seems sure and is not: else null.

import { averagedOverShifts } from "#engine/shifted_copies.js";

/** @import { Scene } from "#views/scene.js" */

const SURE = 0.9; // from which an answer is worth a doubt

/** @type {(scene: Scene) => number | null} */
export function lessSure({ subject, network, example, said, probabilities }) {
  const { classes, shape } = subject;
  if (!classes.length || !shape || probabilities[said] <= SURE) return null;
  /** @type {(inputs: Float64Array) => number[]} */
  const shares = (inputs) => {
    const outputs = [...network.forward(inputs).activations[network.last]];
    const sum = outputs.reduce((all, value) => all + value, 0);
    return outputs.map((value) => value / sum);
  };
  const around = averagedOverShifts(shares, example.inputs, shape)[said];
  return around <= SURE ? around : null;
}
