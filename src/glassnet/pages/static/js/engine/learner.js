// A network that learns while the page goes on: in a worker, or, where a browser allows none, in slices of the page's time.
//
// Events, each with its `detail`: "progress" {epoch, step, steps, loss, parameters}, of what has been done; "epoch" {epoch,
// trainingLoss, trainingAccuracy, validationLoss, validationAccuracy, seconds, parameters}; "done" {epoch}, after as many
// epochs as the settings say; "trouble" {what, facts}, see trouble.js. No number is ever NaN or infinite.

import { Session } from "#engine/session.js";

/** @import { Data } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */

const SLICE = 12; // milliseconds of the page's time, of the 16 between two pictures

export class Learner extends EventTarget {
  /** @param {string | null} script of the worker, see pages/bundle.py; without it the page computes */
  constructor(script = null) {
    super();
    /** @type {Map<number, { resolve: (answer: any) => void, reject: (error: Error) => void }>} */
    this.asked = new Map();
    this.number = 0;
    /** @type {Data | null} */
    this.data = null; // what the other end has
    this.other = started(script, this);
  }

  /** @param {string} name @param {any[]} given @returns {Promise<any>} */
  async ask(name, ...given) {
    const other = await this.other;
    if (other instanceof Session) return other.ask(name, given);
    const number = this.number++;
    return new Promise((resolve, reject) => {
      this.asked.set(number, { resolve, reject });
      other.postMessage({ number, name, given });
    });
  }

  /** @param {{ event?: string, detail?: object, number?: number, answer?: any, refused?: string }} message */
  hear({ event, detail, number, answer, refused }) {
    if (event) {
      this.dispatchEvent(new CustomEvent(event, { detail }));
      return void this.other.then((other) => (other instanceof Session ? other.hear() : other.postMessage({ heard: true })));
    }
    const waiting = this.asked.get(number ?? -1);
    this.asked.delete(number ?? -1);
    if (refused === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(refused));
  }

  // What the worker died of, to all that wait for it.
  /** @param {string} message */
  fail(message) {
    for (const { reject } of this.asked.values()) reject(new Error(message));
    this.asked.clear();
  }

  // A new network, untrained or with parameters; the data of the last time are not sent again.
  /** @param {{ settings: Partial<Settings>, data: Data, parameters?: ArrayLike<number> }} given */
  async open({ settings, data, parameters }) {
    const opened = await this.ask("open", { settings, data: this.data === data ? null : data, parameters });
    this.data = data;
    return opened;
  }

  // pace: milliseconds that an epoch takes at least.
  run(pace = 0) {
    return this.ask("run", pace);
  }

  pause() {
    return this.ask("pause");
  }

  /** @returns {Promise<{ loss: number | null, after: number | null, examples: number }>} the loss of its batch before and after it */
  step() {
    return this.ask("step");
  }

  epoch() {
    return this.ask("epoch");
  }

  /** @param {Partial<Settings>} settings */
  change(settings) {
    return this.ask("change", settings);
  }

  /** @returns {Promise<Float32Array>} in Python's order */
  parameters() {
    return this.ask("parameters");
  }

  mistakes() {
    return this.ask("mistakes");
  }

  gradientCheck() {
    return this.ask("gradientCheck");
  }

  async close() {
    const other = await this.other;
    if (other instanceof Session) other.close();
    else other.terminate();
  }
}

// A worker that has said that it is there, or a session on the page.
/** @type {(script: string | null, learner: Learner) => Promise<Worker | Session>} */
async function started(script, learner) {
  const here = () => new Session((event, detail) => learner.hear({ event, detail }), SLICE);
  if (!script || typeof Worker === "undefined") return here();
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    const worker = new Worker(address);
    await new Promise((ready, refused) => {
      worker.addEventListener("message", ready, { once: true });
      worker.addEventListener("error", refused, { once: true });
    });
    worker.addEventListener("message", ({ data }) => learner.hear(data));
    worker.addEventListener("error", ({ message }) => learner.fail(message));
    return worker;
  } catch {
    return here();
  } finally {
    URL.revokeObjectURL(address);
  }
}
