// Examples as the server gives them, by their numbers, exact to the last bit; and all that a network of one's own learns from.

import { asked } from "#views/server.js";

/** @import { Data } from "#engine/session.js" */
/** @import { Examples as Judged } from "#engine/step_price.js" */
/** @import { News } from "#views/server.js" */
/** @import { Examples } from "#views/scene.js" */

const dataset = new URLSearchParams(globalThis.location?.search ?? "").get("data") ?? "";

// A place of the server's for the data set that this page is of.
/** @type {(place: string) => string} */
export const ofData = (place) => (dataset ? `${place}${place.includes("?") ? "&" : "?"}data=${encodeURIComponent(dataset)}` : place);

/** @type {(arrays: News["arrays"], place: number, width: number) => Float64Array} */
function inputsAt({ pixels, inputs }, place, width) {
  const row = (pixels ?? inputs).subarray(place * width, (place + 1) * width);
  return pixels ? Float64Array.from(row, (gray) => gray / 255) : Float64Array.from(row);
}

// A few at hand, a typical mistake first; any other by its number.
/** @type {(arrays: News["arrays"], total: number) => Examples} */
export function rowExamples(arrays, total) {
  const { inputs, targets, positions } = arrays;
  const width = inputs.length / targets.length;
  const offered = Array.from(targets, (wanted, place) => ({ inputs: Float64Array.from(inputs.subarray(place * width, (place + 1) * width)), wanted, number: positions[place] }));
  const numbered = [...positions];
  return {
    total,
    offered,
    order: numbered,
    async take(number) {
      if (!Number.isInteger(number) || number < 0 || number >= total) return null;
      const found = await asked(ofData(`examples/validation?first=${number}`)).catch(() => null);
      return found && { inputs: inputsAt(found.arrays, 0, width), wanted: found.arrays.targets[0] };
    },
  };
}

// Those by which networks are judged here. A number that is predicted is wanted as the network should give it.
/** @type {(unseen: News, width: number, scale: { mean: number, deviation: number } | null) => Judged} */
export const unseenExamples = ({ arrays }, width, scale) => ({
  count: arrays.targets.length,
  inputs: (place) => inputsAt(arrays, place, width),
  wanted: (place) => (scale ? (arrays.targets[place] - scale.mean) / scale.deviation : arrays.targets[place]),
});

// What the browser's learner takes. Only digits go in as bytes, which spares it memory and time.
/** @type {(learned: News, unseen: News, width: number, classes: number) => Data} */
export function trainingData(learned, unseen, width, classes) {
  const labels = (/** @type {News} */ of) => Uint8Array.from(of.arrays.targets);
  if (learned.arrays.pixels && width === 784) {
    return { kind: "digits", classes, pixels: learned.arrays.pixels, labels: labels(learned), validation: { pixels: unseen.arrays.pixels, labels: labels(unseen) } };
  }
  const inputs = (/** @type {News} */ of) => of.arrays.inputs ?? Float32Array.from(of.arrays.pixels, (gray) => gray / 255);
  return { kind: "numbers", width, classes, inputs: inputs(learned), labels: labels(learned), validation: { inputs: inputs(unseen), labels: labels(unseen) } };
}
