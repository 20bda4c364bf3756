// Mistakes: what it takes for what, the examples behind each count, and how far its answers can be trusted.

import { percentage, whole, words } from "#text/language.js";
import { Calibration } from "#views/calibration.js";
import { Confusion } from "#views/confusion.js";
import { make } from "#views/elements.js";
import { exampleFigure } from "#views/example_figure.js";
import { nounOf } from "#views/net_words.js";

/** @import { Answers } from "#engine/evaluation.js" */
/** @import { Network } from "#engine/network.js" */
/** @import { Action, Frame } from "#views/frame.js" */
/** @import { Judge } from "#views/judge.js" */
/** @import { Scene } from "#views/scene.js" */

const MOST = 60; // examples of a cell

export class MistakesView {
  /** @param {Frame} frame @param {Scene} scene @param {{ judge: Judge }} parts */
  constructor(frame, scene, { judge }) {
    this.frame = frame;
    this.scene = scene;
    this.judge = judge;
    this.name = "mistakes";
    this.title = words.mistakes.title;
    this.noun = nounOf(scene);
    this.answers = /** @type {Answers | null} */ (null);
    this.cell = /** @type {number[] | null} */ (null); // meant, said
    this.place = /** @type {number | null} */ (null); // of the example that is chosen
    this.reading = false;
    this.network = /** @type {Network | null} */ (null); // of which these are the answers
    this.confusion = new Confusion(scene.subject.classes, (cell) => this.choose(cell));
    this.heading = make("h2");
    this.examples = make("div", { className: "examples" });
    this.calibration = new Calibration();
    this.more = make("p", { className: "more" }); // what a shell has to offer beside them
    const behind = make("section", { className: "behind" }, this.heading, this.examples);
    this.element = make("section", { className: "mistakes", ariaLabel: words.mistakes.title }, this.confusion.element, make("div", { className: "beside" }, behind, this.calibration.element, this.more));
    scene.addEventListener("change", () => !this.element.hidden && this.read());
  }

  enter() {
    this.read();
  }

  leave() {}

  resize() {
    this.calibration.resize();
  }

  // What the network says of all; once more, if it has learned on meanwhile.
  async read() {
    const { network } = this.scene;
    if (this.reading || network === this.network) return;
    this.reading = true;
    const answers = await this.judge.answers(network);
    this.reading = false;
    this.network = network;
    this.answers = answers;
    const { commonest } = answers;
    this.cell = this.cell && answers.matrix[this.cell[0]][this.cell[1]] ? this.cell : commonest ? [commonest.meant, commonest.said] : [0, 0];
    this.confusion.show(answers, this.cell);
    this.calibration.show(answers);
    this.choose(this.cell, false);
    if (this.scene.network !== network && !this.element.hidden) this.read();
  }

  /** @param {number[]} cell @param {boolean} [asked] whether a person did */
  choose(cell, asked = true) {
    const { answers, scene, judge } = this;
    if (!answers) return;
    const { classes } = scene.subject;
    const [meant, said] = cell;
    this.cell = cell;
    this.confusion.mark(cell);
    const places = answers.cell(meant, said);
    const count = whole(places.length);
    const title = meant === said ? words.mistakes.cellRight(count, classes[meant]) : words.mistakes.cell(count, classes[meant], classes[said]);
    this.heading.textContent = places.length > MOST ? `${title} · ${words.mistakes.shown(whole(MOST))}` : title;
    this.examples.replaceChildren(...places.slice(0, MOST).map((place) => {
      const sure = percentage(answers.sure[place], 0);
      const label = words.mistakes.example(classes[meant], classes[said], sure);
      const button = make("button", { type: "button", title: label, ariaLabel: label, onclick: () => this.take(place) }, exampleFigure(scene, judge.examples, place), make("span", {}, sure));
      button.dataset.place = String(place);
      return button;
    }));
    this.take(places[0] ?? null, asked);
  }

  // The example that the doors lead on with.
  /** @param {number | null} place @param {boolean} [asked] */
  take(place, asked = true) {
    this.place = place;
    this.asked = asked;
    for (const button of this.examples.children) button.setAttribute("aria-pressed", String(button instanceof HTMLElement && button.dataset.place === String(place)));
    if (!this.element.hidden) this.frame.refresh();
  }

  sentence() {
    const { answers, place } = this;
    const { classes } = this.scene.subject;
    const says = words.mistakes;
    if (!answers) return { strong: says.counting, rest: "" };
    if (this.asked && place !== null) return { strong: `${says.example(classes[answers.labels[place]], classes[answers.said[place]], percentage(answers.sure[place], 0))}.`, rest: says.chosenRest };
    const { commonest } = answers;
    const most = commonest ? says.commonest(classes[commonest.meant], classes[commonest.said], whole(commonest.count)) : says.none;
    return { strong: says.wrong(whole(answers.wrong), whole(answers.count), this.noun), rest: most };
  }

  /** @returns {Action[]} */
  actions() {
    const none = this.place === null;
    return [
      { label: words.mistakes.forward, run: () => this.leadTo("forward"), disabled: none },
      { label: words.mistakes.backward, run: () => this.leadTo("backward"), primary: true, disabled: none },
    ];
  }

  /** @param {string} view */
  leadTo(view) {
    const { place, judge } = this;
    if (place === null) return;
    this.scene.change({ example: { inputs: judge.examples.inputs(place), wanted: judge.examples.wanted(place), number: place, drawn: false } });
    this.frame.show(view);
  }
}
