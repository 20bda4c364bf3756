// A plot of curves and points in SVG, so that it prints; its type is the page's.
//
//   const plot = new Plot()
//   plot.show({ x: { from, to, ticks: [{ at, text }], label }, y: {...}, curves: [{ points: [[x, y], ...], kind }],
//               guides: [{ x | y, text, kind }], marks: [{ x, y, text, kind, beside: "right" | "left" | "above" | "upper left" ... }] })
//   plot.resize()          when its element has another size
//   plot.valueAt(event)    [x, y] under the pointer
//   plot.point(x, y)       where a value is drawn, in the element's pixels

import { draw } from "#views/elements.js";

/** @typedef {{ from: number, to: number, ticks?: { at: number, text: string }[], label?: string }} Axis */
/** @typedef {"right" | "left" | "above" | "below" | "upper right" | "upper left" | "far above"} Side */
/**
 * @typedef {object} Plotted
 * @property {Axis} x
 * @property {Axis} y
 * @property {{ points: number[][], kind?: string }[]} curves
 * @property {{ x?: number, y?: number, text?: string, kind?: string, left?: boolean }[]} [guides] left: whose text stands at the left end
 * @property {{ x: number, y: number, text?: string, kind?: string, beside?: Side }[]} [marks]
 */

const MARGIN = { left: 2.6, right: 1.2, top: 2, bottom: 2.9 }; // in rem
/** @type {{ [side in Side]: [number, number, string] }} how far from the point, in rem, and by which end */
const SIDES = { right: [0.8, 0.3, "start"], left: [-0.8, 0.3, "end"], above: [0, -0.9, "middle"], below: [0, 1.4, "middle"], "upper right": [0.5, -0.6, "start"], "upper left": [-0.5, -0.6, "end"], "far above": [0.5, -1.9, "start"] };

export class Plot {
  constructor() {
    this.element = draw("svg", { class: "plot", role: "img" });
    this.plotted = /** @type {Plotted | null} */ (null);
  }

  /** @param {Plotted} plotted */
  show(plotted) {
    this.plotted = plotted;
    this.resize();
  }

  get rem() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  resize() {
    const { plotted, element } = this;
    const { width, height } = element.getBoundingClientRect();
    if (!plotted || !width) return;
    const { rem } = this;
    this.box = { left: MARGIN.left * rem, right: width - MARGIN.right * rem, top: MARGIN.top * rem, bottom: height - MARGIN.bottom * rem };
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    element.replaceChildren(...this.axes(plotted), ...(plotted.guides ?? []).flatMap((guide) => this.guide(guide)), ...plotted.curves.map((curve) => this.curve(curve)), ...(plotted.marks ?? []).flatMap((mark) => this.mark(mark)));
    for (const text of element.querySelectorAll("text")) keepInside(text, width);
  }

  /** @param {number} x @param {number} y */
  point(x, y) {
    if (!this.plotted || !this.box) return { x: 0, y: 0 };
    const { plotted, box } = this;
    return {
      x: box.left + ((x - plotted.x.from) / (plotted.x.to - plotted.x.from)) * (box.right - box.left),
      y: box.bottom - ((y - plotted.y.from) / (plotted.y.to - plotted.y.from)) * (box.bottom - box.top),
    };
  }

  /** @param {{ clientX: number, clientY: number }} event */
  valueAt({ clientX, clientY }) {
    const { plotted, box } = this;
    if (!plotted || !box) return [0, 0];
    const { left, top } = this.element.getBoundingClientRect();
    const across = (clientX - left - box.left) / (box.right - box.left);
    const up = (box.bottom - clientY + top) / (box.bottom - box.top);
    return [plotted.x.from + across * (plotted.x.to - plotted.x.from), plotted.y.from + up * (plotted.y.to - plotted.y.from)];
  }

  /** @param {Plotted} plotted */
  axes({ x, y }) {
    const { rem } = this;
    const { left, right, top, bottom } = this.box ?? { left: 0, right: 0, top: 0, bottom: 0 };
    const lines = [draw("path", { class: "axis", d: `M${left} ${top}V${bottom}H${right}` })];
    const below = (x.ticks ?? []).map(({ at, text }) => label(text, this.point(at, y.from).x, bottom + 1.15 * rem, "middle"));
    const beside = (y.ticks ?? []).map(({ at, text }) => label(text, left - 0.5 * rem, this.point(x.from, at).y + 0.27 * rem, "end"));
    const names = [x.label ? label(x.label, right, bottom + 2.4 * rem, "end", "name") : null, y.label ? label(y.label, left - 0.5 * rem, top - 0.8 * rem, "start", "name") : null];
    return [...lines, ...below, ...beside, ...names.filter((name) => name !== null)];
  }

  /** @param {{ points: number[][], kind?: string }} curve */
  curve({ points, kind = "" }) {
    const places = points.map(([x, y]) => this.point(x, y));
    return draw("path", { class: `curve ${kind}`, d: `M${places.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}` });
  }

  /** @param {{ x?: number, y?: number, text?: string, kind?: string, left?: boolean }} guide */
  guide({ x, y, text, kind = "", left: atLeft = false }) {
    const { left, right, top, bottom } = this.box ?? { left: 0, right: 0, top: 0, bottom: 0 };
    const at = this.point(x ?? 0, y ?? 0);
    const path = draw("path", { class: `guide ${kind}`, d: x === undefined ? `M${left} ${at.y}H${right}` : `M${at.x} ${top}V${bottom}` });
    if (!text) return [path];
    return [path, x === undefined ? label(text, atLeft ? left + 0.5 * this.rem : right, at.y - 0.45 * this.rem, atLeft ? "start" : "end", kind) : label(text, at.x + 0.5 * this.rem, top + 0.7 * this.rem, "start", kind)];
  }

  /** @param {{ x: number, y: number, text?: string, kind?: string, beside?: Side }} mark */
  mark({ x, y, text, kind = "", beside = "right" }) {
    const at = this.point(x, y);
    const radius = kind.includes("small") ? 0.24 : 0.45;
    const circle = draw("circle", { class: `mark ${kind}`, cx: at.x, cy: at.y, r: radius * this.rem });
    if (!text) return [circle];
    const [across, down, anchor] = SIDES[beside];
    return [circle, label(text, at.x + across * this.rem, at.y + down * this.rem, anchor, `told ${kind}`)];
  }
}

/** @type {(text: string, x: number, y: number, anchor: string, kind?: string) => SVGTextElement} */
export function label(text, x, y, anchor, kind = "") {
  const element = draw("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": anchor, class: kind });
  element.textContent = text;
  return element;
}

// What is written near an edge is moved so that all of it is seen.
/** @type {(text: SVGTextElement, width: number) => void} */
function keepInside(text, width) {
  const { x, width: wide } = text.getBBox();
  const over = Math.max(0, x + wide - width) || Math.min(0, x);
  if (over) text.setAttribute("x", String(Number(text.getAttribute("x")) - over));
}

// Round values for an axis, so many or fewer.
/** @type {(from: number, to: number, most?: number) => number[]} */
export function ticks(from, to, most = 6) {
  const rough = (to - from) / most || 1;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((wide) => wide >= rough) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(to / step + 1e-9) - first + 1) }, (_, place) => (first + place) * step);
}
