// How well the run's network reads digits that are made harder to read: a curve for each way, all on the scale from 0 to 100 %.

import { percentage, whole, words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { draw, make } from "#views/elements.js";
import { ask } from "#views/server.js";

/** @typedef {{ name: string, unit: string, strengths: number[], accuracies: number[] }} Curve */

const [WIDTH, HEIGHT, LEFT, BELOW] = [220, 110, 40, 18]; // in the units of a drawing

export async function robustness() {
  const room = make("div", { className: "curves" }, make("p", {}, words.play.computing));
  const dialog = openDialog(words.play.harder, "robustness", room);
  const { curves, examples } = await (await ask("robustness")).json();
  room.replaceChildren(...curves.map(chart));
  dialog.append(make("p", { className: "note" }, words.play.harderNote(whole(examples ?? 0))));
}

/** @type {(curve: Curve) => HTMLElement} */
function chart({ name, unit, strengths, accuracies }) {
  const order = [...strengths.keys()].sort((a, b) => strengths[a] - strengths[b]);
  const [x, y] = [strengths, accuracies].map((values) => order.map((place) => values[place]));
  const [low, high] = [x[0], x[x.length - 1]];
  const across = (/** @type {number} */ value) => LEFT + ((value - low) / (high - low || 1)) * (WIDTH - LEFT - 10);
  const up = (/** @type {number} */ share) => 6 + (1 - share) * (HEIGHT - BELOW - 6);
  const line = x.map((value, place) => `${place ? "L" : "M"}${across(value).toFixed(1)} ${up(y[place]).toFixed(1)}`).join("");
  const text = (/** @type {string} */ said_, /** @type {number} */ left, /** @type {number} */ top, /** @type {string} */ anchor) => Object.assign(draw("text", { x: left, y: top, "text-anchor": anchor }), { textContent: said_ });
  const grid = [0, 0.5, 1].map((share) => draw("line", { x1: LEFT, x2: WIDTH - 10, y1: up(share), y2: up(share), class: "grid" }));
  const labels = [0, 0.5, 1].map((share) => text(`${100 * share} %`, LEFT - 5, up(share) + 3.5, "end"));
  const ends = [text(String(low).replace("-", "−"), LEFT, HEIGHT - 3, "middle"), text(String(high), WIDTH - 10, HEIGHT - 3, "middle")];
  const said = x.map((value, place) => `${value} ${unit}: ${percentage(y[place], 0)}`).join("; ");
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said }, ...grid, draw("path", { d: line }), ...labels, ...ends);
  return make("figure", {}, make("figcaption", {}, words.play.ways[/** @type {keyof typeof words.play.ways} */ (name)] ?? `${name}, ${unit}`), svg);
}
