// What the Backward view says of one example: its loss along one weight, how many parameters move, and a step's price.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { MovedWeight, steepest } from "#engine/moved_weight.js";
import { movesOf } from "#engine/moving_parameters.js";
import { Network } from "#engine/network.js";
import { RATES, StepPrice } from "#engine/step_price.js";

const golden = JSON.parse(readFileSync(new URL("../golden/engine.json", import.meta.url), "utf8"));
const [{ form, parameters }] = golden.networks;

// Numbers that look random, always the same.
/** @type {(seed: number) => () => number} */
const numbers = (seed) => () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 2;

/** @type {(sizes: number[], seed: number) => Network} */
function networkOf(sizes, seed) {
  const next = numbers(seed);
  const { relu } = golden.networks.map((/** @type {any} */ one) => one.form.formulas.activations).find((/** @type {any} */ found) => found.relu);
  const count = sizes.slice(1).reduce((sum, units, layer) => sum + (sizes[layer] + 1) * units, 0);
  const own = { ...form, sizes, activations: sizes.slice(2).map(() => "relu"), formulas: { ...form.formulas, activations: { relu } } };
  return new Network(own, Float64Array.from({ length: count }, next));
}

/** @type {(width: number, seed: number) => Float64Array} */
function sparse(width, seed) {
  const next = numbers(seed);
  return Float64Array.from({ length: width }, () => Math.max(0, next()));
}

/** @type {(network: Network, inputs: Float64Array, wanted: number) => import("#engine/network.js").Trace} */
const traceOf = (network, inputs, wanted) => network.backward(network.forward(inputs), Float64Array.from({ length: network.sizes.at(-1) ?? 0 }, (_, k) => Number(k === wanted)));

/** @type {(found: number, expected: number, tolerance?: number) => void} */
const near = (found, expected, tolerance = 1e-12) => assert.ok(Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${found}, not ${expected}`);

/** @type {<Result>(steps: Generator<void, Result>) => Result} */
function whole(steps) {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const SHAPES = [[12, 4], [12, 6, 4], [12, 6, 5, 4]];

test("the loss along one weight is the whole network's with that weight, in each layer of any network", () => {
  for (const sizes of SHAPES) {
    const network = networkOf(sizes, 7);
    const trace = traceOf(network, sparse(12, 3), 1);
    for (let layer = 0; layer <= network.last; layer++) {
      const moved = new MovedWeight(network, trace, [layer, 2, 1]);
      for (const value of [-2, 0.3, 1.5]) {
        const other = network.with(network.parameters.slice());
        other.parameters[other.weightStarts[layer] + 2 * sizes[layer + 1] + 1] = value;
        near(moved.loss(value), other.measure(other.forward(trace.inputs), trace.targets));
      }
    }
  }
});

test("the slope of this curve where the weight stands is its gradient, and elsewhere what two losses say", () => {
  const network = networkOf([12, 6, 5, 4], 7);
  const trace = traceOf(network, sparse(12, 3), 1);
  const gradient = network.gradient(trace);
  for (const layer of [0, 1, 2]) {
    const [, source, unit] = steepest(network, trace, layer, trace.deltas[layer].findIndex((delta) => delta !== 0));
    const moved = new MovedWeight(network, trace, [layer, source, unit]);
    near(moved.slope(moved.now), gradient[network.weightStarts[layer] + source * network.sizes[layer + 1] + unit]);
    const value = moved.now + 0.37;
    near(moved.slope(value), (moved.loss(value + 1e-6) - moved.loss(value - 1e-6)) / 2e-6, 1e-7);
  }
  assert.equal(network.weight(0, 2, 1), parametersOf(network, 2 * 6 + 1));
});

/** @type {(network: Network, place: number) => number} */
const parametersOf = (network, place) => network.parameters[place];

test("where no ink comes in, the curve is flat, and its reach is the least", () => {
  const network = networkOf([12, 6, 4], 7);
  const trace = traceOf(network, sparse(12, 3), 1);
  const moved = new MovedWeight(network, trace, [0, trace.inputs.indexOf(0), 1]);
  assert.deepEqual([moved.loss(-5), moved.slope(3), moved.reach()].map(Math.abs), [trace.loss, 0, 1]);
});

test("the reach is as far as the loss visibly changes", () => {
  const network = networkOf([12, 6, 4], 7);
  const trace = traceOf(network, sparse(12, 3), 1);
  const moved = new MovedWeight(network, trace, steepest(network, trace, 0, trace.deltas[0].findIndex((delta) => delta !== 0)));
  const reach = moved.reach();
  assert.ok([-reach, reach].some((by) => Math.abs(moved.loss(moved.now + by) - trace.loss) >= 0.25) || reach === 1);
});

test("as many parameters move as have a gradient, and the others had no ink or no delta", () => {
  for (const sizes of SHAPES) {
    const network = networkOf(sizes, 11);
    const trace = traceOf(network, sparse(12, 5), 2);
    const moves = movesOf(network, trace);
    assert.equal(moves.moving, network.gradient(trace).filter((value) => value !== 0).length);
    assert.equal(moves.moving + moves.dark + moves.still, moves.all);
    assert.equal(moves.all, network.parameters.length);
    const [first] = moves.layers;
    assert.equal(first.lit, trace.inputs.filter((value) => value !== 0).length);
    assert.ok(moves.dark >= (12 - first.lit) * sizes[1]);
  }
});

test("a step's price is counted as if every other example went through the network after it", () => {
  for (const sizes of SHAPES) {
    const network = networkOf(sizes, 13);
    const trace = traceOf(network, sparse(12, 5), 2);
    const others = Array.from({ length: 150 }, (_, place) => sparse(12, 100 + place));
    const examples = { count: others.length, inputs: (/** @type {number} */ place) => others[place], wanted: (/** @type {number} */ place) => place % 4 };
    const pricing = new StepPrice(network, trace, examples);
    for (const rate of [0.01, 1]) {
      const rights = [network, network.stepped(trace, rate)].map((one) => others.map((inputs, place) => { const outputs = one.forward(inputs).activations[one.last]; return outputs.indexOf(Math.max(...outputs)) === place % 4; }));
      const [before, after] = rights.map((row) => row.filter(Boolean).length);
      const lost = others.filter((_, place) => rights[0][place] && !rights[1][place]).length;
      assert.deepEqual(whole(pricing.at(rate)), { count: 150, before, after, won: after - before + lost, lost });
    }
  }
});

test("the example itself is no other, where it is among those that are counted", () => {
  const network = networkOf([12, 6, 4], 13);
  const own = sparse(12, 5);
  const rows = [sparse(12, 9), own, sparse(12, 8)];
  const pricing = new StepPrice(network, traceOf(network, own, 2), { count: 3, inputs: (place) => rows[place], wanted: () => 2 });
  assert.equal(whole(pricing.at(0.1)).count, 2);
});

test("of numbers the price is the mean squared error", () => {
  const next = golden.networks.map((/** @type {any} */ one) => one.form).find((/** @type {any} */ one) => one.loss === "mse" && one.output === "identity");
  const form = { ...next, sizes: [12, 1], activations: [] };
  const network = new Network(form, Float64Array.from({ length: 13 }, numbers(3)));
  const rows = [sparse(12, 9), sparse(12, 8)];
  const trace = network.backward(network.forward(sparse(12, 5)), Float64Array.of(0.5));
  const pricing = new StepPrice(network, trace, { count: 2, inputs: (place) => rows[place], wanted: (place) => place });
  const stepped = network.stepped(trace, 0.1);
  const [before, after] = [network, stepped].map((one) => rows.reduce((sum, inputs, place) => sum + (one.forward(inputs).activations[0][0] - place) ** 2, 0) / 2);
  const price = whole(pricing.at(0.1));
  near(price.before, before);
  near(price.after, after);
});

test("a price that was asked for is kept, and the work pauses often", () => {
  const network = networkOf([12, 6, 4], 13);
  const examples = { count: 150, inputs: () => sparse(12, 9), wanted: () => 1 };
  const pricing = new StepPrice(network, traceOf(network, sparse(12, 5), 2), examples);
  assert.equal([...pricing.at(0.1)].length, 4); // two pauses to prepare, two to judge
  assert.equal([...pricing.at(0.1)].length, 0);
});

test("rates go from 0.001 to 10 in steps that a hand can take, 0.01, 0.1 and 1 among them", () => {
  assert.deepEqual([RATES[0], RATES.at(-1), RATES.length], [0.001, 10, 41]);
  for (const rate of [0.01, 0.1, 1]) assert.ok(RATES.includes(rate));
});

test("the golden network is read by these modules too", () => {
  const network = new Network(form, Float64Array.from(parameters));
  const trace = network.backward(network.forward(Float64Array.from(golden.inputs[0])), Float64Array.from(golden.targets[0]));
  assert.equal(movesOf(network, trace).moving, network.gradient(trace).filter((value) => value !== 0).length);
});
