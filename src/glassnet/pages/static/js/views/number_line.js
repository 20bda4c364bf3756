// A sum on a number line: each term is an arrow from where the one before ended; where the last ends is the total.
//
//   const line = new NumberLine()
//   line.show([{ name, value, tone, note? }], { name, value })    the terms, and what they come to
//   line.grow()                                                   the terms one after another, 600 ms
//   line.barOf(place)                                             the bar of a term

import { signedDecimal, tick } from "#text/figures.js";
import { decimal } from "#text/language.js";
import { draw } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";
import { label, ticks } from "#views/plot.js";

/** @typedef {{ name: string, value: number, tone: "plus" | "minus" | "ink", note?: string }} Term */

const NAMES = 9.5; // rem at the left for names
const VALUES = 4.2; // at the right for values
const NOTES = 5.2; // and for what is said of them, where there is room
const FOOT = 2.2;

export class NumberLine {
  constructor() {
    this.element = draw("svg", { class: "number-line", role: "img" });
    this.terms = /** @type {Term[]} */ ([]);
    this.total = { name: "", value: 0 };
    this.bars = /** @type {SVGPathElement[]} */ ([]);
  }

  /** @param {Term[]} terms @param {{ name: string, value: number }} total */
  show(terms, total) {
    this.terms = terms;
    this.total = total;
    this.element.setAttribute("aria-label", [...terms, total].map(({ name, value }) => `${name} ${signedDecimal(value)}`).join("; "));
    this.resize();
  }

  resize() {
    const { width, height } = this.element.getBoundingClientRect();
    if (!width || !this.terms.length) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const sums = this.terms.reduce((all, { value }) => [...all, all[all.length - 1] + value], [0]);
    const [low, high] = [Math.min(0, ...sums), Math.max(0, ...sums)];
    const names = Math.min(NAMES * rem, 0.34 * width);
    const noted = width > 26 * rem && this.terms.some(({ note }) => note);
    const room = Math.max(1, width - names - (VALUES + (noted ? NOTES : 0)) * rem);
    /** @type {(value: number) => number} */
    const across = (value) => names + ((value - low) / (high - low || 1)) * room;
    const row = (height - FOOT * rem) / (this.terms.length + 1);
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const foot = height - FOOT * rem;
    const axis = this.axis(low, high, across, foot, rem);
    this.bars = [];
    const rows = this.terms.flatMap((term, place) => this.term(noted ? term : { ...term, note: "" }, sums[place], sums[place + 1], across, (place + 0.5) * row, row, rem));
    this.element.replaceChildren(...axis, ...rows, ...this.end(across, foot - 0.5 * row, rem, low));
  }

  /** @param {number} low @param {number} high @param {(value: number) => number} across @param {number} foot @param {number} rem */
  axis(low, high, across, foot, rem) {
    const marks = ticks(low, high, Math.max(2, Math.min(8, (across(high) - across(low)) / (3.4 * rem)))).map((at) => label(tick(at), across(at), foot + 1.25 * rem, "middle"));
    const lines = draw("path", { class: "axis", d: `M${across(low)} ${foot}H${across(high)}` });
    return [draw("path", { class: "zero", d: `M${across(0)} 0V${foot}` }), lines, ...marks];
  }

  /** @param {Term} term @param {number} from @param {number} to @param {(value: number) => number} across @param {number} y @param {number} row @param {number} rem */
  term({ name, value, tone, note }, from, to, across, y, row, rem) {
    const thick = Math.min(0.46 * row, 0.95 * rem);
    const [start, end] = [across(from), across(to)];
    const bar = draw("path", { class: `term ${tone}`, d: arrow(start, end, y, thick) });
    this.bars.push(bar);
    const past = Math.max(start, end) + 0.5 * rem;
    const parts = [label(name, 0, y + 0.3 * rem, "start", "name"), bar, label(signedDecimal(value), past, y + 0.3 * rem, "start", `value ${tone}`)];
    if (note) parts.push(label(note, past + 3.4 * rem, y + 0.3 * rem, "start", "note"));
    parts.push(draw("path", { class: "drop", d: `M${end} ${y + thick / 2}V${y + row - thick / 2}` }));
    return parts;
  }

  /** @param {(value: number) => number} across @param {number} y @param {number} rem @param {number} low */
  end(across, y, rem, low) {
    const { name, value } = this.total;
    const x = across(value);
    const told = label(decimal(value), x + (value < 0 ? -0.85 : 0.85) * rem, y + 0.33 * rem, value < 0 ? "end" : "start", "total");
    const line = draw("path", { class: "reach", d: `M${across(Math.max(low, 0))} ${y}H${x}` });
    return [label(name, 0, y + 0.3 * rem, "start", "name strong"), line, draw("circle", { class: "mark", cx: x, cy: y, r: 0.42 * rem }), told];
  }

  async grow() {
    if (motion.reduced) return;
    const each = DURATION / this.bars.length;
    await motion.play(
      this.bars.map((bar, place) => {
        const { x, width } = bar.getBBox();
        bar.style.transformOrigin = `${this.terms[place].value < 0 ? x + width : x}px 0`;
        return bar.animate([{ transform: "scaleX(0)" }, { transform: "scaleX(1)" }], { duration: each, delay: place * each, easing: "ease-out", fill: "backwards" });
      }),
    );
  }

  /** @param {number} place */
  barOf(place) {
    return this.bars[place];
  }
}

// A bar that points where it goes.
/** @type {(start: number, end: number, y: number, thick: number) => string} */
function arrow(start, end, y, thick) {
  const way = Math.sign(end - start) || 1;
  const tip = Math.min(thick / 2, Math.abs(end - start));
  const neck = end - way * tip;
  const [top, bottom] = [y - thick / 2, y + thick / 2];
  return `M${start} ${top}H${neck}L${end} ${y}L${neck} ${bottom}H${start}Z`;
}
