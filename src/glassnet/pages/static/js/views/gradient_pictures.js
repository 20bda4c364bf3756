// The third station home: what came in, times δ, is the gradient of a neuron's weights: of a picture a picture, of a table a row
// for each column. Beside it how many of all parameters a step moves, and why the others stay.

import { movesOf } from "#engine/moving_parameters.js";
import { drawPixels, drawSigned, largest } from "#text/colors.js";
import { figure, signedFigure } from "#text/figures.js";
import { whole, words } from "#text/language.js";
import { formula } from "#text/mathml.js";
import { kindOf, signedBar } from "#views/answer_deltas.js";
import { draw, make } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";
import { sourceName, unitName } from "#views/names.js";

/** @import { Trace } from "#engine/network.js" */
/** @import { Scene } from "#views/scene.js" */

const MOST = 12; // rows

export class GradientPictures {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.title = make("h2");
    this.product = make("div", { className: "product" });
    this.legend = make("p", { className: "legend-of-gradient" });
    this.moves = make("div", { className: "moves" });
    this.element = make("div", { className: "gradient-pictures" }, make("div", { className: "told" }, this.title, this.product, this.legend), this.moves);
  }

  show() {
    const { scene } = this;
    const [layer, unit] = scene.neuron;
    this.title.textContent = words.backward.corrections(unitName(scene, layer, unit));
    this.element.classList.toggle("in-rows", !isPicture(scene));
    this.product.replaceChildren(...(isPicture(scene) ? this.pictures() : [rowsOf(scene)]));
    this.legend.textContent = words.backward.gradientLegend;
    this.moves.replaceChildren(...movesTold(scene));
  }

  // The picture appears as the ink is gone over.
  play() {
    const gradient = this.product.lastElementChild;
    if (motion.reduced || !gradient) return;
    void motion.play([gradient.animate([{ clipPath: "inset(0 100% 0 0)" }, { clipPath: "inset(0)" }], { duration: DURATION, easing: "ease-in-out" })]);
  }

  sentence() {
    return movesInWords(this.scene);
  }

  // Ink × δ = gradient.
  pictures() {
    const { scene } = this;
    const [, unit] = scene.neuron;
    const delta = /** @type {Trace} */ (scene.trace).deltas[0][unit];
    const [ink, gradient] = [make("canvas", { role: "img", ariaLabel: words.backward.ink }), make("canvas", { role: "img", ariaLabel: words.backward.gradient })];
    if (scene.subject.shape) drawPixels(ink, scene.example.inputs, scene.subject.shape, scene.colors.gray);
    drawGradient(gradient, scene);
    /** @type {(canvas: HTMLCanvasElement, name: string, symbol: string) => HTMLElement} */
    const figureOf = (canvas, name, symbol) => make("figure", {}, canvas, make("figcaption", {}, name, " ", formula(symbol)));
    const number = make("p", { className: "times" }, make("span", {}, "×"), make("b", { className: kindOf(delta) }, signedFigure(delta)), make("small", {}, formula(`δ^(1)_${unit}`)));
    return [figureOf(ink, words.backward.ink, "a^(0)"), number, make("p", { className: "equals" }, "="), figureOf(gradient, words.backward.gradient, "∂ℓ/∂W^(1)")];
  }
}

/** @type {(scene: Scene) => { strong: string, rest: string }} */
const movesInWords = ({ network, trace, subject }) => {
  const { moving, all } = movesOf(network, /** @type {Trace} */ (trace));
  return { strong: words.backward.movesSaid(whole(moving), whole(all)), rest: words.backward.movesWhy(Boolean(subject.shape), network.last > 0) };
};

// Whether the weights that are looked at lie on a picture.
/** @type {(scene: Scene) => boolean} */
export const isPicture = (scene) => scene.neuron[0] === 0 && Boolean(scene.subject.shape);

/** @type {(scene: Scene) => Float64Array} */
export function gradientInto(scene) {
  const [layer, unit] = scene.neuron;
  const trace = /** @type {Trace} */ (scene.trace);
  return scene.network.valuesInto(trace, layer).map((value) => value * trace.deltas[layer][unit]);
}

/** @type {(canvas: HTMLCanvasElement, scene: Scene) => void} */
export function drawGradient(canvas, scene) {
  const gradient = gradientInto(scene);
  if (scene.subject.shape) drawSigned(canvas, gradient, scene.subject.shape, largest(gradient), scene.colors);
}

// The same as a table, the largest first; a row may be a button that chooses its weight.
/** @type {(scene: Scene, choose?: (source: number) => void) => HTMLElement} */
export function rowsOf(scene, choose) {
  const [layer, unit] = scene.neuron;
  const trace = /** @type {Trace} */ (scene.trace);
  const values = scene.network.valuesInto(trace, layer);
  const gradient = gradientInto(scene);
  const most = largest(gradient);
  const order = [...gradient.keys()].sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a])).slice(0, MOST);
  const rows = order.map((source) => {
    const name = sourceName(scene, layer, source);
    const head = choose ? make("button", { type: "button", className: "plain", ariaPressed: String(source === scene.source), onclick: () => choose(source) }, name) : name;
    const parts = [figure(values[source]), `× ${signedFigure(trace.deltas[layer][unit])} =`].map((text) => make("td", { className: "value" }, text));
    const bar = make("td", {}, make("div", {}, signedBar(gradient[source] / most).svg, make("b", { className: `value ${kindOf(gradient[source])}` }, signedFigure(gradient[source]))));
    return make("tr", { className: choose && source === scene.source ? "chosen" : "" }, make("th", { scope: "row" }, head), ...parts, bar);
  });
  if (gradient.length > MOST) rows.push(make("tr", { className: "others" }, make("td", { colSpan: 4 }, words.backward.moreRows(gradient.length - MOST))));
  return make("table", {}, make("tbody", {}, ...rows));
}

/** @type {(scene: Scene) => Element[]} */
function movesTold(scene) {
  const { network, subject } = scene;
  const moves = movesOf(network, /** @type {Trace} */ (scene.trace));
  const parts = /** @type {const} */ ([["moving", moves.moving], ["dark", moves.dark], ["still", moves.still]]);
  let start = 0;
  const bar = draw("svg", { class: "parts", "aria-hidden": "true" });
  for (const [name, count] of parts) {
    bar.append(draw("rect", { class: name, x: `${(100 * start) / moves.all}%`, width: `${(100 * count) / moves.all}%`, height: "100%" }));
    start += count;
  }
  const sum = moves.layers.map(({ lit, live }, layer) => words.backward.product(whole(lit), layer ? "neurons" : subject.shape ? "pixels" : "values", whole(live), layer === network.last ? "answers" : "neurons")).join(" + ");
  const why = { moving: `${sum} = ${whole(moves.moving)}`, dark: words.backward.dark(Boolean(subject.shape), network.last > 0), still: words.backward.still };
  const items = parts.filter(([, count]) => count).map(([name, count]) => make("li", { className: name }, make("b", {}, words.backward.parameters(name, whole(count))), " ", why[name]));
  return [make("h2", {}, words.backward.move(whole(moves.moving), whole(moves.all))), bar, make("ul", {}, ...items)];
}
