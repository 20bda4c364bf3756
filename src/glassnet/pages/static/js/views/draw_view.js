// Draw: a pad where the input is, the whole network, and what it says of the drawing while it is made.

import { pixels } from "#engine/ink.js";
import { drawPixels, drawSigned, largest } from "#text/colors.js";
import { share } from "#text/figures.js";
import { words } from "#text/language.js";
import { lessSure } from "#views/doubt.js";
import { make } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";
import { NetworkPicture } from "#views/network_picture.js";
import { Pad } from "#views/pad.js";
import { SwitchedOff } from "#views/switched_off.js";

/** @import { Point } from "#engine/ink.js" */
/** @import { Frame } from "#views/frame.js" */
/** @import { Scene } from "#views/scene.js" */

const BELOW = 5.4; // rem of examples and buttons below the pad

export class DrawView {
  // more: what a shell has to offer below the pad.
  /** @param {Frame} frame @param {Scene} scene @param {HTMLElement[]} [more] */
  constructor(frame, scene, more = []) {
    this.more = more;
    this.frame = frame;
    this.scene = scene;
    this.name = "draw";
    this.title = words.draw.title;
    this.empty = false; // a pad that waits for a stroke
    this.place = 0; // in the order of what Another takes
    this.ink = make("canvas", { tabIndex: 0, role: "application", ariaLabel: words.draw.pad, className: "ink" });
    this.given = make("canvas", { role: "img", ariaLabel: words.draw.picture, className: "given" });
    this.board = make("div", { className: "board" }, this.given, this.ink);
    this.samples = make("div", { className: "samples" });
    this.undo = make("button", { type: "button", className: "plain", onclick: () => this.pad.undo() }, words.draw.undo);
    this.clear = make("button", { type: "button", className: "plain", onclick: () => this.pad.clear() }, words.draw.clear);
    this.rests = make("button", { type: "button", className: "plain", ariaPressed: "false", onclick: () => this.tint() }, words.rests.button);
    this.tinted = false; // whether the ink shows what the answer rests on
    this.off = new SwitchedOff(scene);
    this.pointed = false; // whether a neuron was chosen here
    this.input = this.inputPart();
    this.verdict = make("div", { className: "verdict" });
    this.pad = new Pad(this.ink, (strokes) => this.drawn(strokes));
    this.picture = new NetworkPicture(scene, { input: { element: this.input, anchor: this.board, below: BELOW }, chooseNeuron: (layer, unit) => this.pointAt(layer, unit), before: () => (this.off.any ? this.off.ghosts() : null) });
    this.element = make("section", { className: "draw", ariaLabel: words.draw.title }, this.picture.element, this.verdict);
    scene.addEventListener("change", () => this.shown && this.show());
  }

  inputPart() {
    const head = make("p", { className: "head" }, words.draw.pixels(this.scene.network.sizes[0]));
    const under = make("p", { className: "under" }, make("span", {}, words.draw.take), this.undo, this.clear, this.rests, ...this.more);
    return make("div", { className: "input" }, head, this.board, this.samples, under);
  }

  get shown() {
    return !this.element.hidden;
  }

  enter() {
    this.offer();
    this.show();
    this.picture.resize();
  }

  leave() {}

  resize() {
    this.picture.resize();
  }

  offer() {
    const { examples, subject } = this.scene;
    if (!examples || this.samples.childElementCount) return;
    const chosen = subject.classes.map((_, k) => examples.offered.find(({ wanted }) => wanted === k)).filter((sample) => sample !== undefined);
    this.samples.replaceChildren(
      ...chosen.map((sample) => {
        const canvas = make("canvas", { ariaHidden: "true" });
        const button = make("button", { type: "button", ariaLabel: words.draw.taken(subject.classes[sample.wanted]) }, canvas);
        button.onclick = () => this.take({ ...sample, drawn: false });
        if (subject.shape) drawPixels(canvas, sample.inputs, subject.shape, this.scene.colors.gray);
        return button;
      }),
    );
  }

  /** @param {Point[][]} strokes */
  drawn(strokes) {
    const found = pixels(strokes);
    this.empty = !found;
    const inputs = found ? this.scene.prepared(found) : new Float64Array(this.scene.network.sizes[0]);
    this.board.classList.add("drawn");
    this.scene.change({ example: { inputs, wanted: null, number: null, drawn: true } });
  }

  /** @param {import("#views/scene.js").Example} example */
  take(example) {
    this.empty = false;
    Object.assign(this.pad, { strokes: [], telling: false });
    this.pad.redraw(false);
    this.board.classList.remove("drawn");
    this.scene.change({ example });
    void this.flow(example);
  }

  // The ink runs into the neurons, and what they say into the answers.
  /** @param {import("#views/scene.js").Example} example */
  async flow(example) {
    motion.cancel();
    const layers = Math.max(2, this.scene.last + 1);
    for (let layer = 0; layer < layers && this.scene.example === example; layer++) await this.picture.travel("forward", { layer, duration: DURATION / layers });
  }

  /** @param {number} layer @param {number} unit */
  lookInto(layer, unit) {
    this.scene.change({ neuron: [layer, unit] });
    const forward = /** @type {{ go?: (station: string) => void } | undefined} */ (this.frame.views.get("forward"));
    forward?.go?.("sums");
  }

  async another() {
    const { examples } = this.scene;
    if (!examples?.order.length) return;
    this.place = (this.place + 1) % examples.order.length;
    const number = examples.order[this.place];
    const found = await examples.take(number);
    if (found) this.take({ ...found, number, drawn: false });
  }

  /** @param {number} layer @param {number} unit */
  pointAt(layer, unit) {
    this.pointed = true;
    this.scene.change({ neuron: [layer, unit] });
  }

  tint() {
    this.tinted = !this.tinted;
    this.show();
  }

  // The picture that the network gets; or, of its ink, what speaks for the answer and what against.
  showGiven() {
    const { scene } = this;
    const { shape } = scene.subject;
    const tinted = this.tinted && !this.empty;
    this.rests.setAttribute("aria-pressed", String(this.tinted));
    this.board.classList.toggle("tinted", tinted);
    if (!shape) return;
    if (!tinted) return drawPixels(this.given, scene.example.inputs, shape, scene.colors.gray);
    const slopes = scene.network.logitGradient(scene.trace, scene.said);
    const pushes = scene.example.inputs.map((value, place) => value * slopes[place]);
    drawSigned(this.given, pushes, shape, largest(pushes), scene.colors);
  }

  show() {
    this.showGiven();
    this.undo.hidden = this.clear.hidden = !this.pad.strokes.length;
    this.board.classList.toggle("empty", this.empty);
    this.picture.show();
    this.judge();
    this.frame.refresh();
  }

  judge() {
    const { scene } = this;
    const { classes } = scene.subject;
    const { wanted, drawn } = scene.example;
    const said = make("p", { className: "said" }, make("span", {}, words.draw.says), make("b", {}, this.empty ? "?" : classes[scene.said]));
    if (!this.empty) said.append(make("span", {}, words.draw.sure(share(scene.probabilities[scene.said]))));
    const meant = make("p", { className: wanted === scene.said ? "meant" : "meant other" }, make("span", {}, drawn ? words.draw.youMeant : words.draw.meant), drawn ? this.asked() : make("b", {}, wanted === null ? "?" : classes[wanted]));
    this.verdict.replaceChildren(said, meant);
  }

  // Who has drawn says what was meant.
  asked() {
    const { scene } = this;
    const options = ["?", ...scene.subject.classes].map((name, place) => make("option", { value: String(place - 1), selected: place - 1 === (scene.example.wanted ?? -1) }, name));
    const select = make("select", { ariaLabel: words.draw.youMeant }, ...options);
    select.onchange = () => scene.change({ example: { ...scene.example, wanted: Number(select.value) < 0 ? null : Number(select.value) } });
    return select;
  }

  // How sure it would be a pixel beside, where that is less.
  get doubt() {
    const around = this.scene.example.drawn ? lessSure(this.scene) : null;
    return around === null ? "" : share(around);
  }

  sentence() {
    const { scene } = this;
    const { classes } = scene.subject;
    const { wanted } = scene.example;
    const [said, sure] = [classes[scene.said], share(scene.probabilities[scene.said])];
    if (this.empty) return { strong: words.draw.empty, rest: words.draw.emptyWhy };
    if (scene.refused) return { strong: words.draw.strange, rest: words.draw.strangeWhy(said) };
    if (this.off.any) return this.off.sentence();
    if (this.tinted) return { strong: words.rests.strong(said), rest: words.rests.rest };
    if (wanted === null) return { strong: words.draw.drawn(said, sure), rest: this.doubt ? words.draw.doubted(this.doubt) : words.draw.drawnWhy };
    if (wanted === scene.said) return { strong: words.draw.right(said, sure), rest: words.draw.rightWhy };
    return { strong: words.draw.wrong(classes[wanted], said), rest: words.draw.wrongWhy };
  }

  actions() {
    const { neuron } = this.scene;
    const off = this.off.any ? [{ label: words.off.on, run: () => this.off.clear(), key: "x" }] : this.pointed ? [{ label: words.off.off(neuron[1]), run: () => this.off.flip(), key: "x" }] : [];
    return [
      ...off,
      { label: words.draw.another, run: () => void this.another(), key: "n" },
      { label: words.draw.forward, run: () => this.frame.show("forward"), primary: true, disabled: this.empty },
    ];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const sample = this.scene.examples?.offered.find(({ wanted }) => this.scene.subject.classes[wanted] === event.key);
    if (sample) this.take({ ...sample, drawn: false });
    if (event.key === "x" && !this.pointed && !this.off.any) this.off.flip();
    if (event.key === "u") this.pad.undo();
    if (event.key === "c") this.pad.clear();
    return Boolean(sample) || "uc".includes(event.key) || (event.key === "x" && !this.pointed);
  }
}
