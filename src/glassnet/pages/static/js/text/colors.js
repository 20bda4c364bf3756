// Colors come from the page's tokens, so that light, dark and print are one drawing.

const STEPS = 4;
const LEVELS = 255; // of either sign

/** @typedef {number[]} Color red, green and blue, 0 to 255 */
/** @typedef {ReturnType<typeof palette>} Palette */

/** @type {(name: string) => Color} */
function token(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));
}

/** @type {(from: Color, to: Color, share: number) => Color} */
const mixed = (from, to, share) => from.map((value, i) => Math.round(value + (to[i] - value) * share));
/** @type {(color: Color) => number} */
const packed = ([red, green, blue]) => (255 << 24) | (blue << 16) | (green << 8) | red; // as bytes red, green, blue, alpha
/** @type {(color: Color) => string} */
const css = (color) => `rgb(${color.join(" ")})`;

// Signed values: blue above zero, orange below, the surface between. Gray: how much.
export function palette() {
  const surface = token("--surface");
  const ramps = ["plus", "minus"].map((sign) => [
    surface,
    ...Array.from({ length: STEPS }, (_, step) => token(`--${sign}-${step + 1}`)),
  ]);
  const ink = token("--ink");
  /** @type {(share: number) => Color} */
  const signed = (share) => {
    const ramp = ramps[share < 0 ? 1 : 0];
    const place = Math.min(1, Math.abs(share)) * STEPS;
    const below = Math.min(STEPS - 1, Math.floor(place));
    return mixed(ramp[below], ramp[below + 1], place - below);
  };
  /** @type {(share: number) => Color} */
  const gray = (share) => mixed(surface, ink, Math.max(0, Math.min(1, share)));
  const table = Uint32Array.from({ length: 2 * LEVELS + 1 }, (_, place) => packed(signed(place / LEVELS - 1)));
  return { signed, gray, css, table };
}

/** @type {(values: Float64Array) => number} */
export const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;

// One pixel of the canvas for each value; CSS makes them large.
/** @type {(canvas: HTMLCanvasElement, values: Float64Array, shape: number[], color: (value: number) => Color) => void} */
export function drawPixels(canvas, values, [height, width], color) {
  const image = new ImageData(width, height);
  values.forEach((value, place) => image.data.set([...color(value), 255], 4 * place));
  putPixels(canvas, image);
}

// The same for signed values, by a table of colors: there may be many such pictures in a moment.
/** @type {(canvas: HTMLCanvasElement, values: Float64Array, shape: number[], most: number, palette: Palette) => void} */
export function drawSigned(canvas, values, [height, width], most, { table }) {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const scale = LEVELS / most;
  for (let place = 0; place < values.length; place++) pixels[place] = table[LEVELS + Math.round(Math.max(-LEVELS, Math.min(LEVELS, values[place] * scale)))];
  putPixels(canvas, image);
}

/** @type {(canvas: HTMLCanvasElement, image: ImageData) => void} */
function putPixels(canvas, image) {
  if (canvas.width !== image.width || canvas.height !== image.height) Object.assign(canvas, { width: image.width, height: image.height });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
