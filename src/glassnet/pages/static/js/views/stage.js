// What is on the stage: a network, an example, the answer that is wanted, and where the reader stands.

import { averagedOverShifts } from "#engine/shifted_copies.js";
import { palette } from "#text/colors.js";
import { quantity } from "#text/numbers.js";
import { STEPS, WORDS } from "#text/words.js";

/** @import { ForwardTrace, Form, Network, Trace } from "#engine/network.js" */
/** @import { Step } from "#text/words.js" */
/** @typedef {{ text: string, latex: string, place: string, code: string, of: string }} Equation */
/**
 * @typedef {object} Subject what is known of a model, and of an example that was taken apart
 * @property {Form} network
 * @property {string[]} classes
 * @property {string[] | null} names
 * @property {number[] | null} shape
 * @property {{ mean: number, deviation: number } | null} scale
 * @property {string} unit
 * @property {number} rate
 * @property {{ [step: string]: Equation[] }} equations
 * @property {number[]} [neuron]
 * @property {number} [source]
 * @property {number[] | null} [raw]
 * @property {boolean} [drawable]
 * @property {import("#views/table_view.js").Facts | null} [table]
 * @property {boolean} [deskew]
 */
/** @typedef {ReturnType<Stage["view"]>} View */

const SURE = 0.9; // from which an answer is worth a doubt

export class Stage {
  /** @param {Subject} subject @param {Network} network @param {Float64Array} inputs @param {number} wanted */
  constructor(subject, network, inputs, wanted) {
    this.subject = subject;
    this.classes = subject.classes;
    this.names = subject.names;
    this.shape = subject.shape;
    this.scale = subject.scale ?? { mean: 0, deviation: 1 };
    this.unit = subject.unit;
    this.rate = subject.rate;
    this.network = network;
    this.last = network.last;
    this.steps = STEPS.filter((step) => this.last > 0 || !["activation", "blame"].includes(step));
    this.place = 0;
    this.neuron = subject.neuron ?? [0, 0];
    this.hidden = this.neuron[0] < this.last ? [...this.neuron] : [Math.max(0, this.last - 1), 0]; // a neuron of a hidden layer, if there is one
    this.source = subject.source ?? 0;
    this.after = -1;
    this.truth = /** @type {number | null} */ (null);
    this.refused = false; // a drawing that is like nothing it was trained on
    this.lens = /** @type {string | undefined} */ (undefined); // what the squares show, if it was chosen
    this.usual = /** @type {string | undefined} */ (undefined); // and if it was not
    this.colors = palette();
    this.first = inputs;
    this.inputs = inputs;
    this.wanted = wanted;
    this.trace = this.traced();
    this.taken = /** @type {{ network: Network, trace: ForwardTrace, loss: number } | null} */ (null);
    this.output = this.classes.length ? wanted : 0;
  }

  /** @returns {Step} */
  get step() {
    return this.steps[this.place];
  }

  get backward() {
    return STEPS.indexOf(this.step) >= STEPS.indexOf("error");
  }

  // Another example, or another answer to it.
  /** @param {Float64Array} inputs @param {number} wanted */
  put(inputs, wanted) {
    this.inputs = inputs;
    this.wanted = wanted;
    this.trace = this.traced();
    this.taken = null;
    this.output = this.classes.length ? wanted : 0;
  }

  // All that the network computes of the inputs and the target.
  /** @returns {Trace} */
  traced() {
    const targets = new Float64Array(this.network.sizes[this.last + 1]);
    if (this.classes.length) targets[this.wanted] = 1;
    else targets[0] = (this.wanted - this.scale.mean) / this.scale.deviation;
    return this.network.backward(this.network.forward(this.inputs), targets);
  }

  // One step of descent, on a copy; taken when it is first looked at.
  get stepped() {
    if (!this.taken) {
      const network = this.network.stepped(this.trace, this.rate);
      const trace = network.forward(this.inputs);
      this.taken = { network, trace, loss: network.measure(trace, this.trace.targets) };
    }
    return this.taken;
  }

  // Other parameters; what is switched off stays so.
  /** @param {Network} network */
  replace(network) {
    network.off = this.network.off;
    this.network = network;
    this.put(this.inputs, this.wanted);
  }

  // What was looked at on another stage; of the same network, after the server was lost, all that was done to it too.
  /** @param {Stage} before @param {boolean} same */
  resume(before, same) {
    if (before.classes.join() === this.classes.join()) this.truth = before.truth;
    if (!same || before.network.sizes.join() !== this.network.sizes.join()) return;
    const { place, neuron, hidden, source, output } = before;
    this.network.off = before.network.off;
    this.put(this.inputs, this.wanted);
    Object.assign(this, { place, neuron, hidden, source, output });
  }

  get outputs() {
    return this.trace.activations[this.last];
  }

  get saidAt() {
    return this.outputs.indexOf(Math.max(...this.outputs));
  }

  // What this network would answer: a class's number, or a number in its unit.
  /** @param {Float64Array} inputs */
  saidOf(inputs) {
    const values = this.network.forward(inputs).activations[this.last];
    if (this.classes.length) return values.indexOf(Math.max(...values));
    return this.scale.mean + this.scale.deviation * values[0];
  }

  // How sure it is of its answer on the average over shifts of a pixel, where it seems sure and is not; else null.
  get lessSure() {
    if (!this.classes.length || !this.shape) return null;
    /** @type {(inputs: Float64Array) => number[]} */
    const shares = (inputs) => {
      const trace = this.network.forward(inputs);
      return this.classes.map((_, k) => this.probability(trace, k));
    };
    const [here, around] = [shares(this.inputs), averagedOverShifts(shares, this.inputs, this.shape)].map((values) => values[this.saidAt]);
    return here > SURE && around <= SURE ? around : null;
  }

  // What is wanted, in words.
  /** @param {number} wanted */
  wantedName(wanted) {
    return this.classes.length ? this.classes[wanted] : quantity(wanted, this.unit);
  }

  // Sigmoid outputs do not sum to one, and count by their share.
  /** @param {ForwardTrace} trace @param {number} k */
  probability(trace, k) {
    const values = trace.activations[this.last];
    return values[k] / values.reduce((sum, value) => sum + value, 0);
  }

  /** @param {ForwardTrace} trace */
  answer(trace) {
    const values = trace.activations[this.last];
    if (this.classes.length) return this.classes[values.indexOf(Math.max(...values))];
    return quantity(this.scale.mean + this.scale.deviation * values[0], this.unit);
  }

  /** @param {number} k */
  outputName(k) {
    if (this.classes.length) return this.classes[k];
    return this.outputs.length > 1 ? String(k) : WORDS.theAnswer;
  }

  /** @param {number} layer @param {number} k */
  neuronName(layer, k) {
    if (layer < this.last) return WORDS.neuronOf(layer + 1, k);
    return this.classes.length || this.outputs.length > 1 ? WORDS.outputOf(this.outputName(k)) : WORDS.theOutput;
  }

  /** @param {number} layer @param {number} j */
  sourceName(layer, j) {
    if (layer) return this.neuronName(layer - 1, j);
    if (this.names) return this.names[j];
    return this.shape ? WORDS.pixelOf(Math.floor(j / this.shape[1]), j % this.shape[1]) : WORDS.inputOf(j);
  }

  // Of what goes into a neuron, or of its corrections, the largest.
  /** @param {number} layer @param {number} k */
  strongest(layer, k) {
    const values = this.network.valuesInto(this.trace, layer);
    /** @type {(j: number) => number} */
    const size = (j) => Math.abs(values[j] * (this.backward ? this.trace.deltas[layer][k] : this.network.weight(layer, j, k)));
    let best = 0;
    for (let j = 0; j < values.length; j++) if (size(j) > size(best)) best = j;
    return best;
  }

  // Point at a neuron: forward it shows its sum, backward its δ.
  /** @param {number} layer @param {number} k */
  point(layer, k) {
    const before = this.step;
    Object.assign(this, { neuron: [layer, k], source: this.strongest(layer, k) });
    if (layer === this.last) this.output = k;
    else {
      this.hidden = [layer, k];
      if (["input", "output", "loss"].includes(before)) this.place = this.steps.indexOf("sum");
      if (["error", "step"].includes(before)) this.place = this.steps.indexOf("blame");
    }
  }

  // Point at an output: early it shows its sum, later its own part in the step.
  /** @param {number} k */
  pointAtOutput(k) {
    if (["input", "sum", "activation", "correction"].includes(this.step)) this.point(this.last, k);
    else Object.assign(this, { output: k, neuron: [this.last, k], source: this.strongest(this.last, k) });
  }

  // Point at what learning would change most.
  pointAtStrongest() {
    const layer = this.last ? this.last - 1 : 0;
    const deltas = this.trace.deltas[layer];
    const best = deltas.reduce((most, delta, k) => (Math.abs(delta) > Math.abs(deltas[most]) ? k : most), 0);
    this.neuron = [layer, best];
    if (this.last) this.hidden = [layer, best];
    const values = this.network.valuesInto(this.trace, layer);
    this.source = values.reduce((most, value, j) => (Math.abs(value) > Math.abs(values[most]) ? j : most), 0);
  }

  // Point at an input: what the first layer does with it.
  /** @param {number} source */
  pointAtInput(source) {
    this.source = source;
    if (this.neuron[0] !== 0 && this.last) this.neuron = [0, this.hidden[0] === 0 ? this.hidden[1] : 0];
  }

  // Everything that a caption or a panel says, of where the reader stands.
  /** @param {(change: Partial<Stage>) => void} choose */
  view(choose) {
    const [layer] = this.hidden;
    const units = this.trace.activations[layer];
    return {
      ...this,
      nameOf: {
        /** @param {number} k */
        output: (k) => this.outputName(k),
        /** @param {number} n @param {number} k */
        neuron: (n, k) => this.neuronName(n, k),
        /** @param {number} n @param {number} j */
        source: (n, j) => this.sourceName(n, j),
      },
      /** @param {ForwardTrace} trace */
      answer: (trace) => this.answer(trace),
      /** @param {ForwardTrace} trace @param {number} k */
      probability: (trace, k) => this.probability(trace, k),
      stepped: () => this.stepped,
      raw: this.inputs === this.first ? (this.subject.raw ?? null) : null,
      said: this.answer(this.trace),
      saidAt: this.saidAt,
      confidence: this.probability(this.trace, this.saidAt),
      wanted: this.classes.length ? this.wanted : 0,
      loss: this.trace.loss,
      parameters: this.network.parameters.length,
      nonzero: this.inputs.filter((value) => value !== 0).length,
      firing: units.filter((value) => value !== 0).length,
      blamed: this.trace.deltas[layer].filter((value) => value !== 0).length,
      units: units.length,
      /** @param {number} source */
      chooseSource: (source) => choose({ source }),
      /** @param {number} after */
      chooseAfter: (after) => choose({ after }),
    };
  }
}
