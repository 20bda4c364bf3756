// What the answer would be if one value were another: a curve for each class over the column's range, or for the number;
// of a column of words a row for each word. Lines differ in their dashes too, and have their names beside them.

import { saidOf } from "#engine/ensemble.js";
import { changed, gridOf, wordsOf } from "#engine/what_if.js";
import { share } from "#text/figures.js";
import { words } from "#text/language.js";
import { inUnit, valueOf } from "#text/table_words.js";
import { draw } from "#views/elements.js";

/** @import { Answer, Decision } from "#engine/ensemble.js" */
/** @import { Column } from "#engine/what_if.js" */
/**
 * @typedef {object} Asked
 * @property {Answer} answer
 * @property {Column} about
 * @property {number} column
 * @property {ArrayLike<number>} values
 * @property {string[]} classes
 * @property {Decision} decision
 * @property {number} rival the class that the nearest change tips to, -1 if there is none
 * @property {number} tip the value at which it does; NaN if there is none
 * @property {number} error the usual one, of numbers
 */

const STEPS = 64;
const MOST_WORDS = 9;
const SEEN = 0.12; // from which a class has its name on its curve

/** @type {(box: SVGElement, width: number, height: number, asked: Asked) => void} */
export function drawWhatIf(box, width, height, asked) {
  box.setAttribute("viewBox", `0 0 ${width} ${height}`);
  box.replaceChildren(...(asked.about.words.length ? wordRows(width, height, asked) : curves(width, height, asked)));
}

/** @type {(content: string, x: number, y: number, kind?: string, anchor?: string) => SVGElement} */
function text(content, x, y, kind = "", anchor = "start") {
  const element = draw("text", { x, y, class: kind, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

/** @type {(width: number, height: number, asked: Asked) => SVGElement[]} */
function curves(width, height, { answer, about, column, values, classes, decision, rival, tip, error }) {
  const now = values[column];
  const grid = gridOf(about, STEPS);
  const places = [...new Set([...grid, ...(Number.isNaN(now) ? [] : [now])])].sort((a, b) => a - b);
  const [low, high] = [places[0], places[places.length - 1] + (places.length > 1 ? 0 : 1)];
  const rows = places.map((value) => answer(changed(values, column, value)));
  const [least, most] = classes.length ? [0, 1] : spanOf(rows, error);
  const ticks = ticksOf(least, most, 3).map((tick) => ({ tick, written: classes.length ? share(tick) : inUnit(tick) }));
  const [left, right, top, bottom] = [Math.max(46, ...ticks.map(({ written }) => 12 + 7.5 * written.length)), width - 26, 30, height - 40];
  /** @type {(value: number) => number} */
  const x = (value) => left + ((right - left) * (value - low)) / (high - low);
  /** @type {(value: number) => number} */
  const y = (value) => bottom - ((bottom - top) * (value - least)) / (most - least);
  const here = answer(values);
  const said = classes.length ? saidOf(here, decision) : 0;
  const lines = Array.from(here, (_, k) => k).sort((a, b) => Number(a === said) - Number(b === said)); // what it says last, on top
  const drawn = lines.map((k) => draw("path", { class: `curve ${kindOf(k, said, rival)}`, d: rows.map((row, i) => `${i ? "L" : "M"}${x(places[i]).toFixed(1)} ${y(row[k]).toFixed(1)}`).join("") }));
  const band = classes.length ? [] : [draw("path", { class: "band", d: bandOf(places, rows, x, y, error) })];
  /** @type {SVGElement[]} */
  const frame = [draw("path", { class: "axis", d: `M${left} ${top}V${bottom}H${right}` })];
  for (const { tick, written } of ticks) frame.push(text(written, left - 8, y(tick) + 4, "tick", "end"));
  const limit = !decision ? 0.5 : said === decision.positive ? decision.threshold : 1 - decision.threshold; // of the class that is said
  if (classes.length) frame.push(draw("path", { class: "half", d: `M${left} ${y(limit)}H${right}` }));
  for (const tick of ticksOf(low, high, about.kind === "dates" ? 3 : 5).filter((value) => !about.whole || Number.isInteger(value))) frame.push(text(about.kind === "dates" ? valueOf({ ...about, whole: true }, Math.round(tick)) : inUnit(tick), x(tick), bottom + 18, "tick", "middle"));
  frame.push(text(about.unit ? `${about.name}, ${about.unit}` : about.name, right, bottom + 36, "tick", "end"));
  const names = classes.length ? namesOf(lines, classes, said, rival, rows, places, x, y, right, [now, tip].filter((value) => !Number.isNaN(value)).map(x)) : [];
  return [...band, ...frame, ...drawn, ...mark(now, here[said], about, x, y, top, bottom, left, right), ...tipMark(tip, x, top, bottom), ...names];
}

/** @type {(k: number, said: number, rival: number) => string} */
const kindOf = (k, said, rival) => (k === said ? "said" : k === rival ? "rival" : "other");

// The row's own value: a line, its name above, and a point on the curve.
/** @type {(now: number, value: number, about: Column, x: (value: number) => number, y: (value: number) => number, top: number, bottom: number, left: number, right: number) => SVGElement[]} */
function mark(now, value, about, x, y, top, bottom, left, right) {
  if (Number.isNaN(now)) return [];
  const label = words.try.thisRow(valueOf(about, now));
  const half = 3.7 * label.length;
  const place = Math.max(left + half, Math.min(right + 20 - half, x(now)));
  return [draw("path", { class: "here", d: `M${x(now)} ${top - 6}V${bottom}` }), text(label, place, top - 12, "strong", "middle"), draw("circle", { class: "point", cx: x(now), cy: y(value), r: 6 })];
}

/** @type {(tip: number, x: (value: number) => number, top: number, bottom: number) => SVGElement[]} */
const tipMark = (tip, x, top, bottom) => (Number.isNaN(tip) ? [] : [draw("path", { class: "tip", d: `M${x(tip)} ${top}V${bottom}` })]);

// Each class's name where its curve is farthest from all others, and from the row's own line.
/** @type {(lines: number[], classes: string[], said: number, rival: number, rows: Float64Array[], places: number[], x: (value: number) => number, y: (value: number) => number, right: number, own: number[]) => SVGElement[]} */
function namesOf(lines, classes, said, rival, rows, places, x, y, right, own) {
  const shown = [...lines].reverse().filter((k) => k === said || k === rival || rows.some((row) => row[k] >= SEEN));
  return shown.map((k) => {
    const half = 4.4 * classes[k].length;
    /** @type {(i: number) => number} */
    const across = (i) => Math.max(52 + half, Math.min(right - half, x(places[i])));
    /** @type {(i: number) => number} */
    const room = (i) => {
      const near = places.flatMap((_, j) => (Math.abs(x(places[j]) - across(i)) <= half + 6 ? [j] : []));
      const apart = Math.min(60, ...near.flatMap((j) => lines.filter((other) => other !== k).map((other) => Math.abs(y(rows[i][k]) - y(rows[j][other])))), ...near.map((j) => 60 - 2 * Math.abs(y(rows[i][k]) - y(rows[j][k]))));
      return apart + 20 * rows[i][k] - (own.some((line) => Math.abs(line - across(i)) < half + 6) ? 40 : 0);
    };
    const best = places.reduce((most, _, i) => (room(i) > room(most) ? i : most), 0);
    const others = lines.filter((other) => other !== k).map((other) => rows[best][other] - rows[best][k]);
    const above = others.filter((gap) => gap > 0).length ? Math.min(...others.filter((gap) => gap > 0)) : Infinity;
    const below = others.filter((gap) => gap < 0).length ? -Math.max(...others.filter((gap) => gap < 0)) : Infinity;
    const up = y(rows[best][k]) > 50 && above >= below;
    return text(classes[k], across(best), y(rows[best][k]) + (up ? -10 : 20), `label ${kindOf(k, said, rival)}`, "middle");
  });
}

/** @type {(rows: Float64Array[], error: number) => [number, number]} */
function spanOf(rows, error) {
  const all = rows.map(([value]) => value);
  return [Math.min(...all) - 1.2 * error - 1e-9, Math.max(...all) + 1.2 * error + 1e-9];
}

/** @type {(places: number[], rows: Float64Array[], x: (value: number) => number, y: (value: number) => number, error: number) => string} */
function bandOf(places, rows, x, y, error) {
  const above = places.map((value, i) => `${x(value).toFixed(1)} ${y(rows[i][0] + error).toFixed(1)}`);
  const below = places.map((value, i) => `${x(value).toFixed(1)} ${y(rows[i][0] - error).toFixed(1)}`).reverse();
  return `M${[...above, ...below].join("L")}Z`;
}

// About so many round numbers within a range.
/** @type {(low: number, high: number, about: number) => number[]} */
export function ticksOf(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999) ?? 10 * power;
  return Array.from({ length: Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1 }, (_, k) => Number(((Math.ceil(low / step - 1e-9) + k) * step).toPrecision(12)));
}

// A row for each word: where on the scale each class, or the number, would be.
/** @type {(width: number, height: number, asked: Asked) => SVGElement[]} */
function wordRows(width, height, { answer, about, column, values, classes, decision, rival, tip, error }) {
  const now = values[column];
  const wanted = [...new Set([now, tip].filter((value) => !Number.isNaN(value) && value >= 0))];
  const words = [...new Set([...wanted, ...wordsOf(about, MOST_WORDS)])].slice(0, MOST_WORDS).sort((a, b) => about.counts[b] - about.counts[a]);
  const places = Number.isNaN(now) ? [...words, NaN] : words;
  const rows = places.map((value) => answer(changed(values, column, value)));
  const said = classes.length ? saidOf(answer(values), decision) : 0;
  const longest = Math.max(...places.map((value) => valueOf(about, value).length));
  const [left, right, top, bottom] = [Math.min(0.42 * width, 24 + 7.4 * longest), width - 26, 30, height - 40];
  const [least, most] = classes.length ? [0, 1] : spanOf(rows, error);
  /** @type {(value: number) => number} */
  const x = (value) => left + ((right - left) * (value - least)) / (most - least);
  const step = Math.min(34, (bottom - top) / places.length);
  const shown = classes.length ? [...new Set([said, rival].filter((k) => k >= 0))] : [0];
  const drawn = rows.flatMap((row, i) => {
    const y = top + (i + 0.5) * step;
    const name = valueOf(about, places[i]);
    const own = Object.is(places[i], now);
    const clipped = name.length * 7.4 > left - 20 ? `${name.slice(0, Math.max(3, Math.floor((left - 28) / 7.4)))}…` : name;
    const points = shown.map((k) => (k === rival && k !== said ? draw("path", { class: "point rival", d: diamond(x(row[k]), y) }) : draw("circle", { class: `point${own ? "" : " open"}`, cx: x(row[k]), cy: y, r: 6 })));
    return [draw("path", { class: "half", d: `M${left} ${y}H${right}` }), ...(classes.length ? [] : [draw("path", { class: "whisker", d: `M${x(row[0] - error)} ${y}H${x(row[0] + error)}` })]), text(clipped, left - 12, y + 4, own ? "strong" : "tick", "end"), ...points];
  });
  const end = top + places.length * step;
  const frame = ticksOf(least, most, 3).map((tick) => text(classes.length ? share(tick) : inUnit(tick), x(tick), end + 18, "tick", "middle"));
  const legend = classes.length ? shown.map((k, i) => text(`${k === said ? "●" : "◆"} ${classes[k]}`, left + (i * (right - left)) / 2, 16, `label ${kindOf(k, said, rival)}`)) : [];
  return [draw("path", { class: "axis", d: `M${left} ${top}V${end}H${right}` }), ...legend, ...drawn, ...frame];
}

/** @type {(x: number, y: number) => string} */
const diamond = (x, y) => `M${x - 7} ${y}L${x} ${y - 7}L${x + 7} ${y}L${x} ${y + 7}Z`;
