// The first layer's weights as a table: a row for each column of the file, a column for each neuron.

import { signed } from "#text/numbers.js";
import { largest } from "#text/colors.js";
import { words } from "#text/language.js";
import { draw, make } from "#views/elements.js";

/** @import { Columns } from "#engine/encoders.js" */
/** @import { ForwardTrace, Network } from "#engine/network.js" */
/** @import { Column } from "#engine/what_if.js" */
/** @import { Palette } from "#text/colors.js" */

const SHOWN = 8; // neurons

export class NamedWeights {
  /** @param {HTMLElement} root @param {Column[]} columns @param {Columns} encoders */
  constructor(root, columns, encoders) {
    this.root = root;
    this.columns = columns;
    this.encoders = encoders;
    this.neurons = /** @type {number[]} */ ([]);
  }

  // The neurons with the largest weights, in and out.
  /** @param {Network} network */
  adopt(network) {
    this.network = network;
    const units = network.sizes[1];
    const after = network.last > 0 ? network.sizes[2] : 0;
    const size = Array.from({ length: units }, (_, unit) => {
      const into = Math.hypot(...network.weightsInto(0, unit));
      return after ? into * Math.hypot(...Array.from({ length: after }, (_, k) => network.weight(1, unit, k))) : into;
    });
    const strongest = [...size.keys()].sort((a, b) => size[b] - size[a]).slice(0, SHOWN);
    const same = this.neurons.length === strongest.length && this.neurons.every((unit) => unit < units);
    if (!same || !this.cells) this.build(strongest.sort((a, b) => a - b), units);
  }

  /** @param {number[]} neurons @param {number} units */
  build(neurons, units) {
    this.neurons = neurons;
    const heads = neurons.map((unit) => make("th", { scope: "col" }, make("span", { className: "heard" }, `${words.try.neuron} ${unit + 1}`)));
    this.cells = this.columns.map(() => neurons.map(() => new Cell()));
    const rows = this.columns.map(({ name }, column) => make("tr", {}, make("th", { scope: "row" }, name), ...(this.cells ?? [])[column].map(({ element }) => element)));
    this.now = neurons.map(() => new Spot());
    const foot = make("tr", {}, make("th", { scope: "row" }, words.try.nowValue), ...this.now.map(({ element }) => element));
    const caption = make("caption", {}, make("b", {}, words.try.neurons(neurons.length, units)));
    this.root.replaceChildren(make("table", { className: "named-weights" }, caption, make("thead", {}, make("tr", {}, make("td"), ...heads)), make("tbody", {}, ...rows), make("tfoot", {}, foot)));
  }

  // Of a word the weight of that word; of a date the largest of its parts.
  /** @param {ForwardTrace} trace @param {Palette} colors */
  show(trace, colors) {
    const { network, encoders, neurons, cells } = this;
    if (!network || !cells) return;
    const shown = this.columns.map((column, at) => {
      const start = encoders.starts[at];
      const { inputs, parts } = encoders.encoders[at];
      const places = Array.from({ length: inputs }, (_, k) => start + k);
      const lit = column.words.length && inputs > 1 ? places.filter((place) => trace.inputs[place]) : places;
      return neurons.map((unit) => {
        const place = lit.reduce((most, other) => (Math.abs(network.weight(0, other, unit)) > Math.abs(network.weight(0, most, unit)) ? other : most), lit[0] ?? -1);
        return place < 0 ? { weight: 0, part: "" } : { weight: network.weight(0, place, unit), part: parts[place - start] };
      });
    });
    const most = largest(Float64Array.from(shown.flat(), ({ weight }) => weight));
    shown.forEach((row, column) => row.forEach(({ weight, part }, k) => cells[column][k].show(weight / most, colors, words.try.weight(this.columns[column].name, part, neurons[k] + 1, signed(weight, 2)))));
    const values = neurons.map((unit) => trace.activations[0][unit]);
    const loudest = largest(Float64Array.from(values));
    this.now?.forEach((spot, k) => spot.show(values[k], loudest));
  }
}

// Blue above zero; below it orange, with a bar across.
class Cell {
  constructor() {
    this.square = draw("rect", { width: 28, height: 28, rx: 3 });
    this.bar = draw("path", { d: "M8 14H20", class: "bar" });
    this.element = make("td", {}, draw("svg", { viewBox: "0 0 28 28", "aria-hidden": "true" }, this.square, this.bar), make("span", { className: "heard" }));
  }

  /** @param {number} part @param {Palette} colors @param {string} told */
  show(part, colors, told) {
    this.square.setAttribute("fill", colors.css(colors.signed(part)));
    this.bar.setAttribute("visibility", part < -0.04 ? "visible" : "hidden");
    this.bar.classList.toggle("light", part < -0.6);
    this.element.title = told;
    this.element.lastElementChild?.replaceChildren(told);
  }
}

// How loud a neuron is: a disc, or a ring below zero.
class Spot {
  constructor() {
    this.disc = draw("circle", { cx: 14, cy: 14, r: 2 });
    this.value = make("span");
    this.element = make("td", {}, draw("svg", { viewBox: "0 0 28 28", "aria-hidden": "true" }, this.disc), this.value);
  }

  /** @param {number} value @param {number} most */
  show(value, most) {
    this.disc.setAttribute("r", String(2.5 + 10 * Math.sqrt(Math.abs(value) / most)));
    this.disc.setAttribute("class", value > 0 ? "loud" : "quiet");
    this.value.textContent = Math.abs(value) < 0.05 ? "–" : value.toFixed(1).replace("-", "−");
  }
}
