// One's own net, the net before, and the settings of the next one; all that may be done with them, and taken back.

import { USUAL } from "#engine/training.js";
import { words } from "#text/language.js";
import { valueInWords } from "#views/net_knobs.js";
import { isTrained, newNet, TrainingSession } from "#views/training_session.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Data } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { History } from "#views/history.js" */
/** @import { Net } from "#views/training_session.js" */
/** @typedef {{ net: Net, before: Net | null, knobs: Settings }} Snapshot what an act changes */

const PACE = 300; // milliseconds that an epoch takes at least, so that one sees what it changes
export const FULL_SPEED = 0;

export class Learning extends EventTarget {
  // Events: "change", "epoch", "end" as of its session; "done" ({ detail: what was just done, in words }).
  /** @param {{ learner: Learner, data: Data, history: History, before: Net | null, usual: Settings }} parts */
  constructor({ learner, data, history, before, usual }) {
    super();
    this.history = history;
    this.before = before;
    this.usual = usual;
    this.knobs = usual;
    this.pace = PACE;
    this.last = /** @type {Promise<any>} */ (Promise.resolve()); // what is being done
    this.session = new TrainingSession(learner, data, newNet(usual));
    for (const name of ["change", "epoch", "end"]) this.session.addEventListener(name, () => this.dispatchEvent(new Event(name)));
  }

  get net() {
    return this.session.net;
  }

  get running() {
    return this.session.running;
  }

  // The net that the visitor has: one's own once it has learned anything, else the one before.
  get current() {
    return isTrained(this.net) || !this.before ? this.net : this.before;
  }

  // Whether the next net would be another than this one.
  get turned() {
    return JSON.stringify(this.knobs) !== JSON.stringify(this.net.settings);
  }

  /** @returns {Snapshot} */
  snapshot() {
    return { net: this.net, before: this.before, knobs: this.knobs };
  }

  // Many epochs are shorter, so that nobody waits for ever.
  /** @param {Settings} settings */
  paceOf({ epochs }) {
    return Math.min(this.pace, (this.pace * USUAL.epochs) / epochs);
  }

  // One thing after another: what is asked for while another is done waits for it.
  /** @template Result @param {() => Promise<Result>} work @returns {Promise<Result>} */
  inTurn(work) {
    const done = this.last.then(work);
    this.last = done.catch(() => null);
    return done;
  }

  // Gives the way to where it is now.
  /** @param {Snapshot} to @returns {Promise<() => Promise<any>>} */
  restore(to) {
    return this.inTurn(async () => {
      await this.session.pause();
      const now = this.snapshot();
      this.before = to.before;
      this.knobs = to.knobs;
      await this.session.take(to.net);
      return () => this.restore(now);
    });
  }

  // What is done by an act may be taken back.
  /** @param {string} name @param {() => Promise<void>} work */
  act(name, work) {
    return this.inTurn(async () => {
      const back = this.snapshot();
      this.history.did(name, () => this.restore(back));
      await work();
    });
  }

  // Whether its gradient is what two losses say.
  check() {
    return this.inTurn(async () => {
      await this.session.open();
      return this.session.learner.gradientCheck();
    });
  }

  // The start of a new net, before anybody trains it.
  open() {
    return this.inTurn(() => this.session.open());
  }

  // A new net; the one that has learned something stays beside it, if it is not broken.
  /** @param {Settings} settings @param {string} name @param {number} [pace] */
  begin(settings, name, pace = this.paceOf(settings)) {
    return this.act(name, async () => {
      await this.session.pause();
      if (isTrained(this.net) && !this.net.trouble?.facts.stopped) this.before = this.net;
      this.knobs = settings;
      await this.session.take(newNet(settings));
      await this.session.run(pace);
    });
  }

  go() {
    return this.act(isTrained(this.net) ? words.learn.acts.goOn : words.learn.acts.train, () => this.session.run(this.paceOf(this.net.settings)));
  }

  pause() {
    return this.inTurn(() => this.session.pause());
  }

  step() {
    return this.act(words.learn.acts.step, () => this.session.step());
  }

  epoch() {
    return this.act(words.learn.acts.epoch, () => this.session.epoch());
  }

  // A knob: of a net that has learned nothing yet at once, else of the next one.
  /** @param {Partial<Settings>} settings */
  async turn(settings) {
    const before = this.knobs;
    const name = Object.entries(settings).map(([of, value]) => `${words.learn.knobs[/** @type {keyof typeof words.learn.knobs} */ (of)]} ${valueInWords(/** @type {keyof Settings} */ (of), value)}`).join(", ");
    this.history.did(name, () => this.turnBack(before));
    await this.set({ ...before, ...settings });
    return name;
  }

  /** @param {Settings} knobs @returns {Promise<() => Promise<any>>} */
  async turnBack(knobs) {
    const now = this.knobs;
    await this.set(knobs);
    return () => this.turnBack(now);
  }

  /** @param {Settings} knobs */
  set(knobs) {
    return this.inTurn(async () => {
      this.knobs = knobs;
      if (isTrained(this.net) || this.running) this.dispatchEvent(new Event("change"));
      else await this.session.take(newNet(knobs));
    });
  }

  // The other net in one's own place.
  swap() {
    const { before } = this;
    if (!before) return Promise.resolve();
    return this.act(words.learn.acts.swap, async () => {
      await this.session.pause();
      this.before = this.net;
      await this.session.take(before);
    });
  }

  // A net from a file, in the place of the one before.
  /** @param {Net} net */
  beside(net) {
    return this.act(words.learn.acts.open, async () => {
      this.before = net;
      this.dispatchEvent(new Event("change"));
    });
  }
}
