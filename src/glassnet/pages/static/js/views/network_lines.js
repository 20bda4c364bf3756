// The lines of the network's picture: from the ink to each neuron, from each neuron to the next layer. Wide where much
// passes; blue where it speaks for, dotted orange where it speaks against; strong are those that are the thought.

import { draw } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";

/** @import { Box, Layout, Spot } from "#views/network_layout.js" */
/** @import { Scene } from "#views/scene.js" */
/** @typedef {{ layer: number, from: number, to: number, text?: string, tone?: "plus" | "minus" | "ink", share?: number, at?: number }} Line share: of the width, where it is not what passes forward; at: where along it the text stands */
/** @typedef {Line & { path: SVGPathElement, ends: [Spot, Spot] | null, share: number }} Drawn */

const MOST = 200; // lines between two layers; of more the strongest for the answer that is looked at
const WIDTHS = [0.6, 5.4];
const PULSE = 0.16; // of a line's length

export class NetworkLines {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.lines = /** @type {Drawn[]} */ ([]);
    this.units = /** @type {number[][]} */ ([]);
    this.hovered = /** @type {number[] | null} */ (null);
    this.marked = /** @type {Line[] | null} */ (null);
    this.paths = draw("g", { class: "lines" });
    this.signals = draw("g", { class: "signals" });
    this.notes = draw("g", { class: "notes" });
    this.svg = draw("svg", { class: "wires", "aria-hidden": "true" }, this.paths, this.signals, this.notes);
  }

  /** @param {number[][]} units those drawn of each hidden layer @param {boolean} templates */
  build(units, templates) {
    const { scene } = this;
    const answers = Array.from(scene.outputs, (_, k) => k);
    this.units = units;
    this.templates = templates;
    /** @type {(layer: number, from: number, to: number) => Drawn} */
    const made = (layer, from, to) => ({ layer, from, to, path: draw("path"), ends: null, share: 0 });
    const ink = units[0].map((unit) => made(0, -1, unit));
    const rest = templates ? answers.map((k) => made(1, k, k)) : units.flatMap((group, layer) => group.flatMap((from) => (units[layer + 1] ?? answers).map((to) => made(layer + 1, from, to))));
    this.lines = [...ink, ...rest];
    this.paths.replaceChildren(...this.lines.map(({ path }) => path));
  }

  /** @param {Layout} layout @param {number} width @param {number} height @param {Box | null} anchor where the ink is */
  resize(layout, width, height, anchor) {
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.down = layout.down;
    for (const line of this.lines) {
      const group = this.units[line.layer] ?? null;
      const to = group && !(this.templates && line.layer) ? layout.layers[line.layer][group.indexOf(line.to)] : layout.answers[line.to];
      const from = line.from < 0 ? leaving(anchor, layout, to) : layout.layers[line.layer - 1][this.units[line.layer - 1].indexOf(line.from)];
      line.ends = from && to ? [from, to] : null;
      if (line.ends) line.path.setAttribute("d", this.curve(line.ends));
      else line.path.removeAttribute("d");
    }
  }

  // From the rim of a circle to the rim of the next, level at both ends.
  /** @param {[Spot, Spot]} ends */
  curve([from, to]) {
    const [reach, arrive] = [from.size / 2, to.size / 2];
    if (this.down) {
      const [start, end] = [from.y + reach, to.y - arrive];
      const bend = (start + end) / 2;
      return `M${from.x.toFixed(1)} ${start.toFixed(1)}C${from.x.toFixed(1)} ${bend.toFixed(1)} ${to.x.toFixed(1)} ${bend.toFixed(1)} ${to.x.toFixed(1)} ${end.toFixed(1)}`;
    }
    const [start, end] = [from.x + reach, to.x - arrive];
    const bend = (start + end) / 2;
    return `M${start.toFixed(1)} ${from.y.toFixed(1)}C${bend.toFixed(1)} ${from.y.toFixed(1)} ${bend.toFixed(1)} ${to.y.toFixed(1)} ${end.toFixed(1)} ${to.y.toFixed(1)}`;
  }

  // What passes: of the ink how much a neuron makes of it, of a neuron its activation times the weight.
  /** @param {Drawn} line */
  passing({ layer, from, to }) {
    const { scene } = this;
    if (from < 0) return this.templates ? scene.trace.sums[0][to] : scene.trace.activations[0][to];
    return this.templates ? scene.trace.sums[0][to] : scene.push(layer, from, to);
  }

  /** @param {Line[] | null} marked */
  show(marked) {
    this.marked = marked;
    const values = this.lines.map((line) => this.passing(line));
    /** @type {number[]} */
    const most = [];
    this.lines.forEach(({ layer }, place) => (most[layer] = Math.max(most[layer] ?? 0, Math.abs(values[place]))));
    const weak = this.tooMany(values);
    this.lines.forEach((line, place) => {
      line.share = values[place] / (most[line.layer] || 1);
      this.style(line, weak.has(line));
    });
    this.label();
  }

  // Of a very large layer the weakest lines are not drawn.
  /** @param {number[]} values */
  tooMany(values) {
    const between = this.lines.map((line, place) => ({ line, value: Math.abs(values[place]) })).filter(({ line }) => line.from >= 0);
    if (between.length <= MOST) return new Set();
    return new Set(between.sort((a, b) => b.value - a.value).slice(MOST).map(({ line }) => line));
  }

  /** @param {Drawn} line @param {boolean} weak */
  style(line, weak) {
    const mark = this.isStrong(line);
    const part = Math.abs(mark?.share ?? line.share);
    const tone = mark?.tone ?? (line.from < 0 ? "ink" : line.share < 0 ? "minus" : "plus");
    const state = weak && !mark ? " none" : part < 1e-6 ? " idle" : mark ? " strong" : "";
    line.path.setAttribute("class", `${tone}${state}`);
    const width = WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * (mark ? part : 0.75 * part);
    line.path.style.setProperty("--width", width.toFixed(2));
    line.path.style.setProperty("--part", part.toFixed(3));
  }

  // Those that were asked for; else those of a neuron under the pointer; else those of the answer looked at.
  /** @param {Drawn} line @returns {Line | null} */
  isStrong(line) {
    if (this.marked) return this.marked.find(({ layer, from, to }) => layer === line.layer && from === line.from && to === line.to) ?? null;
    if (this.hovered) {
      const [layer, unit] = this.hovered;
      return (line.layer === layer + 1 && line.from === unit) || (line.layer === layer && line.to === unit) ? line : null;
    }
    if (line.from < 0) return this.templates && line.to === this.scene.output ? line : null;
    return line.layer === Math.max(1, this.scene.last) && line.to === this.scene.output ? line : null;
  }

  /** @param {number[] | null} neuron */
  hover(neuron) {
    this.hovered = neuron;
    this.show(this.marked);
  }

  // What is written along a line stands on it, on a ground of paper.
  label() {
    const told = (this.marked ?? []).filter(({ text }) => text);
    this.notes.replaceChildren(
      ...told.flatMap(({ text, layer, from, to, tone, at: along = 0.62 }) => {
        const line = this.lines.find((one) => one.layer === layer && one.from === from && one.to === to);
        if (!line?.ends) return [];
        const at = line.path.getPointAtLength(along * line.path.getTotalLength());
        const note = draw("text", { x: at.x, y: at.y, class: tone ?? (line.share < 0 ? "minus" : "plus") });
        const [product, ...result] = (text ?? "").split(/(?= = )/); // a lesson may cover what it comes to
        note.append(product, ...result.map((part) => Object.assign(draw("tspan", { class: "result" }), { textContent: part })));
        return [note];
      }),
    );
  }

  /** @param {"forward" | "backward"} way @param {{ layer?: number, lines?: Line[], tone?: "ink" | "plus" | "minus", duration?: number }} of */
  async travel(way, { layer, lines, tone, duration = DURATION }) {
    this.signals.replaceChildren();
    if (motion.reduced) return;
    const chosen = this.lines.filter((line) => line.ends && (lines ? lines.some((one) => one.layer === line.layer && one.from === line.from && one.to === line.to) : layer === undefined || line.layer === layer));
    const moving = chosen.filter((line) => Math.abs(line.share) > 0.02 || lines);
    const runs = moving.map((line) => {
      const signal = draw("path", { d: line.path.getAttribute("d") ?? "", pathLength: 1, class: tone ?? line.path.classList[0], "stroke-dasharray": `${PULSE} 2` });
      signal.style.setProperty("--width", String(2 + 4 * Math.abs(line.share)));
      this.signals.append(signal);
      const [start, end] = way === "forward" ? [PULSE, -1] : [-1, PULSE];
      return signal.animate([{ strokeDashoffset: start }, { strokeDashoffset: end }], { duration, easing: "ease-in-out", fill: "both" });
    });
    await motion.play(runs);
    this.signals.replaceChildren();
  }
}

// Where a line leaves the ink: at the edge that faces the neurons, in their order.
/** @type {(anchor: Box | null, layout: Layout, to: Spot | undefined) => Spot | null} */
function leaving(anchor, layout, to) {
  if (!anchor || !to) return null;
  const places = layout.layers[0].map(({ x, y }) => (layout.down ? x : y));
  const [least, most] = [Math.min(...places), Math.max(...places)];
  const share = most > least ? ((layout.down ? to.x : to.y) - least) / (most - least) : 0.5;
  const inset = 0.06 + 0.88 * share;
  if (layout.down) return { x: anchor.x + inset * anchor.width, y: anchor.y + anchor.height, size: 0 };
  return { x: anchor.x + anchor.width, y: anchor.y + inset * anchor.height, size: 0 };
}
