// Reads all examples that a network never saw, a little between any two pictures of the page, and remembers what it said.

import { answering } from "#engine/evaluation.js";

/** @import { Network } from "#engine/network.js" */
/** @import { Answers, Examples } from "#engine/evaluation.js" */

const SLICE = 10; // milliseconds

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
    const reading = answering(network, this.examples);
    for (;;) {
      const begun = performance.now();
      while (performance.now() - begun < SLICE) {
        const { done, value } = reading.next();
        if (done) return value;
      }
      await new Promise((go) => setTimeout(go));
    }
  }
}
