// A table's network to be tried: values that can be changed, the answer, and the one change that would tip it.

import { Columns, knows } from "#engine/encoders.js";
import { answering, saidOf } from "#engine/ensemble.js";
import { marginFrom, mostMoving, nearest, tippingOf } from "#engine/what_if.js";
import { palette } from "#text/colors.js";
import { figure, rough, share, TABLE, valueOf } from "#text/table_words.js";
import { draw, make } from "#views/elements.js";
import { NamedWeights } from "#views/named_weights.js";
import { Plane } from "#views/plane.js";
import { histogram, ValueRows } from "#views/value_rows.js";
import { drawWhatIf } from "#views/what_if_plot.js";

/** @import { Answer, Decision } from "#engine/ensemble.js" */
/** @import { Network } from "#engine/network.js" */
/** @import { Column, Tipping } from "#engine/what_if.js" */
/** @import { Target } from "#text/table_words.js" */
/** @typedef {{ subject: string, words: string, doubt: string, option: string }} Read how the file was read */
/** @typedef {{ name: string, columns: Column[], target: Target, reading: Read[], tried: string, decision?: Decision }} Facts what Python says of a table */
/** @typedef {{ values: Float64Array, target: number, place: number }} Row */
/** @typedef {{ table?: Facts | null, classes: string[], unit: string, scale: { mean: number, deviation: number } | null }} Subject */
/** @typedef {(inputs: Float64Array, target: number) => void} Forward */

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

export class TableView {
  // forward: what "Go forward" does with the inputs; ask: what "Not so?" does.
  /** @param {HTMLElement} root @param {{ forward: Forward, ask: (facts: Facts) => void }} told */
  constructor(root, { forward, ask }) {
    this.root = root;
    this.forward = forward;
    this.ask = ask;
    this.waiting = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
    this.turn = 0;
    for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", () => this.subject && this.repaint());
    new ResizeObserver(() => this.subject && this.showCurve()).observe(root);
  }

  // Another table, or the same with another network.
  /** @param {Subject} subject @param {Network[]} networks @param {{ rows: Row[], points: Row[], decision?: Decision }} examples */
  adopt(subject, networks, { rows, points, decision = null }) {
    if (!subject.table) return;
    this.subject = subject;
    this.facts = subject.table;
    this.columns = new Columns(this.facts.columns);
    Object.assign(this, { rows, points, asked: -1, tipping: null, found: false });
    this.furnish(this.facts);
    this.follow(networks, decision);
    this.take(this.leastSure()[0] ?? rows[0]);
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

  // Other parameters, with the decision that goes with them. What is usual is measured on the rows that can be tried.
  /** @param {Network[]} networks @param {Decision} decision */
  follow(networks, decision = null) {
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
    this.root.classList.toggle("flat", flat);
    this.root.style.setProperty("--rows", String(columns.length));
    this.root.classList.toggle("dated", columns.some(({ kind }) => kind === "dates"));
    this.root.classList.toggle("timed", columns.some(({ kind, whole }) => kind === "dates" && !whole));
    const bench = make("div", { className: "bench" }, make("section", { className: "given" }, make("div", { className: "sheet" }, make("div", {}, part.title, part.values, key(part.first)), part.weights)), ...(flat ? [part.plane] : []), make("section", { className: "answer" }, part.answer, part.whatIf));
    this.root.replaceChildren(this.readingLine(facts), bench, this.footer());
    this.inputs = new ValueRows(part.values, columns, (column, value) => this.set(column, value), (column) => this.look(column));
    this.weights = new NamedWeights(part.weights, columns, /** @type {Columns} */ (this.columns));
    const { classes } = /** @type {Subject} */ (this.subject);
    this.plane = flat ? new Plane(part.plane, columns, { classes, target: facts.target, points: this.points, set: (values) => this.put(Float64Array.from(values)) }) : null;
  }

  /** @param {Facts} facts */
  readingLine({ name, reading, target }) {
    const { classes, unit } = /** @type {Subject} */ (this.subject);
    const words = reading.filter(({ subject, words: said }) => said && TOLD.includes(subject)).map(({ words: said }) => said);
    const doubted = reading.some(({ doubt }) => doubt);
    const button = make("button", { type: "button", className: "link", onclick: () => this.ask(/** @type {Facts} */ (this.facts)) }, TABLE.notSo);
    return make("p", { className: doubted ? "reading doubted" : "reading" }, make("b", {}, name), ` ${TABLE.readAs(words)} `, make("span", {}, TABLE.base(target, classes, unit, usualError(this.rows, () => target.mean ?? 0))), " ", button);
  }

  footer() {
    const { leastSure, largestError, another, forward } = TABLE;
    const { classes } = /** @type {Subject} */ (this.subject);
    const least = make("button", { type: "button", onclick: () => this.next(this.leastSure()) }, classes.length ? leastSure : largestError);
    const other = make("button", { type: "button", onclick: () => this.next(this.rows) }, another);
    const go = make("button", { type: "button", className: "primary", onclick: () => this.goForward() }, `${forward} →`);
    return make("footer", { className: "say" }, /** @type {Parts} */ (this.part).story, make("div", { className: "row" }, least, other, go));
  }

  goForward() {
    const { columns, row } = this;
    if (columns) this.forward(columns.encoded(this.values), row?.target ?? NaN);
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

  about = ""; // the network, and how good it is

  moving = /** @type {number | null} */ (null); // where nothing tips: the column that moves the answer most

  repaint() {
    this.plane?.draw();
    this.show();
  }

  show() {
    const { part, row, changed } = this;
    if (!part || !this.answer || !this.networks || !this.columns) return;
    const back = changed ? make("button", { type: "button", className: "link", onclick: () => row && this.take(row) }, TABLE.reset) : make("span", {}, TABLE.drag);
    const held = part.title.contains(document.activeElement);
    part.title.replaceChildren(make("b", {}, `${row ? TABLE.row(row.place + 1) : ""}${changed ? TABLE.changedRow : ""}`), " · ", back);
    if (held) part.title.querySelector("button")?.focus();
    this.inputs?.show(this.values, this.shown);
    this.weights?.show(this.networks[0].forward(this.columns.encoded(this.values)), palette());
    this.plane?.show(this.values);
    this.showAnswer(this.answer(this.values));
    this.showCurve();
    clearTimeout(this.waiting);
    this.turn++;
    this.found = false;
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
    this.tell();
  }

  tell() {
    const { part, facts, subject, tipping } = this;
    if (!part || !facts || !subject) return;
    const said = !tipping ? "" : subject.classes.length ? TABLE.haveSaid(subject.classes[saidOf(tipping.outputs, this.decision)]) : TABLE.haveMoved(rough(tipping.outputs[0], this.error), rough(this.error, this.error));
    const [first, second] = TABLE.story(tipping, { columns: facts.columns, said, of: facts.columns.length, nearest: facts.columns[this.moving ?? 0].name });
    part.story.replaceChildren(first, " ", make("span", {}, second));
  }

  showNetwork() {
    const { networks, answers, rows, facts, subject } = this;
    if (!networks || !answers || !facts || !subject) return;
    const right = answers.filter((outputs, k) => saidOf(outputs, this.decision) === rows[k].target).length;
    const words = subject.classes.length ? TABLE.rightOn(right, rows.length, facts.tried) : TABLE.offBy(this.error, subject.unit, rows.length, facts.tried);
    if (this.part) this.part.first.textContent = TABLE.firstOf(networks.length);
    this.about = `${TABLE.network(networks.length, networks[0].sizes)} · ${words}`;
  }

  /** @param {Float64Array} outputs */
  showAnswer(outputs) {
    const { part, subject, row, changed } = this;
    if (!part || !subject) return;
    const truth = row && !changed ? row.target : null;
    const parts = subject.classes.length ? this.classAnswer(outputs, subject.classes, truth) : this.numberAnswer(outputs[0], subject.unit, truth);
    part.answer.replaceChildren(make("p", { className: "soft" }, TABLE.says), ...parts);
  }

  /** @param {Float64Array} outputs @param {string[]} classes @param {number | null} truth */
  classAnswer(outputs, classes, truth) {
    const said = saidOf(outputs, this.decision);
    const from = this.decision ? TABLE.from(classes[this.decision.positive], this.decision.threshold) : "";
    const sure = TABLE.sure(outputs[said], truth === null ? null : classes[truth], classes[said]) + from;
    const few = classes.length <= BARS;
    const order = Array.from(outputs, (_, k) => k);
    const kept = few ? order : order.sort((a, b) => outputs[b] - outputs[a]).slice(0, BARS - 1);
    const bars = kept.map((k) => bar(classes[k], outputs[k], k === said));
    if (!few) bars.push(bar(TABLE.others(classes.length - kept.length), kept.reduce((left, k) => left - outputs[k], 1), false));
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
    const ends = make("span", { className: "ends" }, make("span", {}, figure(low, unit)), make("span", {}, figure(high, unit)));
    return [make("p", { className: "big" }, make("b", {}, `${rough(value, error)} ${unit}`), " ", make("span", {}, TABLE.within(rough(error, error), truth === null ? null : figure(truth, unit)))), make("div", { className: "target" }, histogram(counts), marks, ends)];
  }

  showCurve() {
    const { part, facts, subject, answer, values, tipping, shown } = this;
    if (!part || !facts || !subject || !answer || !values.length) return;
    this.inputs?.show(values, shown);
    const about = facts.columns[shown];
    part.question.textContent = TABLE.whatIf(about.name);
    const own = !this.found ? null : tipping?.column === shown ? tipping : tippingOf(answer, facts.columns, values, shown, this.margin(answer(values)));
    const { width, height } = part.curve.getBoundingClientRect();
    if (!width || height < 60) return;
    const rival = own && subject.classes.length ? saidOf(own.outputs, this.decision) : -1;
    drawWhatIf(part.curve, width, height, { answer, about, column: shown, values, classes: subject.classes, decision: this.decision, rival, tip: own ? own.value : NaN, error: this.error });
    part.curve.setAttribute("aria-label", `${TABLE.whatIf(about.name)} ${TABLE.thisRow(valueOf(about, values[shown]))}.`);
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
    story: make("p", { className: "story", role: "status" }, TABLE.wait),
  };
}

// What the squares and discs mean.
/** @type {(first: HTMLElement) => HTMLElement} */
function key(first) {
  /** @type {(kind: string) => SVGElement} */
  const square = (kind) => draw("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, draw("rect", { class: kind, width: 14, height: 14, rx: 2 }), ...(kind === "minus" ? [draw("path", { d: "M4 7H10" })] : []));
  const [more, less, now] = TABLE.key;
  return make("p", { className: "key" }, square("plus"), ` ${more} `, square("minus"), ` ${less} ${now} `, first);
}

/** @type {(name: string, part: number, strong: boolean) => HTMLElement} */
function bar(name, part, strong) {
  const full = draw("rect", { class: "full", height: "100%", width: `${(100 * part).toFixed(2)}%`, rx: 6 });
  return make("li", { className: strong ? "strong" : "" }, make("span", { className: "class", title: name }, name), draw("svg", { "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%", rx: 6 }), full), make("span", { className: "part" }, share(part)));
}
