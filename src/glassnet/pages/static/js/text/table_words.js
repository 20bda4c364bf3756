// What the view of a table says: rows, values and classes by their names.

import { count, quantity } from "#text/numbers.js";

/** @import { Column } from "#engine/what_if.js" */
/** @typedef {{ rows: number, mean?: number, counts: number[], low: number, high: number, middle: number, deviation: number, whole: boolean }} Target */

const DAY = 86_400_000; // milliseconds
const Q = 1.959964; // of a 95 % interval

// A share as whole percent, never 0 or 100 of what is neither.
/** @type {(share: number) => string} */
export function share(fraction) {
  if (fraction > 0 && fraction < 0.005) return "under 1%";
  if (fraction < 1 && fraction > 0.995) return "over 99%";
  return `${Math.round(100 * fraction)}%`;
}

/** @type {(days: number, hours?: boolean) => string} */
export const dateOf = (days, hours = false) => new Date(Math.round(days * DAY)).toISOString().slice(0, hours ? 16 : 10);

/** @type {(text: string) => number} */
export const daysOf = (text) => (text ? Date.parse(`${text}${text.includes("T") ? "Z" : "T00:00Z"}`) / DAY : NaN);

// A value as the table has it, in its unit.
/** @type {(column: Column, value: number) => string} */
export function valueOf(column, value) {
  if (Number.isNaN(value)) return "unknown";
  if (column.words.length) return column.words[value] ?? "another word";
  if (column.kind === "dates") return dateOf(value, !column.whole);
  if (column.whole) return `${Math.round(value)} ${column.unit}`.trim().replace("-", "−");
  return figure(value, column.unit);
}

// Four significant digits without zeros at the end.
/** @type {(value: number, unit?: string) => string} */
export const figure = (value, unit = "") => quantity(value).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "") + (unit ? ` ${unit}` : "");

// A number that is off by an error, and the error, without digits that say nothing.
/** @type {(value: number, error: number) => string} */
export function rough(value, error) {
  const digits = error > 0 ? Math.max(0, 1 - Math.floor(Math.log10(error))) : 3;
  return digits > 6 ? figure(value) : value.toFixed(digits).replaceAll("-", "−");
}

// The 95 % interval of a share, as in glassnet/evaluation/metrics.py.
/** @type {(right: number, all: number) => [number, number]} */
export function interval(right, all) {
  const p = right / all;
  const center = (p + (Q * Q) / (2 * all)) / (1 + (Q * Q) / all);
  const half = (Q * Math.sqrt((p * (1 - p)) / all + (Q * Q) / (4 * all * all))) / (1 + (Q * Q) / all);
  return [Math.max(0, center - half), Math.min(1, center + half)];
}

/** @type {{ [split: string]: string }} */
const SEEN = { test: "it never saw", validation: "it was checked on", training: "it learned from" };

export const TABLE = {
  try: "Try",
  /** @type {(words: string[]) => string} */
  readAs: (words) => `Read as: ${words.join("; ")}.`,
  /** @type {(target: Target, classes: string[], unit: string, error: number) => string} */
  base(target, classes, unit, error) {
    if (!classes.length) return `Always saying ${`${rough(target.mean ?? 0, error)} ${unit}`.trim()} has a usual error of ${rough(error, error)}.`;
    const most = Math.max(...target.counts);
    return `Always saying ${classes[target.counts.indexOf(most)]} would be right ${share(most / target.rows)} of the time.`;
  },
  notSo: "Not so?",
  notSoTitle: "How the file was read",
  notSoNote: "If one of these is wrong, say so when you train:",
  doubted: "uncertain",
  again: "Read it differently here",
  /** @type {(networks: number, sizes: number[]) => string} */
  network: (networks, sizes) => `${networks > 1 ? `${networks} networks of ` : ""}${sizes.join(" → ")}`,
  /** @type {(right: number, all: number, split: string) => string} */
  rightOn(right, all, split) {
    const [low, high] = interval(right, all).map((limit) => Math.round(100 * limit));
    return `right on ${count(right)} of ${count(all)} rows ${SEEN[split]} (${low}–${high}%)`;
  },
  /** @type {(error: number, unit: string, all: number, split: string) => string} */
  offBy: (error, unit, all, split) => `usual error ${`${rough(error, error)} ${unit}`.trim()} on ${count(all)} rows ${SEEN[split]}`,
  /** @type {(place: number) => string} */
  row: (place) => `Row ${count(place)}`,
  changedRow: ", changed",
  drag: "drag a value",
  reset: "put it back",
  says: "It says",
  /** @type {(sure: number, truth: string | null, said: string) => string} */
  sure: (sure, truth, said) => `${share(sure)} sure${truth === null ? "" : truth === said ? ", and it is" : `, but it is ${truth}`}`,
  /** @type {(positive: string, threshold: number) => string} */
  from: (positive, threshold) => `; it says ${positive} from ${share(threshold)} on`,
  /** @type {(error: string, truth: string | null) => string} */
  within: (error, truth) => `give or take ${error}${truth === null ? "" : `; it is ${truth}`}`,
  /** @type {(n: number) => string} */
  others: (n) => `${count(n)} others`,
  unknown: "unknown",
  /** @type {(name: string) => string} */
  isUnknown: (name) => `${name} is unknown`,
  /** @type {(part: number) => string} */
  ofRows: (part) => `${share(part)} of rows`,
  never: "never seen",
  /** @type {(name: string) => string} */
  whatIf: (name) => `What if only its ${name} were another?`,
  /** @type {(value: string) => string} */
  thisRow: (value) => `this row, ${value}`,
  /** @type {(shown: number, all: number) => string} */
  neurons: (shown, all) => `Weights of ${shown < all ? `${shown} of ` : ""}${count(all)} neurons`,
  /** @type {(networks: number) => string} */
  firstOf: (networks) => (networks > 1 ? `Of the first of ${networks} networks.` : ""),
  /** @type {(name: string, part: string, neuron: number, weight: string) => string} */
  weight: (name, part, neuron, weight) => `${name}${part ? ` (${part})` : ""}, neuron ${neuron}: ${weight}`,
  key: ["the more of it, the louder the neuron,", "the softer.", "Discs: how loud each is for this row."],
  neuron: "neuron",
  nowValue: "its value now",
  /** @type {(limits: string[], level: number) => string} */
  level: (limits, level) => (!level ? `below ${limits[0]}` : level === limits.length ? `above ${limits[level - 1]}` : `${limits[level - 1]} to ${limits[level]}`),
  plane: "Where it says what",
  planeNote: "Marks are rows it learned from. The cross is this row: drag it, or use the arrow keys.",
  leastSure: "Least sure",
  largestError: "Largest error",
  another: "Another row",
  forward: "Go forward",
  /** @type {(tipping: { column: number, value: number, up: boolean } | null, about: { columns: Column[], said: string, of: number, nearest: string }) => [string, string]} */
  story(tipping, { columns, said, of, nearest }) {
    if (!tipping) return [`No single value would make it say anything else.`, columns.length > 1 ? `${nearest} moves it most.` : ""];
    const column = columns[tipping.column];
    return [`${condition(column, tipping)} it would ${said}.`, ["", "", "The other value is not so close to tipping it."][of] ?? `None of the other ${of - 1} is so close to tipping it.`];
  },
  /** @type {(name: string) => string} */
  haveSaid: (name) => `have said ${name}`,
  /** @type {(value: string, error: string) => string} */
  haveMoved: (value, error) => `say ${value}, farther away than its usual error of ${error}`,
  wait: "Trying every value…",
};

/** @type {(column: Column, tipping: { value: number, up: boolean }) => string} */
function condition(column, { value, up }) {
  const text = valueOf(column, value);
  if (column.words.length) return `With ${column.name} ${text}`;
  if (column.kind === "dates") return `With ${column.name} ${up ? `from ${text} on` : `until ${text}`}`;
  if (column.whole) return `With ${column.name} ${text} or ${up ? "more" : "less"}`;
  return `With ${column.name} ${up ? "above" : "below"} ${text}`;
}
