// A net of one's own while it trains: what it was, what it is, and the learner that changes it. No page: views look at it.

/** @import { Judged } from "#views/learning_curve.js" */
/** @import { Learner } from "#engine/learner.js" */
/** @import { Data } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @typedef {{ what: string, facts: { [name: string]: number | boolean | null } }} Trouble */
/** @typedef {{ kind: "ready" | "running" | "step" | "epoch" | "paused" | "done", from?: number, to?: number, examples?: number }} Last what happened to it last */
/**
 * @typedef {object} Net a net with all that made it; replaced as a whole, so that one may go back to it
 * @property {string} name of the file that it came from, or none
 * @property {boolean} given whether it was trained elsewhere, nobody here knows how
 * @property {Settings} settings
 * @property {Float32Array | null} parameters in Python's order; null before its learner has made them
 * @property {Judged[]} records
 * @property {number} steps
 * @property {number} at the epochs done, with the part of the one that runs
 * @property {number} until which epoch it trains
 * @property {Trouble | null} trouble
 * @property {Last} last
 * @property {number[]} found the neurons whose strokes were told of
 * @property {number} foundIn the epoch in which the last of them was
 */

const FIRST = 5; // times the pace: the first epoch

// Whether it is more than a start by chance.
/** @type {(net: Net) => boolean} */
export const isTrained = ({ steps, given }) => steps > 0 || given;

/** @type {(settings: Settings) => number} */
export const stepsOf = ({ examples, batch }) => Math.ceil(examples / batch);

export const newNet = (/** @type {Settings} */ settings) => /** @type {Net} */ ({ name: "", given: false, settings, parameters: null, records: [], steps: 0, at: 0, until: settings.epochs, trouble: null, last: { kind: "ready" }, found: [], foundIn: 0 });

export class TrainingSession extends EventTarget {
  // Events: "change" (the net is another), "epoch" (one is done), "end" (it stopped by itself: done, or in trouble).
  /** @param {Learner} learner @param {Data} data @param {Net} net */
  constructor(learner, data, net) {
    super();
    this.learner = learner;
    this.data = data;
    this.net = net;
    this.running = false;
    this.isOpen = false; // whether the learner has this net
    this.base = { epochs: 0, steps: 0 }; // what was done before the learner was opened
    this.pace = 0; // that it keeps for a person who watches
    this.judging = false;
    const hear = (/** @type {string} */ name, /** @type {(told: any) => void} */ take) => learner.addEventListener(name, (event) => this.isOpen && take(/** @type {CustomEvent} */ (event).detail));
    hear("progress", (told) => this.progress(told));
    hear("epoch", (told) => this.epochDone(told));
    hear("trouble", (told) => this.troubled(told));
    hear("done", () => this.end({ last: { kind: "done" }, trouble: this.net.trouble ?? endTrouble(this.net) }));
  }

  /** @param {Partial<Net>} parts */
  update(parts) {
    this.net = { ...this.net, ...parts };
    this.dispatchEvent(new Event("change"));
  }

  // Another net, or the same as it once was.
  /** @param {Net} net */
  async take(net) {
    await this.pause();
    this.isOpen = false;
    this.update(net);
    if (!net.parameters) await this.open();
  }

  // A net that is new gets its start here, and is judged once before it learns.
  async open() {
    if (this.isOpen) return;
    const { net } = this;
    const { parameters } = await this.learner.open({ settings: { ...net.settings, epochs: Math.max(1, net.until - Math.floor(net.at)) }, data: this.data, parameters: net.parameters ?? undefined });
    if (net !== this.net) return; // another has been taken meanwhile
    this.base = { epochs: Math.floor(net.at), steps: net.steps };
    this.isOpen = true;
    if (net.records.length) return;
    const records = await this.judged();
    if (net === this.net) this.update({ parameters, records });
  }

  // pace: milliseconds that an epoch takes at least; the first one, in which most is seen, so many times that.
  /** @param {number} pace */
  async run(pace) {
    await this.open();
    this.running = true;
    this.pace = pace;
    const { at, until, settings } = this.net;
    this.update({ last: { kind: "running" }, trouble: null, until: at < until ? until : Math.floor(at) + settings.epochs });
    await this.learner.run(this.net.at < 1 ? FIRST * pace : pace);
  }

  async pause() {
    if (!this.running) return;
    this.running = false;
    await this.learner.pause();
    const parameters = await this.learner.parameters();
    this.update({ parameters, records: await this.judged(), last: { kind: "paused" } });
  }

  // The records, with how good it is now where that stands between two epochs.
  async judged() {
    const { right, count, epoch, step } = await this.learner.mistakes();
    const { records } = this.net;
    const at = this.base.epochs + epoch + step / stepsOf(this.net.settings);
    if (at <= (records[records.length - 1]?.epoch ?? -1)) return records;
    return [...records, { epoch: at, validation: right / count, training: null, loss: null }];
  }

  // In a first epoch most is learned: it is judged on the way too, if one watches.
  async judgeOnTheWay() {
    if (this.judging || this.net.at >= 1 || !this.pace) return;
    this.judging = true;
    const { net } = this;
    const records = await this.judged();
    this.judging = false;
    if (this.isOpen && this.net.settings === net.settings) this.update({ records });
  }

  async step() {
    await this.open();
    const { loss, after, examples } = await this.learner.step();
    const records = await this.judged();
    if (loss !== null && after !== null) this.update({ records, last: { kind: "step", from: loss, to: after, examples } });
  }

  async epoch() {
    await this.open();
    await this.learner.epoch();
    this.update({ last: { kind: "epoch" } });
  }

  /** @param {{ epoch: number, step: number, steps: number, loss: number, parameters: Float32Array }} told */
  progress({ epoch, step, steps, parameters }) {
    const at = this.base.epochs + epoch + step / steps;
    this.update({ parameters, at, steps: this.base.steps + epoch * steps + step });
    if (this.running) this.judgeOnTheWay();
  }

  /** @param {{ epoch: number, trainingLoss: number, trainingAccuracy: number, validationAccuracy: number, parameters: Float32Array }} told */
  epochDone({ epoch, trainingLoss, trainingAccuracy, validationAccuracy, parameters }) {
    const at = this.base.epochs + epoch;
    const record = { epoch: at, validation: validationAccuracy, training: trainingAccuracy, loss: trainingLoss };
    const steps = this.base.steps + epoch * stepsOf(this.net.settings);
    this.update({ parameters, at, steps, records: [...this.net.records, record] });
    this.dispatchEvent(new Event("epoch"));
    if (this.running && at === 1 && this.net.at < this.net.until) this.learner.run(this.pace);
  }

  /** @param {Trouble & { facts: { stopped?: boolean } }} trouble */
  troubled(trouble) {
    const steps = Math.max(this.net.steps, this.base.steps + Number(trouble.facts.step ?? 0));
    if (trouble.facts.stopped) this.end({ trouble, steps });
    else this.update({ trouble });
  }

  /** @param {Partial<Net>} parts */
  end(parts) {
    this.running = false;
    this.update(parts);
    this.dispatchEvent(new Event("end"));
  }
}

const BY_HEART = 0.1; // of all answers: by how much more of what it learned from it reads than of what it never saw

// What only the end of a training tells: a hidden layer without a bend is for nothing, and few examples are learned by heart.
/** @type {(net: Net) => Trouble | null} */
function endTrouble({ settings: { hidden, activation }, records }) {
  const last = records[records.length - 1];
  if (hidden.length && activation === "identity") return { what: "linear", facts: {} };
  return last?.training && last.training - last.validation > BY_HEART ? { what: "overfit", facts: {} } : null;
}
