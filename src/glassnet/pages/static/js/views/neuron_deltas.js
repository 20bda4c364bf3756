// The second station home: along its lines a neuron hears of every error after it, times the weight of the line. Two lines are
// strong, of what was too low and of what was too high; what they bring adds up to its own δ.

import { drawSigned, largest } from "#text/colors.js";
import { figure, signedFigure } from "#text/figures.js";
import { words } from "#text/language.js";
import { formula } from "#text/mathml.js";
import { bracketed, kindOf, plain, toned } from "#views/answer_deltas.js";
import { make } from "#views/elements.js";
import { unitName } from "#views/names.js";
import { NetworkPicture } from "#views/network_picture.js";

/** @import { Network, Trace } from "#engine/network.js" */
/** @import { Scene } from "#views/scene.js" */
/** @typedef {{ unit: number, weight: number, delta: number, product: number }} Arrival what one line brings */

const SMALL = 0.005; // an error that is no more than nothing, where there is little room
const CLOSE = 4; // answers between which two texts would meet

/** @type {(network: Network, trace: Trace, layer: number, unit: number) => Arrival[]} */
const arrivalsAt = (network, trace, layer, unit) =>
  Array.from(trace.deltas[layer + 1], (delta, to) => {
    const weight = network.weight(layer + 1, unit, to);
    return { unit: to, delta, weight, product: delta * weight };
  });

// Of the lines that bring most, one of what was too low and one of what was too high; where all are of one kind, two of it.
/** @type {(network: Network, trace: Trace, layer: number, unit: number) => Arrival[]} */
export function arrivals(network, trace, layer, unit) {
  const order = arrivalsAt(network, trace, layer, unit).filter(({ product }) => product !== 0).sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const [first, ...rest] = order;
  if (!first) return [];
  const second = rest.find(({ delta }) => Math.sign(delta) !== Math.sign(first.delta) && Math.abs(delta) > 0.02 * Math.abs(first.delta)) ?? rest[0];
  return second ? [first, second].sort((a, b) => a.delta - b.delta) : [first];
}

/** @type {(value: number) => "plus" | "minus"} */
const sign = (value) => (value < 0 ? "minus" : "plus");

export class NeuronDeltas {
  /** @param {Scene} scene @param {() => void} another asks for another neuron */
  constructor(scene, another) {
    this.scene = scene;
    this.layer = 0;
    this.looks = make("canvas", { role: "img", ariaLabel: words.backward.looksFor });
    this.name = make("h2");
    this.sum = make("p", { className: "sum" });
    this.formula = make("div", { className: "formula" });
    const other = make("button", { type: "button", className: "plain", onclick: () => another() }, words.backward.nextNeuron);
    const neuron = make("figure", { className: "neuron-large" }, this.name, this.looks, make("figcaption", {}, this.sum), other);
    this.picture = new NetworkPicture(scene, { bars: (k) => this.bar(k), signed: true, legend: [words.backward.softer, words.backward.louder] });
    this.element = make("div", { className: "neuron-deltas" }, make("div", { className: "told" }, neuron, this.formula), this.picture.element);
  }

  /** @param {number} k */
  bar(k) {
    const { trace, last } = this.scene;
    const delta = "deltas" in trace ? trace.deltas[last][k] : 0;
    const strong = Math.abs(delta) > 0.05;
    return { share: delta, text: Math.abs(delta) < SMALL ? "0" : signedFigure(delta), tone: strong ? sign(delta) : /** @type {const} */ ("quiet"), strong };
  }

  get trace() {
    return /** @type {Trace} */ (this.scene.trace);
  }

  get unit() {
    return this.scene.neuron[1];
  }

  get strong() {
    return arrivals(this.scene.network, this.trace, this.layer, this.unit);
  }

  /** @param {number} layer */
  show(layer) {
    const { scene } = this;
    this.layer = layer;
    const weights = scene.weightsShown(layer, this.unit);
    drawSigned(this.looks, weights, scene.weightsShape(layer), 0.8 * largest(weights), scene.colors);
    const delta = this.trace.deltas[layer][this.unit];
    this.name.textContent = unitName(scene, layer, this.unit);
    this.sum.className = `sum ${kindOf(delta)}`;
    this.sum.replaceChildren(formula(`δ^(${layer + 1})_${this.unit} = ${toned(delta)}`));
    this.formula.replaceChildren(...this.formulas(delta));
    this.picture.show();
    this.picture.highlight(this.lines());
    this.ring();
  }

  // All lines that leave the neuron, as wide as what they bring; on the two strong ones it is written.
  lines() {
    const { strong, layer, unit } = this;
    const all = arrivalsAt(this.scene.network, this.trace, layer, unit);
    const most = Math.max(...all.map(({ product }) => Math.abs(product))) || 1;
    const near = strong.length > 1 && Math.abs(strong[0].unit - strong[1].unit) < CLOSE;
    return all.map(({ unit: to, weight, delta, product }) => {
      const place = strong.findIndex((one) => one.unit === to);
      const text = place < 0 ? "" : `${signedFigure(weight)} · ${bracketed(delta)} = ${signedFigure(product)}`;
      return { layer: layer + 1, from: unit, to, text, tone: sign(product), share: product / most, at: near && strong[place]?.unit === Math.min(...strong.map((one) => one.unit)) ? 0.4 : this.scene.last > 1 ? 0.5 : 0.62 };
    });
  }

  // δ = f'(z) Σ W δ, then the same with the two strong terms.
  /** @param {number} delta */
  formulas(delta) {
    const { scene, layer, unit, strong } = this;
    const slope = scene.network.slope(this.trace, layer, unit);
    const terms = strong.map(({ unit: to, weight, delta: arriving }) => {
      const name = layer + 1 === scene.last ? (scene.subject.classes[to] ?? words.names.theAnswer) : words.names.neuron(to);
      return `⏟{${figure(weight)} · ${bracketed(arriving)}}{${words.backward.fromUnit(name)}}`;
    });
    const sum = [...terms, ...(scene.network.sizes[layer + 2] > terms.length ? ["…"] : [])].join(" + ");
    const general = `δ^(${layer + 1})_${unit} = f'(z^(${layer + 1})_${unit}) · Σ_k W^(${layer + 2})_{${unit},k} δ^(${layer + 2})_k`;
    return [general, `= ${plain(slope)} · (${sum}) = ${toned(delta)}`].map((line) => make("p", {}, formula(line)));
  }

  // The error runs home along the two strong lines.
  play() {
    void this.picture.travel("backward", { lines: this.lines().filter(({ text }) => text) });
  }

  // The rim of a neuron is here its share of the error.
  ring() {
    const { picture, layer, scene } = this;
    const deltas = this.trace.deltas[layer];
    const most = largest(deltas);
    picture.neurons.forEach((group, at) => group.forEach(({ button }, place) => {
      const unit = picture.units[at][place];
      button.dataset.delta = at === layer ? kindOf(deltas[unit]) : "other";
      button.style.setProperty("--share", at === layer ? (Math.abs(deltas[unit]) / most).toFixed(3) : "0");
      if (at === layer) button.ariaLabel = `${unitName(scene, layer, unit)}: δ ${signedFigure(deltas[unit])}`;
    }));
  }

  resize() {
    this.picture.resize();
    if (!this.element.hidden) this.ring();
  }

  sentence() {
    const { scene, layer, unit } = this;
    const delta = this.trace.deltas[layer][unit];
    if (delta === 0) return scene.network.slope(this.trace, layer, unit) === 0 ? { strong: words.backward.silent(unitName(scene, layer, unit)), rest: words.backward.silentWhy } : { strong: words.backward.unheard, rest: words.backward.unheardWhy };
    // Whoever pulls harder is named last.
    const order = this.strong.toSorted((a, b) => Math.abs(a.product) - Math.abs(b.product));
    const told = order.map(({ unit: to, weight, delta: arriving, product }) => {
      const name = layer + 1 === scene.last ? (scene.subject.classes.length ? words.backward.the(scene.subject.classes[to]) : words.names.theAnswer) : words.names.neuron(to);
      return { name, speaksFor: weight > 0, plain: weight > 0 && arriving < 0, louder: product < 0 };
    });
    return { strong: delta < 0 ? words.backward.isLouder : words.backward.isSofter, rest: told.length ? words.backward.whoWants(told) : "" };
  }
}
