// A table's columns become inputs, and its networks answer, as in Python; and the change that tips an answer is found.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { calendarOf, Columns, knows } from "#engine/encoders.js";
import { answering, largestAt, saidOf } from "#engine/ensemble.js";
import { Network } from "#engine/network.js";
import { changed, gridOf, marginFrom, mostMoving, nearest, tippingOf, wordsOf } from "#engine/what_if.js";

/** @import { Column } from "#engine/what_if.js" */

const { table } = JSON.parse(readFileSync(new URL("../golden/engine.json", import.meta.url), "utf8"));
const CLOSE = 1e-12;
/** @type {number[][]} */
const rows = table.rows.map((/** @type {(number | null)[]} */ row) => row.map((value) => value ?? NaN));

/** @type {(found: ArrayLike<number>, expected: number[], what: string) => void} */
function close(found, expected, what) {
  assert.equal(found.length, expected.length, what);
  expected.forEach((value, place) => assert.ok(Math.abs(found[place] - value) <= CLOSE * Math.max(1, Math.abs(value)), `${what}, ${place}: ${found[place]}, and Python has ${value}`));
}

test("numbers, words, dates and gaps become the inputs that Python makes of them", () => {
  const columns = new Columns(table.columns);
  rows.forEach((row, place) => close(columns.encoded(row), table.inputs[place], `row ${place}`));
});

test("an input is named by the piece, wave or gap that it is of", () => {
  /** @type {(encoder: string, fields: object) => string[]} */
  const parts = (encoder, fields) => new Columns([{ encoder, fields }]).encoders[0].parts;
  assert.deepEqual(parts("piecewise", { edges: [-1, 2 / 3, 5], marks_gaps: true }), ["from -1", "from 0.666667", "missing"]);
  assert.deepEqual(parts("periodic", { median: 0, spread: 1, marks_gaps: false }), ["", ...["sine", "cosine"].flatMap((wave) => [1, 2, 4, 8].map((often) => `${wave} ${often}`))]);
});

test("of very many words the rarest are one input together, and what was never seen is none", () => {
  const towns = new Columns([table.towns]);
  table.of_towns.forEach((/** @type {number} */ expected, /** @type {number} */ place) => {
    const inputs = towns.encoded([place - 1]);
    assert.equal(largestAt(inputs), expected, `town ${place - 1}`);
    assert.equal(inputs.reduce((sum, value) => sum + value, 0), place ? 1 : 0);
  });
});

for (const activation of ["selu", "mish"]) {
  test(`eight networks of ${activation} answer together as in Python`, () => {
    const { form, parameters, scale, answers } = table[activation];
    const networks = parameters.map((/** @type {number[]} */ values) => new Network(form, Float64Array.from(values)));
    const answer = answering(networks, new Columns(table.columns), scale);
    rows.forEach((row, place) => close(answer(row), answers[place], `row ${place}`));
  });
}

test("an encoder that the page does not know is told", () => {
  assert.equal(knows(table.columns), true);
  assert.equal(knows([...table.columns, { encoder: "of a plugin", fields: {} }]), false);
});

test("the calendar knows leap days, hours and years before 1970", () => {
  assert.deepEqual(calendarOf(11_016.75), { year: 2000, month: 2, day: 29, weekday: 1, hour: 18, time: 11_016.75 });
  assert.equal(calendarOf(19_782 + 2 / 24).hour, 2); // though as a part of days it is a little before
  assert.deepEqual(calendarOf(-1), { year: 1969, month: 12, day: 31, weekday: 2, hour: 0, time: -1 });
});

/** @type {(about: Partial<Column>) => Column} */
const column = (about) => ({ name: "x", unit: "", encoder: "numbers", kind: "", fields: {}, takesGaps: true, gaps: 0, words: [], counts: [], low: 0, high: 10, middle: 5, deviation: 2, whole: false, ...about });
const columns = [column({ name: "slow" }), column({ name: "quick", deviation: 10 }), column({ name: "word", words: ["a", "b", "c", "never"], counts: [50, 49, 1, 0] })];

// Two classes by slow + 2 quick, and what the word adds.
/** @type {(values: ArrayLike<number>) => Float64Array} */
function answer(values) {
  const [slow, quick, word] = Array.from(values);
  const sum = slow + 2 * quick + (word === 2 ? 30 : 0) - 20;
  return Float64Array.of(1 / (1 + Math.exp(sum)), 1 / (1 + Math.exp(-sum)));
}

/** @type {(values: number[]) => ReturnType<typeof tippingOf>} */
function found(values) {
  const all = [...nearest(answer, columns, values, marginFrom(answer(values), 0, true))];
  assert.equal(all.length, columns.length); // one at a time, so that a page may pause
  return all[all.length - 1] ?? null;
}

test("of all columns that is found whose smallest change, in its own deviations, tips the answer", () => {
  const tipping = found([5, 5, 0]); // slow must rise by 5, 2.5 deviations; quick by 2.5, a quarter of one
  assert.ok(tipping);
  assert.equal(tipping.column, 1);
  assert.ok(tipping.up && Math.abs(tipping.value - 7.5) < 1e-6, String(tipping.value));
  assert.ok(Math.abs(tipping.distance - 0.25) < 1e-6);
  assert.equal(largestAt(tipping.outputs), 1);
});

test("it looks below a value too, and a rare word is farther than a usual one", () => {
  const down = found([5, 9, 0]);
  assert.ok(down && !down.up && down.column === 1 && Math.abs(down.value - 7.5) < 1e-6);
  const word = found([0, 0, 1]);
  assert.ok(word && word.column === 2 && word.value === 2 && word.distance > 10);
});

test("whole numbers stay whole, unknown ones are not moved, and where nothing tips the most moving column is told", () => {
  const whole = [column({ whole: true }), columns[1], columns[2]];
  const tipping = tippingOf(answer, whole, [5, 6, 0], 0, marginFrom(answer([5, 6, 0]), 0, true));
  assert.equal(tipping?.value, 9); // above 8
  assert.equal(tippingOf(answer, columns, [NaN, 5, 0], 0, () => -1), null);
  /** @type {typeof answer} */
  const flat = ({ 1: quick }) => Float64Array.of(0.9 - quick / 100, 0.1 + quick / 100);
  assert.deepEqual([...nearest(flat, columns, [5, 5, 0], marginFrom(flat([5, 5, 0]), 0, true))], [null, null, null]);
  assert.equal(mostMoving(flat, columns, [5, 5, 0], marginFrom(flat([5, 5, 0]), 0, true)), 1);
});

test("where a model has a threshold it decides what is said, and what tips", () => {
  const decision = { threshold: 0.2, positive: 1 };
  assert.deepEqual([saidOf([0.75, 0.25], decision), saidOf([0.85, 0.15], decision), saidOf([0.75, 0.25], null)], [1, 0, 0]);
  const tipping = tippingOf(answer, columns, [5, 5, 0], 1, marginFrom(answer([5, 5, 0]), 0, true, decision));
  assert.ok(tipping && Math.abs(answer([5, tipping.value, 0])[1] - 0.2) < 1e-6); // sooner than at a half
  assert.ok(marginFrom(answer([9, 9, 0]), 0, true, decision)(answer([0, 0, 0])) < 0);
});

test("a number tips where it is farther off than its usual error", () => {
  /** @type {typeof answer} */
  const line = ({ 0: slow }) => Float64Array.of(3 * slow);
  const tipping = tippingOf(line, columns, [5, 5, 0], 0, marginFrom(line([5]), 6, false));
  assert.ok(tipping && Math.abs(Math.abs(tipping.value - 5) - 2) < 1e-6);
});

test("a column's range is walked in steps, and its words by how often they are", () => {
  assert.deepEqual(gridOf(column({ whole: true, low: 2, high: 5 })), [2, 3, 4, 5]);
  assert.deepEqual(gridOf(column({ low: 3, high: 3 })), [3]);
  assert.equal(gridOf(column({}), 4)[1], 2.5);
  assert.deepEqual(wordsOf(columns[2]), [0, 1, 2]);
  assert.deepEqual(wordsOf(columns[2], 1), [0]);
  assert.deepEqual([...changed([1, 2], 1, 7)], [1, 7]);
});
