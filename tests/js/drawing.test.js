// Colors, with as much of a page as they ask for.

import assert from "node:assert/strict";
import { test } from "node:test";

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
Object.assign(globalThis, {
  document: { documentElement: {} },
  getComputedStyle: () => ({ getPropertyValue: (/** @type {string} */ name) => ` ${TOKENS[name] ?? "#808080"}` }),
  ImageData: class {
    /** @param {number} width @param {number} height */
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  },
});
const { drawPixels, drawSigned, largest, palette } = await import("#text/colors.js");

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
