// Reads all examples that a network never saw, a little between any two pictures of the page, and remembers what it said.

import { answering } from "#engine/evaluation.js";
import { Slices } from "#views/slices.js";

/** @import { Network } from "#engine/network.js" */
/** @import { Answers } from "#engine/evaluation.js" */
/** @import { Examples } from "#engine/step_price.js" */

export class Judge {
  /** @param {Examples} examples */
  constructor(examples) {
    this.examples = examples;
    this.known = /** @type {WeakMap<Network, Promise<Answers>>} */ (new WeakMap());
  }

  /** @param {Network} network */
  answers(network) {
    const known = this.known.get(network) ?? this.read(network);
    this.known.set(network, known);
    return known;
  }

  /** @param {Network} network */
  async read(network) {
    const answers = await new Slices().run(answering(network, this.examples));
    if (!answers) throw new Error("nobody gives up what is read here");
    return answers;
  }
}
