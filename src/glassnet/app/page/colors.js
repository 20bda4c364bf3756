// Colors come from the page's tokens, so that light, dark and print are one drawing.

const STEPS = 4;

function token(name) {
  const text = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((place) => parseInt(text.slice(place, place + 2), 16));
}

const mixed = (from, to, share) => from.map((value, i) => Math.round(value + (to[i] - value) * share));
const css = (color) => `rgb(${color.join(" ")})`;

// Signed values: blue above zero, orange below, the surface between. Gray: how much.
export function palette() {
  const surface = token("--surface");
  const ramps = ["plus", "minus"].map((sign) => [
    surface,
    ...Array.from({ length: STEPS }, (_, step) => token(`--${sign}-${step + 1}`)),
  ]);
  const ink = token("--ink");
  const signed = (share) => {
    const ramp = ramps[share < 0 ? 1 : 0];
    const place = Math.min(1, Math.abs(share)) * STEPS;
    const below = Math.min(STEPS - 1, Math.floor(place));
    return mixed(ramp[below], ramp[below + 1], place - below);
  };
  const gray = (share) => mixed(surface, ink, Math.max(0, Math.min(1, share)));
  return { signed, gray, css };
}

export const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;

// One pixel of the canvas for each value; CSS makes them large.
export function drawPixels(canvas, values, [height, width], color) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  values.forEach((value, place) => image.data.set([...color(value), 255], 4 * place));
  context.putImageData(image, 0, 0);
}
