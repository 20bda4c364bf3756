// A learner on the page itself: what it tells while it trains, what it answers, and how it says what went wrong.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { digitsOf } from "#engine/digits.js";
import { Learner } from "#engine/learner.js";

/** @import { DigitData, NumberData } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @typedef {{ event: string, detail: any }} News */

const golden = JSON.parse(readFileSync(new URL("../golden/training.json", import.meta.url), "utf8"));
const engine = JSON.parse(readFileSync(new URL("../golden/engine.json", import.meta.url), "utf8"));
const digits = await digitsOf(golden.digits, golden.count);
/** @type {DigitData} */
const data = { kind: "digits", ...digits, validation: digits };

/** @param {Partial<Settings>} settings */
async function opened(settings, given = /** @type {DigitData | NumberData} */ (data)) {
  const learner = new Learner();
  /** @type {News[]} */
  const news = [];
  for (const event of ["progress", "epoch", "trouble", "done"]) {
    learner.addEventListener(event, (heard) => news.push({ event, detail: /** @type {CustomEvent} */ (heard).detail }));
  }
  const answer = await learner.open({ settings: { hidden: [16], rate: 0.05, examples: golden.count, ...settings }, data: given });
  return { learner, news, answer };
}

/** @type {(learner: Learner, event: string) => Promise<any>} */
const next = (learner, event) =>
  new Promise((heard) => learner.addEventListener(event, (told) => heard(/** @type {CustomEvent} */ (told).detail), { once: true }));

/** @type {(value: any) => number[]} all numbers in a message */
const numbersIn = (value) =>
  typeof value === "number" ? [value] : value && typeof value === "object" ? Object.values(value).flatMap(numbersIn) : [];

test("a run tells of its epochs, and ends after as many as were wanted; another run goes on", async () => {
  const { learner, news, answer } = await opened({ epochs: 4 });
  assert.deepEqual(answer.sizes, [784, 16, 10]);
  assert.equal(answer.steps, 10);
  const done = next(learner, "done");
  await learner.run();
  assert.deepEqual(await done, { epoch: 4 });
  const epochs = news.filter(({ event }) => event === "epoch").map(({ detail }) => detail);
  assert.deepEqual(epochs.map(({ epoch }) => epoch), [1, 2, 3, 4]);
  assert.ok(epochs[3].trainingLoss < epochs[0].trainingLoss / 2);
  assert.ok(epochs[3].validationAccuracy > 0.8);
  const again = next(learner, "done");
  await learner.run();
  assert.deepEqual(await again, { epoch: 8 });
});

test("a pause stops between two steps, and steps and epochs may be made one by one", async () => {
  const { learner, news } = await opened({ epochs: 1000 });
  await learner.run();
  await learner.run(); // it runs already
  await next(learner, "progress");
  await learner.pause();
  const paused = news.length;
  await new Promise((waited) => setTimeout(waited, 30));
  assert.equal(news.length, paused);
  const { epoch, step } = news[paused - 1].detail;
  await learner.step();
  const now = news[news.length - 1].detail;
  assert.equal(now.epoch * 10 + now.step, epoch * 10 + step + 1);
  await learner.epoch();
  assert.equal(news[news.length - 1].detail.epoch, now.epoch + 1);
  assert.equal(news[news.length - 1].detail.step, 0);
  assert.equal((await learner.parameters()).length, 784 * 16 + 16 + 160 + 10);
});

test("what is turned on the way takes effect, with larger batches too; what needs a new network is refused", async () => {
  const { learner } = await opened({});
  await learner.step();
  const before = await learner.parameters();
  await learner.change({ rate: 0, batch: 300, optimizer: "sgd", schedule: "linear", epochs: 3 });
  await learner.step();
  assert.deepEqual(await learner.parameters(), before);
  await learner.change({ rate: 0.1, optimizer: "adam" });
  await learner.step();
  assert.notDeepEqual(await learner.parameters(), before);
  await assert.rejects(learner.change({ hidden: [3] }), /hidden needs a new network/);
  await assert.rejects(learner.change({ rate: NaN }), /expected rate of at least 0, got NaN/);
  await assert.rejects(opened({ batch: 0 }), /expected batch of at least 1, got 0/);
  await assert.rejects(opened({ hidden: [16, 0] }), /expected hidden layers of 1 unit or more, got 16,0/);
});

test("a network opens with given parameters, and with the data of before", async () => {
  const { learner } = await opened({});
  await learner.epoch();
  const parameters = await learner.parameters();
  const again = await learner.open({ settings: { hidden: [16] }, data, parameters });
  assert.deepEqual(again.parameters, parameters);
  await assert.rejects(new Learner().run(), /open a network first/);
  await learner.close();
});

test("mistakes are counted by class and by what was said, each digit with how sure it was", async () => {
  const { learner } = await opened({ epochs: 3 });
  await learner.epoch();
  const { matrix, said, sure, own, right, count } = await learner.mistakes();
  assert.equal(count, golden.count);
  assert.equal(matrix.flat().reduce((/** @type {number} */ sum, /** @type {number} */ cell) => sum + cell), count);
  assert.equal([...said].filter((digit, k) => digit === digits.labels[k]).length, right);
  for (let k = 0; k < count; k++) assert.ok(own[k] <= sure[k] && (said[k] !== digits.labels[k] || own[k] === sure[k]));
});

for (const activation of ["relu", "tanh", "sigmoid", "identity"]) {
  test(`the gradient of ${activation} is what two losses say`, async () => {
    const { learner } = await opened({ activation, hidden: [12, 7] });
    await learner.epoch();
    const { largest, compared, kernels } = await learner.gradientCheck();
    assert.equal(kernels, "wasm");
    assert.ok(compared.length > 40);
    assert.ok(largest < 1e-6, `${largest}`);
  });
}

test("a wrong gradient does not pass the check", async () => {
  const learner = new Learner();
  const session = /** @type {import("#engine/session.js").Session} */ (await learner.other);
  await learner.open({ settings: { hidden: [5] }, data });
  const { network } = session.opened;
  const { sums } = network.kernels;
  network.kernels = { ...network.kernels, sums: (g, delta, stride, n) => sums(g, delta, stride, n - 1) };
  assert.ok((await learner.gradientCheck()).largest > 1e-3);
});

test("an activation with formulas learns as one that the engine knows", async () => {
  const trees = engine.networks.map((/** @type {any} */ { form }) => form.formulas.activations.silu).find(Boolean);
  const { learner, news } = await opened({ activation: "silu", formulas: trees });
  await learner.epoch();
  await learner.epoch();
  assert.ok(news.some(({ event, detail }) => event === "epoch" && detail.validationAccuracy > 0.7));
  assert.ok((await learner.gradientCheck()).largest < 1e-6);
  await assert.rejects(opened({ activation: "silu" }), /expected one of relu, tanh, sigmoid, identity/);
});

for (const optimizer of /** @type {const} */ (["sgd", "momentum", "adam"])) {
  for (const activation of ["relu", "tanh", "sigmoid", "identity"]) {
    test(`rate 10 with ${optimizer} and ${activation} ends in trouble, and in no message is a number that is none`, async () => {
      const { learner, news } = await opened({ optimizer, activation, rate: 10, epochs: 3 });
      await Promise.race([learner.run().then(() => next(learner, "done")), next(learner, "trouble")]);
      await learner.pause();
      news.push({ event: "answers", detail: [await learner.mistakes(), await learner.gradientCheck(), await learner.parameters()] });
      assert.ok(news.some(({ event }) => event === "trouble"));
      for (const { event, detail } of news) for (const value of numbersIn(detail)) assert.ok(Number.isFinite(value), `${event}: ${value}`);
    });
  }
}

test("parameters that leave all bounds are never seen: those from before the epoch stand for them", async () => {
  const { learner, news, answer } = await opened({ optimizer: "sgd", activation: "identity", hidden: [], rate: 1e38 });
  await learner.step();
  await learner.step();
  const { what, facts } = news.find(({ event }) => event === "trouble")?.detail ?? {};
  assert.equal(what, "diverged");
  assert.equal(facts.stopped, true);
  assert.deepEqual(await learner.parameters(), answer.parameters);
});

test("equal weights, a rate too low and too few digits are told apart", async () => {
  /** @type {[Partial<Settings>, string][]} */
  const cases = [
    [{ initial: "equal" }, "equal"],
    [{ hidden: [16, 16, 16, 16], activation: "sigmoid" }, "stuck"],
    [{ optimizer: "sgd", rate: 1e-5 }, "slow"],
  ];
  for (const [settings, expected] of cases) {
    const { learner, news } = await opened(settings);
    await learner.epoch();
    await learner.epoch();
    assert.equal(news.find(({ event }) => event === "trouble")?.detail.what, expected);
  }
  const half = { pixels: digits.pixels.subarray(0, 150 * 784), labels: digits.labels.subarray(0, 150) };
  const rest = { pixels: digits.pixels.subarray(150 * 784), labels: digits.labels.subarray(150) };
  const { learner, news } = await opened({ rate: 0.1, hidden: [64], epochs: 60 }, { kind: "digits", ...half, validation: rest });
  const trouble = next(learner, "trouble");
  await learner.run();
  assert.equal((await Promise.race([trouble, next(learner, "done")])).what, "overfit");
  assert.ok(news.length);
});

test("points of the plane are learned from as they are", async () => {
  const count = 200;
  const inputs = Float32Array.from({ length: 2 * count }, (_, k) => Math.sin(12.9 * k) * 2);
  const labels = Uint8Array.from({ length: count }, (_, k) => Number(inputs[2 * k] * inputs[2 * k + 1] > 0));
  /** @type {NumberData} */
  const points = { kind: "numbers", width: 2, inputs, labels, validation: { inputs: new Float32Array(), labels: new Uint8Array() } };
  const { learner, news, answer } = await opened({ activation: "tanh", hidden: [8], rate: 0.1, epochs: 60, shift: 1 }, points);
  assert.deepEqual(answer.sizes, [2, 8, 2]);
  const done = next(learner, "done");
  await learner.run();
  await done;
  const epochs = news.filter(({ event }) => event === "epoch");
  assert.ok(epochs[epochs.length - 1].detail.validationAccuracy > 0.95);
});
