// What may be done with nets in training, and taken back; settings as they are typed; what is said of a net.

import assert from "node:assert/strict";
import { test } from "node:test";

import { USUAL } from "#engine/training.js";
import { History, wayOf } from "#views/history.js";
import { readNumber, readWidths, STOPS, stopOf } from "#views/knob_values.js";
import { Learning } from "#views/learning.js";
import { remedyOf, sentenceOf, troubleInWords } from "#views/net_words.js";
import { newNet } from "#views/training_session.js";

/** @import { Settings } from "#engine/training.js" */
/** @import { Net, Trouble } from "#views/training_session.js" */

const STEPS = 10; // of an epoch
const ABOUT = { total: 1000, noun: "digits", classes: [..."0123456789"] };
const usual = /** @type {Settings} */ ({ ...USUAL, hidden: [2], examples: 320, epochs: 3 });

// A learner whose parameters count its steps, and which is right on one example more after each.
class CountingLearner extends EventTarget {
  constructor() {
    super();
    /** @type {Partial<Settings>} */
    this.settings = {};
    this.count = 0; // steps since it was opened
    this.start = 0;
    this.opened = 0;
  }

  /** @param {{ settings: Settings, parameters?: Float32Array }} given */
  async open({ settings, parameters }) {
    this.settings = settings;
    this.start = parameters?.[0] ?? 0;
    this.count = 0;
    this.opened++;
    return { parameters: Float32Array.of(this.start) };
  }

  /** @param {string} name @param {object} detail */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  get parameters_() {
    return Float32Array.of(this.start + this.count);
  }

  progress() {
    this.tell("progress", { epoch: Math.floor(this.count / STEPS), step: this.count % STEPS, steps: STEPS, loss: 1, parameters: this.parameters_ });
  }

  async run() {}

  async pause() {
    this.progress();
  }

  async step() {
    this.count++;
    this.progress();
    return { loss: 2.41, after: 2.33, examples: 32 };
  }

  async epoch() {
    this.count += STEPS;
    const share = (this.start + this.count) / 1000;
    this.tell("epoch", { epoch: Math.floor(this.count / STEPS), trainingLoss: 1, trainingAccuracy: share, validationAccuracy: share, parameters: this.parameters_ });
    this.progress();
  }

  async parameters() {
    return this.parameters_;
  }

  async mistakes() {
    return { right: this.start + this.count, count: 1000, epoch: Math.floor(this.count / STEPS), step: this.count % STEPS };
  }
}

function opened() {
  const [learner, history] = [new CountingLearner(), new History()];
  const learning = new Learning({ learner: /** @type {any} */ (learner), data: /** @type {any} */ ({}), history, before: null, usual });
  return { learner, history, learning };
}

test("a new net is judged before it learns, and after each step and epoch", async () => {
  const { learning } = opened();
  await learning.open();
  assert.deepEqual(learning.net.records.map(({ epoch, validation }) => [epoch, validation]), [[0, 0]]);
  await learning.step();
  assert.deepEqual([learning.net.steps, learning.net.at, learning.net.last], [1, 0.1, { kind: "step", from: 2.41, to: 2.33, examples: 32 }]);
  await learning.epoch();
  assert.deepEqual(learning.net.records.map(({ epoch, validation }) => [epoch, validation]), [[0, 0], [0.1, 0.001], [1, 0.011]]);
});

test("a new net leaves the one before beside it, and every act is taken back and done again", async () => {
  const { learning, history } = opened();
  await learning.epoch();
  const first = learning.net;
  await learning.begin({ ...usual, rate: 10 }, "rate 10");
  assert.equal(learning.before?.parameters, first.parameters);
  assert.deepEqual([learning.net.settings.rate, learning.knobs.rate, learning.net.steps, learning.running], [10, 10, 0, true]);
  assert.equal(await history.undo(), "rate 10");
  assert.deepEqual([learning.net.parameters, learning.net.steps, learning.knobs.rate, learning.before], [first.parameters, STEPS, usual.rate, null]);
  assert.equal(await history.redo(), "rate 10");
  assert.deepEqual([learning.net.settings.rate, learning.before?.steps], [10, STEPS]);
  await Promise.all([history.undo(), history.undo()]);
  assert.equal(learning.net.steps, 0);
  assert.equal(await history.undo(), null);
});

test("a net that was gone back to trains on from where it was", async () => {
  const { learning, history, learner } = opened();
  await learning.epoch();
  await learning.begin(usual, "new");
  await history.undo();
  await learning.step();
  assert.deepEqual([learner.start, learning.net.steps, learning.net.at], [STEPS, STEPS + 1, 1.1]);
});

test("an undo in the middle of a run stops it and goes back to before the run", async () => {
  const { learning, history, learner } = opened();
  await learning.go();
  assert.ok(learning.running);
  learner.count = 4;
  await history.undo();
  assert.deepEqual([learning.running, learning.net.steps], [false, 0]);
  await history.redo();
  assert.equal(learning.net.steps, 4);
});

test("what is asked for at once is done one after the other", async () => {
  const { learning, history } = opened();
  await Promise.all([learning.step(), learning.step(), learning.begin(usual, "new"), learning.pause()]);
  assert.deepEqual([learning.before?.steps, learning.net.steps, learning.running], [2, 0, false]);
  assert.deepEqual(history.past.map(({ name }) => name), ["one step", "one step", "new"]);
});

test("a knob changes an untrained net at once, and of a trained one the next", async () => {
  const { learning, history, learner } = opened();
  await learning.open();
  assert.equal(await learning.turn({ hidden: [8, 4] }), "Neurons 8, 4");
  assert.deepEqual([learning.net.settings.hidden, learner.settings.hidden], [[8, 4], [8, 4]]);
  await learning.step();
  await learning.turn({ rate: 3 });
  assert.deepEqual([learning.net.settings.rate, learning.knobs.rate, learning.turned], [usual.rate, 3, true]);
  await history.undo();
  assert.deepEqual([learning.knobs.rate, learning.net.steps, learning.turned], [usual.rate, 1, false]);
});

test("a neighbor's net stands beside one's own, and can be taken for it", async () => {
  const { learning, history } = opened();
  await learning.step();
  await learning.beside({ ...newNet(usual), name: "anna", given: true, parameters: Float32Array.of(7) });
  assert.equal(learning.before?.name, "anna");
  await learning.swap();
  assert.deepEqual([learning.net.name, learning.before?.steps], ["anna", 1]);
  await history.undo();
  assert.deepEqual([learning.net.steps, learning.before?.name], [1, "anna"]);
});

test("a trouble that stops a training is part of the net, and undone with it", async () => {
  const { learning, history, learner } = opened();
  await learning.go();
  learner.tell("trouble", { what: "diverged", facts: { step: 11, before: 2.4, after: 2237, stopped: true } });
  assert.deepEqual([learning.running, learning.net.trouble?.what, learning.net.steps, learning.current], [false, "diverged", 11, learning.net]);
  await learning.begin(usual, "anew");
  assert.equal(learning.before, null); // a broken net is no net to compare with
  await history.undo();
  await history.undo();
  assert.equal(learning.net.trouble, null);
});

test("a net without a bend is told when its training ends", async () => {
  const { learning, learner } = opened();
  await learning.begin({ ...usual, activation: "identity" }, "no bend");
  learner.tell("done", { epoch: 3 });
  assert.equal(learning.net.trouble?.what, "linear");
});

test("a net that knows by heart what it learned from is told when its training ends", async () => {
  const { learning, learner } = opened();
  const ended = async (/** @type {number} */ training) => {
    await learning.begin(usual, "new");
    learner.tell("epoch", { epoch: 3, trainingLoss: 0, trainingAccuracy: training, validationAccuracy: 0.85, parameters: new Float32Array(1) });
    learner.tell("done", { epoch: 3 });
    return learning.net.trouble?.what ?? null;
  };
  assert.deepEqual([await ended(0.99), await ended(0.9)], ["overfit", null]);
});

test("the keys of undo are the text's own while it is changed", () => {
  const key = (/** @type {object} */ given) => wayOf(/** @type {any} */ ({ key: "z", ctrlKey: true, metaKey: false, shiftKey: false, altKey: false, target: null, ...given }));
  assert.deepEqual([key({}), key({ shiftKey: true, key: "Z" }), key({ key: "y" }), key({ ctrlKey: false, metaKey: true })], ["undo", "redo", "redo", "undo"]);
  assert.deepEqual([key({ ctrlKey: false }), key({ altKey: true }), key({ key: "x" })], [null, null, null]);
  assert.equal(key({ target: { type: "text", value: "12", defaultValue: "1" } }), null);
  assert.equal(key({ target: { type: "text", value: "1", defaultValue: "1" } }), "undo");
});

test("widths are read however they are written, and what they cannot be is said", () => {
  for (const text of ["128, 64", "128 64", "128x64", "128-64", " 128;64 "]) assert.deepEqual(readWidths(text), { value: [128, 64] });
  assert.deepEqual([readWidths("16"), readWidths("0"), readWidths("")], [{ value: [16] }, { value: [] }, { value: [] }]);
  for (const text of ["abc", "5000", "1.5", "12, 0", "-"]) assert.deepEqual(readWidths(text), { trouble: "widths", low: 1, high: 512 });
  assert.deepEqual(readWidths("8 8 8 8"), { trouble: "layers", low: 0, high: 3 });
});

test("numbers are read with points and commas, and within their limits", () => {
  const rate = { low: 1e-6, high: 1000, whole: false };
  const whole = { low: 1, high: 20_000, whole: true };
  assert.deepEqual(["0.5", "0,5", "1e-3", "100"].map((text) => readNumber(text, rate)), [0.5, 0.5, 0.001, 100].map((value) => ({ value })));
  assert.deepEqual(["20,000", "20.000", "20 000", "32"].map((text) => readNumber(text, whole)), [20_000, 20_000, 20_000, 32].map((value) => ({ value })));
  for (const text of ["", "abc", "0", "-1", "1e9"]) assert.deepEqual(readNumber(text, rate), { trouble: "number", low: 1e-6, high: 1000 });
  for (const text of ["1.5", "30000"]) assert.deepEqual(readNumber(text, whole), { trouble: "whole", low: 1, high: 20_000 });
});

test("a slider stands at the stop nearest to a value", () => {
  assert.deepEqual([0.001, 0.05, 10, 1000].map((rate) => STOPS.rate[stopOf(STOPS.rate, rate)]), [0.001, 0.03, 10, 10]);
  assert.deepEqual([[], [16], [120], [128, 64]].map((widths) => STOPS.hidden[stopOf(STOPS.hidden, widths)]), [[], [16], [128], [256]]);
});

test("the sentence says what has just happened", () => {
  const net = { ...newNet(usual), parameters: new Float32Array(usual.hidden[0] * 10 + 12 + 20), records: [{ epoch: 0, validation: 0.098, training: null, loss: null }] };
  const said = (/** @type {Partial<Net>} */ parts, before = /** @type {Net | null} */ (null)) => Object.values(sentenceOf({ ...net, ...parts }, before, ABOUT)).join(" ").replaceAll("\u00a0", " ");
  assert.match(said({}), /it only guesses\. 9\.8 % are right by chance/);
  assert.equal(said({ steps: 1, last: { kind: "step", from: 2.41, to: 2.33, examples: 32 } }), "Step 1: 32 digits, loss 2.41 → 2.33. 9 more steps make an epoch.");
  const records = [0.098, 0.9, 0.914].map((validation, epoch) => ({ epoch, validation, training: validation, loss: 0.3 }));
  assert.equal(said({ records, at: 2.3, last: { kind: "running" } }), "Epoch 2: 91.4 %. 1.4 points more than an epoch ago.");
  assert.match(said({ records, at: 2, last: { kind: "epoch" }, found: [1], foundIn: 2 }), /^Epoch 2: 91\.4 %\. Neuron 1 has found a stroke; it speaks for 0\.$/);
  assert.equal(said({ records, at: 2, last: { kind: "done" } }, { ...net, records: [{ ...records[0], validation: 0.95 }] }), "After 2 epochs it reads 91.4 %. 3.6 points below the net before.");
  assert.match(said({ records, at: 2.3, steps: 23, last: { kind: "paused" } }), /^Stopped in epoch 3, after 23 steps\./);
});

test("each trouble has its words, and a way back", () => {
  const records = [{ epoch: 2, validation: 0.1, training: 1, loss: 5 }];
  const said = (/** @type {string} */ what, /** @type {Trouble["facts"]} */ facts = {}) => Object.values(troubleInWords({ ...newNet({ ...usual, rate: 10 }), records, trouble: { what, facts } }, ABOUT)).join(" ").replaceAll("\u00a0", " ");
  assert.match(said("diverged", { step: 11, before: 2.41, after: 2237 }), /^It broke at step 11: the loss went from 2\.41 to 2,237\./);
  assert.match(said("diverged", { step: 11, before: 2.41, after: null }), /too large for a number/);
  assert.match(said("dead", { dead: 14, units: 16 }), /^14 of 16 neurons are dead: 10\.0 %\. Steps at rate 10/);
  assert.match(said("overfit"), /^Of its 320 digits it knows 100\.0 %, of others 10\.0 %\./);
  assert.match(said("equal"), /^All 2 neurons are the same one/);
  assert.match(said("linear"), /^Without a bend it stops at 10\.0 %/);
  for (const what of ["unsteady", "stuck", "slow"]) assert.match(said(what), /10\.0 %/);
  const remedy = (/** @type {string} */ what, settings = usual) => remedyOf(what, settings, usual, "digits").settings;
  assert.equal(remedy("linear", { ...usual, activation: "identity" }).activation, usual.activation);
  assert.equal(remedy("equal", { ...usual, initial: "equal" }).initial, "he");
  assert.equal(remedy("overfit", { ...usual, examples: 50 }).examples, 320);
  assert.equal(remedy("diverged", { ...usual, rate: 10 }).rate, usual.rate);
  assert.equal(remedy("slow", { ...usual, rate: 0.001 }).rate, usual.rate);
  assert.ok(!Object.values(troubleInWords({ ...newNet(usual), trouble: { what: "stuck", facts: {} } }, ABOUT)).join(" ").includes("NaN"));
});
