// Learn: a new net beside the one before, on the same axes, while it trains. Nothing is lost: every act can be taken back.

import { Network } from "#engine/network.js";
import { USUAL } from "#engine/training.js";
import { whole, words } from "#text/language.js";
import { Comparison } from "#views/comparison.js";
import { make } from "#views/elements.js";
import { Lane } from "#views/lane.js";
import { NetFiles } from "#views/net_files.js";
import { NetKnobs, valueInWords } from "#views/net_knobs.js";
import { nounOf, remedyOf, sentenceOf, troubleInWords } from "#views/net_words.js";
import { withStrokes } from "#views/strokes_found.js";
import { newNet, TrainingSession } from "#views/training_session.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Data } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { Action, Frame } from "#views/frame.js" */
/** @import { History } from "#views/history.js" */
/** @import { Judge } from "#views/judge.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Sentence } from "#views/net_words.js" */
/** @import { Net } from "#views/training_session.js" */
/** @typedef {{ net: Net, before: Net | null, knobs: Settings }} Snapshot what an act changes */

const CALM = 3000; // milliseconds between two sentences that are read aloud
const SEEN = 120; // milliseconds between two answers of other views while it trains
const FULL_SPEED = 0;
const BREAKS = /** @type {const} */ ({ rate: { rate: 10 }, bend: { activation: "identity" }, few: { examples: 500, epochs: 40 }, equal: { initial: "equal" } });
// 97 % of MNIST's digits in two seconds.
const GOOD = /** @type {Partial<Settings>} */ ({ hidden: [128], shift: 1, schedule: "linear", epochs: 7 });

export class LearnView {
  /** @param {Frame} frame @param {Scene} scene @param {{ learner: Learner, data: Data, history: History, judge: Judge }} parts */
  constructor(frame, scene, { learner, data, history, judge }) {
    Object.assign(this, { frame, scene, history, judge });
    this.frame = frame;
    this.scene = scene;
    this.history = history;
    this.judge = judge;
    this.name = "learn";
    this.title = words.learn.title;
    this.count = data.labels.length;
    this.usual = { ...USUAL, examples: this.count };
    this.knobs = this.usual;
    this.about = { total: data.validation.labels.length, noun: nounOf(scene), classes: scene.subject.classes };
    this.guess = mostFrequent(data.validation.labels);
    this.before = netOf(scene);
    this.session = new TrainingSession(learner, data, newNet(this.knobs));
    this.said = /** @type {Sentence | null} */ (null); // of what was just done, until it trains on
    this.given = scene.network; // what this view knows the scene to have
    this.last = { heard: 0, seen: 0 };
    this.build();
    this.session.addEventListener("change", () => this.changed());
    this.session.addEventListener("epoch", () => this.epochDone());
    this.session.addEventListener("end", () => this.ended());
    history.addEventListener("change", () => this.showTools());
    scene.addEventListener("change", () => this.meet());
  }

  build() {
    const { scene } = this;
    const look = (/** @type {number} */ unit) => this.lookInto(unit);
    this.lanes = [new Lane(scene, "yours", look), new Lane(scene, "before", look)];
    this.comparison = new Comparison(scene, this.judge, (place) => this.follow(place));
    this.knobsView = new NetKnobs({ examples: this.count, noun: this.about.noun, picture: Boolean(scene.subject.shape), turned: (settings) => this.turn(settings) });
    this.files = new NetFiles(scene);
    this.heard = make("p", { className: "heard", role: "status" });
    const side = make("div", { className: "side" }, this.knobsView.element, this.breakers(), this.tools());
    this.shown = make("div", { className: "lanes" }, ...this.lanes.map(({ element }) => element));
    this.element = make("section", { className: "learn", ariaLabel: words.learn.title }, side, this.shown, this.comparison.element, this.heard);
  }

  // Ways to break a net, and one to make it good.
  breakers() {
    const { breaks } = words.learn;
    const names = /** @type {(keyof typeof BREAKS)[]} */ (Object.keys(BREAKS));
    const buttons = names.map((name) => make("button", { type: "button", onclick: () => this.begin({ ...this.usual, ...BREAKS[name] }, breaks[name]) }, breaks[name]));
    const good = make("button", { type: "button", onclick: () => this.makeGood() }, words.learn.makeGood);
    return make("div", { className: "breakers" }, make("h2", {}, words.learn.breakIt), make("div", { className: "pair" }, ...buttons), good);
  }

  tools() {
    const button = (/** @type {string} */ label, /** @type {() => void} */ run) => make("button", { type: "button", className: "plain", onclick: run }, label);
    this.undoButton = button(words.learn.undo, () => this.back("undo"));
    this.compareButton = button(words.learn.compare, () => this.compare());
    this.saveButton = button(words.learn.save, () => this.save());
    const open = button(words.learn.open, () => this.open());
    return make("div", { className: "tools" }, this.undoButton, this.compareButton, this.saveButton, open);
  }

  get net() {
    return this.session.net;
  }

  get visible() {
    return !this.element.hidden;
  }

  // The net that other views look into: one's own once it has learned anything, else the one before.
  get current() {
    return this.net.steps || !this.before ? this.net : this.before;
  }

  // --- What a view is ---

  async enter() {
    this.show();
    if (!this.net.parameters) await this.session.open();
  }

  leave() {
    this.giveScene();
  }

  resize() {
    for (const lane of this.lanes) lane.resize();
  }

  sentence() {
    const { net } = this;
    if (this.compared) return this.compared;
    if (this.said) return this.said;
    if (net.trouble && !this.session.running) return troubleInWords(net, this.about);
    return sentenceOf(net, this.before, this.about);
  }

  /** @returns {Action[]} */
  actions() {
    const { learn } = words;
    const { session, net } = this;
    if (this.compared) return [{ label: learn.backToCurves, run: () => this.compare(false), primary: true }];
    if (session.running) return [{ label: learn.pause, run: () => this.pause(), primary: true }];
    if (net.trouble && !this.said) return this.waysBack(net);
    const anew = { label: learn.anew, run: () => this.begin(this.knobs, learn.acts.train), primary: true };
    const steps = [{ label: learn.step, run: () => this.act(learn.acts.step, () => session.step()), key: "." }, { label: learn.epoch, run: () => this.act(learn.acts.epoch, () => session.epoch()), key: "e" }];
    if (net.steps && !same(this.knobs, net.settings)) return [{ label: learn.goOn, run: () => this.go() }, anew];
    if (net.last.kind === "done") return [{ label: learn.toMistakes, run: () => this.frame.show("mistakes") }, { label: learn.goOn, run: () => this.go() }, anew];
    return [...steps, { label: net.steps ? learn.goOn : learn.train, run: () => this.go(), primary: true }];
  }

  /** @param {Net} net */
  waysBack(net) {
    const remedy = remedyOf(net.trouble?.what ?? "", net.settings, this.usual, this.about.noun);
    const back = this.before ? [{ label: words.trouble.back, run: () => this.swap() }] : [];
    const on = net.trouble?.facts.stopped ? [] : [{ label: words.learn.goOn, run: () => this.go() }];
    return [...on, ...back, { label: remedy.label, run: () => this.begin(remedy.settings, remedy.label), primary: true }];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "t") return false;
    if (this.session.running) this.pause();
    else this.go();
    return true;
  }
}
