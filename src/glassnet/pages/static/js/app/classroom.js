// The classroom: all views in one file, which trains networks itself, and perhaps a lesson that goes through them.

import { digitsOf } from "#engine/digits.js";
import { Learner } from "#engine/learner.js";
import { Network } from "#engine/network.js";
import { numbersOf } from "#engine/parameters.js";
import { language, whole, words } from "#text/language.js";
import { BackwardView } from "#views/backward_view.js";
import { answersOf, digitExamples, inputsOf, spreadOf } from "#views/digit_examples.js";
import { DrawView } from "#views/draw_view.js";
import { find } from "#views/elements.js";
import { ForwardView } from "#views/forward_view.js";
import { Frame } from "#views/frame.js";
import { History, wayOf } from "#views/history.js";
import { Lesson } from "#views/lesson.js";
import { PlaneView } from "#views/plane_view.js";
import { Scene } from "#views/scene.js";
import { SymbolsView } from "#views/symbols_view.js";
import { Track } from "#views/track.js";

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
  constructor(scene, ready, { unseen }) {
    this.scene = scene;
    this.ready = ready;
    this.history = new History();
    this.frame = new Frame(document.body);
    this.track = new Track(scene);
    this.frame.track.append(this.track.element);
    this.symbols = new SymbolsView(this.frame, { form: given.network, learner: () => new Learner(given.worker), history: this.history });
    this.plane = new PlaneView(this.frame, { learner: () => new Learner(given.worker), history: this.history });
    this.forward = new ForwardView(this.frame, scene, this.track);
    this.backward = new BackwardView(this.frame, scene, this.track, { count: unseen.labels.length, inputs: (place) => inputsOf(unseen, place), wanted: (place) => unseen.labels[place] });
    for (const view of [new DrawView(this.frame, scene), this.forward, this.backward, this.symbols, this.plane]) this.frame.add(view);
    scene.addEventListener("change", () => this.about());
    document.addEventListener("keydown", (event) => this.turnBack(event));
    this.about();
    this.frame.show("draw");
    if (given.lesson) this.teach(given.lesson);
  }

  about() {
    const { network, quality } = this.scene;
    const sizes = network.sizes.join(" → ");
    this.frame.about(quality ? words.frame.reads(sizes, whole(quality.right), whole(quality.total)) : words.frame.unread(sizes));
  }

  /** @param {KeyboardEvent} event */
  async turnBack(event) {
    const way = wayOf(event);
    if (!way) return;
    event.preventDefault();
    await this.history[way]();
    this.frame.refresh();
  }

  /** @param {LessonPlan} plan */
  teach(plan) {
    this.lesson = new Lesson(this.frame.strip, plan, { teacher: new URLSearchParams(location.search).has("teacher") });
    this.lesson.addEventListener("moment", () => this.open());
    this.lesson.addEventListener("answer", () => this.cover());
    this.lesson.show();
    this.open();
  }

  // Until there is an answer, neither the picture nor the sentence gives it away.
  cover() {
    this.frame.covered = this.lesson?.covered ? { strong: words.lesson.think, rest: words.lesson.thinkWhy } : null;
    this.frame.refresh();
  }

  // What the lesson's moment is about.
  async open() {
    this.cover();
    if (!this.lesson || this.lesson.finished) return;
    const { moment } = this.lesson;
    if (moment.net === "ready") this.scene.change({ network: this.ready });
    if (moment.example !== undefined) {
      const found = await this.scene.examples?.take(moment.example);
      if (found) this.scene.change({ example: { ...found, number: moment.example, drawn: false } });
    }
    if (moment.neuron !== undefined) this.scene.change({ neuron: [0, moment.neuron] });
    if (moment.station && moment.view === "forward") this.forward.go(moment.station);
    else if (moment.station) this.backward.go(moment.station);
    else this.frame.show(moment.view);
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
