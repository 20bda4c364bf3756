// What a learner on a page asks for, wherever it is computed: in a worker, or in slices of the page's own time.

import { Examples } from "#engine/examples.js";
import { gradientCheck } from "#engine/gradient_check.js";
import { kernelsFor } from "#engine/kernels.js";
import { mistakes, price } from "#engine/judging.js";
import { Store } from "#engine/store.js";
import { Training, USUAL } from "#engine/training.js";

/** @import { Kernels } from "#engine/plain_kernels.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { Trouble } from "#engine/trouble.js" */

/** @typedef {{ pixels: Uint8Array, labels: Uint8Array }} Digits */
/** @typedef {{ inputs: Float32Array, labels: Uint8Array }} Numbers */
/** @typedef {{ kind: "digits", classes?: number, validation: Digits } & Digits} DigitData */
/** @typedef {{ kind: "numbers", width: number, classes?: number, validation: Numbers } & Numbers} NumberData */
/** @typedef {DigitData | NumberData} Data validation with no examples: the training examples are validated on */
/** @typedef {(event: string, detail: object) => void} Tell */

const PIXELS = 784;
const GRAY = 255;
const TOLD_EVERY = 40; // milliseconds

export class Session {
  /** @param {Tell} tell @param {number} slice how long it computes before it listens again, in milliseconds */
  constructor(tell, slice) {
    this.tell = tell;
    this.slice = slice;
    this.running = false;
    this.turn = 0; // which run it is
    /** @type {Promise<any>} */
    this.last = Promise.resolve();
    this.seconds = 0; // of the present epoch
    this.heard = 0; // when the page last was
    this.pace = { least: 0, from: 0 }; // milliseconds of an epoch, and when the present one began
    /** @type {Set<string>} */
    this.told = new Set(); // of troubles
    /** @type {Training | null} */
    this.training = null;
    /** @type {Training["data"] | null} */
    this.data = null;
    /** @type {Store | null} */
    this.store = null;
    /** @type {Kernels | null} */
    this.kernels = null;
    this.kind = "";
    this.free = 0; // where the store's data end
  }

  // Whatever a learner may ask, by its name, one after another.
  /** @param {string} name @param {any[]} given @returns {Promise<any>} */
  ask(name, given) {
    const answer = this.last.then(() => this.answer(name, given));
    this.last = answer.catch(() => null);
    return answer;
  }

  /** @param {string} name @param {any[]} given */
  answer(name, given) {
    const asked = /** @type {{ [name: string]: (...given: any[]) => any }} */ ({
      open: (what) => this.open(what),
      run: (pace) => this.run(pace),
      pause: () => this.pause(),
      step: () => this.step(),
      epoch: () => this.epoch(),
      change: (settings) => this.change(settings),
      parameters: () => this.parameters(),
      mistakes: () => ({ ...mistakes(this.opened), epoch: this.opened.epoch, step: this.opened.batch }),
      gradientCheck: () => ({ ...gradientCheck(this.opened), kernels: this.kind }),
      price: (rate, example) => price(this.opened, rate, example),
    });
    return asked[name](...given);
  }

  // Data that was given before need not be given again.
  /** @param {{ settings: Partial<Settings>, data: Data | null, parameters?: ArrayLike<number> }} given */
  async open({ settings, data, parameters }) {
    this.running = false;
    if (data) await this.take(data);
    if (!this.data || !this.store || !this.kernels) throw new Error("no data to learn from");
    this.store.giveBack(this.free);
    this.training = new Training(this.store, this.kernels, this.data, { ...USUAL, ...settings }, parameters);
    this.told.clear();
    const { sizes, steps } = this.training;
    return { sizes, steps, kernels: this.kind, parameters: this.training.network.flat() };
  }

  /** @param {Data} data */
  async take(data) {
    const store = new Store();
    const { kind, kernels } = await kernelsFor(store);
    const width = data.kind === "numbers" ? data.width : PIXELS;
    const made = (/** @type {Digits | Numbers} */ part) =>
      "pixels" in part ? new Examples(store, part.pixels, width, part.labels, GRAY) : new Examples(store, part.inputs, width, part.labels);
    const training = made(data);
    const validation = made(data.validation.labels.length ? data.validation : data);
    const one = new Examples(store, new Uint8Array(training.width).fill(1), training.width, new Uint8Array(1));
    const classes = data.classes ?? 1 + data.labels.reduce((most, label) => Math.max(most, label), 1);
    [this.store, this.kernels, this.kind] = [store, kernels, kind];
    this.data = { training, validation, one, classes };
    this.free = store.end;
  }

  get opened() {
    if (!this.training) throw new Error("open a network first");
    return this.training;
  }

  // pace: how many milliseconds an epoch takes at least, so that a person sees what it changes.
  run(pace = 0) {
    if (this.opened.finished) this.opened.goOn();
    this.pace = { least: pace, from: performance.now() - pace * (this.opened.batch / this.opened.steps) };
    if (this.running) return;
    this.running = true;
    const turn = ++this.turn;
    setTimeout(() => this.work(turn));
  }

  // Whether the epoch has come further than the pace lets it.
  get isAhead() {
    const { batch, steps } = this.opened;
    return performance.now() - this.pace.from < (this.pace.least * batch) / steps;
  }

  pause() {
    this.running = false;
    if (this.training) this.progress();
  }

  // Steps until the slice is over; the page hears of it now and then, of the end of an epoch each time.
  /** @param {number} turn */
  work(turn) {
    const begun = performance.now();
    const goesOn = () => this.running && turn === this.turn;
    while (goesOn() && !this.isAhead && performance.now() - begun < this.slice) this.advance();
    if (performance.now() - this.heard > TOLD_EVERY && this.training) {
      this.heard = performance.now();
      this.progress();
    }
    if (goesOn()) setTimeout(() => this.work(turn));
  }

  // A step, and what ends with it.
  advance() {
    const { opened } = this;
    const before = performance.now();
    const trouble = opened.step();
    if (trouble) return this.trouble(trouble);
    this.seconds += (performance.now() - before) / 1000;
    this.complete();
  }

  // After an epoch's last step: judges, and takes up the next.
  complete() {
    const { opened } = this;
    if (opened.batch < opened.steps) return;
    const { judged, trouble: found } = opened.completeEpoch();
    if (judged) this.tell("epoch", { ...judged, seconds: this.seconds, parameters: this.parameters() });
    this.seconds = 0;
    this.pace.from = performance.now();
    if (found) this.trouble(found);
    if (opened.finished) {
      this.running = false;
      this.tell("done", { epoch: opened.epoch });
    }
  }

  // Each kind is told once.
  /** @param {Trouble} trouble */
  trouble({ what, facts }) {
    if (facts.stopped) this.running = false;
    if (!this.told.has(what)) this.tell("trouble", { what, facts });
    this.told.add(what);
  }

  parameters() {
    const { parameters, trouble } = this.opened.look();
    if (trouble) this.trouble(trouble);
    return parameters;
  }

  progress() {
    const { epoch, batch, steps, lastLoss } = this.opened;
    this.tell("progress", { epoch, step: batch, steps, loss: lastLoss, parameters: this.parameters() });
  }

  // Gives the loss of its batch before and after.
  step() {
    const { opened } = this;
    if (opened.finished) opened.goOn();
    const trouble = opened.step();
    if (trouble) this.trouble(trouble);
    const told = trouble ? { loss: null, after: null, examples: 0 } : { loss: opened.lastLoss, ...opened.again() };
    if (!trouble) this.complete();
    this.progress();
    return told;
  }

  epoch() {
    const { opened } = this;
    if (opened.finished) opened.goOn();
    const { epoch } = opened;
    this.running = true;
    while (this.running && opened.epoch === epoch) this.advance();
    this.running = false;
    this.progress();
  }

  /** @param {Partial<Settings>} settings */
  change(settings) {
    this.opened.change(settings);
    this.told.clear();
  }

  close() {
    this.running = false;
    [this.training, this.data, this.store, this.kernels] = [null, null, null, null];
  }
}
