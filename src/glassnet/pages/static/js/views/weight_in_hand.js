// The weight under the hand: dragged, the loss follows its curve, and the slope of that curve is the gradient. Nothing is kept:
// it is what the network would say if this weight were another.

import { MovedWeight } from "#engine/moved_weight.js";
import { figure, share, signedFigure, tick } from "#text/figures.js";
import { words } from "#text/language.js";
import { kindOf, lettersOf } from "#views/answer_deltas.js";
import { draw, make } from "#views/elements.js";
import { drawGradient, isPicture, rowsOf } from "#views/gradient_pictures.js";
import { HandCurve } from "#views/hand_curve.js";
import { sourceName, unitName } from "#views/names.js";
import { ticks } from "#views/plot.js";

/** @import { Trace } from "#engine/network.js" */
/** @import { Scene } from "#views/scene.js" */

const SIDE = 60; // stops to either side of where the weight is
const MOST = 10; // answers beside the curve

export class WeightInHand {
  // moved: told when the weight is held elsewhere, so that the sentence follows.
  /** @param {Scene} scene @param {() => void} moved */
  constructor(scene, moved) {
    this.scene = scene;
    this.moved = moved;
    this.place = SIDE;
    this.values = /** @type {number[]} of the weight, at each stop */ ([]);
    this.losses = /** @type {number[]} */ ([]);
    this.weight = /** @type {MovedWeight | null} */ (null);
    this.title = make("h2");
    this.canvas = make("canvas", { tabIndex: 0, role: "application" });
    this.mark = draw("svg", { class: "mark", "aria-hidden": "true", preserveAspectRatio: "none" });
    this.board = make("div", { className: "board" }, this.canvas, this.mark);
    this.rows = make("div", { className: "chosen-rows" });
    this.curve = new HandCurve({ name: words.backward.handle, moved: (place) => this.hold(place) });
    this.answers = make("table", { className: "follows" });
    this.hint = make("p", { className: "hint" }, words.backward.choosePixel);
    this.putBack = make("button", { type: "button", className: "plain", onclick: () => this.back() }, words.backward.putBack);
    const source = make("div", { className: "source" }, this.title, this.board, this.rows, this.hint, this.putBack);
    this.element = make("div", { className: "weight-in-hand" }, source, this.curve.element, this.answers);
    this.canvas.onpointerdown = (event) => this.press(event);
    this.canvas.onpointermove = (event) => event.buttons && this.press(event);
    this.canvas.onkeydown = (event) => this.arrow(event);
  }

  // Where the weight was, and its curve from there to either side.
  show() {
    const { scene } = this;
    const { network, neuron, source } = scene;
    const weight = new MovedWeight(network, /** @type {Trace} */ (scene.trace), [neuron[0], source, neuron[1]]);
    const reach = weight.reach();
    this.weight = weight;
    this.place = SIDE;
    this.values = Array.from({ length: 2 * SIDE + 1 }, (_, stop) => (stop === SIDE ? weight.now : weight.now + (reach * (stop - SIDE)) / SIDE));
    this.losses = this.values.map((value) => weight.loss(value));
    this.title.textContent = words.backward.weightFrom(sourceName(scene, neuron[0], source), unitName(scene, neuron[0], neuron[1]));
    this.showSource();
    this.refresh();
  }

  showSource() {
    const { scene } = this;
    const { source, subject, neuron } = scene;
    const pictured = isPicture(scene);
    this.element.classList.toggle("in-rows", !pictured);
    this.answers.style.setProperty("--letters", String(lettersOf(scene)));
    this.board.hidden = this.hint.hidden = !pictured;
    this.rows.replaceChildren(...(pictured ? [] : [rowsOf(scene, (chosen) => scene.change({ source: chosen }))]));
    if (!pictured || !subject.shape) return;
    drawGradient(this.canvas, scene);
    const [height, width] = subject.shape;
    this.mark.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.mark.replaceChildren(draw("rect", { x: source % width, y: Math.floor(source / width), width: 1, height: 1 }));
    this.canvas.ariaLabel = words.backward.pixelPad(sourceName(scene, neuron[0], source));
  }

  /** @param {PointerEvent} event */
  press(event) {
    const { shape } = this.scene.subject;
    if (!shape) return;
    const box = this.canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * shape[1]);
    const row = Math.floor(((event.clientY - box.top) / box.height) * shape[0]);
    this.choose(row, column);
  }

  /** @param {KeyboardEvent} event */
  arrow(event) {
    const { subject, source } = this.scene;
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by || !subject.shape) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(Math.floor(source / subject.shape[1]) + by[0], (source % subject.shape[1]) + by[1]);
  }

  /** @param {number} row @param {number} column */
  choose(row, column) {
    const [height, width] = this.scene.subject.shape ?? [0, 0];
    if (row < 0 || column < 0 || row >= height || column >= width) return;
    const source = row * width + column;
    if (source !== this.scene.source) this.scene.change({ source });
  }

  /** @param {number} place */
  hold(place) {
    this.place = place;
    this.refresh();
    this.moved();
  }

  get value() {
    return this.values[this.place];
  }

  get atHome() {
    return this.place === SIDE;
  }

  refresh() {
    const { weight, values, losses, place } = this;
    if (!weight) return;
    const trace = weight.at(this.value);
    const step = values[1] - values[0];
    const slope = weight.slope(this.value);
    const top = 1.04 * Math.max(0.1, ...losses.filter(Number.isFinite).map((loss) => Math.min(loss, 4 * weight.trace.loss + 4)));
    const lines = [`w = ${signedFigure(this.value)}`, words.track.loss(figure(trace.loss))];
    const told = words.backward.slope(signedFigure(slope));
    this.curve.show({
      heights: losses,
      place,
      home: SIDE,
      x: { from: 0, to: 2 * SIDE, ticks: ticks(values[0], values[2 * SIDE], 5).map((value) => ({ at: (value - values[0]) / step, text: tick(value) })), label: words.backward.axisWeight },
      y: { from: 0, to: top, ticks: ticks(0, top, 4).map((at) => ({ at, text: tick(at) })), label: words.backward.axisLoss },
      tangent: { slope: slope * step, text: told, kind: kindOf(slope) },
      levels: [],
      lines,
      spoken: [...lines, told].join(", "),
    });
    this.putBack.disabled = this.atHome;
    this.follow(trace);
  }

  // What it says while the weight is moved.
  /** @param {Trace} trace */
  follow(trace) {
    const { scene } = this;
    const { classes } = scene.subject;
    const now = trace.activations[scene.last];
    const before = scene.outputs;
    const order = [...now.keys()].sort((a, b) => before[b] - before[a]).slice(0, MOST).sort((a, b) => a - b);
    const said = now.indexOf(Math.max(...now));
    const rows = order.map((k) => {
      const bar = draw("svg", { class: "bar", "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%" }), draw("rect", { class: "level", width: `${100 * Math.max(0.008, Math.min(1, now[k]))}%`, height: "100%" }), draw("line", { class: "was", x1: `${100 * before[k]}%`, x2: `${100 * before[k]}%`, y1: "-20%", y2: "120%" }));
      return make("tr", { className: k === said ? "strong" : "" }, make("th", { scope: "row" }, make("span", { className: "circle" }, classes[k])), make("td", {}, make("div", {}, bar, make("span", { className: "value" }, share(now[k])))));
    });
    this.answers.hidden = !classes.length;
    this.answers.replaceChildren(make("caption", {}, words.backward.saysThen), make("tbody", {}, ...rows));
    this.said = said;
    this.lossNow = trace.loss;
  }

  back() {
    this.hold(SIDE);
  }

  sentence() {
    const { scene, weight } = this;
    if (!weight) return { strong: "", rest: "" };
    if (!weight.input) return { strong: words.backward.noInk, rest: words.backward.noInkWhy };
    if (this.atHome) return { strong: words.backward.drag, rest: words.backward.dragWhy(signedFigure(weight.slope(weight.now))) };
    const rest = scene.subject.classes.length && this.said !== undefined ? (this.said === scene.said ? words.backward.saysStill(scene.subject.classes[this.said]) : words.backward.saysNow(scene.subject.classes[this.said], scene.subject.classes[scene.said])) : "";
    return { strong: words.backward.held(signedFigure(this.value), figure(this.lossNow ?? 0), figure(weight.trace.loss)), rest };
  }
}
