// "Train on this computer with Python": for nets and numbers of examples that are too much for a browser.

import { whole, words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { make } from "#views/elements.js";
import { readNumber, readWidths } from "#views/knob_values.js";
import { wordsOf } from "#views/server.js";

/** @import { PythonTraining } from "#views/python_training.js" */
/** @import { LearnView } from "#views/learn_view.js" */
/** @import { Reading } from "#views/knob_values.js" */

const WIDEST = 2048;
const LAYERS = 6;

export class PythonDialog {
  /** @param {LearnView} learn @param {PythonTraining} training */
  constructor(learn, training) {
    this.learn = learn;
    this.training = training;
  }

  open() {
    const { knobs } = this.learn.learning;
    const { learned } = this.training;
    const fields = {
      hidden: field(words.learn.knobs.hidden, knobs.hidden.join(", "), (text) => readWidths(text, WIDEST, LAYERS)),
      examples: field(words.learn.knobs.examples, whole(learned), (text) => readNumber(text, { low: 1, high: learned, whole: true })),
      epochs: field(words.learn.knobs.epochs, String(knobs.epochs), (text) => readNumber(text, { low: 1, high: 10_000, whole: true })),
    };
    const start = make("button", { type: "button", className: "primary" }, words.play.begin);
    const keep = make("button", { type: "button", disabled: !this.training.own }, words.play.keep);
    const told = make("p", { className: "note", role: "status" });
    keep.onclick = () => void this.keep(told);
    start.onclick = () => {
      const readings = Object.entries(fields).map(([name, { read }]) => /** @type {const} */ ([name, read()]));
      if (readings.some(([, reading]) => "trouble" in reading)) return;
      dialog.close();
      this.begin(Object.fromEntries(readings.map(([name, reading]) => [name, "value" in reading ? reading.value : null])));
    };
    const dialog = openDialog(words.play.python, "python", make("p", {}, words.play.pythonWhy), ...Object.values(fields).map(({ element }) => element), make("p", { className: "row" }, start, keep), told);
  }

  /** @param {{ [name: string]: any }} chosen */
  begin(chosen) {
    this.training.python = true;
    this.learn.begin({ ...this.learn.learning.knobs, ...chosen }, words.play.python);
  }

  /** @param {HTMLElement} told */
  async keep(told) {
    try {
      told.textContent = words.play.kept(await this.training.save());
    } catch (error) {
      told.textContent = wordsOf(error);
    }
  }
}

// A text that says in words what it cannot mean.
/** @type {(name: string, value: string, reads: (text: string) => Reading) => { element: HTMLElement, read: () => Reading }} */
function field(name, value, reads) {
  const input = make("input", { type: "text", value, autocomplete: "off" });
  const fault = make("span", { className: "fault", role: "alert" });
  const read = () => {
    const reading = reads(input.value);
    fault.textContent = "trouble" in reading ? words.learn.limits[reading.trouble](whole(reading.low), whole(reading.high)) : "";
    input.setAttribute("aria-invalid", String("trouble" in reading));
    return reading;
  };
  input.onchange = read;
  return { element: make("label", { className: "field" }, make("span", {}, name), input, fault), read };
}
