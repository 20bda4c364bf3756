// A unit's sum taken apart: its largest terms, largest first, and what all others come to.

import { takeApart } from "#engine/network.js";
import { figure } from "#text/figures.js";
import { whole, words } from "#text/language.js";

/** @import { Scene } from "#views/scene.js" */
/** @import { Term } from "#views/number_line.js" */

const MOST = 6;

/** @type {(scene: Scene, layer: number, unit: number, name: (source: number) => string, most?: number) => Term[]} */
export function termsOf({ network, trace }, layer, unit, name, most = MOST) {
  const { terms, rest, others } = takeApart(network.valuesInto(trace, layer), network.weightsInto(layer, unit), most);
  /** @type {Term[]} */
  const rows = terms.map(({ source, value, weight, product }) => ({ name: name(source), value: product, tone: product < 0 ? "minus" : "plus", note: `${figure(value)} · ${weight < 0 ? `(${figure(weight)})` : figure(weight)}` }));
  if (others > 0 && Math.abs(rest) > 1e-9) rows.push({ name: words.forward.others(whole(others)), value: rest, tone: rest < 0 ? "minus" : "plus" });
  return rows;
}
