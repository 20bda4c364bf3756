// Training in the browser gives Python's numbers, by both kernels. See tests/golden/training.py.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { digitsOf } from "#engine/digits.js";
import { initialParameters } from "#engine/initial_weights.js";
import { numbersOf } from "#engine/parameters.js";
import { Generator } from "#engine/randomness.js";
import { sha256 } from "#engine/sha256.js";

import { trainingOf } from "./trained.js";

/** @typedef {{ length: number, values: number[] }} Seen */

const golden = JSON.parse(readFileSync(new URL("../golden/training.json", import.meta.url), "utf8"));
const digits = await digitsOf(golden.digits, golden.count);

// Relative to the length of the whole vector, over the places that are looked at; and the largest single distance.
/** @type {(found: Float32Array, expected: Seen, most: number, what: string) => void} */
function close(found, { length, values }, most, what) {
  const distances = values.map((value, k) => found[k * golden.every] - value);
  const part = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  const apart = Math.sqrt(distances.reduce((sum, distance) => sum + distance * distance, 0)) / part;
  assert.ok(apart <= most, `${what}: ${apart} apart`);
  assert.ok(Math.max(...distances.map(Math.abs)) <= most, `${what}: one ${Math.max(...distances.map(Math.abs))} apart`);
  const whole = Math.sqrt(found.reduce((sum, value) => sum + value * value, 0));
  assert.ok(Math.abs(whole - length) <= most * length, `${what}: of length ${whole}, not ${length}`);
}

test("uniform and normal numbers are NumPy's to the last bit", () => {
  const uniform = new Generator(5, "initialization", 1);
  for (const expected of numbersOf(golden.uniforms, Float64Array)) assert.equal(uniform.random(), expected);
  const normal = new Generator(5, "initialization", 5);
  const normals = numbersOf(golden.normals, Float64Array);
  assert.ok(normals.some((value) => Math.abs(value) > 3.66), "none of the tail");
  for (const expected of normals) assert.equal(normal.normal(), expected);
});

test("the order of an epoch is Python's, whatever the seed", () => {
  for (const { seed, epoch, order } of golden.orders) assert.deepEqual([...new Generator(seed, "shuffle", epoch).permutation(order.length)], order);
});

test("networks start with Python's parameters to the last bit", () => {
  for (const { sizes, activation, seed, sha256: expected } of golden.starts) {
    const parameters = initialParameters(sizes, activation, seed, false);
    assert.equal(sha256([new Uint8Array(parameters.buffer)]), expected, `${activation} ${sizes}`);
  }
});

test("digits come out of a file as they went in", () => {
  assert.deepEqual([...digits.labels], golden.labels);
  assert.ok(digits.pixels.every((gray) => gray % 17 === 0) && digits.pixels.includes(255));
});

test("digits that are not as many as they are said to be are refused", async () => {
  await assert.rejects(digitsOf("Y2AYBYMBsAMA", 2), /expected 786 bytes of 2 digits, got 393/);
});

for (const kind of /** @type {const} */ (["wasm", "plain"])) {
  for (const { settings, gradient, losses, parameters } of golden.cases) {
    const { hidden, activation, optimizer, penalty } = settings;
    test(`${kind}: ${optimizer}, ${activation}, ${[784, ...hidden, 10].join("-")}, penalty ${penalty}: as in Python`, async () => {
      const training = await trainingOf(kind, digits, { ...settings, seed: 5, batch: golden.batch, examples: golden.count, epochs: golden.steps });
      /** @type {number[]} */
      const found = [];
      for (let step = 0; step < golden.steps; step++) {
        assert.equal(training.step(), null);
        if (!step) close(training.network.flat(training.network.gradient), gradient, 1e-6, "gradient");
        found.push(training.lastLoss);
        if (training.batch === training.steps) training.completeEpoch();
      }
      close(training.network.flat(), parameters, 1e-5, "parameters after 100 steps");
      losses.forEach((/** @type {number} */ loss, /** @type {number} */ k) => assert.ok(Math.abs(found[9 * k] - loss) < 1e-5, `loss ${9 * k}`));
    });
  }
}
