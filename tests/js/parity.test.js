// The engine computes Python's numbers: to 1e-12, for everything that is registered there. See tests/golden/engine.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { slant, upright } from "#engine/deskew.js";
import { centerOf, pixels } from "#engine/ink.js";
import { Network } from "#engine/network.js";
import { numbersOf } from "#engine/parameters.js";
import { quantity } from "#text/numbers.js";

/** @import { Form, Trace } from "#engine/network.js" */
/** @typedef {{ name: string, lacking?: string, form: Form, parameters: number[], predictions: number[][], loss: number, gradient: number[], stepped: number[] }} Case */

const golden = JSON.parse(readFileSync(new URL("../golden/engine.json", import.meta.url), "utf8"));
const CLOSE = 1e-12;

/** @type {(found: ArrayLike<number>, expected: number[], what: string) => void} */
function close(found, expected, what) {
  assert.equal(found.length, expected.length, what);
  expected.forEach((value, place) => {
    const apart = Math.abs(found[place] - value);
    assert.ok(apart <= CLOSE * Math.max(1, Math.abs(value)), `${what}, ${place}: ${found[place]}, and Python has ${value}`);
  });
}

/** @type {(rows: Float64Array[]) => Float64Array} */
const mean = (rows) => rows[0].map((_, place) => rows.reduce((sum, row) => sum + row[place], 0) / rows.length);

for (const { name, lacking, form, parameters, predictions, loss, gradient, stepped } of /** @type {Case[]} */ (golden.networks)) {
  test(`a network of ${name} predicts, and is trained, as in Python`, () => {
    assert.equal(lacking, undefined);
    const network = new Network(form, Float64Array.from(parameters));
    /** @type {Trace[]} */
    const batch = golden.inputs.map((/** @type {number[]} */ inputs, /** @type {number} */ place) =>
      network.backward(network.forward(Float64Array.from(inputs)), Float64Array.from(golden.targets[place])),
    );
    batch.forEach((trace, place) => close(trace.activations[network.last], predictions[place], "predictions"));
    close([batch.reduce((sum, trace) => sum + trace.loss, 0) / batch.length], [loss], "loss");
    const found = mean(batch.map((trace) => network.gradient(trace)));
    close(found, gradient, "gradient");
    close(network.parameters.map((value, place) => value - golden.rate * found[place]), stepped, "parameters after a step");
    close(mean(batch.map((trace) => network.stepped(trace, golden.rate).parameters)), stepped, "the mean of steps");
  });
}

test("slants are measured as in Python, and images set upright to the same grays", () => {
  const { images, slants, middles, upright: expected } = golden.deskewing;
  for (const [place, image] of images.entries()) {
    const inputs = numbersOf(image, Uint8Array).map((gray) => gray / 255);
    const { h, m } = slant(inputs);
    close([h, m], [slants[place], middles[place]], `slant of image ${place}`);
    close(upright(inputs).map((value) => 255 * value), [...numbersOf(expected[place], Uint8Array)], `image ${place}`);
  }
});

for (const { name, strokes, pixels: expected } of golden.drawings) {
  test(`a drawing of ${name} is fitted and centered as in Python`, () => {
    const found = pixels(strokes);
    assert.ok(found);
    close(found.map((value) => 255 * value), [...numbersOf(expected, Uint8Array)], name);
    assert.ok(centerOf(found).every((value) => Math.abs(value - 14) < 0.5), `center at ${centerOf(found)}`);
  });
}

test("quantities are written as in Python", () => {
  for (const [value, text] of golden.quantities) assert.equal(quantity(value, "m"), text);
});
