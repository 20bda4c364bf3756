// What the live page says beside what all pages say.

import { count, percent } from "glassnet/numbers";

export const SAYS = {
  start: "Start",
  goOn: "Continue",
  pause: "Pause",
  running: (epoch, judged) => (judged ? `Epoch ${epoch}: ${judged}.` : `Epoch ${epoch}.`),
  paused: "Paused. Turn a knob, then continue.",
  ready: "Ready. Press Start and watch it learn.",
  finished: (epochs) => `Done: ${count(epochs)} ${epochs === 1 ? "epoch" : "epochs"}. Continue for more, or Reset to begin anew.`,
  waiting: (names) => `Reset begins anew with: ${names.join(", ")}.`,
  accuracy: (value) => `${percent(value)} of validation digits`,
  accuracyOf: (value) => `${percent(value)} of validation examples`,
  rmse: (value, unit) => `off by ${value.toFixed(2)} ${unit} (rms) on validation`,
  lost: "Lost the server. Your drawing is safe. Trying again.",
  connecting: "Looking for the server.",
  trained: "trained here",
  otherNetwork: "Made with another network; numbers will differ.",
  teach: (name) => `Teach it: this is a ${name}`,
  taught: ({ label, before, after, corrections, right }) =>
    `Taught ${corrections} ${corrections === 1 ? "drawing" : "drawings"}; it gets ${right} of them right now. Validation ${shares(before, after)}.`,
  forgotten: (corrections) => `Taken back. ${corrections ? `${corrections} still taught.` : "Nothing is taught now."}`,
  teaching: "Teaching it.",
  remembered: (n) => `${count(n)} ${n === 1 ? "drawing is" : "drawings are"} remembered; the next one you teach is learned with ${n === 1 ? "it" : "them"}.`,
  saved: (path) => `Kept as ${path}. Go on with: glassnet train --run ${path} --resume`,
  noDigit: "That picture shows nothing like a digit.",
  switchOff: (name) => `Switch ${name} off`,
  switchOn: (name) => `Switch ${name} on`,
  allOn: (n) => `Switch ${n === 1 ? "it" : `all ${n}`} on again`,
  isOff: (n) => `${count(n)} ${n === 1 ? "neuron is" : "neurons are"} switched off.`,
  lens: { auto: "by step", activations: "activations", weights: "weights", deltas: "blame" },
  lensNow: (name) => `Squares show: ${name}.`,
  noMistakes: "It makes none on these examples.",
  mistakes: (wrong, all) => `${count(wrong)} of ${count(all)} validation examples are wrong. Choose a cell.`,
  pair: (n, truth, said) => (truth === said ? `${count(n)} right: ${truth}` : `${count(n)} × a ${truth} taken for a ${said}`),
  largestErrors: "The largest errors",
  errorShares: ({ median, ninety, ninety_nine }, unit) => `Half of the errors are under ${median.toFixed(1)} ${unit}, nine tenths under ${ninety.toFixed(1)}, 99% under ${ninety_nine.toFixed(1)}.`,
  example: (truth, said, sure) => `A ${truth}, taken for ${said}${sure ? `: ${sure}` : ""}`,
  reliability: "Is it as sure as it is right?",
  reliabilityNote: "Of answers as sure as the place across, so many are right. On the dotted line it is as sure as it should be.",
  robustness: "What it bears",
  harder: { rotation: "turned, °", shift: "shifted, px", scale: "sized, times", noise: "noise", blur: "blurred, px", contrast: "contrast", thickness: "thicker, px", occlusion: "hidden, px", fgsm: "one attack", pgd: "long attack" },
  robustnessNote: (n) => `Accuracy, 0 to 100%, on ${count(n)} validation digits that are made harder to read.`,
  computing: "Computing.",
  noCurves: "The curves are drawn while it trains.",
  choose: "Choose a digit to step backward through it.",
  itSaid: "it said",
  itWas: "it was",
  startAgain: (error) => `${error} Start glassnet play again.`,
  noAnswer: "The server does not answer.",
  more: "More",
  column: "Column to predict",
  usualColumns: "label, target, class or y",
  ownTable: "Use your own table",
  rate: (value) => `learning rate ${value}`,
  noWidths: "none",
  close: "Close",
  keep: "Keep",
  keepRun: "Keep it as a run",
  keepNote: "Settings, curves, weights and what it was taught are kept in a directory under runs, where training can go on.",
  files: { "model.safetensors": "for glassnet and PyTorch", "model.onnx": "for ONNX Runtime and others", "digits.html": "a page in one file: draw and look, without a server" },
  share: "Share this view",
  link: "Link",
  copy: "Copy",
  say: "Say something with it",
  hide: "Hide",
  shareNote: "Whoever has glassnet opens it with: glassnet play --link and this link. It holds the drawing, the view and the settings.",
  keys: "Keys",
  keysOn: " Keys are on",
  keysNote: "On the pad, arrows move a cursor, and Space sets the pen down and lifts it.",
  copied: "Copied.",
  diagnosis: "What goes wrong",
  curves: { loss: "Loss", accuracy: "Accuracy", rmse: "Error (rms)", training: "training", validation: "validation", epoch: "epoch" },
};

function shares(before, after) {
  if (!before || !after) return "cannot be told: there are no validation examples";
  const [from, to] = [100 * before.accuracy, 100 * after.accuracy];
  const change = to - from;
  const way = Math.abs(change) < 0.005 ? "unchanged" : `${change > 0 ? "+" : "−"}${Math.abs(change).toFixed(2)} points`;
  return `${from.toFixed(2)}% → ${to.toFixed(2)}% (${way})`;
}

// Of each setting: its name, what it is, and what may be chosen. Those that are live may be turned while it trains.
export const KNOBS = [
  { name: "learning_rate", label: "Learning rate", kind: "powers", low: -4, high: 0.5, live: true },
  { name: "batch_size", label: "Batch size", kind: "choice", values: [1, 8, 16, 32, 64, 128, 256, 512, 1024] },
  { name: "hidden", label: "Hidden layers", kind: "widths", hint: "such as 128 or 300,100; empty for none" },
  { name: "activation", label: "Activation", kind: "choice", values: ["relu", "sigmoid", "tanh", "leaky_relu", "elu", "gelu", "silu", "identity"] },
  { name: "optimizer", label: "Optimizer", kind: "choice", values: ["sgd", "rmsprop", "adam", "adamw"], live: true },
];

export const MORE = [
  { name: "dataset", label: "Data", kind: "data" },
  { name: "loss", label: "Loss", kind: "choice", values: ["cross_entropy", "half_squared_error", "binary_cross_entropy", "mse", "mae", "huber"] },
  { name: "momentum", label: "Momentum", kind: "number", low: 0, high: 0.99, step: "any", live: true },
  { name: "schedule", label: "Schedule", kind: "choice", values: ["constant", "one-cycle", "cosine", "step"], live: true },
  { name: "epochs", label: "Epochs", kind: "number", low: 1, high: 10000, step: 1, live: true },
  { name: "weight_decay", label: "Weight decay", kind: "number", low: 0, high: 10, step: "any", live: true },
  { name: "l2", label: "L2 penalty", kind: "number", low: 0, high: 10, step: "any", live: true },
  { name: "l1", label: "L1 penalty", kind: "number", low: 0, high: 10, step: "any", live: true },
  { name: "dropout", label: "Dropout", kind: "number", low: 0, high: 0.9, step: "any" },
  { name: "input_dropout", label: "Input dropout", kind: "number", low: 0, high: 0.9, step: "any" },
  { name: "label_smoothing", label: "Label smoothing", kind: "number", low: 0, high: 0.9, step: "any" },
  { name: "shift", label: "Shift, pixels", kind: "number", low: 0, high: 6, step: "any" },
  { name: "rotation", label: "Rotation, degrees", kind: "number", low: 0, high: 45, step: 1 },
  { name: "scale", label: "Scale", kind: "number", low: 0, high: 0.5, step: "any" },
  { name: "elastic", label: "Elastic, pixels", kind: "number", low: 0, high: 4, step: "any" },
  { name: "train_size", label: "Training examples", kind: "number", low: 10, high: 60000, step: 1 },
  { name: "seed", label: "Seed", kind: "number", low: 0, high: 2147483647, step: 1 },
];

export const KEYS = [
  ["0 – 9", "an example of that digit"],
  ["← →", "step back, step forward"],
  ["Space", "play the steps"],
  ["B", "go to the first backward step"],
  ["C", "clear the pad"],
  ["U", "undo a stroke"],
  ["T", "train, pause"],
  ["L", "what the squares show"],
  ["X", "switch the chosen neuron off or on"],
  ["S", "share this view"],
  ["?", "this help"],
  ["Esc", "close"],
];
