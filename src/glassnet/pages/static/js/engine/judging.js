// What is asked of a network in training: which examples it gets wrong. It trains on as if nothing had been asked.

import { largestAt } from "#engine/ensemble.js";
import { finite } from "#engine/trouble.js";

/** @import { Training } from "#engine/training.js" */

// Of the validation examples: how often each class (row) was taken for each (column), and of each example what was said, how
// sure, and how probable its own class was said to be.
/** @param {Training} training */
export function mistakes(training) {
  const { data, store, network } = training;
  const { classes, validation } = data;
  const matrix = Array.from({ length: classes }, () => new Array(classes).fill(0));
  const said = new Uint8Array(validation.count);
  const [sure, own] = [new Float32Array(validation.count), new Float32Array(validation.count)];
  const { right } = training.evaluate(validation, (example, outputs) => {
    const row = store.floats.subarray(outputs, outputs + network.last.units);
    const most = largestAt(row);
    matrix[validation.labels[example]][most]++;
    said[example] = most;
    sure[example] = finite(row[most]) ?? 0; // of a network that left all bounds
    own[example] = finite(row[validation.labels[example]]) ?? 0;
  });
  return { matrix, said, sure, own, right, count: validation.count };
}
