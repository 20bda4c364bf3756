// The kernels in WebAssembly are what their source compiles to, and give what those in JavaScript give.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { kernelsFor } from "#engine/kernels.js";
import { Generator } from "#engine/randomness.js";
import { Store } from "#engine/store.js";

import { compiled } from "../../src/glassnet/pages/kernels/compile.js";
import { trainingOf } from "./trained.js";

/** @import { Kernels } from "#engine/plain_kernels.js" */

const KEPT = new URL("../../src/glassnet/pages/static/js/engine/compiled_kernels.js", import.meta.url);
const wabt = await import("wabt").catch(() => null);

test("the compiled kernels are those of the source: npm run kernels", { skip: !wabt && "npm install brings wabt" }, async () => {
  assert.equal(await compiled(), readFileSync(KEPT, "utf8"));
});

const random = new Generator(0, "gradient_check");
const draw = () => Math.fround(2 * random.random() - 1);

// The same numbers in two memories, for both kinds of kernels; what differs afterwards.
/** @type {(floats: number, run: (kernels: Kernels, at: number) => void) => Promise<number>} */
async function largestDifference(floats, run) {
  const numbers = Float32Array.from({ length: floats }, draw);
  /** @type {Float32Array[]} */
  const results = [];
  for (const kind of /** @type {const} */ (["wasm", "plain"])) {
    const store = new Store();
    const at = store.take(4 * floats);
    store.floats.set(numbers, at / 4);
    const { kernels } = await kernelsFor(store, kind);
    run(kernels, at);
    results.push(store.floats.slice(at / 4, at / 4 + floats));
  }
  return results[0].reduce((most, value, k) => Math.max(most, Math.abs(value - results[1][k])), 0);
}

for (const units of [4, 12, 16, 32, 36, 60, 128]) {
  test(`with rows of ${units} units both kinds give the same sums, gradients, deltas and updates`, async () => {
    const [stride, n, inputs] = [4 * units, 5, 7];
    const row = 4 * 8;
    // One after another: z, W, b, x, g, and the vectors of an update.
    const sizes = [n * stride, inputs * stride, stride, n * row, inputs * stride, stride, n * row];
    const starts = sizes.map((_, k) => sizes.slice(0, k).reduce((sum, size) => sum + size, 0));
    const floats = starts[6] / 4 + (n * row) / 4;
    const apart = await largestDifference(floats, (kernels, at) => {
      const [z, w, b, x, g, bias, d] = starts.map((start) => at + start);
      kernels.forward(z, w, b, stride, n, x, row, inputs);
      kernels.gradient(g, z, stride, n, x, row, inputs);
      kernels.backward(d, z, w, stride, n, row, inputs);
      kernels.sums(bias, z, stride, n);
      kernels.reluSlope(z, z, units * n);
      kernels.relu(b, b, units);
      kernels.momentum(w, g, g, units, 0.1, 0.9, 0.01);
    });
    assert.ok(apart < 2e-5, `${apart} apart`);
  });
}

test("an image that is moved is, to both kinds, the image with its ink elsewhere", async () => {
  const pixels = new Uint8Array(2 * 784);
  for (const [row, column] of [[5, 6], [5, 7], [6, 7], [20, 20]]) {
    pixels[28 * row + column] = 100 + row;
    pixels[784 + 28 * (row + 2) + column - 3] = 100 + row;
  }
  const labels = Uint8Array.of(1, 1);
  for (const kind of /** @type {const} */ (["wasm", "plain"])) {
    const training = await trainingOf(kind, { pixels, labels }, { hidden: [6], batch: 1, examples: 2 });
    const { network, store } = training;
    const gradients = [[0, 2 * 28 - 3], [1, 0]].map(([example, move]) => {
      training.choose([example]);
      store.integers[network.moves / 4] = move;
      network.forward(training.data.training, 1);
      network.judge(labels, 1);
      network.backward(training.data.training, 1);
      return network.flat(network.gradient);
    });
    assert.deepEqual(gradients[0], gradients[1]);
    assert.ok(gradients[0].some((value) => value !== 0));
  }
});

test("an image moves at random as far as its ink has room, and one without ink, or none of an image, stays", async () => {
  const pixels = new Uint8Array(2 * 784).fill(9, 28 * 1 + 3, 28 * 1 + 10); // a row below, three columns beside the edge
  const { data } = await trainingOf("plain", { pixels, labels: Uint8Array.of(0, 1) }, {});
  const moves = new Set(Array.from({ length: 500 }, () => data.training.move(0, 2, random)));
  assert.deepEqual([...moves].sort((a, b) => a - b), [-1, 0, 1, 2].flatMap((down) => [-2, -1, 0, 1, 2].map((right) => 28 * down + right)));
  assert.equal(data.training.move(1, 2, random), 0);
});

test("where WebAssembly is refused, or there is none, the kernels are JavaScript's", async () => {
  const { WebAssembly: own } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "WebAssembly");
    const store = new Store();
    assert.equal((await kernelsFor(store)).kind, "plain");
    const first = store.take(4);
    store.floats[first / 4] = 7;
    store.take(100_000); // more than there is: it moves
    assert.equal(store.floats[first / 4], 7);
  } finally {
    globalThis.WebAssembly = own;
  }
});
