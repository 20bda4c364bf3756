// The plane: two inputs, points that the visitor sets, a small net, and what it says everywhere while it learns.

import { inside, kindsOf, MOST_KINDS, pointSet, SETS } from "#engine/point_sets.js";
import { raisedBy, regionsOf } from "#engine/regions.js";
import { packedPoints, unpackedPoints } from "#text/packing.js";
import { words } from "#text/language.js";
import { draw, make } from "#views/elements.js";
import { readWidths, STOPS } from "#views/knob_values.js";
import { markPicture } from "#views/marks.js";
import { choice, knob, valueInWords } from "#views/net_knobs.js";
import { NeuronMaps } from "#views/neuron_maps.js";
import { paper } from "#views/paper.js";
import { openPaste } from "#views/paste_dialog.js";
import { planeSentence, planeTrouble } from "#views/plane_words.js";
import { PlaneTraining, USUAL_PLANE } from "#views/plane_training.js";
import { PointPad, WIDTH } from "#views/point_pad.js";
import { borderPath, paintNeuron, paintRegions, strengthOf } from "#views/region_picture.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Axis } from "#engine/pasted_table.js" */
/** @import { Point, SetName } from "#engine/point_sets.js" */
/** @import { Regions } from "#engine/regions.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { Link } from "#text/link.js" */
/** @import { Action, Frame } from "#views/frame.js" */
/** @import { History } from "#views/history.js" */
/** @import { Pasted } from "#views/paste_dialog.js" */
/** @import { Found } from "#views/plane_training.js" */
/** @typedef {{ points: Point[], kinds: number, names: string[], axes: Axis[] | null, settings: Settings, set: SetName | "" }} Plane what an act changes */

const LEAST_KINDS = 2;
const [MOVING, STILL] = [96, 160]; // pixels of a side
const HIDDEN = [[], [1], [2], [3], [4], [6], [8], [12], [16]];
const ACTIVATIONS = ["relu", "tanh", "sigmoid", "identity"];
const LARGE = 64; // neurons of a layer: more take longer than a picture

export class PlaneView {
  /** @param {Frame} frame @param {{ learner: () => Learner, history: History }} parts */
  constructor(frame, { learner, history }) {
    this.frame = frame;
    this.history = history;
    this.name = "plane";
    this.title = words.plane.title;
    this.training = new PlaneTraining(learner);
    this.plane = /** @type {Plane} */ ({ points: pointSet("moons", 2), kinds: 2, names: [], axes: null, settings: USUAL_PLANE, set: "moons" });
    this.kind = 0;
    this.wiping = false;
    this.watched = /** @type {number[] | null} */ (null); // the neuron that fills the plane
    this.pasted = /** @type {Pasted | null} */ (null);
    this.justPasted = false;
    this.before = /** @type {Plane | null} */ (null); // the gesture under way
    this.elsewhere = ""; // what the frame says of the net of the other views
    this.drawn = 0; // the frame in which it will be
    this.regions = /** @type {Regions | null} */ (null);
    this.pad = new PointPad({ edit: (points, ended) => this.edit(points, ended), choose: (kind) => this.choose(kind) });
    this.maps = new NeuronMaps((neuron) => this.watch(neuron));
    this.element = this.build();
    this.showKinds();
    this.training.addEventListener("change", () => this.changed());
    this.training.addEventListener("trouble", (event) => this.trouble(/** @type {CustomEvent<Found>} */ (event).detail));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
    paper.addEventListener("change", () => this.paint());
  }

  build() {
    const { plane } = words;
    const plain = (/** @type {string} */ label, /** @type {() => void} */ run) => make("button", { type: "button", className: "plain", onclick: run }, label);
    this.marks = make("div", { className: "kinds", role: "group", ariaLabel: plane.marks });
    this.wiper = make("button", { type: "button", className: "wiper", onclick: () => this.wipe() }, plane.wipe);
    this.more = plain(plane.moreKinds, () => this.count(1));
    this.fewer = plain(plane.fewerKinds, () => this.count(-1));
    const sets = SETS.map((name) => make("button", { type: "button", className: "set", onclick: () => this.take(name) }, setPicture(name), plane.sets[name]));
    const turned = (/** @type {Partial<Settings>} */ settings) => this.turn(settings);
    this.knobs = [
      knob("hidden", HIDDEN, (text) => small(readWidths(text)), turned),
      knob("rate", STOPS.rate, (text) => ({ value: Number(text.replace(",", ".")) || USUAL_PLANE.rate }), turned),
      choice("activation", ACTIVATIONS, turned),
    ];
    const points = make("section", { className: "points", ariaLabel: plane.points }, make("div", { className: "tools" }, this.marks, this.wiper), make("p", { className: "more-tools" }, this.more, this.fewer, plain(plane.clear, () => this.clear()), plain(plane.paste, () => this.paste())));
    const side = make("div", { className: "side" }, points, make("section", { className: "sets", ariaLabel: plane.ready }, ...sets), make("section", { className: "knobs", ariaLabel: plane.net }, ...this.knobs.map(({ element }) => element)), this.maps.element);
    return make("section", { className: "plane-view", ariaLabel: plane.title }, this.pad.element, side);
  }

  get netInWords() {
    return [2, ...this.plane.settings.hidden, this.plane.kinds].join(" → ");
  }

  enter() {
    this.elsewhere = this.frame.net.textContent ?? "";
    if (!this.training.parameters.length) void this.open();
    this.showAll();
  }

  leave() {
    this.frame.about(this.elsewhere);
    void this.training.pause();
  }

  // The training takes the points and settings on show; `on`: with the parameters it has.
  open(on = false) {
    return this.training.open(this.plane, on);
  }

  /** @param {Partial<Plane>} parts @param {string} act @param {boolean} [on] */
  change(parts, act, on = false) {
    const before = this.plane;
    this.history.did(act, () => this.restore(before));
    return this.set({ ...before, ...parts }, on);
  }

  /** @param {Plane} plane @returns {Promise<() => Promise<any>>} */
  async restore(plane) {
    const now = this.plane;
    await this.set(plane);
    return () => this.restore(now);
  }

  /** @param {Plane} plane @param {boolean} [on] */
  async set(plane, on = false) {
    this.plane = plane;
    this.kind = Math.min(this.kind, plane.kinds - 1);
    this.frame.shownTrouble = null;
    const opened = this.open(on);
    this.showAll();
    await opened;
  }

  // While a gesture goes on points follow it; at its end the net learns from them too.
  /** @param {Point[]} points @param {boolean} ended */
  edit(points, ended) {
    this.before ??= this.plane;
    this.justPasted = false;
    this.plane = /** @type {Plane} */ ({ ...this.plane, points, set: "" });
    this.showPoints();
    this.frame.refresh();
    if (!ended) return;
    const before = this.before;
    this.before = null;
    if (before.points === points) return;
    this.history.did(words.plane.acts.points, () => this.restore(before));
    void this.open(true);
  }

  /** @param {number} kind */
  choose(kind) {
    if (kind >= this.plane.kinds) return;
    this.kind = kind;
    this.wiping = false;
    this.showKinds();
    this.showPoints();
  }

  wipe() {
    this.wiping = !this.wiping;
    this.showKinds();
    this.showPoints();
  }

  /** @param {number} by */
  count(by) {
    const kinds = Math.max(LEAST_KINDS, Math.min(MOST_KINDS, this.plane.kinds + by));
    const { set } = this.plane;
    const points = set && kindsOf(set, kinds) === kinds ? pointSet(set, kinds) : this.plane.points.filter(({ kind }) => kind < kinds);
    void this.change({ kinds, points, names: this.plane.names.slice(0, kinds) }, by > 0 ? words.plane.moreKinds : words.plane.fewerKinds);
  }

  /** @param {SetName} name */
  take(name) {
    this.justPasted = false;
    const kinds = kindsOf(name, name === "clouds" ? Math.max(3, this.plane.kinds) : this.plane.kinds);
    void this.change({ points: pointSet(name, kinds), kinds, names: [], axes: null, set: name }, words.plane.sets[name]);
  }

  clear() {
    this.justPasted = false;
    void this.change({ points: [], names: [], axes: null, set: "" }, words.plane.clear);
  }

  paste() {
    openPaste(this.pasted, (pasted) => {
      const { points, kinds, axes } = pasted.placed;
      Object.assign(this, { pasted, justPasted: true });
      void this.change({ points, kinds: Math.max(LEAST_KINDS, kinds.length), names: kinds, axes, set: "" }, words.plane.paste);
    });
  }

  /** @param {Partial<Settings>} settings */
  turn(settings) {
    const [[name, value]] = Object.entries(settings);
    const act = `${words.learn.knobs[/** @type {"rate"} */ (name)]} ${valueInWords(/** @type {keyof Settings} */ (name), value)}`;
    return this.change({ settings: { ...this.plane.settings, ...settings } }, act, name === "rate");
  }

  anew() {
    const { settings } = this.plane;
    return this.change({ settings: { ...settings, seed: settings.seed + 1 } }, words.plane.anew);
  }

  showAll() {
    this.maps.build(this.plane.settings.hidden);
    for (const { show } of this.knobs ?? []) show(this.plane.settings);
    this.showKinds();
    this.changed();
    if (this.frame.view === this) this.frame.refresh();
  }

  showKinds() {
    const { kinds, names } = this.plane;
    const buttons = Array.from({ length: kinds }, (_, kind) => make("button", { type: "button", ariaPressed: String(!this.wiping && kind === this.kind), onclick: () => this.choose(kind) }, markPicture(kind), names[kind] ?? words.plane.letter(kind)));
    this.marks?.replaceChildren(...buttons);
    this.wiper?.setAttribute("aria-pressed", String(this.wiping));
    if (this.frame.view === this) this.frame.about(this.netInWords);
    if (this.more) this.more.disabled = kinds >= MOST_KINDS;
    if (this.fewer) this.fewer.disabled = kinds <= LEAST_KINDS;
  }

  showPoints() {
    const { points, axes } = this.plane;
    const known = this.training.points === points && this.training.epochs > 0;
    this.pad.show({ points, wrong: known ? this.training.wrong : new Set(), kind: this.kind, wiping: this.wiping, axes });
  }

  changed() {
    if (this.frame.view !== this || this.drawn) return;
    this.drawn = requestAnimationFrame(() => {
      this.drawn = 0;
      this.paint();
      this.showPoints();
      this.frame.refresh();
    });
  }

  paint() {
    const { net, state } = this.training;
    if (!net.parameters.length || net.sizes[net.sizes.length - 1] !== this.plane.kinds) return;
    const wide = net.sizes.some((units) => units > LARGE);
    this.regions = regionsOf(net, state === "running" || wide ? MOVING : STILL);
    const last = net.sizes.length - 3;
    this.maps.show(this.regions, Array.from({ length: net.sizes[last + 1] ?? 0 }, (_, unit) => raisedBy(net, unit)));
    this.paintPlane(this.regions);
  }

  /** @param {Regions} regions */
  paintPlane({ side, said, sure, neurons }) {
    const values = this.watched && neurons[this.watched[0]]?.[this.watched[1]];
    if (values) paintNeuron(this.pad.canvas, side, values);
    else paintRegions(this.pad.canvas, side, said, (place) => strengthOf(sure[place]));
    this.pad.border.setAttribute("d", values ? "" : borderPath({ side, said, sure }, WIDTH));
  }

  /** @param {number[] | null} neuron */
  watch(neuron) {
    this.watched = neuron;
    if (this.regions) this.paintPlane(this.regions);
    this.frame.refresh();
  }

  /** @param {Found} found */
  trouble(found) {
    const { text, label, settings } = planeTrouble(found, this.plane.settings);
    const mend = () => {
      this.frame.trouble(null);
      void this.turn(settings).then(() => this.training.run());
    };
    if (this.frame.view === this) this.frame.trouble({ text, actions: [{ label, run: mend, primary: true }] });
  }

  sentence() {
    return planeSentence({ plane: this.plane, training: this.training, watched: this.watched, pasted: this.justPasted ? this.pasted : null });
  }

  /** @returns {Action[]} */
  actions() {
    const { plane } = words;
    const { state } = this.training;
    const none = new Set(this.plane.points.map(({ kind }) => kind)).size < 2;
    const go = state === "running" ? { label: plane.pause, run: () => void this.training.pause() } : { label: state === "ready" ? plane.train : plane.goOn, run: () => this.run() };
    const notSo = this.justPasted && state !== "running" ? [{ label: plane.notSo, run: () => this.paste() }] : [];
    return [...notSo, { label: plane.anew, run: () => void this.anew(), disabled: none }, { label: plane.epoch, run: () => void this.training.step(), disabled: none }, { ...go, primary: true, disabled: none }];
  }

  run() {
    this.justPasted = false;
    void this.training.run();
  }

  // What a link carries: the points, and the net by its settings and seed.
  /** @returns {Promise<Partial<Link>>} */
  async link() {
    const { points, settings } = this.plane;
    const { hidden, rate, activation, seed } = settings;
    return { points: await packedPoints(points), settings: { hidden, rate, activation, seed } };
  }

  // Points of one's own give way to a link's only by a yes.
  /** @param {Link} link */
  async follow({ points, settings }) {
    if (points === undefined && !settings) return;
    const found = points === undefined ? null : await unpackedPoints(points, MOST_KINDS);
    if (points !== undefined && !found) return this.frame.trouble({ text: words.plane.noPoints, actions: [] });
    const wanted = { ...this.plane.settings, ...settings };
    const placedPoints = found?.map(({ x, y, kind }) => ({ x: inside(x), y: inside(y), kind })) ?? this.plane.points;
    const kinds = Math.max(LEAST_KINDS, ...placedPoints.map(({ kind }) => kind + 1));
    const take = () => {
      this.frame.trouble(null);
      void this.change({ points: placedPoints, kinds, names: [], axes: null, settings: { ...wanted, hidden: wanted.hidden.slice(0, 3).map((units) => Math.min(units, LARGE)) }, set: "" }, words.plane.fromLink);
    };
    if (!this.history.past.length && this.training.state === "ready") return take();
    this.frame.trouble({ text: words.plane.bringsPoints(placedPoints.length), question: true, actions: [{ label: words.plane.showPoints, run: take, primary: true }] });
  }
}

/** @type {(name: SetName) => SVGElement} */
function setPicture(name) {
  const points = pointSet(name, kindsOf(name, name === "clouds" ? 3 : 2)).filter((_, place) => place % 5 < 3);
  return draw("svg", { class: "set-picture", viewBox: "-20 -20 40 40", "aria-hidden": "true" }, ...points.map(({ x, y, kind }) => draw("circle", { class: `kind-${kind}`, cx: (x * 10).toFixed(1), cy: (-y * 10).toFixed(1), r: 1.3 })));
}

// Layers that are computed for every pixel.
/** @type {(reading: ReturnType<typeof readWidths>) => ReturnType<typeof readWidths>} */
function small(reading) {
  if ("value" in reading && reading.value.some((/** @type {number} */ units) => units > LARGE)) return { trouble: "widths", low: 1, high: LARGE };
  return reading;
}
