// Symbols: signs of one's own, drawn a dozen times each, learned, tried; and how many more drawings would make it better.

import { pixels } from "#engine/ink.js";
import { Network } from "#engine/network.js";
import { readSigns, writtenSigns } from "#engine/own_symbols.js";
import { share } from "#text/figures.js";
import { words } from "#text/language.js";
import { Bar, make } from "#views/elements.js";
import { openFile, saveFile } from "#views/files.js";
import { Pad } from "#views/pad.js";
import { SymbolBoxes } from "#views/symbol_boxes.js";
import { SymbolTraining } from "#views/symbol_training.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Form } from "#engine/network.js" */
/** @import { Drawing, Sign } from "#engine/own_symbols.js" */
/** @import { Action, Frame } from "#views/frame.js" */
/** @import { History } from "#views/history.js" */
/** @import { Outlook } from "#views/symbol_training.js" */

const NAMES = "ABCDE";
const [FIRST, LEAST] = [3, 2]; // signs
const NARROW = "(max-width: 46rem) and (orientation: portrait)";
const [WIDE_LINE, NARROW_LINE] = [12, 4]; // boxes
const TRY_SIDE = 280;

export class SymbolsView {
  /** @param {Frame} frame @param {{ form: Form, learner: () => Learner, history: History }} parts form: of any network, for its formulas */
  constructor(frame, { form, learner, history }) {
    this.frame = frame;
    this.form = form;
    this.history = history;
    this.name = "symbols";
    this.title = words.symbols.title;
    this.training = new SymbolTraining(learner);
    this.signs = /** @type {Sign[]} */ (Array.from({ length: FIRST }, (_, place) => ({ name: NAMES[place], drawings: [] })));
    this.network = /** @type {Network | null} */ (null);
    this.outlook = /** @type {Outlook | null} */ (null);
    this.busy = ""; // how far a training is
    this.stale = false; // whether something was drawn since
    this.others = /** @type {{ right: number, all: number } | null} */ (null);
    this.rows = make("div", { className: "signs" });
    this.more = this.button(words.symbols.another, () => this.change(1));
    this.less = this.button(words.symbols.fewer, () => this.change(-1));
    this.ink = make("canvas", { tabIndex: 0, role: "application", ariaLabel: words.symbols.pad });
    this.pad = new Pad(this.ink, () => this.tell(), TRY_SIDE);
    this.answers = make("table", { className: "answers" });
    this.curve = make("div", { className: "curve" });
    this.element = make("section", { className: "symbols", ariaLabel: words.symbols.title }, this.rows, this.trying());
    this.showRows();
    matchMedia(NARROW).addEventListener("change", () => this.showRows());
  }

  /** @param {string} label @param {() => void} run */
  button(label, run) {
    return make("button", { type: "button", className: "plain", onclick: run }, label);
  }

  trying() {
    const tools = make("div", { className: "tools" }, this.more, this.less, this.button(words.symbols.save, () => this.save()), this.button(words.symbols.open, () => this.open()));
    const head = make("p", { className: "head" }, words.symbols.test, this.button(words.symbols.clear, () => this.pad.clear()));
    return make("div", { className: "trying" }, tools, make("div", { className: "try" }, head, this.ink), this.answers, this.curve);
  }

  get columns() {
    return matchMedia(NARROW).matches ? NARROW_LINE : WIDE_LINE;
  }

  get least() {
    return Math.min(...this.signs.map(({ drawings }) => drawings.length));
  }

  enter() {
    this.tell();
  }

  leave() {}

  showRows() {
    this.rows.replaceChildren(...this.signs.map((sign) => new SymbolBoxes(sign, this.columns, () => this.changed()).element));
    this.more.disabled = this.signs.length >= NAMES.length;
    this.less.disabled = this.signs.length <= LEAST;
  }

  changed() {
    this.stale = Boolean(this.network);
    this.others = null;
    this.tell();
    if (this.frame.view === this) this.frame.refresh();
  }

  // One sign more or fewer, or those of a file; it can be taken back.
  /** @param {string} name @param {Sign[]} signs */
  replace(name, signs) {
    const turn = (/** @type {Sign[]} */ wanted) => {
      const before = this.signs;
      this.signs = wanted;
      Object.assign(this, { network: null, outlook: null, others: null, stale: false });
      this.showRows();
      this.changed();
      return () => turn(before);
    };
    this.history.did(name, turn(signs));
  }

  /** @param {number} by */
  change(by) {
    const signs = by > 0 ? [...this.signs, { name: NAMES[this.signs.length], drawings: [] }] : this.signs.slice(0, -1);
    this.replace(by > 0 ? words.symbols.another : words.symbols.fewer, signs);
  }

  save() {
    saveFile("signs.json", writtenSigns(this.signs), "application/json");
  }

  /** @returns {Promise<Sign[] | null>} */
  async read() {
    const file = await openFile(".json");
    const signs = file && readSigns(await file.text());
    if (file && !signs) this.frame.trouble({ text: words.symbols.noFile, actions: [] });
    return signs;
  }

  async open() {
    const signs = await this.read();
    if (signs) this.replace(words.symbols.open, signs.slice(0, NAMES.length));
  }

  // How many of another's drawings are read.
  async tryOthers() {
    const signs = await this.read();
    const { network } = this;
    if (!signs || !network) return;
    if (signs.length !== this.signs.length) {
      this.frame.trouble({ text: words.symbols.otherSigns(this.signs.length, signs.length), actions: [] });
      return;
    }
    const drawn = signs.flatMap(({ drawings }, label) => drawings.map((drawing) => this.said(drawing) === label));
    this.others = { right: drawn.filter(Boolean).length, all: drawn.length };
    this.frame.refresh();
  }

  async train() {
    const signs = structuredClone(this.signs.map(({ drawings }) => drawings));
    const told = {
      learned: (/** @type {Float32Array} */ parameters) => this.learned(parameters, signs.length),
      tried: (/** @type {number} */ done, /** @type {number} */ all) => this.progress(share(done / all)),
    };
    Object.assign(this, { stale: false, others: null });
    this.progress(share(0));
    const outlook = await this.training.train(signs, told);
    if (!outlook) return;
    this.outlook = outlook;
    this.progress("");
    this.showCurve();
  }

  /** @param {Float32Array} parameters @param {number} classes */
  learned(parameters, classes) {
    const form = { ...this.form, sizes: [784, 16, classes], activations: ["relu"], output: "softmax", loss: "cross_entropy" };
    this.network = new Network(form, Float64Array.from(parameters));
    this.tell();
  }

  /** @param {string} part */
  progress(part) {
    this.busy = part;
    if (this.frame.view === this) this.frame.refresh();
  }

  /** @param {Drawing} drawing */
  probabilities(drawing) {
    const inputs = pixels(drawing);
    if (!inputs || !this.network) return null;
    return this.network.forward(inputs).activations[this.network.last];
  }

  /** @param {Drawing} drawing */
  said(drawing) {
    const found = this.probabilities(drawing);
    return found ? found.indexOf(Math.max(...found)) : -1;
  }

  // What it says of the sign on the pad, while it is drawn.
  tell() {
    const found = this.probabilities(this.pad.strokes);
    const said = found ? found.indexOf(Math.max(...found)) : -1;
    const rows = this.signs.map(({ name }, place) => {
      const value = found?.[place] ?? 0;
      const bar = new Bar();
      bar.show(0, value, place === said ? "var(--ink)" : "var(--border)");
      return make("tr", { className: place === said ? "strong" : "" }, make("th", { scope: "row" }, name), make("td", {}, bar.element), make("td", {}, found ? share(value) : "–"));
    });
    this.answers.replaceChildren(make("tbody", {}, ...rows));
  }

  showCurve() {
    const { outlook } = this;
    if (!outlook?.found.length) return this.curve.replaceChildren();
    const lines = outlook.found.map(({ count, accuracy }) => words.symbols.learned(Math.round(count), share(accuracy)));
    const expected = words.symbols.expected(this.least, share(outlook.accuracy));
    this.curve.replaceChildren(make("p", { className: "head" }, words.symbols.curve), ...[...lines, expected].map((text) => make("p", {}, text)));
  }

  sentence() {
    const { symbols } = words;
    if (this.busy) return { strong: symbols.training(this.busy), rest: symbols.trainingWhy };
    if (this.others) return { strong: symbols.othersRead(this.others.right, this.others.all), rest: symbols.othersReadWhy };
    if (this.stale) return { strong: symbols.changed, rest: symbols.changedWhy };
    if (this.network && this.outlook) return this.outlookSentence(this.outlook);
    return this.least ? { strong: symbols.enough(this.least), rest: symbols.enoughWhy } : { strong: symbols.begin, rest: symbols.beginWhy };
  }

  /** @param {Outlook} outlook */
  outlookSentence({ accuracy, goal, needed, found }) {
    const { symbols } = words;
    if (!found.length) return { strong: symbols.few, rest: symbols.fewWhy };
    const rest = needed && goal ? symbols.more(needed, share(goal)) : accuracy >= 1 ? symbols.all : symbols.same;
    return { strong: symbols.reads(share(accuracy)), rest };
  }

  /** @returns {Action[]} */
  actions() {
    const { symbols } = words;
    const others = { label: symbols.others, run: () => this.tryOthers(), disabled: !this.network };
    return [others, { label: symbols.train, run: () => this.train(), primary: true, disabled: !this.least || Boolean(this.busy) }];
  }
}
