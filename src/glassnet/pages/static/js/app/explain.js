// The page in one file: a network, an example that it was asked about, some others, and all views that need no training.

import { digitsOf } from "#engine/digits.js";
import { Network } from "#engine/network.js";
import { numbersOf, unpacked } from "#engine/parameters.js";
import { largest } from "#text/colors.js";
import { language, words } from "#text/language.js";
import { answersOf, digitExamples, inputsOf } from "#views/digit_examples.js";
import { DrawView } from "#views/draw_view.js";
import { find } from "#views/elements.js";
import { Scene } from "#views/scene.js";
import { Story } from "#views/story.js";
import { canTry, tableRows, TryView } from "#views/try_view.js";

/** @import { Form } from "#engine/network.js" */
/** @import { Examples, Quality, Subject } from "#views/scene.js" */
/** @typedef {"sums" | "activations" | "deltas"} Part */
/** @typedef {{ inputs: string, wanted: number[], numbers: number[] }} Rows examples that are no digits */
/**
 * @typedef {Subject & {
 *   network: Form, parameters?: string, packed?: { weights: string, scales: string, biases: string }, single?: boolean,
 *   inputs?: string, pixels?: string, wanted: number | null, number: number | null, neuron?: number[], source?: number,
 *   spread?: string, quality?: Quality | null, unseen?: { count: number, packed: string }, examples?: Rows,
 *   table?: import("#views/try_view.js").Facts | null, arrays?: { [name: string]: string }, place?: number | null,
 *   notes: string[], python?: { [part in Part]: string[] },
 * }} Explained
 */

/** @type {Explained} */
const given = JSON.parse(find("#subject").textContent ?? "");

const networkOf = () => {
  const { network, parameters, packed, single } = given;
  if (packed) return new Network(network, unpacked(packed, network.sizes));
  return new Network(network, numbersOf(parameters ?? "", single ? Float32Array : Float64Array));
};

// What else there is to look at, and by which a step's price is counted.
/** @param {Network} network @returns {Promise<{ examples: Examples | null, others: import("#engine/step_price.js").Examples | null }>} */
async function beside(network) {
  if (given.unseen) {
    const digits = await digitsOf(given.unseen.packed, given.unseen.count);
    const { examples } = digitExamples(digits, answersOf(network, digits));
    return { examples, others: { count: digits.labels.length, inputs: (place) => inputsOf(digits, place), wanted: (place) => digits.labels[place] } };
  }
  return given.examples ? rowsBeside(given.examples, network) : { examples: null, others: null };
}

/** @param {Rows} rows @param {Network} network */
function rowsBeside({ inputs, wanted, numbers }, network) {
  const width = network.sizes[0];
  const all = numbersOf(inputs, Float32Array);
  const inputsAt = (/** @type {number} */ place) => all.slice(place * width, (place + 1) * width);
  const rows = numbers.map((number, place) => ({ inputs: inputsAt(place), wanted: wanted[place], number }));
  /** @type {Examples} */
  const examples = { total: rows.length, offered: rows, order: numbers, take: async (number) => rows.find((row) => row.number === number) ?? null };
  const { mean, deviation } = given.scale ?? { mean: 0, deviation: 1 };
  const target = (/** @type {number} */ place) => (given.classes.length ? wanted[place] : (wanted[place] - mean) / deviation);
  return { examples, others: { count: rows.length, inputs: inputsAt, wanted: target } };
}

// A table's row is tried first, with all networks of an ensemble.
/** @param {import("#views/frame.js").Frame} frame @param {Scene} scene */
function tryView(frame, scene) {
  const { table, arrays = {}, place, wanted, single, classes, unit = "", scale = null } = given;
  const read = Object.fromEntries(Object.entries(arrays).map(([name, text]) => [name, numbersOf(text, name.endsWith("places") ? Int32Array : name === "members" && single ? Float32Array : Float64Array)]));
  const size = scene.network.parameters.length;
  const others = Array.from({ length: read.members.length / size - 1 }, (_, k) => scene.network.with(Float64Array.from(read.members.slice((k + 1) * size, (k + 2) * size))));
  const width = table?.columns.length ?? 0;
  const own = { values: Float64Array.from(read.own), target: wanted ?? NaN, place: place ?? -1 };
  const rows = [own, ...tableRows(read, "tried", width).filter((row) => row.place !== own.place)];
  return new TryView(frame, scene, { subject: { table, classes, unit, scale }, networks: [scene.network, ...others], rows, points: tableRows(read, "points", width), decision: table?.decision }, own);
}

// How far what this page computes is from what Python did, in shares of each layer's largest value.
/** @param {Scene} scene */
function compare(scene) {
  const { python } = given;
  const { trace } = scene;
  if (!python || !("deltas" in trace)) return;
  const apart = /** @type {Part[]} */ (["sums", "activations", "deltas"]).flatMap((part) =>
    python[part].map((text, layer) => {
      const theirs = numbersOf(text, Float64Array);
      const most = largest(theirs);
      return theirs.reduce((worst, value, k) => Math.max(worst, Math.abs(value - trace[part][layer][k]) / most), 0);
    }),
  );
  document.documentElement.dataset.apart = String(Math.max(...apart, 1e-17));
}

// What is said of the page's numbers to who asks.
function notes() {
  const { apart } = document.documentElement.dataset;
  return [...given.notes, ...(apart ? [words.help.check(Number(apart).toExponential(0).replace("e-", "e−"))] : [])];
}

async function open() {
  document.documentElement.lang = language;
  const network = networkOf();
  const { examples, others } = await beside(network);
  const { classes, shape, names, scale, unit, wanted, number, spread, quality = null } = given;
  const inputs = given.pixels ? numbersOf(given.pixels, Uint8Array).map((gray) => gray / 255) : numbersOf(given.inputs ?? "", Float64Array);
  const drawable = String(shape) === "28,28" && Boolean(classes.length);
  const example = { inputs, wanted, number, drawn: false };
  const scene = new Scene({ classes, shape, names, scale, unit, drawable }, network, example, { spread: spread ? numbersOf(spread, Float32Array) : null, quality, examples });
  if (given.neuron) scene.change({ neuron: given.neuron, source: given.source ?? 0 });
  compare(scene);
  const tried = canTry({ table: given.table, classes, unit: unit ?? "", scale: scale ?? null });
  const story = new Story(document.body, scene, { first: (frame) => (tried ? tryView(frame, scene) : drawable ? new DrawView(frame, scene) : null), others, notes });
  await story.begin({}, tried ? "try" : given.packed ? "draw" : "forward");
  Object.assign(globalThis, { story });
  document.documentElement.dataset.ready = "";
}

open();
