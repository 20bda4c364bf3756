// What inputs, neurons and answers are called: pixels by row and column, columns of a table by their names, answers by the
// class; a neuron by its number, and by its layer where there are several.

import { words } from "#text/language.js";

/** @import { Scene } from "#views/scene.js" */

/** @type {(scene: Scene, layer: number, unit: number) => string} */
export function unitName({ subject, network }, layer, unit) {
  if (layer < network.last) return network.last > 1 ? words.names.deepNeuron(unit, layer + 1) : words.names.neuron(unit);
  return subject.classes.length ? words.names.answer(subject.classes[unit]) : words.names.theAnswer;
}

// Where a unit's weight comes from.
/** @type {(scene: Scene, layer: number, source: number) => string} */
export function sourceName(scene, layer, source) {
  if (layer) return unitName(scene, layer - 1, source);
  const { shape, names } = scene.subject;
  if (shape) return words.names.pixel(Math.floor(source / shape[1]), source % shape[1]);
  return names?.[source] ?? words.names.input(source);
}
