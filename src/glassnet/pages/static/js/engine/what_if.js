// What one value of a row would do if it were another: of all columns, the one whose smallest change tips the answer.

import { saidOf } from "#engine/ensemble.js";

/** @import { Answer, Decision } from "#engine/ensemble.js" */
/**
 * @typedef {object} Column a column of a table, as the training rows have it
 * @property {string} name
 * @property {string} unit
 * @property {string} encoder
 * @property {string} kind what its values are: dates, categories, or numbers where it is empty
 * @property {any} fields
 * @property {boolean} takesGaps
 * @property {number} gaps
 * @property {string[]} words of a column that has words
 * @property {number[]} counts of each word, or of each bin of its range
 * @property {number} low
 * @property {number} high
 * @property {number} middle
 * @property {number} deviation
 * @property {boolean} whole
 */
/** @typedef {(outputs: Float64Array) => number} Margin below zero where the answer is another */
/** @typedef {{ column: number, value: number, distance: number, up: boolean, outputs: Float64Array }} Tipping distance: in the column's deviations */

const STEPS = 32; // of a column's range in which it is looked for
const HALVINGS = 30;
const MOST_WORDS = 40; // the most frequent

// How far the answer is from another one: from the next class, or from a number that is off by a usual error.
/** @type {(outputs: Float64Array, error: number, classes: boolean, decision?: Decision) => Margin} */
export function marginFrom(outputs, error, classes, decision = null) {
  if (!classes) return (others) => error - Math.abs(others[0] - outputs[0]);
  const said = saidOf(outputs, decision);
  if (decision) return (others) => (others[decision.positive] - decision.threshold) * (said === decision.positive ? 1 : -1);
  return (others) => others.reduce((least, value, k) => (k === said ? least : Math.min(least, others[said] - value)), Infinity);
}

// Numbers from the least to the largest, whole ones where all are whole.
/** @type {(column: Column, steps?: number) => number[]} */
export function gridOf({ low, high, whole }, steps = STEPS) {
  if (high <= low) return [low];
  const count = whole && high - low < steps ? high - low : steps;
  const grid = Array.from({ length: count + 1 }, (_, k) => low + ((high - low) * k) / count);
  return whole ? [...new Set(grid.map(Math.round))] : grid;
}

// Places of the words that were seen, the most frequent first.
/** @type {(column: Column, most?: number) => number[]} */
export const wordsOf = ({ counts, words }, most = MOST_WORDS) => words.map((_, place) => place).filter((place) => counts[place]).sort((a, b) => counts[b] - counts[a]).slice(0, most);

/** @type {(values: ArrayLike<number>, column: number, value: number) => Float64Array} */
export function changed(values, column, value) {
  const others = Float64Array.from(values);
  others[column] = value;
  return others;
}

// The nearest value of a column that tips the answer, or null.
/** @type {(answer: Answer, columns: Column[], values: ArrayLike<number>, column: number, margin: Margin) => Tipping | null} */
export function tippingOf(answer, columns, values, column, margin) {
  /** @type {(value: number) => Float64Array} */
  const at = (value) => answer(changed(values, column, value));
  const about = columns[column];
  const found = about.words.length ? otherWord(at, about, values[column], margin) : otherNumber(at, about, values[column], margin);
  return found && { column, outputs: at(found.value), ...found };
}

/** @typedef {{ value: number, distance: number, up: boolean }} Nearest */

// A rare word is farther away than a usual one: by the deviation of what says whether it is that.
/** @type {(at: (value: number) => Float64Array, column: Column, now: number, margin: Margin) => Nearest | null} */
function otherWord(at, column, now, margin) {
  const rows = column.counts.reduce((sum, count) => sum + count, column.gaps);
  const value = wordsOf(column).find((word) => word !== now && margin(at(word)) < 0);
  if (value === undefined) return null;
  const share = column.counts[value] / rows;
  return { value, distance: 1 / Math.sqrt(share * (1 - share)), up: true };
}

// Of an unknown number nothing is near.
/** @type {(at: (value: number) => Float64Array, column: Column, now: number, margin: Margin) => Nearest | null} */
function otherNumber(at, column, now, margin) {
  if (Number.isNaN(now) || !(column.deviation > 0)) return null;
  const grid = gridOf(column);
  const ways = [{ up: true, values: grid.filter((value) => value > now) }, { up: false, values: grid.filter((value) => value < now).reverse() }];
  const found = ways.flatMap(({ up, values }) => {
    const first = values.findIndex((value) => margin(at(value)) < 0);
    if (first < 0) return [];
    const value = between(at, first ? values[first - 1] : now, values[first], margin, column.whole);
    return [{ value, up, distance: Math.abs(value - now) / column.deviation }];
  });
  return found.sort((a, b) => a.distance - b.distance)[0] ?? null;
}

// The first value that tips, from one that does not to one that does.
/** @type {(at: (value: number) => Float64Array, before: number, after: number, margin: Margin, whole: boolean) => number} */
function between(at, before, after, margin, whole) {
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = whole ? Math.trunc((before + after) / 2) : (before + after) / 2;
    if (middle === before || middle === after) break;
    if (margin(at(middle)) < 0) after = middle;
    else before = middle;
  }
  return after;
}

// All columns, one after another, so that a page may pause between them: the nearest to tipping so far, or null.
/** @type {(answer: Answer, columns: Column[], values: ArrayLike<number>, margin: Margin) => Generator<Tipping | null, void>} */
export function* nearest(answer, columns, values, margin) {
  /** @type {Tipping | null} */
  let best = null;
  for (let column = 0; column < columns.length; column++) {
    const found = tippingOf(answer, columns, values, column, margin);
    if (found && (!best || found.distance < best.distance)) best = found;
    yield best;
  }
}

// Where nothing tips it: the column that moves the margin most, within its range.
/** @type {(answer: Answer, columns: Column[], values: ArrayLike<number>, margin: Margin) => number} */
export function mostMoving(answer, columns, values, margin) {
  const least = columns.map((about, column) => {
    const tried = about.words.length ? wordsOf(about, 12) : gridOf(about, 8);
    return Math.min(...tried.map((value) => margin(answer(changed(values, column, value)))));
  });
  return least.indexOf(Math.min(...least));
}
