// The first station home: what it said minus what it should have said, an answer a row. Of many answers, those that are most wrong.

import { drawPixels } from "#text/colors.js";
import { figure, share, signedFigure } from "#text/figures.js";
import { whole, words } from "#text/language.js";
import { formula } from "#text/mathml.js";
import { draw, make } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";

/** @import { Trace } from "#engine/network.js" */
/** @import { Scene } from "#views/scene.js" */

const MOST = 12; // rows
const NOTHING = 0.005; // what is less is no error to speak of

// What was too low by most, and what was too high by most; -1 where there is none.
/** @type {(deltas: Float64Array) => { low: number, high: number }} */
export function mostWrong(deltas) {
  const [least, most] = [Math.min(...deltas), Math.max(...deltas)];
  return { low: least < 0 ? deltas.indexOf(least) : -1, high: most > 0 ? deltas.indexOf(most) : -1 };
}

export class AnswerDeltas {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.table = make("table");
    this.formula = make("div", { className: "formula" });
    this.digit = make("canvas", { role: "img" });
    this.meant = make("p", { className: "meant" });
    this.example = make("figure", {}, this.digit, make("figcaption", {}, this.meant));
    this.element = make("div", { className: "answer-deltas" }, this.example, make("div", { className: "rows" }, this.table, this.formula));
    this.bars = /** @type {SVGRectElement[]} */ ([]);
  }

  show() {
    const { scene } = this;
    const trace = scene.trace;
    this.showExample();
    const { last, outputs, subject } = scene;
    const deltas = "deltas" in trace ? trace.deltas[last] : null;
    const rows = [...outputs.keys()];
    const shown = deltas ? rows.sort((a, b) => Math.abs(deltas[b]) - Math.abs(deltas[a])) : rows.sort((a, b) => outputs[b] - outputs[a]);
    const told = shown.slice(0, MOST).sort((a, b) => a - b);
    const heads = [words.backward.answer, words.backward.said, words.backward.should, scene.network.loss.fromLogits ? words.backward.difference : words.backward.slopeOfLoss].map((head) => make("th", { scope: "col" }, head));
    this.bars = [];
    const wrong = deltas ? mostWrong(deltas) : { low: -1, high: -1 };
    const body = told.map((k) => this.row(k, deltas, [wrong.low, wrong.high].includes(k) && Math.abs(deltas?.[k] ?? 0) > NOTHING));
    if (told.length < outputs.length) body.push(make("tr", { className: "others" }, make("td", { colSpan: 4 }, words.backward.moreAnswers(outputs.length - told.length))));
    this.table.replaceChildren(make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
    this.table.classList.toggle("numbers", !subject.classes.length);
    this.table.style.setProperty("--letters", String(lettersOf(scene)));
    this.formula.replaceChildren(...(deltas ? this.formulas(/** @type {Trace} */ (trace), wrong) : []));
  }

  showExample() {
    const { scene } = this;
    const { shape, classes } = scene.subject;
    const { wanted, drawn } = scene.example;
    this.example.hidden = !shape;
    if (!shape) return;
    drawPixels(this.digit, scene.example.inputs, shape, scene.colors.gray);
    const name = wanted === null ? "?" : (classes[wanted] ?? figure(wanted));
    this.digit.ariaLabel = words.backward.digit;
    this.meant.textContent = drawn ? words.backward.youMeant(name) : words.backward.meant(name);
  }

  /** @param {number} k @param {Float64Array | null} deltas @param {boolean} strong */
  row(k, deltas, strong) {
    const { scene } = this;
    const { classes } = scene.subject;
    const trace = scene.trace;
    const [said, should] = [scene.outputs[k], "targets" in trace ? trace.targets[k] : null];
    const name = classes[k] ?? words.names.theAnswer;
    const asked = scene.example.drawn && classes.length > 0;
    const circle = asked ? make("button", { type: "button", className: "circle", ariaLabel: words.backward.shouldBe(name), onclick: () => scene.change({ example: { ...scene.example, wanted: k } }) }, name) : make("span", { className: "circle" }, name);
    const delta = deltas?.[k] ?? null;
    /** @type {(value: number | null) => (Node | string)[]} */
    const part = (value) => (value === null ? ["?"] : classes.length ? [levelBar(value), make("span", { className: "value" }, share(value))] : [make("span", { className: "value" }, inItsUnit(scene, value))]);
    const bar = signedBar(delta ?? 0);
    this.bars.push(bar.rect);
    const word = strong && delta !== null ? (delta < 0 ? words.backward.tooLow : words.backward.tooHigh) : "";
    const last = delta === null ? [] : [bar.svg, make("b", { className: `value ${kindOf(delta)}` }, signedFigure(delta)), make("span", { className: `word ${kindOf(delta)}` }, word)];
    const cells = [part(said), part(should), last].map((children) => make("td", {}, make("div", {}, ...children)));
    return make("tr", { className: strong ? "strong" : "" }, make("th", { scope: "row" }, circle), ...cells);
  }

  // δ = p − y, and the same with the numbers of what is most wrong.
  /** @param {Trace} trace @param {{ low: number, high: number }} wrong */
  formulas(trace, { low, high }) {
    const { scene } = this;
    const { network, last } = scene;
    const delta = `δ^(${last + 1})`;
    const general = network.loss.fromLogits ? `${delta} = ${network.output === "softmax" ? "p" : `a^(${last + 1})`} − y` : `${delta} = ∂ℓ/∂z^(${last + 1})${scene.outputs.length > 1 ? "" : ` = ${toned(trace.deltas[last][0])}`}`;
    const told = network.loss.fromLogits ? [low, high].filter((k) => k >= 0 && Math.abs(trace.deltas[last][k]) > NOTHING) : [];
    const numbers = told.map((k) => `${delta}_${indexOf(scene, k)} = ${figure(scene.outputs[k])} − ${bracketed(trace.targets[k])} = ${toned(trace.deltas[last][k])}`);
    return [general, ...numbers].map((line) => make("p", {}, formula(line)));
  }

  // What should have been said is taken away: each bar goes from what was said to the difference.
  play() {
    if (motion.reduced) return;
    void motion.play(this.bars.map((bar) => bar.animate([{ transform: "scaleX(0)" }, { transform: "scaleX(1)" }], { duration: DURATION, easing: "ease-in-out" })));
  }

  sentence() {
    const { scene } = this;
    const trace = scene.trace;
    const { classes } = scene.subject;
    if (!("deltas" in trace)) return { strong: words.backward.ask, rest: words.backward.askWhy };
    const deltas = trace.deltas[scene.last];
    const { low, high } = mostWrong(deltas);
    const rest = scene.network.loss.fromLogits ? words.backward.errorWhy : words.backward.slopeWhy;
    if (!classes.length) return { strong: words.backward.numberWrong(inItsUnit(scene, scene.outputs[0]), inItsUnit(scene, trace.targets[0])), rest };
    /** @type {(k: number) => string} */
    const points = (k) => whole((100 * Math.abs(scene.outputs[k] - trace.targets[k])));
    const wanted = classes[low] ?? "";
    if (low < 0 || Math.abs(deltas[low]) < NOTHING * 2) return { strong: words.backward.sure, rest: words.backward.sureWhy };
    if (scene.said === scene.example.wanted) return { strong: words.backward.right(wanted, points(low)), rest: words.backward.rightWhy };
    return { strong: words.backward.wrong(classes[high], points(high), wanted, points(low)), rest };
  }
}

// A number that is predicted, in its own unit.
/** @type {(scene: Scene, output: number) => string} */
export const inItsUnit = ({ subject }, output) => `${figure((subject.scale?.mean ?? 0) + (subject.scale?.deviation ?? 1) * output)} ${subject.unit ?? ""}`.trim();

// Of the longest name of an answer.
/** @type {(scene: Scene) => number} */
export const lettersOf = ({ subject }) => Math.min(14, Math.max(...(subject.classes.length ? subject.classes : [words.names.theAnswer]).map((name) => name.length)));

// A class as an index: its name, where that is a word or a digit.
/** @type {(scene: Scene, k: number) => string} */
export const indexOf = ({ subject }, k) => (/^\w+$/.test(subject.classes[k] ?? "") ? subject.classes[k] : String(k));

/** @type {(value: number) => string} */
export const bracketed = (value) => (value <= -0.0005 ? `(${plain(value)})` : plain(value));

// Whole numbers without a fraction.
/** @type {(value: number) => string} */
export const plain = (value) => (Number.isInteger(value) ? whole(value) : figure(value));

// Bold, and in the color of its sign.
/** @type {(value: number) => string} */
export const toned = (value) => (kindOf(value) === "none" ? "0" : `${value > 0 ? "⊕" : "⊖"}{*${signedFigure(value)}*}`);

/** @type {(value: number) => string} */
export const kindOf = (value) => (value > 0.0005 ? "plus" : value < -0.0005 ? "minus" : "none");

/** @type {(value: number) => SVGElement} */
function levelBar(value) {
  const rect = draw("rect", { class: "level", width: `${(100 * Math.max(0.008, Math.min(1, value))).toFixed(1)}%`, height: "100%" });
  return draw("svg", { class: "bar", "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%" }), rect);
}

// From −1 on the left to 1 on the right.
/** @type {(value: number) => { svg: SVGElement, rect: SVGRectElement }} */
export function signedBar(value) {
  const long = 50 * Math.min(1, Math.abs(value));
  const rect = draw("rect", { class: `level ${kindOf(value)}`, x: `${value < 0 ? 50 - long : 50}%`, width: `${long}%`, height: "100%" });
  rect.style.transformOrigin = "50% 50%";
  const svg = draw("svg", { class: "bar signed", "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%" }), rect, draw("line", { class: "zero", x1: "50%", x2: "50%", y1: "-25%", y2: "125%" }));
  return { svg, rect };
}
