// A net and how it became: what it is, its learning curve, and a picture of what each of its neurons looks for.

import { drawSigned } from "#text/colors.js";
import { percentage, whole, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { LearningCurve } from "#views/learning_curve.js";
import { settingsInWords } from "#views/net_words.js";
import { weightsOf } from "#views/strokes_found.js";

/** @import { About } from "#views/net_words.js" */
/** @import { Net } from "#views/training_session.js" */
/** @import { Scene } from "#views/scene.js" */

const MOST = 128; // pictures: more are too small to see
const NUMBERED = 36;
const OFTEN = 150; // milliseconds between two paintings of more than these
const FAINTEST = 0.08; // weights times spread, below which nothing is drawn in full color: so strokes grow out of the paper
const GAPS = { few: 14, many: 3 }; // pixels between pictures

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
    this.state = /** @type {any[]} */ ([]); // what is shown
    this.painted = /** @type {Float32Array | null} */ (null); // of which the pictures are
    this.colors = scene.colors;
    this.time = 0; // when they were painted
    this.timer = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
    this.tools = make("span", { className: "tools" });
    this.empty = make("p", { className: "empty" }, words.learn.empty);
    const head = make("header", {}, this.title, this.about, this.tools, this.score);
    this.element = make("section", { className: `lane ${kind}` }, head, this.curve.element, this.pictures, this.empty);
    new ResizeObserver(() => this.arrange()).observe(this.pictures);
  }

  // other: the net beside it.
  /** @param {Net | null} net @param {{ title: string, other: Net | null, epochs: number, guess: number, about: About }} shown */
  show(net, { title, other, epochs, guess, about: { total, noun } }) {
    this.net = net;
    this.title.textContent = title;
    this.element.classList.toggle("without", !net);
    if (!net) return;
    const state = [net, other, epochs, this.scene.colors];
    if (state.every((part, place) => part === this.state[place])) return;
    this.state = state;
    const judged = net.records[net.records.length - 1];
    this.about.textContent = settingsInWords(net, this.scene);
    this.score.replaceChildren(...(judged ? [make("strong", {}, percentage(judged.validation)), make("span", {}, words.learn.ofUnseen(whole(total), noun))] : []));
    this.curve.show({ mine: net, other: other && { ...other, name: other.name || words.learn.before }, epochs, now: net.at, guess });
    this.paint();
  }

  paint() {
    const { net, scene } = this;
    if (!net?.parameters || !scene.subject.shape || (net.parameters === this.painted && scene.colors === this.colors)) return;
    if (this.canvases.length > NUMBERED && performance.now() - this.time < OFTEN) return this.later();
    this.time = performance.now();
    this.painted = net.parameters;
    this.colors = scene.colors;
    const inputs = scene.network.sizes[0];
    const units = net.settings.hidden[0] ?? scene.subject.classes.length;
    if (inputs !== scene.subject.shape[0] * scene.subject.shape[1]) return;
    const shown = Math.min(units, MOST);
    if (this.canvases.length !== shown || this.pictures.dataset.units !== String(units)) this.hang(shown, units, net.settings.hidden.length === 0);
    const strongest = strengths(net.parameters, units, inputs, scene.spread).subarray(0, shown).sort().reverse();
    const most = Math.max(FAINTEST, shown > NUMBERED ? strongest[shown >> 1] / 2 : strongest[shown >> 3]); // small ones need more color
    for (let unit = 0; unit < shown; unit++) drawSigned(this.canvases[unit], weightsOf(net.parameters, units, inputs, unit, scene.spread), scene.subject.shape, most, scene.colors);
  }

  later() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.paint();
    }, OFTEN);
  }

  /** @param {number} shown @param {number} units @param {boolean} outputs */
  hang(shown, units, outputs) {
    const names = Array.from({ length: shown }, (_, unit) => (outputs ? this.scene.subject.classes[unit] : String(unit)));
    this.canvases = names.map(() => make("canvas", { ariaHidden: "true" }));
    const figures = this.canvases.map((canvas, unit) => make("span", { className: "neuron", title: outputs ? names[unit] : words.learn.neuron(unit), onclick: () => this.look(unit) }, canvas, shown <= NUMBERED ? make("i", {}, names[unit]) : ""));
    this.pictures.replaceChildren(...figures);
    Object.assign(this.pictures.dataset, { units });
    this.pictures.classList.toggle("many", shown > NUMBERED);
    this.pictures.setAttribute("role", "img");
    this.pictures.setAttribute("aria-label", outputs ? words.learn.picturesOfAnswers(units) : words.learn.pictures(shown, units));
    this.arrange();
  }

  // As large as the room lets them be.
  arrange() {
    const { clientWidth: width, clientHeight: height } = this.pictures;
    const count = this.canvases.length;
    if (!width || !count) return;
    const gap = count <= NUMBERED ? GAPS.few : GAPS.many;
    let best = { size: 0, columns: 1 };
    for (let columns = 1; columns <= count; columns++) {
      const rows = Math.ceil(count / columns);
      const size = Math.min((width - gap * (columns - 1)) / columns, (height - (gap / 2) * (rows - 1)) / rows);
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

// The largest weight times spread of each unit.
/** @type {(parameters: Float32Array, units: number, inputs: number, spread: Float64Array | null) => Float64Array} */
function strengths(parameters, units, inputs, spread) {
  const found = new Float64Array(units);
  for (let source = 0, at = 0; source < inputs; source++) {
    const factor = spread ? spread[source] : 1;
    for (let unit = 0; unit < units; unit++, at++) {
      const strength = Math.abs(parameters[at]) * factor;
      if (strength > found[unit]) found[unit] = strength;
    }
  }
  return found;
}
