// Pixels: the picture as the numbers it is. One row is lifted out; all rows laid end to end are what the network gets.

import { drawPixels, largest } from "#text/colors.js";
import { formula } from "#text/mathml.js";
import { decimal, whole, words } from "#text/language.js";
import { figure } from "#text/figures.js";
import { Bar, draw, make } from "#views/elements.js";

/** @import { Scene } from "#views/scene.js" */

const CELLS = 14; // of the row that is lifted out
const DARK = 0.55; // from which a number is written in paper on ink

export class PixelNumbers {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.row = 0;
    this.drawn = /** @type {object[]} */ ([]);
    this.cells = draw("g");
    this.band = draw("rect", { class: "band" });
    this.grid = draw("svg", { class: "grid", role: "img", "aria-label": words.draw.picture }, this.cells, this.band);
    this.lifted = draw("svg", { class: "lifted", "aria-hidden": "true" });
    this.title = make("h2");
    this.strip = make("canvas", { ariaHidden: "true" });
    this.place = make("span", { className: "here" });
    this.values = make("table", { className: "values" });
    const strip = make("div", { className: "strip-of-all" }, this.strip, this.place);
    this.all = make("h2", {}, words.forward.endToEnd(whole(scene.network.sizes[0])));
    this.math = make("p", { className: "formulas" });
    this.side = make("div", { className: "side" }, this.title, this.lifted, this.all, strip, this.math);
    this.element = make("div", { className: "part pixels" }, this.grid, this.side, this.values);
    this.grid.addEventListener("pointermove", (event) => this.point(event));
    this.grid.addEventListener("pointerdown", (event) => this.point(event));
  }

  show() {
    const { scene } = this;
    const { shape } = scene.subject;
    this.grid.toggleAttribute("hidden", !shape);
    this.side.hidden = !shape;
    this.values.hidden = Boolean(shape);
    if (!shape) return this.list();
    if (this.drawn[0] !== scene.example || this.drawn[1] !== scene.colors) this.build(shape);
    this.lift(shape);
  }

  /** @param {number[]} shape */
  build([height, width]) {
    const { scene } = this;
    const { inputs } = scene.example;
    const { gray, css } = scene.colors;
    this.drawn = [scene.example, scene.colors];
    this.row = fullest(inputs, [height, width]);
    this.grid.setAttribute("viewBox", `-0.05 -0.05 ${width + 0.1} ${height + 0.1}`);
    const parts = [...inputs].flatMap((value, place) => cell(value, place % width, Math.floor(place / width), tenths(value), css(gray(value))));
    this.cells.replaceChildren(...parts);
    drawPixels(this.strip, inputs, [1, inputs.length], gray);
  }

  // A stretch of the row in large, and where it stands among all rows.
  /** @param {number[]} shape */
  lift([height, width]) {
    const { inputs } = this.scene.example;
    const { gray, css } = this.scene.colors;
    for (const [name, value] of Object.entries({ x: 0, y: this.row, width, height: 1 })) this.band.setAttribute(name, String(value));
    const row = inputs.subarray(this.row * width, (this.row + 1) * width);
    const start = Math.max(0, Math.min(width - CELLS, middleOf(row) - CELLS / 2));
    const seen = [...row.subarray(start, start + CELLS)];
    this.lifted.setAttribute("viewBox", `-0.02 -0.02 ${CELLS + 0.04} 1.04`);
    this.lifted.replaceChildren(...seen.flatMap((value, place) => cell(value, place, 0, value === 0 ? "0" : decimal(value), css(gray(value)))));
    this.title.textContent = words.forward.row(this.row + 1, start + 1, start + CELLS);
    this.place.style.setProperty("--from", String(this.row / height));
    this.place.style.setProperty("--part", String(1 / height));
    const some = seen.filter((value) => value).slice(0, 3).map((value) => decimal(value));
    this.math.replaceChildren(formula(`x = a^(0) = (0, …, ${some.length ? `${some.join(", ")}, ` : ""}…, 0)`));
  }

  // Of a table: a name, a bar from the mean, and a number each.
  list() {
    const { subject, example } = this.scene;
    const most = largest(example.inputs);
    const sign = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name);
    this.values.replaceChildren(
      ...[...example.inputs].map((value, place) => {
        const bar = new Bar();
        const part = value / most / 2;
        bar.show(0.5 + Math.min(0, part), 0.5 + Math.max(0, part), sign(value < 0 ? "--minus" : "--plus"));
        return make("tr", {}, make("th", { scope: "row" }, subject.names?.[place] ?? words.names.input(place)), make("td", {}, bar.element), make("td", { className: "number" }, figure(value)));
      }),
    );
  }

  /** @param {PointerEvent} event */
  point(event) {
    const { top, height } = this.grid.getBoundingClientRect();
    const rows = this.scene.subject.shape?.[0] ?? 1;
    const row = Math.max(0, Math.min(rows - 1, Math.floor(((event.clientY - top) / height) * rows)));
    if (row !== this.row) this.turn(row);
  }

  /** @param {number} row */
  turn(row) {
    const { shape } = this.scene.subject;
    if (!shape) return;
    this.row = Math.max(0, Math.min(shape[0] - 1, row));
    this.lift(shape);
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    this.turn(this.row + (key === "ArrowDown" ? 1 : -1));
    return true;
  }

  sentence() {
    const { inputs } = this.scene.example;
    const lit = inputs.filter((value) => value !== 0).length;
    const { shape } = this.scene.subject;
    if (!shape) return { strong: words.forward.values(whole(inputs.length)), rest: words.forward.valuesWhy };
    return { strong: words.forward.pixels(whole(inputs.length)), rest: words.forward.pixelsWhy(whole(lit)) };
  }
}

/** @type {(value: number, x: number, y: number, text: string, fill: string) => SVGElement[]} */
function cell(value, x, y, text, fill) {
  const number = draw("text", { x: x + 0.5, y: y + 0.67, class: value > DARK ? "on-ink" : value ? "" : "nothing" });
  number.textContent = text;
  return [draw("rect", { x, y, width: 1, height: 1, fill, class: "cell" }), number];
}

// 0, .3 or 1: as much as a small cell can hold.
/** @type {(value: number) => string} */
function tenths(value) {
  const rounded = Math.round(10 * value);
  return rounded === 0 ? (value ? "·" : "0") : rounded === 10 ? "1" : `.${rounded}`;
}

/** @type {(inputs: Float64Array, shape: number[]) => number} */
function fullest(inputs, [height, width]) {
  const kinds = Array.from({ length: height }, (_, row) => new Set(inputs.subarray(row * width, (row + 1) * width)).size);
  return kinds.indexOf(Math.max(...kinds));
}

// The middle of a row's ink.
/** @type {(row: Float64Array) => number} */
function middleOf(row) {
  const lit = [...row.keys()].filter((place) => row[place] > 0);
  return lit.length ? Math.round((lit[0] + lit[lit.length - 1] + 1) / 2) : row.length / 2;
}
