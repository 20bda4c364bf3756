// What a page prints for a class: the digit with its questions, the small network with blanks, and on the last page the answers.

import { inLanguage, words } from "#text/language.js";
import { draw, make } from "#views/elements.js";
import { SmallNet } from "#views/small_net.js";

/** @import { Form } from "#engine/network.js" */
/** @import { LessonPlan, Moment } from "#views/lesson.js" */
/** @import { Scene } from "#views/scene.js" */

const SIDE = 28;

export class Worksheet {
  /** @param {Scene} scene @param {Form} form @param {LessonPlan | null} plan */
  constructor(scene, form, plan) {
    this.scene = scene;
    this.form = form;
    this.plan = plan;
    this.element = make("section", { className: "worksheet", ariaHidden: "true" });
    matchMedia("print").addEventListener("change", ({ matches }) => matches && this.show());
    addEventListener("beforeprint", () => this.show());
  }

  show() {
    const { worksheet } = words;
    const title = this.plan ? inLanguage(this.plan.title) : worksheet.title;
    const questions = this.sheet(title, make("div", { className: "beside" }, this.digit(), this.questions()));
    const small = this.sheet(worksheet.small.title, make("p", {}, worksheet.small.task), new SmallNet(this.form, false).element);
    const answers = this.sheet(worksheet.answers, new SmallNet(this.form, true).element, this.answers());
    this.element.replaceChildren(questions, small, answers);
  }

  /** @param {string} title @param {...Node} parts */
  sheet(title, ...parts) {
    return make("article", { className: "sheet" }, make("h2", {}, title), ...parts);
  }

  // In rectangles, as backgrounds and canvases are not printed alike everywhere.
  digit() {
    const cells = Array.from(this.scene.example.inputs, (gray, place) => ({ gray, x: place % SIDE, y: Math.floor(place / SIDE) })).filter(({ gray }) => gray > 0);
    const rects = cells.map(({ gray, x, y }) => draw("rect", { x, y, width: 1, height: 1, fill: `rgb(${Math.round(255 * (1 - gray))} ${Math.round(255 * (1 - gray))} ${Math.round(255 * (1 - gray))})` }));
    return draw("svg", { class: "digit", viewBox: `0 0 ${SIDE} ${SIDE}` }, ...rects);
  }

  questions() {
    const asked = this.plan ? this.plan.moments.map((moment) => this.question(moment)) : words.worksheet.questions.map((text) => make("li", {}, text, make("span", { className: "line" })));
    return make("ol", {}, ...asked);
  }

  /** @param {Moment} moment */
  question({ question, choices }) {
    const boxes = choices.map((choice) => make("span", { className: "box" }, `☐ ${inLanguage(choice)}`));
    return make("li", {}, inLanguage(question), boxes.length ? make("span", { className: "boxes" }, ...boxes) : make("span", { className: "line" }));
  }

  answers() {
    const { scene } = this;
    const { classes } = scene.subject;
    const { wanted } = scene.example;
    if (!this.plan) return make("p", {}, words.worksheet.digitSays(wanted === null ? "?" : classes[wanted], classes[scene.said]));
    return make("ol", {}, ...this.plan.moments.map(({ choices, answer, reveal }) => make("li", {}, answer ? make("b", {}, `${inLanguage(choices[answer - 1])}. `) : "", inLanguage(reveal))));
  }
}
