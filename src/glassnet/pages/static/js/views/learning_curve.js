// A learning curve: the share of right answers over the epochs, always from 0 to 100 %, with the line that guessing reaches.
// What the net never saw is the strong line, what it learned from the thin one, the other net's a dotted one.

import { percentage, words } from "#text/language.js";
import { draw, make } from "#views/elements.js";

/** @typedef {{ epoch: number, validation: number, training: number | null, loss: number | null }} Judged how good a net was after so many epochs; training: on what it learned from */
/** @typedef {{ records: Judged[], given: boolean }} Course of a net; given: whether only its end is known */
/** @typedef {{ mine: Course, other: (Course & { name: string }) | null, epochs: number, now: number, guess: number }} Shown now: the epochs done so far, with the part of the one that runs */

const [LEFT, TOP, BOTTOM, NAMES] = [2.45, 0.55, 1.45, 5.9]; // rem about the lines; names of lines to the right
const APART = 0.95; // rem between names of lines
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const MOST_TICKS = 7;

export class LearningCurve {
  constructor() {
    this.drawing = draw("svg", { role: "img" });
    this.element = make("div", { className: "learning-curve" }, /** @type {any} */ (this.drawing));
    this.shown = /** @type {Shown | null} */ (null);
    this.size = { width: 0, height: 0, rem: 16 };
    new ResizeObserver(([{ contentRect }]) => this.resize(contentRect)).observe(this.element);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.shown = shown;
    this.paint();
  }

  // Kept, as asking for it while all else changes costs more than the drawing.
  /** @param {{ width: number, height: number }} room */
  resize({ width, height }) {
    this.size = { width, height, rem: parseFloat(getComputedStyle(document.documentElement).fontSize) };
    this.paint();
  }

  paint() {
    const { width, height } = this.size;
    if (!this.shown || !width || !height) return;
    const { mine, epochs, now, guess } = this.shown;
    const { records } = mine;
    const last = Math.max(1, epochs, now, ...records.map(({ epoch }) => epoch));
    const plot = plotOf(this.size, last);
    this.drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.drawing.setAttribute("aria-label", words.learn.curve(records[records.length - 1]?.epoch ?? 0, percentage(records[0]?.validation ?? guess), percentage(records[records.length - 1]?.validation ?? guess), percentage(guess)));
    const lines = linesOf(this.shown, last);
    this.drawing.replaceChildren(...lines.flatMap((line) => under(plot, line)), ...frame(plot, last, guess), ...lines.flatMap((line) => lineOf(plot, line)), ...progress(plot, now, records), ...named(plot, [...lines, { kind: "chance", name: words.learn.guessing(percentage(guess, 0)), points: [[0, guess]] }]));
  }
}

/** @typedef {{ height: number, left: number, right: number, rem: number, x: (epoch: number) => number, y: (share: number) => number }} Plot */
/** @typedef {{ kind: string, name: string, points: number[][] }} Line points: [epoch, share] */

/** @type {(size: { width: number, height: number, rem: number }, last: number) => Plot} */
function plotOf({ width, height, rem }, last) {
  const [left, right, top, bottom] = [LEFT * rem, width - NAMES * rem, TOP * rem, height - BOTTOM * rem];
  return { height, left, right, rem, x: (epoch) => left + ((right - left) * epoch) / last, y: (share) => bottom - (bottom - top) * share };
}

// The strongest last, over the others.
/** @type {(shown: Shown, last: number) => Line[]} */
function linesOf({ mine, other }, last) {
  const { records } = mine;
  const before = (other ? level(other, last) : []).filter(({ epoch }) => epoch <= last).map(({ epoch, validation }) => [epoch, validation]);
  const learned = records.filter(({ training }) => training !== null).map(({ epoch, training }) => [epoch, training ?? 0]);
  const unseen = level(mine, last).map(({ epoch, validation }) => [epoch, validation]);
  return [
    { kind: "other", name: other?.name ?? "", points: before },
    { kind: "learned", name: words.learn.lineLearned, points: learned },
    { kind: "unseen", name: words.learn.lineUnseen, points: unseen },
  ].filter(({ points }) => points.length);
}

// A net of which only the end is known is a level line.
/** @type {(course: Course, last: number) => Judged[]} */
const level = ({ records, given }, last) => (given && records.length === 1 ? [0, last].map((epoch) => ({ ...records[0], epoch })) : records);

/** @type {(plot: Plot, last: number, guess: number) => SVGElement[]} */
function frame({ left, right, height, rem, x, y }, last, guess) {
  const grid = [0, 0.5, 1].flatMap((share) => [
    draw("line", { class: share ? "grid" : "grid ground", x1: left, x2: right, y1: y(share), y2: y(share) }),
    text(percentage(share, 0), { x: left - rem / 2, y: y(share), class: "end" }),
  ]);
  const step = STEPS.find((size) => last / size <= MOST_TICKS) ?? last;
  const ticks = Array.from({ length: Math.floor(last / step) + 1 }, (_, place) => place * step);
  const across = ticks.map((epoch) => text(String(epoch), { x: x(epoch), y: height - rem / 2, class: "middle" }));
  const guessed = draw("line", { class: "guess", x1: left, x2: right, y1: y(guess), y2: y(guess) });
  return [...grid, ...across, text(words.learn.epochs, { x: right + rem, y: height - rem / 2 }), guessed];
}

/** @type {(plot: Plot, line: Line) => SVGElement[]} */
function lineOf(plot, { kind, points }) {
  const [epoch, share] = points[points.length - 1];
  const end = draw("circle", { class: kind, cx: plot.x(epoch), cy: plot.y(share), r: kind === "unseen" ? 5 : 3 });
  return [draw("path", { class: kind, d: pathOf(plot, points) }), end];
}

// The paper under the strong line.
/** @type {(plot: Plot, line: Line) => SVGElement[]} */
function under(plot, { kind, points }) {
  if (kind !== "unseen" || points.length < 3) return [];
  const [first, last] = [points[0], points[points.length - 1]].map(([epoch]) => plot.x(epoch).toFixed(1));
  return [draw("path", { class: "under", d: `${pathOf(plot, points)}L${last} ${plot.y(0)}L${first} ${plot.y(0)}Z` })];
}

/** @type {(plot: Plot, points: number[][]) => string} */
const pathOf = ({ x, y }, points) => points.map(([epoch, share], place) => `${place ? "L" : "M"}${x(epoch).toFixed(1)} ${y(share).toFixed(1)}`).join("");

// How far the epoch that runs has come.
/** @type {(plot: Plot, now: number, records: Judged[]) => SVGElement[]} */
function progress({ x, y }, now, records) {
  const done = records[records.length - 1]?.epoch ?? 0;
  return now > done ? [draw("line", { class: "now", x1: x(done), x2: x(now), y1: y(0), y2: y(0) })] : [];
}

// Each line's name right of the plot, at the height of its end, apart from the others.
/** @type {(plot: Plot, lines: Line[]) => SVGElement[]} */
function named({ right, rem, y }, lines) {
  const places = lines.map(({ kind, name, points }) => ({ kind, name, at: y(points[points.length - 1][1]) })).sort((a, b) => a.at - b.at || (a.kind === "unseen" ? -1 : 1));
  places.forEach((place, order) => (place.at = Math.max(place.at, order ? places[order - 1].at + APART * rem : 0)));
  const over = Math.max(0, (places[places.length - 1]?.at ?? 0) - y(0)); // below the ground: all that stand close move up
  for (let order = places.length - 1, low = y(0); over && order >= 0 && places[order].at > low; order--, low -= APART * rem) places[order].at = low;
  return places.map(({ kind, name, at }) => text(name, { x: right + rem / 2, y: at, class: kind }));
}

/** @type {(words: string, attributes: { [name: string]: string | number }) => SVGElement} */
function text(content, attributes) {
  const element = draw("text", attributes);
  element.textContent = content;
  return element;
}
