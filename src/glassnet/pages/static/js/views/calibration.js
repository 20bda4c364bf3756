// How far its answers can be trusted: when it says 80 %, is it right 8 times in 10?

import { decimal, percentage, whole, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { Plot } from "#views/plot.js";

/** @import { Answers } from "#engine/evaluation.js" */

const RANGES = 10;
const [LOW, HIGH] = [0.75, 0.85]; // about 80 %
const ENOUGH = 20; // answers, of which a share means something
const NEAR = 0.05; // between how sure it is and how often it is right: as good as equal

export class Calibration {
  constructor() {
    this.plot = new Plot();
    this.answer = make("p", { className: "answer" });
    this.count = make("p", { className: "note" });
    this.element = make("section", { className: "calibration" }, make("h2", {}, words.mistakes.trust), make("div", {}, /** @type {any} */ (this.plot.element), make("div", {}, this.answer, this.count)));
  }

  /** @param {Answers} answers */
  show(answers) {
    const near = answers.between(LOW, HIGH);
    const tells = near.count >= ENOUGH;
    this.answer.textContent = tells ? words.mistakes.inTen(decimal((10 * near.right) / near.count, 1)) : words.mistakes.tooFew;
    const verdict = verdictOf(answers);
    this.count.textContent = [tells ? words.mistakes.trusted(percentage(LOW, 0), percentage(HIGH, 0), whole(near.count), whole(near.right)) : "", verdict].filter(Boolean).join(" ");
    const known = answers.ranges(RANGES).filter(({ count }) => count >= ENOUGH / 2);
    const ticks = [0, 0.5, 1].map((at) => ({ at, text: percentage(at, 0) }));
    this.plot.show({
      x: { from: 0, to: 1, ticks, label: words.mistakes.sureness },
      y: { from: 0, to: 1, ticks, label: words.mistakes.rightness },
      curves: [{ points: [[0, 0], [1, 1]], kind: "ideal" }, { points: known.map(({ sure, count, right }) => [sure, right / count]), kind: "found" }],
      marks: known.map(({ sure, count, right }) => ({ x: sure, y: right / count, kind: "small" })),
    });
    const told = known.map(({ sure, count, right }) => words.mistakes.at(percentage(sure, 0), percentage(right / count, 0)));
    this.plot.element.setAttribute("aria-label", words.mistakes.reliability(told.join("; ")));
  }

  resize() {
    this.plot.resize();
  }
}

// Over all answers: how sure it is, beside how often it is right.
/** @type {(answers: Answers) => string} */
function verdictOf(answers) {
  const { sure, right, count } = answers.between(0, 1);
  const over = sure - right / count;
  const off = answers.ranges(RANGES).filter((range) => range.count >= ENOUGH).map((range) => range.sure - range.right / range.count);
  if (off.every((by) => Math.abs(by) < NEAR)) return words.mistakes.honest;
  return over > 0 ? words.mistakes.overconfident : words.mistakes.underconfident;
}
