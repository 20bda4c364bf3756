// The plane: its ready sets, what a network says everywhere on it, tables that are pasted, and points in a link.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Learner } from "#engine/learner.js";
import { Network } from "#engine/network.js";
import { guess, placed, readTable } from "#engine/pasted_table.js";
import { kindsOf, pointData, pointSet, REACH, SETS } from "#engine/point_sets.js";
import { answersAt, borders, raisedBy, regionsOf } from "#engine/regions.js";
import { readLink, writtenLink } from "#text/link.js";
import { packedPoints, packedRow, unpackedPoints, unpackedRow } from "#text/packing.js";
import { planeTrouble } from "#views/plane_words.js";
import { PlaneTraining, USUAL_PLANE } from "#views/plane_training.js";

/** @import { Form } from "#engine/network.js" */
/** @import { Table } from "#engine/pasted_table.js" */
/** @import { Found } from "#views/plane_training.js" */

const { networks } = JSON.parse(readFileSync(new URL("../golden/engine.json", import.meta.url), "utf8"));
/** @type {Form} */
const some = networks.find((/** @type {any} */ { form }) => form.activations[0] === "tanh" && form.output === "softmax").form;
const NET = { sizes: [2, 4, 3, 3], activation: "tanh", parameters: Float64Array.from({ length: 2 * 4 + 4 * 3 + 3 * 3 + 4 + 3 + 3 }, (_, k) => Math.sin(3 * k + 1)) };

/** @type {(form: Form) => Network} */
const asNetwork = (form) => new Network({ ...form, sizes: NET.sizes, activations: ["tanh", "tanh"] }, NET.parameters);

test("ready sets have as many points of each kind, the same each time, all on the plane", () => {
  for (const name of SETS) {
    const kinds = kindsOf(name, 3);
    const points = pointSet(name, kinds);
    assert.deepEqual(points, pointSet(name, kinds));
    assert.ok(points.every(({ x, y }) => Math.abs(x) <= REACH && Math.abs(y) <= REACH), name);
    const counts = Array.from({ length: kinds }, (_, kind) => points.filter((point) => point.kind === kind).length);
    assert.ok(new Set(counts).size === 1 && counts[0] > 60, `${name}: ${counts}`);
  }
  const { inputs, labels, width } = pointData([{ x: 1, y: -2, kind: 1 }], 2);
  assert.deepEqual([[...inputs], [...labels], width], [[1, -2], [1], 2]);
});

test("what is said everywhere is what the network says of each place, and a neuron's picture its activation", () => {
  const network = asNetwork(some);
  const { side, said, sure, neurons } = regionsOf(NET, 9);
  for (const place of [0, 8, 40, 57, 80]) {
    const at = [-REACH + ((place % side) + 0.5) * ((2 * REACH) / side), REACH - (Math.floor(place / side) + 0.5) * ((2 * REACH) / side)];
    const { activations } = network.forward(Float64Array.from(at));
    const answer = activations[2];
    assert.equal(said[place], answer.indexOf(Math.max(...answer)));
    assert.ok(Math.abs(sure[place] - (Math.max(...answer) - 1 / 3) / (2 / 3)) < 1e-5);
    neurons.forEach((layer, depth) => layer.forEach((values, unit) => assert.ok(Math.abs(values[place] - activations[depth][unit]) < 1e-5)));
    assert.equal(answersAt(NET, [{ x: at[0], y: at[1], kind: 0 }])[0], said[place]);
  }
  const weights = [0, 1, 2].map((k) => network.weight(2, 1, k));
  assert.equal(raisedBy(NET, 1), weights.indexOf(Math.max(...weights)));
});

test("a border lies between places of different answers, nearer to the one that is less sure", () => {
  const lines = borders({ side: 2, said: Uint8Array.of(0, 1, 0, 1), sure: Float32Array.of(0.3, 0.9, 0.3, 0.9) });
  assert.equal(lines.length, 1);
  for (const [x] of lines[0]) assert.ok(Math.abs(x - 0.75) < 1e-6); // from 0.5 to 1.5, a quarter of the way
  assert.deepEqual(borders({ side: 3, said: new Uint8Array(9), sure: new Float32Array(9) }), []);
});

test("a pasted table is read by its delimiter, header and decimal comma, and its kind is a column of few words", () => {
  const table = /** @type {Table} */ (readTable("art;länge;breite\nrot;1,5;2\nblau;3,5;4\nrot;;6\nblau;5,5;8\n"));
  assert.deepEqual([table.rows, table.header, table.columns.map(({ name }) => name)], [4, true, ["art", "länge", "breite"]]);
  assert.deepEqual(guess(table), { across: 1, up: 2, kind: 0 });
  const { points, kinds, axes, left, others } = placed(table, guess(table));
  assert.deepEqual([points.length, left, others, kinds], [3, 1, 0, ["rot", "blau"]]);
  assert.deepEqual(axes.map(({ name, low, high }) => [name, low.toFixed(2), high.toFixed(2)]), [["länge", "1.30", "5.70"], ["breite", "1.70", "8.30"]]);
  assert.ok(points[0].x < points[1].x && points[1].x < points[2].x);
});

test("of numbers alone the kind is a column of few whole ones, if two others are left", () => {
  const iris = /** @type {Table} */ (readTable("a,b,c,species\n1.5,2,0.1,0\n3.5,4,0.2,1\n2.5,1,0.3,2"));
  assert.deepEqual(guess(iris), { across: 0, up: 1, kind: 3 });
  const two = /** @type {Table} */ (readTable("1.5\t2\n3.5\t4"));
  assert.deepEqual([two.header, guess(two)], [false, { across: 0, up: 1, kind: -1 }]);
  assert.equal(placed(two, guess(two)).points.length, 2);
});

test("what is no table is none, and of many kinds the five commonest are kept", () => {
  for (const text of ["", "hello", "a,b\nc,d", "1\n2\n3"]) assert.equal(readTable(text), null);
  const rows = Array.from({ length: 40 }, (_, row) => `${row},${row % 7},"kind ${row % 8 < 6 ? row % 8 : 0}, of it"`);
  const table = /** @type {Table} */ (readTable(["x,y,what", ...rows].join("\n")));
  const { kinds, points, others } = placed(table, { across: 0, up: 1, kind: 2 });
  assert.deepEqual([kinds.length, points.length + others], [5, 40]);
  assert.equal(kinds[0], "kind 0, of it");
});

test("points and rows travel in a link", async () => {
  const points = [{ x: -2, y: 0.5, kind: 0 }, { x: 1.984375, y: -1.25, kind: 4 }];
  const text = await packedPoints(points);
  assert.deepEqual(await unpackedPoints(text, 5), points);
  assert.equal(await unpackedPoints(text, 3), null); // a kind that there is none of
  assert.equal(await unpackedPoints("nonsense", 5), null);
  const row = Float64Array.of(0.5, -1.25, 3);
  assert.deepEqual(await unpackedRow(await packedRow(row), 3), row);
  assert.equal(await unpackedRow(await packedRow(row), 4), null);
  const link = writtenLink({ view: "plane", points: text, settings: { hidden: [8, 8], rate: 0.3 } });
  assert.deepEqual(readLink(link), { view: "plane", points: text, settings: { hidden: [8, 8], rate: 0.3 } });
  assert.deepEqual(readLink(writtenLink({ view: "try", row: 62, values: [12.64, NaN, 0] })), { view: "try", row: 62, values: [12.64, NaN, 0] });
  assert.equal(readLink("#values=1,x").values, undefined);
});

test("the small net parts the moons, goes on with points that are set meanwhile, and knows which it takes for others", async () => {
  const training = new PlaneTraining(() => new Learner());
  const points = pointSet("moons", 2);
  await training.open({ points, kinds: 2, settings: { ...USUAL_PLANE, epochs: 40, hidden: [8] } });
  const untrained = training.wrong.size;
  for (let epoch = 0; epoch < 40; epoch++) await training.step();
  assert.ok(training.wrong.size < 10 && training.wrong.size < untrained / 3, `${training.wrong.size} of ${untrained}`);
  const parameters = training.parameters.slice();
  const more = [...points, { x: 0, y: 1.9, kind: 1 }];
  await training.open({ points: more, kinds: 2, settings: training.settings }, true);
  assert.deepEqual(training.parameters, parameters);
  assert.ok(training.wrong.has(200));
  await training.learner?.close();
});

test("what no longer gets better is told once, with its likeliest cause and what mends it", () => {
  const training = new PlaneTraining(() => new Learner());
  /** @type {Found[]} */
  const told = [];
  training.addEventListener("trouble", (event) => told.push(/** @type {CustomEvent} */ (event).detail));
  const judged = (/** @type {object} */ settings, /** @type {number} */ accuracy) => {
    Object.assign(training, { settings: { ...USUAL_PLANE, ...settings }, losses: [], told: new Set() });
    for (let epoch = 0; epoch < 130; epoch++) training.judge({ trainingLoss: 0.6, trainingAccuracy: accuracy });
    return told.splice(0).map(({ what }) => what);
  };
  assert.deepEqual(judged({}, 0.99), []);
  assert.deepEqual(judged({}, 0.7), ["few"]);
  assert.deepEqual(judged({ activation: "identity" }, 0.7), ["linear"]);
  assert.deepEqual(judged({ rate: 1 }, 0.7), ["wild"]);
  assert.deepEqual(judged({ rate: 0.001 }, 0.7), ["slow"]);
  assert.deepEqual(planeTrouble({ what: "few", facts: { accuracy: 0.7, neurons: 2 } }, { ...USUAL_PLANE, hidden: [2] }).settings, { hidden: [4] });
  assert.deepEqual(planeTrouble({ what: "linear", facts: { accuracy: 0.7 } }, { ...USUAL_PLANE, activation: "identity" }).settings, { activation: "relu" });
  assert.match(planeTrouble({ what: "diverged", facts: {} }, { ...USUAL_PLANE, rate: 10 }).text, /rate of 10/);
});
