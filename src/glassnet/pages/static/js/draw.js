// The page in one file: draw a digit, look at what the network makes of it, step back through it, correct it once.

import { Controls } from "glassnet/controls";
import { Easel } from "glassnet/easel";
import { Look } from "glassnet/look";
import { Network } from "glassnet/network";
import { Stage, numbersOf, unpacked } from "glassnet/stage";
import { WORDS } from "glassnet/texts";

const find = (selector) => document.querySelector(selector);
const subject = JSON.parse(find("#subject").textContent);
const samples = subject.samples.map(({ pixels, label }) => ({ inputs: numbersOf(pixels, Uint8Array).map((gray) => gray / 255), wanted: label }));

const learned = new Network(subject.network, unpacked(subject.packed, subject.network.sizes));
const stage = new Stage(subject, learned, samples[0].inputs, samples[0].wanted);
const look = new Look(stage);
const controls = new Controls(look);
const easel = new Easel(look);

// The step is taken on a copy, and taken back by going back to the network that was learned.
function correct() {
  const corrected = stage.network !== learned;
  stage.replace(corrected ? learned : stage.stepped.network);
  stage.place = stage.steps.indexOf("output");
  look.show();
}

function shown() {
  const corrected = stage.network !== learned;
  find("#correct").textContent = corrected ? WORDS.uncorrect : WORDS.correct;
  find("#correct").hidden = stage.refused || (!corrected && (stage.step !== "step" || stage.saidAt === stage.wanted));
  find("#compared").textContent = corrected ? WORDS.corrected : "";
  easel.show();
}

document.addEventListener("shown", shown);
easel.offer(samples);
find("#correct").onclick = correct;
const linked = location.hash.length > 1;
if (linked) controls.readLink();
if (linked) look.show();
else easel.take(samples[0]);
