// Forward: from the pixels to the answer and what it costs, a station at a time. Each is a part with an element of its own.
//
//   const forward = new ForwardView(frame, scene, track)
//   forward.go(station)    pixels, sums, activations, logits, answers, loss
//   forward.station        the one shown; also in data-station of the frame's root

import { words } from "#text/language.js";
import { ActivationCurve } from "#views/activation_curve.js";
import { make } from "#views/elements.js";
import { LogitSums } from "#views/logit_sums.js";
import { LossCurve } from "#views/loss_curve.js";
import { PixelNumbers } from "#views/pixel_numbers.js";
import { SoftmaxShares } from "#views/softmax_shares.js";
import { stationsOf } from "#views/track.js";
import { WeightedSum } from "#views/weighted_sum.js";

/** @import { Frame } from "#views/frame.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Chosen, Name, Track } from "#views/track.js" */
/** @typedef {{ element: HTMLElement, show: () => void, sentence: () => { strong: string, rest: string }, play?: () => Promise<void>, resize?: () => void, key?: (event: KeyboardEvent) => boolean }} Part */

export class ForwardView {
  /** @param {Frame} frame @param {Scene} scene @param {Track} track */
  constructor(frame, scene, track) {
    this.frame = frame;
    this.scene = scene;
    this.track = track;
    this.name = "forward";
    this.title = words.forward.title;
    this.path = true;
    this.station = /** @type {Name} */ ("pixels");
    const sums = new WeightedSum(scene);
    /** @type {{ [name: string]: Part }} */
    this.parts = { pixels: new PixelNumbers(scene), sums, activations: new ActivationCurve(scene), logits: new LogitSums(scene), answers: new SoftmaxShares(scene), loss: new LossCurve(scene) };
    this.element = make("section", { className: "forward", ariaLabel: words.forward.title }, ...Object.values(this.parts).map(({ element }) => element));
    scene.addEventListener("change", () => this.seen && this.show());
    track.addEventListener("choose", (event) => this.chosen(/** @type {Chosen} */ (event).station));
  }

  get seen() {
    return this.frame.view === this;
  }

  get stations() {
    return stationsOf(this.scene.network).filter(({ view }) => view === "forward").map(({ name }) => name);
  }

  // A network without a hidden layer has its logits at once.
  get part() {
    return this.parts[this.station === "logits" && !this.scene.last ? "sums" : this.station];
  }

  enter() {
    this.show();
    this.part.play?.();
  }

  leave() {}

  resize() {
    if (this.seen) this.part.resize?.();
  }

  /** @param {import("#views/track.js").Station} station */
  chosen(station) {
    if (station.view === "forward") this.go(station.name);
  }

  /** @param {string} name */
  go(name) {
    this.station = this.stations.find((station) => station === name) ?? this.stations[0];
    if (!this.seen) return this.frame.show(this.name);
    this.show();
    this.part.play?.();
  }

  show() {
    if (!this.stations.includes(this.station)) this.station = this.stations[0];
    for (const part of Object.values(this.parts)) part.element.hidden = part !== this.part;
    this.part.show();
    this.part.resize?.();
    this.track.show(this.station);
    this.frame.root.dataset.station = this.station;
    this.frame.refresh();
  }

  sentence() {
    return this.part.sentence();
  }

  actions() {
    const place = this.stations.indexOf(this.station);
    const next = this.stations[place + 1];
    return [
      { label: words.forward.previous, name: words.forward.previousName, run: () => (place ? this.go(this.stations[place - 1]) : this.frame.show([...this.frame.views.keys()][0])), key: "ArrowLeft" },
      next ? { label: words.forward.next, run: () => this.go(next), primary: true } : { label: words.forward.backward, run: () => this.home(), primary: true },
    ];
  }

  home() {
    this.station = this.stations[0];
    this.track.choose("delta-of-answers");
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    return this.part.key?.(event) ?? false;
  }
}
