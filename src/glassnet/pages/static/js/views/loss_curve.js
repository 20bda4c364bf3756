// The loss: how much the answer costs, −ln of what the right class got. Guessing costs ln of how many classes there are.

import { figure, share, tick } from "#text/figures.js";
import { formula } from "#text/mathml.js";
import { decimal, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { DURATION, motion } from "#views/motion.js";
import { unitName } from "#views/names.js";
import { Plot, ticks } from "#views/plot.js";

/** @import { Scene } from "#views/scene.js" */

const TOP = 5; // of the axis, unless the loss is higher
const POINTS = 160;
const CROWDED = 0.45; // of loss between two points, where what is written beside them would meet

export class LossCurve {
  /** @param {Scene} scene */
  constructor(scene) {
    this.scene = scene;
    this.plot = new Plot();
    this.math = make("p", { className: "formulas" });
    this.note = make("p", { className: "remark" });
    this.side = make("div", { className: "side" }, this.math, this.note);
    this.element = make("div", { className: "part loss" }, this.plot.element, this.side);
  }

  get loss() {
    const { trace } = this.scene;
    return "loss" in trace ? trace.loss : null;
  }

  // Whether it is −ln of one share.
  get isSurprise() {
    return this.scene.network.lossName === "cross_entropy" && this.scene.subject.classes.length > 0;
  }

  show() {
    const { scene, loss } = this;
    const wanted = scene.example.wanted;
    this.side.hidden = loss === null || wanted === null;
    if (!this.isSurprise || loss === null || wanted === null) return this.isSurprise ? this.surprise(null) : this.any();
    const p = Math.max(scene.probabilities[wanted], 1e-12);
    this.surprise(p);
    this.math.replaceChildren(formula(`ℓ = −ln p_${wanted}`), formula(`= −ln ${figure(p)} = *${decimal(loss)}*`));
    this.note.textContent = words.forward.lossNote(decimal(-Math.log(0.9)), decimal(-Math.log(0.01)));
  }

  /** @param {number | null} p */
  surprise(p) {
    const { scene } = this;
    const guess = 1 / scene.outputs.length;
    const top = Math.max(TOP, p === null ? 0 : 1.06 * -Math.log(p));
    const points = Array.from({ length: POINTS + 1 }, (_, place) => {
      const height = top * (1 - place / POINTS);
      return [Math.exp(-height), height];
    });
    const crowded = p !== null && Math.abs(Math.log(p / guess)) < CROWDED;
    const beside = /** @type {"right" | "upper right" | "far above"} */ (!crowded ? "upper right" : (p ?? 0) > guess ? "far above" : "right");
    const marks = [{ x: guess, y: -Math.log(guess), text: words.forward.guessing(decimal(-Math.log(guess))), beside, kind: "small open" }];
    const now = p === null ? [] : [{ x: p, y: -Math.log(p), text: words.forward.now(unitName(scene, scene.last, scene.example.wanted ?? 0), share(p), decimal(-Math.log(p))), beside: /** @type {"upper right" | "upper left"} */ (p > 0.6 ? "upper left" : "upper right"), kind: "main" }];
    this.plot.show({
      x: { from: 0, to: 1, ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: share(at) })), label: words.forward.pAxis },
      y: { from: 0, to: top, ticks: ticks(0, top, 6).map((at) => ({ at, text: tick(at) })), label: words.forward.lossAxis },
      curves: [{ points }, ...(p === null ? [] : [{ points: [[p, 0], [p, -Math.log(p)]], kind: "lead" }])],
      marks: [...marks, ...now],
    });
    this.plot.element.setAttribute("aria-label", now[0]?.text ?? words.forward.lossAxis);
  }

  // Of another loss the curve over the first output, all else as it is.
  any() {
    const { scene, loss } = this;
    const { trace, network } = scene;
    if (!("targets" in trace) || loss === null) return this.plot.element.replaceChildren();
    const z = trace.sums[scene.last][0];
    const target = trace.targets[0];
    const reach = 1.5 * Math.max(Math.abs(scene.outputs[0] - target), 0.5);
    const from = target - reach;
    const points = Array.from({ length: POINTS + 1 }, (_, place) => {
      const at = from + (2 * reach * place) / POINTS;
      const a = scene.outputs.with(0, at);
      return [at, Number(network.loss.value({ z: trace.sums[scene.last].with(0, z + at - scene.outputs[0]), a, t: trace.targets, y: trace.targets, K: a.length }))];
    });
    const top = Math.max(...points.map(([, height]) => height));
    this.plot.show({
      x: { from, to: target + reach, ticks: ticks(from, target + reach, 6).map((at) => ({ at, text: tick(at) })), label: words.forward.outputAxis },
      y: { from: 0, to: top, ticks: ticks(0, top, 5).map((at) => ({ at, text: tick(at) })), label: words.forward.lossAxis },
      curves: [{ points }],
      guides: [{ x: target, text: words.forward.target, kind: "zero" }],
      marks: [{ x: scene.outputs[0], y: loss, text: figure(loss), kind: "main", beside: "right" }],
    });
    this.math.replaceChildren(formula(`ℓ = *${figure(loss)}*`));
    this.note.textContent = "";
  }

  resize() {
    this.plot.resize();
  }

  // The point slides along the curve from a sure and right answer to what it got.
  async play() {
    const mark = this.plot.element.querySelector(".mark.main");
    const { wanted } = this.scene.example;
    if (motion.reduced || !mark || !this.isSurprise || wanted === null) return;
    const loss = -Math.log(Math.max(this.scene.probabilities[wanted], 1e-12));
    const end = this.plot.point(Math.exp(-loss), loss);
    const steps = Array.from({ length: 17 }, (_, place) => {
      const at = (loss * place) / 16;
      const { x, y } = this.plot.point(Math.exp(-at), at);
      return { transform: `translate(${x - end.x}px, ${y - end.y}px)` };
    });
    await motion.play([mark.animate(steps, { duration: DURATION, easing: "ease-in-out" })]);
  }

  sentence() {
    const { scene, loss } = this;
    const { wanted } = scene.example;
    if (loss === null || wanted === null) return { strong: words.forward.noLoss, rest: words.forward.noLossWhy };
    if (!this.isSurprise) return { strong: words.forward.lossIs(figure(loss)), rest: "" };
    const guess = decimal(Math.log(scene.outputs.length));
    return { strong: words.forward.loss(share(scene.probabilities[wanted]), decimal(loss)), rest: words.forward.lossWhy(guess) };
  }
}
