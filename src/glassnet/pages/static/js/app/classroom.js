// The classroom: all views in one file, which trains networks itself, and perhaps a lesson that goes through them.

import { digitsOf } from "#engine/digits.js";
import { Learner } from "#engine/learner.js";
import { Network } from "#engine/network.js";
import { numbersOf } from "#engine/parameters.js";
import { drawPixels } from "#text/colors.js";
import { language, words } from "#text/language.js";
import { answersOf, digitExamples, inputsOf, spreadOf } from "#views/digit_examples.js";
import { DrawView } from "#views/draw_view.js";
import { find, make } from "#views/elements.js";
import { History } from "#views/history.js";
import { Judge } from "#views/judge.js";
import { LearnView } from "#views/learn_view.js";
import { Lesson } from "#views/lesson.js";
import { MistakesView } from "#views/mistakes_view.js";
import { PlaneView } from "#views/plane_view.js";
import { Scene } from "#views/scene.js";
import { Story } from "#views/story.js";
import { SymbolsView } from "#views/symbols_view.js";
import { Worksheet } from "#views/worksheet.js";

/** @import { Digits } from "#engine/digits.js" */
/** @import { Form } from "#engine/network.js" */
/** @import { LessonPlan } from "#views/lesson.js" */
/** @typedef {{ count: number, packed: string }} Packed */
/** @typedef {{ network: Form, shape: number[], classes: string[], parameters: string, worker: string, digits: Packed, unseen: Packed, lesson: LessonPlan | null }} Classroom */

const FIRST = 1440; // a 7 that the ready network takes for a 9: nobody asks why of a right answer

/** @type {Classroom} */
const given = JSON.parse(find("#subject").textContent ?? "");

class ClassroomPage {
  /** @param {Scene} scene @param {Network} ready @param {{ digits: Digits, unseen: Digits }} data */
  constructor(scene, ready, { digits, unseen }) {
    this.scene = scene;
    this.ready = ready;
    this.unseen = unseen;
    const others = { count: unseen.labels.length, inputs: (/** @type {number} */ place) => inputsOf(unseen, place), wanted: (/** @type {number} */ place) => unseen.labels[place] };
    this.judge = new Judge(others);
    this.nets = /** @type {Map<string, Network>} */ (new Map());
    const { judge } = this;
    const [history, learner] = [new History(), () => new Learner(given.worker)];
    this.story = new Story(document.body, scene, { first: (frame) => new DrawView(frame, scene), others, more: () => this.teacherSwitch() });
    this.frame = this.story.frame;
    this.learn = new LearnView(this.frame, scene, { learner: learner(), data: { kind: "digits", ...digits, validation: unseen }, history, judge });
    const mistakes = new MistakesView(this.frame, scene, { judge });
    this.symbols = new SymbolsView(this.frame, { form: given.network, learner, history });
    const plane = new PlaneView(this.frame, { learner, history });
    for (const view of [this.learn, mistakes, this.symbols, plane]) this.frame.add(view);
    document.body.append(new Worksheet(scene, given.network, given.lesson).element);
    void this.begin();
  }

  // Where a link says what to see, the lesson waits above it.
  async begin() {
    const linked = location.hash.length > 1;
    await this.story.begin({ settings: () => this.trainedBy(), train: (settings, go) => this.train(settings, go) });
    if (!given.lesson) return;
    this.teach(given.lesson);
    if (!linked) await this.open();
  }

  get links() {
    return this.story.links;
  }

  // By what the network that is looked into was trained, where its settings tell all.
  trainedBy() {
    const { net, running } = this.learn.learning;
    return running || net.given || net.at !== net.settings.epochs ? null : net.settings;
  }

  // What a link asks for; where it names nothing, the best that trains in some seconds.
  /** @param {{ [name: string]: any }} settings @param {boolean} go */
  train(settings, go) {
    if (go) return this.learn.trainAtOnce(Object.keys(settings).length ? settings : undefined);
    this.frame.show("learn");
    return this.learn.turn(settings);
  }

  /** @param {LessonPlan} plan */
  teach(plan) {
    const teacher = new URLSearchParams(location.search).has("teacher");
    this.lesson = new Lesson(this.frame.strip, plan, { teacher, picture: (example) => this.pictureOf(example) });
    this.lesson.addEventListener("moment", () => this.open());
    this.lesson.addEventListener("answer", () => this.cover());
    this.lesson.show();
  }

  teacherSwitch() {
    const { lesson } = this;
    if (!lesson) return [];
    const on = make("input", { type: "checkbox", checked: lesson.teacher });
    on.onchange = () => lesson.turn(on.checked);
    return [make("label", { className: "row" }, on, words.lesson.teacher)];
  }

  /** @param {number} example */
  pictureOf(example) {
    const canvas = make("canvas", { role: "img", ariaLabel: words.lesson.picture });
    drawPixels(canvas, inputsOf(this.unseen, example), given.shape, this.scene.colors.gray);
    return canvas;
  }

  // Until there is an answer, neither the picture nor the sentence gives it away, and nothing can be tried.
  cover() {
    const covered = Boolean(this.lesson?.covered);
    const { frame } = this;
    frame.covered = covered ? { strong: words.lesson.think, rest: words.lesson.thinkWhy } : null;
    for (const part of [...[...frame.views.values()].map(({ element }) => element), frame.buttons, frame.track]) part.inert = covered;
    frame.refresh();
  }

  // The network that the file opens with, or one that the lesson brought.
  /** @param {string} name */
  netOf(name) {
    const brought = given.lesson?.nets[name];
    const network = this.nets.get(name) ?? (brought ? new Network(brought.network, numbersOf(brought.parameters, Float32Array)) : this.ready);
    this.nets.set(name, network);
    return network;
  }

  // Looks into a network, and says how good it is when that has been counted.
  /** @param {Network} network */
  async use(network) {
    if (this.scene.network === network) return;
    this.scene.change({ network, quality: null });
    const { count, right } = await this.judge.answers(network);
    if (this.scene.network === network) this.scene.change({ quality: { right, total: count } });
  }

  // What the lesson's moment is about.
  async open() {
    this.cover();
    if (!this.lesson || this.lesson.finished) return;
    const { moment } = this.lesson;
    this.frame.show(moment.view); // first, as Learn gives the network that was trained there to the others when it is left
    if (moment.net) {
      await this.learn.learning.pause();
      void this.use(this.netOf(moment.net));
    }
    const found = moment.example === undefined ? null : await this.scene.examples?.take(moment.example);
    if (found) this.scene.change({ example: { ...found, number: moment.example, drawn: false } });
    if (moment.neuron !== undefined) this.scene.change({ neuron: [0, moment.neuron] });
    if (moment.station && moment.view === "forward") this.story.forward.go(moment.station);
    else if (moment.station) this.story.backward.go(moment.station);
  }
}

async function open() {
  document.documentElement.lang = language;
  const ready = new Network(given.network, numbersOf(given.parameters, Float32Array));
  const [digits, unseen] = await Promise.all([given.digits, given.unseen].map(({ count, packed }) => digitsOf(packed, count)));
  const { examples, quality } = digitExamples(unseen, answersOf(ready, unseen));
  const first = await examples.take(FIRST);
  if (!first) throw new Error("The file holds no digits.");
  const { shape, classes } = given;
  const scene = new Scene({ shape, classes, names: null, drawable: true }, ready, { ...first, number: FIRST, drawn: false }, { spread: spreadOf(digits), quality, examples });
  Object.assign(globalThis, { classroom: new ClassroomPage(scene, ready, { digits, unseen }) });
  document.documentElement.dataset.ready = "";
}

open();
