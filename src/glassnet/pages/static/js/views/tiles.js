// A layer as a grid of squares: the square's area is the value's size, its color the sign.

import { largest } from "#text/colors.js";
import { signed } from "#text/numbers.js";
import { draw } from "#views/elements.js";

/** @import { Palette } from "#text/colors.js" */
/** @typedef {{ colored: boolean, selected: number | undefined, name: (unit: number) => string, colors: Palette, off: Set<number> }} Shown */

/** @type {{ [key: string]: number[] }} */
const KEYS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

export class Tiles {
  // order: which unit stands in which place; columns: how many to a row.
  /** @param {HTMLElement} element @param {number[]} order @param {number} columns @param {string} label @param {(unit: number) => void} choose @param {(unit: number | null) => void} peek */
  constructor(element, order, columns, label, choose, peek) {
    this.element = element;
    this.order = order;
    this.columns = columns;
    this.choose = choose;
    this.selected = order[0];
    this.colors = /** @type {Palette | null} */ (null);
    this.states = /** @type {Map<number, string>} */ (new Map()); // what each square shows
    element.setAttribute("role", "grid");
    element.setAttribute("aria-label", label);
    element.style.setProperty("--columns", String(columns));
    this.squares = /** @type {Map<number, SVGElement>} */ (new Map());
    this.cells = /** @type {Map<number, HTMLElement>} */ (new Map());
    for (let start = 0; start < order.length; start += columns) element.append(this.row(order.slice(start, start + columns)));
    element.addEventListener("keydown", (event) => this.move(event));
    hovered(element, new Map([...this.cells].map(([unit, cell]) => /** @type {const} */ ([cell, unit]))), peek);
  }

  /** @param {number[]} units */
  row(units) {
    const row = document.createElement("div");
    row.setAttribute("role", "row");
    for (const unit of units) {
      const cell = document.createElement("div");
      cell.setAttribute("role", "gridcell");
      const square = draw("rect", { width: 1, height: 1 });
      cell.append(draw("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" }, square, draw("path", { class: "strike", d: "M0 1 L1 0" })));
      this.squares.set(unit, square);
      cell.addEventListener("click", () => this.choose(unit));
      this.cells.set(unit, cell);
      row.append(cell);
    }
    return row;
  }

  // Values for each unit; signs in color, or gray where there is no way but up.
  /** @param {Float64Array} values @param {Shown} shown */
  show(values, { colored, selected, name, colors, off }) {
    this.selected = selected ?? this.selected;
    const most = largest(values);
    for (const [unit, cell] of this.cells) {
      const share = values[unit] / most;
      const state = [values[unit], share, colored, unit === selected, unit === this.selected, off.has(unit)].join();
      if (this.states.get(unit) === state && this.colors === colors) continue; // most are silent, and stay so
      this.states.set(unit, state);
      const square = this.squares.get(unit);
      if (!square) continue;
      const side = Math.sqrt(Math.min(1, Math.abs(share)));
      square.style.setProperty("--side", String(values[unit] === 0 ? 0 : Math.max(0.06, side)));
      square.style.fill = colors.css(colored ? colors.signed(Math.sign(share) * Math.max(0.5, Math.abs(share))) : colors.gray(1));
      cell.classList.toggle("silent", values[unit] === 0);
      cell.setAttribute("aria-selected", String(unit === selected));
      cell.setAttribute("aria-label", `${name(unit)}, ${signed(values[unit], 2)}`);
      cell.classList.toggle("off", off.has(unit));
      cell.tabIndex = unit === this.selected ? 0 : -1;
    }
    this.colors = colors;
  }

  // A picture in each square, in place of its area.
  /** @param {((canvas: HTMLCanvasElement, unit: number) => void) | null} draw */
  picture(draw) {
    this.element.classList.toggle("pictured", Boolean(draw));
    if (!draw) return;
    for (const [unit, cell] of this.cells) {
      const canvas = cell.querySelector("canvas") ?? cell.appendChild(document.createElement("canvas"));
      draw(canvas, unit);
    }
  }

  // One tab stop; the arrow keys go from square to square.
  /** @param {KeyboardEvent} event */
  move(event) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(this.order[this.placeOf(document.activeElement)]);
    }
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const place = this.placeOf(document.activeElement) + way[0] * this.columns + way[1];
    const unit = this.order[place];
    if (unit === undefined) return;
    this.choose(unit);
    this.cells.get(unit)?.focus();
  }

  /** @param {Element | null} cell */
  placeOf(cell) {
    return this.order.findIndex((unit) => this.cells.get(unit) === cell);
  }
}

// Tells which unit's cell or row a mouse or a pen is over, and null when it has left all of them.
/** @type {(room: HTMLElement, units: Map<Element, number>, peek: (unit: number | null) => void) => void} */
export function hovered(room, units, peek) {
  let over = /** @type {number | null} */ (null);
  /** @type {(unit: number | null) => void} */
  const turn = (unit) => {
    if (unit === over) return;
    over = unit;
    peek(unit);
  };
  room.addEventListener("pointerover", ({ target, pointerType, buttons }) => {
    const place = target instanceof Element ? target.closest("[role=gridcell], tr") : null;
    const unit = place ? units.get(place) : undefined;
    if (unit !== undefined && pointerType !== "touch" && !buttons) turn(unit);
  });
  room.addEventListener("pointerleave", () => turn(null));
}

// How many to a row, so that squares fill a box of this shape; rows of equal length where that comes near.
/** @type {(units: number, width: number, height: number) => number} */
export function columnsFor(units, width, height) {
  const ideal = Math.sqrt((units * width) / height);
  const equal = Array.from({ length: units }, (_, place) => place + 1).filter((columns) => units % columns === 0);
  const near = equal.filter((columns) => Math.abs(Math.log(columns / ideal)) < 0.3);
  near.sort((a, b) => Math.abs(Math.log(a / ideal)) - Math.abs(Math.log(b / ideal)));
  return near[0] ?? Math.max(1, Math.min(units, Math.round(ideal)));
}
