// The largest pushes from the last hidden layer to the outputs, along the gutters between the rows, never across squares.

import { draw } from "#views/elements.js";

const WIDTHS = [0.75, 4];

/** @import { Palette } from "#text/colors.js" */
/** @import { Tiles } from "#views/tiles.js" */
/** @typedef {{ unit: number, output: number, value: number }} Push */
/** @typedef {{ box: DOMRect, grid: DOMRect, from: Map<number, DOMRect>, to: DOMRect[] }} Places */

// Where squares, outputs and the drawing stand: asking makes the browser lay out the page, so it is asked once.
/** @type {(svg: SVGElement, tiles: Tiles, outputCells: HTMLElement[]) => Places} */
export function measured(svg, tiles, outputCells) {
  /** @type {(element: Element) => DOMRect} */
  const place = (element) => element.getBoundingClientRect();
  return { box: place(svg), grid: place(tiles.element), from: new Map([...tiles.cells].map(([unit, cell]) => [unit, place(cell)])), to: outputCells.map(place) };
}

// The wider, the larger; dashed where negative.
/** @type {(svg: SVGElement, pushes: Push[], places: Places, colors: Palette) => void} */
export function drawEdges(svg, pushes, { box, grid, from, to }, colors) {
  svg.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  const most = pushes.reduce((sum, push) => Math.max(sum, Math.abs(push.value)), 0) || 1;
  const ends = [...new Set(pushes.map((push) => push.output))];
  svg.replaceChildren(...pushes.map((push) => edge(push.value / most, from.get(push.unit) ?? grid, to[push.output], grid.right - box.left, box, colors, ends.indexOf(push.output))));
}

/** @type {(share: number, from: DOMRect, to: DOMRect, right: number, box: DOMRect, colors: Palette, lane: number) => SVGElement} */
function edge(share, from, to, right, box, colors, lane) {
  const [x, y] = [from.left + from.width / 2 - box.left, from.bottom - box.top];
  const gutter = y + 2 + 3 * lane;
  const [goal, height] = [Math.min(box.width, to.left - box.left), to.top + to.height / 2 - box.top];
  const bend = (right + goal) / 2;
  const path = draw("path", {
    d: `M${x} ${y} Q${x} ${gutter} ${x + 4} ${gutter} H${right} C${bend} ${gutter} ${bend} ${height} ${goal} ${height}`,
    stroke: colors.css(colors.signed(Math.sign(share) * (0.6 + 0.4 * Math.abs(share)))),
    "stroke-width": WIDTHS[0] + (WIDTHS[1] - WIDTHS[0]) * Math.abs(share),
  });
  if (share < 0) path.setAttribute("stroke-dasharray", "4 3");
  return path;
}
