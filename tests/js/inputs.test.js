// What is done to inputs: fitting a drawing, setting it upright, moving it, and telling what is like no digit.

import assert from "node:assert/strict";
import { test } from "node:test";

import { slant, upright } from "#engine/deskew.js";
import { pixels } from "#engine/ink.js";
import { Novelty } from "#engine/novelty.js";
import { averagedOverShifts, moved } from "#engine/shifted_copies.js";

test("nothing, a dot and a scribble are no drawing", () => {
  assert.equal(pixels([]), null);
  assert.equal(pixels([[[0.5, 0.5]]]), null);
  assert.equal(pixels([[[0.5, 0.5], [0.51, 0.52]]]), null);
  const zigzag = Array.from({ length: 40 }, (_, place) => [0.2 + 0.6 * (place % 2), 0.2 + 0.015 * place]);
  assert.equal(pixels([zigzag]), null);
});

test("a drawing is the same digit wherever it is drawn, and however large", () => {
  const stroke = [[0.31, 0.2], [0.52, 0.43], [0.29, 0.71]];
  const small = stroke.map(([x, y]) => [0.4 * x + 0.5, 0.4 * y + 0.1]);
  const [large, other] = [pixels([stroke]), pixels([small])];
  assert.ok(large && other);
  assert.ok(large.every((ink, place) => Math.abs(ink - other[place]) < 1.5 / 255));
});

test("an empty image has no slant, and what is upright stays as it is", () => {
  const empty = new Float64Array(784);
  assert.deepEqual(slant(empty), { h: 0, m: 0 });
  assert.deepEqual([...upright(empty)], [...empty]);
  const bar = empty.map((_, place) => (place % 28 === 13 && place > 100 && place < 600 ? 1 : 0));
  assert.deepEqual([...upright(bar)], [...bar]);
});

test("what is moved out on one side comes in on the other", () => {
  const image = Float64Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual([...moved(image, [2, 3], 1, 0)], [4, 5, 6, 1, 2, 3]);
  assert.deepEqual([...moved(image, [2, 3], 0, -1)], [2, 3, 1, 5, 6, 4]);
});

test("an answer is averaged over nine copies", () => {
  const image = new Float64Array(16);
  image[5] = 9;
  const found = averagedOverShifts((inputs) => [inputs[5], inputs[15]], image, [4, 4]);
  assert.deepEqual(found, [1, 0]);
});

test("what is far from every class, or strange to all of them, is refused", () => {
  // One class with its mean at 0, whose usual direction, the first, counts for nothing.
  const arrays = {
    means: Float32Array.of(0, 0),
    directions: Float32Array.of(1, 0),
    relief: Float32Array.of(1),
    counts: Int32Array.of(1),
    sizes: Float32Array.of(0),
    strangeness: Float32Array.of(0, 0, 0, -1),
  };
  const detector = new Novelty({ threshold: 3, arrays });
  const size = Math.log(1 + 4) / 2;
  assert.ok(Math.abs(detector.distance(Float64Array.of(0, 2)) - (4 + 10 * size * size)) < 1e-12);
  assert.ok(detector.distance(Float64Array.of(2, 0)) < detector.distance(Float64Array.of(0, 2)));
  assert.ok(!detector.refuses(Float64Array.of(0, 0.1)));
  assert.ok(detector.refuses(Float64Array.of(0, 5)));
  const strange = new Novelty({ threshold: 3, arrays: { ...arrays, strangeness: Float32Array.of(0, 0, 0, 1) } });
  assert.ok(strange.refuses(Float64Array.of(0, 0.1)));
});
