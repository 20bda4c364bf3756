// The outputs as a table: a bar and a number each, from zero to the right, or to either side of it.

import { number, percent, signed } from "#text/numbers.js";
import { Bar, find, make } from "#views/elements.js";
import { hovered } from "#views/tiles.js";

/** @import { Palette } from "#text/colors.js" */
/** @typedef {{ kind: "probability" | "signed" | "number", colors: Palette, strong: number, marks: { [unit: number]: string }, selected: number }} Shown */

const MOST = 30; // rows without scrolling

export class Outputs {
  /** @param {HTMLTableSectionElement} body @param {string[]} names @param {(unit: number) => void} choose @param {(unit: number | null) => void} peek */
  constructor(body, names, choose, peek) {
    this.parts = names.map((name) => ({
      button: make("button", { type: "button" }, name),
      bar: new Bar(),
      value: make("td", { className: "value" }),
      mark: make("td", { className: "mark" }),
    }));
    this.rows = this.parts.map(({ button, bar, value, mark }, unit) => {
      const row = make("tr", {}, make("th", { scope: "row" }, button), make("td", { className: "bar" }, bar.element), value, mark);
      row.addEventListener("click", () => choose(unit));
      return row;
    });
    body.replaceChildren(...this.rows);
    hovered(body, new Map(this.rows.map((row, unit) => /** @type {const} */ ([row, unit]))), peek);
    const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
    const table = find("#outputs table");
    table.style.setProperty("--name", `${Math.min(120, 20 + 9 * longest)}px`);
    table.classList.toggle("single", names.length === 1);
    table.classList.toggle("long", names.length > MOST);
  }

  // Where lines from the hidden layer end.
  get cells() {
    return this.rows.map((row) => row.cells[0]);
  }

  /** @param {Float64Array} values @param {Shown} shown */
  show(values, { kind, colors, strong, marks, selected }) {
    const most = kind === "probability" ? 1 : values.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0) || 1;
    this.rows.forEach((row, unit) => {
      const { button, bar, value, mark } = this.parts[unit];
      const share = values[unit] / most;
      const both = kind === "signed";
      const size = both ? Math.abs(share) / 2 : Math.max(0, share);
      const from = both ? (share < 0 ? 0.5 - size : 0.5) : 0;
      const gray = unit === strong ? 1 : 0.6;
      bar.show(from, from + size, colors.css(both ? colors.signed(Math.sign(share) * Math.max(0.6, Math.abs(share))) : colors.gray(gray)));
      value.textContent = kind === "probability" ? percent(values[unit]) : both ? signed(values[unit]) : number(values[unit]);
      mark.textContent = marks[unit] ?? "";
      row.classList.toggle("strong", unit === strong);
      button.setAttribute("aria-pressed", String(unit === selected));
    });
  }
}
