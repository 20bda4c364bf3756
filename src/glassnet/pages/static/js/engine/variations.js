// Few drawings as many: each turned, sheared, stretched and moved a little at random, as another hand would have drawn it.

import { Generator } from "#engine/randomness.js";

const SIDE = 28;
const MIDDLE = (SIDE - 1) / 2;
const TURN = 0.26; // radians, 15 degrees
const SHEAR = 0.2;
const STRETCH = 0.15;
const MOVE = 1.5; // pixels

/** @typedef {{ pixels: Uint8Array, labels: Uint8Array }} Drawings */

// So many of each, itself the first of them; the same seed gives the same ones.
/** @param {Drawings} drawings @param {number} times @returns {Drawings} */
export function varied({ pixels, labels }, times, seed = 0) {
  const random = new Generator(seed, "augmentation");
  const within = (/** @type {number} */ most) => most * (2 * random.random() - 1);
  const size = SIDE * SIDE;
  const made = { pixels: new Uint8Array(pixels.length * times), labels: new Uint8Array(labels.length * times) };
  for (let copy = 0; copy < times; copy++) {
    for (let drawing = 0; drawing < labels.length; drawing++) {
      const image = pixels.subarray(drawing * size, (drawing + 1) * size);
      const at = copy * labels.length + drawing;
      const [turn, shear, wide, tall, right, down] = [TURN, SHEAR, STRETCH, STRETCH, MOVE, MOVE].map(within);
      const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
      const map = [(1 + wide) * cosine, (1 + wide) * (shear * cosine - sine), right, (1 + tall) * sine, (1 + tall) * (shear * sine + cosine), down];
      made.pixels.set(copy ? warped(image, map) : image, at * size);
      made.labels[at] = labels[drawing];
    }
  }
  return made;
}

// Each pixel taken from where the map says, between four others.
/** @param {Uint8Array} image @param {number[]} map */
function warped(image, [a, b, c, d, e, f]) {
  const ink = (/** @type {number} */ row, /** @type {number} */ column) =>
    row < 0 || column < 0 || row >= SIDE || column >= SIDE ? 0 : image[row * SIDE + column];
  return image.map((_, place) => {
    const [x, y] = [(place % SIDE) - MIDDLE, Math.floor(place / SIDE) - MIDDLE];
    const [column, row] = [MIDDLE + a * x + b * y + c, MIDDLE + d * x + e * y + f];
    const [left, top] = [Math.floor(column), Math.floor(row)];
    const [across, downwards] = [column - left, row - top];
    const upper = ink(top, left) * (1 - across) + ink(top, left + 1) * across;
    const lower = ink(top + 1, left) * (1 - across) + ink(top + 1, left + 1) * across;
    return Math.round(upper * (1 - downwards) + lower * downwards);
  });
}
