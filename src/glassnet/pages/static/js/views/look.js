// The view of a stage: nine steps forward and back, and whatever number the reader points at.

import { drawPixels, largest, palette } from "#text/colors.js";
import { Diagram } from "#views/diagram.js";
import { Bar, find, make, note, seek } from "#views/elements.js";
import { crosshair, equation } from "#views/inspector.js";
import { percent, signed } from "#text/numbers.js";
import { Outputs } from "#views/outputs.js";
import { PANELS } from "#views/panels.js";
import { CAPTIONS, TITLES, WORDS } from "#text/words.js";

/** @import { Equation, Stage } from "#views/stage.js" */

const QUIET = 500; // milliseconds after which what is shown is told to a screen reader
const FEATURES = 40; // rows of a table's example
/** @type {(text: string) => string} */
const capital = (text) => text[0].toUpperCase() + text.slice(1);

export class Look {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.peeked = /** @type {(() => void) | null} */ (null); // points at what the pointer is over
    this.quiet = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
    this.diagram = this.newDiagram();
    this.outputs = this.newOutputs();
    this.furnish();
    this.followPointer(find("#picture", HTMLCanvasElement));
    for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", () => this.choose({ colors: palette() }));
    new ResizeObserver(() => this.arrange()).observe(find("main"));
  }

  // Draw the lines anew where all that they join stands elsewhere.
  arrange() {
    this.diagram.moved();
    this.diagram.showEdges(this.outputs.cells);
  }

  // A stage, at first or in place of another.
  /** @param {Stage} stage */
  adopt(stage) {
    this.stage = stage;
    this.peeked = null;
    this.diagram = this.newDiagram();
    this.outputs = this.newOutputs();
    this.furnish();
  }

  furnish() {
    const { stage } = this;
    stage.first = stage.inputs;
    find("#features").hidden = Boolean(stage.shape);
    find("#pad .frame").hidden = !stage.shape;
    find("#ribbon").textContent = stage.last ? WORDS.weights(stage.network.sizes[0] * stage.network.sizes[1]) : "";
  }

  newDiagram() {
    const { stage } = this;
    find("#layers").replaceChildren();
    return new Diagram(stage, find("#layers"), find("#edges", SVGElement), (layer, k) => this.point(layer, k), (layer, k) => this.peek(k === null ? null : () => stage.point(layer, k)));
  }

  newOutputs() {
    const { stage } = this;
    const names = Array.from(stage.outputs, (_, k) => stage.outputName(k));
    return new Outputs(find("#outputs tbody", HTMLTableSectionElement), names, (k) => this.pointAtOutput(k), (k) => this.peek(k === null ? null : () => stage.pointAtOutput(k)));
  }

  /** @param {Partial<Stage>} change */
  choose(change) {
    Object.assign(this.stage, change);
    this.show();
  }

  /** @param {number} layer @param {number} k */
  point(layer, k) {
    this.stage.point(layer, k);
    this.show();
  }

  /** @param {number} k */
  pointAtOutput(k) {
    this.stage.pointAtOutput(k);
    this.show();
  }

  // What the pointer is over, in the inspector alone: what was chosen stays chosen, and comes back.
  /** @param {(() => void) | null} point */
  peek(point) {
    this.peeked = point;
    if (point) this.showInspector();
    else this.show();
  }

  /** @param {number} place */
  goTo(place) {
    this.choose({ place: Math.max(0, Math.min(this.stage.steps.length - 1, place)) });
  }

  /** @param {HTMLCanvasElement} canvas */
  followPointer(canvas) {
    /** @type {(source: number) => void} */
    const pick = (source) => {
      if (source < 0 || source >= this.stage.inputs.length) return;
      this.stage.pointAtInput(source);
      this.show();
    };
    canvas.addEventListener("click", (event) => {
      if (canvas.dataset.drawing || !this.stage.shape) return;
      const [height, width] = this.stage.shape;
      const box = canvas.getBoundingClientRect();
      const row = Math.floor(((event.clientY - box.top) / box.height) * height);
      const column = Math.floor(((event.clientX - box.left) / box.width) * width);
      pick(Math.min(height * width - 1, Math.max(0, row * width + column)));
    });
    canvas.addEventListener("keydown", (event) => {
      const [, width] = this.stage.shape ?? [0, 0];
      /** @type {{ [key: string]: number }} */
      const ways = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: width, ArrowUp: -width };
      const way = ways[event.key];
      if (!way || canvas.dataset.drawing) return;
      event.preventDefault();
      event.stopPropagation();
      pick(this.stage.source + way);
    });
  }

  show() {
    this.showInputs();
    this.diagram.show();
    this.showOutputs();
    this.showInspector();
    this.diagram.showEdges(this.outputs.cells); // last, since it asks where everything stands
    find("#caption").textContent = this.caption();
    document.dispatchEvent(new CustomEvent("shown"));
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => this.rest(), QUIET);
  }

  // What need not be done while something moves: it makes the browser lay out the page once more.
  rest() {
    document.body.classList.remove("drawing");
    find("#live").textContent = find("#caption").textContent;
    for (const formula of find("#inspector").querySelectorAll("span.formula")) if (formula instanceof HTMLElement && formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
  }

  showInputs() {
    const { shape, inputs, colors, neuron, source } = this.stage;
    if (!shape) return this.showFeatures();
    drawPixels(find("#picture", HTMLCanvasElement), inputs, shape, (value) => colors.gray(value));
    seek("#pad .frame .mark")?.remove();
    if (neuron[0] === 0 && source >= 0 && !find("#picture").dataset.drawing) find("#pad .frame").append(crosshair(source, shape));
  }

  showFeatures() {
    const { inputs, colors } = this.stage;
    const most = largest(inputs);
    const rows = Array.from(inputs.slice(0, FEATURES), (value, j) => {
      const bar = new Bar();
      bar.show(0.5 + Math.min(0, value / most) / 2, 0.5 + Math.max(0, value / most) / 2, colors.css(colors.signed(Math.sign(value))));
      return make("tr", {}, make("th", { scope: "row" }, this.stage.sourceName(0, j)), make("td", { className: "bar" }, bar.element), make("td", { className: "value" }, signed(value, 2)));
    });
    find("#features tbody").replaceChildren(...rows);
  }

  showOutputs() {
    const { classes, network, trace, last, wanted, saidAt, step, colors, output } = this.stage;
    const backward = ["error", "blame", "correction"].includes(step);
    const after = step === "step";
    const probabilities = classes.length && network.output === "softmax";
    const values = backward ? trace.deltas[last] : (after ? this.stage.stepped.trace : trace).activations[last];
    const early = ["input", "sum", "activation"].includes(step);
    const kind = backward || (!probabilities && !early) ? "signed" : probabilities && !early ? "probability" : "number";
    const strong = !classes.length ? 0 : backward || after ? wanted : saidAt;
    const shown = early ? new Float64Array(values.length) : values;
    this.outputs.show(shown, { kind, colors, strong, marks: early ? {} : this.marks(), selected: output });
    find("#outputs").classList.toggle("waiting", early);
    find("#outputs").classList.toggle("aside", early || step === "correction"); // where there is little room
    find("#outputs h2").textContent = backward ? (network.loss.fromLogits ? WORDS.error : WORDS.delta) : after ? WORDS.afterStep : probabilities ? WORDS.probabilities : WORDS.outputs;
  }

  /** @returns {{ [unit: number]: string }} */
  marks() {
    const { classes, saidAt, wanted, step } = this.stage;
    if (!classes.length) return {};
    const marks = { [saidAt]: WORDS.said };
    if (step !== "output") marks[wanted] = saidAt === wanted ? WORDS.saidAndWanted : WORDS.isWanted;
    return marks;
  }

  showInspector() {
    const { neuron, hidden, source, output, place, refused } = this.stage;
    if (!refused) this.peeked?.();
    find("#inspector").classList.toggle("peeking", Boolean(this.peeked));
    this.fillInspector();
    Object.assign(this.stage, { neuron, hidden, source, output, place });
  }

  fillInspector() {
    const { stage } = this;
    const { step, subject, network } = stage;
    const shown = subject.equations[step === "correction" ? "gradient" : step === "step" ? "update" : step] ?? [];
    const also = (step === "blame" ? subject.equations.slope : step === "correction" ? subject.equations.difference : null) ?? [];
    const [layer, k] = step === "blame" || step === "activation" ? stage.hidden : stage.neuron;
    const about = ["sum", "activation", "blame", "correction"].includes(step) ? ` · ${stage.neuronName(layer, k)}` : "";
    find("#inspector h2").textContent = TITLES[step] + about;
    /** @type {(found: Equation) => boolean} */
    const own = (found) => !["activation", "blame"].includes(step) || !found.of || found.of === network.activations[layer];
    const made = [...shown, ...also].filter(own).map(equation);
    const panel = find("#inspector .panel");
    const held = panel.contains(document.activeElement);
    panel.replaceChildren(...made, ...PANELS[step](stage.view((change) => this.choose(change))));
    if (held) (seek("#inspector .panel [aria-pressed=true]") ?? find("#inspector")).focus();
  }

  caption() {
    const { stage } = this;
    const { step, trace, wanted } = stage;
    if (step === "output" && stage.truth !== null && stage.shape && stage.classes.length) return WORDS.idle(stage.classes[stage.truth], stage.classes[stage.saidAt], percent(stage.probability(trace, stage.saidAt)));
    const [layer, k] = step === "correction" || step === "sum" ? stage.neuron : stage.hidden;
    return CAPTIONS[step]({
      ...stage.view(() => {}),
      name: capital(stage.neuronName(layer, k)),
      z: trace.sums[layer][k],
      target: stage.wantedName(wanted),
      after: step === "step" ? stage.stepped.loss : NaN,
      error: this.errorInWords(),
    });
  }

  errorInWords() {
    const { trace, last, classes, wanted, saidAt, outputs } = this.stage;
    const deltas = trace.deltas[last];
    if (!classes.length) return WORDS.missed(deltas[0] > 0);
    /** @type {(k: number) => number} */
    const points = (k) => Math.round(100 * Math.abs(outputs[k] - trace.targets[k])); // of the output itself
    if (saidAt === wanted) return WORDS.wasRight(classes[wanted], points(wanted));
    return WORDS.wasWrong(classes[wanted], points(wanted), classes[saidAt], points(saidAt));
  }

  /** @param {string[]} lines */
  notes(lines) {
    find("#facts").replaceChildren(...lines.map(note));
  }
}
