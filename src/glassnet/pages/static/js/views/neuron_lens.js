// A neuron in large, while the pointer or the focus is on it: what it looks for, how much it says, and to whom.

import { drawSigned, largest } from "#text/colors.js";
import { figure, signedFigure } from "#text/figures.js";
import { words } from "#text/language.js";
import { make } from "#views/elements.js";
import { unitName } from "#views/names.js";

/** @import { Spot } from "#views/network_layout.js" */
/** @import { Scene } from "#views/scene.js" */

const APART = 6; // pixels from the neuron

export class NeuronLens {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.canvas = make("canvas");
    this.name = make("b");
    this.told = make("span");
    this.element = make("figure", { className: "lens", ariaHidden: "true", hidden: true }, make("span", { className: "round" }, this.canvas), make("figcaption", {}, this.name, this.told));
  }

  /** @param {number} layer @param {number} unit @param {Spot} spot @param {HTMLElement} room */
  show(layer, unit, spot, room) {
    const { scene, element } = this;
    const weights = scene.weightsShown(layer, unit);
    drawSigned(this.canvas, weights, scene.weightsShape(layer), 0.8 * largest(weights), scene.colors);
    this.name.textContent = unitName(scene, layer, unit);
    this.told.textContent = this.words(layer, unit);
    element.hidden = false;
    const top = spot.y - element.offsetHeight / 2;
    const before = spot.x - spot.size / 2 - APART - element.offsetWidth; // where it covers none of the lines that go on
    element.style.left = `${before < 0 ? spot.x + spot.size / 2 + APART : before}px`;
    element.style.top = `${Math.max(0, Math.min(room.clientHeight - element.offsetHeight, top))}px`;
  }

  // Its activation, and for which answer that speaks, or against which.
  /** @param {number} layer @param {number} unit */
  words(layer, unit) {
    const { scene } = this;
    const { last, output } = scene;
    const values = last ? scene.trace.activations[layer] : scene.trace.sums[0];
    if (Math.abs(values[unit]) < 1e-9) return words.network.silent;
    if (layer !== last - 1) return figure(values[unit]);
    const push = scene.push(last, unit, output);
    return words.network.pushes(figure(values[unit]), unitName(scene, last, output), signedFigure(push));
  }

  hide() {
    this.element.hidden = true;
  }
}
