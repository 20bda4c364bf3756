// Activations: the bent line, with the neuron's point on it. Below zero a ReLU stays silent.

import { figure, tick } from "#text/figures.js";
import { formula } from "#text/mathml.js";
import { whole, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";
import { unitName } from "#views/names.js";
import { NeuronPicker } from "#views/neuron_picker.js";
import { Plot, ticks } from "#views/plot.js";

/** @import { Scene } from "#views/scene.js" */

const POINTS = 200;
/** @type {{ [name: string]: (z: string) => string }} */
const FORMULAS = { relu: (z) => `max(0, ${z})`, sigmoid: (z) => `1 / (1 + exp(−${z}))`, tanh: (z) => `tanh(${z})`, identity: (z) => z };

export class ActivationCurve {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.plot = new Plot();
    this.picker = new NeuronPicker(scene);
    this.math = make("p", { className: "formulas" });
    this.element = make("div", { className: "part activations" }, this.plot.element, this.math, this.picker.element);
  }

  get unit() {
    const [layer, unit] = this.scene.neuron;
    return layer < this.scene.last ? [layer, unit] : [0, 0];
  }

  get values() {
    const [layer, unit] = this.unit;
    const { sums, activations } = this.scene.trace;
    return { z: sums[layer][unit], a: activations[layer][unit] };
  }

  show() {
    const { scene } = this;
    const [layer, unit] = this.unit;
    const { z, a } = this.values;
    this.picker.show(layer, scene.trace.activations[layer]);
    const l = `(${layer + 1})`;
    const name = scene.network.activations[layer];
    const written = FORMULAS[name] ?? ((/** @type {string} */ text) => `${/^[a-z]+$/.test(name) ? name : "f"}(${text})`);
    this.math.replaceChildren(formula(`a^${l}_${unit} = ${written(`z^${l}_${unit}`)}`), formula(`= ${written(figure(z))} = *${figure(a)}*`));
    this.draw(layer, z, a);
  }

  /** @param {number} layer @param {number} z @param {number} a */
  draw(layer, z, a) {
    const { scene } = this;
    const { sums, activations } = scene.trace;
    const reach = Math.max(...sums[layer].map(Math.abs), 1) * 1.08;
    const points = Array.from({ length: POINTS + 1 }, (_, place) => {
      const at = -reach + (2 * reach * place) / POINTS;
      return [at, Number(scene.network.hidden[layer].value({ z: at }))];
    });
    const heights = points.map(([, height]) => height);
    const [low, high] = [Math.min(0, ...heights), Math.max(...heights)];
    const small = [...sums[layer]].map((at, unit) => ({ x: at, y: activations[layer][unit], kind: "small" }));
    this.plot.show({
      x: { from: -reach, to: reach, ticks: ticks(-reach, reach, 8).map((at) => ({ at, text: tick(at) })), label: words.forward.zAxis },
      y: { from: low - 0.04 * (high - low), to: high, ticks: ticks(low, high, 5).map((at) => ({ at, text: tick(at) })), label: words.forward.aAxis },
      curves: [{ points }, { points: [[z, low], [z, a]], kind: "lead" }, { points: [[-reach, a], [z, a]], kind: "lead" }],
      guides: [{ x: 0, kind: "zero" }],
      marks: [...small, { x: z, y: a, text: `${unitName(scene, layer, this.unit[1])}: ${figure(a)}`, beside: z > 0.2 * reach ? "upper left" : "upper right", kind: "main" }],
    });
    this.plot.element.setAttribute("aria-label", words.forward.curve(figure(z), figure(a)));
  }

  resize() {
    this.plot.resize();
  }

  // The point runs along the line to where its sum is.
  async play() {
    const mark = this.plot.element.querySelector(".mark.main");
    if (motion.reduced || !mark) return;
    const [layer] = this.unit;
    const { z, a } = this.values;
    const end = this.plot.point(z, a);
    const steps = Array.from({ length: 13 }, (_, place) => {
      const at = (z * place) / 12;
      const { x, y } = this.plot.point(at, Number(this.scene.network.hidden[layer].value({ z: at })));
      return { transform: `translate(${x - end.x}px, ${y - end.y}px)` };
    });
    await motion.play([mark.animate(steps, { duration: DURATION, easing: "ease-in-out" })]);
  }

  /** @param {KeyboardEvent} event */
  key({ key }) {
    if (key !== "ArrowDown" && key !== "ArrowUp") return false;
    this.picker.step(key === "ArrowDown" ? 1 : -1);
    return true;
  }

  sentence() {
    const { scene } = this;
    const [layer, unit] = this.unit;
    const { z, a } = this.values;
    const name = unitName(scene, layer, unit);
    const values = [...scene.trace.activations[layer]];
    const silent = values.filter((value) => Math.abs(value) < 1e-9).length;
    const rest = silent ? words.forward.silentOnes(whole(silent), whole(values.length)) : words.forward.noneSilent(whole(values.length));
    if (a === 0) return { strong: words.forward.silent(name, figure(z)), rest };
    return { strong: Math.abs(a - z) < 1e-12 ? words.forward.passes(name, figure(a)) : words.forward.bends(name, figure(z), figure(a)), rest };
  }
}
