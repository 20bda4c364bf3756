// What is on the stage: a network, an example, the answer that is wanted, and where the reader stands.

import { palette } from "glassnet/colors";
import { quantity } from "glassnet/numbers";
import { averagedOverShifts } from "glassnet/shifts";
import { STEPS, WORDS } from "glassnet/texts";

const SURE = 0.9; // from which an answer is worth a doubt

export function numbersOf(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Kind(bytes.buffer));
}

// Whole numbers and one scale for each neuron, all weights first, then all biases.
export function unpacked({ weights, scales, biases }, sizes) {
  const [whole, scale, bias] = [numbersOf(weights, Int16Array), numbersOf(scales, Float32Array), numbersOf(biases, Float32Array)];
  const parameters = new Float64Array(whole.length + bias.length);
  let [place, first] = [0, 0];
  sizes.slice(1).forEach((units, layer) => {
    for (let j = 0; j < sizes[layer]; j++) for (let k = 0; k < units; k++, place++) parameters[place] = whole[place] * scale[first + k];
    first += units;
  });
  parameters.set(bias, whole.length);
  return parameters;
}

export class Stage {
  // subject: what is known of the model: classes, names, shape, scale, unit, rate.
  constructor(subject, network, inputs, wanted) {
    const { classes, names, shape, scale, unit, rate } = subject;
    Object.assign(this, { subject, classes, names, shape, scale, unit, rate, network, last: network.last });
    this.steps = STEPS.filter((step) => this.last > 0 || !["activation", "blame"].includes(step));
    this.place = 0;
    this.neuron = subject.neuron ?? [0, 0];
    this.hidden = this.last ? (this.neuron[0] < this.last ? [...this.neuron] : [this.last - 1, 0]) : null;
    Object.assign(this, { source: subject.source ?? 0, output: 0, after: -1, truth: null, colors: palette() });
    this.put(inputs, wanted);
  }

  get step() {
    return this.steps[this.place];
  }

  get backward() {
    return STEPS.indexOf(this.step) >= STEPS.indexOf("error");
  }

  // Another example, or another answer to it.
  put(inputs, wanted) {
    this.inputs = inputs;
    const targets = new Float64Array(this.network.sizes[this.last + 1]);
    if (this.classes.length) targets[wanted] = 1;
    else targets[0] = (wanted - this.scale.mean) / this.scale.deviation;
    this.trace = this.network.backward(this.network.forward(inputs), targets);
    this.taken = null;
    this.wanted = wanted;
    this.output = this.classes.length ? wanted : 0;
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
  replace(network) {
    network.off = this.network.off;
    this.network = network;
    this.put(this.inputs, this.wanted);
  }

  // What was looked at on another stage; of the same network, after the server was lost, all that was done to it too.
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
  saidOf(inputs) {
    const values = this.network.forward(inputs).activations[this.last];
    if (this.classes.length) return values.indexOf(Math.max(...values));
    return this.scale.mean + this.scale.deviation * values[0];
  }

  // How sure it is of its answer on the average over shifts of a pixel, where it seems sure and is not; else null.
  get lessSure() {
    if (!this.classes.length || !this.shape) return null;
    const shares = (inputs) => {
      const trace = this.network.forward(inputs);
      return this.classes.map((_, k) => this.probability(trace, k));
    };
    const [here, around] = [shares(this.inputs), averagedOverShifts(shares, this.inputs, this.shape)].map((values) => values[this.saidAt]);
    return here > SURE && around <= SURE ? around : null;
  }

  // What is wanted, in words.
  wantedName(wanted) {
    return this.classes.length ? this.classes[wanted] : quantity(wanted, this.unit);
  }

  // Sigmoid outputs do not sum to one, and count by their share.
  probability(trace, k) {
    const values = trace.activations[this.last];
    return values[k] / values.reduce((sum, value) => sum + value, 0);
  }

  answer(trace) {
    const values = trace.activations[this.last];
    if (this.classes.length) return this.classes[values.indexOf(Math.max(...values))];
    return quantity(this.scale.mean + this.scale.deviation * values[0], this.unit);
  }

  outputName(k) {
    if (this.classes.length) return this.classes[k];
    return this.outputs.length > 1 ? String(k) : WORDS.theAnswer;
  }

  neuronName(layer, k) {
    if (layer < this.last) return WORDS.neuronOf(layer + 1, k);
    return this.classes.length || this.outputs.length > 1 ? WORDS.outputOf(this.outputName(k)) : WORDS.theOutput;
  }

  sourceName(layer, j) {
    if (layer) return this.neuronName(layer - 1, j);
    if (this.names) return this.names[j];
    return this.shape ? WORDS.pixelOf(Math.floor(j / this.shape[1]), j % this.shape[1]) : WORDS.inputOf(j);
  }

  // Of what goes into a neuron, or of its corrections, the largest.
  strongest(layer, k) {
    const values = this.network.valuesInto(this.trace, layer);
    const size = (j) => Math.abs(values[j] * (this.backward ? this.trace.deltas[layer][k] : this.network.weight(layer, j, k)));
    let best = 0;
    for (let j = 0; j < values.length; j++) if (size(j) > size(best)) best = j;
    return best;
  }

  // Point at a neuron: forward it shows its sum, backward its blame.
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
  pointAtInput(source) {
    this.source = source;
    if (this.neuron[0] !== 0 && this.last) this.neuron = [0, this.hidden[0] === 0 ? this.hidden[1] : 0];
  }

  // Everything that a caption or a panel says, of where the reader stands.
  view(choose) {
    const layer = this.hidden ? this.hidden[0] : 0;
    const units = this.trace.activations[layer];
    return {
      ...this,
      stepped: this.step === "step" ? this.stepped : null,
      nameOf: { output: (k) => this.outputName(k), neuron: (n, k) => this.neuronName(n, k), source: (n, j) => this.sourceName(n, j) },
      answer: (trace) => this.answer(trace),
      probability: (trace, k) => this.probability(trace, k),
      raw: this.inputs === this.first ? this.subject.raw : null,
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
      chooseSource: (source) => choose({ source }),
      chooseAfter: (after) => choose({ after }),
    };
  }
}
