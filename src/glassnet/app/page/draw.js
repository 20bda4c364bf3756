// The page in one file: draw a digit, look at what the network makes of it, step back through it, correct it once.

import { drawPixels } from "glassnet/colors";
import { Controls } from "glassnet/controls";
import { pixels } from "glassnet/ink";
import { make } from "glassnet/inspector";
import { Look } from "glassnet/look";
import { Network } from "glassnet/network";
import { Pad } from "glassnet/pad";
import { Stage, numbersOf, unpacked } from "glassnet/stage";
import { percent } from "glassnet/numbers";
import { WORDS } from "glassnet/texts";

const find = (selector) => document.querySelector(selector);
const subject = JSON.parse(find("#subject").textContent);
const samples = subject.samples.map(({ pixels: text, label }) => ({ inputs: numbersOf(text, Uint8Array).map((gray) => gray / 255), label }));

const learned = new Network(subject.network, unpacked(subject.packed, subject.network.sizes));
const stage = new Stage(subject, learned, samples[0].inputs, samples[0].label);
const look = new Look(stage);
const controls = new Controls(look);
const pad = new Pad(find("#ink"), drawn);
const saidOf = (inputs) => {
  const values = stage.network.forward(inputs).activations[stage.last];
  return values.indexOf(Math.max(...values));
};

function drawn(strokes) {
  const inputs = pixels(strokes);
  document.body.classList.toggle("drawn", strokes.length > 0);
  document.body.classList.toggle("refused", !inputs);
  if (inputs) return present(inputs, saidOf(inputs));
  stage.put(new Float64Array(stage.inputs.length), stage.wanted);
  Object.assign(stage, { place: 0, refused: true });
  look.show();
}

function present(inputs, wanted) {
  stage.put(inputs, wanted);
  stage.pointAtStrongest();
  Object.assign(stage, { place: stage.steps.indexOf("output"), refused: false });
  look.show();
}

function take({ inputs, label }) {
  pad.strokes = [];
  pad.redraw(false);
  document.body.classList.remove("drawn", "refused");
  present(inputs, label);
}

function offer(sample, place) {
  const canvas = make("canvas", { ariaHidden: "true" });
  const button = make("button", { type: "button", ariaLabel: WORDS.sample(place + 1, subject.classes[sample.label]) }, canvas);
  button.onclick = () => take(sample);
  return button;
}

function drawSamples() {
  find("#samples").querySelectorAll("canvas").forEach((canvas, place) => drawPixels(canvas, samples[place].inputs, stage.shape, (value) => stage.colors.gray(value)));
}

// The step is taken on a copy, and taken back by going back to the network that was learned.
function correct() {
  const corrected = stage.network !== learned;
  stage.replace(corrected ? learned : stage.stepped.network);
  stage.place = stage.steps.indexOf("output");
  look.show();
}

function shown() {
  const corrected = stage.network !== learned;
  find("#seen").hidden = !document.body.classList.contains("drawn") || stage.refused;
  if (!find("#seen").hidden) drawPixels(find("#seen canvas"), stage.inputs, stage.shape, (value) => stage.colors.gray(value));
  find("#correct").textContent = corrected ? WORDS.uncorrect : WORDS.correct;
  find("#correct").hidden = stage.refused || (!corrected && (stage.step !== "step" || stage.saidAt === stage.wanted));
  find("#next").disabled ||= Boolean(stage.refused);
  find("#undo").disabled = find("#clear").disabled = !pad.strokes.length;
  if (stage.refused) {
    find("#caption").textContent = WORDS.refused;
    document.querySelector("#outputs .strong")?.classList.remove("strong");
  }
  find("#compared").textContent = corrected ? WORDS.corrected : "";
  drawSamples();
}

document.addEventListener("shown", shown);
find("#samples").append(...samples.map(offer));
find("#undo").onclick = () => pad.undo();
find("#clear").onclick = () => pad.clear();
find("#correct").onclick = correct;
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => pad.redraw(false));
const linked = location.hash.length > 1;
if (linked) controls.readLink();
if (linked) look.show();
else {
  present(samples[0].inputs, samples[0].label);
  const sure = percent(stage.probability(stage.trace, stage.saidAt));
  find("#caption").textContent = WORDS.idle(subject.classes[samples[0].label], subject.classes[stage.saidAt], sure);
}
