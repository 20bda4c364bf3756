// Signs of one's own are learned from ten drawings of each, and said to be as good as they are.

import assert from "node:assert/strict";
import test from "node:test";
import { pixels } from "#engine/ink.js";
import { Learner } from "#engine/learner.js";
import { outlook, readSigns, SETTINGS, symbolData, trials, varied, writtenSigns } from "#engine/own_symbols.js";
import { Generator } from "#engine/randomness.js";

/** @import { Drawing } from "#engine/own_symbols.js" */

// A hand that draws a triangle, a spiral and a cross, each time otherwise: turned, slanted, stretched, and it trembles.
/** @param {number} sign @param {Generator} random @returns {Drawing} */
function drawn(sign, random) {
  const uniform = (/** @type {number} */ most) => most * (2 * random.random() - 1);
  const corners = [[[0.5, 0.15], [0.15, 0.8], [0.85, 0.8], [0.5, 0.15]]];
  const spiral = [Array.from({ length: 40 }, (_, at) => [0.5 + 0.009 * at * Math.cos(at / 4), 0.5 + 0.009 * at * Math.sin(at / 4)])];
  const cross = [[[0.2, 0.2], [0.8, 0.8]], [[0.8, 0.2], [0.2, 0.8]]];
  const shape = [corners, spiral, cross][sign];
  const dense = shape.map((points) => points.slice(1).flatMap(([x, y], place) => Array.from({ length: 12 }, (_, at) => [points[place][0] + (at / 12) * (x - points[place][0]), points[place][1] + (at / 12) * (y - points[place][1])])));
  const [turn, slant, wide, high, size] = [uniform(0.35), uniform(0.3), 1 + uniform(0.3), 1 + uniform(0.3), 1 + uniform(0.25)];
  return dense.map((points) =>
    points.map(([x, y]) => {
      const [across, down] = [size * wide * (x - 0.5 + slant * (y - 0.5)) + uniform(0.015), size * high * (y - 0.5) + uniform(0.015)];
      return [0.5 + Math.cos(turn) * across - Math.sin(turn) * down, 0.5 + Math.sin(turn) * across + Math.cos(turn) * down];
    }),
  );
}

const hand = (/** @type {number} */ count, /** @type {number} */ address) => {
  const random = new Generator(0, "augmentation", 9, address);
  return [0, 1, 2].map((sign) => Array.from({ length: count }, () => drawn(sign, random)));
};

test("three signs of ten drawings each are read from thirty others, after three seconds at most", async () => {
  const begun = process.cpuUsage();
  const learner = new Learner();
  const ended = new Promise((done) => learner.addEventListener("done", done, { once: true }));
  /** @type {number[]} */
  const found = [];
  learner.addEventListener("epoch", (event) => found.push(/** @type {CustomEvent} */ (event).detail.validationAccuracy));
  await learner.open({ settings: SETTINGS, data: symbolData(hand(10, 1), hand(10, 2)) });
  await learner.run();
  await ended;
  const { user, system } = process.cpuUsage(begun);
  assert.ok((found.at(-1) ?? 0) >= 0.9, `${found}`);
  assert.ok(user + system < 3e6, `${user + system} microseconds`);
  await learner.close();
});

test("a varied drawing is the same sign in other pixels", () => {
  const random = new Generator(0, "augmentation");
  const [one] = hand(1, 3)[0];
  const [before, after] = [pixels(one), pixels(varied(one, random))];
  assert.ok(before && after);
  const dot = before.reduce((sum, gray, place) => sum + gray * after[place], 0);
  const length = (/** @type {Float64Array} */ ink) => Math.hypot(...ink);
  const alike = dot / length(before) / length(after);
  assert.ok(alike > 0.4 && alike < 0.999, String(alike));
});

test("each trial learns from none that it is judged by, and every drawing is judged by once", () => {
  const signs = [0, 1].map((sign) => Array.from({ length: 7 }, (_, place) => [[[sign, place]]]));
  const made = trials(signs);
  assert.equal(made.length, 6);
  for (const { learned, held } of made) {
    learned.forEach((drawings, sign) => assert.ok(drawings.every((drawing) => !held[sign].includes(drawing))));
  }
  const held = made.filter((_, place) => place % 2).flatMap((trial) => trial.held[0]);
  assert.deepEqual(new Set(held), new Set(signs[0]));
});

test("the outlook follows the power by which the error fell", () => {
  const { accuracy, goal, needed } = outlook({ count: 4, accuracy: 0.6 }, { count: 8, accuracy: 0.8 }, 12);
  assert.ok(Math.abs(accuracy - (1 - 0.2 * (8 / 12))) < 1e-12); // twice as many, half the error
  assert.equal(goal, 0.9);
  assert.equal(needed, 16);
});

test("where more drawings did not help, none are asked for", () => {
  assert.equal(outlook({ count: 4, accuracy: 0.7 }, { count: 8, accuracy: 0.7 }, 12).needed, null);
  assert.deepEqual(outlook({ count: 4, accuracy: 0.9 }, { count: 8, accuracy: 1 }, 12), { accuracy: 1, goal: null, needed: null });
  assert.equal(outlook({ count: 4, accuracy: 0.5 }, { count: 8, accuracy: 0.51 }, 12).needed, null); // thousands
});

test("signs are the same after they were saved and opened, and what is no such file is refused", () => {
  const signs = [{ name: "A", drawings: hand(2, 4)[0] }, { name: "B", drawings: [] }];
  const again = readSigns(writtenSigns(signs));
  assert.ok(again);
  assert.deepEqual(again.map(({ name, drawings }) => [name, drawings.length]), [["A", 2], ["B", 0]]);
  again[0].drawings[1].forEach((points, stroke) => points.forEach(([x], place) => assert.ok(Math.abs(x - signs[0].drawings[1][stroke][place][0]) < 0.001)));
  for (const text of ["", "{}", "[1]", '{"kind":"glassnet symbols","signs":[{"name":"A","drawings":[[]]},{"name":"B","drawings":[]}]}', '{"kind":"glassnet symbols","signs":[{"name":"A","drawings":[[[[1,null]]]]},{"name":1,"drawings":[]}]}']) {
    assert.equal(readSigns(text), null);
  }
});
