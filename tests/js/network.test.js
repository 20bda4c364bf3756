// The network beyond Python's numbers: what a reader may do with it, and what a sum is taken apart into.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { followed, named } from "#engine/formulas.js";
import { MovedWeight } from "#engine/moved_weight.js";
import { Network, takeApart } from "#engine/network.js";
import { numbersOf, unpacked } from "#engine/parameters.js";

const golden = JSON.parse(readFileSync(new URL("../golden/engine.json", import.meta.url), "utf8"));
const [{ form, parameters }] = golden.networks;
const make = () => new Network(form, Float64Array.from(parameters));
const inputs = Float64Array.from(golden.inputs[0]);
const targets = Float64Array.from(golden.targets[0]);

/** @type {(found: number, expected: number, tolerance: number) => void} */
const near = (found, expected, tolerance) => assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);

test("weights stand in rows by their inputs, biases behind all weights", () => {
  const network = make();
  assert.equal(network.weight(0, 2, 1), parameters[2 * 5 + 1]);
  assert.equal(network.weight(1, 0, 3), parameters[20 + 3]);
  assert.equal(network.bias(2, 1), parameters[52 + 5 + 4 + 1]);
  assert.deepEqual([...network.weightsInto(1, 2)], [0, 1, 2, 3, 4].map((source) => parameters[20 + 4 * source + 2]));
});

test("the gradient of every weight is what two losses say, and looking leaves the weight as it was", () => {
  const network = make();
  const trace = network.backward(network.forward(inputs), targets);
  const gradient = network.gradient(trace);
  for (const [layer, source, unit] of [[0, 1, 3], [1, 4, 2], [2, 3, 0]]) {
    const moved = new MovedWeight(network, trace, [layer, source, unit]);
    const tried = (moved.loss(moved.now + 1e-5) - moved.loss(moved.now - 1e-5)) / 2e-5;
    near(gradient[network.weightStarts[layer] + source * form.sizes[layer + 1] + unit], tried, 1e-9);
  }
  assert.deepEqual([...network.parameters], parameters);
});

test("a logit's gradient is its difference between two inputs", () => {
  const network = make();
  const gradient = network.logitGradient(network.forward(inputs), 2);
  const step = 1e-6;
  inputs.forEach((_, place) => {
    const [above, below] = [step, -step].map((by) => network.forward(inputs.with(place, inputs[place] + by)).sums[2][2]);
    near(gradient[place], (above - below) / (2 * step), 1e-8);
  });
});

test("a neuron that is switched off says nothing, learns nothing, and stays off after a step", () => {
  const network = make();
  network.off[0].add(1);
  const trace = network.backward(network.forward(inputs), targets);
  assert.equal(trace.activations[0][1], 0);
  assert.equal(trace.deltas[0][1], 0);
  const stepped = network.stepped(trace, 0.1);
  assert.equal(stepped.forward(inputs).activations[0][1], 0);
  assert.deepEqual([...stepped.weightsInto(0, 1)], [...network.weightsInto(0, 1)]);
});

test("a step lowers the loss, and its own network is left as it was", () => {
  const network = make();
  const trace = network.backward(network.forward(inputs), targets);
  const stepped = network.stepped(trace, 0.01);
  assert.ok(stepped.measure(stepped.forward(inputs), targets) < trace.loss);
  assert.deepEqual([...network.parameters], parameters);
});

test("a sum is taken apart into its largest terms and the rest", () => {
  const { terms, products, rest, others, sum } = takeApart(Float64Array.of(1, -3, 0, 2), Float64Array.of(2, 1, 9, 0.25), 2);
  assert.deepEqual(terms, [
    { source: 1, value: -3, weight: 1, product: -3 },
    { source: 0, value: 1, weight: 2, product: 2 },
  ]);
  assert.deepEqual([...products], [2, -3, 0, 0.5]);
  assert.deepEqual([rest, others, sum], [0.5, 2, -0.5]);
});

test("a formula's operators are Python's, of numbers and of rows", () => {
  const row = Float64Array.of(-1, 0, 2);
  /** @type {[import("#engine/formulas.js").Tree, number | number[]][]} */
  const cases = [
    [["+", "z", 1], [0, 1, 3]],
    [["-", 1, "z"], [2, 1, -1]],
    [[">", "z", 0], [0, 0, 1]],
    [[">=", "z", 0], [0, 1, 1]],
    [["<", "z", 0], [1, 0, 0]],
    [["<=", "z", 0], [1, 1, 0]],
    [["==", "z", "z"], [1, 1, 1]],
    [["negative", "z"], [1, -0, -2]],
    [["minimum", "z", 0], [-1, 0, 0]],
    [["maximum", 0, "z"], [0, 0, 2]],
    [["abs", ["sign", "z"]], [1, 0, 1]],
    [["sum", "z"], 1],
    [["mean", "z"], 1 / 3],
    [["largest", "z"], 2],
    [["sum", 4], 4],
    [["/", 1, 4], 0.25],
    [["erf", 0.25], 0.2763263901682369],
    [["sqrt", 4], 2],
  ];
  for (const [tree, expected] of cases) {
    const found = followed(tree)({ z: row });
    assert.deepEqual(typeof found === "number" ? found : [...found], expected, JSON.stringify(tree));
  }
});

test("a formula with an operator that the page does not know is refused when it is read", () => {
  assert.throws(() => followed(["gamma", "z"]), /A formula has gamma, which this page does not know/);
});

test("whether a name stands in a formula is told at any depth", () => {
  assert.ok(named(["*", ["+", "g", 1], "a"], "g"));
  assert.ok(!named(["*", 2, "a"], "g"));
});

test("weights of 16 bits become numbers again by their neuron's scale", () => {
  /** @type {(values: Int16Array | Float32Array) => string} */
  const text = (values) => Buffer.from(values.buffer).toString("base64");
  const packed = { weights: text(Int16Array.of(1, -2, 3, 4)), scales: text(Float32Array.of(0.5, 0.25)), biases: text(Float32Array.of(7, 8)) };
  assert.deepEqual([...unpacked(packed, [2, 2])], [0.5, -0.5, 1.5, 1, 7, 8]);
  assert.deepEqual([...numbersOf(packed.biases, Float32Array)], [7, 8]);
});
