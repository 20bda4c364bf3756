// The drawing of the network: input, neurons with their weight pictures, lines, answers with their bars.
//
//   const picture = new NetworkPicture(scene, { input: { element, anchor, below } | null, bars?, chooseNeuron?, chooseAnswer? })
//     input          what stands at the input's place: the element, the part of it that lines leave from, and how many rem of
//                    it lie below that part; null: no input is drawn
//     bars           (answer) => { share: -1 to 1, text, tone: "ink" | "quiet" | "plus" | "minus", strong?, note? };
//                    left out: the probabilities. `signed: true` beside it puts zero in the middle of the bars
//     legend         [plus, minus]: what the colors of the lines say; titles: { answers }: what stands above the answers
//     chooseNeuron   (layer, unit) => ...; left out: the scene's neuron is changed. chooseAnswer (k) the same
//   picture.element            put it where it has a size
//   picture.show()             after the scene has changed; views call it when they are seen, and on the scene's "change"
//   picture.resize()           when the element has another size
//   picture.highlight([{ layer, from, to, text?, tone? }] | null)   only these lines are strong (layer: of the weights, 0 is
//                              from the input, where `from` is -1: all its ink); null: those of scene.output
//   await picture.travel("forward" | "backward", { layer?, lines?, tone? })   a signal runs along them, 600 ms: those of a
//                              layer's weights, or the lines given; at once where motion is not wanted
//   picture.spot(layer, unit)  where a neuron stands: { x, y, size } in the element's pixels; of answers layer is `scene.last`
//   picture.all                whether up to 128 neurons of a layer are drawn, or the sixteen that say most

import { drawSigned, largest } from "#text/colors.js";
import { words } from "#text/language.js";
import { figure, share } from "#text/figures.js";
import { draw, make } from "#views/elements.js";
import { laidOut } from "#views/network_layout.js";
import { NeuronLens } from "#views/neuron_lens.js";
import { NetworkLines } from "#views/network_lines.js";

/** @import { Layout, Spot } from "#views/network_layout.js" */
/** @import { Line } from "#views/network_lines.js" */
/** @import { Scene } from "#views/scene.js" */
/** @typedef {{ share: number, text: string, tone: "ink" | "quiet" | "plus" | "minus", strong?: boolean, note?: string }} Reading */
/** @typedef {{ element: HTMLElement, anchor: HTMLElement, below: number }} Input */
/**
 * @typedef {object} Options
 * @property {Input | null} [input]
 * @property {(answer: number) => Reading} [bars]
 * @property {boolean} [signed]
 * @property {[plus: string, minus: string]} [legend] what the colors of the lines say
 * @property {{ answers?: string }} [titles]
 * @property {() => ArrayLike<number> | null} [before] what the answers' shares were, to be seen behind what they are
 * @property {(layer: number, unit: number) => void} [chooseNeuron]
 * @property {(answer: number) => void} [chooseAnswer]
 */

export const FEW = 16; // neurons of a layer at first sight
const MANY = 128; // by choice
const BRIEF = 34; // rem of width, below which titles are short

export class NetworkPicture {
  /** @param {Scene} scene @param {Options} [options] */
  constructor(scene, options = {}) {
    this.scene = scene;
    this.options = options;
    this.all = false;
    this.layout = /** @type {Layout | null} */ (null);
    this.marked = /** @type {Line[] | null} */ (null);
    this.seen = /** @type {object[]} */ ([]); // network, spread and colors of which the pictures are drawn
    this.units = /** @type {number[][]} */ ([]); // of each hidden layer those that are drawn
    this.neurons = /** @type {{ button: HTMLButtonElement, canvas: HTMLCanvasElement }[][]} */ ([]);
    this.answers = /** @type {ReturnType<NetworkPicture["answer"]>[]} */ ([]);
    this.lines = new NetworkLines(scene);
    this.lens = new NeuronLens(scene);
    this.heads = draw("g", { class: "heads" });
    this.cells = make("div", { className: "cells" });
    this.element = make("div", { className: "network" }, ...(options.input ? [options.input.element] : []), this.lines.svg, this.cells, this.lens.element);
  }

  // Whether the neurons are the answers: a network without a hidden layer has a template for each of them.
  get templates() {
    return this.scene.last === 0;
  }

  show() {
    const { scene } = this;
    const units = this.chosenUnits();
    if (this.shapeOf(units) !== this.shape) this.build(units);
    const seen = [scene.network, scene.spread ?? scene, scene.colors];
    if (seen.some((part, place) => part !== this.seen[place])) this.paint();
    this.seen = seen;
    if (this.layout) this.update();
  }

  // What the parts stand for: of another network, or of other neurons of it, they are made anew.
  /** @param {number[][]} units */
  shapeOf(units) {
    const { subject, network } = this.scene;
    return JSON.stringify([units, subject.classes, network.sizes]);
  }

  // Of a layer with more neurons than are drawn, those whose activation moves the answer most, in their own order.
  chosenUnits() {
    const { scene } = this;
    const most = this.all ? MANY : FEW;
    if (this.templates) return [scene.outputs.map((_, k) => k)].map((units) => [...units]);
    return scene.network.sizes.slice(1, -1).map((count, layer) => {
      const units = Array.from({ length: count }, (_, unit) => unit);
      if (count <= most) return units;
      const weighed = units.map((unit) => Math.abs(scene.push(layer + 1, unit, layer + 1 === scene.last ? scene.output : 0)));
      return units.sort((a, b) => weighed[b] - weighed[a]).slice(0, most).sort((a, b) => a - b);
    });
  }

  /** @param {number[][]} units */
  build(units) {
    const { scene } = this;
    this.shape = this.shapeOf(units);
    this.units = units;
    this.seen = [];
    this.neurons = units.map((group, layer) => group.map((unit) => this.neuron(layer, unit)));
    this.answers = Array.from(scene.outputs, (_, k) => this.answer(k));
    const titles = units.map((group, layer) => this.title(group.length, layer));
    const groups = this.neurons.map((group, layer) => make("div", { role: "group", ariaLabel: titles[layer] }, ...group.map(({ button }) => button)));
    const answers = make("div", { role: "group", ariaLabel: words.network.answers(this.answers.length) }, ...this.answers.map(({ button }) => button));
    this.titles = [...titles.map((title, layer) => this.head(title, this.more(layer))), this.head(this.options.titles?.answers ?? words.network.answers(this.answers.length))];
    const [plus, minus] = this.options.legend ?? [words.network.plus, words.network.minus];
    this.legend = make("p", { className: "legend" }, make("i", { className: "plus" }), plus, make("i", { className: "minus" }), minus);
    this.cells.replaceChildren(...this.titles, ...groups, answers, this.legend);
    this.lines.build(units, this.templates);
    this.resize();
  }

  // A group has its title as its name, and is not named twice to who hears the page.
  /** @param {string} title @param {(Node | string)[]} [more] */
  head(title, more = []) {
    return make("p", { className: "head" }, make("span", { ariaHidden: "true" }, title), ...more);
  }

  /** @param {number} drawn @param {number} layer @param {boolean} [brief] */
  title(drawn, layer, brief = false) {
    if (this.templates) return words.network.templates;
    const { sizes } = this.scene.network;
    return words.network.neurons(drawn, sizes[layer + 1], brief || layer > 0 || sizes.length > 3);
  }

  // Where a layer has more neurons than are seen at first sight, a way to see them, and back.
  /** @param {number} layer */
  more(layer) {
    const all = this.scene.network.sizes[layer + 1];
    if (this.templates || all <= FEW) return [];
    const turn = () => {
      this.all = !this.all;
      this.show();
    };
    return [" ", make("button", { type: "button", className: "plain", onclick: turn }, this.all ? words.network.few(FEW) : words.network.many(Math.min(all, MANY)))];
  }

  /** @param {number} layer @param {number} unit */
  neuron(layer, unit) {
    const canvas = make("canvas", { ariaHidden: "true" });
    const button = make("button", { type: "button", className: "neuron" }, canvas);
    button.onclick = () => (this.options.chooseNeuron ? this.options.chooseNeuron(layer, unit) : this.scene.change({ neuron: [layer, unit] }));
    for (const [event, over] of /** @type {const} */ ([["pointerenter", true], ["pointerleave", false], ["focus", true], ["blur", false]])) button.addEventListener(event, () => this.hover(over ? [layer, unit] : null));
    return { button, canvas };
  }

  /** @param {number[] | null} neuron */
  hover(neuron) {
    this.lines.hover(neuron);
    const spot = neuron && this.spot(neuron[0], neuron[1]);
    if (spot && this.layout && !this.layout.down) this.lens.show(neuron[0], neuron[1], spot, this.element);
    else this.lens.hide();
  }

  /** @param {number} k */
  answer(k) {
    const name = this.scene.subject.classes[k] ?? words.network.value;
    const rect = draw("rect", { class: "level" });
    const ghost = draw("rect", { class: "ghost" });
    const bar = draw("svg", { class: "bar", "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%" }), rect, ghost, draw("line", { class: "zero" }));
    const circle = make("span", { className: "circle" }, name);
    const value = make("span", { className: "value" });
    const button = make("button", { type: "button", className: "answer" }, circle, bar, value);
    button.onclick = () => (this.options.chooseAnswer ? this.options.chooseAnswer(k) : this.scene.change({ output: k }));
    return { button, circle, bar, rect, ghost, value };
  }

  // What each neuron looks for.
  paint() {
    const { scene } = this;
    this.neurons.forEach((group, layer) =>
      group.forEach(({ canvas }, place) => {
        const weights = scene.weightsShown(layer, this.units[layer][place]);
        drawSigned(canvas, weights, scene.weightsShape(layer), 0.8 * largest(weights), scene.colors);
      }),
    );
  }

  resize() {
    const { element, scene, options } = this;
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (!width || !height || this.shapeOf(this.units) !== this.shape) return; // unseen, or of a network that is gone
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const names = scene.subject.classes.length ? scene.subject.classes : [words.network.value];
    const longest = Math.max(...names.map((name) => name.length));
    const name = longest > 2 ? Math.min(9, 1.4 + 0.5 * longest) * rem : 0;
    const input = options.input ?? null;
    const inputHeight = (/** @type {number} */ wide) => measured(input?.element, wide);
    this.layout = laidOut({ width, height, rem, layers: this.units.map((group) => group.length), answers: this.answers.length, name, templates: this.templates, input, inputHeight });
    this.place(this.layout, name, rem);
    this.lines.resize(this.layout, width, height, input ? relative(input.anchor, element) : null);
    this.update();
  }

  /** @param {Layout} layout @param {number} name @param {number} rem */
  place(layout, name, rem) {
    const { element, options } = this;
    element.classList.toggle("down", layout.down);
    element.classList.toggle("named", name > 0);
    if (options.input && layout.slot) setBox(options.input.element, { left: 0, top: 0, width: layout.slot.width });
    this.neurons.forEach((group, layer) => group.forEach(({ button }, place) => setSpot(button, layout.layers[layer][place])));
    this.answers.forEach(({ button, circle, bar }, k) => {
      const spot = layout.answers[k];
      const wide = Math.max(spot.size, name);
      const tall = layout.down ? spot.size : Math.max(spot.size, Math.min(layout.pitch, 1.5 * spot.size)); // as high as a finger needs
      setBox(button, { left: spot.x - (layout.down ? spot.size : wide) / 2, top: spot.y - tall / 2 });
      if (!layout.down) setBox(button, { height: tall });
      else button.style.height = "";
      setBox(circle, { width: wide, height: spot.size });
      setBox(bar, { width: layout.bar.width, height: layout.bar.height });
    });
    const brief = element.clientWidth < BRIEF * rem;
    this.titles?.forEach((title, place) => {
      if (place < this.units.length && title.firstChild) title.firstChild.textContent = this.title(this.units[place].length, place, brief);
      const spots = layout.layers[place] ?? layout.answers;
      const middle = (Math.min(...spots.map(({ x }) => x)) + Math.max(...spots.map(({ x }) => x))) / 2;
      setBox(title, { left: place < layout.layers.length ? Math.max(middle, title.offsetWidth / 2) : spots[0].x - Math.max(spots[0].size, name) / 2, top: 0 });
      title.classList.toggle("centered", place < layout.layers.length);
    });
    const places = layout.layers.flat();
    if (this.legend && places.length) setBox(this.legend, { left: (Math.max(...places.map(({ x }) => x)) + layout.answers[0].x) / 2, top: element.clientHeight - 1.4 * rem });
  }

  update() {
    const { scene } = this;
    this.neurons.forEach((group, layer) => {
      const values = this.templates ? scene.trace.sums[0] : scene.trace.activations[layer];
      const most = largest(values);
      group.forEach(({ button }, place) => {
        const unit = this.units[layer][place];
        const part = Math.abs(values[unit]) / most;
        button.classList.toggle("silent", part < 0.01);
        button.classList.toggle("off", !this.templates && scene.network.off[layer].has(unit));
        button.classList.toggle("chosen", scene.neuron[0] === layer && scene.neuron[1] === unit);
        button.style.setProperty("--rim", part.toFixed(3));
        button.setAttribute("aria-label", words.network.neuron(unit, layer, figure(values[unit]), scene.last > 1));
      });
    });
    const before = this.options.before?.() ?? null;
    this.answers.forEach((parts, k) => this.read(parts, k, before));
    this.lines.show(this.marked);
  }

  /** @param {ReturnType<NetworkPicture["answer"]>} parts @param {number} k @param {ArrayLike<number> | null} before */
  read({ button, rect, ghost, bar, value }, k, before) {
    const { share: size, text, tone, strong, note } = (this.options.bars ?? ((answer) => this.probability(answer)))(k);
    const signed = Boolean(this.options.signed);
    const long = Math.min(1, Math.abs(size));
    const [from, to] = signed ? (size < 0 ? [0.5 - long / 2, 0.5] : [0.5, 0.5 + long / 2]) : [0, Math.max(0.008, long)];
    const down = this.layout?.down;
    const across = down ? { x: 0, width: "100%", y: `${100 * (1 - to)}%`, height: `${100 * (to - from)}%` } : { x: `${100 * from}%`, width: `${100 * (to - from)}%`, y: 0, height: "100%" };
    for (const [name, given] of Object.entries(across)) rect.setAttribute(name, String(given));
    const was = before && Math.abs(before[k] - size) > 0.005 ? before[k] : 0; // what is as it was needs no ghost
    const behind = down ? { width: "100%", height: `${100 * was}%`, y: `${100 * (1 - was)}%` } : { width: `${100 * was}%`, height: "100%", y: 0 };
    for (const [name, given] of Object.entries(behind)) ghost.setAttribute(name, String(given));
    rect.setAttribute("class", `level ${tone}`);
    bar.classList.toggle("signed", signed);
    button.className = `answer ${tone}${strong ? " strong" : ""}${k === this.scene.output ? " chosen" : ""}${k === this.scene.example.wanted ? " wanted" : ""}`;
    value.textContent = note ? `${text} ${note}` : text;
    const { subject, example } = this.scene;
    button.setAttribute("aria-label", words.network.reads(subject.classes[k] ?? words.network.value, value.textContent, Boolean(strong), k === example.wanted));
  }

  /** @param {number} k @returns {Reading} */
  probability(k) {
    const { scene } = this;
    const strong = k === scene.said && !scene.refused;
    const value = scene.subject.classes.length ? scene.probabilities[k] : scene.outputs[k];
    return { share: value, text: scene.subject.classes.length ? share(value) : figure(value), tone: strong ? "ink" : "quiet", strong };
  }

  /** @param {Line[] | null} lines */
  highlight(lines) {
    this.marked = lines;
    if (this.layout) this.lines.show(lines);
  }

  /** @param {"forward" | "backward"} way @param {{ layer?: number, lines?: Line[], tone?: "ink" | "plus" | "minus", duration?: number }} [of] */
  travel(way, of = {}) {
    return this.lines.travel(way, of);
  }

  /** @param {number} layer @param {number} unit @returns {Spot | null} */
  spot(layer, unit) {
    if (!this.layout) return null;
    if (layer === this.scene.last && !this.templates) return this.layout.answers[unit];
    return this.layout.layers[layer]?.[this.units[layer].indexOf(unit)] ?? null;
  }
}

/** @type {(element: HTMLElement | SVGElement, box: { [side: string]: number }) => void} */
function setBox(element, box) {
  for (const [side, pixels] of Object.entries(box)) element.style.setProperty(side, `${pixels.toFixed(1)}px`);
}

/** @type {(element: HTMLElement, spot: Spot) => void} */
const setSpot = (element, { x, y, size }) => setBox(element, { left: x - size / 2, top: y - size / 2, width: size, height: size });

// How high an element becomes at a width.
/** @type {(element: HTMLElement | undefined, width: number) => number} */
function measured(element, width) {
  if (!element) return 0;
  setBox(element, { width });
  return element.offsetHeight;
}

// Where one element lies in another.
/** @type {(inner: HTMLElement, outer: HTMLElement) => { x: number, y: number, width: number, height: number }} */
function relative(inner, outer) {
  const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()];
  return { x: a.left - b.left, y: a.top - b.top, width: a.width, height: a.height };
}
