// Settings of a net as they are typed and slid: what a text means, and which values a slider stops at.

/** @typedef {{ value: any } | { trouble: "whole" | "number" | "widths" | "layers", low: number, high: number }} Reading */
/** @typedef {{ low: number, high: number, whole: boolean }} Limits */

export const WIDEST = 512; // neurons of a layer: more learn so slowly in a browser that nobody waits
export const LAYERS = 3;

// Any spelling of widths: "128, 64", "128 64", "128-64"; "0" or nothing for a net without hidden layers.
/** @type {(text: string, widest?: number, layers?: number) => Reading} */
export function readWidths(text, widest = WIDEST, layers = LAYERS) {
  const parts = text.trim().split(/[^\d.]+/).filter(Boolean);
  const letters = /[a-z]/i.test(text.replaceAll("x", " "));
  const widths = parts.map(Number);
  const limits = { low: 1, high: widest };
  if (letters || (text.trim() && !parts.length)) return { trouble: "widths", ...limits };
  if (widths.length === 1 && widths[0] === 0) return { value: [] };
  if (!widths.every((width) => Number.isInteger(width) && width >= 1 && width <= widest)) return { trouble: "widths", ...limits };
  if (widths.length > layers) return { trouble: "layers", low: 0, high: layers };
  return { value: widths };
}

// A number with a point or a comma; "20,000" is twenty thousand where whole numbers are wanted.
/** @type {(text: string, limits: Limits) => Reading} */
export function readNumber(text, { low, high, whole }) {
  const plain = text.trim().replaceAll(/[\s  ’']/g, "");
  const value = Number(whole ? plain.replaceAll(/[.,](?=\d{3}(\D|$))/g, "") : plain.replace(",", "."));
  const fits = plain !== "" && value >= low && value <= high && (!whole || Number.isInteger(value));
  return fits ? { value } : { trouble: whole ? "whole" : "number", low, high };
}

export const STOPS = {
  hidden: [[], [1], [2], [4], [8], [16], [32], [64], [128], [256]],
  rate: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  batch: [1, 4, 8, 16, 32, 64, 128, 256, 512],
  examples: [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000],
};

// The place of a value on its slider: the nearest stop, by ratios.
/** @type {(stops: (number | number[])[], value: number | number[]) => number} */
export function stopOf(stops, value) {
  const size = (/** @type {number | number[]} */ of) => Math.log(0.5 + (typeof of === "number" ? 1000 * of : of.reduce((sum, width) => sum + width, 0)));
  const far = stops.map((stop) => Math.abs(size(stop) - size(value)));
  return far.indexOf(Math.min(...far));
}
