// What the view of a table says: values in their units, rows, classes by their names.

import assert from "node:assert/strict";
import { test } from "node:test";

import { dateOf, daysOf, figure, interval, rough, share, TABLE, valueOf } from "#text/table_words.js";

/** @import { Column } from "#engine/what_if.js" */

/** @type {(about: Partial<Column>) => Column} */
const column = (about) => ({ name: "x", unit: "", encoder: "robust", kind: "", fields: {}, takesGaps: true, gaps: 0, words: [], counts: [], low: 0, high: 10, middle: 5, deviation: 2, whole: false, ...about });
const [size, joined, state, age] = [column({ name: "size", unit: "cm" }), column({ name: "joined", encoder: "seasons", kind: "dates", whole: true }), column({ name: "state", words: ["TX", "CA"] }), column({ name: "age", whole: true })];
const target = { rows: 10, counts: [3, 7], low: 0, high: 9, middle: 4.25, deviation: 2.5, mean: 4.8, whole: false };

test("values are told in their units, as words and as dates, and gaps as unknown", () => {
  assert.deepEqual([size, joined, state, age].map((about) => valueOf(about, NaN)), ["unknown", "unknown", "unknown", "unknown"]);
  assert.deepEqual([valueOf(size, 12.5), valueOf(age, -3), valueOf(joined, 19_782), valueOf(state, 1), valueOf(state, -1)], ["12.5 cm", "−3", "2024-02-29", "CA", "another word"]);
  assert.equal(valueOf({ ...joined, whole: false }, 19_782.5), "2024-02-29T12:00");
});

test("dates are read as they are written", () => {
  for (const days of [0, 19_782, -400, 19_782.25]) assert.equal(daysOf(dateOf(days, true)), days);
  assert.equal(daysOf("2024-02-29"), 19_782);
  assert.ok(Number.isNaN(daysOf("")));
});

test("numbers have no more digits than they are worth", () => {
  assert.deepEqual([figure(12.5), figure(12), figure(0.25, "kg"), figure(1000)], ["12.5", "12", "0.25 kg", "1000"]);
  assert.deepEqual([rough(-12.29, 21.68), rough(45.567, 4.634), rough(1.5, 0), rough(3, 1e-9)], ["−12", "45.6", "1.500", "3"]);
  assert.deepEqual([0, 0.001, 0.4, 0.999, 1].map(share), ["0%", "under 1%", "40%", "over 99%", "100%"]);
});

test("the interval of a share is Wilson's", () => {
  const [low, high] = interval(9_800, 10_000);
  assert.deepEqual([low.toFixed(4), high.toFixed(4)], ["0.9771", "0.9826"]); // the example of wilson_interval in glassnet/evaluation/metrics.py
});

test("the reading is told with the base rate, and a network with how good it is", () => {
  assert.equal(TABLE.readAs(["10 rows", "2 numbers"]), "Read as: 10 rows; 2 numbers.");
  assert.equal(TABLE.base(target, ["no", "yes"], "", NaN), "Always saying yes would be right 70% of the time.");
  assert.equal(TABLE.base(target, [], "cm", 2.54), "Always saying 4.8 cm has a usual error of 2.5.");
  assert.equal(TABLE.rightOn(29, 29, "test"), "right on 29 of 29 rows it never saw (88–100%)");
  assert.equal(TABLE.offBy(2.5, "cm", 1200, "validation"), "usual error 2.5 cm on 1,200 rows it was checked on");
  assert.equal(TABLE.offBy(2.5, "", 3, "training"), "usual error 2.5 on 3 rows it learned from");
  assert.deepEqual([TABLE.network(8, [2, 64, 3]), TABLE.network(1, [2, 3])], ["8 networks of 2 → 64 → 3", "2 → 3"]);
  assert.deepEqual([TABLE.neurons(8, 64), TABLE.neurons(4, 4), TABLE.firstOf(8), TABLE.firstOf(1)], ["Weights of 8 of 64 neurons", "Weights of 4 neurons", "Of the first of 8 networks.", ""]);
});

test("an answer is told with the truth where it is known", () => {
  assert.deepEqual([TABLE.sure(0.75, "a", "a"), TABLE.sure(0.75, "b", "a"), TABLE.sure(0.75, null, "a")], ["75% sure, and it is", "75% sure, but it is b", "75% sure"]);
  assert.equal(TABLE.from("yes", 0.24), "; it says yes from 24% on");
  assert.deepEqual([TABLE.within("2.5", "7"), TABLE.within("2.5", null)], ["give or take 2.5; it is 7", "give or take 2.5"]);
  assert.deepEqual([TABLE.row(1234), TABLE.others(1000), TABLE.ofRows(0.25), TABLE.isUnknown("age")], ["Row 1,234", "1,000 others", "25% of rows", "age is unknown"]);
  assert.deepEqual([TABLE.whatIf("age"), TABLE.thisRow("5")], ["What if only its age were another?", "this row, 5"]);
  assert.equal(TABLE.weight("state", "TX", 3, "+0.20"), "state (TX), neuron 3: +0.20");
  assert.equal(TABLE.weight("age", "", 3, "+0.20"), "age, neuron 3: +0.20");
});

test("the change that tips the answer is one sentence, of every kind of column", () => {
  const columns = [size, joined, state, age];
  /** @type {(column: number, value: number, up: boolean, of?: number) => string} */
  const told = (at, value, up, of = 4) => TABLE.story({ column: at, value, up }, { columns, said: TABLE.haveSaid("no"), of, nearest: "" }).join(" ");
  assert.equal(told(0, 6.17, true), "With size above 6.17 cm it would have said no. None of the other 3 is so close to tipping it.");
  assert.equal(told(0, 6.17, false, 2), "With size below 6.17 cm it would have said no. The other value is not so close to tipping it.");
  assert.equal(told(1, 19_782, true, 1), "With joined from 2024-02-29 on it would have said no. ");
  assert.equal(told(1, 19_782, false, 1), "With joined until 2024-02-29 it would have said no. ");
  assert.equal(told(2, 0, true, 1), "With state TX it would have said no. ");
  assert.equal(told(3, 7, true, 1), "With age 7 or more it would have said no. ");
  assert.equal(told(3, 7, false, 1), "With age 7 or less it would have said no. ");
  assert.deepEqual(TABLE.story(null, { columns, said: "", of: 4, nearest: "age" }), ["No single value would make it say anything else.", "age moves it most."]);
  assert.deepEqual(TABLE.story(null, { columns: [age], said: "", of: 1, nearest: "age" })[1], "");
  assert.equal(TABLE.haveMoved("9", "22"), "say 9, farther away than its usual error of 22");
  assert.deepEqual([0, 1, 2].map((level) => TABLE.level(["0", "5"], level)), ["below 0", "0 to 5", "above 5"]);
});
