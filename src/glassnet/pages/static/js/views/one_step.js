// The last station home: one step on this example, what it does to the answer, and what it costs the others. The hand holds the
// learning rate. Where there are no others to count, the curve is this example's own loss after the step.

import { RATES, StepPrice } from "#engine/step_price.js";
import { figure, share } from "#text/figures.js";
import { decimal, whole, words } from "#text/language.js";
import { inItsUnit, lettersOf } from "#views/answer_deltas.js";
import { draw, make } from "#views/elements.js";
import { HandCurve } from "#views/hand_curve.js";
import { DURATION, motion } from "#views/motion.js";
import { Slices } from "#views/slices.js";

/** @import { Trace } from "#engine/network.js" */
/** @import { Examples, Price } from "#engine/step_price.js" */
/** @import { Scene } from "#views/scene.js" */

const FIRST = RATES.indexOf(0.01);
const MOST = 10; // answers
const MARKED = [0.001, 0.01, 0.1, 1, 10];

export class OneStep {
  /** @param {Scene} scene @param {Examples | null} others @param {() => void} moved */
  constructor(scene, others, moved) {
    this.scene = scene;
    this.others = others;
    this.moved = moved;
    this.place = FIRST;
    this.work = new Slices();
    this.pricing = /** @type {StepPrice | null} */ (null);
    this.prices = /** @type {(Price | null)[]} */ ([]);
    this.table = make("table", { className: "before-after" });
    this.losses = make("p", { className: "losses" });
    this.curve = new HandCurve({ name: words.backward.rate, moved: (place) => this.hold(place) });
    this.heading = make("h2");
    const own = make("div", { className: "own" }, make("h2", {}, words.backward.thisExample), this.table, this.losses);
    this.element = make("div", { className: "one-step" }, own, make("div", { className: "price" }, this.heading, this.curve.element));
  }

  get rate() {
    return RATES[this.place];
  }

  show() {
    const { scene, others } = this;
    const trace = /** @type {Trace} */ (scene.trace);
    if (this.pricing?.trace !== trace) {
      this.pricing = others && new StepPrice(scene.network, trace, others);
      this.prices = RATES.map(() => null);
    }
    this.refresh();
    void this.count();
  }

  // The rate that is held first, then all others, by ever smaller steps.
  async count() {
    const { pricing, place } = this;
    if (!pricing) return;
    const order = [place, ...[8, 4, 2, 1].flatMap((step) => [...RATES.keys()].filter((stop) => stop % step === 0))];
    for (const stop of order) {
      if (this.prices[stop]) continue;
      const price = await this.work.run(pricing.at(RATES[stop]));
      if (!price || pricing !== this.pricing) return;
      this.prices[stop] = price;
      this.refresh();
      if (stop === this.place) this.moved();
    }
  }

  // Each bar goes from what it was to what it is.
  play() {
    if (motion.reduced) return;
    const [before, after] = [".was", ".level"].map((kind) => [...this.table.querySelectorAll(kind)]);
    const widths = (/** @type {number} */ place) => [before, after].map((bars) => ({ width: bars[place].getAttribute("width") ?? "0%" }));
    void motion.play(after.map((bar, place) => bar.animate(widths(place), { duration: DURATION, easing: "ease-in-out" })));
  }

  stop() {
    this.work.giveUp();
  }

  /** @param {number} place */
  hold(place) {
    this.place = place;
    this.refresh();
    this.moved();
    void this.count();
  }

  get price() {
    return this.prices[this.place] ?? null;
  }

  /** @param {number} rate @returns {{ trace: import("#engine/network.js").ForwardTrace, loss: number }} */
  after(rate) {
    const before = /** @type {Trace} */ (this.scene.trace);
    const stepped = this.scene.network.stepped(before, rate);
    const trace = stepped.forward(before.inputs);
    return { trace, loss: stepped.measure(trace, before.targets) };
  }

  refresh() {
    const after = this.after(this.rate);
    this.showOwn(after);
    const shown = this.others ? this.priceCurve() : this.ownCurve();
    this.heading.textContent = shown.spoken;
    this.curve.show(shown);
  }

  /** @param {{ trace: import("#engine/network.js").ForwardTrace, loss: number }} after */
  showOwn({ trace, loss }) {
    const { scene } = this;
    const { classes } = scene.subject;
    const [was, now] = [scene.outputs, trace.activations[scene.last]];
    const said = now.indexOf(Math.max(...now));
    this.saidThen = said;
    this.lossThen = loss;
    const order = [...now.keys()].sort((a, b) => Math.max(was[b], now[b]) - Math.max(was[a], now[a])).slice(0, MOST).sort((a, b) => a - b);
    const rows = order.map((k) => {
      const bar = draw("svg", { class: "bar", "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%" }), draw("rect", { class: "was", width: long(was[k]), height: "40%" }), draw("rect", { class: "level", width: long(now[k]), y: "45%", height: "55%" }));
      const mark = k === said ? words.backward.saidAfter : k === scene.said ? words.backward.saidBefore : "";
      return make("tr", { className: k === said ? "strong" : "" }, make("th", { scope: "row" }, make("span", { className: "circle" }, classes[k] ?? words.names.theAnswer)), make("td", {}, classes.length ? bar : ""), ...[was[k], now[k]].map((value) => make("td", { className: "value" }, classes.length ? share(value) : inItsUnit(scene, value))), make("td", { className: "mark" }, mark));
    });
    const head = ["", "", words.backward.before, words.backward.after, ""].map((name) => (name ? make("th", { scope: "col" }, name) : make("td")));
    this.table.style.setProperty("--letters", String(lettersOf(scene)));
    this.table.replaceChildren(make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
    const before = /** @type {Trace} */ (scene.trace).loss;
    this.losses.replaceChildren(words.backward.lossBecomes, " ", make("b", {}, figure(before)), " → ", make("b", {}, Number.isFinite(loss) ? figure(loss) : words.backward.endless));
  }

  // How many of the others are right after the step, for each rate.
  priceCurve() {
    const { prices, price, scene } = this;
    const classes = scene.subject.classes.length > 0;
    const known = prices.find((one) => one) ?? null;
    const count = known?.count ?? 1;
    const before = known && (classes ? known.before / count : this.usualError(known.before));
    const high = classes ? 1 : 3 * (before ?? 1);
    /** @type {(one: Price) => number} */
    const height = (one) => (classes ? one.after / count : this.usualError(one.after));
    const spoken = price ? words.backward.ratePrice(rateText(this.rate), classes ? words.backward.ofOthers(whole(price.after), whole(count)) : words.backward.errorOfOthers(figure(this.usualError(price.after)))) : words.backward.counting;
    const was = before === null ? [] : [{ y: before, text: words.backward.before }];
    const guess = classes ? [{ y: 1 / scene.subject.classes.length, text: words.backward.guessing, left: true }] : [];
    const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => ({ at: part * high, text: classes ? share(part) : figure(part * high) }));
    return { ...this.across(), heights: prices.map((one) => one && height(one)), y: { from: 0, to: high, ticks, label: classes ? words.backward.axisRight : words.backward.axisError }, levels: [...was, ...guess], spoken };
  }

  // Of numbers, in their own unit.
  /** @param {number} squared */
  usualError(squared) {
    return (this.scene.subject.scale?.deviation ?? 1) * Math.sqrt(squared);
  }

  ownCurve() {
    const heights = RATES.map((rate) => this.after(rate).loss);
    const before = /** @type {Trace} */ (this.scene.trace).loss;
    const high = Math.max(0.1, 2 * before);
    const spoken = words.backward.ratePrice(rateText(this.rate), words.track.loss(Number.isFinite(heights[this.place]) ? figure(heights[this.place]) : words.backward.endless));
    const ticks = [0, 0.5, 1].map((part) => ({ at: part * high, text: figure(part * high) }));
    return { ...this.across(), heights, y: { from: 0, to: high, ticks, label: words.backward.axisLoss }, levels: [{ y: before, text: words.backward.before }], spoken };
  }

  // What both curves have: rates from left to right.
  across() {
    const ticks = MARKED.map((rate) => ({ at: RATES.indexOf(rate), text: rateText(rate) }));
    return { place: this.place, home: this.place, tangent: null, lines: [], x: { from: 0, to: RATES.length - 1, ticks, label: words.backward.axisRate } };
  }

  sentence() {
    const { scene, others, price } = this;
    const { classes } = scene.subject;
    const { wanted } = scene.example;
    if (others && !price) return { strong: words.backward.counting, rest: "" };
    const own = !classes.length || wanted === null ? words.backward.ownNumber(figure(/** @type {Trace} */ (scene.trace).loss), figure(this.lossThen ?? 0)) : this.ownInWords(classes[wanted], scene.said === wanted, this.saidThen === wanted);
    if (!price) return { strong: own, rest: words.backward.ratesWhy };
    if (!classes.length) return { strong: own, rest: words.backward.othersNumber(figure(this.usualError(price.before)), figure(this.usualError(price.after))) };
    const ruined = 2 * price.after < price.before;
    const strong = `${own} ${words.backward.othersChange(price.won, price.lost, whole(price.won), whole(price.lost))}`;
    const free = this.saidThen === scene.said ? words.backward.tooSmall : words.backward.noPrice;
    return { strong, rest: price.lost + price.won === 0 ? free : ruined ? words.backward.tooLarge : words.backward.priceWhy };
  }

  /** @param {string} name @param {boolean} before @param {boolean} after */
  ownInWords(name, before, after) {
    if (after) return before ? words.backward.ownStays(name) : words.backward.ownWon(name);
    const said = this.scene.subject.classes[this.saidThen ?? 0];
    return before ? words.backward.ownLost(name, said) : words.backward.ownStillWrong(name, said);
  }
}

/** @type {(rate: number) => string} */
const rateText = (rate) => decimal(rate, rate < 0.01 ? 4 : rate < 0.1 ? 3 : rate < 1 ? 2 : rate < 10 ? 1 : 0).replace(/([.,]\d*?)0+$/, "$1").replace(/[.,]$/, "");

/** @type {(value: number) => string} */
const long = (value) => `${(100 * Math.max(0.008, Math.min(1, value))).toFixed(1)}%`;
