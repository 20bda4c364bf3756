// What a learner on a page asks for, wherever it is computed: in a worker, or in slices of the page's own time.

import { PIXELS } from "#engine/digits.js";
import { Examples } from "#engine/examples.js";
import { gradientCheck } from "#engine/gradient_check.js";
import { mistakes } from "#engine/judging.js";
import { kernelsFor } from "#engine/kernels.js";
import { Store } from "#engine/store.js";
import { Training, USUAL } from "#engine/training.js";

/** @import { Digits } from "#engine/digits.js" */
/** @import { Kernels } from "#engine/plain_kernels.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { Trouble } from "#engine/trouble.js" */

/** @typedef {{ inputs: Float32Array, labels: Uint8Array }} Numbers */
/** @typedef {{ kind: "digits", classes?: number, validation: Digits } & Digits} DigitData */
/** @typedef {{ kind: "numbers", width: number, classes?: number, validation: Numbers } & Numbers} NumberData */
/** @typedef {DigitData | NumberData} Data validation with no examples: the training examples are validated on */
/** @typedef {(event: string, detail: object) => void} Tell */

const GRAY = 255;
const TOLD_EVERY = 80; // milliseconds: what is drawn anew each time costs more than the steps between
const MOST_UNHEARD = 3; // pieces of news on their way

export class Session {
  /** @param {Tell} tell @param {number} slice how long it computes before it listens again, in milliseconds */
  constructor(tell, slice) {
    this.deliver = tell;
    this.slice = slice;
    this.running = false;
    this.turn = 0; // which run it is
    /** @type {Promise<any>} */
    this.opening = Promise.resolve(); // which takes a while, so that what is asked meanwhile waits for it
    this.unheard = 0; // news that the page has not taken in yet
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

  /** @param {string} event @param {object} detail */
  tell(event, detail) {
    this.unheard++;
    this.deliver(event, detail);
  }

  // The page has taken in a piece of news. A page that is slower than the training holds it up, and is not buried in news.
  hear() {
    this.unheard--;
  }

  // Whatever a learner may ask, by its name, in the order in which it is asked.
  /** @param {string} name @param {any[]} given @returns {Promise<any>} */
  ask(name, given) {
    const answer = this.opening.then(() => this.answer(name, given));
    if (name === "open") this.opening = answer.catch(() => null);
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
    const classes = data.classes ?? 1 + data.labels.reduce((most, label) => Math.max(most, label), 1);
    [this.store, this.kernels, this.kind] = [store, kernels, kind];
    this.data = { training, validation, classes };
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
    if (!this.running) this.start();
  }

  // Works until it is stopped, or there is enough; whoever waits for that is told.
  start(enough = () => false) {
    this.running = true;
    const turn = ++this.turn;
    return new Promise((ended) => setTimeout(() => this.work(turn, enough, ended)));
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
  /** @param {number} turn @param {() => boolean} enough @param {(value: null) => void} ended */
  work(turn, enough, ended) {
    const begun = performance.now();
    const goesOn = () => this.running && turn === this.turn && !enough();
    const hasTime = () => this.unheard <= MOST_UNHEARD && !this.isAhead && performance.now() - begun < this.slice;
    if (goesOn() && !this.unheard && begun - this.heard > TOLD_EVERY) this.progress();
    while (goesOn() && hasTime()) this.advance();
    if (goesOn()) return void setTimeout(() => this.work(turn, enough, ended));
    if (this.running && turn === this.turn) this.pause();
    ended(null);
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
    this.heard = performance.now();
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
    this.pace.least = 0;
    return this.start(() => opened.epoch > epoch);
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
