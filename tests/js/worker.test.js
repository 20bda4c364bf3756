// A learner over a worker gives what it gives on the page; a browser that allows no worker gets the page's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { digitsOf } from "#engine/digits.js";
import { Learner } from "#engine/learner.js";
import { Session } from "#engine/session.js";

const golden = JSON.parse(readFileSync(new URL("../golden/training.json", import.meta.url), "utf8"));
const digits = await digitsOf(golden.digits, golden.count);
const data = { kind: /** @type {const} */ ("digits"), ...digits, validation: digits };
const settings = { hidden: [8], rate: 0.05, examples: 100, epochs: 2, shift: 1 };

// What stands between a page and worker.js, in one thread.
/** @type {InLine | null} */
let present = null;
/** @type {any[]} */
const first = [];
/** @type {(event: { data: any }) => void} */
let asked = () => {};

class InLine extends EventTarget {
  constructor() {
    super();
    present = this;
    if (first.length) setTimeout(() => this.told({ ready: true })); // the module runs once
    this.done = false;
  }

  /** @param {any} data */
  told(data) {
    if (!this.done) this.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
  }

  /** @param {any} data */
  postMessage(data) {
    asked({ data: structuredClone(data) });
  }

  terminate() {
    this.done = true;
  }
}

Object.assign(globalThis, {
  postMessage: (/** @type {any} */ message) => (present ? present.told(message) : first.push(message)),
  addEventListener: (/** @type {string} */ _, /** @type {typeof asked} */ hear) => (asked = hear),
});
await import("#engine/worker.js");

/** @param {Learner} learner */
async function trained(learner) {
  /** @type {any[]} */
  const epochs = [];
  learner.addEventListener("epoch", (event) => epochs.push(/** @type {CustomEvent} */ (event).detail.trainingLoss));
  const done = new Promise((heard) => learner.addEventListener("done", heard));
  await learner.open({ settings, data });
  await learner.run();
  await done;
  return { epochs, parameters: await learner.parameters() };
}

test("a worker trains as the page does, refuses as it does, and ends when it is closed", async () => {
  const here = await trained(new Learner());
  Object.assign(globalThis, { Worker: InLine });
  try {
    assert.deepEqual(first, [{ ready: true }]);
    const learner = new Learner("whatever");
    assert.deepEqual(await trained(learner), here);
    await assert.rejects(learner.change({ hidden: [3] }), /hidden needs a new network/);
    const other = await learner.other;
    await learner.close();
    assert.equal(/** @type {any} */ (other).done, true);
  } finally {
    Reflect.deleteProperty(globalThis, "Worker");
  }
});

test("where a worker is refused, or fails, the page trains", async () => {
  const here = await trained(new Learner());
  class Refused {
    constructor() {
      throw new Error("the page's policy");
    }
  }
  class Failing extends EventTarget {
    constructor() {
      super();
      setTimeout(() => this.dispatchEvent(new Event("error")));
    }
  }
  for (const Worker of [Refused, Failing]) {
    Object.assign(globalThis, { Worker });
    assert.deepEqual(await trained(new Learner("whatever")), here);
  }
  Reflect.deleteProperty(globalThis, "Worker");
});

/** @param {() => boolean} condition */
async function until(condition) {
  for (let k = 0; k < 500 && !condition(); k++) await new Promise((waited) => setTimeout(waited, 10));
  assert.ok(condition());
}

test("a page that is slower than the training is not buried in news: the training waits for it", async () => {
  let told = 0;
  const session = new Session(() => void told++, 5);
  await session.ask("open", [{ settings: { ...settings, epochs: 10_000 }, data }]);
  await session.ask("run", []);
  await until(() => told > 3);
  await new Promise((waited) => setTimeout(waited, 50));
  const [before, epoch] = [told, session.opened.epoch];
  assert.ok(before < 6, `${before} told`);
  await new Promise((waited) => setTimeout(waited, 50));
  assert.deepEqual([told, session.opened.epoch], [before, epoch]);
  for (let k = 0; k < before; k++) session.hear();
  await until(() => session.opened.epoch > epoch);
  session.close();
});

test("a worker that dies lets nobody wait for it", async () => {
  class Dying extends EventTarget {
    constructor() {
      super();
      setTimeout(() => this.dispatchEvent(new MessageEvent("message", { data: { ready: true } })));
    }

    postMessage() {
      setTimeout(() => this.dispatchEvent(Object.assign(new Event("error"), { message: "out of memory" })));
    }
  }
  Object.assign(globalThis, { Worker: Dying });
  await assert.rejects(new Learner("whatever").open({ settings, data }), /out of memory/);
  Reflect.deleteProperty(globalThis, "Worker");
});
