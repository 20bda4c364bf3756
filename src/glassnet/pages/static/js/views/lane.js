// A net and how it became: what it is, its learning curve, and a picture of what each of its neurons looks for.

import { largest, drawSigned } from "#text/colors.js";
import { words } from "#text/language.js";
import { make } from "#views/elements.js";
import { LearningCurve } from "#views/learning_curve.js";
import { settingsInWords } from "#views/net_words.js";

/** @import { Net } from "#views/training_session.js" */
/** @import { Scene } from "#views/scene.js" */

const MOST = 128; // pictures: more are too small to see
const NUMBERED = 36;
const FAINTEST = 0.08; // weights times spread, below which nothing is drawn in full color: so strokes grow out of the paper
const GAP = 6;
const LINE = 16; // pixels of a number under a picture

export class Lane {
  // look: told of the neuron whose picture is pressed.
  /** @param {Scene} scene @param {string} kind @param {(unit: number) => void} look */
  constructor(scene, kind, look) {
    this.scene = scene;
    this.look = look;
    this.net = /** @type {Net | null} */ (null);
    this.title = make("h2");
    this.about = make("p", { className: "about" });
    this.score = make("p", { className: "score" });
    this.curve = new LearningCurve();
    this.pictures = make("div", { className: "pictures" });
    this.canvases = /** @type {HTMLCanvasElement[]} */ ([]);
    this.tools = make("span", { className: "tools" });
    this.empty = make("p", { className: "empty" });
    const head = make("header", {}, this.title, this.about, this.tools, this.score);
    this.element = make("section", { className: `lane ${kind}` }, head, this.curve.element, this.pictures, this.empty);
    new ResizeObserver(() => this.arrange()).observe(this.pictures);
  }

  // other: the records of the net beside it; total: how many examples it was judged on.
  /** @param {Net | null} net @param {{ title: string, other: Net | null, epochs: number, total: number, guess: number }} about */
  show(net, { title, other, epochs, total, guess }) {
    this.net = net;
    this.title.textContent = title;
    this.element.classList.toggle("without", !net);
    if (!net) return;
    const judged = net.records[net.records.length - 1];
    this.about.textContent = settingsInWords(net, this.scene);
    this.score.replaceChildren(...(judged ? [make("strong", {}, words.learn.share(judged.validation)), make("span", {}, words.learn.ofUnseen(total))] : []));
    this.curve.show({ records: net.records, other: other?.records ?? [], epochs, now: net.at, guess });
    this.paint();
  }

  paint() {
    const { net, scene } = this;
    if (!net?.parameters || !scene.subject.shape) return;
    const inputs = scene.network.sizes[0];
    const units = net.settings.hidden[0] ?? scene.subject.classes.length;
    if (inputs !== scene.subject.shape[0] * scene.subject.shape[1]) return;
    const shown = Math.min(units, MOST);
    if (this.canvases.length !== shown || this.pictures.dataset.units !== String(units)) this.hang(shown, units, net.settings.hidden.length === 0);
    const pictures = Array.from({ length: shown }, (_, unit) => weightsOf(net.parameters ?? new Float32Array(), units, inputs, unit, scene.spread));
    const most = Math.max(FAINTEST, ...pictures.map(largest).sort((a, b) => b - a).slice(Math.floor(shown / 8), Math.floor(shown / 8) + 1));
    pictures.forEach((picture, unit) => drawSigned(this.canvases[unit], picture, scene.subject.shape ?? [], most, scene.colors));
  }

  /** @param {number} shown @param {number} units @param {boolean} outputs */
  hang(shown, units, outputs) {
    const names = Array.from({ length: shown }, (_, unit) => (outputs ? this.scene.subject.classes[unit] : String(unit + 1)));
    this.canvases = names.map(() => make("canvas", { ariaHidden: "true" }));
    const figures = this.canvases.map((canvas, unit) => make("span", { className: "neuron", title: outputs ? names[unit] : words.learn.neuron(unit + 1), onclick: () => this.look(unit) }, canvas, shown <= NUMBERED ? make("i", {}, names[unit]) : ""));
    this.pictures.replaceChildren(...figures);
    Object.assign(this.pictures.dataset, { units });
    this.pictures.setAttribute("role", "img");
    this.pictures.setAttribute("aria-label", outputs ? words.learn.picturesOfAnswers(units) : words.learn.pictures(shown, units));
    this.arrange();
  }

  // As large as the room lets them be.
  arrange() {
    const { clientWidth: width, clientHeight: height } = this.pictures;
    const count = this.canvases.length;
    if (!width || !count) return;
    const line = count <= NUMBERED ? LINE : 0;
    const gap = count > NUMBERED ? 2 : GAP;
    let best = { size: 0, columns: 1 };
    for (let columns = 1; columns <= count; columns++) {
      const rows = Math.ceil(count / columns);
      const size = Math.min((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows - line);
      if (size > best.size) best = { size, columns };
    }
    this.pictures.style.setProperty("--columns", String(best.columns));
    this.pictures.style.setProperty("--size", `${Math.floor(best.size)}px`);
    this.pictures.style.setProperty("--gap", `${gap}px`);
  }

  // Points at the neuron that a sentence speaks of.
  /** @param {number | null} unit */
  point(unit) {
    [...this.pictures.children].forEach((figure, place) => figure.classList.toggle("named", place === unit));
  }
}

// Weights into a unit of the first layer, times each input's spread over the data.
/** @type {(parameters: Float32Array, units: number, inputs: number, unit: number, spread: Float64Array | null) => Float64Array} */
export function weightsOf(parameters, units, inputs, unit, spread) {
  const weights = new Float64Array(inputs);
  for (let source = 0; source < inputs; source++) weights[source] = parameters[source * units + unit] * (spread ? spread[source] : 1);
  return weights;
}
