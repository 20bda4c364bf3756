// The confusion matrix: what was meant down, what the net said across. One tab stop; the arrow keys go from cell to cell.

import { whole, words } from "#text/language.js";
import { make } from "#views/elements.js";

/** @import { Answers } from "#engine/evaluation.js" */

/** @type {{ [key: string]: number[] }} */
const WAYS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
// How dark a cell is, in percent of ink: light ones bear dark numbers, dark ones light ones; between them neither could be read.
const [LIGHT, DARK] = [{ from: 6, to: 36 }, { from: 64, to: 92 }];

export class Confusion {
  // choose: told of the cell [meant, said] that is looked into.
  /** @param {string[]} classes @param {(cell: number[]) => void} choose */
  constructor(classes, choose) {
    this.classes = classes;
    this.choose = choose;
    this.buttons = /** @type {Map<string, HTMLButtonElement>} */ (new Map());
    this.element = make("div", { className: "confusion" });
  }

  /** @param {Answers} answers @param {number[]} chosen */
  show({ matrix }, chosen) {
    const most = Math.max(1, ...matrix.flatMap((row, meant) => row.filter((_, said) => said !== meant)));
    this.buttons.clear();
    const names = this.classes.map((name) => make("th", { scope: "col" }, name));
    const head = [
      make("tr", {}, make("td", {}), make("th", { colSpan: names.length, scope: "colgroup", className: "axis" }, words.mistakes.said)),
      make("tr", {}, make("th", { className: "axis", scope: "col" }, words.mistakes.meant), ...names),
    ];
    const rows = matrix.map((row, meant) => make("tr", {}, make("th", { scope: "row" }, this.classes[meant]), ...row.map((count, said) => this.cell(count, meant, said, most))));
    const table = make("table", {}, make("thead", {}, ...head), make("tbody", {}, ...rows));
    table.addEventListener("keydown", (event) => this.move(event));
    table.style.setProperty("--names", `${Math.min(9, Math.max(3.2, 0.62 * Math.max(...this.classes.map(({ length }) => length))))}rem`);
    this.element.replaceChildren(table);
    this.mark(chosen);
  }

  /** @param {number} count @param {number} meant @param {number} said @param {number} most */
  cell(count, meant, said, most) {
    if (!count) return make("td", { className: "none" }, "·");
    const label = meant === said ? words.mistakes.cellRight(whole(count), this.classes[meant]) : words.mistakes.cell(whole(count), this.classes[meant], this.classes[said]);
    const button = make("button", { type: "button", ariaLabel: label, tabIndex: -1, onclick: () => this.choose([meant, said]) }, whole(count));
    button.dataset.cell = `${meant} ${said}`;
    if (meant !== said) shade(button, count / most);
    this.buttons.set(button.dataset.cell, button);
    return make("td", { className: meant === said ? "right" : "" }, button);
  }

  /** @param {number[]} chosen */
  mark([meant, said]) {
    for (const [cell, button] of this.buttons) {
      const isChosen = cell === `${meant} ${said}`;
      button.setAttribute("aria-pressed", String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    }
    if (!this.buttons.has(`${meant} ${said}`)) this.buttons.values().next().value?.setAttribute("tabindex", "0");
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const way = WAYS[event.key];
    const from = event.target instanceof HTMLElement ? event.target.dataset.cell : undefined;
    if (!way || !from) return;
    event.preventDefault();
    event.stopPropagation();
    let [meant, said] = from.split(" ").map(Number);
    do [meant, said] = [meant + way[0], said + way[1]];
    while (this.classes[meant] !== undefined && this.classes[said] !== undefined && !this.buttons.has(`${meant} ${said}`));
    const button = this.buttons.get(`${meant} ${said}`);
    if (!button) return;
    this.choose([meant, said]);
    this.buttons.get(`${meant} ${said}`)?.focus();
  }
}

/** @type {(button: HTMLElement, part: number) => void} */
function shade(button, part) {
  const isDark = part > 0.5;
  const { from, to } = isDark ? DARK : LIGHT;
  const percent = from + (to - from) * (isDark ? 2 * part - 1 : 2 * part);
  button.style.setProperty("--shade", `${percent.toFixed(0)}%`);
  button.classList.toggle("dark", isDark);
}
