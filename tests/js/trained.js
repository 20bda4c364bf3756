// What the tests of training share: a training on digits, and digits made by hand.

import { Examples } from "#engine/examples.js";
import { kernelsFor } from "#engine/kernels.js";
import { Store } from "#engine/store.js";
import { Training, USUAL } from "#engine/training.js";

/** @import { Settings } from "#engine/training.js" */
/** @import { Kind } from "#engine/kernels.js" */
/** @import { Digits } from "#engine/digits.js" */

/** @type {(kind: Kind, digits: Digits, settings: Partial<Settings>, parameters?: Float32Array) => Promise<Training>} */
export async function trainingOf(kind, { pixels, labels }, settings, parameters) {
  const store = new Store();
  const { kind: got, kernels } = await kernelsFor(store, kind);
  if (got !== kind) throw new Error(`no ${kind} here`);
  const [training, validation] = [0, 1].map(() => new Examples(store, pixels, 784, labels, 255));
  return new Training(store, kernels, { training, validation, classes: 10 }, { ...USUAL, ...settings }, parameters);
}
