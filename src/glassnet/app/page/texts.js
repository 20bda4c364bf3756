// What the page says. Sentences are short; the network is "it".

import { count, number, percent, signed } from "glassnet/numbers";

export const STEPS = ["input", "sum", "activation", "output", "loss", "error", "blame", "correction", "step"];

export const TITLES = {
  input: "Inputs",
  sum: "Sums",
  activation: "Activations",
  output: "Outputs",
  loss: "Loss",
  error: "Error",
  blame: "Blame",
  correction: "Correction",
  step: "One step",
};

export const WORDS = {
  idle: (label, said, sure) =>
    said === label ? `This is a ${label}, and it says so: ${sure}. Draw over it, or press Next.` : `This is a ${label}. The network says ${said}: ${sure}. Draw over it, or press Next.`,
  refused: "I don't see a digit. Draw one, large.",
  sample: (place, label) => `Example ${place}, a ${label}`,
  correct: "Take this step",
  uncorrect: "Undo the step",
  corrected: "Corrected once. “Undo the step” brings back what it had learned.",
  back: "Back",
  next: "Next",
  play: "Play",
  pause: "Pause",
  wanted: "Wanted",
  silent: "silent",
  others: (n) => `${count(n)} ${n === 1 ? "other" : "others"}`,
  bias: "bias",
  weights: (n) => `${count(n)} weights`,
  said: "said",
  itsWeights: "its weights",
  found: "input × weight",
  gradient: "gradient",
  error: "Error = output − wanted",
  delta: "How the loss follows each sum z",
  shares: "input × gradient",
  rests: (said) => `What it rests on when it says ${said}: more ink on blue makes it surer, on orange less.`,
  correction: "its correction",
  checked: "Moving that very weight a little either way says",
  agree: (digits) => `The two agree to ${digits} digits.`,
  zero: "Both are zero: this weight is left as it is.",
  chooseTerm: "Choose a term to see its multiplication.",
  members: (n) => `The first of ${n} networks that answer together.`,
  untold: "Nobody said what it shows. Choose what is wanted.",
  compared: (worst) => `Computed here and by Python: at most ${worst.toExponential(0).replace("-", "−")} apart.`,
  differ: (worst) => `This browser's numbers are ${worst.toExponential(0)} away from Python's: do not trust them.`,
  weightScale: (most) => `Weights from −${most.toPrecision(2)} (orange) to +${most.toPrecision(2)} (blue).`,
  order: "Neurons stand in the order of the output that each pushes for most.",
  pushes: (shown, all) => `${count(shown)} of ${count(all)} pushes are drawn.`,
  largestSquare: (value) => `The largest square is ${signed(value, 2)}.`,
};

// The caption of each step; `view` holds what is looked at.
export const CAPTIONS = {
  input: (view) => `${count(view.inputs.length)} numbers go in; ${count(view.nonzero)} are not zero.`,
  sum: (view) => `Each neuron weighs what comes in. ${view.name} gets ${signed(view.z)}.`,
  activation: (view) => `${count(view.firing)} of ${count(view.units)} ${view.rectified ? "fire" : "are not zero"}. The larger the square, the more.`,
  output: (view) => (view.classes.length ? `It says ${view.said}: ${percent(view.confidence)}.` : `It says ${view.said}.`),
  loss: (view) => {
    const meaning = view.network.lossName === "cross_entropy" ? ": how surprised it would be" : "";
    return `You wanted ${view.wanted}. The loss is ${number(view.loss)}${meaning}.`;
  },
  error: (view) => view.error,
  blame: (view) => `The error goes back through the weights. It reaches ${count(view.blamed)} of ${count(view.units)} neurons.`,
  correction: (view) => `Each weight's gradient is what came in, times the blame. ${view.name} is picked.`,
  step: (view) => `At rate ${view.rate}, all ${count(view.parameters)} parameters move a little. Loss ${number(view.loss)} → ${number(view.after)}.`,
};
