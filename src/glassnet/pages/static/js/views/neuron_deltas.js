// The second station home: along its lines a neuron hears of every error after it, times the weight of the line. Two lines are
// strong, of what was too low and of what was too high; what they bring adds up to its own δ.

import { drawSigned, largest } from "#text/colors.js";
import { figure, signedFigure } from "#text/figures.js";
import { words } from "#text/language.js";
import { braced, factor, letter, math, number, row } from "#text/mathml.js";
import { kindOf } from "#views/answer_deltas.js";
import { make } from "#views/elements.js";
import { unitName } from "#views/names.js";
import { NetworkPicture } from "#views/network_picture.js";

/** @import { Network, Trace } from "#engine/network.js" */
/** @import { Scene } from "#views/scene.js" */
/** @typedef {{ unit: number, weight: number, delta: number, product: number }} Arrival what one line brings */

// Of the lines that bring most, one of what was too low and one of what was too high; where all are of one kind, two of it.
/** @type {(network: Network, trace: Trace, layer: number, unit: number) => Arrival[]} */
export function arrivals(network, trace, layer, unit) {
  const all = Array.from(trace.deltas[layer + 1], (delta, to) => ({ unit: to, delta, weight: network.weight(layer + 1, unit, to), product: delta * network.weight(layer + 1, unit, to) }));
  const order = all.filter(({ product }) => product !== 0).sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const [first, ...rest] = order;
  if (!first) return [];
  const second = rest.find(({ delta }) => Math.sign(delta) !== Math.sign(first.delta) && Math.abs(delta) > 0.02 * Math.abs(first.delta)) ?? rest[0];
  return second ? [first, second].sort((a, b) => a.delta - b.delta) : [first];
}

export class NeuronDeltas {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.layer = 0;
    this.looks = make("canvas", { role: "img", ariaLabel: words.backward.looksFor });
    this.name = make("h2");
    this.sum = make("p", { className: "sum" });
    this.formula = make("div", { className: "formula" });
    const neuron = make("figure", { className: "neuron-large" }, this.name, this.looks, make("figcaption", {}, this.sum));
    this.picture = new NetworkPicture(scene, { bars: (k) => this.bar(k), signed: true, legend: [words.backward.softer, words.backward.louder] });
    this.element = make("div", { className: "neuron-deltas" }, make("div", { className: "told" }, neuron, this.formula), this.picture.element);
  }

  /** @param {number} k */
  bar(k) {
    const { trace, last } = this.scene;
    const delta = "deltas" in trace ? trace.deltas[last][k] : 0;
    const strong = Math.abs(delta) > 0.05;
    const note = strong ? (delta < 0 ? words.backward.tooLow : words.backward.tooHigh) : "";
    return { share: delta, text: signedFigure(delta), tone: /** @type {const} */ (strong ? (delta < 0 ? "minus" : "plus") : "quiet"), strong, note };
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
    this.sum.replaceChildren(math(letter("δ", { sub: String(this.unit), sup: String(layer + 1) }), "=", number(signedFigure(delta))));
    this.formula.replaceChildren(...this.formulas(delta));
    this.picture.show();
    this.picture.highlight(this.lines());
  }

  // All lines that leave the neuron; on the two strong ones stands what they bring.
  lines() {
    const { strong, layer, unit } = this;
    return strong.map(({ unit: to, weight, delta, product }) => {
      const text = `${signedFigure(weight)} · ${delta < 0 ? `(${figure(delta)})` : figure(delta)} = ${signedFigure(product)}`;
      return { layer: layer + 1, from: unit, to, text, tone: /** @type {const} */ (product < 0 ? "minus" : "plus") };
    });
  }

  // δ = f'(z) Σ W δ, then the same with the two strong terms.
  /** @param {number} delta */
  formulas(delta) {
    const { scene, layer, unit, strong } = this;
    const [own, next, sub] = [String(layer + 1), String(layer + 2), String(unit)];
    const slope = number(figure(scene.network.slope(this.trace, layer, unit)));
    const terms = strong.map(({ unit: to, weight, delta: arriving }) => {
      const said = words.backward.fromUnit(layer + 1 === scene.last ? (scene.subject.classes[to] ?? words.names.theAnswer) : unitName(scene, layer + 1, to));
      return braced(row(factor(figure(weight)), "·", factor(figure(arriving))), said);
    });
    const more = scene.network.sizes[layer + 2] > terms.length ? ["+", "…"] : [];
    const sum = terms.flatMap((term, place) => (place ? ["+", term] : [term]));
    const general = math(letter("δ", { sub, sup: own }), "=", row(letter("f′"), "(", letter("z", { sub, sup: own }), ")"), "·", "Σ", letter("W", { sub: `${sub},k`, sup: next }), letter("δ", { sub: "k", sup: next }));
    const here = math("=", slope, "·", "(", ...sum, ...more, ")", "=", number(signedFigure(delta), kindOf(delta)));
    return [make("p", {}, general), make("p", {}, here)];
  }

  // The error runs home along the two strong lines.
  play() {
    void this.picture.travel("backward", { lines: this.lines() });
  }

  resize() {
    this.picture.resize();
  }

  sentence() {
    const { scene, layer, unit } = this;
    const delta = this.trace.deltas[layer][unit];
    if (delta === 0) return scene.network.slope(this.trace, layer, unit) === 0 ? { strong: words.backward.silent(unitName(scene, layer, unit)), rest: words.backward.silentWhy } : { strong: words.backward.unheard, rest: words.backward.unheardWhy };
    const told = this.strong.map(({ unit: to, weight, delta: arriving, product }) => {
      const name = layer + 1 === scene.last ? words.backward.the(scene.subject.classes[to] ?? words.names.theAnswer) : unitName(scene, layer + 1, to);
      return { name, speaksFor: weight > 0, tooLow: arriving < 0, louder: product < 0 };
    });
    return { strong: delta < 0 ? words.backward.isLouder : words.backward.isSofter, rest: told.length ? words.backward.whoWants(told) : "" };
  }
}
