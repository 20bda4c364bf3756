// Colors and formulas, with as much of a page as they ask for.

import assert from "node:assert/strict";
import { test } from "node:test";

class Element {
  className = "";
  textContent = "";
  /** @type {(string | Element)[]} */
  children = [];
  /** @param {...(string | Element)} parts */
  append(...parts) {
    this.children.push(...parts);
  }
  cloneNode() {
    return Object.assign(new Element(), this);
  }
}

class Canvas {
  width = 1;
  height = 1;
  /** @type {Uint8ClampedArray} */
  drawn = new Uint8ClampedArray();
  getContext() {
    return { putImageData: (/** @type {{ data: Uint8ClampedArray }} */ { data }) => (this.drawn = data) };
  }
}

/** @type {{ [name: string]: string }} */
const TOKENS = { "--surface": "#ffffff", "--ink": "#000000", "--plus-4": "#0000ff", "--minus-4": "#ff8000" };
/** @type {string[]} */
const set = [];
Object.assign(globalThis, {
  document: { documentElement: {}, createElement: () => new Element() },
  getComputedStyle: () => ({ getPropertyValue: (/** @type {string} */ name) => ` ${TOKENS[name] ?? "#808080"}` }),
  katex: { render: (/** @type {string} */ latex) => set.push(latex) },
  ImageData: class {
    /** @param {number} width @param {number} height */
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  },
});
const { drawPixels, drawSigned, largest, palette } = await import("#text/colors.js");
const plain = await import("#text/formula_plain.js");
const typeset = await import("#text/formula.js");

/** @type {(element: any) => string} */
const textOf = (element) => element.textContent || element.children.map((/** @type {any} */ part) => (typeof part === "string" ? part : `_${part.textContent}`)).join("");

test("positive is blue, negative orange, and zero the paper", () => {
  const { signed, gray, css } = palette();
  assert.deepEqual([signed(1), signed(-1), signed(0)], [[0, 0, 255], [255, 128, 0], [255, 255, 255]]);
  assert.deepEqual(signed(2), signed(1));
  assert.deepEqual([gray(0), gray(1), gray(5)], [[255, 255, 255], [0, 0, 0], [0, 0, 0]]);
  assert.equal(css([1, 2, 3]), "rgb(1 2 3)");
  assert.equal(largest(Float64Array.of(1, -3)), 3);
  assert.equal(largest(new Float64Array(2)), 1);
});

test("each value is a pixel of the canvas", () => {
  const colors = palette();
  /** @type {any} */
  const canvas = new Canvas();
  drawPixels(canvas, Float64Array.of(0, 1), [1, 2], colors.gray);
  assert.deepEqual([...canvas.drawn], [255, 255, 255, 255, 0, 0, 0, 255]);
  drawSigned(canvas, Float64Array.of(5, -2), [1, 2], 2, colors);
  assert.deepEqual([...canvas.drawn], [0, 0, 255, 255, 255, 128, 0, 255]);
  assert.deepEqual([canvas.width, canvas.height], [2, 1]);
});

test("a formula as text reads like the typeset one", () => {
  const cases = [
    ["2.0\\cdot 10^{-9}", "2.0 · 10⁻⁹"],
    ["\\frac{1 - 2}{3}", "(1 − 2) / (3)"],
    ["\\ell = -\\ln p", "ℓ = −ln p"],
    ["a\\,\\delta", "a δ"],
    ["z - \\eta\\cdot \\text{x}", "z − η · x"],
  ];
  for (const [latex, text] of cases) assert.equal(textOf(plain.formula(latex)).replaceAll("  ", " ").trim(), text);
  assert.equal(plain.formula("p", true).className, "formula display");
  assert.equal(textOf(plain.printed({ latex: "", text: "z_k = Σ_j x_j" })), "z_k = Σ_j x_j");
});

test("an equation is typeset once, and copied where it stands again", () => {
  typeset.printed({ latex: "z_{k}", text: "" });
  typeset.printed({ latex: "z_{k}", text: "" });
  assert.deepEqual(set, ["z_{k}"]);
  assert.equal(typeset.formula("p", true).className, "formula display");
});
