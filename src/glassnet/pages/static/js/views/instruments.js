// What may be done to the network while it is looked at: tint what an answer rests on, switch neurons off, choose a lens.

import { drawSigned, largest } from "#text/colors.js";
import { SAYS } from "#text/live_words.js";
import { find, make, seek } from "#views/elements.js";

/** @import { Look } from "#views/look.js" */

const LENSES = [undefined, "activations", "weights", "deltas"];

export class Instruments {
  /** @param {Look} look */
  constructor(look) {
    this.look = look;
    this.select = find("#lens select", HTMLSelectElement);
    this.rests = find("#rests", HTMLButtonElement);
    this.select.append(...LENSES.map((name) => make("option", { value: name ?? "auto" }, SAYS.lens[name ?? "auto"])));
    this.select.onchange = () => this.setLens(LENSES.find((name) => (name ?? "auto") === this.select.value));
    this.rests.onclick = () => {
      this.rests.setAttribute("aria-pressed", String(this.rests.getAttribute("aria-pressed") !== "true"));
      this.look.show();
    };
  }

  show() {
    this.select.value = this.look.stage.lens ?? "auto";
    this.showTint();
    this.showSwitches();
  }

  // What the answer rests on, drawn over the digit.
  showTint() {
    const { stage } = this.look;
    const on = this.rests.getAttribute("aria-pressed") === "true" && !stage.refused;
    document.body.classList.toggle("tinted", on && Boolean(stage.shape));
    if (!on || !stage.shape) return;
    const gradient = stage.network.logitGradient(stage.trace, stage.saidAt);
    const shares = stage.inputs.map((value, j) => value * gradient[j]);
    drawSigned(find("#tint", HTMLCanvasElement), shares, stage.shape, largest(shares), stage.colors);
  }

  showSwitches() {
    const { stage } = this.look;
    const off = stage.network.off.reduce((sum, units) => sum + units.size, 0);
    const [layer, unit] = stage.neuron;
    const parts = [];
    const hidden = layer < stage.last && !stage.refused;
    seek("#switch")?.remove();
    if (hidden) find("#inspector").append(make("button", { type: "button", id: "switch", onclick: () => this.flip() }, (stage.network.off[layer].has(unit) ? SAYS.switchOn : SAYS.switchOff)(`${layer + 1}.${unit}`)));
    if (off) parts.push(make("span", { className: "note" }, SAYS.isOff(off)), make("button", { type: "button", onclick: () => this.flipAll() }, SAYS.allOn(off)));
    if (parts.length) find("#inspector .panel").append(make("p", { className: "row switches" }, ...parts));
  }

  flip() {
    const { stage } = this.look;
    const [layer, unit] = stage.neuron;
    if (layer >= stage.last) return;
    const units = stage.network.off[layer];
    if (!units.delete(unit)) units.add(unit);
    stage.replace(stage.network);
    this.look.show();
    seek("#switch")?.focus();
  }

  flipAll() {
    const { stage } = this.look;
    for (const units of stage.network.off) units.clear();
    stage.replace(stage.network);
    this.look.show();
    find("#inspector").focus();
  }

  cycleLens() {
    const { stage } = this.look;
    this.setLens(LENSES[(LENSES.indexOf(stage.lens) + 1) % LENSES.length]);
    find("#live").textContent = SAYS.lensNow(SAYS.lens[stage.lens ?? "auto"]);
  }

  /** @param {string | undefined} lens */
  setLens(lens) {
    this.look.stage.lens = lens;
    this.look.diagram.moved();
    this.look.show();
  }
}
