// A sign's row: its name, and boxes to draw it in, as on lined paper. There is always an empty one.

import { words } from "#text/language.js";
import { make } from "#views/elements.js";
import { Pad } from "#views/pad.js";

/** @import { Drawing, Sign } from "#engine/own_symbols.js" */

const SIDE = 160; // pixels of a box's canvas
const LONGEST = 12; // letters of a name

export class SymbolBoxes {
  // columns: how many boxes stand in a line; changed: told after each stroke.
  /** @param {Sign} sign @param {number} columns @param {() => void} changed */
  constructor(sign, columns, changed) {
    this.sign = sign;
    this.columns = columns;
    this.changed = changed;
    this.pads = /** @type {Pad[]} */ ([]);
    this.name = make("input", { type: "text", value: sign.name, maxLength: LONGEST, ariaLabel: words.symbols.name, autocomplete: "off" });
    this.name.onchange = () => {
      this.sign.name = this.name.value.trim() || this.sign.name;
      this.name.value = this.sign.name;
      this.changed();
    };
    this.count = make("output");
    this.undo = make("button", { type: "button", className: "plain", onclick: () => this.takeBack() }, words.symbols.takeBack);
    this.boxes = make("div", { className: "boxes" });
    this.element = make("div", { className: "sign", role: "group" }, make("div", { className: "about" }, this.name, this.count, this.undo), this.boxes);
    this.grow();
    this.tell();
  }

  /** @returns {Drawing[]} */
  get drawings() {
    return this.pads.map(({ strokes }) => strokes).filter((strokes) => strokes.length);
  }

  // As many boxes as there are drawings, and one more, in whole lines.
  grow() {
    const wanted = Math.ceil((Math.max(this.sign.drawings.length, this.filled) + 1) / this.columns) * this.columns;
    while (this.pads.length < wanted) this.addBox();
  }

  get filled() {
    return this.pads.reduce((last, { strokes }, place) => (strokes.length ? place + 1 : last), 0);
  }

  addBox() {
    const place = this.pads.length;
    const canvas = make("canvas", { tabIndex: 0, role: "application", ariaLabel: words.symbols.box(this.sign.name, place + 1) });
    const pad = new Pad(canvas, () => this.drawn(), SIDE);
    canvas.addEventListener("keydown", ({ key }) => ["Delete", "Backspace"].includes(key) && pad.clear());
    pad.strokes = structuredClone(this.sign.drawings[place] ?? []);
    pad.redraw(false);
    this.pads.push(pad);
    this.boxes.append(canvas);
  }

  drawn() {
    this.sign.drawings = this.drawings;
    if (this.filled === this.pads.length) this.grow();
    this.tell();
    this.changed();
  }

  takeBack() {
    this.pads[this.filled - 1]?.clear();
  }

  tell() {
    this.count.textContent = words.symbols.drawings(this.sign.drawings.length);
    this.undo.disabled = !this.filled;
    this.element.setAttribute("aria-label", this.sign.name);
  }
}
