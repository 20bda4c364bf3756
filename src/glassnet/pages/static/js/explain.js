// The page of one example that Python took apart: its numbers are compared with those computed here.

import { largest } from "glassnet/colors";
import { Controls } from "glassnet/controls";
import { Look } from "glassnet/look";
import { Network } from "glassnet/network";
import { Stage, numbersOf } from "glassnet/stage";
import { WORDS } from "glassnet/texts";

const subject = JSON.parse(document.querySelector("#subject").textContent);
const parameters = numbersOf(subject.parameters, subject.single ? Float32Array : Float64Array);
const stage = new Stage(subject, new Network(subject.network, parameters), numbersOf(subject.inputs, Float64Array), subject.wanted);
const look = new Look(stage);
const controls = new Controls(look);

function compare() {
  const apart = ["sums", "activations", "deltas"].flatMap((part) =>
    subject.python[part].map((text, layer) => {
      const theirs = numbersOf(text, Float64Array);
      const most = largest(theirs);
      return theirs.reduce((worst, value, k) => Math.max(worst, Math.abs(value - stage.trace[part][layer][k]) / most), 0);
    }),
  );
  const worst = Math.max(...apart, 1e-17);
  document.documentElement.dataset.apart = worst;
  document.querySelector("#compared").textContent = worst < 1e-9 ? WORDS.compared(worst) : WORDS.differ(worst);
}

compare();
look.notes(subject.notes);
stage.place = subject.start;
controls.readLink();
look.show();
