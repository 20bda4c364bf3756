// The small net of the plane, and what its training says: it goes on where it is when points are set meanwhile.

import { pointData } from "#engine/point_sets.js";
import { answersAt } from "#engine/regions.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Point } from "#engine/point_sets.js" */
/** @import { Net } from "#engine/regions.js" */
/** @import { Settings } from "#engine/training.js" */
/** @typedef {{ what: string, facts: { [name: string]: number } }} Found */

const PACE = 25; // milliseconds that an epoch takes at least, so that one sees the regions form
const EPOCHS = 300; // of a run
const [PATIENCE, LEVEL, GOOD] = [100, 0.97, 0.96]; // epochs after which a loss that is hardly lower, of so few right, is told

/** @type {Settings} */
export const USUAL_PLANE = { hidden: [4], activation: "relu", optimizer: "momentum", rate: 0.03, momentum: 0.9, batch: 10, examples: Infinity, schedule: "constant", epochs: EPOCHS, shift: 0, initial: "he", seed: 1, penalty: 0 };

// Events: "change" (parameters, or what it does), "trouble" ({ detail: Found }).
export class PlaneTraining extends EventTarget {
  /** @param {() => Learner} made */
  constructor(made) {
    super();
    this.made = made;
    this.learner = /** @type {Learner | null} */ (null);
    this.settings = USUAL_PLANE;
    this.points = /** @type {Point[]} */ ([]);
    this.kinds = 2;
    this.state = /** @type {"ready" | "running" | "paused" | "done"} */ ("ready");
    this.parameters = /** @type {Float32Array} */ (new Float32Array());
    this.losses = /** @type {number[]} */ ([]); // of each epoch since it began
    this.told = /** @type {Set<string>} */ (new Set());
    this.opening = /** @type {Promise<void>} */ (Promise.resolve());
  }

  /** @returns {Net} */
  get net() {
    const { hidden, activation } = this.settings;
    return { sizes: [2, ...hidden, this.kinds], activation, parameters: this.parameters };
  }

  get epochs() {
    return this.losses.length;
  }

  // Places of the points that it takes for others.
  get wrong() {
    const said = answersAt(this.net, this.points);
    return new Set(this.points.flatMap(({ kind }, place) => (kind === said[place] ? [] : [place])));
  }

  start() {
    const learner = this.made();
    learner.addEventListener("progress", (event) => this.follow(/** @type {CustomEvent} */ (event).detail));
    learner.addEventListener("epoch", (event) => this.judge(/** @type {CustomEvent} */ (event).detail));
    learner.addEventListener("trouble", (event) => this.hear(/** @type {CustomEvent} */ (event).detail));
    learner.addEventListener("done", () => this.turn("done"));
    return learner;
  }

  // Another net, or the same with other points: `on` keeps its parameters.
  /** @param {{ points: Point[], kinds: number, settings: Settings }} given @param {boolean} [on] */
  async open({ points, kinds, settings }, on = false) {
    const same = on && kinds === this.kinds && this.parameters.length > 0;
    Object.assign(this, { points, kinds, settings });
    if (!same) Object.assign(this, { losses: [], told: new Set(), state: this.state === "running" ? "running" : "ready" });
    if (!points.length) return this.turn("ready");
    this.opening = this.opening.then(() => this.reopen(same ? this.parameters : undefined));
    await this.opening;
  }

  /** @param {Float32Array} [parameters] */
  async reopen(parameters) {
    this.learner ??= this.start();
    const { settings, points, kinds } = this;
    const opened = await this.learner.open({ settings, data: pointData(points, kinds), parameters });
    this.parameters = Float32Array.from(opened.parameters);
    if (this.state === "running") await this.learner.run(PACE);
    this.dispatchEvent(new Event("change"));
  }

  async run() {
    await this.opening;
    if (!this.points.length) return;
    this.turn("running");
    await this.learner?.run(PACE);
  }

  async pause() {
    if (this.state === "running") this.turn("paused");
    await this.learner?.pause();
  }

  async step() {
    await this.opening;
    this.turn("paused");
    await this.learner?.epoch();
  }

  /** @param {PlaneTraining["state"]} state */
  turn(state) {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }

  /** @param {{ parameters: Float32Array }} progress */
  follow({ parameters }) {
    if (parameters.length !== this.parameters.length) return; // of a net before
    this.parameters = parameters;
    this.dispatchEvent(new Event("change"));
  }

  // What an epoch came to; told once where it no longer gets better, with the cause that is likeliest.
  /** @param {{ trainingLoss: number, trainingAccuracy: number }} epoch */
  judge({ trainingLoss, trainingAccuracy }) {
    this.losses.push(trainingLoss);
    const before = this.losses[this.losses.length - 1 - PATIENCE];
    if (before === undefined || trainingAccuracy >= GOOD || trainingLoss < LEVEL * before) return;
    const { hidden, activation, rate } = this.settings;
    const what = !hidden.length || activation === "identity" ? "linear" : rate >= 0.3 ? "wild" : rate <= 0.003 ? "slow" : "few";
    this.tell({ what, facts: { neurons: hidden.reduce((sum, units) => sum + units, 0), accuracy: trainingAccuracy, rate } });
  }

  // The learner's own signs of what broke; the rest is normal in a plane.
  /** @param {Found} found */
  hear({ what, facts }) {
    if (what === "diverged" || what === "equal" || (what === "dead" && facts.stopped)) {
      if (what !== "equal") this.turn("paused");
      this.tell({ what, facts });
    }
  }

  /** @param {Found} found */
  tell(found) {
    if (this.told.has(found.what)) return;
    this.told.add(found.what);
    this.dispatchEvent(new CustomEvent("trouble", { detail: found }));
  }
}
