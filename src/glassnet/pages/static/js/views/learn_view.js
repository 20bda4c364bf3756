// Learn: a new net beside the one before, on the same axes, while it trains. Nothing is lost: every act can be taken back.

import { Network } from "#engine/network.js";
import { USUAL } from "#engine/training.js";
import { whole, words } from "#text/language.js";
import { Comparison } from "#views/comparison.js";
import { make } from "#views/elements.js";
import { wayOf } from "#views/history.js";
import { Lane } from "#views/lane.js";
import { FULL_SPEED, Learning } from "#views/learning.js";
import { openNet, saveNet } from "#views/net_files.js";
import { NetKnobs } from "#views/net_knobs.js";
import { comparisonInWords, nounOf, remedyOf, sentenceOf, troubleInWords } from "#views/net_words.js";
import { withStrokes } from "#views/strokes_found.js";
import { isTrained, newNet } from "#views/training_session.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Form } from "#engine/network.js" */
/** @import { Data } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { Action, Frame } from "#views/frame.js" */
/** @import { History } from "#views/history.js" */
/** @import { Judge } from "#views/judge.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Sentence } from "#views/net_words.js" */
/** @import { Net } from "#views/training_session.js" */

const CALM = 3000; // milliseconds between two sentences that are read aloud
const SEEN = 120; // milliseconds between two answers of other views while it trains
const [SOUND, LEAST] = [1e-5, 1e-9]; // of a gradient's length: single precision leaves some 1e-7
const UNEVEN = 1.5; // times its even share: a class that is more frequent than others
const FEW = 500; // examples, which a net learns by heart
const ROWS_EPOCHS = 50; // a table has few rows
// One's first net: what is said of a step is true of plain steps alone.
const PLAIN = /** @type {Partial<Settings>} */ ({ optimizer: "sgd", rate: 0.1, schedule: "linear" });
// Reads 97 % of MNIST's digits after two seconds.
const GOOD = /** @type {Partial<Settings>} */ ({ hidden: [128], optimizer: "momentum", rate: 0.05, shift: 1, schedule: "linear", epochs: 6 });

export class LearnView {
  /** @param {Frame} frame @param {Scene} scene @param {{ learner: Learner, data: Data, history: History, judge: Judge, form?: Form }} parts form: of the networks trained here, if not the scene's */
  constructor(frame, scene, { learner, data, history, judge, form = scene.network.form }) {
    this.form = form;
    this.frame = frame;
    this.scene = scene;
    this.history = history;
    this.judge = judge;
    this.name = "learn";
    this.title = words.learn.title;
    this.count = data.labels.length;
    this.about = { total: data.validation.labels.length, noun: nounOf(scene), classes: scene.subject.classes };
    this.guess = guessing(data.validation.labels, scene.subject.classes.length);
    this.learning = new Learning({ learner, data, history, before: netOf(scene), usual: this.usual(scene) });
    this.said = /** @type {Sentence | null} */ (null); // of what was just done, until it trains on
    this.compared = /** @type {Sentence | null} */ (null); // while two nets are compared
    this.given = scene.network; // what this view knows the scene to have
    this.last = { heard: 0, seen: 0 };
    this.waiting = false;
    this.knobsShown = /** @type {Settings | null} */ (null);
    this.lanes = ["yours", "before"].map((kind) => new Lane(scene, kind, (unit) => this.lookInto(unit)));
    this.comparison = new Comparison(scene, judge, (place) => this.forwardWith(place));
    this.knobs = new NetKnobs({ examples: this.count, noun: this.about.noun, picture: Boolean(scene.subject.shape), turned: (settings) => this.turn(settings) });
    this.heard = make("p", { className: "heard", role: "status" });
    this.shown = make("div", { className: "lanes" }, ...this.lanes.map(({ element }) => element));
    this.parameters = this.learning.before?.parameters ?? null; // those that the scene's network has
    this.element = this.build();
    this.listen();
  }

  listen() {
    this.learning.addEventListener("change", () => this.changed());
    this.learning.addEventListener("epoch", () => this.epochDone());
    this.learning.addEventListener("end", () => this.ended());
    this.history.addEventListener("change", () => this.showTools());
    this.scene.addEventListener("change", () => this.meet());
    document.addEventListener("keydown", (event) => {
      const way = wayOf(event);
      if (!way) return;
      event.preventDefault();
      this.back(way);
    });
  }

  build() {
    const side = make("div", { className: "side" }, this.knobs.element, this.breakers(), this.tools());
    return make("section", { className: "learn", ariaLabel: words.learn.title }, side, this.shown, this.comparison.element, this.heard);
  }

  /** @param {Scene} scene */
  usual({ subject }) {
    return { ...USUAL, ...PLAIN, examples: this.count, epochs: subject.shape ? USUAL.epochs : ROWS_EPOCHS };
  }

  // Ways to break a net, and one to make it good.
  breakers() {
    const { breaks, makeGood } = words.learn;
    const { usual } = this.learning;
    const few = Math.min(FEW, Math.ceil(this.count / 4));
    /** @type {[string, Partial<Settings>][]} */
    const ways = [
      [breaks.rate, { rate: 10 }],
      [breaks.bend, { activation: "identity" }],
      [words.learn.learnsFrom(whole(few), this.about.noun), { examples: few, schedule: "constant", epochs: 3 * usual.epochs }],
      [breaks.equal, { initial: "equal" }],
    ];
    const way = (/** @type {string} */ name, /** @type {Partial<Settings>} */ settings, /** @type {number | undefined} */ pace) => make("button", { type: "button", onclick: () => this.begin({ ...usual, ...settings }, name, pace) }, name);
    const good = this.scene.subject.shape ? [way(makeGood, GOOD, FULL_SPEED)] : [];
    return make("div", { className: "breakers" }, make("h2", {}, words.learn.breakIt), make("div", { className: "pair" }, ...ways.map(([name, settings]) => way(name, settings, undefined))), ...good);
  }

  tools() {
    const tool = (/** @type {string} */ label, /** @type {() => void} */ run) => make("button", { type: "button", className: "plain", onclick: run }, label);
    this.undo = tool(words.learn.undo, () => this.back("undo"));
    this.compareTool = tool(words.learn.compare, () => this.compare());
    this.saveTool = tool(words.learn.save, () => this.save());
    this.toolbar = make("div", { className: "tools" }, this.undo, this.compareTool, this.saveTool, tool(words.learn.open, () => this.open()), tool(words.learn.check, () => this.check()));
    return this.toolbar;
  }

  get visible() {
    return !this.element.hidden;
  }

  enter() {
    this.show();
    if (!this.learning.net.parameters) this.learning.open();
  }

  leave() {
    this.giveScene();
  }

  /** @returns {Sentence} */
  sentence() {
    const { net, before } = this.learning;
    if (this.compared ?? this.said) return /** @type {Sentence} */ (this.compared ?? this.said);
    if (net.trouble) return troubleInWords(net, this.about);
    return sentenceOf(net, before, this.about);
  }

  /** @returns {Action[]} */
  actions() {
    const { learn } = words;
    const { learning } = this;
    const { net, running } = learning;
    if (this.compared) return [{ label: learn.backToCurves, run: () => this.curves(), primary: true }];
    if (running) return [{ label: learn.pause, run: () => learning.pause(), primary: true }];
    const anew = { label: learn.anew, run: () => this.begin(learning.knobs, learn.acts.train), primary: true };
    const goOn = { label: isTrained(net) ? learn.goOn : learn.train, run: () => this.go() };
    if (net.trouble && !this.said) return this.waysBack(net, goOn);
    if (isTrained(net) && learning.turned) return [goOn, anew];
    if (net.last.kind === "done") return [{ label: learn.toMistakes, run: () => this.frame.show("mistakes") }, goOn, anew];
    const step = { label: learn.step, run: () => this.does(learning.step()), key: "." };
    const epoch = { label: learn.epoch, run: () => this.does(learning.epoch()), key: "e" };
    return [step, epoch, { ...goOn, primary: true }];
  }

  /** @param {Net} net @param {Action} goOn @returns {Action[]} */
  waysBack(net, goOn) {
    const remedy = remedyOf(net.trouble?.what ?? "", net.settings, this.learning.usual, this.about.noun);
    const back = this.learning.before ? [{ label: words.trouble.back, run: () => this.does(this.learning.swap()) }] : [];
    const on = net.trouble?.facts.stopped ? [] : [goOn];
    return [...on, ...back, { label: remedy.label, run: () => this.begin(remedy.settings, remedy.label), primary: true }];
  }

  // T trains and pauses; Space stops what moves, and lets it go on.
  /** @param {KeyboardEvent} event */
  key(event) {
    const { running, net } = this.learning;
    const moves = running || net.last.kind === "paused";
    if (event.key !== "t" && !(event.key === " " && moves)) return false;
    if (running) this.learning.pause();
    else this.go();
    return true;
  }

  // --- What a person does ---

  /** @param {Promise<any>} act */
  does(act) {
    this.said = null;
    return act;
  }

  go() {
    return this.does(this.learning.go());
  }

  /** @param {Settings} settings @param {string} name @param {number} [pace] */
  begin(settings, name, pace) {
    return this.does(this.learning.begin(settings, name, pace));
  }

  // The best that these data let a browser train in some seconds, or what a link asks for, at once.
  /** @param {Partial<Settings>} [wanted] */
  trainAtOnce(wanted = GOOD) {
    return this.begin({ ...this.learning.usual, ...wanted }, words.learn.acts.train, FULL_SPEED);
  }

  /** @param {Partial<Settings>} settings */
  async turn(settings) {
    const name = await this.learning.turn(settings);
    this.said = isTrained(this.learning.net) ? { strong: words.learn.turned(name), rest: words.learn.turnedRest } : null;
    this.refresh();
  }

  /** @param {"undo" | "redo"} way */
  async back(way) {
    const name = await this.history[way]();
    if (name === null) return;
    this.said = { strong: words.learn[way === "undo" ? "undone" : "redone"](name), rest: "" };
    this.curves();
  }

  /** @param {number} unit */
  lookInto(unit) {
    this.giveScene();
    this.scene.change({ neuron: [0, unit] });
    this.frame.show("forward");
  }

  save() {
    this.said = { strong: words.learn.saved(saveNet(this.learning.current, this.scene)), rest: words.learn.savedRest };
    this.refresh();
  }

  // Slopes of the loss by two losses each, beside those that backpropagation gives.
  async check() {
    const { largest, compared } = await this.learning.check();
    const part = whole(Number((1 / Math.max(largest, LEAST)).toPrecision(1)));
    const { checked, checkedRest, unsound, unsoundRest } = words.learn;
    const slopes = whole(compared.length);
    this.said = largest < SOUND ? { strong: checked, rest: checkedRest(slopes, part) } : { strong: unsound, rest: unsoundRest(slopes, part) };
    this.refresh();
  }

  // A net from a file stands in the place of the one before, until somebody takes it for their own.
  async open() {
    const net = await openNet(this.scene, this.learning.usual);
    if (typeof net === "string") return this.frame.trouble({ text: net, actions: [] });
    if (!net) return;
    const { accuracy } = await this.judge.answers(this.networkOf(net));
    await this.learning.beside({ ...net, records: [{ epoch: 0, validation: accuracy, training: null, loss: null }] });
    this.said = { strong: words.learn.opened(net.name), rest: words.learn.openedRest };
    this.refresh();
  }

  // --- Two nets side by side ---

  async compare() {
    const { net, before } = this.learning;
    if (!before?.parameters || !net.parameters) return;
    await this.learning.pause();
    this.shown.hidden = true;
    this.comparison.element.hidden = false;
    this.compared = { strong: words.learn.computing, rest: "" };
    this.refresh();
    const found = await this.comparison.show(this.networkOf(net), this.networkOf(before), before.name || words.learn.before, this.about.noun);
    this.compared = comparisonInWords(found);
    this.refresh();
  }

  curves() {
    this.compared = null;
    this.shown.hidden = false;
    this.comparison.element.hidden = true;
    this.show();
  }

  /** @param {number} place */
  forwardWith(place) {
    const { examples } = this.judge;
    this.curves();
    this.scene.change({ example: { inputs: examples.inputs(place), wanted: examples.wanted(place), number: place, drawn: false } });
    this.frame.show("forward");
  }

  // --- What it shows ---

  changed() {
    const { net, running } = this.learning;
    if (running) this.said = null;
    const root = document.documentElement.dataset;
    root.epoch = String(Math.floor(net.at));
    root.validation = String(net.records[net.records.length - 1]?.validation ?? this.guess);
    this.frame.sentence.ariaLive = running ? "off" : "polite";
    if (this.visible) this.soon();
    else if (running && performance.now() - this.last.seen > SEEN) this.giveScene();
  }

  // With the next picture of the screen, however often it changed until then.
  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.visible) this.show();
    });
  }

  epochDone() {
    const { session } = this.learning;
    session.net = withStrokes(session.net, this.scene);
    this.giveScene();
    if (!this.visible) return;
    this.soon();
    if (performance.now() - this.last.heard < CALM) return;
    this.last.heard = performance.now();
    const { strong, rest } = this.sentence();
    this.heard.textContent = `${strong} ${rest}`;
  }

  ended() {
    this.giveScene();
    const { net } = this.learning;
    if (!this.visible && net.trouble) this.frame.trouble({ text: Object.values(troubleInWords(net, this.about)).join(" "), actions: [{ label: words.learn.title, run: () => this.frame.show("learn"), primary: true }] });
  }

  show() {
    const { net, before, knobs } = this.learning;
    const until = Math.max(net.until, net.at);
    const [yours, other] = this.lanes;
    yours.show(net, { title: words.learn.yours, other: before, epochs: until, guess: this.guess, about: this.about });
    other.show(before, { title: before?.name || words.learn.before, other: null, epochs: until, guess: this.guess, about: this.about });
    yours.point(net.foundIn && net.foundIn === Math.floor(net.at) ? net.found[net.found.length - 1] : null);
    if (knobs !== this.knobsShown) this.knobs.show(knobs);
    this.knobsShown = knobs;
    this.showTools();
    this.refresh();
  }

  refresh() {
    if (this.visible) this.frame.refresh();
  }

  showTools() {
    const act = this.history.past[this.history.past.length - 1];
    Object.assign(this.undo ?? {}, { disabled: !act, title: act ? words.learn.undoThis(act.name) : "" });
    Object.assign(this.saveTool ?? {}, { disabled: !this.learning.current.parameters });
    Object.assign(this.compareTool ?? {}, { disabled: !this.learning.before || !isTrained(this.learning.net) });
  }

  // --- The net that the other views look into ---

  /** @param {Net} net */
  networkOf(net) {
    const { form } = this;
    const sizes = [form.sizes[0], ...net.settings.hidden, form.sizes[form.sizes.length - 1]];
    return new Network({ ...form, sizes, activations: net.settings.hidden.map(() => net.settings.activation) }, Float64Array.from(net.parameters ?? []));
  }

  giveScene() {
    const { current } = this.learning;
    this.last.seen = performance.now();
    if (!current.parameters || current.parameters === this.parameters) return;
    this.parameters = current.parameters;
    this.given = this.networkOf(current);
    const judged = current.records[current.records.length - 1];
    this.scene.change({ network: this.given, quality: judged && !current.trouble?.facts.stopped ? { right: Math.round(judged.validation * this.about.total), total: this.about.total } : null });
  }

  // Another view has changed the network: it is the one before from now on.
  meet() {
    const { scene, learning } = this;
    if (this.visible) this.soon();
    if (scene.network === this.given && (learning.before?.records.length || !scene.quality)) return;
    this.given = scene.network;
    learning.before = netOf(scene);
    this.parameters = learning.before.parameters;
    if (this.visible) this.show();
  }
}

// How often a guess is right: any, or, where one class is far more frequent, that one.
/** @type {(labels: ArrayLike<number>, classes: number) => number} */
function guessing(labels, classes) {
  const counts = new Array(classes).fill(0);
  for (const label of Array.from(labels)) counts[label]++;
  const most = Math.max(...counts) / labels.length;
  return most > UNEVEN / classes ? most : 1 / classes;
}

// The scene's network, of which nobody here knows how it was trained.
/** @type {(scene: Scene) => Net} */
function netOf({ network, quality }) {
  const settings = { ...USUAL, hidden: network.sizes.slice(1, -1), activation: network.activations[0] ?? USUAL.activation };
  const records = quality ? [{ epoch: 0, validation: quality.right / quality.total, training: null, loss: null }] : [];
  return { ...newNet(settings), given: true, parameters: Float32Array.from(network.parameters), records };
}
