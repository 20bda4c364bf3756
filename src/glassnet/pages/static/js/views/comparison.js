// Two nets on the same twenty examples, and on all that neither has seen.

import { compared, twenty } from "#engine/evaluation.js";
import { percentage, whole, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { exampleFigure } from "#views/example_figure.js";

/** @import { Answers } from "#engine/evaluation.js" */
/** @import { Network } from "#engine/network.js" */
/** @import { Judge } from "#views/judge.js" */
/** @import { Scene } from "#views/scene.js" */

const FEW = 7; // of those that one net alone reads
const CELLS = /** @type {const} */ (["both", "mine", "other", "neither"]);

export class Comparison {
  // choose: told of an example's place that a person wants to look at.
  /** @param {Scene} scene @param {Judge} judge @param {(place: number) => void} choose */
  constructor(scene, judge, choose) {
    this.scene = scene;
    this.judge = judge;
    this.choose = choose;
    this.places = /** @type {number[]} */ ([]);
    this.figures = make("div", { className: "twenty" });
    this.shares = make("div", { className: "shares" });
    this.title = make("h2", {}, words.learn.compared);
    this.rest = make("h2", {});
    this.element = make("section", { className: "comparison", hidden: true }, this.title, this.figures, this.rest, this.shares);
  }

  // Gives how many of the twenty, and of all, each reads.
  /** @param {Network} mine @param {Network} other @param {string} name of the other @param {string} noun */
  async show(mine, other, name, noun) {
    const { examples } = this.judge;
    this.figures.replaceChildren(make("p", { className: "note" }, words.learn.computing));
    this.places = this.places.length ? this.places : twenty(examples, this.scene.subject.classes.length);
    const [first, second] = [await this.judge.answers(mine), await this.judge.answers(other)];
    this.figures.replaceChildren(...this.places.map((place) => this.figure(place, [[words.learn.yours, first], [name, second]])));
    this.rest.textContent = words.learn.comparedAll(whole(first.count), noun);
    this.showShares(first, second);
    const of = (/** @type {Answers} */ answers) => ({ right: this.places.filter((place) => answers.said[place] === answers.labels[place]).length, accuracy: answers.accuracy });
    return { mine: of(first), other: of(second), of: this.places.length };
  }

  /** @param {number} place @param {[string, Answers][]} nets */
  figure(place, nets) {
    const { classes } = this.scene.subject;
    const answers = nets.map(([name, { said, labels }]) => {
      const right = said[place] === labels[place];
      return make("span", { className: right ? "right" : "wrong" }, make("i", {}, name), make("b", {}, `${classes[said[place]]} ${right ? "✓" : "✗"}`));
    });
    const [mine, other] = nets.map(([, { said }]) => classes[said[place]]);
    const label = words.learn.pair(classes[this.judge.examples.wanted(place)], mine, other);
    return make("button", { type: "button", ariaLabel: label, title: label, onclick: () => this.choose(place) }, exampleFigure(this.scene, this.judge.examples, place), ...answers);
  }

  // All that neither saw as one bar: both right, one alone, both wrong; and some of those that they differ in.
  /** @param {Answers} first @param {Answers} second */
  showShares(first, second) {
    const found = compared(first, second);
    const parts = CELLS.map((cell) => make("span", { className: cell, ariaHidden: "true" }));
    parts.forEach((part, place) => (part.style.flexGrow = String(found[CELLS[place]].length)));
    const texts = CELLS.map((cell) => make("li", { className: cell }, make("b", {}, whole(found[cell].length)), ` ${words.learn.cells[cell]} `, make("small", {}, percentage(found[cell].length / first.count))));
    const differ = /** @type {const} */ (["mine", "other"]).map((cell) => this.some(found[cell], cell, first, second));
    this.shares.replaceChildren(make("div", { className: "bar" }, ...parts), make("ul", {}, ...texts), make("div", { className: "differ" }, ...differ));
  }

  /** @param {number[]} places @param {"mine" | "other"} cell @param {Answers} first @param {Answers} second */
  some(places, cell, first, second) {
    const { classes } = this.scene.subject;
    const buttons = places.slice(0, FEW).map((place) => {
      const label = words.learn.pair(classes[first.labels[place]], classes[first.said[place]], classes[second.said[place]]);
      return make("button", { type: "button", ariaLabel: label, title: label, onclick: () => this.choose(place) }, exampleFigure(this.scene, this.judge.examples, place));
    });
    return make("div", { hidden: !places.length }, make("h3", {}, words.learn.cells[cell]), make("div", { className: "some" }, ...buttons));
  }
}
