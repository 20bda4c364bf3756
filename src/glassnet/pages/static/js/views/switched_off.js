// A neuron taken out of the sum: what the answer becomes without it, beside what it was.

import { share } from "#text/figures.js";
import { words } from "#text/language.js";

/** @import { Scene } from "#views/scene.js" */

export class SwitchedOff {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
  }

  // Those of the first hidden layer first.
  get units() {
    return this.scene.network.off.flatMap((units, layer) => [...units].map((unit) => ({ layer, unit })));
  }

  get any() {
    return this.scene.network.off.some((units) => units.size > 0);
  }

  // The network with all its neurons, on the same example.
  get whole() {
    const { network, example } = this.scene;
    const all = network.with(network.parameters);
    all.off = network.off.map(() => new Set());
    return all.forward(example.inputs);
  }

  // The scene's neuron, off or on again.
  flip() {
    const { scene } = this;
    const [layer, unit] = scene.neuron;
    if (layer >= scene.last) return;
    const units = scene.network.off[layer];
    if (!units.delete(unit)) units.add(unit);
    this.changed();
  }

  clear() {
    for (const units of this.scene.network.off) units.clear();
    this.changed();
  }

  changed() {
    const { network, neuron } = this.scene;
    this.scene.change({ network, neuron });
  }

  sentence() {
    const { scene } = this;
    const { classes } = scene.subject;
    const before = this.whole;
    const outputs = before.activations[scene.last];
    const sum = outputs.reduce((all, value) => all + value, 0);
    const was = outputs.indexOf(Math.max(...outputs));
    const [now, then] = [share(scene.probabilities[scene.said]), share(outputs[was] / sum)];
    const names = this.units.map(({ unit }) => unit);
    const lost = before.sums[scene.last].map((z, k) => z - scene.trace.sums[scene.last][k]);
    const spoke = lost.indexOf(Math.max(...lost));
    if (lost.every((value) => value === 0)) return { strong: words.off.nothing(names), rest: words.off.silent(names.length) };
    return { strong: words.off.without(names, classes[scene.said], now, classes[was], then), rest: words.off.spoke(names.length, classes[spoke]) };
  }

  // How much an answer had before.
  ghosts() {
    const outputs = this.whole.activations[this.scene.last];
    const sum = outputs.reduce((all, value) => all + value, 0);
    return outputs.map((value) => value / sum);
  }
}
