// What is answered where, as pixels: each class in its color, the surer the stronger; or what one neuron is where, blue
// above zero and orange below.

import { borders } from "#engine/regions.js";
import { drawSigned, palette } from "#text/colors.js";
import { token } from "#views/elements.js";
import { KINDS } from "#views/marks.js";

/** @import { Regions } from "#engine/regions.js" */

const [FAINT, STRONG] = [0.12, 0.42]; // of a class's color, at a guess, and what certainty adds

/** @type {(name: string) => number[]} */
function rgb(name) {
  const text = token(name);
  return [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));
}

// said: a class for each pixel, row by row from the upper left; strength: 0..1 of its color.
/** @type {(canvas: HTMLCanvasElement, side: number, said: ArrayLike<number>, strength: (place: number) => number, colors?: number[][]) => void} */
export function paintRegions(canvas, side, said, strength, colors = Array.from({ length: KINDS }, (_, k) => rgb(`--kind-${k}`))) {
  const surface = rgb("--surface");
  const image = new ImageData(side, side);
  for (let place = 0; place < side * side; place++) {
    const color = colors[said[place] % colors.length];
    const part = strength(place);
    for (let i = 0; i < 3; i++) image.data[4 * place + i] = surface[i] + (color[i] - surface[i]) * part;
    image.data[4 * place + 3] = 255;
  }
  Object.assign(canvas, { width: side, height: side });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/** @type {(sureness: number) => number} */
export const strengthOf = (sureness) => FAINT + STRONG * Math.max(0, sureness);

// Where two regions meet, as a path in a drawing that is so wide and high.
/** @type {(regions: Pick<Regions, "side" | "said" | "sure">, width: number, height?: number) => string} */
export function borderPath(regions, width, height = width) {
  const [across, down] = [width / regions.side, height / regions.side];
  const at = (/** @type {[number, number]} */ [x, y]) => `${(x * across).toFixed(1)} ${(y * down).toFixed(1)}`;
  return borders(regions).map(([from, to]) => `M${at(from)}L${at(to)}`).join("");
}

// step: of how many pixels one is drawn, each way.
/** @type {(canvas: HTMLCanvasElement, side: number, values: Float32Array, step?: number) => void} */
export function paintNeuron(canvas, side, values, step = 1) {
  const small = Math.floor(side / step);
  const shown = Float64Array.from({ length: small * small }, (_, place) => values[Math.floor(place / small) * step * side + (place % small) * step]);
  const most = shown.reduce((size, value) => Math.max(size, Math.abs(value)), 0) || 1;
  drawSigned(canvas, shown, [small, small], most, palette());
}
