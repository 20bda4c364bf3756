// Try: a table's values, that can be changed, what its network makes of them, and the one change that would tip its answer.

import { Columns, knows } from "#engine/encoders.js";
import { answering, saidOf } from "#engine/ensemble.js";
import { marginFrom, mostMoving, nearest, tippingOf } from "#engine/what_if.js";
import { palette } from "#text/colors.js";
import { share } from "#text/figures.js";
import { whole, words } from "#text/language.js";
import { baseInWords, inUnit, networkInWords, offInWords, rightInWords, rough, sureInWords, tippingInWords, valueOf } from "#text/table_words.js";
import { draw, make, typeScale } from "#views/elements.js";
import { NamedWeights } from "#views/named_weights.js";
import { paper } from "#views/paper.js";
import { Plane } from "#views/plane.js";
import { contest } from "#views/reading.js";
import { histogram, ValueRows } from "#views/value_rows.js";
import { drawWhatIf } from "#views/what_if_plot.js";

/** @import { Answer, Decision } from "#engine/ensemble.js" */
/** @import { Network } from "#engine/network.js" */
/** @import { Column, Tipping } from "#engine/what_if.js" */
/** @import { Link } from "#text/link.js" */
/** @import { Action, Frame } from "#views/frame.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Target } from "#text/table_words.js" */
/** @typedef {{ subject: string, words: string, doubt: string, option: string }} Read how the file was read */
/** @typedef {{ name: string, columns: Column[], target: Target, reading: Read[], tried: string, decision?: Decision }} Facts what Python says of a table */
/** @typedef {{ values: Float64Array, target: number, place: number }} Row */
/** @typedef {{ table?: Facts | null, classes: string[], unit: string, scale: { mean: number, deviation: number } | null }} Subject */
/** @typedef {{ subject: Subject, networks: Network[], rows: Row[], points: Row[], decision?: Decision, again?: () => void }} Table again: opens what reads the file differently, where something can */

const QUIET = 120; // milliseconds after a change, until the nearest tipping is looked for
const SLICE = 14; // of work, before the page may do other things
const BARS = 6; // classes with a bar each
const TOLD = ["rows", "target", "task", "features"]; // of the reading, in its first line

// The usual error is the RMSE.
/** @type {(rows: Row[], answer: (row: number) => number) => number} */
const usualError = (rows, answer) => Math.sqrt(rows.reduce((sum, { target }, k) => sum + (answer(k) - target) ** 2, 0) / rows.length);

/** @type {(subject: Subject) => boolean} */
export const canTry = ({ table }) => Boolean(table) && knows(table?.columns ?? []);

// Rows of numbers, each with its target and its place in the table.
/** @type {(arrays: { [name: string]: ArrayLike<number> }, name: string, width: number) => Row[]} */
export const tableRows = (arrays, name, width) =>
  Array.from(arrays[`${name}_targets`], (target, k) => ({ target, place: arrays[`${name}_places`][k], values: Float64Array.from({ length: width }, (_, column) => arrays[name][k * width + column]) }));

export class TryView {
  // first: the row to begin with; without it the one that it is least sure of.
  /** @param {Frame} frame @param {Scene} scene @param {Table} table @param {Row} [first] */
  constructor(frame, scene, table, first) {
    this.frame = frame;
    this.scene = scene;
    this.name = "try";
    this.title = words.try.title;
    this.again = table.again;
    this.element = make("section", { className: "try", ariaLabel: words.try.title });
    this.waiting = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
    this.turn = 0;
    this.adopt(table, first);
    scene.addEventListener("change", (event) => this.hear(/** @type {any} */ (event).parts));
    paper.addEventListener("change", () => this.repaint());
  }

  /** @param {Table} table @param {Row} [first] */
  adopt({ subject, networks, rows, points, decision = null }, first) {
    if (!subject.table) return;
    this.subject = subject;
    this.facts = subject.table;
    this.columns = new Columns(this.facts.columns);
    this.trained = networks; // before anything was learned here
    this.decided = decision;
    Object.assign(this, { rows, points, asked: -1, tipping: null, found: false });
    this.furnish(this.facts);
    this.answerBy(networks, decision);
    this.take(first ?? this.leastSure()[0] ?? rows[0]);
  }

  // Another network in the scene answers alone, and by its largest output; a row that was chosen elsewhere is taken here.
  /** @param {Set<string>} parts */
  hear(parts) {
    if (parts.has("colors")) this.repaint();
    const { network } = this.scene;
    if (!parts.has("network") || network === this.networks?.[0]) return;
    if (this.trained && network === this.trained[0]) this.answerBy(this.trained, this.decided);
    else this.answerBy([network]);
  }

  // What a link to this view carries: a row of the file, or its values as they were changed.
  /** @returns {Promise<Partial<Link>>} */
  async link() {
    return this.row && !this.changed ? { row: this.row.place } : { row: this.row?.place, values: [...this.values] };
  }

  /** @param {Link} link */
  async follow({ row, values }) {
    const found = this.rows.find(({ place }) => place === row);
    if (found) this.take(found);
    else if (row !== undefined && !values) this.frame.trouble({ text: words.link.noExample(whole(row + 1)), actions: [] });
    if (values?.length === this.values.length) this.put(Float64Array.from(values));
  }

  enter() {
    this.frame.about(this.netInWords);
    this.repaint();
    this.show();
  }

  leave() {
    clearTimeout(this.waiting);
  }

  resize() {
    if (this.frame.view === this && this.subject) this.showCurve();
  }

  sentence() {
    const { facts, subject, tipping } = this;
    if (!facts || !subject || !this.found) return { strong: words.try.wait };
    const said = !tipping ? "" : subject.classes.length ? words.try.haveSaid(subject.classes[saidOf(tipping.outputs, this.decision)]) : words.try.haveMoved(rough(tipping.outputs[0], this.error), rough(this.error, this.error));
    return tippingInWords(tipping, { columns: facts.columns, said, of: facts.columns.length, nearest: facts.columns[this.moving ?? 0].name });
  }

  /** @returns {Action[]} */
  actions() {
    const { leastSure, largestError, another, forward } = words.try;
    return [
      { label: this.subject?.classes.length ? leastSure : largestError, run: () => this.next(this.leastSure()) },
      { label: another, run: () => this.next(this.rows) },
      { label: forward, run: () => this.goForward(), primary: true },
    ];
  }

  rows = /** @type {Row[]} */ ([]);
  points = /** @type {Row[]} */ ([]);
  values = /** @type {Float64Array} */ (new Float64Array());
  row = /** @type {Row | null} */ (null); // that the values were taken from
  asked = -1; // the column whose curve was asked for
  tipping = /** @type {Tipping | null} */ (null);
  found = false; // whether all columns were tried
  error = 0; // the usual one, of numbers

  decision = /** @type {Decision} */ (null); // of the model as it was trained

  // Other networks, with the decision that goes with them. What is usual is measured on the rows that can be tried.
  /** @param {Network[]} networks @param {Decision} decision */
  answerBy(networks, decision = null) {
    this.decision = decision;
    const { subject, columns, rows } = this;
    if (!subject || !columns) return;
    this.networks = networks;
    this.answer = answering(networks, columns, subject.scale);
    const answers = rows.map(({ values }) => /** @type {Answer} */ (this.answer)(values));
    this.answers = answers;
    if (!subject.classes.length) this.error = usualError(rows, (k) => answers[k][0]);
    this.weights?.adopt(networks[0]);
    this.plane?.follow(this.answer, decision);
    this.showNetwork();
    if (this.values.length) this.show();
  }

  /** @param {Facts} facts */
  furnish(facts) {
    const { columns } = facts;
    const [a, b] = columns;
    const flat = columns.length === 2 && [a, b].every((column) => !column.words.length && column.kind !== "dates" && column.high > column.low);
    this.part = parts();
    const { part } = this;
    this.element.classList.toggle("flat", flat);
    this.element.style.setProperty("--rows", String(columns.length));
    this.element.classList.toggle("dated", columns.some(({ kind }) => kind === "dates"));
    this.element.classList.toggle("timed", columns.some(({ kind, whole }) => kind === "dates" && !whole));
    const bench = make("div", { className: "bench" }, make("section", { className: "given" }, make("div", { className: "rows" }, make("div", {}, part.title, part.values, key(part.first)), part.weights)), ...(flat ? [part.plane] : []), make("section", { className: "answer" }, part.answer, part.whatIf));
    this.element.replaceChildren(this.readingLine(facts), bench);
    this.inputs = new ValueRows(part.values, columns, (column, value) => this.set(column, value), (column) => this.look(column));
    this.weights = new NamedWeights(part.weights, columns, /** @type {Columns} */ (this.columns));
    const { classes } = /** @type {Subject} */ (this.subject);
    this.plane = flat ? new Plane(part.plane, columns, { classes, target: facts.target, points: this.points, set: (values) => this.put(Float64Array.from(values)) }) : null;
  }

  /** @param {Facts} facts */
  readingLine({ name, reading, target }) {
    const { classes, unit } = /** @type {Subject} */ (this.subject);
    const read = reading.filter(({ subject, words: said }) => said && TOLD.includes(subject)).map(({ words: said }) => said);
    const doubted = reading.some(({ doubt }) => doubt);
    const button = make("button", { type: "button", className: "plain", onclick: () => contest(reading, name, this.again) }, words.try.notSo);
    return make("p", { className: doubted ? "reading doubted" : "reading" }, make("b", {}, name), ` ${words.try.readAs(read.join("; "))} `, make("span", {}, baseInWords(target, classes, unit, usualError(this.rows, () => target.mean ?? 0))), " ", button);
  }

  goForward() {
    this.tellScene();
    this.frame.show("forward");
  }

  // The values as they are now are what the other views are about.
  tellScene() {
    const { columns, row } = this;
    if (columns) this.scene.change({ example: { inputs: columns.encoded(this.values), wanted: row && !Number.isNaN(row.target) ? row.target : null, number: null, drawn: false } });
  }

  /** @param {Float64Array} outputs */
  margin(outputs) {
    return marginFrom(outputs, this.error, Boolean(this.subject?.classes.length), this.decision);
  }

  // The rows that it is least sure of first; of numbers those that it is farthest from.
  leastSure() {
    const { rows, answers, subject } = this;
    if (!answers || !subject) return rows;
    const sureness = answers.map((outputs, k) => (subject.classes.length ? this.margin(outputs)(outputs) : -Math.abs(outputs[0] - rows[k].target)));
    return rows.map((_, k) => k).sort((a, b) => sureness[a] - sureness[b]).map((k) => rows[k]);
  }

  // The one after the one on show.
  /** @param {Row[]} rows */
  next(rows) {
    const at = rows.findIndex((row) => row === this.row);
    this.take(rows[(at + 1) % rows.length]);
  }

  /** @param {Row | undefined} row */
  take(row) {
    if (!row) return;
    this.row = row;
    this.asked = -1;
    this.put(row.values.slice());
  }

  /** @param {number} column @param {number} value */
  set(column, value) {
    const values = this.values.slice();
    values[column] = value;
    this.put(values);
  }

  /** @param {Float64Array} values */
  put(values) {
    this.values = values;
    this.show();
  }

  /** @param {number} column */
  look(column) {
    this.asked = column;
    this.showCurve();
  }

  get changed() {
    const { row, values } = this;
    return Boolean(row && values.some((value, k) => !Object.is(value, row.values[k])));
  }

  // The column whose curve is on show.
  get shown() {
    return this.asked >= 0 ? this.asked : (this.tipping?.column ?? this.moving ?? 0);
  }

  netInWords = ""; // the network, and how good it is

  moving = /** @type {number | null} */ (null); // where nothing tips: the column that moves the answer most

  repaint() {
    if (this.frame.view !== this || !this.networks || !this.columns) return;
    this.plane?.draw();
    this.weights?.show(this.networks[0].forward(this.columns.encoded(this.values)), palette());
    this.showCurve();
  }

  show() {
    const { part, row, changed } = this;
    if (!part || !this.answer || !this.networks || !this.columns) return;
    const back = changed ? make("button", { type: "button", className: "plain", onclick: () => row && this.take(row) }, words.try.reset) : make("span", {}, words.try.drag);
    const held = part.title.contains(document.activeElement);
    part.title.replaceChildren(make("b", {}, `${row ? words.try.row(whole(row.place + 1)) : ""}${changed ? words.try.changedRow : ""}`), " · ", back);
    if (held) part.title.querySelector("button")?.focus();
    this.inputs?.show(this.values, this.shown);
    this.weights?.show(this.networks[0].forward(this.columns.encoded(this.values)), palette());
    this.plane?.show(this.values);
    this.showAnswer(this.answer(this.values));
    this.showCurve();
    clearTimeout(this.waiting);
    this.turn++;
    this.found = false;
    if (this.frame.view !== this) return;
    this.frame.refresh();
    this.waiting = setTimeout(() => this.hunt(this.turn), QUIET);
  }

  // All columns are tried, and the page stays quick meanwhile.
  /** @param {number} turn */
  hunt(turn) {
    const { answer, facts, subject, values } = this;
    if (!answer || !facts || !subject) return;
    const margin = this.margin(answer(values));
    const work = nearest(answer, facts.columns, values, margin);
    /** @type {Tipping | null} */
    let best = null;
    const go = () => {
      if (turn !== this.turn) return;
      const end = performance.now() + SLICE;
      while (performance.now() < end) {
        const { done, value } = work.next();
        if (!done) best = value;
        else return this.settle(best, best ? null : mostMoving(answer, facts.columns, values, margin));
      }
      setTimeout(go);
    };
    go();
  }

  /** @param {Tipping | null} tipping @param {number | null} moving */
  settle(tipping, moving) {
    Object.assign(this, { tipping, moving, found: true });
    this.showCurve();
    this.frame.refresh();
  }

  showNetwork() {
    const { networks, answers, rows, facts, subject } = this;
    if (!networks || !answers || !facts || !subject) return;
    const right = answers.filter((outputs, k) => saidOf(outputs, this.decision) === rows[k].target).length;
    const quality = subject.classes.length ? rightInWords(right, rows.length, facts.tried) : offInWords(this.error, subject.unit, rows.length, facts.tried);
    if (this.part) this.part.first.textContent = words.try.firstOf(networks.length);
    this.netInWords = networkInWords(networks.length, networks[0].sizes, quality);
    if (this.frame.view === this) this.frame.about(this.netInWords);
  }

  /** @param {Float64Array} outputs */
  showAnswer(outputs) {
    const { part, subject, row, changed } = this;
    if (!part || !subject) return;
    const truth = row && !changed && !Number.isNaN(row.target) ? row.target : null;
    const parts = subject.classes.length ? this.classAnswer(outputs, subject.classes, truth) : this.numberAnswer(outputs[0], subject.unit, truth);
    part.answer.replaceChildren(make("p", { className: "soft" }, words.try.says), ...parts);
  }

  /** @param {Float64Array} outputs @param {string[]} classes @param {number | null} truth */
  classAnswer(outputs, classes, truth) {
    const said = saidOf(outputs, this.decision);
    const from = this.decision ? words.try.from(classes[this.decision.positive], share(this.decision.threshold)) : "";
    const sure = sureInWords(outputs[said], truth === null ? null : classes[truth], classes[said]) + from;
    const few = classes.length <= BARS;
    const order = Array.from(outputs, (_, k) => k);
    const kept = few ? order : order.sort((a, b) => outputs[b] - outputs[a]).slice(0, BARS - 1);
    const bars = kept.map((k) => bar(classes[k], outputs[k], k === said));
    if (!few) bars.push(bar(words.try.others(whole(classes.length - kept.length)), kept.reduce((left, k) => left - outputs[k], 1), false));
    return [make("p", { className: "big" }, make("b", {}, classes[said]), " ", make("span", {}, sure)), make("ul", { className: "bars" }, ...bars)];
  }

  // On the histogram of the target: the answer as a point with its usual error, and what it is as a line.
  /** @param {number} value @param {string} unit @param {number | null} truth */
  numberAnswer(value, unit, truth) {
    const { error } = this;
    const { low, high, counts } = /** @type {Facts} */ (this.facts).target;
    /** @type {(number: number) => string} */
    const x = (number) => `${Math.max(0, Math.min(100, (100 * (number - low)) / (high - low || 1))).toFixed(2)}%`;
    const line = draw("line", { class: "whisker", x1: x(value - error), x2: x(value + error), y1: "100%", y2: "100%" });
    const point = draw("circle", { class: "point", cx: x(value), cy: "100%", r: 7 });
    const marks = draw("svg", { class: "marks", "aria-hidden": "true" }, line, point, ...(truth === null ? [] : [draw("line", { class: "truth", x1: x(truth), x2: x(truth), y1: 0, y2: "100%" })]));
    const ends = make("span", { className: "ends" }, make("span", {}, inUnit(low, unit)), make("span", {}, inUnit(high, unit)));
    return [make("p", { className: "big" }, make("b", {}, `${rough(value, error)} ${unit}`), " ", make("span", {}, words.try.within(rough(error, error), truth === null ? null : inUnit(truth, unit)))), make("div", { className: "target" }, histogram(counts), marks, ends)];
  }

  showCurve() {
    const { part, facts, subject, answer, values, tipping, shown } = this;
    if (!part || !facts || !subject || !answer || !values.length) return;
    this.inputs?.show(values, shown);
    const about = facts.columns[shown];
    part.question.textContent = words.try.whatIf(about.name);
    const own = !this.found ? null : tipping?.column === shown ? tipping : tippingOf(answer, facts.columns, values, shown, this.margin(answer(values)));
    const box = part.curve.getBoundingClientRect();
    const [width, height] = [box.width / typeScale(), box.height / typeScale()];
    if (!width || height < 60) return;
    const rival = own && subject.classes.length ? saidOf(own.outputs, this.decision) : -1;
    drawWhatIf(part.curve, width, height, { answer, about, column: shown, values, classes: subject.classes, decision: this.decision, rival, tip: own ? own.value : NaN, error: this.error });
    part.curve.setAttribute("aria-label", `${words.try.whatIf(about.name)} ${words.try.thisRow(valueOf(about, values[shown]))}.`);
  }
}

/** @typedef {ReturnType<typeof parts>} Parts */

function parts() {
  const question = make("h2");
  const curve = draw("svg", { class: "what-if", role: "img" });
  return {
    question,
    curve,
    first: make("span"),
    title: make("h2", { className: "title" }),
    values: make("div", { className: "values" }),
    weights: make("div", { className: "weights" }),
    plane: make("section", { className: "plane" }),
    answer: make("div", { role: "status", className: "said" }),
    whatIf: make("div", { className: "what-if-part" }, question, curve),
  };
}

// What the squares and discs mean.
/** @type {(first: HTMLElement) => HTMLElement} */
function key(first) {
  /** @type {(kind: string) => SVGElement} */
  const square = (kind) => draw("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, draw("rect", { class: kind, width: 14, height: 14, rx: 2 }), ...(kind === "minus" ? [draw("path", { d: "M4 7H10" })] : []));
  const { more, less, discs } = words.try;
  return make("p", { className: "key" }, square("plus"), ` ${more} `, square("minus"), ` ${less} ${discs} `, first);
}

/** @type {(name: string, part: number, strong: boolean) => HTMLElement} */
function bar(name, part, strong) {
  const full = draw("rect", { class: "full", height: "100%", width: `${(100 * part).toFixed(2)}%`, rx: 6 });
  return make("li", { className: strong ? "strong" : "" }, make("span", { className: "class", title: name }, name), draw("svg", { "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%", rx: 6 }), full), make("span", { className: "part" }, share(part)));
}
