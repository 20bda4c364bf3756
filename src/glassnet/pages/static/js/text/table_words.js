// A table in words: values in their own units, rows, classes by their names, and the change that would tip an answer.

import { share } from "#text/figures.js";
import { amount, decimal, percentage, whole, words } from "#text/language.js";

/** @import { Column } from "#engine/what_if.js" */
/** @typedef {{ rows: number, mean?: number, counts: number[], low: number, high: number, middle: number, deviation: number, whole: boolean }} Target */

const DAY = 86_400_000; // milliseconds
const Q = 1.959964; // of a 95 % interval

/** @type {(days: number, hours?: boolean) => string} */
export const dateOf = (days, hours = false) => new Date(Math.round(days * DAY)).toISOString().slice(0, hours ? 16 : 10);

/** @type {(text: string) => number} */
export const daysOf = (text) => (text ? Date.parse(`${text}${text.includes("T") ? "Z" : "T00:00Z"}`) / DAY : NaN);

// A value as the table has it, in its unit; whole numbers, which may be years, without marks between their digits.
/** @type {(column: Column, value: number) => string} */
export function valueOf(column, value) {
  if (Number.isNaN(value)) return words.try.unknown;
  if (column.words.length) return column.words[value] ?? words.try.anotherWord;
  if (column.kind === "dates") return dateOf(value, !column.whole);
  if (column.whole) return `${Math.round(value)} ${column.unit}`.trim().replace("-", "−");
  return inUnit(value, column.unit);
}

// Up to four digits that count.
/** @type {(value: number, unit?: string) => string} */
export const inUnit = (value, unit = "") => `${amount(value)} ${unit}`.trim();

// A number that is off by an error, and the error, without digits that say nothing.
/** @type {(value: number, error: number) => string} */
export function rough(value, error) {
  const digits = error > 0 ? Math.max(0, 1 - Math.floor(Math.log10(error))) : 3;
  return digits > 6 ? amount(value) : decimal(value, digits);
}

// The 95 % interval of a share, as in glassnet/evaluation/metrics.py.
/** @type {(right: number, all: number) => [number, number]} */
export function interval(right, all) {
  const p = right / all;
  const center = (p + (Q * Q) / (2 * all)) / (1 + (Q * Q) / all);
  const half = (Q * Math.sqrt((p * (1 - p)) / all + (Q * Q) / (4 * all * all))) / (1 + (Q * Q) / all);
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

// What would be right without looking.
/** @type {(target: Target, classes: string[], unit: string, error: number) => string} */
export function baseInWords(target, classes, unit, error) {
  if (!classes.length) return words.try.baseNumber(`${rough(target.mean ?? 0, error)} ${unit}`.trim(), rough(error, error));
  const most = Math.max(...target.counts);
  return words.try.baseClass(classes[target.counts.indexOf(most)], share(most / target.rows));
}

// What a network is, and how good on rows of this split.
/** @type {(networks: number, sizes: number[], quality: string) => string} */
export const networkInWords = (networks, sizes, quality) => `${words.try.network(networks, sizes.join(" → "))} · ${quality}`;

/** @type {(right: number, all: number, split: string) => string} */
export function rightInWords(right, all, split) {
  const [low, high] = interval(right, all).map((limit) => whole(100 * limit));
  return words.try.rightOn(whole(right), whole(all), seen(split), low, high);
}

/** @type {(error: number, unit: string, all: number, split: string) => string} */
export const offInWords = (error, unit, all, split) => words.try.offBy(`${rough(error, error)} ${unit}`.trim(), whole(all), seen(split));

/** @type {(split: string) => string} */
const seen = (split) => words.try.seen[/** @type {keyof typeof words.try.seen} */ (split)] ?? split;

/** @type {(sure: number, truth: string | null, said: string) => string} */
export const sureInWords = (sure, truth, said) => words.try.sure(percentage(sure, 0), truth, truth === said);

/** @typedef {{ column: number, value: number, up: boolean }} Tip */

// The change that tips the answer, in a sentence; what no change does, in another.
/** @type {(tipping: Tip | null, about: { columns: Column[], said: string, of: number, nearest: string }) => { strong: string, rest: string }} */
export function tippingInWords(tipping, { columns, said, of, nearest }) {
  if (!tipping) return { strong: words.try.nothingTips, rest: columns.length > 1 ? words.try.movesMost(nearest) : "" };
  return { strong: words.try.tips(condition(columns[tipping.column], tipping), said), rest: of > 1 ? words.try.noneSoClose(of - 1) : "" };
}

/** @type {(column: Column, tipping: { value: number, up: boolean }) => string} */
function condition(column, { value, up }) {
  const text = valueOf(column, value);
  const kind = column.words.length ? "word" : column.kind === "dates" ? "date" : column.whole ? "whole" : "number";
  return words.try.condition[kind](column.name, text, up);
}

// Between which limits a level of the plane lies.
/** @type {(limits: string[], level: number) => string} */
export const levelInWords = (limits, level) => words.try.level(level ? limits[level - 1] : null, limits[level] ?? null);
