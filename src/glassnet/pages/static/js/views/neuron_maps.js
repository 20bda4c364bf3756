// A small picture for each neuron: where on the plane it speaks, layer by layer. Pointed at, it fills the plane.

import { words } from "#text/language.js";
import { make } from "#views/elements.js";
import { markPicture } from "#views/marks.js";
import { paintNeuron } from "#views/region_picture.js";

/** @import { Regions } from "#engine/regions.js" */

const SHOWN = 8; // neurons of a layer
const SIDE = 32; // pixels, about

export class NeuronMaps {
  /** @param {(neuron: number[] | null) => void} point told of the neuron that is pointed at, [layer, unit] */
  constructor(point) {
    this.point = point;
    this.element = make("div", { className: "neuron-maps" });
    this.canvases = /** @type {HTMLCanvasElement[][]} */ ([]);
    this.raised = /** @type {HTMLElement[]} */ ([]);
  }

  /** @param {number[]} hidden */
  build(hidden) {
    const { plane } = words;
    this.raised = [];
    this.canvases = hidden.map((units) => Array.from({ length: Math.min(units, SHOWN) }, () => make("canvas", { width: SIDE, height: SIDE })));
    const layers = this.canvases.map((row, layer) => {
      const last = layer === hidden.length - 1;
      const buttons = row.map((canvas, unit) => this.button(canvas, layer, unit, last));
      const more = hidden[layer] > SHOWN ? [make("span", { className: "others" }, plane.others(hidden[layer] - SHOWN))] : [];
      return make("div", { className: "layer" }, make("p", { className: "head" }, plane.layer(hidden[layer], layer, hidden.length)), make("div", { className: "row" }, ...buttons, ...more));
    });
    this.element.replaceChildren(...(layers.length ? layers : [make("p", { className: "head" }, plane.noLayer)]));
  }

  /** @param {HTMLCanvasElement} canvas @param {number} layer @param {number} unit @param {boolean} last */
  button(canvas, layer, unit, last) {
    const raised = make("span", { className: "raised" });
    if (last) this.raised.push(raised);
    const button = make("button", { type: "button", title: words.plane.neuron(unit + 1), ariaLabel: words.plane.neuronOf(unit + 1, layer + 1) }, canvas, raised);
    for (const name of ["pointerenter", "focus"]) button.addEventListener(name, () => this.point([layer, unit]));
    for (const name of ["pointerleave", "blur"]) button.addEventListener(name, () => this.point(null));
    return button;
  }

  // kinds: the class that each neuron of the last layer raises most.
  /** @param {Regions} regions @param {number[]} kinds */
  show({ side, neurons }, kinds) {
    const step = Math.max(1, Math.floor(side / SIDE));
    this.canvases.forEach((row, layer) => row.forEach((canvas, unit) => neurons[layer]?.[unit] && paintNeuron(canvas, side, neurons[layer][unit], step)));
    this.raised.forEach((raised, unit) => raised.replaceChildren(markPicture(kinds[unit] ?? 0)));
  }
}
