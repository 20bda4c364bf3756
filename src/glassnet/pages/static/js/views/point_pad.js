// The plane under the hand: points are set, moved and wiped with mouse, finger or keys; behind them what the net says.
//
//   const pad = new PointPad({ edit: (points, ended) => ..., choose: (kind) => ... })   ended: the gesture is over
//   pad.show({ points, wrong, kind, wiping, axes })
//   pad.canvas    for who paints the regions

import { MOST_KINDS, REACH } from "#engine/point_sets.js";
import { figure, tick } from "#text/figures.js";
import { words } from "#text/language.js";
import { draw, make } from "#views/elements.js";
import { KINDS, MARKS } from "#views/marks.js";
import { ticks } from "#views/plot.js";

/** @import { Axis } from "#engine/pasted_table.js" */
/** @import { Point } from "#engine/point_sets.js" */
/** @typedef {{ points: Point[], wrong: Set<number>, kind: number, wiping: boolean, axes: Axis[] | null }} Shown wrong: places of points that the net takes for others */

const UNIT = 100; // of the drawing, for 1 of the plane
const NEAR = 0.11; // a point is taken
const APART = 0.14; // points of one stroke
const [STEP, FINE] = [0.2, 0.04]; // of an arrow key

export const WIDTH = 2 * REACH * UNIT; // of the drawing

export class PointPad {
  /** @param {{ edit: (points: Point[], ended: boolean) => void, choose: (kind: number) => void }} told */
  constructor({ edit, choose }) {
    this.edit = edit;
    this.choose = choose;
    this.shown = /** @type {Shown} */ ({ points: [], wrong: new Set(), kind: 0, wiping: false, axes: null });
    this.held = /** @type {number | null} */ (null); // the point that is moved
    this.last = /** @type {[number, number] | null} */ (null); // where a stroke set its last point
    this.at = [0, 0]; // of the keys
    this.canvas = make("canvas", { ariaHidden: "true" });
    this.marks = draw("g", { class: "points" });
    this.cross = draw("path", { class: "cross", d: "M-9 0H9M0 -9V9" });
    this.border = draw("path", { class: "border", transform: `translate(${-REACH * UNIT} ${-REACH * UNIT})` });
    const lines = draw("path", { class: "zero", d: `M${-REACH * UNIT} 0H${REACH * UNIT}M0 ${-REACH * UNIT}V${REACH * UNIT}` });
    this.drawing = draw("svg", { tabindex: 0, role: "application", viewBox: [-REACH, -REACH, 2 * REACH, 2 * REACH].map((value) => value * UNIT).join(" "), preserveAspectRatio: "none" }, lines, this.border, this.marks, this.cross);
    this.across = make("div", { className: "scale across" });
    this.up = make("div", { className: "scale up" });
    this.element = make("div", { className: "point-pad" }, this.up, make("div", { className: "map" }, this.canvas, this.drawing), this.across);
    this.listen();
  }

  listen() {
    const { drawing } = this;
    drawing.addEventListener("pointerdown", (event) => this.press(event));
    drawing.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) drawing.addEventListener(name, () => this.release());
    drawing.addEventListener("keydown", (event) => this.type(event));
  }

  /** @param {Shown} shown */
  show(shown) {
    if (shown.axes !== this.shown.axes || !this.across.children.length) this.showAxes(shown.axes);
    this.shown = shown;
    const { points, wrong } = shown;
    this.marks.replaceChildren(...points.map(({ x, y, kind }, place) => draw("path", { class: `kind-${kind % KINDS}${wrong.has(place) ? " wrong" : ""}`, d: MARKS[kind % KINDS], transform: `translate(${(x * UNIT).toFixed(1)} ${(-y * UNIT).toFixed(1)})` })));
    this.place();
  }

  /** @param {Axis[] | null} axes */
  showAxes(axes) {
    const [across, up] = axes ?? [0, 1].map((place) => ({ name: words.plane.axes[place], low: -REACH, high: REACH }));
    const scale = (/** @type {Axis} */ { low, high, name }, /** @type {string} */ side) => [
      ...ticks(low, high, 4).filter((value) => value < high - 0.12 * (high - low)).map((value) => make("span", { style: `${side}:${((100 * (value - low)) / (high - low)).toFixed(2)}%` }, tick(value))),
      make("b", {}, name),
    ];
    this.across.replaceChildren(...scale(across, "left"));
    this.up.replaceChildren(...scale(up, "bottom"));
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  placeOf(event) {
    const { left, top, width, height } = this.drawing.getBoundingClientRect();
    const inside = (/** @type {number} */ part) => REACH * (2 * Math.max(0, Math.min(1, part)) - 1);
    return [inside((event.clientX - left) / width), -inside((event.clientY - top) / height)];
  }

  /** @param {[number, number]} place */
  nearest([x, y]) {
    const distances = this.shown.points.map((point) => Math.hypot(point.x - x, point.y - y));
    const place = distances.indexOf(Math.min(...distances));
    return distances[place] < NEAR ? place : -1;
  }

  /** @param {PointerEvent} event */
  press(event) {
    if (event.button) return;
    this.drawing.setPointerCapture(event.pointerId);
    const at = this.placeOf(event);
    const found = this.nearest(at);
    if (this.shown.wiping) return this.wipe(found);
    if (found >= 0) this.held = found;
    else this.put(at);
  }

  /** @param {PointerEvent} event */
  drag(event) {
    const at = this.placeOf(event);
    if (this.shown.wiping) return this.wipe(this.nearest(at));
    if (this.held !== null) return this.move(this.held, at);
    if (this.last && Math.hypot(at[0] - this.last[0], at[1] - this.last[1]) > APART) this.put(at);
  }

  release() {
    const [held, last] = [this.held, this.last];
    this.held = this.last = null;
    if (held !== null || last || this.shown.wiping) this.edit(this.shown.points, true);
  }

  /** @param {[number, number]} at */
  put(at) {
    this.last = at;
    this.edit([...this.shown.points, { x: at[0], y: at[1], kind: this.shown.kind }], false);
  }

  /** @param {number} place @param {[number, number]} at */
  move(place, [x, y]) {
    this.edit(this.shown.points.map((point, other) => (other === place ? { ...point, x, y } : point)), false);
  }

  /** @param {number} place */
  wipe(place) {
    if (place >= 0) this.edit(this.shown.points.filter((_, other) => other !== place), false);
  }

  // Arrows go, Enter or Space sets a point, Backspace or Delete wipes the nearest, a number chooses the kind.
  /** @param {KeyboardEvent} event */
  type(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {{ [key: string]: number[] }} */
    const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const way = ways[event.key];
    const at = /** @type {[number, number]} */ (this.at);
    if (way) this.at = this.at.map((value, axis) => Math.max(-REACH, Math.min(REACH, value + way[axis] * (event.shiftKey ? FINE : STEP))));
    else if (event.key === "Enter" || event.key === " ") this.shown.wiping ? this.wipe(this.nearest(at)) : this.put(at);
    else if (event.key === "Backspace" || event.key === "Delete") this.wipe(this.nearest(at));
    else if (Number(event.key) >= 1 && Number(event.key) <= MOST_KINDS) this.choose(Number(event.key) - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (!way) this.end();
    this.place();
  }

  end() {
    this.last = null;
    this.edit(this.shown.points, true);
  }

  place() {
    const [x, y] = this.at;
    this.cross.setAttribute("transform", `translate(${x * UNIT} ${-y * UNIT})`);
    this.drawing.setAttribute("aria-label", words.plane.pad(figure(x), figure(y), this.shown.points.length));
  }
}
