// How a network answers many examples.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Answers, answering, compared, smoothness, twenty } from "#engine/evaluation.js";

const LABELS = [0, 0, 1, 1, 2, 2];
const SAID = [0, 1, 1, 1, 0, 0];
const SURE = [0.9, 0.6, 0.8, 0.84, 0.5, 0.7];
const answers = new Answers(LABELS, SAID, SURE, 3);

/** @type {(rows: number[][], wanted: number[]) => { count: number, inputs: (place: number) => Float64Array, wanted: (place: number) => number }} */
const examplesOf = (rows, wanted) => ({ count: rows.length, inputs: (place) => Float64Array.from(rows[place]), wanted: (place) => wanted[place] });

test("answers are counted by what was meant and what was said", () => {
  assert.deepEqual(answers.matrix, [[1, 1, 0], [0, 2, 0], [2, 0, 0]]);
  assert.deepEqual([answers.right, answers.wrong, answers.accuracy], [3, 3, 0.5]);
  assert.deepEqual(answers.commonest, { meant: 2, said: 0, count: 2 });
  assert.equal(new Answers([0, 1], [0, 1], [1, 1], 2).commonest, null);
});

test("the examples of a cell begin with the surest answers", () => {
  assert.deepEqual(answers.cell(2, 0), [5, 4]);
  assert.deepEqual(answers.cell(1, 0), []);
});

test("of answers about equally sure one learns how many are right", () => {
  const { count, right, sure } = answers.between(0.75, 0.85);
  assert.deepEqual([count, right], [2, 2]);
  assert.ok(Math.abs(sure - 0.82) < 1e-6);
  const ranges = answers.ranges(2);
  assert.deepEqual(ranges.map((range) => [range.low, range.high, range.count]), [[0, 0.5, 0], [0.5, 1, 6]]);
  assert.equal(new Answers([0], [0], [1], 2).ranges(10)[9].count, 1); // wholly sure belongs to the last
});

test("a network reads all examples, with rests between", () => {
  const count = 120;
  const network = /** @type {any} */ ({ last: 0, sizes: [2, 2], forward: (/** @type {Float64Array} */ inputs) => ({ activations: [Float64Array.of(inputs[0], inputs[1])] }) });
  const rows = Array.from({ length: count }, (_, place) => (place % 3 ? [0.25, 0.75] : [0.8, 0.2]));
  const reading = answering(network, examplesOf(rows, rows.map(() => 1)));
  let rests = 0;
  for (;;) {
    const { done, value } = reading.next();
    if (!done) {
      rests++;
      continue;
    }
    assert.deepEqual([value.right, value.count, rests], [80, count, 2]);
    assert.ok(Math.abs(value.sure[0] - 0.8) < 1e-6);
    break;
  }
});

test("two nets are compared example by example", () => {
  const other = new Answers(LABELS, [0, 0, 0, 1, 0, 0], SURE, 3);
  assert.deepEqual(compared(answers, other), { both: [0, 3], mine: [2], other: [1], neither: [4, 5] });
});

test("twenty to compare by are of each class the first and the one least like it", () => {
  const rows = [[0, 0], [10, 10], [1, 0], [6, 6], [10, 9], [4, 5]];
  assert.deepEqual(twenty(examplesOf(rows, [0, 1, 0, 0, 1, 1]), 2), [0, 1, 3, 5]);
});

test("a stroke is smooth, noise is not, and neither is nothing", () => {
  const side = 12;
  const at = (/** @type {(row: number, column: number) => number} */ value) => Float64Array.from({ length: side * side }, (_, place) => value(Math.floor(place / side), place % side));
  const stroke = at((row, column) => Math.exp(-((row - column) ** 2) / 8));
  const noise = at((row, column) => Math.sin(12.9898 * row + 78.233 * column) * 43758.5453 % 1);
  assert.ok(smoothness(stroke, [side, side]) > 0.8);
  assert.ok(smoothness(noise, [side, side]) < 0.2);
  assert.equal(smoothness(new Float64Array(side * side), [side, side]), 0);
});
