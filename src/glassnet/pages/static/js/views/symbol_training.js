// Trains a network on one's own signs, and tries how well others would be read.

import { FEWEST, outlook, SETTINGS, symbolData, TRIAL_SAMPLES, trials } from "#engine/own_symbols.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Drawing, Judged } from "#engine/own_symbols.js" */
/** @import { DigitData } from "#engine/session.js" */
/** @typedef {{ accuracy: number, goal: number | null, needed: number | null, found: Judged[] }} Outlook */

export class SymbolTraining {
  /** @param {() => Learner} made */
  constructor(made) {
    this.made = made;
    this.learner = /** @type {Learner | null} */ (null);
    this.run = 0; // of the latest training: an older one gives up
  }

  // What a network that learned the data has for parameters, and which share of the held ones it reads.
  /** @param {DigitData} data @returns {Promise<{ parameters: Float32Array, accuracy: number }>} */
  async learned(data) {
    this.learner ??= this.made();
    const { learner } = this;
    let accuracy = 0;
    const hear = (/** @type {Event} */ event) => (accuracy = /** @type {CustomEvent} */ (event).detail.validationAccuracy);
    learner.addEventListener("epoch", hear);
    await learner.open({ settings: SETTINGS, data });
    const done = new Promise((resolve) => learner.addEventListener("done", resolve, { once: true }));
    await learner.run();
    await done;
    learner.removeEventListener("epoch", hear);
    return { parameters: await learner.parameters(), accuracy };
  }

  // First the network of all drawings, told at once; then, by what was held back, how good it is. Null where another
  // training has begun meanwhile.
  /** @param {Drawing[][]} signs @param {{ learned: (parameters: Float32Array) => void, tried: (done: number, all: number) => void }} told @returns {Promise<Outlook | null>} */
  async train(signs, told) {
    const run = ++this.run;
    const { parameters } = await this.learned(symbolData(signs, []));
    if (run !== this.run) return null;
    told.learned(parameters);
    const count = Math.min(...signs.map(({ length }) => length));
    if (count < FEWEST) return { accuracy: 1, goal: null, needed: null, found: [] };
    const made = trials(signs);
    /** @type {number[]} */
    const accuracies = [];
    for (const [place, { learned, held }] of made.entries()) {
      told.tried(place, made.length);
      accuracies.push((await this.learned(symbolData(learned, held, TRIAL_SAMPLES))).accuracy);
      if (run !== this.run) return null;
    }
    const mean = (/** @type {number} */ which) => accuracies.filter((_, place) => place % 2 === which).reduce((sum, one) => sum + one / 3, 0);
    const found = [1, 2].map((thirds) => ({ count: (thirds * count) / 3, accuracy: mean(thirds - 1) }));
    return { ...outlook(found[0], found[1], count), found };
  }
}
