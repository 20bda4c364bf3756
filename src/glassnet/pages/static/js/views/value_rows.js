// The values of a row of a table, each in its own unit: numbers on sliders over the histogram of the training rows,
// words as choices, dates as dates, and what is unknown.

import { share } from "#text/figures.js";
import { words } from "#text/language.js";
import { dateOf, daysOf, valueOf } from "#text/table_words.js";
import { wordsOf } from "#engine/what_if.js";
import { draw, make } from "#views/elements.js";

/** @import { Column } from "#engine/what_if.js" */
/** @typedef {(value: number) => void} Show */

const TICKS = 200; // of a slider over a range of numbers that are not whole
const DIGITS = 4;

export class ValueRows {
  // set: told of a value that was changed; look: of a column that was asked about.
  /** @param {HTMLElement} root @param {Column[]} columns @param {(column: number, value: number) => void} set @param {(column: number) => void} look */
  constructor(root, columns, set, look) {
    this.columns = columns;
    this.names = columns.map((about, column) => make("button", { type: "button", className: "name", title: about.name, onclick: () => look(column) }, make("span", {}, about.name)));
    /** @type {Show[]} */
    this.shows = [];
    const rows = columns.map((about, column) => {
      const { parts, show } = control(about, (value) => set(column, value));
      this.shows.push(show);
      return make("div", { className: "value-row", role: "group", ariaLabel: about.name }, this.names[column], ...parts);
    });
    this.rows = rows;
    root.replaceChildren(...rows);
  }

  // asked: the column whose curve is shown.
  /** @param {ArrayLike<number>} values @param {number} asked */
  show(values, asked) {
    this.shows.forEach((show, column) => show(values[column]));
    this.names.forEach((name, column) => name.setAttribute("aria-pressed", String(column === asked)));
    this.rows.forEach((row, column) => row.classList.toggle("asked", column === asked));
  }
}

/** @type {(about: Column, set: (value: number) => void) => { parts: HTMLElement[], show: Show }} */
const control = (about, set) => (about.words.length ? choice(about, set) : slider(about, set));

/** @type {(about: Column, set: (value: number) => void) => { parts: HTMLElement[], show: Show }} */
function choice(about, set) {
  const rows = about.counts.reduce((sum, count) => sum + count, about.gaps);
  const options = wordsOf(about, Infinity).map((place) => make("option", { value: place }, about.words[place]));
  const gap = about.takesGaps ? [make("option", { value: "" }, words.try.unknown)] : [];
  const never = make("option", { value: -1, hidden: true }, words.try.never);
  const select = make("select", { ariaLabel: about.name }, ...options, ...gap, never);
  select.oninput = () => set(select.value === "" ? NaN : Number(select.value));
  const bar = draw("rect", { height: "100%" });
  const ground = draw("svg", { class: "frequency", "aria-hidden": "true" }, bar);
  const part = make("span", { className: "value soft" });
  return {
    parts: [make("span", { className: "control" }, select, ground), part],
    show(value) {
      const count = Number.isNaN(value) ? about.gaps : (about.counts[value] ?? 0);
      select.value = Number.isNaN(value) ? "" : String(value in about.words ? value : -1);
      bar.setAttribute("width", `${(100 * count) / rows}%`);
      part.textContent = words.try.ofRows(share(count / rows));
    },
  };
}

/** @type {(about: Column, set: (value: number) => void) => { parts: HTMLElement[], show: Show }} */
function slider(about, set) {
  const { low, high, middle, name, unit } = about;
  const span = high - low || 1;
  const step = about.whole ? Math.max(1, Math.round(span / TICKS)) : span / TICKS;
  const range = make("input", { type: "range", min: low, max: low + Math.ceil(span / step - 1e-9) * step, step, ariaLabel: name });
  const dates = about.kind === "dates";
  const kind = dates ? { type: about.whole ? "date" : "datetime-local" } : { type: "number", step: "any" };
  const field = make("input", { ...kind, ariaLabel: unit ? `${name}, ${unit}` : name });
  const gap = make("button", { type: "button", className: about.gaps ? "gap" : "gap rare", title: words.try.isUnknown(name), ariaLabel: words.try.isUnknown(name) }, "?");
  let known = middle;
  range.oninput = () => set(rounded(Number(range.value), about));
  field.oninput = () => field.value && set(dates ? daysOf(field.value) : Number(field.value));
  gap.onclick = () => set(gap.getAttribute("aria-pressed") === "true" ? known : NaN);
  const value = make("span", { className: "value" }, field, unit ? make("span", { className: "unit" }, unit) : "");
  const told = make("span", { className: "told" }, words.try.unknown);
  return {
    parts: [make("span", { className: "control" }, histogram(about.counts), range), value, told, ...(about.takesGaps ? [gap] : [])],
    show(now) {
      const unknown = Number.isNaN(now);
      if (!unknown) known = now;
      value.hidden = unknown;
      told.hidden = !unknown;
      range.value = String(unknown ? middle : now);
      range.setAttribute("aria-valuetext", valueOf(about, now));
      range.classList.toggle("unknown", unknown);
      gap.setAttribute("aria-pressed", String(unknown));
      if (document.activeElement !== field) field.value = unknown ? "" : dates ? dateOf(now, !about.whole) : plain(now);
    },
  };
}

// What a slider gives has no more digits than its steps are worth.
/** @type {(value: number, about: Column) => number} */
export function rounded(value, { low, high, whole }) {
  if (whole) return Math.round(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10((high - low || 1) / TICKS * 10)));
  return Number(value.toFixed(Math.min(12, digits)));
}

/** @type {(value: number) => string} */
const plain = (value) => String(Number(Math.abs(value) >= 10 ** DIGITS ? value.toFixed(1) : value.toPrecision(DIGITS)));

// Bars that touch, on a line.
/** @type {(counts: number[]) => SVGElement} */
export function histogram(counts) {
  const most = Math.max(...counts, 1);
  const bars = counts.map((count, k) => draw("rect", { x: k, width: 1.02, y: 1 - count / most, height: count / most }));
  return draw("svg", { class: "histogram", viewBox: `0 0 ${counts.length} 1`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars);
}

