// What goes wrong in a training, told by its numbers; every fact is a finite number, or null where there was none.

/**
 * @typedef {"diverged" | "dead" | "equal" | "stuck" | "unsteady" | "slow" | "overfit"} What
 *   diverged: the loss or the parameters left all bounds; the parameters are again those of the epoch's start (stopped);
 *   dead: at least half of a hidden layer's units are flat for every example (stopped where all are);
 *   equal: all units of the first hidden layer have the same weights; stuck: no better than guessing;
 *   unsteady: reads some, but its loss is above that of guessing; slow: hardly better than at its start after two epochs, and the weights have hardly moved;
 *   overfit: the validation loss has risen for two epochs while the training loss sank.
 * @typedef {{ what: What, facts: { [name: string]: number | boolean | null } }} Trouble
 * @typedef {object} Judged an epoch
 * @property {number} epoch counted from 1
 * @property {number} trainingLoss
 * @property {number} trainingAccuracy 0..1
 * @property {number} validationLoss
 * @property {number} validationAccuracy
 */

const EXPLOSION = 1000; // times the first loss, as in Python
const HALF = 0.5;
const LITTLE = 0.05; // of their length: an ordinary rate moves the weights by a third and more in a first epoch

/** @type {(loss: number, first: number) => boolean} */
export const isDiverged = (loss, first) => !Number.isFinite(loss) || loss > EXPLOSION * Math.max(first, 1);

/** @type {(value: number) => number | null} */
export const finite = (value) => (Number.isFinite(value) ? value : null);

/**
 * @param {Judged[]} history all epochs of this training, the one that just ended last
 * @param {{ guess: number, classes: number, dead: { layer: number, dead: number, units: number } | null, equal: boolean, moved: number }} seen
 *   guess: the share of the most frequent class; moved: by how much of their length the parameters moved in this epoch
 * @returns {Trouble | null} the gravest
 */
export function troubleOf(history, { guess, classes, dead, equal, moved }) {
  const now = history[history.length - 1];
  const { epoch, trainingLoss, trainingAccuracy, validationAccuracy } = now;
  const guessing = Math.log(classes);
  if (equal) return { what: "equal", facts: { epoch, validationAccuracy } };
  if (dead && dead.dead >= HALF * dead.units) return { what: "dead", facts: { epoch, ...dead, stopped: dead.dead === dead.units } };
  const guesses = validationAccuracy < 1.5 * guess;
  const facts = { epoch, trainingLoss, guessing, validationAccuracy, guess };
  if (moved < LITTLE && trainingLoss > 0.8 * guessing) return epoch > 1 ? { what: "slow", facts: { ...facts, moved } } : null;
  if (guesses && (trainingLoss > guessing || epoch > 1)) return { what: "stuck", facts };
  if (trainingLoss > guessing) return { what: "unsteady", facts };
  const best = history.reduce((least, other) => (other.validationLoss < least.validationLoss ? other : least), now);
  const rising = now.validationLoss > 1.05 * best.validationLoss && epoch - best.epoch >= 2;
  if (!rising || trainingLoss > HALF * now.validationLoss) return null;
  return { what: "overfit", facts: { epoch, best: best.epoch, trainingAccuracy, validationAccuracy } };
}
