// Training that a visitor may hand to Python, for what is too much work for a browser. To the page it is a learner like the
// browser's own, which it asks for all that is not training: the start, which is the same in both, and judgments.
//
//   training.python = true     the next run, of a net that has not learned yet, is Python's
//   await training.save()      keeps what Python has trained as a run; gives its directory
//
// One socket a training: the server ends the training when it closes, and no other visitor hears of it.

import { words } from "#text/language.js";
import { decoded } from "#views/server.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Data } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { News } from "#views/server.js" */

export class PythonTraining extends EventTarget {
  // learned: how many examples Python has to learn from; the browser may have been given fewer.
  /** @param {Learner} learner @param {{ dataset: string, learned: number }} about */
  constructor(learner, { dataset, learned }) {
    super();
    this.learner = learner;
    this.dataset = dataset;
    this.learned = learned;
    this.python = false;
    this.opened = /** @type {{ settings: Partial<Settings>, data: Data, parameters?: ArrayLike<number> } | null} */ (null);
    this.socket = /** @type {WebSocket | null} */ (null); // while Python has the net
    this.own = /** @type {Float32Array | null} */ (null); // what Python has made of it
    this.stale = false; // whether the browser's learner has other parameters
    this.paused = /** @type {(() => void) | null} */ (null);
    this.saved = /** @type {{ resolve: (path: string) => void, reject: (error: Error) => void } | null} */ (null);
    for (const name of ["progress", "epoch", "trouble", "done"]) learner.addEventListener(name, (event) => event instanceof CustomEvent && this.tell(name, event.detail));
  }

  /** @param {string} name @param {object} detail */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {{ settings: Partial<Settings>, data: Data, parameters?: ArrayLike<number> }} given */
  open(given) {
    this.leave();
    this.opened = given;
    return this.learner.open(given);
  }

  leave() {
    this.socket?.close();
    Object.assign(this, { socket: null, own: null, stale: false });
  }

  /** @param {number} [pace] */
  async run(pace = 0) {
    if (this.socket) return this.say("run");
    if (!this.python || this.opened?.parameters) return this.learner.run(pace);
    this.python = false; // the next net is the browser's again, unless it is asked for
    const { learned } = this;
    await this.attach(knobsOf(/** @type {Settings} */ (this.opened?.settings), this.dataset, learned));
  }

  /** @param {{ [name: string]: any }} knobs */
  attach(knobs) {
    const address = new URL("train", location.href.split(/[?#]/)[0]);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    return new Promise((resolve) => {
      socket.onopen = () => resolve(socket.send(JSON.stringify({ do: "begin", knobs })));
      socket.onmessage = ({ data }) => this.socket === socket && this.hear(decoded(data));
      socket.onclose = () => {
        if (this.socket === socket) this.fail(words.play.lost);
        resolve(undefined);
      };
    });
  }

  /** @param {string} wanted */
  say(wanted) {
    this.socket?.send(JSON.stringify({ do: wanted }));
  }

  /** @param {News} news */
  hear({ kind, arrays, ...news }) {
    if (kind === "progress") this.progress(Float32Array.from(arrays.parameters), news);
    if (kind === "epoch") this.epochDone(news);
    if (kind === "saved") this.saved?.resolve(news.path);
    if (kind === "error" || kind === "failed") this.fail(news.error);
  }

  /** @param {Float32Array} parameters @param {News} news */
  progress(parameters, { epoch, step, steps, loss, running }) {
    Object.assign(this, { own: parameters, stale: true });
    this.tell("progress", { epoch, step: step - epoch * steps, steps, loss, parameters });
    if (running) return;
    this.paused?.();
    this.paused = null;
  }

  /** @param {News} news */
  epochDone({ record, finished }) {
    const { epoch, training_loss, training_accuracy, validation_loss, validation_accuracy, seconds } = record;
    this.tell("epoch", { epoch, trainingLoss: training_loss, trainingAccuracy: training_accuracy ?? null, validationLoss: validation_loss, validationAccuracy: validation_accuracy, seconds, parameters: this.own });
    if (finished) this.tell("done", { epoch });
  }

  // That a training diverged is told as of the browser's; anything else is said in Python's words.
  /** @param {string} error */
  fail(error) {
    this.paused?.();
    this.saved?.reject(new Error(error));
    Object.assign(this, { paused: null, saved: null });
    if (error.includes("diverged")) return this.tell("trouble", { what: "diverged", facts: { stopped: true } });
    this.tell("refused", { error });
    this.tell("done", { epoch: 0 });
  }

  async pause() {
    if (!this.socket) return this.learner.pause();
    const done = new Promise((resolve) => (this.paused = () => resolve(undefined)));
    this.say("pause");
    await done;
  }

  /** @returns {Promise<string>} */
  save() {
    return new Promise((resolve, reject) => {
      if (!this.socket) return reject(new Error(words.play.notPythons));
      this.saved = { resolve, reject };
      this.say("save");
    });
  }

  // The browser's learner, with what Python has made of the net.
  async judge() {
    if (!this.stale || !this.opened || !this.own) return this.learner;
    this.stale = false;
    await this.learner.open({ ...this.opened, parameters: this.own });
    return this.learner;
  }

  async parameters() {
    return this.own ?? this.learner.parameters();
  }

  async step() {
    return (await this.here()).step();
  }

  async epoch() {
    return (await this.here()).epoch();
  }

  // To go on by steps is the browser's again.
  async here() {
    const learner = await this.judge();
    this.leave();
    return learner;
  }

  /** @param {Partial<Settings>} settings */
  change(settings) {
    return this.learner.change(settings);
  }

  async mistakes() {
    return (await this.judge()).mistakes();
  }

  gradientCheck() {
    return this.learner.gradientCheck();
  }

  close() {
    this.leave();
    return this.learner.close();
  }
}

// The page's settings by the names that Python has for them. Who learns from all that the page has, learns from all.
/** @type {(settings: Settings, dataset: string, learned: number) => { [name: string]: any }} */
export function knobsOf(settings, dataset, learned) {
  const { hidden, activation, optimizer, rate, momentum, batch, examples, schedule, epochs, shift, seed, penalty } = settings;
  const adam = optimizer === "adam";
  return {
    dataset,
    hidden,
    activation,
    optimizer: adam ? "adam" : "sgd",
    learning_rate: rate,
    ...(adam ? {} : { momentum: optimizer === "momentum" ? momentum : 0 }),
    batch_size: Math.min(batch, learned),
    train_size: Math.min(examples, learned),
    schedule: schedule === "linear" ? "cosine" : schedule,
    epochs,
    ...(shift ? { shift } : {}),
    seed,
    ...(penalty ? { l2: penalty } : {}),
  };
}
