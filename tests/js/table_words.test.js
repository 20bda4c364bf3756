// What a table's page says: values in their units, rows, classes by their names.

import assert from "node:assert/strict";
import { test } from "node:test";

import { words } from "#text/language.js";
import { baseInWords, dateOf, daysOf, interval, inUnit, levelInWords, networkInWords, offInWords, rightInWords, rough, sureInWords, tippingInWords, valueOf } from "#text/table_words.js";

/** @import { Column } from "#engine/what_if.js" */

/** @type {(about: Partial<Column>) => Column} */
const column = (about) => ({ name: "x", unit: "", encoder: "robust", kind: "", fields: {}, takesGaps: true, gaps: 0, words: [], counts: [], low: 0, high: 10, middle: 5, deviation: 2, whole: false, ...about });
const [size, joined, state, age] = [column({ name: "size", unit: "cm" }), column({ name: "joined", encoder: "seasons", kind: "dates", whole: true }), column({ name: "state", words: ["TX", "CA"] }), column({ name: "age", whole: true })];
const target = { rows: 10, counts: [3, 7], low: 0, high: 9, middle: 4.25, deviation: 2.5, mean: 4.8, whole: false };
const plain = (/** @type {string} */ text) => text.replaceAll("\u00a0", " ");

test("values are told in their units, as words and as dates, and gaps as unknown", () => {
  assert.deepEqual([size, joined, state, age].map((about) => valueOf(about, NaN)), ["unknown", "unknown", "unknown", "unknown"]);
  assert.deepEqual([valueOf(size, 12.5), valueOf(age, -3), valueOf(joined, 19_782), valueOf(state, 1), valueOf(state, -1)], ["12.5 cm", "−3", "2024-02-29", "CA", "another word"]);
  assert.equal(valueOf({ ...joined, whole: false }, 19_782.5), "2024-02-29T12:00");
  assert.equal(valueOf(age, 2019), "2019"); // a year
});

test("dates are read as they are written", () => {
  for (const days of [0, 19_782, -400, 19_782.25]) assert.equal(daysOf(dateOf(days, true)), days);
  assert.equal(daysOf("2024-02-29"), 19_782);
  assert.ok(Number.isNaN(daysOf("")));
});

test("numbers have no more digits than they are worth", () => {
  assert.deepEqual([inUnit(12.5), inUnit(12), inUnit(0.25, "kg"), inUnit(1000.4)], ["12.5", "12", "0.25 kg", "1,000"]);
  assert.deepEqual([rough(-12.29, 21.68), rough(45.567, 4.634), rough(1.5, 0), rough(3, 1e-9)], ["−12", "45.6", "1.500", "3"]);
});

test("the interval of a share is Wilson's", () => {
  const [low, high] = interval(9_800, 10_000);
  assert.deepEqual([low.toFixed(4), high.toFixed(4)], ["0.9771", "0.9826"]); // the example of wilson_interval in glassnet/evaluation/metrics.py
});

test("the base rate is told, and a network with how good it is", () => {
  assert.equal(baseInWords(target, ["no", "yes"], "", NaN), "Always saying yes would be right 70 % of the time.");
  assert.equal(baseInWords(target, [], "cm", 2.54), "Always saying 4.8 cm has a usual error of 2.5.");
  assert.equal(rightInWords(29, 29, "test"), "right on 29 of 29 rows it never saw (88–100 %)");
  assert.equal(offInWords(2.5, "cm", 1200, "validation"), "usual error 2.5 cm on 1,200 rows it was checked on");
  assert.deepEqual([networkInWords(8, [2, 64, 3], "good"), networkInWords(1, [2, 3], "good")], ["8 networks of 2 → 64 → 3 · good", "2 → 3 · good"]);
});

test("an answer is told with the truth where it is known", () => {
  assert.deepEqual([sureInWords(0.75, "a", "a"), sureInWords(0.75, "b", "a"), sureInWords(0.75, null, "a")].map(plain), ["75 % sure, and it is one", "75 % sure, but it is b", "75 % sure"]);
  assert.equal(words.try.weight("state", "TX", 3, "+0.20"), "state (TX), neuron 3: +0.20");
  assert.equal(words.try.weight("age", "", 3, "+0.20"), "age, neuron 3: +0.20");
});

test("the change that tips the answer is one sentence, of every kind of column", () => {
  const columns = [size, joined, state, age];
  /** @type {(column: number, value: number, up: boolean, of?: number) => string} */
  const told = (at, value, up, of = 4) => Object.values(tippingInWords({ column: at, value, up }, { columns, said: words.try.haveSaid("no"), of, nearest: "" })).join(" ");
  assert.equal(told(0, 6.17, true), "With size above 6.17 cm it would have said no. None of the other 3 is so close to tipping it.");
  assert.equal(told(0, 6.17, false, 2), "With size below 6.17 cm it would have said no. The other value is not so close to tipping it.");
  assert.equal(told(1, 19_782, true, 1), "With joined from 2024-02-29 on it would have said no. ");
  assert.equal(told(1, 19_782, false, 1), "With joined until 2024-02-29 it would have said no. ");
  assert.equal(told(2, 0, true, 1), "With state TX it would have said no. ");
  assert.equal(told(3, 7, true, 1), "With age 7 or more it would have said no. ");
  assert.equal(told(3, 7, false, 1), "With age 7 or less it would have said no. ");
  assert.deepEqual(tippingInWords(null, { columns, said: "", of: 4, nearest: "age" }), { strong: "No single value would make it say anything else.", rest: "age moves it most." });
  assert.equal(tippingInWords(null, { columns: [age], said: "", of: 1, nearest: "age" }).rest, "");
  assert.deepEqual([0, 1, 2].map((level) => levelInWords(["0", "5"], level)), ["below 0", "0 to 5", "above 5"]);
});
