// The page of one example that Python took apart: its numbers are compared with those computed here.

import { Network } from "#engine/network.js";
import { numbersOf } from "#engine/parameters.js";
import { largest } from "#text/colors.js";
import { WORDS } from "#text/words.js";
import { Controls } from "#views/controls.js";
import { find } from "#views/elements.js";
import { Look } from "#views/look.js";
import { Stage } from "#views/stage.js";

/** @import { Subject } from "#views/stage.js" */
/** @typedef {"sums" | "activations" | "deltas"} Part */
/** @typedef {Subject & { parameters: string, single: boolean, inputs: string, wanted: number, start: number, notes: string[], python: { [part in Part]: string[] } }} Explained */

const linked = location.hash.length > 1;
/** @type {Explained} */
const subject = JSON.parse(find("#subject").textContent ?? "");
const parameters = numbersOf(subject.parameters, subject.single ? Float32Array : Float64Array);
const stage = new Stage(subject, new Network(subject.network, parameters), numbersOf(subject.inputs, Float64Array), subject.wanted);
const look = new Look(stage);
const controls = new Controls(look);

function compare() {
  const apart = /** @type {Part[]} */ (["sums", "activations", "deltas"]).flatMap((part) =>
    subject.python[part].map((text, layer) => {
      const theirs = numbersOf(text, Float64Array);
      const most = largest(theirs);
      return theirs.reduce((worst, value, k) => Math.max(worst, Math.abs(value - stage.trace[part][layer][k]) / most), 0);
    }),
  );
  const worst = Math.max(...apart, 1e-17);
  document.documentElement.dataset.apart = String(worst);
  find("#compared").textContent = worst < 1e-9 ? WORDS.compared(worst) : WORDS.differ(worst);
}

compare();
look.notes(subject.notes);
stage.place = subject.start;
controls.readLink();
look.show();

export { linked, look, stage, subject };
