// What the pages say. Sentences are short; the network is "it". Symbols are those of docs: x, W, b, z, a, p, y, ℓ, δ, η.

import { count, number, percent, signed } from "#text/numbers.js";

/** @typedef {"input" | "sum" | "activation" | "output" | "loss" | "error" | "blame" | "correction" | "step"} Step */

/** @type {Step[]} */
export const STEPS = ["input", "sum", "activation", "output", "loss", "error", "blame", "correction", "step"];

/** @type {{ [step in Step]: string }} */
export const TITLES = {
  input: "Inputs",
  sum: "Weighted sums",
  activation: "Activations",
  output: "Outputs",
  loss: "Loss",
  error: "Error",
  blame: "Error signal",
  correction: "Gradient",
  step: "One step",
};

/** @type {(worst: number) => string} */
const power = (worst) => worst.toExponential(0).replace("-", "−");

export const WORDS = {
  /** @type {(label: string, said: string, sure: string) => string} */
  idle: (label, said, sure) => `The label is ${label}. It says ${said}: ${sure}${said === label ? "" : ", and is wrong"}. Draw over it, or press Next.`,
  refused: "This is not like any digit it was trained on. Draw a digit, large.",
  /** @type {(sure: string) => string} */
  doubted: (sure) => `Moved by one pixel, it is less sure: ${sure} on average. Do not rely on this answer.`,
  /** @type {(place: number, label: string) => string} */
  sample: (place, label) => `Example ${place}, a ${label}`,
  correct: "Take this step",
  uncorrect: "Undo the step",
  corrected: "One step has been taken. “Undo the step” goes back to the trained weights.",
  play: "Play",
  pause: "Pause",
  silent: "0",
  /** @type {(n: number) => string} */
  others: (n) => `${count(n)} ${n === 1 ? "other" : "others"}`,
  bias: "bias b",
  /** @type {(n: number) => string} */
  weights: (n) => `${count(n)} weights`,
  said: "said",
  itsWeights: "its weights",
  found: "input × weight",
  gradient: "gradient",
  error: "δ = output − target",
  delta: "δ, the derivative of the loss by z",
  shares: "input × gradient",
  /** @type {(said: string) => string} */
  rests: (said) => `What z of ${said} depends on: more ink where it is blue raises it, where it is orange lowers it.`,
  correction: "change of its weights",
  checked: "The same from two losses, with this weight a little larger and a little smaller:",
  /** @type {(digits: number) => string} */
  agree: (digits) => `The two agree to ${digits} digits.`,
  afterStep: "After the step",
  probabilities: "Probabilities",
  outputs: "Output",
  isWanted: "label",
  saidAndWanted: "said, label",
  /** @type {(high: boolean) => string} */
  missed: (high) => `The output is too ${high ? "high" : "low"}: that is the error.`,
  /** @type {(wanted: string, low: number) => string} */
  wasRight: (wanted, low) => `It is right: ${wanted} is only ${low} points too low.`,
  /** @type {(wanted: string, low: number, said: string, high: number) => string} */
  wasWrong: (wanted, low, said, high) => `The label is ${wanted}. ${said} is ${high} points too high, ${wanted} is ${low} points too low.`,
  /** @type {(layer: number, live: number, all: number) => string} */
  hiddenLayer: (layer, live, all) => `Hidden ${layer} · ${count(live)} of ${count(all)}`,
  /** @type {(what: string) => string} */
  hidden: (what) => `Hidden · ${what}`,
  /** @type {{ [lens: string]: (live: number, all: number) => string }} */
  lenses: {
    quiet: (_, all) => `${count(all)} neurons`,
    sums: () => "weighted sums",
    activations: (live, all) => `${count(live)} of ${count(all)} not zero`,
    deltas: (live, all) => `δ is not zero for ${count(live)} of ${count(all)}`,
    weights: () => "weights into each neuron",
  },
  /** @type {(layer: number, units: number) => string} */
  layerOf: (layer, units) => `Hidden layer ${layer}, ${units} neurons`,
  /** @type {(place: number, title: string) => string} */
  stepOf: (place, title) => `Step ${place}: ${title}`,
  /** @type {(layer: number, unit: number) => string} */
  neuronOf: (layer, unit) => `neuron ${layer}.${unit}`,
  /** @type {(name: string) => string} */
  outputOf: (name) => `output ${name}`,
  /** @type {(row: number, column: number) => string} */
  pixelOf: (row, column) => `pixel ${row},${column}`,
  /** @type {(place: number) => string} */
  inputOf: (place) => `input ${place}`,
  theAnswer: "the answer",
  theOutput: "the output",
  from: "from",
  rate: "learning rate η",
  loss: "loss ℓ",
  largestSum: "z_max, the largest z",
  sumOfAll: "sum of exp(z − z_max) over all outputs",
  oneClass: "With one label, the loss is",
  reaches: "sum over what it goes to",
  itsDelta: "δ of this neuron",
  itSays: "it says",
  inItsUnit: "in its unit",
  /** @type {(source: string, neuron: string) => string} */
  weightFrom: (source, neuron) => `The weight from ${source} to ${neuron}:`,
  zero: "Both are zero: the step leaves this weight as it is.",
  /** @type {(worst: number) => string} */
  compared: (worst) => `Computed here and by Python: at most ${power(worst)} apart.`,
  /** @type {(worst: number) => string} */
  differ: (worst) => `This browser's numbers are ${power(worst)} away from Python's: do not trust them.`,
  /** @type {(most: number) => string} */
  weightScale: (most) => `Weights from −${most.toPrecision(2)} (orange) to +${most.toPrecision(2)} (blue).`,
  order: "Neurons are sorted by the output to which their weight is largest.",
  /** @type {(shown: number, all: number) => string} */
  pushes: (shown, all) => `The ${count(shown)} largest of ${count(all)} contributions are drawn.`,
  /** @type {(value: number) => string} */
  largestSquare: (value) => `The largest square is ${signed(value, 2)}.`,
};

/**
 * @typedef {object} Told what a caption may say of what is looked at
 * @property {Float64Array} inputs
 * @property {number} nonzero
 * @property {string} name
 * @property {number} z
 * @property {number} firing
 * @property {number} units
 * @property {string[]} classes
 * @property {string} said
 * @property {number} confidence
 * @property {{ lossName: string }} network
 * @property {string} target
 * @property {number} loss
 * @property {string} error
 * @property {number} blamed
 * @property {number} rate
 * @property {number} parameters
 * @property {number} after
 */

/** @type {{ [step in Step]: (told: Told) => string }} */
export const CAPTIONS = {
  input: ({ inputs, nonzero }) => `${count(inputs.length)} numbers go in; ${count(nonzero)} are not zero.`,
  sum: ({ name, z }) => `Each neuron multiplies its inputs by its weights and adds them up. ${name} gets z = ${signed(z)}.`,
  activation: ({ firing, units }) => `${count(firing)} of ${count(units)} activations are not zero. The larger the square, the larger the value.`,
  output: ({ classes, said, confidence }) => (classes.length ? `It says ${said}: ${percent(confidence)}.` : `It says ${said}.`),
  loss: ({ classes, network, target, loss }) => {
    const meaning = network.lossName === "cross_entropy" ? `: −ln of the probability of ${target}` : "";
    return `The ${classes.length ? "label" : "target"} is ${target}. The loss is ${number(loss)}${meaning}.`;
  },
  error: ({ error }) => error,
  blame: ({ blamed, units }) => `The error goes back through the weights. Its share, δ, is not zero for ${count(blamed)} of ${count(units)} neurons.`,
  correction: ({ name }) => `The gradient of a weight is its input times δ of its neuron. ${name} is chosen.`,
  step: ({ rate, parameters, loss, after }) => `At rate ${rate}, all ${count(parameters)} parameters move a little. Loss ${number(loss)} → ${number(after)}.`,
};
