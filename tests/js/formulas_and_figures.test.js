// Formulas as MathML, and numbers as a reader sees them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { accuracy, figure, listed, share, signedDecimal, signedFigure, tick } from "#text/figures.js";
import { formula, parsed } from "#text/mathml.js";

class Element {
  /** @type {{ [name: string]: string }} */
  attributes = {};
  /** @type {(Element | string)[]} */
  children = [];
  /** @param {string} name */
  constructor(name) {
    this.name = name;
  }
  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  /** @param {...(Element | string)} children */
  append(...children) {
    this.children.push(...children);
  }
  /** @type {() => string} */
  toString() {
    const attributes = Object.entries(this.attributes).map(([name, value]) => ` ${name}="${value}"`).join("");
    return `<${this.name}${attributes}>${this.children.join("")}</${this.name}>`;
  }
}

Object.assign(globalThis, {
  document: { createElementNS: (/** @type {string} */ _, /** @type {string} */ name) => new Element(name), createTextNode: (/** @type {string} */ text) => text },
});

/** @type {(text: string) => any} */
const inside = (text) => parsed(text)[1];

test("a name has its index below and its layer above", () => {
  const one = ["mrow", ["mo", "("], ["mn", "1"], ["mo", ")"]];
  assert.deepEqual(inside("z^(1)_13"), ["msubsup", ["mi", "z"], ["mn", "13"], one]);
  assert.deepEqual(inside("W^(1)_{i,13}"), ["msubsup", ["mi", "W"], ["mrow", ["mi", "i"], ["mo", ","], ["mn", "13"]], one]);
  assert.deepEqual(inside("x_i"), ["msub", ["mi", "x"], ["mi", "i"]]);
  assert.deepEqual(inside("z_max"), ["msub", ["mi", "z"], ["mtext", "max"]]);
  assert.deepEqual(inside("z_k'"), ["msub", ["mi", "z"], ["msup", ["mi", "k"], ["mo", "′"]]]);
  assert.deepEqual(inside("g²"), ["msup", ["mi", "g"], ["mn", "2"]]);
});

test("primes, transposition and the next layer stand above too", () => {
  assert.deepEqual(inside("f'(z)"), ["mrow", ["msup", ["mi", "f"], ["mo", "′"]], ["mo", "("], ["mi", "z"], ["mo", ")"]]);
  const next = ["mrow", ["mo", "("], ["mi", "l"], ["mo", "+"], ["mn", "1"], ["mo", ")"]];
  assert.deepEqual(inside("W^(l+1)ᵀ"), ["msup", ["mi", "W"], ["mrow", next, ["mi.upright", "T"]]]);
});

test("sums, roots, derivatives and fractions have marks of their own", () => {
  assert.deepEqual(inside("Σ_i x_i"), ["mrow", ["msub", ["mo", "Σ"], ["mi", "i"]], ["msub", ["mi", "x"], ["mi", "i"]]]);
  assert.deepEqual(inside("Σ x"), ["mrow", ["mo", "Σ"], ["mi", "x"]]);
  assert.deepEqual(inside("√(2)"), ["msqrt", ["mn", "2"]]);
  assert.deepEqual(inside("∂ℓ/∂z_k"), ["mfrac", ["mrow", ["mo", "∂"], ["mi", "ℓ"]], ["mrow", ["mo", "∂"], ["msub", ["mi", "z"], ["mi", "k"]]]]);
  assert.deepEqual(inside("{2,456}/{3,459}"), ["mfrac", ["mn", "2,456"], ["mn", "3,459"]]);
  assert.deepEqual(inside("−ln p"), ["mrow", ["mo", "−"], ["mrow", ["mi", "ln"], ["mtext", "\u2009"]], ["mi", "p"]]);
});

test("what is told of a number stands below it, and its color in a class", () => {
  const product = ["mrow", ["mn", "0.83"], ["mo", "·"], ["mn", "2"]];
  assert.deepEqual(inside("⏟{0.83 · 2}{from 7}"), ["munder", ["munder", product, ["mo", "⏟"]], ["mtext", "from 7"]]);
  assert.deepEqual(inside("⊕{8} − ⊖{6} = *2*"), ["mrow", ["mrow.plus", ["mn", "8"]], ["mo", "−"], ["mrow.minus", ["mn", "6"]], ["mo", "="], ["mrow.bold", ["mn", "2"]]]);
  assert.deepEqual(inside("{a}"), ["mi", "a"]);
});

test("a formula is an element that a browser draws", () => {
  assert.equal(String(formula("a_1 = max(0, z)")), '<math><mrow><msub><mi>a</mi><mn>1</mn></msub><mo>=</mo><mi>max</mi><mo stretchy="false">(</mo><mn>0</mn><mo>,</mo><mi>z</mi><mo stretchy="false">)</mo></mrow></math>');
  assert.equal(String(formula("*7*")), '<math><mrow class="bold"><mn>7</mn></mrow></math>');
});

test("three figures are written, zero is 0, and a minus is one", () => {
  assert.deepEqual([0, 1e-9, 0.00123, 0.1234, 1.234, 12.34, 123.4, 1234.5, -2.5].map(figure), ["0", "0", "0.0012", "0.12", "1.23", "12.3", "123", "1,235", "−2.50"]);
  assert.deepEqual([2.5e7, -1.5e6].map(figure), ["2.5 · 10⁷", "−1.5 · 10⁶"]);
  assert.deepEqual([signedFigure(1), signedFigure(-1), signedFigure(0)], ["+1.00", "−1.00", "0"]);
  assert.deepEqual([signedDecimal(5.216), signedDecimal(-0.001), signedDecimal(-1)], ["+5.22", "0.00", "−1.00"]);
  assert.deepEqual([0, 2, 2.5, 0.25, 1e7].map(tick), ["0", "2", "2.5", "0.25", "1.0 · 10⁷"]);
});

test("shares are whole percent, and next to all and nothing they are not rounded to it", () => {
  assert.deepEqual([0, 0.0001, 0.002, 0.24, 0.706, 0.993, 0.9999, 1].map(share), ["0 %", "0 %", "0.2 %", "24 %", "71 %", "99.3 %", "100 %", "100 %"]);
  assert.equal(accuracy(9489, 10_000), "94.9 %");
  assert.equal(listed(["3", "4", "5"]), "3, 4, and 5");
});
