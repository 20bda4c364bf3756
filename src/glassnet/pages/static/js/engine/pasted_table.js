// A table pasted as text: which of its columns are numbers, which one names the kind, and the points it makes. What was
// guessed is told, so that it can be contradicted.

import { inside, MOST_KINDS, REACH } from "#engine/point_sets.js";

/** @import { Point } from "#engine/point_sets.js" */
/** @typedef {{ name: string, numbers: number[] | null, words: string[] }} Column numbers: null where a cell is none; words: its cells as they stand */
/** @typedef {{ across: number, up: number, kind: number }} Choice places of columns; kind: -1 where all are one kind */
/** @typedef {{ columns: Column[], rows: number, header: boolean }} Table */
/** @typedef {{ points: Point[], kinds: string[], axes: Axis[], left: number, others: number }} Placed left: rows without two numbers; others: rows of kinds beyond the fifth */
/** @typedef {{ name: string, low: number, high: number }} Axis what the plane's ends stand for, in the column's own unit */

export const MOST_POINTS = 2000;
const MARGIN = 0.05; // of a column's range, on either side
const DELIMITERS = ["\t", ";", ","];

// Null where there are not two columns of numbers.
/** @type {(text: string) => Table | null} */
export function readTable(text) {
  const lines = text.split(/\r?\n/).filter((line) => line.trim());
  const cells = lines.map((line) => split(line, delimiterOf(lines)));
  const width = Math.max(0, ...cells.map(({ length }) => length));
  const decimalComma = delimiterOf(lines) !== ",";
  const numeric = (/** @type {string} */ cell) => (decimalComma ? cell.replace(/^(-?\d+),(\d+)$/, "$1.$2") : cell);
  const isNumber = (/** @type {string | undefined} */ cell) => Boolean(cell) && Number.isFinite(Number(numeric(cell ?? "")));
  const header = cells.length > 1 && cells[0].every((cell) => !isNumber(cell)) && cells.slice(1).some((row) => row.some(isNumber));
  const rows = header ? cells.slice(1) : cells;
  const columns = Array.from({ length: width }, (_, place) => {
    const words = rows.map((row) => row[place] ?? "");
    const filled = words.filter(Boolean);
    const numbers = filled.length && filled.every(isNumber) ? words.map((word) => (word ? Number(numeric(word)) : NaN)) : null;
    return { name: (header && cells[0][place]) || String(place + 1), numbers, words };
  });
  return columns.filter(({ numbers }) => numbers).length >= 2 ? { columns, rows: rows.length, header } : null;
}

// The one that parts most of the first lines into equally many cells.
/** @type {(lines: string[]) => string} */
function delimiterOf(lines) {
  const some = lines.slice(0, 20);
  const parts = (/** @type {string} */ delimiter) => Math.min(...some.map((line) => split(line, delimiter).length));
  return DELIMITERS.find((delimiter) => parts(delimiter) > 1) ?? " ";
}

// Cells of a line; quotes hold a delimiter.
/** @type {(line: string, delimiter: string) => string[]} */
function split(line, delimiter) {
  if (delimiter === " ") return line.trim().split(/\s+/);
  /** @type {string[]} */
  const found = [];
  let [cell, quoted] = ["", false];
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    else if (letter === delimiter && !quoted) {
      found.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...found, cell.trim()];
}

// The kind is a column of words, or of few whole numbers, the last one first; then the first two columns of numbers.
/** @type {(table: Table) => Choice} */
export function guess({ columns }) {
  const few = (/** @type {Column} */ { words }) => {
    const seen = new Set(words.filter(Boolean)).size;
    return seen > 1 && seen <= MOST_KINDS;
  };
  const numeric = columns.filter(({ numbers }) => numbers).length;
  const order = columns.map((column, place) => ({ column, place })).reverse();
  const kind = order.find(({ column }) => !column.numbers && few(column)) ?? order.find(({ column }) => column.numbers?.every(Number.isInteger) && few(column) && numeric > 2) ?? order.find(({ column }) => !column.numbers);
  const rest = columns.map((_, place) => place).filter((place) => columns[place].numbers && place !== kind?.place);
  return { across: rest[0], up: rest[1], kind: kind?.place ?? -1 };
}

/** @type {(table: Table, choice: Choice) => Placed} */
export function placed({ columns, rows }, { across, up, kind }) {
  const names = kind < 0 ? [""] : commonest(columns[kind].words);
  const kinds = names.slice(0, MOST_KINDS);
  const [x, y] = [across, up].map((place) => columns[place].numbers ?? []);
  const whole = Array.from({ length: rows }, (_, row) => row).filter((row) => Number.isFinite(x[row]) && Number.isFinite(y[row]) && (kind < 0 || columns[kind].words[row]));
  const kept = whole.filter((row) => kind < 0 || kinds.includes(columns[kind].words[row])).slice(0, MOST_POINTS);
  const axes = [across, up].map((place) => axisOf(columns[place].name, kept.map((row) => (columns[place].numbers ?? [])[row])));
  const at = (/** @type {Axis} */ { low, high }, /** @type {number} */ value) => inside(-REACH + (2 * REACH * (value - low)) / (high - low));
  const points = kept.map((row) => ({ x: at(axes[0], x[row]), y: at(axes[1], y[row]), kind: Math.max(0, kind < 0 ? 0 : kinds.indexOf(columns[kind].words[row])) }));
  return { points, kinds, axes, left: rows - whole.length, others: whole.length - kept.length };
}

/** @type {(words: string[]) => string[]} */
function commonest(words) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of words) if (word) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
}

/** @type {(name: string, values: number[]) => Axis} */
function axisOf(name, values) {
  const [low, high] = values.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
  const span = high > low ? high - low : 1;
  return { name, low: low - MARGIN * span, high: (high > low ? high : low + span) + MARGIN * span };
}
