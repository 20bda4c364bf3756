// The pad, the examples beside it, and what of them is on the stage.

import { drawPixels } from "glassnet/colors";
import { pixels } from "glassnet/ink";
import { make } from "glassnet/inspector";
import { percent } from "glassnet/numbers";
import { Pad } from "glassnet/pad";
import { WORDS } from "glassnet/texts";

const find = (selector) => document.querySelector(selector);

export class Easel {
  // prepared: what becomes of a drawing's pixels before the network sees them; strange: whether they are no digit.
  constructor(look, { prepared = (inputs) => inputs, strange = () => false } = {}) {
    Object.assign(this, { look, prepared, strange, samples: [], changed: () => {} }); // changed: told that another is on it
    this.pad = new Pad(find("#ink"), (strokes) => this.drawn(strokes));
    find("#undo").onclick = () => this.pad.undo();
    find("#clear").onclick = () => this.pad.clear();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.pad.redraw(false));
  }

  get stage() {
    return this.look.stage;
  }

  // samples: {inputs, wanted}.
  offer(samples) {
    Object.assign(this, { samples, colors: null });
    find("#samples").replaceChildren(...samples.map((sample, place) => this.button(sample, place)));
  }

  button(sample, place) {
    const [name, shown] = [this.stage.wantedName(sample.wanted), this.stage.shape ? make("canvas", { ariaHidden: "true" }) : ""];
    const button = make("button", { type: "button", ariaLabel: WORDS.sample(place + 1, name) }, shown || name);
    button.onclick = () => this.take(sample);
    return button;
  }

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
  present(inputs, wanted, truth = null) {
    const { stage } = this;
    stage.truth = truth;
    document.body.classList.remove("refused");
    stage.put(inputs, wanted);
    stage.pointAtStrongest();
    Object.assign(stage, { place: stage.steps.indexOf("output"), refused: false });
    this.look.show();
  }

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
    const gray = (value) => stage.colors.gray(value);
    find("#seen").hidden = !document.body.classList.contains("drawn") || stage.refused;
    if (!find("#seen").hidden) drawPixels(find("#seen canvas"), stage.inputs, stage.shape, gray);
    find("#undo").disabled = find("#clear").disabled = !this.pad.strokes.length;
    find("#next").disabled ||= Boolean(stage.refused);
    if (stage.shape && this.colors !== stage.colors) this.drawSamples(gray);
    const doubt = !stage.refused && stage.truth === null && stage.step === "output" ? stage.lessSure : null;
    if (doubt !== null) find("#caption").textContent += ` ${WORDS.doubted(percent(doubt))}`;
    if (!stage.refused) return;
    find("#caption").textContent = WORDS.refused;
    document.querySelector("#outputs .strong")?.classList.remove("strong");
  }

  drawSamples(gray) {
    this.colors = this.stage.colors;
    find("#samples").querySelectorAll("canvas").forEach((canvas, place) => drawPixels(canvas, this.samples[place].inputs, this.stage.shape, gray));
  }
}
