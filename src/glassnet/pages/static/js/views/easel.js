// The pad, the examples beside it, and what of them is on the stage.

import { pixels } from "#engine/ink.js";
import { drawPixels } from "#text/colors.js";
import { percent } from "#text/numbers.js";
import { WORDS } from "#text/words.js";
import { find, make, seek } from "#views/elements.js";
import { Pad } from "#views/pad.js";

/** @import { Point } from "#engine/ink.js" */
/** @import { Color, Palette } from "#text/colors.js" */
/** @import { Look } from "#views/look.js" */
/** @typedef {{ inputs: Float64Array, wanted: number, position?: number }} Sample */


export class Easel {
  // prepared: what becomes of a drawing's pixels before the network sees them; strange: whether they are no digit.
  /** @param {Look} look @param {{ prepared?: (inputs: Float64Array) => Float64Array, strange?: (inputs: Float64Array) => boolean }} options */
  constructor(look, { prepared = (inputs) => inputs, strange = () => false } = {}) {
    this.look = look;
    this.prepared = prepared;
    this.strange = strange;
    this.changed = () => {}; // told that another is on it
    this.samples = /** @type {Sample[]} */ ([]);
    this.example = -1; // the place in the data of what is on it, if it was taken from there
    this.colors = /** @type {Palette | null} */ (null); // in which the samples are drawn
    this.undo = find("#undo", HTMLButtonElement);
    this.clear = find("#clear", HTMLButtonElement);
    this.pad = new Pad(find("#ink", HTMLCanvasElement), (strokes) => this.drawn(strokes));
    this.undo.onclick = () => this.pad.undo();
    this.clear.onclick = () => this.pad.clear();
    for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", () => this.pad.redraw(false));
  }

  get stage() {
    return this.look.stage;
  }

  /** @param {Sample[]} samples */
  offer(samples) {
    this.samples = samples;
    this.colors = null;
    find("#samples").replaceChildren(...samples.map((sample, place) => this.button(sample, place)));
  }

  /** @param {Sample} sample @param {number} place */
  button(sample, place) {
    const [name, shown] = [this.stage.wantedName(sample.wanted), this.stage.shape ? make("canvas", { ariaHidden: "true" }) : ""];
    const button = make("button", { type: "button", ariaLabel: WORDS.sample(place + 1, name) }, shown || name);
    button.onclick = () => this.take(sample);
    return button;
  }

  /** @param {Point[][]} strokes */
  drawn(strokes) {
    if (this.stage.subject.drawable === false) return; // its pictures have another shape
    this.example = -1;
    this.changed();
    const found = pixels(strokes);
    const inputs = found && this.prepared(found);
    document.body.classList.add("drawing"); // nothing is animated while the pen moves
    document.body.classList.toggle("drawn", strokes.length > 0);
    if (inputs && !this.strange(inputs)) return this.present(inputs, this.stage.saidOf(inputs));
    this.refuse();
  }

  refuse() {
    const { stage } = this;
    stage.put(new Float64Array(stage.inputs.length), stage.wanted);
    Object.assign(stage, { place: 0, refused: true });
    document.body.classList.add("refused");
    this.look.show();
  }

  // truth: what it is, where somebody has said so.
  /** @param {Float64Array} inputs @param {number} wanted @param {number | null} truth */
  present(inputs, wanted, truth = null) {
    const { stage } = this;
    stage.truth = truth;
    document.body.classList.remove("refused");
    stage.put(inputs, wanted);
    stage.pointAtStrongest();
    Object.assign(stage, { place: stage.steps.indexOf("output"), refused: false });
    this.look.show();
  }

  /** @param {Sample} sample */
  take({ inputs, wanted, position }, labeled = true) {
    this.example = position ?? -1;
    if (labeled) this.changed();
    Object.assign(this.pad, { strokes: [], telling: false });
    this.pad.redraw(false);
    document.body.classList.remove("drawn");
    this.present(inputs, wanted, labeled ? wanted : null);
  }

  show() {
    const { stage } = this;
    /** @type {(value: number) => Color} */
    const gray = (value) => stage.colors.gray(value);
    find("#seen").hidden = !document.body.classList.contains("drawn") || stage.refused;
    if (!find("#seen").hidden && stage.shape) drawPixels(find("#seen canvas", HTMLCanvasElement), stage.inputs, stage.shape, gray);
    this.undo.disabled = this.clear.disabled = !this.pad.strokes.length;
    find("#next", HTMLButtonElement).disabled ||= stage.refused;
    if (stage.shape && this.colors !== stage.colors) this.drawSamples(gray, stage.shape);
    const doubt = !stage.refused && stage.truth === null && stage.step === "output" ? stage.lessSure : null;
    if (doubt !== null) find("#caption").textContent += ` ${WORDS.doubted(percent(doubt))}`;
    if (!stage.refused) return;
    find("#caption").textContent = WORDS.refused;
    seek("#outputs .strong")?.classList.remove("strong");
  }

  /** @param {(value: number) => Color} gray @param {number[]} shape */
  drawSamples(gray, shape) {
    this.colors = this.stage.colors;
    find("#samples").querySelectorAll("canvas").forEach((canvas, place) => drawPixels(canvas, this.samples[place].inputs, shape, gray));
  }
}
