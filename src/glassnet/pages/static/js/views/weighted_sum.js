// Sums: the ink times one neuron's weights is a picture; it pours into a number line. What is blue adds, what is orange takes.

import { drawPixels, drawSigned, largest } from "#text/colors.js";
import { signedDecimal } from "#text/figures.js";
import { formula } from "#text/mathml.js";
import { decimal, words } from "#text/language.js";
import { draw, make } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";
import { sourceName, unitName } from "#views/names.js";
import { NeuronPicker } from "#views/neuron_picker.js";
import { NumberLine } from "#views/number_line.js";
import { termsOf } from "#views/terms.js";

/** @import { Scene } from "#views/scene.js" */
/** @import { Term } from "#views/number_line.js" */

const DROPS = 90;

export class WeightedSum {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.line = new NumberLine();
    this.picker = new NeuronPicker(scene);
    this.factors = ["ink", "weights", "products"].map((name) => ({ name, canvas: make("canvas", { role: "img" }), caption: make("figcaption") }));
    const figures = this.factors.map(({ name, canvas, caption }) => make("figure", { className: name }, canvas, caption));
    const [times, equals] = ["×", "="].map((sign) => make("span", { className: "sign" }, sign));
    this.product = make("div", { className: "product" }, figures[0], times, figures[1], equals, figures[2]);
    this.math = make("p", { className: "formulas" });
    this.drops = draw("svg", { class: "drops", "aria-hidden": "true" });
    this.element = make("div", { className: "part sums" }, this.product, this.line.element, this.math, this.picker.element, this.drops);
  }

  // The neuron that is looked into; of a network without hidden layers an answer.
  get unit() {
    const { scene } = this;
    if (!scene.last) return [0, scene.output];
    return scene.neuron[0] < scene.last ? scene.neuron : [0, 0];
  }

  show() {
    const { scene } = this;
    const [layer, unit] = this.unit;
    const pictured = layer === 0 && Boolean(scene.subject.shape);
    this.product.hidden = !pictured;
    this.element.classList.toggle("listed", !pictured);
    if (pictured) this.paint(unit);
    this.picker.show(layer, scene.trace.sums[layer]);
    const { terms, z } = this;
    this.line.show(terms, { name: words.forward.total, value: z });
    this.write(layer, unit);
  }

  get z() {
    const [layer, unit] = this.unit;
    return this.scene.trace.sums[layer][unit];
  }

  /** @returns {Term[]} */
  get terms() {
    const { scene } = this;
    const [layer, unit] = this.unit;
    /** @type {Term} */
    const bias = { name: words.forward.bias, value: scene.network.bias(layer, unit), tone: "ink" };
    if (layer > 0 || !scene.subject.shape) return [...termsOf(scene, layer, unit, (source) => sourceName(scene, layer, source)), bias];
    const [plus, minus] = this.sides;
    return [{ name: words.forward.onBlue, value: plus, tone: "plus" }, { name: words.forward.onOrange, value: minus, tone: "minus" }, bias];
  }

  // What all blue pixels of the product come to, and all orange ones.
  get sides() {
    const products = this.products();
    return [1, -1].map((sign) => products.reduce((sum, value) => sum + (value * sign > 0 ? value : 0), 0));
  }

  products() {
    const { scene } = this;
    const [layer, unit] = this.unit;
    return scene.network.valuesInto(scene.trace, layer).map((value, source) => value * scene.network.weight(layer, source, unit));
  }

  /** @param {number} unit */
  paint(unit) {
    const { scene } = this;
    const { shape } = scene.subject;
    if (!shape) return;
    const [ink, weights, products] = this.factors;
    const [looked, made] = [scene.weightsShown(0, unit), this.products()];
    drawPixels(ink.canvas, scene.example.inputs, shape, scene.colors.gray);
    drawSigned(weights.canvas, looked, shape, 0.8 * largest(looked), scene.colors);
    drawSigned(products.canvas, made, shape, largest(made), scene.colors);
    const texts = [words.forward.ink, words.forward.looksFor(unitName(scene, 0, unit)), words.forward.products];
    this.factors.forEach(({ canvas, caption }, place) => {
      caption.textContent = texts[place];
      canvas.setAttribute("aria-label", texts[place]);
    });
  }

  /** @param {number} layer @param {number} unit */
  write(layer, unit) {
    const [l, x] = [`(${layer + 1})`, layer ? `a^(${layer})` : "x"];
    const [plus, minus] = this.sides;
    const bias = this.scene.network.bias(layer, unit);
    const numbers = `= ⊕{${decimal(plus)}} − ⊖{${decimal(-minus)}} ${bias < 0 ? "−" : "+"} ${decimal(Math.abs(bias))} = *${decimal(this.z)}*`;
    this.math.replaceChildren(formula(`z^${l}_${unit} = Σ_i ${x}_i W^${l}_{i,${unit}} + b^${l}_${unit}`), formula(numbers));
  }

  resize() {
    this.line.resize();
  }

  // The picture's pixels fall onto the line.
  async play() {
    const { scene, drops } = this;
    drops.replaceChildren();
    const shape = scene.subject.shape;
    if (motion.reduced || this.product.hidden || !shape) return this.line.grow();
    const products = this.products();
    const order = [...products.keys()].sort((a, b) => Math.abs(products[b]) - Math.abs(products[a])).slice(0, DROPS);
    const [room, from] = [this.element.getBoundingClientRect(), this.factors[2].canvas.getBoundingClientRect()];
    const goals = [0, 1].map((place) => this.line.barOf(place).getBoundingClientRect());
    const side = from.width / shape[1];
    drops.setAttribute("viewBox", `0 0 ${room.width} ${room.height}`);
    const falls = order.filter((place) => products[place] !== 0).map((place, turn) => {
      const goal = goals[products[place] > 0 ? 0 : 1];
      const [x, y] = [from.x - room.x + (place % shape[1]) * side, from.y - room.y + Math.floor(place / shape[1]) * side];
      const drop = draw("rect", { x, y, width: side, height: side, class: products[place] > 0 ? "plus" : "minus" });
      drops.append(drop);
      const [across, down] = [goal.x - room.x + ((turn % 10) / 10) * goal.width - x, goal.y - room.y + goal.height / 2 - y];
      const delay = products[place] > 0 ? (turn / DROPS) * 0.3 * DURATION : 0.25 * DURATION + (turn / DROPS) * 0.3 * DURATION;
      return drop.animate([{ transform: "none", opacity: 1 }, { transform: `translate(${across}px, ${down}px)`, opacity: 0.2 }], { duration: 0.45 * DURATION, delay, easing: "ease-in", fill: "both" });
    });
    await Promise.all([motion.play(falls), this.line.grow()]);
    drops.replaceChildren();
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    this.picker.step(key === "ArrowDown" ? 1 : -1);
    return true;
  }

  sentence() {
    const { scene } = this;
    const [layer, unit] = this.unit;
    const [plus, minus] = this.sides;
    return { strong: words.forward.sums(unitName(scene, layer, unit), decimal(this.z)), rest: words.forward.sumsWhy(decimal(plus), decimal(-minus), signedDecimal(scene.network.bias(layer, unit))) };
  }
}
