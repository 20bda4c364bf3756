// The small network of twelve parameters, for paper: the same numbers as in docs/lesson.md, with blanks, or worked out.

import { Network } from "#engine/network.js";
import { decimal, words } from "#text/language.js";
import { formula } from "#text/mathml.js";
import { draw, make } from "#views/elements.js";

/** @import { Form } from "#engine/network.js" */

const INPUTS = [1, 0.5];
const PARAMETERS = [0.5, -0.5, 0.4, 0.2, 0.5, 0.25, -0.3, 0.6, 0.1, 0.1, 0, 0]; // all weights, a row for each input, then biases
const RATE = 0.5;
const WANTED = 1; // the second answer
const NAMES = ["W^(1)_11", "W^(1)_12", "W^(1)_21", "W^(1)_22", "W^(2)_11", "W^(2)_12", "W^(2)_21", "W^(2)_22", "b^(1)_1", "b^(1)_2", "b^(2)_1", "b^(2)_2"];
const DIGITS = 4;
const [ACROSS, DOWN] = [[40, 180, 320], [45, 145]];

const short = (/** @type {number} */ value) => decimal(value, Math.min(2, String(Math.abs(value)).split(".")[1]?.length ?? 0));
const factor = (/** @type {number} */ value) => (value < 0 ? `(${short(value)})` : short(value));

export class SmallNet {
  /** @param {Form} form of any network, for its formulas @param {boolean} solved */
  constructor(form, solved) {
    this.network = new Network({ ...form, sizes: [2, 2, 2], activations: ["relu"], output: "softmax", loss: "cross_entropy" }, Float64Array.from(PARAMETERS));
    const targets = Float64Array.of(0, 0);
    targets[WANTED] = 1;
    this.trace = this.network.backward(this.network.forward(Float64Array.from(INPUTS)), targets);
    this.solved = solved;
    this.element = make("div", { className: "small-net" }, make("div", {}, this.picture(), this.table()), make("div", {}, ...this.steps()));
  }

  // A line that ends in a blank, or in what belongs there; + 0 makes 0 of −0.
  /** @param {string} text @param {number} value */
  step(text, value) {
    const end = this.solved ? make("b", {}, decimal(value + 0, DIGITS)) : make("span", { className: "blank" });
    return make("p", {}, formula(`${text} =`), " ", end);
  }

  steps() {
    const { sums, activations, loss, deltas } = this.trace;
    const weight = (/** @type {number} */ layer, /** @type {number} */ from, /** @type {number} */ to) => factor(this.network.weight(layer, from, to));
    const both = [0, 1];
    const first = both.map((k) => this.step(`z^(1)_${k + 1} = ${short(INPUTS[0])} · ${weight(0, 0, k)} + ${short(INPUTS[1])} · ${weight(0, 1, k)} + ${short(this.network.bias(0, k))}`, sums[0][k]));
    const bent = both.map((k) => this.step(`a^(1)_${k + 1} = max (0, z^(1)_${k + 1})`, activations[0][k]));
    const logits = both.map((k) => this.step(`z^(2)_${k + 1} = a^(1)_1 · ${weight(1, 0, k)} + a^(1)_2 · ${weight(1, 1, k)} + ${short(this.network.bias(1, k))}`, sums[1][k]));
    const shares = both.map((k) => this.step(`p_${k + 1} = {exp z^(2)_${k + 1}}/{exp z^(2)_1 + exp z^(2)_2}`, activations[1][k]));
    const last = both.map((k) => this.step(`δ^(2)_${k + 1} = p_${k + 1} − ${k === WANTED ? 1 : 0}`, deltas[1][k]));
    const home = both.map((k) => this.step(`δ^(1)_${k + 1} = ${sums[0][k] > 0 || !this.solved ? "f' (z^(1)_" + (k + 1) + ")" : "0"} · (${weight(1, k, 0)} · δ^(2)_1 + ${weight(1, k, 1)} · δ^(2)_2)`, deltas[0][k]));
    const { small } = words.worksheet;
    return [make("h3", {}, small.forward), ...first, ...bent, ...logits, ...shares, this.step(`ℓ = −ln p_${WANTED + 1}`, loss), make("h3", {}, small.backward), ...last, ...home];
  }

  // All twelve: what they are, their gradients, and what they are after one step.
  table() {
    const { small } = words.worksheet;
    const gradient = this.network.gradient(this.trace);
    const head = make("tr", {}, ...[small.parameter, small.now, small.gradient, small.after(decimal(RATE, 1))].map((text) => make("th", { scope: "col" }, text)));
    const rows = NAMES.map((name, place) => {
      const found = [gradient[place], PARAMETERS[place] - RATE * gradient[place]].map((value) => make("td", {}, this.solved ? decimal(value + 0, DIGITS) : ""));
      return make("tr", {}, make("th", { scope: "row" }, formula(name)), make("td", {}, short(PARAMETERS[place])), ...found);
    });
    const after = this.network.stepped(this.trace, RATE);
    const note = this.solved ? small.lossAfter(decimal(after.measure(after.forward(this.trace.inputs), this.trace.targets), DIGITS)) : small.hint;
    return make("div", {}, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)), make("p", {}, note));
  }

  picture() {
    const places = ACROSS.map((x) => DOWN.map((y) => ({ x, y })));
    const lines = [0, 1].flatMap((layer) => [0, 1].flatMap((from) => [0, 1].map((to) => line(places[layer][from], places[layer + 1][to], short(this.network.weight(layer, from, to)), from === to))));
    const labels = [INPUTS.map(short), [0, 1].map((k) => short(this.network.bias(0, k))), ["1", "2"]];
    const circles = places.flatMap((column, layer) => column.map(({ x, y }, k) => [draw("circle", { cx: x, cy: y, r: 17 }), text(x, y + 4, layer === 1 ? `+${labels[layer][k]}` : labels[layer][k])]).flat());
    return draw("svg", { viewBox: "0 0 360 190", role: "img", "aria-label": words.worksheet.small.title }, ...lines.flat(), ...circles);
  }
}

/** @type {(x: number, y: number, label: string) => SVGElement} */
function text(x, y, label) {
  const element = draw("text", { x, y, "text-anchor": "middle" });
  element.textContent = label;
  return element;
}

// The weight is written along its line, nearer to where it comes from where two lines cross.
/** @typedef {{ x: number, y: number }} At */
/** @type {(from: At, to: At, label: string, straight: boolean) => SVGElement[]} */
function line(from, to, label, straight) {
  const along = straight ? 0.5 : 0.27;
  const [x, y] = [from.x + along * (to.x - from.x), from.y + along * (to.y - from.y)];
  return [draw("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y }), text(x, y - 5, label)];
}
