// A table of two columns of numbers as a plane: what the network says everywhere, the rows it learned from, and this row,
// which can be dragged. Classes differ in their marks and have their names in their regions; numbers have level lines.

import { saidOf } from "#engine/ensemble.js";
import { words } from "#text/language.js";
import { inUnit, levelInWords, valueOf } from "#text/table_words.js";
import { KINDS, MARKS } from "#views/marks.js";
import { borderPath, paintRegions, strengthOf } from "#views/region_picture.js";
import { rounded } from "#views/value_rows.js";
import { ticksOf } from "#views/what_if_plot.js";
import { draw, make, token, typeScale } from "#views/elements.js";

/** @import { Answer, Decision } from "#engine/ensemble.js" */
/** @import { Column } from "#engine/what_if.js" */
/** @import { Target } from "#text/table_words.js" */
/** @typedef {{ values: Float64Array, target: number }} Point */
/** @typedef {{ side: number, outputs: Float64Array[] }} Grid answers from the lower left, row by row */
/** @typedef {{ level: number, strength: number, sure: number }} Said a class, or the level of a number; of its color how much; how surely */

const GRIDS = [16, 48]; // steps along a side, a coarse one first
const PIXELS = 160;
const SLICE = 12; // milliseconds of work before the page may do other things
const LEVELS = 6; // of numbers, or about so many: they begin at round ones
const MARGIN = { left: 56, right: 12, top: 8, bottom: 44 };
export class Plane {
  // set: told where the row was put.
  /** @param {HTMLElement} root @param {Column[]} columns @param {{ classes: string[], target: Target, points: Point[], set: (values: number[]) => void }} told */
  constructor(root, columns, { classes, target, points, set }) {
    this.columns = columns;
    this.classes = classes;
    this.target = target;
    this.points = points;
    this.set = set;
    this.levels = classes.length ? [] : ticksOf(target.low, target.high, LEVELS);
    this.values = [NaN, NaN];
    this.grid = /** @type {Grid | null} */ (null);
    this.turn = 0;
    this.decision = /** @type {Decision} */ (null);
    this.canvas = make("canvas", { width: PIXELS, height: PIXELS, ariaHidden: "true" });
    this.drawing = draw("svg", { tabindex: 0, role: "application", "aria-label": `${words.try.plane}. ${words.try.planeNote}` });
    this.cross = draw("path", { class: "cross" });
    root.replaceChildren(make("h2", {}, words.try.plane), make("div", { className: "map" }, this.canvas, this.drawing), make("p", { className: "note" }, words.try.planeNote));
    this.drawing.addEventListener("pointerdown", (event) => this.drag(event));
    this.drawing.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
    this.drawing.addEventListener("keydown", (event) => this.press(event));
    new ResizeObserver(() => this.draw()).observe(this.drawing);
  }

  // Another network: the answers everywhere are computed bit by bit, coarsely at first.
  /** @param {Answer} answer @param {Decision} decision */
  follow(answer, decision) {
    this.decision = decision;
    const turn = ++this.turn;
    const work = this.computing(answer);
    const go = () => {
      const end = performance.now() + SLICE;
      while (performance.now() < end) if (work.next().done) return;
      setTimeout(() => turn === this.turn && go());
    };
    go();
  }

  /** @param {Answer} answer @returns {Generator<void, void>} */
  *computing(answer) {
    const [across, up] = this.columns;
    for (const side of GRIDS) {
      /** @type {Float64Array[]} */
      const outputs = [];
      for (let row = 0; row <= side; row++) {
        for (let column = 0; column <= side; column++) {
          outputs.push(answer([across.low + ((across.high - across.low) * column) / side, up.low + ((up.high - up.low) * row) / side]));
          yield;
        }
      }
      this.grid = { side, outputs };
      this.draw();
    }
  }

  /** @param {ArrayLike<number>} values */
  show(values) {
    this.values = Array.from(values);
    const { x, y } = this.scales();
    const [across, up] = this.values;
    const known = !Number.isNaN(across) && !Number.isNaN(up);
    this.cross.setAttribute("visibility", known ? "visible" : "hidden");
    if (known) this.cross.setAttribute("d", `M${x(across) - 11} ${y(up)}h22M${x(across)} ${y(up) - 11}v22`);
    this.drawing.setAttribute("aria-description", this.columns.map((column, at) => `${column.name} ${valueOf(column, this.values[at])}`).join(", "));
  }

  scales() {
    const box = this.drawing.getBoundingClientRect();
    const scale = typeScale();
    const [width, height] = [box.width / scale, box.height / scale];
    const [across, up] = this.columns;
    const [right, bottom] = [Math.max(MARGIN.left + 10, width - MARGIN.right), Math.max(MARGIN.top + 10, height - MARGIN.bottom)];
    /** @type {(value: number, from: number, to: number) => number} */
    const inside = (value, from, to) => Math.max(Math.min(from, to) - 3, Math.min(Math.max(from, to) + 3, value));
    /** @type {(value: number) => number} */
    const x = (value) => inside(MARGIN.left + ((right - MARGIN.left) * (value - across.low)) / (across.high - across.low), MARGIN.left, right);
    /** @type {(value: number) => number} */
    const y = (value) => inside(bottom - ((bottom - MARGIN.top) * (value - up.low)) / (up.high - up.low), MARGIN.top, bottom);
    return { x, y, right, bottom, width, height, scale };
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const { right, bottom, scale } = this.scales();
    const box = this.drawing.getBoundingClientRect();
    this.drawing.setPointerCapture(event.pointerId);
    this.put(((event.clientX - box.left) / scale - MARGIN.left) / (right - MARGIN.left), (bottom - (event.clientY - box.top) / scale) / (bottom - MARGIN.top));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    /** @type {{ [key: string]: number[] }} */
    const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const [across, up] = this.columns.map(({ low, high, middle, whole }, at) => ({ part: ((Number.isNaN(this.values[at]) ? middle : this.values[at]) - low) / (high - low), step: Math.max(0.01, whole ? 1 / (high - low) : 0) }));
    this.put(across.part + way[0] * across.step, up.part + way[1] * up.step);
  }

  /** @param {number} across @param {number} up */
  put(across, up) {
    this.set([across, up].map((part, at) => rounded(this.columns[at].low + Math.max(0, Math.min(1, part)) * (this.columns[at].high - this.columns[at].low), this.columns[at])));
  }

  draw() {
    const { right, bottom, width, height, scale, x, y } = this.scales();
    if (!width) return;
    this.canvas.style.cssText = `left:${scale * MARGIN.left}px;top:${scale * MARGIN.top}px;width:${scale * (right - MARGIN.left)}px;height:${scale * (bottom - MARGIN.top)}px`;
    this.drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const labels = this.grid ? this.paint(this.grid, right - MARGIN.left, bottom - MARGIN.top) : [];
    const [across, up] = this.columns;
    const marks = this.points.map(({ values, target }) => draw("path", { class: `seen kind-${this.kindOf(target)}`, d: MARKS[this.classes.length ? target % KINDS : 0], transform: `translate(${x(values[0]).toFixed(1)} ${y(values[1]).toFixed(1)})` }));
    const ticks = [
      ...ticksOf(across.low, across.high, 5).map((tick) => label(inUnit(tick), x(tick), bottom + 18, "middle")),
      ...ticksOf(up.low, up.high, 5).map((tick) => label(inUnit(tick), MARGIN.left - 8, y(tick) + 4, "end")),
      label(titleOf(across), right, bottom + 37, "end"),
      label(titleOf(up), MARGIN.left + 8, MARGIN.top + 16, "start", "region"),
    ];
    this.drawing.replaceChildren(draw("path", { class: "axis", d: `M${MARGIN.left} ${MARGIN.top}V${bottom}H${right}` }), ...labels.slice(0, 1), ...marks.filter((_, at) => !this.points[at].values.some(Number.isNaN)), ...labels.slice(1), ...ticks, this.cross);
    this.show(this.values);
  }

  /** @param {number} target */
  kindOf(target) {
    return this.classes.length ? target % KINDS : `level-${Math.min(5, Math.round((5 * this.levelOf(target)) / this.levels.length))}`;
  }

  /** @param {number} value */
  levelOf(value) {
    return this.levels.filter((limit) => value >= limit).length;
  }

  // The pixels between the answers of the grid; gives the line where regions end, and their names.
  /** @param {Grid} grid @param {number} width @param {number} height @returns {SVGElement[]} */
  paint(grid, width, height) {
    const said = Array.from({ length: PIXELS * PIXELS }, (_, place) => this.saidAt(grid, (place % PIXELS) / (PIXELS - 1), 1 - Math.floor(place / PIXELS) / (PIXELS - 1)));
    const levels = Uint8Array.from(said, ({ level }) => level);
    const sure = Float32Array.from(said, ({ sure: by }) => by);
    paintRegions(this.canvas, PIXELS, levels, (place) => said[place].strength, this.classes.length ? undefined : [rgb("--plus-3")]);
    const border = draw("path", { class: "border", d: borderPath({ side: PIXELS, said: levels, sure }, width, height), transform: `translate(${MARGIN.left} ${MARGIN.top})` });
    return [border, ...this.names(said, width / PIXELS, height / PIXELS)];
  }

  // Between four answers of the grid, in proportion.
  /** @param {Grid} grid @param {number} across @param {number} up @returns {Said} */
  saidAt({ side, outputs }, across, up) {
    const [column, row] = [Math.min(side - 1, Math.floor(across * side)), Math.min(side - 1, Math.floor(up * side))];
    const [right, above] = [across * side - column, up * side - row];
    const place = row * (side + 1) + column;
    const between = outputs[place].map((value, k) => (1 - above) * ((1 - right) * value + right * outputs[place + 1][k]) + above * ((1 - right) * outputs[place + side + 1][k] + right * outputs[place + side + 2][k]));
    if (!this.classes.length) {
      const level = this.levelOf(between[0]);
      return { level, strength: 0.04 + (0.75 * level) / this.levels.length, sure: 1 };
    }
    const level = saidOf(between, this.decision);
    const sure = Math.max(0, (between[level] - 1 / between.length) / (1 - 1 / between.length));
    return { level, strength: strengthOf(sure), sure };
  }

  // A class's name where it is farthest from all others; of numbers what each level begins with.
  /** @param {Said[]} said @param {number} wide @param {number} high */
  names(said, wide, high) {
    const count = this.classes.length || this.levels.length + 1;
    /** @type {{ x: number, y: number, half: number }[]} */
    const taken = [];
    const levels = Uint8Array.from(said, (one) => one.level);
    return Array.from({ length: count }, (_, level) => {
      const place = innermost(levels, level);
      if (place < 0) return [];
      const name = this.classes[level] ?? levelInWords(this.levels.map((limit) => inUnit(limit)), level);
      const half = 4.6 * name.length;
      const x = Math.max(half, Math.min(PIXELS * wide - half, (place % PIXELS) * wide));
      const y = Math.max(34, Math.min(PIXELS * high - 10, Math.floor(place / PIXELS) * high));
      if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 18)) return [];
      taken.push({ x, y, half });
      return [label(name, MARGIN.left + x, MARGIN.top + y, "middle", "region")];
    }).flat();
  }
}

const COARSE = 8; // pixels that are looked at as one
const FEW = 4; // of them: too small a region for a name

// The pixel of a region that is farthest from all others and, half as much, from the edge; -1 of a small one.
/** @type {(levels: Uint8Array, level: number) => number} */
function innermost(levels, level) {
  const side = PIXELS / COARSE;
  const at = (/** @type {number} */ place) => (Math.floor(place / side) * PIXELS + (place % side)) * COARSE + (PIXELS + 1) * (COARSE / 2);
  const places = Array.from({ length: side * side }, (_, place) => place);
  const [own, others] = [true, false].map((is) => places.filter((place) => (levels[at(place)] === level) === is));
  if (own.length < FEW) return -1;
  /** @type {(place: number) => number} */
  const room = (place) => {
    const [row, column] = [Math.floor(place / side), place % side];
    const edge = 1 + 2 * Math.min(row, column, side - 1 - row, side - 1 - column);
    return Math.min(edge, ...others.map((other) => Math.hypot(Math.floor(other / side) - row, (other % side) - column)));
  };
  return at(own.reduce((best, place) => (room(place) > room(best) ? place : best)));
}

/** @type {(content: string, x: number, y: number, anchor: string, kind?: string) => SVGElement} */
function label(content, x, y, anchor, kind = "tick") {
  const element = draw("text", { x, y, class: kind, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

/** @type {(column: Column) => string} */
const titleOf = ({ name, unit }) => (unit ? `${name}, ${unit}` : name);

/** @type {(name: string) => number[]} */
function rgb(name) {
  const text = token(name);
  return [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));
}
