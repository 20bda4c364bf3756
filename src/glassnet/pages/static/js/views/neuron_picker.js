// A layer's neurons to choose from, each with its picture and one number: sixteen, or those whose numbers are largest.
//
//   const picker = new NeuronPicker(scene)
//   picker.show(layer, values)      the numbers under the neurons; the scene's neuron is marked, and changed by a press
//   picker.step(1)                  the neuron after it

import { drawSigned, largest } from "#text/colors.js";
import { figure } from "#text/figures.js";
import { words } from "#text/language.js";
import { make } from "#views/elements.js";
import { unitName } from "#views/names.js";
import { FEW } from "#views/network_picture.js";

/** @import { Scene } from "#views/scene.js" */

export class NeuronPicker {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.layer = 0;
    this.head = make("p", { className: "head" });
    this.layers = make("div", { className: "layers", role: "group", ariaLabel: words.forward.layers });
    this.list = make("div", { className: "picks", role: "group" });
    this.element = make("div", { className: "picker" }, this.head, this.layers, this.list);
    this.picks = /** @type {Map<number, { button: HTMLButtonElement, canvas: HTMLCanvasElement, value: HTMLElement }>} */ (new Map());
    this.seen = /** @type {unknown[]} */ ([]);
  }

  /** @param {number} layer @param {Float64Array} values */
  show(layer, values) {
    const { scene } = this;
    this.layer = layer;
    const units = this.units(values);
    const seen = [scene.network, scene.spread ?? scene, scene.colors, `${layer} ${units}`];
    if (seen.some((part, place) => part !== this.seen[place])) this.build(units);
    this.seen = seen;
    const most = largest(values);
    for (const [unit, { button, value }] of this.picks) {
      value.textContent = figure(values[unit]);
      button.classList.toggle("silent", Math.abs(values[unit]) < 0.01 * most);
      button.style.setProperty("--rim", (Math.abs(values[unit]) / most).toFixed(3));
      button.setAttribute("aria-pressed", String(scene.last ? scene.neuron[0] === layer && scene.neuron[1] === unit : scene.output === unit));
      button.setAttribute("aria-label", `${unitName(scene, layer, unit)}: ${figure(values[unit])}`);
    }
  }

  // Of many those with the largest numbers, and the one that is looked into.
  /** @param {Float64Array} values */
  units(values) {
    const units = Array.from(values, (_, unit) => unit);
    if (units.length <= FEW) return units;
    const [layer, chosen] = this.scene.neuron;
    const strongest = units.toSorted((a, b) => Math.abs(values[b]) - Math.abs(values[a])).slice(0, FEW);
    if (layer === this.layer && !strongest.includes(chosen)) strongest[FEW - 1] = chosen;
    return strongest.sort((a, b) => a - b);
  }

  /** @param {number[]} units */
  build(units) {
    const { scene, layer } = this;
    const all = scene.network.sizes[layer + 1];
    this.head.textContent = scene.last ? words.network.neurons(units.length, all, true) : words.network.templates;
    const tabs = Array.from({ length: scene.last > 1 ? scene.last : 0 }, (_, at) => make("button", { type: "button", ariaPressed: String(at === layer), onclick: () => scene.change({ neuron: [at, 0] }) }, words.forward.layer(at + 1)));
    this.layers.replaceChildren(...tabs);
    this.list.ariaLabel = this.head.textContent;
    this.picks = new Map(units.map((unit) => [unit, this.pick(unit)]));
    this.list.replaceChildren(...[...this.picks.values()].map(({ button }) => button));
  }

  /** @param {number} unit */
  pick(unit) {
    const { scene, layer } = this;
    const [canvas, value] = [make("canvas", { ariaHidden: "true" }), make("span", { className: "number" })];
    const weights = scene.weightsShown(layer, unit);
    drawSigned(canvas, weights, scene.weightsShape(layer), 0.8 * largest(weights), scene.colors);
    const button = make("button", { type: "button", className: "pick" }, make("span", { className: "round" }, canvas), value);
    button.onclick = () => this.choose(unit);
    return { button, canvas, value };
  }

  /** @param {number} by */
  step(by) {
    const units = [...this.picks.keys()];
    const place = units.indexOf(this.scene.last ? this.scene.neuron[1] : this.scene.output) + by;
    this.choose(units[(place + units.length) % units.length]);
  }

  // Without hidden layers the neurons are the answers.
  /** @param {number} unit */
  choose(unit) {
    this.scene.change(this.scene.last ? { neuron: [this.layer, unit] } : { neuron: [0, unit], output: unit });
  }
}
