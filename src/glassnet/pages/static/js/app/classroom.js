// The classroom: all views in one file, which trains networks itself.

import { unpackedDigits } from "#engine/digits.js";
import { Network } from "#engine/network.js";
import { numbersOf } from "#engine/parameters.js";
import { language, whole } from "#text/language.js";
import { find, make } from "#views/elements.js";

/** @import { PackedDigits } from "#engine/digits.js" */
/** @import { Form } from "#engine/network.js" */
/** @typedef {{ network: Form, shape: number[], classes: string[], parameters: string, digits: PackedDigits, unseen: PackedDigits }} Classroom */

/** @type {Classroom} */
const subject = JSON.parse(find("#subject").textContent ?? "");
const network = new Network(subject.network, numbersOf(subject.parameters, Float32Array));

async function open() {
  document.documentElement.lang = language;
  const [digits, unseen] = await Promise.all([subject.digits, subject.unseen].map(unpackedDigits));
  const right = Array.from(unseen.labels).filter((label, place) => {
    const { activations } = network.forward(Float64Array.from(unseen.pixels.subarray(784 * place, 784 * (place + 1)), (gray) => gray / 255));
    return activations[1].indexOf(Math.max(...activations[1])) === label;
  });
  find("#frame").append(make("p", {}, `${whole(digits.labels.length)} ${whole(right.length)}`));
}

open();
