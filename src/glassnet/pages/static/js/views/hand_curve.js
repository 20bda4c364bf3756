// A plot of a curve with a point on it that a hand moves along: by mouse and touch, and by keys, since what is held is a range
// of the browser's own that lies over the plot. Its stops are those values for which the curve is known, evenly spaced.
//
//   const curve = new HandCurve({ name, moved: (place) => ... })    told of the stop that the hand has come to
//   curve.show(shown)                                               see Shown

import { make } from "#views/elements.js";
import { Plot } from "#views/plot.js";

/** @import { Axis, Plotted, Side } from "#views/plot.js" */
/**
 * @typedef {object} Shown
 * @property {(number | null)[]} heights at each stop; null where it is not known yet
 * @property {number} place of the hand
 * @property {number} home where the hand began, marked where it has left
 * @property {Axis} x of stops, the first is 0
 * @property {Axis} y
 * @property {{ slope: number, text: string, kind: string } | null} tangent at the hand, in heights for each stop
 * @property {{ y: number, text: string, left?: boolean }[]} levels to compare the curve with
 * @property {string[]} lines beside the hand
 * @property {string} spoken the same, read aloud
 */

/** @typedef {{ width: number, rise: number }} Size of the plot in rem, and how much of its height is one rem */

const THUMB = 1.8; // rem
const LETTER = 0.62; // rem
const LINE = 1.35;
const REACH = 0.3; // of the plot, of a tangent to either side, and up and down

export class HandCurve {
  /** @param {{ name: string, moved: (place: number) => void }} options */
  constructor({ name, moved }) {
    this.plot = new Plot();
    this.plot.element.setAttribute("aria-hidden", "true"); // the range says the same
    this.input = make("input", { type: "range", min: "0", step: "1", ariaLabel: name });
    this.input.oninput = () => moved(Number(this.input.value));
    this.shown = /** @type {Shown | null} */ (null);
    this.element = make("div", { className: "hand-curve" }, this.plot.element, this.input);
    new ResizeObserver(() => this.resize()).observe(this.element);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.shown = shown;
    this.input.max = String(shown.heights.length - 1);
    this.input.value = String(shown.place);
    this.input.setAttribute("aria-valuetext", shown.spoken);
    this.resize();
  }

  resize() {
    if (!this.shown) return;
    const { rem } = this.plot;
    const { clientWidth, clientHeight } = this.element;
    const { from, to } = this.shown.y;
    this.plot.show(plotted(this.shown, { width: clientWidth / rem - 4, rise: (to - from) / Math.max(1, clientHeight / rem - 4) }));
    this.lay();
  }

  // The middle of what is held runs from end to end of the axis.
  lay() {
    const { box, rem } = this.plot;
    if (!box) return;
    const half = (THUMB * rem) / 2;
    const places = { left: box.left - half, width: box.right - box.left + 2 * half, top: box.top, height: box.bottom - box.top };
    for (const [side, pixels] of Object.entries(places)) this.input.style.setProperty(side, `${pixels}px`);
  }
}

/** @type {(shown: Shown, size: Size) => Plotted} */
function plotted(shown, size) {
  const { heights, place, home, x, y, tangent, levels } = shown;
  const points = pointsOf(heights, y);
  const curves = points.length ? [{ points }] : [];
  /** @type {NonNullable<Plotted["guides"]>} */
  const guides = levels.map((level) => ({ ...level, kind: "level" }));
  if (place !== home) guides.push({ x: home, kind: "level" });
  const known = nearestKnown(heights, place);
  if (known === null) return { x, y, curves, guides };
  const height = Math.min(y.to, Math.max(y.from, known));
  const marks = [...wordsAt(shown, height, size), { x: place, y: height, kind: "hand main" }];
  const line = tangent && tangentOf(shown, height, tangent.slope);
  return { x, y, curves: line ? [...curves, { points: line, kind: `tangent ${tangent.kind}` }] : curves, guides, marks };
}

// What is said of the hand, where the curve is not: beside what rises on the left above it or on the right
// below, beside what falls the other way round.
/** @type {(shown: Shown, height: number, size: Size) => NonNullable<Plotted["marks"]>} */
function wordsAt({ heights, place, y, lines, tangent }, height, { width, rise }) {
  const told = [...lines.map((text) => ({ text, kind: "word main" })), ...(tangent ? [{ text: tangent.text, kind: `word ${tangent.kind}` }] : [])];
  const share = place / (heights.length - 1);
  const room = (LETTER * Math.max(...told.map(({ text }) => text.length))) / width;
  const high = (told.length * LINE + 0.6) * rise;
  const rising = (tangent?.slope ?? 0) > 0;
  const fits = { left: share > room, right: share < 1 - room, above: height + high < y.to, below: height - high > y.from };
  const [free, other] = rising ? /** @type {const} */ ([["right", "below"], ["left", "above"]]) : /** @type {const} */ ([["right", "above"], ["left", "below"]]);
  const [beside, side] = fits[free[0]] && fits[free[1]] ? free : fits[other[0]] && fits[other[1]] ? other : [fits.right ? "right" : "left", fits.above ? "above" : "below"];
  const first = side === "above" ? told.length * LINE - 0.2 : -LINE;
  return told.map((line, at) => ({ ...line, x: place, y: height + (first - LINE * at) * rise, beside: /** @type {Side} */ (beside) }));
}

// Until it is known, the hand stands as high as its neighbor.
/** @type {(heights: (number | null)[], place: number) => number | null} */
function nearestKnown(heights, place) {
  const known = [...heights.keys()].filter((stop) => heights[stop] !== null && !Number.isNaN(heights[stop]));
  known.sort((a, b) => Math.abs(a - place) - Math.abs(b - place));
  return known.length ? heights[known[0]] : null;
}

// Between stops that are known the curve is straight; what is above the plot runs along its edge.
/** @type {(heights: (number | null)[], y: Axis) => number[][]} */
const pointsOf = (heights, y) => heights.flatMap((height, stop) => (height === null || Number.isNaN(height) ? [] : [[stop, Math.min(y.to, Math.max(y.from, height))]]));

/** @type {(shown: Shown, at: number, slope: number) => number[][] | null} */
function tangentOf({ heights, place, y }, at, slope) {
  const last = heights.length - 1;
  if (!Number.isFinite(slope)) return null;
  const reach = Math.min(REACH * last, slope ? (REACH * (y.to - y.from)) / Math.abs(slope) : Infinity);
  return [Math.max(0, place - reach), Math.min(last, place + reach)].map((stop) => [stop, Math.max(y.from, Math.min(y.to, at + slope * (stop - place)))]);
}
