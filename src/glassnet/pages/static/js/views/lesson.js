// A lesson's strip above the picture: it asks, the numbers stay covered until there is an answer, and then it reveals.
// The teacher's strip also reveals without an answer, counts raised hands, and brings everyone to the same question.

import { answersTable } from "#text/answers.js";
import { inLanguage, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { saveFile } from "#views/files.js";

/** @import { Said } from "#text/language.js" */
/**
 * @typedef {object} Moment
 * @property {string} view
 * @property {Said} question
 * @property {Said} reveal
 * @property {Said[]} choices
 * @property {number} [answer] which choice is right, counted from 1
 * @property {string} [station]
 * @property {number} [example]
 * @property {number} [neuron]
 * @property {string} [net]
 * @property {number} [minutes]
 * @property {Said} [notes] for the teacher
 */
/** @typedef {{ title: Said, moments: Moment[], nets: { [name: string]: any } }} LessonPlan */
/** @typedef {{ place: number, given: (number | null)[], revealed: boolean[] }} Progress */

const KEPT = "glassnet lesson"; // in the tab, until it is closed

export class Lesson extends EventTarget {
  // picture: of a moment's example, to stand beside its question.
  /** @param {HTMLElement} strip @param {LessonPlan} plan @param {{ teacher?: boolean, picture?: (example: number) => HTMLElement }} options */
  constructor(strip, plan, { teacher = false, picture } = {}) {
    super();
    this.strip = strip;
    this.plan = plan;
    this.teacher = teacher;
    this.picture = picture;
    this.calling = false; // everyone to this question
    this.title = inLanguage(plan.title);
    this.counts = plan.moments.map(({ choices }) => choices.map(() => 0));
    this.progress = this.recalled();
  }

  get moment() {
    return this.plan.moments[this.progress.place];
  }

  get finished() {
    return this.progress.place >= this.plan.moments.length;
  }

  get given() {
    return this.progress.given[this.progress.place];
  }

  get answered() {
    return this.given !== null || this.progress.revealed[this.progress.place];
  }

  // Whether the numbers are to stay out of sight.
  get covered() {
    return !this.finished && this.moment.choices.length > 0 && !this.answered;
  }

  /** @returns {Progress} */
  recalled() {
    const fresh = { place: 0, given: this.plan.moments.map(() => null), revealed: this.plan.moments.map(() => false) };
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
      return kept?.title === this.title && kept.progress.given.length === fresh.given.length ? kept.progress : fresh;
    } catch {
      return fresh; // where nothing may be kept, nothing is
    }
  }

  keep() {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ title: this.title, progress: this.progress }));
    } catch {
      return; // the answers stay in the page all the same
    }
  }

  /** @param {number} place */
  go(place) {
    this.progress.place = Math.max(0, Math.min(this.plan.moments.length, place));
    this.calling = false;
    this.changed("moment");
  }

  /** @param {number} choice */
  answer(choice) {
    this.progress.given[this.progress.place] = choice;
    this.changed("answer");
    this.strip.querySelector("button")?.focus({ preventScroll: true });
  }

  reveal() {
    this.progress.revealed[this.progress.place] = true;
    this.changed("answer");
  }

  /** @param {"moment" | "answer"} what */
  changed(what) {
    this.keep();
    this.show();
    this.dispatchEvent(new Event(what));
  }

  /** @param {boolean} teacher */
  turn(teacher) {
    this.teacher = teacher;
    this.show();
  }

  show() {
    document.documentElement.toggleAttribute("data-covered", this.covered);
    this.strip.classList.toggle("called", this.calling);
    this.strip.replaceChildren(this.place(), ...this.example(), ...(this.finished ? this.end() : this.asked()));
  }

  example() {
    const example = this.finished ? undefined : this.moment.example;
    return example === undefined || !this.picture ? [] : [this.picture(example)];
  }

  place() {
    const { moments } = this.plan;
    const select = make("select", { ariaLabel: words.lesson.place });
    moments.forEach((_, place) => select.append(make("option", { value: String(place) }, words.lesson.of(place + 1, moments.length))));
    select.append(make("option", { value: String(moments.length) }, words.lesson.end));
    select.value = String(this.progress.place);
    select.onchange = () => this.go(Number(select.value));
    return make("div", { className: "place" }, make("b", {}, this.title), select);
  }

  asked() {
    const { moment } = this;
    const question = make("p", { className: "question" }, this.calling ? words.lesson.everyoneTo(this.progress.place + 1) : inLanguage(moment.question));
    const text = make("div", { className: "text" }, question);
    if (this.answered && !this.calling) text.append(this.told());
    else if (this.teacher && moment.notes && !this.calling) text.append(make("p", { className: "told" }, inLanguage(moment.notes)));
    const buttons = make("div", { className: "choices" });
    if (this.teacher) buttons.append(...this.teacherButtons());
    else if (this.covered) buttons.append(...moment.choices.map((choice, place) => this.button(inLanguage(choice), () => this.answer(place))));
    else if (!this.answered && moment.reveal) buttons.append(this.button(words.lesson.tell, () => this.reveal()));
    if (this.teacher || !this.covered) buttons.append(this.button(words.lesson.next, () => this.go(this.progress.place + 1)));
    return [text, buttons];
  }

  told() {
    const { moment, given } = this;
    const told = make("p", { className: "told", role: "status" });
    if (given !== null) told.append(make("b", {}, this.verdict(given)), " ");
    told.append(inLanguage(moment.reveal));
    return told;
  }

  /** @param {number} given */
  verdict(given) {
    const { answer, choices } = this.moment;
    const said = inLanguage(choices[given]);
    if (!answer) return words.lesson.said(said);
    return answer === given + 1 ? words.lesson.saidRight(said) : words.lesson.saidWrong(said, inLanguage(choices[answer - 1]));
  }

  teacherButtons() {
    const { moment } = this;
    const counts = this.counts[this.progress.place];
    const hands = moment.choices.map((choice, place) => this.hands(inLanguage(choice), counts, place));
    const everyone = this.button(words.lesson.everyone, () => {
      this.calling = !this.calling;
      this.show();
    });
    everyone.setAttribute("aria-pressed", String(this.calling));
    const reveal = this.answered || !moment.reveal ? [] : [this.button(words.lesson.reveal, () => this.reveal())];
    return [...hands, everyone, ...reveal];
  }

  // How many hands are up for a choice.
  /** @param {string} choice @param {number[]} counts @param {number} place */
  hands(choice, counts, place) {
    const shown = make("output", {}, String(counts[place]));
    /** @type {(by: number, sign: string, name: string) => HTMLButtonElement} */
    const counter = (by, sign, name) => {
      const button = this.button(sign, () => {
        counts[place] = Math.max(0, counts[place] + by);
        shown.textContent = String(counts[place]);
      });
      button.setAttribute("aria-label", name);
      return button;
    };
    return make("span", { className: "hands" }, choice, counter(-1, "−", words.lesson.fewer(choice)), shown, counter(1, "+", words.lesson.more(choice)));
  }

  end() {
    const answers = this.answers();
    const judged = answers.filter(({ answer, given }) => answer && given !== null);
    const right = judged.filter(({ answer, given }) => answer === Number(given) + 1).length;
    const text = make("div", { className: "text" }, make("p", { className: "question" }, words.lesson.done(right, judged.length)), make("p", { className: "told" }, words.lesson.stay));
    const buttons = make("div", { className: "choices" }, this.button(words.lesson.save, () => this.save()), this.button(words.lesson.print, () => window.print()));
    return [text, buttons];
  }

  answers() {
    const { moments } = this.plan;
    return moments.flatMap(({ question, choices, answer }, place) =>
      choices.length ? [{ question: inLanguage(question), choices: choices.map(inLanguage), answer, given: this.progress.given[place] }] : [],
    );
  }

  save() {
    const { head, right, wrong, separator, file } = words.lesson.table;
    saveFile(file, answersTable(this.answers(), head, [right, wrong], separator), "text/csv");
  }

  /** @param {string} label @param {() => void} run */
  button(label, run) {
    return make("button", { type: "button", onclick: run }, label);
  }
}
