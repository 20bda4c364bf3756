// Answers: each logit to a power of e, then shared out to 100 %. Outputs of another kind are shown as they are.

import { largest } from "#text/colors.js";
import { figure, share } from "#text/figures.js";
import { formula } from "#text/mathml.js";
import { words } from "#text/language.js";
import { Bar, draw, make } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";
import { unitName } from "#views/names.js";

/** @import { Scene } from "#views/scene.js" */

const LARGEST = 20; // a logit up to which its power is written out; of larger ones z_max is taken away first
const LABELED = 0.045; // of the whole, from which a part has a letter in it
const LETTER = 0.017; // and for each letter more

export class SoftmaxShares {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.table = make("table", {});
    this.whole = draw("svg", { class: "whole", role: "img", preserveAspectRatio: "none" });
    this.math = make("p", { className: "formulas" });
    this.element = make("div", { className: "part answers" }, this.table, this.whole, this.math);
    this.rows = /** @type {{ row: HTMLTableRowElement, bars: Bar[], cells: HTMLElement[], button: HTMLButtonElement }[]} */ ([]);
  }

  get isSoftmax() {
    return this.scene.network.output === "softmax";
  }

  get logits() {
    return this.scene.trace.sums[this.scene.last];
  }

  // What is taken from each logit before it becomes a power.
  get taken() {
    const most = Math.max(...this.logits);
    return most > LARGEST ? most : 0;
  }

  get powers() {
    return this.logits.map((z) => Math.exp(z - this.taken));
  }

  show() {
    const { scene } = this;
    if (this.rows.length !== scene.outputs.length || this.kind !== scene.network.output) this.build();
    const { logits, powers } = this;
    const columns = this.isSoftmax ? [logits, powers, scene.probabilities] : [logits, scene.outputs];
    this.rows.forEach(({ row, bars, cells, button }, k) => {
      bars.forEach((bar, column) => this.fill(bar, cells[column], columns[column], k, column));
      row.className = [k === scene.said ? "said" : "", k === scene.output ? "chosen" : "", k === scene.example.wanted ? "wanted" : ""].join(" ");
      button.setAttribute("aria-pressed", String(k === scene.output));
    });
    this.whole.toggleAttribute("hidden", !this.isSoftmax);
    this.table.hidden = !scene.subject.classes.length;
    this.element.classList.toggle("number", this.table.hidden);
    if (this.isSoftmax) this.divide();
    this.write();
  }

  /** @param {Bar} bar @param {HTMLElement} cell @param {Float64Array} values @param {number} k @param {number} column */
  fill(bar, cell, values, k, column) {
    const { scene } = this;
    const last = column === (this.isSoftmax ? 2 : 1);
    const part = values[k] / (last && scene.subject.classes.length ? 1 : largest(values));
    const value = getComputedStyle(document.documentElement).getPropertyValue(column ? (k === scene.said ? "--ink" : "--border") : values[k] < 0 ? "--minus" : "--plus");
    if (column) bar.show(0, Math.max(0, part), value);
    else bar.show(part < 0 ? 0.5 + part / 2 : 0.5, part < 0 ? 0.5 : 0.5 + part / 2, value);
    cell.textContent = last && scene.subject.classes.length ? share(values[k]) : figure(values[k]);
  }

  build() {
    const { scene } = this;
    this.kind = scene.network.output;
    const heads = this.isSoftmax ? [words.forward.logitHead, words.forward.powerHead, words.forward.shareHead] : [words.forward.logitHead, words.forward.outputHead];
    const signs = ["", "→", "→"];
    this.rows = Array.from(scene.outputs, (_, k) => {
      const button = make("button", { type: "button", className: "circle", onclick: () => scene.change({ output: k }) }, make("span", {}, scene.subject.classes[k] ?? words.network.value));
      const [bars, cells] = [heads.map(() => new Bar()), heads.map(() => make("td", { className: "number" }))];
      const parts = bars.flatMap((bar, column) => [...(column ? [make("td", { className: "sign", ariaHidden: "true" }, signs[column])] : []), make("td", { className: "bar" }, bar.element), cells[column]]);
      return { row: make("tr", {}, make("th", { scope: "row" }, button), ...parts), bars, cells, button };
    });
    const top = make("tr", {}, make("td"), ...heads.flatMap((head, column) => [...(column ? [make("td")] : []), make("th", { scope: "col", colSpan: 2 }, head)]));
    const widths = ["name", ...heads.flatMap((_, column) => [...(column ? ["sign"] : []), "bar", "number"])].map((className) => make("col", { className }));
    this.table.classList.toggle("named", scene.subject.classes.some((name) => name.length > 2));
    this.table.replaceChildren(make("colgroup", {}, ...widths), make("thead", {}, top), make("tbody", {}, ...this.rows.map(({ row }) => row)));
  }

  // The whole of 100 %, shared out.
  divide() {
    const { probabilities, subject, said } = this.scene;
    let from = 0;
    const parts = [...probabilities].flatMap((part, k) => {
      const rect = draw("rect", { x: `${100 * from}%`, width: `${100 * part}%`, height: "100%", class: k === said ? "said" : k % 2 ? "odd" : "even" });
      const text = draw("text", { x: `${100 * (from + part / 2)}%`, y: "50%", class: k === said ? "said" : "" });
      text.textContent = subject.classes[k];
      from += part;
      return part >= LABELED + LETTER * (subject.classes[k].length - 1) ? [rect, text] : [rect];
    });
    this.whole.replaceChildren(...parts);
    this.whole.setAttribute("aria-label", words.forward.shareHead);
  }

  write() {
    const { scene, powers, logits } = this;
    const k = scene.output;
    const l = `(${scene.last + 1})`;
    if (!scene.subject.classes.length) return this.inUnits();
    if (!this.isSoftmax) return this.math.replaceChildren(formula(`a^${l}_${k} = f(z^${l}_${k}) = f(${figure(logits[k])}) = *${figure(scene.outputs[k])}*`));
    const all = powers.reduce((sum, power) => sum + power, 0);
    const less = this.taken ? " − z_max" : "";
    this.math.replaceChildren(formula(`p_${k} = {exp(z^${l}_${k}${less})}/{Σ_k' exp(z^${l}_k'${less})}`), formula(`= {${figure(powers[k])}}/{${figure(all)}} = *${share(scene.probabilities[k])}*`));
  }

  // A number that is predicted comes in standard deviations from the mean; in its own unit it is the answer.
  inUnits() {
    const { subject, outputs, last } = this.scene;
    const { mean, deviation } = subject.scale ?? { mean: 0, deviation: 1 };
    const a = outputs[0];
    const part = a < 0 ? `(${figure(a)})` : figure(a);
    this.math.replaceChildren(formula(`a^(${last + 1}) = ${figure(a)}`), formula(`${figure(mean)} + ${part} · ${figure(deviation)} = *${this.answer}*`));
  }

  get answer() {
    const { mean, deviation } = this.scene.subject.scale ?? { mean: 0, deviation: 1 };
    return figure(mean + deviation * this.scene.outputs[0]);
  }

  // First the powers grow, then they are shared out.
  async play() {
    if (motion.reduced) return;
    const grow = (/** @type {number} */ column, /** @type {number} */ delay) => this.rows.map(({ bars }) => bars[column].rect.animate([{ width: "0%" }, {}], { duration: DURATION / 2, delay, easing: "ease-out", fill: "backwards" }));
    await motion.play(this.rows[0]?.bars.length > 1 ? [1, 2].slice(0, this.rows[0].bars.length - 1).flatMap((column, place) => grow(column, (place * DURATION) / 2)) : []);
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
    if (!scene.subject.classes.length) return { strong: words.forward.output(`${this.answer} ${scene.subject.unit ?? ""}`.trim()), rest: words.forward.outputWhy(figure(scene.outputs[0])) };
    const second = [...scene.probabilities.keys()].filter((k) => k !== scene.said).sort((a, b) => scene.probabilities[b] - scene.probabilities[a])[0];
    const strong = words.forward.shares(unitName(scene, scene.last, scene.said), share(scene.probabilities[scene.said]));
    return { strong, rest: second === undefined ? "" : words.forward.sharesWhy(unitName(scene, scene.last, second), share(scene.probabilities[second])) };
  }
}
