// A curve with a point on it that a hand moves along: by mouse and touch, and by keys, since what is held is a range of the
// browser's own that lies over the drawing. Its stops are the values for which the curve is known, evenly spaced.
//
//   const curve = new HandCurve({ name, moved: (place) => ... })    told of the stop that the hand has come to
//   curve.show(shown)                                               see Shown

import { decimal } from "#text/language.js";
import { draw, make } from "#views/elements.js";

/**
 * @typedef {object} Shown
 * @property {(number | null)[]} heights at each stop; null where it is not known yet
 * @property {number} place of the hand
 * @property {number} home where the hand began, marked where it has left
 * @property {[number, number]} span of the heights, from the lowest to the highest drawn
 * @property {{ place: number, text: string }[]} across what is written below, at stops or between them
 * @property {{ height: number, text: string }[]} up what is written on the left
 * @property {{ across: string, up: string }} titles of the axes
 * @property {number | null} slope of the tangent at the hand, in heights for each stop
 * @property {string} slopeKind plus, minus or none
 * @property {string} slopeText beside it
 * @property {{ height: number, text: string }[]} levels to compare the curve with
 * @property {string} text beside the hand
 * @property {string} spoken the same, read aloud
 */
/** @typedef {{ left: number, right: number, top: number, bottom: number, em: number }} Box in pixels */

const TANGENT = 0.32; // of the width, to either side of the hand

export class HandCurve {
  /** @param {{ name: string, moved: (place: number) => void }} options */
  constructor({ name, moved }) {
    this.svg = draw("svg", { "aria-hidden": "true" });
    this.input = make("input", { type: "range", min: "0", step: "1", ariaLabel: name });
    this.input.oninput = () => moved(Number(this.input.value));
    this.element = make("div", { className: "hand-curve" }, this.svg, this.input);
    this.shown = /** @type {Shown | null} */ (null);
    new ResizeObserver(() => this.paint()).observe(this.element);
  }

  /** @param {Shown} shown */
  show(shown) {
    this.shown = shown;
    this.input.max = String(shown.heights.length - 1);
    this.input.value = String(shown.place);
    this.input.setAttribute("aria-valuetext", shown.spoken);
    this.paint();
  }

  paint() {
    const { shown, svg } = this;
    const { width, height } = this.element.getBoundingClientRect();
    if (!shown || !width || !height) return;
    const em = parseFloat(getComputedStyle(this.element).fontSize);
    const box = { left: 4.2 * em, right: width - em, top: 2.2 * em, bottom: height - 3.4 * em, em };
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.replaceChildren(...frameOf(shown, box), ...curveOf(shown, box), ...handOf(shown, box));
    const half = parseFloat(getComputedStyle(this.input).getPropertyValue("--thumb")) * em / 2; // the thumb's middle runs from end to end of the axis
    Object.assign(this.input.style, { left: `${box.left - half}px`, width: `${box.right - box.left + 2 * half}px`, top: `${box.top}px`, height: `${box.bottom - box.top}px` });
  }
}

/** @type {(content: string, x: number, y: number, kind: string, anchor?: string) => SVGElement} */
function text(content, x, y, kind, anchor = "start") {
  const element = draw("text", { x, y, class: kind, "text-anchor": anchor });
  element.textContent = content;
  return element;
}

/** @type {(shown: Shown, box: Box) => { x: (place: number) => number, y: (height: number) => number }} */
function scaleOf({ heights, span: [low, high] }, { left, right, top, bottom }) {
  const last = heights.length - 1 || 1;
  /** @type {(height: number) => number} */
  const inside = (height) => Math.max(low - 0.02 * (high - low), Math.min(high, height));
  return { x: (place) => left + ((right - left) * place) / last, y: (height) => bottom - ((bottom - top) * (inside(height) - low)) / (high - low) };
}

/** @type {(shown: Shown, box: Box) => SVGElement[]} */
function frameOf(shown, box) {
  const { left, right, top, bottom, em } = box;
  const { x, y } = scaleOf(shown, box);
  /** @type {SVGElement[]} */
  const parts = [draw("path", { class: "axis", d: `M${left} ${top}V${bottom}H${right}` })];
  for (const { height, text: written } of shown.up) parts.push(draw("path", { class: "grid", d: `M${left} ${y(height)}H${right}` }), text(written, left - 0.6 * em, y(height) + 0.35 * em, "tick", "end"));
  for (const { place, text: written } of shown.across) parts.push(text(written, x(place), bottom + 1.4 * em, "tick", "middle"));
  parts.push(text(shown.titles.across, right, bottom + 2.8 * em, "tick", "end"), text(shown.titles.up, left - 3.8 * em, top - 1.1 * em, "tick"));
  for (const { height, text: written } of shown.levels) parts.push(draw("path", { class: "before", d: `M${left} ${y(height)}H${right}` }), text(written, right, y(height) - 0.45 * em, "tick", "end"));
  if (shown.place !== shown.home) parts.push(draw("path", { class: "before", d: `M${x(shown.home)} ${top}V${bottom}` }));
  return parts;
}

/** @type {(shown: Shown, box: Box) => SVGElement[]} */
function curveOf(shown, box) {
  const { x, y } = scaleOf(shown, box);
  let pen = "M";
  const d = shown.heights.map((height, place) => {
    if (height === null || Number.isNaN(height)) return (pen = "M"), "";
    const made = `${pen}${x(place).toFixed(1)} ${y(height).toFixed(1)}`;
    pen = "L";
    return made;
  });
  return [draw("path", { class: "curve", d: d.join("") })];
}

// The point, its words, and the tangent with its own. What falls is told of on the right, above; what rises on the left.
/** @type {(shown: Shown, box: Box) => SVGElement[]} */
function handOf(shown, box) {
  const height = shown.heights[shown.place];
  if (height === null || Number.isNaN(height)) return [];
  const { left, right, top, bottom, em } = box;
  const scale = scaleOf(shown, box);
  const [x, y] = [scale.x(shown.place), scale.y(height)];
  const wide = 0.58 * em * shown.text.length;
  const rising = (shown.slope ?? 0) > 0;
  const anchor = rising ? (x - wide - em > left ? "end" : "start") : x + wide + em < right ? "start" : "end";
  const above = y - 1.1 * em > top ? y - 0.9 * em : y + 1.9 * em;
  const label = text(shown.text ?? "", x + (anchor === "start" ? 0.9 : -0.9) * em, above, "strong", anchor);
  return [...tangentOf(shown, box, x, y, rising), draw("circle", { class: "point", cx: x, cy: y, r: 0.55 * em }), draw("path", { class: "drop", d: `M${x} ${y + 0.6 * em}V${bottom}` }), label];
}

/** @type {(shown: Shown, box: Box, x: number, y: number, rising: boolean) => SVGElement[]} */
function tangentOf({ slope, slopeKind, slopeText, heights, span: [low, high] }, { left, right, top, bottom, em }, x, y, rising) {
  if (slope === null || !Number.isFinite(slope)) return [];
  const fall = (-slope * (heights.length - 1) * (bottom - top)) / (high - low) / (right - left); // pixels down for each pixel to the right
  const reach = Math.min(TANGENT * (right - left), Math.abs(fall) > 1e-9 ? (0.45 * (bottom - top)) / Math.abs(fall) : Infinity);
  const [from, to] = [Math.max(left, x - reach), Math.min(right, x + reach)];
  /** @type {(at: number) => number} */
  const down = (at) => y + fall * (at - x);
  const end = rising ? from : to;
  const lower = Math.min(bottom - 0.4 * em, down(end) + 1.3 * em);
  const line = draw("path", { class: `tangent ${slopeKind}`, d: `M${from} ${down(from)}L${to} ${down(to)}` });
  return [line, text(slopeText, Math.max(left + 0.4 * em, Math.min(right, end)), lower, `slope ${slopeKind}`, rising ? "start" : "end")];
}

// Round numbers within a span, about so many, as they are written.
/** @type {(low: number, high: number, about: number) => { value: number, text: string }[]} */
export function ticks(low, high, about) {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough * 0.999) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, place) => {
    const value = Number(((first + place) * step).toPrecision(12)) || 0;
    return { value, text: value ? decimal(value, digits) : "0" };
  });
}
