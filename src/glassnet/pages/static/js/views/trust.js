// How far its answers can be trusted: as sure as it is right, and on images that are harder to read.

import { percent } from "#text/numbers.js";
import { SAYS } from "#text/live_words.js";
import { make, token } from "#views/elements.js";

/** @typedef {{ x: number[], y: number[] }} Ranges */
/** @typedef {{ ranges: Ranges, dots: boolean, values: { x: (tick: number) => string, y: (tick: number) => string }, label: string, dashed?: boolean, bare?: boolean }} Chart */
/** @typedef {{ name: string, unit: string, strengths: number[], accuracies: number[] }} Curve */

const FONT = "11px system-ui, sans-serif";

/** @type {(width: number, height: number, data: number[][], chart: Chart) => HTMLElement} */
function plot(width, height, data, { ranges, dots, values, label, dashed, bare }) {
  const place = make("div", { role: "img", ariaLabel: label });
  const [ink, muted, hair] = ["--ink", "--muted", "--hair"].map(token);
  /** @type {(name: "x" | "y") => (plot: uPlot, ticks: number[]) => string[]} */
  const words = (name) => (_, ticks) => ticks.map(bare ? () => "" : values[name]);
  /** @type {(name: "x" | "y") => (plot: uPlot, axis: number, low: number, high: number) => number[]} */
  const splits = (name) => (_, _axis, low, high) => (ranges[name].length > 2 ? ranges[name] : [low, (low + high) / 2, high]);
  /** @type {(name: "x" | "y", size: number) => object} */
  const axis = (name, size) => ({ stroke: muted, font: FONT, size: bare ? 0 : size, grid: { stroke: hair, width: 1 }, ticks: { show: false }, values: words(name), splits: splits(name) });
  const line = { stroke: ink, width: 1.5, spanGaps: true, points: { show: dots, size: 4, fill: ink } };
  const series = [{}, line, ...(dashed ? [{ stroke: muted, width: 1, dash: [2, 3], points: { show: false } }] : [])];
  /** @type {(name: "x" | "y") => () => number[]} */
  const range = (name) => () => [ranges[name][0], ranges[name][ranges[name].length - 1]];
  const options = { width, height, legend: { show: false }, cursor: { show: false }, padding: bare ? [4, 4, 4, 0] : [6, 18, 0, 0], scales: { x: { time: false, range: range("x") }, y: { range: range("y") } }, axes: [axis("x", 22), axis("y", 38)], series };
  new uPlot(options, data, place);
  return place;
}

/** @type {(value: number) => string} */
const share = (value) => `${Math.round(100 * value)}%`;

const FIXED = 312; // of the room's height: titles, notes, the first chart
const ROW = 24; // a small chart's caption, and what parts it from the next
const BARE = 50; // pixels of a chart, under which its axes would leave no room for the line

/** @type {(reliability: { counts: number[], confidence: number[], accuracy: number[] }, width: number) => HTMLElement} */
export function drawReliability({ counts, confidence, accuracy }, width) {
  const known = [...counts.keys()].filter((bin) => counts[bin]);
  const [x, y] = [confidence, accuracy].map((values) => known.map((bin) => values[bin]));
  const words = known.map((bin) => `sure ${percent(confidence[bin])}: right ${percent(accuracy[bin])}`).join("; ");
  return plot(width, 112, [x, y, x], { ranges: { x: [0, 0.5, 1], y: [0, 0.5, 1] }, dots: true, dashed: true, values: { x: share, y: share }, label: words });
}

// One small chart each, all on the scale from 0 to 100%.
/** @type {(curves: Curve[], width: number, height: number) => HTMLElement} */
export function drawRobustness(curves, width, height) {
  const size = [Math.floor((width - 8) / 2), Math.max(28, Math.floor((height - FIXED) / Math.ceil(curves.length / 2)) - ROW)];
  const charts = curves.map(({ name, unit, strengths, accuracies }) => {
    const words = strengths.map((strength, place) => `${strength} ${unit}: ${percent(accuracies[place])}`).join("; ");
    const order = [...strengths.keys()].sort((a, b) => strengths[a] - strengths[b]);
    const data = [strengths, accuracies].map((values) => order.map((place) => values[place]));
    const ends = [data[0][0], data[0][data[0].length - 1]];
    const bare = size[1] < BARE;
    const chart = plot(size[0], size[1], data, { bare, ranges: { x: ends, y: [0, 0.5, 1] }, dots: false, values: { x: (tick) => (ends.includes(tick) ? String(tick) : ""), y: share }, label: `${name}: ${words}` });
    return make("figure", {}, make("figcaption", {}, (SAYS.harder[name] ?? `${name}, ${unit}`) + (bare ? ` ${ends.map((end) => String(end).replace("-", "−")).join(" – ")}` : "")), chart);
  });
  return make("div", { className: "charts" }, ...charts);
}
