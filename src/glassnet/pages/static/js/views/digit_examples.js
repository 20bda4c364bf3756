// The digits that a page holds: the views' examples, how well a network reads them, and how much each pixel varies.

/** @import { Digits } from "#engine/digits.js" */
/** @import { Network } from "#engine/network.js" */
/** @import { Examples, Quality } from "#views/scene.js" */

const PIXELS = 784;
const SEEN = 4_000; // digits are enough to say how much a pixel varies

// A loop, as Float64Array.from takes six times as long for what is asked 5,000 times.
/** @type {(digits: Digits, number: number) => Float64Array} */
export function inputsOf({ pixels }, number) {
  const inputs = new Float64Array(PIXELS);
  for (let pixel = 0, from = PIXELS * number; pixel < PIXELS; pixel++) inputs[pixel] = pixels[from + pixel] / 255;
  return inputs;
}

// What a network says of each digit.
/** @param {Network} network @param {Digits} digits */
export function answersOf(network, digits) {
  return Uint8Array.from(digits.labels, (_, number) => {
    const outputs = network.forward(inputsOf(digits, number)).activations[network.last];
    return outputs.indexOf(Math.max(...outputs));
  });
}

// Digits never seen, mistakes first, and how many are read.
/** @param {Digits} digits @param {Uint8Array} said @returns {{ examples: Examples, quality: Quality }} */
export function digitExamples(digits, said) {
  const { labels } = digits;
  const total = labels.length;
  const example = (/** @type {number} */ number) => ({ inputs: inputsOf(digits, number), wanted: labels[number], number });
  const numbers = Array.from(labels.keys());
  const [wrong, right] = [numbers.filter((number) => said[number] !== labels[number]), numbers.filter((number) => said[number] === labels[number])];
  const offered = Array.from({ length: 10 }, (_, digit) => right.find((number) => labels[number] === digit)).filter((number) => number !== undefined);
  return {
    examples: {
      total,
      offered: offered.map(example),
      order: [...wrong, ...right],
      take: async (number) => (Number.isInteger(number) && number >= 0 && number < total ? example(number) : null),
    },
    quality: { right: right.length, total },
  };
}

// Each pixel's standard deviation.
/** @param {Digits} digits */
export function spreadOf({ pixels, labels }) {
  const count = Math.min(SEEN, labels.length);
  const [sums, squares] = [new Float64Array(PIXELS), new Float64Array(PIXELS)];
  for (let at = 0; at < count * PIXELS; at++) {
    const gray = pixels[at] / 255;
    if (gray === 0) continue;
    sums[at % PIXELS] += gray;
    squares[at % PIXELS] += gray * gray;
  }
  return sums.map((sum, pixel) => Math.sqrt(Math.max(0, squares[pixel] / count - (sum / count) ** 2)));
}
