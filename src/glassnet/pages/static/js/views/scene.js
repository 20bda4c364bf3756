// What all views share: a network, an example, and where the reader looks. Whoever changes it calls `change`, and all
// hear of it by the event "change".
//
//   scene.subject     { classes, shape, names, scale, unit }: what the network's ends stand for; replaced as a whole
//   scene.network     engine/network.js's Network, float64
//   scene.example     { inputs: Float64Array, wanted: class or value | null, number: its place in the data | null, drawn: boolean }
//   scene.trace       all that the network computes of it: { inputs, sums, activations } and, where something is wanted,
//                     { targets, loss, deltas } (computed when first asked for)
//   scene.neuron      [layer, unit], counted from 0: the one that is looked into
//   scene.source      the input (or unit of the layer before) whose weight is looked at
//   scene.output      the answer whose lines are strong
//   scene.spread      each input's standard deviation over the training set, or null; `weightsShown` multiplies by it
//   scene.quality     { right, total } on examples never seen, or null while nobody has counted
//   scene.examples    what there is to choose from (see Examples), or null
//   scene.prepared    what becomes of a drawing before the network sees it; scene.strange says whether it is like nothing known
//   scene.change({ example }), scene.change({ network, quality }), scene.change({ neuron: [0, 13] }) ...
//   scene.addEventListener("change", ({ parts }) => ...): parts is a Set of the names that changed

import { palette } from "#text/colors.js";
import { paper } from "#views/paper.js";

/** @import { ForwardTrace, Network, Trace } from "#engine/network.js" */
/** @typedef {{ inputs: Float64Array, wanted: number | null, number: number | null, drawn: boolean }} Example */
/**
 * @typedef {object} Subject
 * @property {string[]} classes names of the answers; none where the answer is a number
 * @property {number[] | null} shape height and width of pictures, null for a table's rows
 * @property {string[] | null} names of a table's inputs
 * @property {{ mean: number, deviation: number } | null} [scale] of a number that is predicted
 * @property {string} [unit]
 * @property {boolean} [drawable] whether one may draw an input
 */
/**
 * @typedef {object} Examples what there is to choose from
 * @property {number} total
 * @property {{ inputs: Float64Array, wanted: number, number: number }[]} offered a few at hand, one of each class at least
 * @property {number[]} order numbers in the order in which one asks for another: mistakes first
 * @property {(number: number) => Promise<{ inputs: Float64Array, wanted: number } | null>} take null where there is none of this number
 */
/** @typedef {{ right: number, total: number }} Quality */

export class Changed extends Event {
  /** @param {Set<string>} parts */
  constructor(parts) {
    super("change");
    this.parts = parts;
  }
}

export class Scene extends EventTarget {
  /**
   * @param {Subject} subject @param {Network} network @param {Example} example
   * @param {{ spread?: Float64Array | null, quality?: Quality | null, examples?: Examples | null }} [more]
   */
  constructor(subject, network, example, { spread = null, quality = null, examples = null } = {}) {
    super();
    this.subject = subject;
    this.network = network;
    this.example = example;
    this.spread = spread;
    this.quality = quality;
    this.examples = examples;
    this.prepared = (/** @type {Float64Array} */ inputs) => inputs;
    this.strange = (/** @type {Float64Array} */ _inputs) => false;
    this.colors = palette();
    this.known = /** @type {ForwardTrace | Trace | null} */ (null);
    this.neuron = [0, 0];
    this.source = 0;
    this.output = 0;
    this.point();
    for (const turning of [matchMedia("(prefers-color-scheme: dark)"), paper]) turning.addEventListener("change", () => this.change({ colors: palette() }));
  }

  /** @param {{ [part: string]: any }} parts */
  change(parts) {
    Object.assign(this, parts);
    if ("network" in parts || "example" in parts || "subject" in parts) {
      this.known = null;
      this.point("neuron" in parts, "output" in parts, "source" in parts);
    }
    this.dispatchEvent(new Changed(new Set(Object.keys(parts))));
  }

  // Where a reader looks first: the answer given, and the neuron that said most to it. A network that is trained on, or
  // another digit, keeps neuron numbers where they are.
  point(neuron = false, output = false, source = false) {
    if (!output) this.output = this.said;
    if (!neuron) this.neuron = this.loudest();
    if (!source) this.source = this.largestSource();
  }

  // The hidden neuron of the first layer that adds most to what the answer's logit is, through all layers after it.
  loudest() {
    if (!this.last) return [0, this.output];
    const slopes = this.network.propagate(this.trace, this.trace.sums[this.last].map((_, k) => (k === this.output ? 1 : 0)));
    const pushes = this.trace.sums[0].map((z, unit) => Math.abs(z * slopes[0][unit]));
    return [0, pushes.indexOf(Math.max(...pushes))];
  }

  largestSource() {
    const [layer, unit] = this.neuron;
    const values = this.network.valuesInto(this.trace, layer).map(Math.abs);
    const products = values.map((value, source) => value * Math.abs(this.network.weight(layer, source, unit)));
    const sizes = products.some((product) => product > 0) ? products : values; // all weights may be zero
    return Math.max(0, sizes.indexOf(Math.max(...sizes)));
  }

  get last() {
    return this.network.last;
  }

  get trace() {
    this.known ??= this.traced();
    return this.known;
  }

  // With what is wanted also backward.
  traced() {
    const trace = this.network.forward(this.example.inputs);
    return this.example.wanted === null ? trace : this.network.backward(trace, this.targets(this.example.wanted));
  }

  /** @param {number} wanted */
  targets(wanted) {
    const targets = new Float64Array(this.network.sizes[this.last + 1]);
    if (this.subject.classes.length) targets[wanted] = 1;
    else targets[0] = (wanted - (this.subject.scale?.mean ?? 0)) / (this.subject.scale?.deviation ?? 1);
    return targets;
  }

  get outputs() {
    return this.trace.activations[this.last];
  }

  // How much of the answer each class has; of sigmoid outputs their share.
  get probabilities() {
    if (this.network.output !== "sigmoid") return this.outputs;
    const sum = this.outputs.reduce((all, value) => all + value, 0) || 1;
    return this.outputs.map((value) => value / sum);
  }

  // The class with the largest output.
  get said() {
    return this.outputs.indexOf(Math.max(...this.outputs));
  }

  get refused() {
    return this.example.drawn && this.strange(this.example.inputs);
  }

  // What a unit adds to each unit after it: its activation times the weight.
  /** @param {number} layer of the weights @param {number} source @param {number} unit */
  push(layer, source, unit) {
    return this.network.valuesInto(this.trace, layer)[source] * this.network.weight(layer, source, unit);
  }

  // A neuron's weights as they are drawn: times the spread of each input, so that pixels that are never lit do not show
  // their random start as if it meant something. Deeper neurons have them as they are.
  /** @param {number} layer @param {number} unit */
  weightsShown(layer, unit) {
    const weights = this.network.weightsInto(layer, unit);
    const { spread } = this;
    return layer === 0 && spread ? weights.map((weight, source) => weight * spread[source]) : weights;
  }

  // Height and width of the picture that a layer's weights make: the input's, or a square of them.
  /** @param {number} layer */
  weightsShape(layer) {
    if (layer === 0 && this.subject.shape) return this.subject.shape;
    const width = Math.ceil(Math.sqrt(this.network.sizes[layer]));
    return [Math.ceil(this.network.sizes[layer] / width), width];
  }
}
