// A training: steps and epochs over a network, data, and settings, with no clock and no page.

import { BatchNetwork } from "#engine/batch_network.js";
import { initialParameters } from "#engine/initial_weights.js";
import { Optimizer } from "#engine/optimizers.js";
import { Generator } from "#engine/randomness.js";
import { finite, isDiverged, troubleOf } from "#engine/trouble.js";

/** @import { Examples } from "#engine/examples.js" */
/** @import { Trees } from "#engine/formulas.js" */
/** @import { Kernels } from "#engine/plain_kernels.js" */
/** @import { Store } from "#engine/store.js" */
/** @import { Judged, Trouble } from "#engine/trouble.js" */

/**
 * @typedef {object} Settings
 * @property {number[]} hidden units of each hidden layer
 * @property {string} activation relu, tanh, sigmoid, identity; another with its formulas
 * @property {Trees} [formulas]
 * @property {"sgd" | "momentum" | "adam"} optimizer
 * @property {number} rate
 * @property {number} momentum
 * @property {number} batch
 * @property {number} examples how many of the training examples, from the first
 * @property {"constant" | "linear"} schedule linear: the rate falls in a line to a tenth
 * @property {number} epochs after which it ends
 * @property {number} shift by how many pixels at most each image is moved at random, each time anew
 * @property {"he" | "equal"} initial he: as Python starts; equal: all weights alike
 * @property {number} seed
 * @property {number} penalty λ of the L2 penalty
 */

/** @type {Settings} */
export const USUAL = {
  hidden: [16], activation: "relu", optimizer: "momentum", rate: 0.1, momentum: 0.9, batch: 32, examples: 2000,
  schedule: "constant", epochs: 10, shift: 0, initial: "he", seed: 0, penalty: 0,
}; // prettier-ignore

const AT_ONCE = 200; // examples that are judged at once
const LAST_FACTOR = 0.1; // of a rate that falls
const LIVE = ["optimizer", "rate", "momentum", "batch", "schedule", "epochs", "shift", "penalty"]; // may change on the way

// From what on a number makes sense; Infinity does for how many examples, which are all then.
const LEAST = { rate: 0, momentum: 0, batch: 1, examples: 1, epochs: 1, shift: 0, seed: 0, penalty: 0 };

/** @param {Settings} settings */
function checked(settings) {
  for (const [name, least] of Object.entries(LEAST)) {
    const value = Number(settings[/** @type {keyof typeof LEAST} */ (name)]);
    if (!(value >= least)) throw new Error(`expected ${name} of at least ${least}, got ${value}`);
  }
  const { hidden } = settings;
  if (!hidden.every((units) => Number.isInteger(units) && units > 0)) throw new Error(`expected hidden layers of 1 unit or more, got ${hidden}`);
  return settings;
}

export class Training {
  /**
   * @param {Store} store
   * @param {Kernels} kernels
   * @param {{ training: Examples, validation: Examples, classes: number }} data
   * @param {Settings} settings
   * @param {ArrayLike<number>} [parameters] where it starts
   */
  constructor(store, kernels, data, settings, parameters) {
    this.store = store;
    this.kernels = kernels;
    this.data = data;
    this.settings = checked(settings);
    this.free = store.end;
    this.kept = 0;
    this.sizes = [data.training.width, ...settings.hidden, data.classes];
    this.count = Math.min(settings.examples, data.training.count);
    this.guess = shareOfMostFrequent(data.validation.labels);
    const { activation, seed, initial } = settings;
    const { network, optimizer } = this.built(parameters ?? initialParameters(this.sizes, activation, seed, initial === "equal"));
    this.network = network;
    this.optimizer = optimizer;
    this.epoch = 0; // whole ones
    this.batch = 0; // batches since
    this.goal = settings.epochs;
    this.round = { from: 0, to: settings.epochs }; // the epochs over which a rate falls
    /** @type {number | null} */
    this.firstLoss = null;
    this.lastLoss = 0;
    /** @type {Judged[]} */
    this.history = [];
    this.order = new Int32Array(); // of the examples, in this epoch
    this.shifts = new Generator(settings.seed, "augmentation");
    this.run = { loss: 0, right: 0, examples: 0 }; // of this epoch so far
    this.begin();
  }

  // Once more what it computes with, for the present settings.
  /** @param {ArrayLike<number>} parameters */
  built(parameters) {
    const { store, kernels, data, settings } = this;
    const { activation, formulas, batch } = settings;
    store.giveBack(this.free);
    const longest = Math.max(data.training.longest, data.validation.longest);
    const rows = Math.max(batch, AT_ONCE);
    const network = new BatchNetwork(store, kernels, { sizes: this.sizes, activation, formulas, rows, longest });
    this.kept = store.take(4 * network.count); // what the epoch began with
    network.load(parameters);
    return { network, optimizer: new Optimizer(network) };
  }

  // The order of an epoch is Python's.
  begin() {
    const { seed } = this.settings;
    this.order = new Generator(seed, "shuffle", this.epoch).permutation(this.count);
    this.shifts = new Generator(seed, "augmentation", this.epoch);
    this.batch = 0;
    this.keep(this.network.parameters, this.kept);
    this.run = { loss: 0, right: 0, examples: 0 };
  }

  get steps() {
    return Math.ceil(this.count / this.settings.batch);
  }

  get finished() {
    return this.epoch >= this.goal;
  }

  // So many epochs more, at the rate that the schedule ended with.
  goOn() {
    this.goal = this.epoch + this.settings.epochs;
  }

  // What a learner may turn while it trains; anything else needs a new network. A batch begins anew within its epoch.
  /** @param {Partial<Settings>} settings */
  change(settings) {
    const wrong = Object.keys(settings).find((name) => !LIVE.includes(name));
    if (wrong) throw new Error(`${wrong} needs a new network: open it with these settings`);
    const before = this.settings;
    this.settings = checked({ ...before, ...settings });
    if (this.settings.optimizer !== before.optimizer) this.optimizer.forget();
    if (settings.epochs !== undefined) this.goal = this.round.to = Math.max(this.epoch, this.round.from + settings.epochs);
    if (this.settings.batch === before.batch) return;
    this.batch = Math.floor((this.batch * before.batch) / this.settings.batch);
    if (this.settings.batch > this.network.rows) this.enlarge();
  }

  // Room for larger batches: the network and what its optimizer remembers move.
  enlarge() {
    const { network, optimizer } = this;
    const [parameters, mean, square] = [network.parameters, optimizer.mean, optimizer.square].map((vector) => network.flat(vector));
    Object.assign(this, this.built(parameters));
    this.network.load(mean, this.optimizer.mean);
    this.network.load(square, this.optimizer.square);
    this.optimizer.steps = optimizer.steps;
  }

  // f = 1 − 0.9 t / T, t steps of T being done.
  factor() {
    if (this.settings.schedule === "constant") return 1;
    const { from, to } = this.round;
    const done = (this.epoch - from) * this.steps + this.batch;
    return 1 - (1 - LAST_FACTOR) * Math.min(1, done / ((to - from) * this.steps));
  }

  // One batch forward, backward, and the update; trouble if the loss leaves all bounds, before the update.
  /** @returns {Trouble | null} */
  step() {
    const { network, settings } = this;
    const from = this.batch * settings.batch;
    const n = Math.min(settings.batch, this.count - from);
    this.choose(this.order.subarray(from, from + n), settings.shift);
    network.forward(this.data.training, n);
    const { loss, right } = network.judge(this.data.training.labels, n);
    this.firstLoss ??= loss;
    if (isDiverged(loss, this.firstLoss)) return this.diverged(loss);
    network.backward(this.data.training, n);
    this.optimizer.step({ ...settings, rate: settings.rate * this.factor() });
    this.lastLoss = loss;
    this.run.loss += loss * n;
    this.run.right += right;
    this.run.examples += n;
    this.batch++;
    return null;
  }

  /** @param {number} from @param {number} to */
  keep(from, to) {
    this.store.floats.copyWithin(to / 4, from / 4, from / 4 + this.network.count);
  }

  // The parameters in Python's order, all of them finite: a break is found at the latest when they are looked at.
  /** @returns {{ parameters: Float32Array, trouble: Trouble | null }} */
  look() {
    const parameters = this.network.flat();
    const sum = parameters.reduce((zero, value) => zero + 0 * value, 0);
    if (sum === 0) return { parameters, trouble: null };
    const trouble = this.diverged(Infinity);
    return { parameters: this.network.flat(), trouble };
  }

  // The loss of the last step's batch as the network is now, and of how many examples.
  again() {
    const { network } = this;
    const examples = Math.min(this.settings.batch, this.count - (this.batch - 1) * this.settings.batch);
    network.forward(this.data.training, examples);
    return { after: finite(network.judge(this.data.training.labels, examples).loss), examples };
  }

  // Back to where the epoch began.
  /** @param {number} loss @returns {Trouble} */
  diverged(loss) {
    this.keep(this.kept, this.network.parameters);
    this.optimizer.forget();
    const step = this.epoch * this.steps + this.batch + 1;
    const losses = { before: this.lastLoss, after: finite(loss), first: finite(this.firstLoss ?? 0) };
    return { what: "diverged", facts: { epoch: this.epoch + 1, step, ...losses, rate: this.settings.rate, stopped: true } };
  }

  /** @param {ArrayLike<number>} positions @param {number} shift */
  choose(positions, shift = 0) {
    const { integers } = this.store;
    const [chosen, moves] = [this.network.chosen / 4, this.network.moves / 4];
    for (let row = 0; row < positions.length; row++) {
      integers[chosen + row] = positions[row];
      integers[moves + row] = shift ? this.data.training.move(positions[row], shift, this.shifts) : 0;
    }
  }

  // Validates at the end of an epoch, and takes up the next one.
  /** @returns {{ judged: Judged | null, trouble: Trouble | null }} */
  completeEpoch() {
    const { loss, right, examples } = this.run;
    const validation = this.evaluate(this.data.validation);
    this.epoch++;
    const judged = {
      epoch: this.epoch,
      trainingLoss: loss / examples,
      trainingAccuracy: right / examples,
      validationLoss: validation.loss,
      validationAccuracy: validation.accuracy,
    };
    if (!Number.isFinite(validation.loss)) return { judged: null, trouble: this.diverged(validation.loss) };
    this.history.push(judged);
    const seen = { guess: this.guess, classes: this.data.classes, dead: this.dead(), equal: this.areEqual(), moved: this.moved() };
    this.begin();
    return { judged, trouble: troubleOf(this.history, seen) };
  }

  // Loss and accuracy over examples; `tell` hears of each row of outputs.
  /** @param {Examples} examples @param {(example: number, outputs: number) => void} [tell] */
  evaluate(examples, tell) {
    const { network } = this;
    let [loss, right] = [0, 0];
    for (let from = 0; from < examples.count; from += AT_ONCE) {
      const n = Math.min(AT_ONCE, examples.count - from);
      this.choose(Array.from({ length: n }, (_, row) => from + row));
      network.forward(examples, n);
      const judged = network.judge(examples.labels, n);
      loss += judged.loss * n;
      right += judged.right;
      if (tell) for (let row = 0; row < n; row++) tell(from + row, (network.last.outputs + row * network.last.stride) / 4);
    }
    return { loss: loss / examples.count, right, accuracy: right / examples.count };
  }

  // The hidden layer with most units that are flat for all examples judged last, if it has one: the ReLU's dead ones, and those
  // at the ends of sigmoid and tanh.
  dead() {
    const { network } = this;
    const { floats } = this.store;
    const rows = Math.min(AT_ONCE, this.data.validation.count % AT_ONCE || AT_ONCE);
    const steepest = network.bend.slope(0.01, network.bend.value(0.01)) / 100;
    const found = network.layers.slice(0, -1).map(({ units, stride, sums, outputs }, layer) => {
      const flat = Array.from({ length: units }, (_, unit) => unit).filter((unit) => {
        for (let row = 0; row < rows; row++) {
          const at = (row * stride) / 4 + unit;
          if (Math.abs(network.bend.slope(floats[sums / 4 + at], floats[outputs / 4 + at])) >= steepest) return false;
        }
        return true;
      });
      return { layer: layer + 1, dead: flat.length, units };
    });
    return found.reduce((/** @type {typeof found[0] | null} */ most, layer) => (layer.dead > (most?.dead ?? 0) ? layer : most), null);
  }

  // By how much of their length the parameters moved since the epoch began.
  moved() {
    const { network, kept, store } = this;
    let [distance, length] = [0, 0];
    for (let k = 0; k < network.count; k++) {
      const before = store.floats[kept / 4 + k];
      distance += (store.floats[network.parameters / 4 + k] - before) ** 2;
      length += before ** 2;
    }
    return Math.sqrt(distance / length);
  }

  areEqual() {
    const [{ units, inputs, weights, stride }] = this.network.layers;
    const { floats } = this.store;
    if (this.network.layers.length === 1 || units === 1) return false;
    for (let input = 0; input < inputs; input++) {
      const at = (weights + input * stride) / 4;
      for (let unit = 1; unit < units; unit++) if (floats[at + unit] !== floats[at]) return false;
    }
    return true;
  }
}

/** @type {(labels: Uint8Array) => number} */
function shareOfMostFrequent(labels) {
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]++;
  return Math.max(...counts) / labels.length;
}
