// Logits: what every neuron adds to each answer; of one answer the terms, one by one.

import { largest } from "#text/colors.js";
import { figure, signedDecimal } from "#text/figures.js";
import { formula } from "#text/mathml.js";
import { decimal, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { unitName } from "#views/names.js";
import { NetworkPicture } from "#views/network_picture.js";
import { NumberLine } from "#views/number_line.js";
import { termsOf } from "#views/terms.js";

/** @import { Scene } from "#views/scene.js" */
/** @import { Reading } from "#views/network_picture.js" */

const LABELED = 3; // lines that have their product written on them
const APART = 0.3; // of their length, where lines into one answer are still apart

export class LogitSums {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.picture = new NetworkPicture(scene, { bars: (answer) => this.bar(answer), signed: true, titles: { answers: words.forward.logitsHead } });
    this.line = new NumberLine();
    this.title = make("h2");
    this.math = make("p", { className: "formulas" });
    this.side = make("div", { className: "side" }, this.title, this.line.element, this.math);
    this.element = make("div", { className: "part logits" }, this.picture.element, this.side);
  }

  /** @param {number} k @returns {Reading} */
  bar(k) {
    const { scene } = this;
    const logits = scene.trace.sums[scene.last];
    return { share: logits[k] / largest(logits), text: figure(logits[k]), tone: logits[k] < 0 ? "minus" : "plus", strong: k === scene.output };
  }

  get terms() {
    const { scene } = this;
    return termsOf(scene, scene.last, scene.output, (source) => unitName(scene, scene.last - 1, source));
  }

  show() {
    const { scene } = this;
    const { last, output, network } = scene;
    const name = unitName(scene, last, output);
    this.title.textContent = words.forward.adds(name);
    const bias = network.bias(last, output);
    this.line.show([...this.terms, { name: words.forward.bias, value: bias, tone: "ink" }], { name: words.forward.total, value: scene.trace.sums[last][output] });
    this.picture.show();
    this.picture.highlight(this.lines());
    const l = `(${last + 1})`;
    const numbers = this.terms.slice(0, 2).map(({ value }, place) => `${value < 0 ? "−" : place ? "+" : ""} ${value < 0 ? "⊖" : "⊕"}{${decimal(Math.abs(value))}}`);
    this.math.replaceChildren(formula(`z^${l}_${output} = Σ_j a^(${last})_j W^${l}_{j,${output}} + b^${l}_${output}`), formula(`= ${numbers.join(" ")} + … = *${decimal(scene.trace.sums[last][output])}*`));
  }

  // Those into the answer, the strongest with their products.
  lines() {
    const { scene } = this;
    const { last, output } = scene;
    const units = this.picture.units[last - 1] ?? [];
    const pushes = units.map((unit) => ({ unit, value: scene.push(last, unit, output) })).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    return pushes.map(({ unit, value }, place) => ({ layer: last, from: unit, to: output, at: APART, text: place < LABELED && value ? signedDecimal(value) : undefined }));
  }

  resize() {
    this.picture.resize();
    this.line.resize();
  }

  async play() {
    await Promise.all([this.picture.travel("forward", { lines: this.lines() }), this.line.grow()]);
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    const count = this.scene.outputs.length;
    this.scene.change({ output: (this.scene.output + (key === "ArrowDown" ? 1 : count - 1)) % count });
    return true;
  }

  sentence() {
    const { scene } = this;
    const [first] = this.terms;
    const strong = words.forward.logit(unitName(scene, scene.last, scene.output), decimal(scene.trace.sums[scene.last][scene.output]));
    return { strong, rest: first ? words.forward.logitWhy(first.name, signedDecimal(first.value)) : "" };
  }
}
