// The diagram: hidden layers as squares, and the largest pushes from the last of them to the outputs.

import { drawSigned } from "#text/colors.js";
import { WORDS } from "#text/words.js";
import { drawEdges, measured } from "#views/edges.js";
import { make } from "#views/elements.js";
import { Tiles, columnsFor } from "#views/tiles.js";

/** @import { Stage } from "#views/stage.js" */
/** @import { Places } from "#views/edges.js" */

const PUSHES = 16;
const CLEAR = 4; // times the root mean square: stronger weights have the strongest color
const NARROW = matchMedia("print, (max-width: 760px)"); // as in the styles
const ON_A_PHONE = 12; // columns
const DENSE = 256; // units of a layer, from which its squares stand close
/** @type {{ [step: string]: string }} */
const LENS = { input: "quiet", sum: "sums", activation: "activations", output: "activations", loss: "activations", error: "activations", blame: "deltas", correction: "deltas", step: "deltas" };

export class Diagram {
  /** @param {Stage} stage @param {HTMLElement} room @param {SVGElement} svg @param {(layer: number, unit: number) => void} choose @param {(layer: number, unit: number | null) => void} peek */
  constructor(stage, room, svg, choose, peek) {
    this.stage = stage;
    this.svg = svg;
    this.places = /** @type {Places | null} */ (null);
    this.layers = Array.from({ length: stage.last }, (_, layer) => this.layer(layer, room, choose, peek));
  }

  /** @param {number} layer @param {HTMLElement} room @param {(layer: number, unit: number) => void} choose @param {(layer: number, unit: number | null) => void} peek */
  layer(layer, room, choose, peek) {
    const { network, last } = this.stage;
    const size = network.sizes[layer + 1];
    const [title, squares] = [make("h2"), make("div", { className: "tiles" })];
    const [scale, note] = [make("p", { className: "scale" }), make("p", { className: "scale" })];
    room.append(make("div", { className: "layer" }, title, squares, scale, note));
    const order = [...Array(size).keys()];
    if (layer === last - 1) order.sort((a, b) => this.favorite(a) - this.favorite(b) || a - b);
    squares.classList.toggle("dense", size > DENSE);
    const { width, height } = room.getBoundingClientRect();
    const columns = NARROW.matches ? Math.min(size, ON_A_PHONE) : columnsFor(size, (0.68 * width) / last, Math.max(60, height - 60));
    const tiles = new Tiles(squares, order, columns, WORDS.layerOf(layer + 1, size), (k) => choose(layer, k), (k) => peek(layer, k));
    return { tiles, title, scale, order: note };
  }

  // The output that a neuron of the last hidden layer pushes most for.
  /** @param {number} j */
  favorite(j) {
    const { network, last } = this.stage;
    let best = 0;
    for (let k = 1; k < network.sizes[last + 1]; k++) if (network.weight(last, j, k) > network.weight(last, j, best)) best = k;
    return best;
  }

  show() {
    this.layers.forEach((_, layer) => this.showLayer(layer));
  }

  /** @param {number} layer */
  showLayer(layer) {
    const { network, trace, step, neuron, hidden, last, colors } = this.stage;
    const { tiles, title, scale } = this.layers[layer];
    const lens = this.stage.lens ?? this.stage.usual ?? LENS[step];
    const values = lens === "sums" ? trace.sums[layer] : lens === "deltas" ? trace.deltas[layer] : trace.activations[layer];
    const shown = lens === "quiet" ? new Float64Array(values.length) : values;
    const colored = lens !== "activations" || values.some((value) => value < 0);
    const selected = neuron[0] === layer ? neuron[1] : hidden[0] === layer ? hidden[1] : undefined;
    tiles.show(shown, { colored, selected, name: (k) => this.stage.neuronName(layer, k), colors, off: network.off[layer] });
    const most = lens === "weights" ? this.showWeights(layer) : 0;
    if (lens !== "weights") tiles.picture(null);
    const live = values.filter((value) => value !== 0).length;
    title.textContent = last > 1 ? WORDS.hiddenLayer(layer + 1, live, values.length) : WORDS.hidden(WORDS.lenses[lens](live, values.length));
    scale.textContent = lens === "quiet" ? "" : most ? WORDS.weightScale(most) : WORDS.largestSquare(values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0));
  }

  // The weights into each unit as a picture, all on one scale, which is printed.
  /** @param {number} layer */
  showWeights(layer) {
    const { network, shape, colors } = this.stage;
    const [inputs, units, start] = [network.sizes[layer], network.sizes[layer + 1], network.weightStarts[layer]];
    const weights = network.parameters.subarray(start, start + inputs * units);
    const most = CLEAR * Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0) / weights.length) || 1;
    const width = layer === 0 && shape ? shape[1] : Math.ceil(Math.sqrt(inputs));
    const height = Math.ceil(inputs / width);
    this.layers[layer].tiles.picture((canvas, unit) => {
      const values = Float64Array.from({ length: width * height }, (_, j) => (j < inputs ? weights[j * units + unit] : 0));
      drawSigned(canvas, values, [height, width], most, colors);
    });
    return most;
  }

  // The window, or what is in it, has another shape.
  moved() {
    this.places = null;
  }

  // Forward, what pushes the answer; backward, where the two largest errors come from.
  /** @param {HTMLElement[]} outputCells */
  showEdges(outputCells) {
    const { network, trace, step, last, colors, saidAt } = this.stage;
    const drawn = ["output", "loss", "error", "blame"].includes(step) && last > 0;
    const [nearest] = this.layers.slice(-1);
    nearest?.order.replaceChildren(WORDS.order);
    if (!drawn || NARROW.matches) return this.svg.replaceChildren();
    const values = trace.activations[last - 1];
    const deltas = trace.deltas[last];
    const backward = step === "error" || step === "blame";
    const ends = backward ? [...deltas.keys()].sort((a, b) => Math.abs(deltas[b]) - Math.abs(deltas[a])).slice(0, 2) : [saidAt];
    /** @type {(j: number) => number} */
    const slope = (j) => (backward ? network.slope(trace, last - 1, j) : values[j]);
    const pushes = ends.flatMap((k) => [...values.keys()].map((unit) => ({ unit, output: k, value: slope(unit) * network.weight(last, unit, k) * (backward ? deltas[k] : 1) })));
    pushes.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const largest = pushes.filter((push) => push.value).slice(0, PUSHES);
    nearest.order.prepend(`${WORDS.pushes(largest.length, pushes.length)} `);
    this.places ??= measured(this.svg, nearest.tiles, outputCells);
    drawEdges(this.svg, largest, this.places, colors);
  }
}
