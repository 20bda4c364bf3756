// The page in one file: draw a digit, look at what the network makes of it, step back through it, correct it once.

import { Network } from "#engine/network.js";
import { numbersOf, unpacked } from "#engine/parameters.js";
import { WORDS } from "#text/words.js";
import { Controls } from "#views/controls.js";
import { Easel } from "#views/easel.js";
import { find } from "#views/elements.js";
import { Look } from "#views/look.js";
import { Stage } from "#views/stage.js";

/** @import { Subject } from "#views/stage.js" */
/** @typedef {{ weights: string, scales: string, biases: string }} Packed */
/** @typedef {Subject & { packed: Packed, samples: { pixels: string, label: number }[] }} Drawn */

/** @type {Drawn} */
const subject = JSON.parse(find("#subject").textContent ?? "");
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
