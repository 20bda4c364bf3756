// Backward: from the error home to the weights. One thought at a time: what was wrong with the answers; each neuron's share,
// layer by layer; ink times δ; one weight under the hand; one step and its price.

import { words } from "#text/language.js";
import { AnswerDeltas } from "#views/answer_deltas.js";
import { make } from "#views/elements.js";
import { GradientPictures } from "#views/gradient_pictures.js";
import { NeuronDeltas } from "#views/neuron_deltas.js";
import { OneStep } from "#views/one_step.js";
import { WeightInHand } from "#views/weight_in_hand.js";

/** @import { Examples } from "#engine/step_price.js" */
/** @import { Frame } from "#views/frame.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Name, Track } from "#views/track.js" */
/** @typedef {{ name: string, station: Name, layer: number, part: Part }} Moment */
/** @typedef {{ element: HTMLElement, show: (layer: number) => void, sentence: () => { strong: string, rest: string }, play?: () => void, resize?: () => void, stop?: () => void }} Part */

export class BackwardView {
  // others: examples that the network did not learn from, by which a step's price is counted; null where there are none.
  /** @param {Frame} frame @param {Scene} scene @param {Track} track @param {Examples | null} [others] */
  constructor(frame, scene, track, others = null) {
    this.frame = frame;
    this.scene = scene;
    this.track = track;
    this.name = "backward";
    this.title = words.backward.title;
    this.path = true;
    this.at = 0; // of the moments
    this.answers = new AnswerDeltas(scene);
    this.neurons = new NeuronDeltas(scene, () => this.nextNeuron());
    this.gradients = new GradientPictures(scene);
    this.weight = new WeightInHand(scene, () => frame.refresh());
    this.step = new OneStep(scene, others, () => frame.refresh());
    const parts = [this.answers, this.neurons, this.gradients, this.weight, this.step];
    this.element = make("section", { className: "backward", ariaLabel: words.backward.title }, ...parts.map(({ element }) => element));
    scene.addEventListener("change", () => this.seen && this.show());
    track.addEventListener("choose", (event) => this.chosen(/** @type {import("#views/track.js").Chosen} */ (event).station));
  }

  get seen() {
    return this.frame.view === this;
  }

  /** @returns {Moment[]} */
  get moments() {
    const { last } = this.scene;
    /** @type {Moment} */
    const answers = { name: "delta-of-answers", station: "delta-of-answers", layer: last, part: this.answers };
    if (this.scene.example.wanted === null) return [answers]; // without what it should have said there is no way home
    /** @type {Moment[]} */
    const neurons = Array.from({ length: last }, (_, place) => ({ name: place ? `delta-of-neurons-${last - place}` : "delta-of-neurons", station: "delta-of-neurons", layer: last - 1 - place, part: this.neurons }));
    return [answers, ...neurons, { name: "gradients", station: "gradients", layer: 0, part: this.gradients }, { name: "weight", station: "gradients", layer: 0, part: this.weight }, { name: "step", station: "step", layer: 0, part: this.step }];
  }

  // What is shown, for links; a station has one moment or more.
  get station() {
    return this.moment.name;
  }

  get moment() {
    return this.moments[Math.min(this.at, this.moments.length - 1)];
  }

  enter() {
    this.show();
    this.moment.part.play?.();
  }

  leave() {
    this.step.stop();
  }

  resize() {
    if (this.seen) this.moment.part.resize?.();
  }

  // A station or a moment by its name.
  /** @param {string} name */
  go(name) {
    const found = this.moments.findIndex((moment) => moment.name === name || moment.station === name);
    this.at = Math.max(0, found);
    if (!this.seen) return this.frame.show(this.name);
    this.show();
    this.moment.part.play?.();
  }

  /** @param {import("#views/track.js").Station} station */
  chosen(station) {
    if (station.view === "backward") this.go(station.name);
  }

  show() {
    const { moment, scene } = this;
    this.step.stop();
    if (moment.part === this.neurons && scene.neuron[0] !== moment.layer) return scene.change({ neuron: [moment.layer, this.largest(moment.layer)] });
    for (const { part } of this.moments) part.element.hidden = part !== moment.part;
    for (const part of [this.neurons, this.gradients, this.weight, this.step]) if (part !== moment.part) part.element.hidden = true;
    moment.part.show(moment.layer);
    moment.part.resize?.();
    this.track.show(moment.station);
    this.frame.root.dataset.station = moment.name;
    this.frame.refresh();
  }

  // The neuron of a layer with the largest share of the error.
  /** @param {number} layer */
  largest(layer) {
    const { trace } = this.scene;
    const sizes = "deltas" in trace ? Array.from(trace.deltas[layer], Math.abs) : [0];
    return sizes.indexOf(Math.max(...sizes));
  }

  sentence() {
    return this.moment.part.sentence();
  }

  actions() {
    const { moment, moments } = this;
    const back = { label: words.backward.previous, name: words.backward.previousName, run: () => this.previous(), key: "ArrowLeft" };
    if (moments.length === 1) return [back, { label: words.backward.next, run: () => {}, primary: true, disabled: true }];
    /** @type {import("#views/frame.js").Action[]} */
    const actions = [back];
    if (moment.part === this.answers && this.isSure) actions.push({ label: words.backward.mistake, run: () => void this.takeMistake(), key: "m" });
    const end = this.learns ? words.backward.learn : words.backward.again;
    return [...actions, { label: this.at >= moments.length - 1 ? end : words.backward.next, run: () => this.next(), primary: true }];
  }

  // Up and down take another neuron, Escape puts the weight back.
  /** @param {KeyboardEvent} event */
  key({ key }) {
    const { part } = this.moment;
    const by = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (by && (part === this.neurons || part === this.gradients)) return this.nextNeuron(by), true;
    if (key === "Escape" && part === this.weight && !this.weight.atHome) return this.weight.back(), true;
    return false;
  }

  // Whether there is a view to go on to; where nothing learns, the story begins anew.
  get learns() {
    return this.frame.views.has("learn");
  }

  next() {
    if (this.at >= this.moments.length - 1) return this.learns ? this.frame.show("learn") : this.track.choose("pixels");
    this.at++;
    this.show();
    this.moment.part.play?.();
  }

  previous() {
    if (this.at === 0) return this.track.choose("loss");
    this.at--;
    this.show();
  }

  // Whether there is next to nothing to correct.
  get isSure() {
    const { trace, last } = this.scene;
    return "deltas" in trace && Math.max(...trace.deltas[last].map(Math.abs)) < 0.1;
  }

  async takeMistake() {
    const { examples, example } = this.scene;
    const number = examples?.order.find((one) => one !== example.number);
    if (!examples || number === undefined) return;
    const found = await examples.take(number);
    if (found) this.scene.change({ example: { ...found, number, drawn: false } });
  }

  // The one with the next smaller share of the error, or the next larger one.
  nextNeuron(by = 1) {
    const { scene } = this;
    const [layer, unit] = scene.neuron;
    if (!("deltas" in scene.trace)) return;
    const sizes = Array.from(scene.trace.deltas[layer], Math.abs);
    const order = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a]);
    const next = order[(order.indexOf(unit) + by + order.length) % order.length];
    scene.change(layer < scene.last ? { neuron: [layer, next] } : { neuron: [layer, next], output: next });
    this.moment.part.play?.();
  }
}
