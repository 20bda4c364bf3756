// Two nets on the same twenty examples, and on all that neither has seen.

import { compared, twenty } from "#engine/evaluation.js";
import { drawPixels } from "#text/colors.js";
import { percentage, whole, words } from "#text/language.js";
import { make } from "#views/elements.js";

/** @import { Answers } from "#engine/evaluation.js" */
/** @import { Network } from "#engine/network.js" */
/** @import { Judge } from "#views/judge.js" */
/** @import { Scene } from "#views/scene.js" */

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
  /** @param {Network} mine @param {Network} other @param {string} noun */
  async show(mine, other, noun) {
    this.figures.replaceChildren(make("p", { className: "note" }, words.learn.computing));
    this.places = this.places.length ? this.places : twenty(this.judge.examples, this.scene.subject.classes.length);
    const [first, second] = [await this.judge.answers(mine), await this.judge.answers(other)];
    this.figures.replaceChildren(...this.places.map((place) => this.figure(place, first, second)));
    this.rest.textContent = words.learn.comparedAll(whole(first.count), noun);
    this.showShares(first, second);
    const of = (/** @type {Answers} */ answers) => ({ right: this.places.filter((place) => answers.said[place] === answers.labels[place]).length, accuracy: answers.accuracy });
    return { mine: of(first), other: of(second), of: this.places.length };
  }

  /** @param {number} place @param {Answers} first @param {Answers} second */
  figure(place, first, second) {
    const { classes, shape } = this.scene.subject;
    const { inputs, labels, width } = this.judge.examples;
    const canvas = make("canvas", { ariaHidden: "true" });
    const values = new Float64Array(width);
    inputs(place, values);
    if (shape) drawPixels(canvas, values, shape, (value) => this.scene.colors.gray(value));
    const answers = [first, second].map((of, net) => make("span", { className: of.said[place] === labels[place] ? "right" : "wrong" }, make("i", {}, net ? words.learn.before : words.learn.yours), " ", classes[of.said[place]], make("b", {}, of.said[place] === labels[place] ? " ✓" : " ✗")));
    const label = words.learn.pair(classes[labels[place]], classes[first.said[place]], classes[second.said[place]]);
    const button = make("button", { type: "button", ariaLabel: label, title: label, onclick: () => this.choose(place) }, shape ? canvas : make("span", {}, whole(place)), ...answers);
    return button;
  }

  // All that neither saw as one bar: both right, one alone, both wrong.
  /** @param {Answers} first @param {Answers} second */
  showShares(first, second) {
    const found = compared(first, second);
    const parts = CELLS.map((cell) => make("span", { className: cell, ariaHidden: "true" }));
    parts.forEach((part, place) => (part.style.flexGrow = String(found[CELLS[place]])));
    const texts = CELLS.map((cell) => make("li", { className: cell }, make("b", {}, whole(found[cell])), ` ${words.learn.cells[cell]}`, make("small", {}, ` ${percentage(found[cell] / first.count)}`)));
    this.shares.replaceChildren(make("div", { className: "bar" }, ...parts), make("ul", {}, ...texts));
  }
}
