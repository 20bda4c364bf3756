// Update rules, as in glassnet/optimizers, over the vector of a network's parameters: SGD with and without momentum, and Adam.

/** @import { BatchNetwork } from "#engine/batch_network.js" */

/** @typedef {{ optimizer: "sgd" | "momentum" | "adam", rate: number, momentum: number, penalty: number }} Rule */

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];
// What decays for ever ends in numbers so small that a processor takes a hundred times as long: see glassnet/optimizers/sgd.py.
const [FLUSH_EVERY, FLUSH_BELOW] = [100, 1e-30];

export class Optimizer {
  /** @param {BatchNetwork} network */
  constructor(network) {
    this.network = network;
    this.mean = network.store.take(4 * network.count); // of the gradients: the velocity, where there is momentum
    this.square = network.store.take(4 * network.count);
    this.steps = 0;
  }

  forget() {
    const { store, count } = this.network;
    for (const memory of [this.mean, this.square]) store.floats.fill(0, memory / 4, memory / 4 + count);
    this.steps = 0;
  }

  // Weights are penalized, biases are not.
  /** @param {Rule} rule */
  step(rule) {
    const { parameters, gradient, count, weightCount } = this.network;
    this.steps++;
    for (const [from, to, penalty] of [[0, weightCount, rule.penalty], [weightCount, count, 0]]) {
      const places = [parameters, this.mean, this.square, gradient].map((start) => start + 4 * from);
      this.update(rule, places, to - from, penalty);
    }
    if (this.steps % FLUSH_EVERY === 0) this.flush();
  }

  /** @param {Rule} rule @param {number[]} places @param {number} count @param {number} penalty */
  update({ optimizer, rate, momentum }, [theta, mean, square, gradient], count, penalty) {
    const { kernels } = this.network;
    if (optimizer !== "adam") return kernels.momentum(theta, mean, gradient, count, rate, optimizer === "sgd" ? 0 : momentum, penalty);
    // Both means start at zero: the roots undo that.
    const root = Math.sqrt(1 - BETA2 ** this.steps);
    const corrected = (rate * root) / (1 - BETA1 ** this.steps);
    kernels.adam(theta, mean, square, gradient, count, corrected, BETA1, 1 - BETA1, BETA2, 1 - BETA2, EPSILON * root, penalty);
  }

  flush() {
    const { store, count } = this.network;
    const { floats } = store;
    for (let k = this.mean / 4, end = k + count; k < end; k++) if (Math.abs(floats[k]) < FLUSH_BELOW) floats[k] = 0;
  }
}
