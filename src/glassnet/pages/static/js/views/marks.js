// Kinds of points: each has a color and a mark of its own, so that color is never the only sign.

import { draw } from "#views/elements.js";

export const KINDS = 6;

// About the origin, some 9 units across.
export const MARKS = [
  "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z",
  "M-3.6 -3.6H3.6V3.6H-3.6Z",
  "M0 -4.6L4.4 3.4H-4.4Z",
  "M0 -5L5 0L0 5L-5 0Z",
  "M-5 -1.6H-1.6V-5H1.6V-1.6H5V1.6H1.6V5H-1.6V1.6H-5Z",
  "M0 4.6L4.4 -3.4H-4.4Z",
];

/** @type {(kind: number) => SVGElement} */
export const markPicture = (kind) => draw("svg", { class: "kind-mark", viewBox: "-6 -6 12 12", "aria-hidden": "true" }, draw("path", { class: `kind-${kind % KINDS}`, d: MARKS[kind % KINDS] }));
