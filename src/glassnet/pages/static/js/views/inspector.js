// What is looked at closely: an equation, its numbers, its terms, and of one term the multiplication.

import { drawSigned, largest } from "#text/colors.js";
import { printed } from "#text/formula.js";
import { signed } from "#text/numbers.js";
import { WORDS } from "#text/words.js";
import { make } from "#views/elements.js";

/** @import { Term } from "#engine/network.js" */
/** @import { Palette } from "#text/colors.js" */
/** @import { Equation } from "#views/stage.js" */
/** @typedef {{ terms: Term[], others: number, rest: number, bias?: number, name: string, total: number }} Parts of a sum */

// An equation as the code prints it, and the line that computes it.
/** @param {Equation} one */
export function equation(one) {
  return make("div", { className: "equation" }, printed(one), make("code", { title: one.code }, one.place));
}

// The terms of a sum, largest first: each a button that leads to its multiplication.
/** @type {(parts: Parts, heads: string[], nameOf: (source: number) => string, chosen: number, choose: (source: number) => void) => HTMLElement} */
export function termsTable(parts, heads, nameOf, chosen, choose) {
  const body = make("tbody");
  for (const term of parts.terms) {
    const button = make("button", { type: "button", ariaPressed: term.source === chosen }, nameOf(term.source));
    const numbers = [term.value, term.weight, term.product].map((value) => make("td", {}, signed(value)));
    const row = make("tr", {}, make("th", { scope: "row" }, button), ...numbers);
    row.addEventListener("click", () => choose(term.source));
    body.append(row);
  }
  /** @type {(name: string, value: number, strong?: boolean) => void} */
  const tail = (name, value, strong = false) =>
    body.append(make("tr", { className: strong ? "total" : "rest" }, make("th", { scope: "row", colSpan: 3 }, name), make("td", {}, signed(value))));
  if (parts.others) tail(WORDS.others(parts.others), parts.rest);
  if (parts.bias !== undefined) tail(WORDS.bias, parts.bias);
  tail(parts.name, parts.total, true);
  const cells = heads.map((head, place) => make("th", { scope: "col", className: place ? "" : "words" }, head));
  return make("table", { className: "terms" }, make("thead", {}, make("tr", {}, ...cells)), body);
}

// A picture of a value for each input; the scale is printed, since colors alone tell no size.
/** @type {(values: Float64Array, shape: number[], caption: string, colors: Palette, mark?: number) => HTMLElement} */
export function picture(values, shape, caption, colors, mark) {
  const canvas = make("canvas", { role: "img", ariaLabel: caption });
  const most = largest(values);
  drawSigned(canvas, values, shape, most, colors);
  const frame = make("div", { className: "frame" }, canvas);
  if (mark !== undefined) frame.append(crosshair(mark, shape));
  const scale = make("span", { className: "scale" }, `±${most.toPrecision(2)}`);
  return make("figure", {}, frame, make("figcaption", {}, caption, " ", scale));
}

/** @type {(place: number, shape: number[]) => HTMLElement} */
export function crosshair(place, [height, width]) {
  const [row, column] = [Math.floor(place / width), place % width];
  const box = make("i", { className: "mark" });
  box.style.cssText = `left:${(100 * column) / width}%;top:${(100 * row) / height}%;width:${100 / width}%;height:${100 / height}%`;
  return box;
}
