// An example as one takes it in hand: its picture, or its number where it is a row of a table.

import { drawPixels } from "#text/colors.js";
import { whole, words } from "#text/language.js";
import { make } from "#views/elements.js";

/** @import { Examples } from "#engine/step_price.js" */
/** @import { Scene } from "#views/scene.js" */

/** @type {(scene: Scene, examples: Examples, place: number) => HTMLElement} */
export function exampleFigure({ subject, colors }, examples, place) {
  if (!subject.shape) return make("span", { className: "row" }, words.mistakes.row(whole(place)));
  const canvas = make("canvas", { ariaHidden: "true", className: "example" });
  drawPixels(canvas, examples.inputs(place), subject.shape, (value) => colors.gray(value));
  return canvas;
}
