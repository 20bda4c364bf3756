// What the live page says beside what all pages say.

import { count, percent, quantity } from "#text/numbers.js";

/** @typedef {{ accuracy: number, rmse?: number } | null} Measured on the validation examples, if there are any */

export const SAYS = {
  start: "Start",
  goOn: "Continue",
  pause: "Pause",
  /** @type {(epoch: number, judged: string) => string} */
  running: (epoch, judged) => (judged ? `Epoch ${epoch}: ${judged}.` : `Epoch ${epoch}.`),
  paused: "Paused. Change a setting, or continue.",
  ready: "Ready. Press Start to train it.",
  /** @type {(epochs: number) => string} */
  finished: (epochs) => `Done: ${count(epochs)} ${epochs === 1 ? "epoch" : "epochs"}. Press Continue for more, or Reset to begin anew.`,
  /** @type {(names: string[]) => string} */
  waiting: (names) => `Reset begins anew with: ${names.join(", ")}.`,
  /** @type {(value: number) => string} */
  accuracy: (value) => `${percent(value)} of validation digits`,
  /** @type {(value: number) => string} */
  accuracyOf: (value) => `${percent(value)} of validation examples`,
  /** @type {(value: number, unit: string) => string} */
  rmse: (value, unit) => `off by ${quantity(value, unit)} (rms) on validation`,
  lost: "The server does not answer; trying again. Your drawing is kept.",
  connecting: "Connecting to the server.",
  trained: "trained here",
  otherNetwork: "This link was made with another network: its numbers differ.",
  /** @type {(name: string) => string} */
  teach: (name) => `Teach it: this is a ${name}`,
  /** @type {(news: { before: Measured, after: Measured, corrections: number, right: number }) => string} */
  taught: ({ before, after, corrections, right }) =>
    `Fine-tuned on ${corrections} ${corrections === 1 ? "drawing" : "drawings"}; it gets ${right} of them right now. Validation ${shares(before, after)}.`,
  /** @type {(corrections: number) => string} */
  forgotten: (corrections) => `The last fine-tuning example is taken back. ${corrections ? `${corrections} fine-tuning ${corrections === 1 ? "example is" : "examples are"} left.` : "No fine-tuning example is left."}`,
  teaching: "Fine-tuning it.",
  /** @type {(n: number) => string} */
  remembered: (n) => `${count(n)} fine-tuning ${n === 1 ? "example is" : "examples are"} kept; the next one is learned with ${n === 1 ? "it" : "them"}.`,
  /** @type {(path: string) => string} */
  saved: (path) => `Saved in ${path}. Train on with: glassnet train --run ${path} --resume`,
  picture: "The picture, with the digits found on it",
  /** @type {(steps: string[]) => string} */
  treated: (steps) => `${steps.length ? `Done to it: ${steps.join("; ")}.` : "It was only cut out and scaled."} Above is what the network gets.`,
  /** @type {(n: number) => string} */
  found: (n) => `${count(n)} digits found. Choose one.`,
  /** @type {(place: number, said: string | null) => string} */
  foundDigit: (place, said) => `Digit ${place}: ${said ?? "like no digit"}`,
  noDigit: "No digit was found on this picture.",
  /** @type {(name: string) => string} */
  switchOff: (name) => `Switch ${name} off`,
  /** @type {(name: string) => string} */
  switchOn: (name) => `Switch ${name} on`,
  /** @type {(n: number) => string} */
  allOn: (n) => `Switch ${n === 1 ? "it" : `all ${n}`} on again`,
  /** @type {(n: number) => string} */
  isOff: (n) => `${count(n)} ${n === 1 ? "neuron is" : "neurons are"} switched off.`,
  /** @type {{ [lens: string]: string }} */
  lens: { auto: "by step", activations: "activations", weights: "weights", deltas: "error signal" },
  /** @type {(name: string) => string} */
  lensNow: (name) => `Squares show: ${name}.`,
  noMistakes: "None of these examples is wrong.",
  /** @type {(wrong: number, all: number) => string} */
  mistakes: (wrong, all) => `${count(wrong)} of ${count(all)} validation examples are wrong. Choose a cell.`,
  /** @type {(n: number, truth: string, said: string, shown?: number) => string} */
  pair: (n, truth, said, shown = n) => (truth === said ? `${count(n)} right: ${truth}` : `${count(n)} × a ${truth} read as ${said}`) + (shown < n ? `; ${count(shown)} shown` : ""),
  largestErrors: "The largest errors",
  /** @type {(errors: { median: number, ninety: number, ninety_nine: number }, unit: string) => string} */
  errorShares: ({ median, ninety, ninety_nine }, unit) => `Half of the errors are under ${quantity(median, unit)}, nine tenths under ${quantity(ninety)}, 99% under ${quantity(ninety_nine)}.`,
  /** @type {(truth: string, said: string, sure: string) => string} */
  example: (truth, said, sure) => `A ${truth}, read as ${said}${sure ? `: ${sure}` : ""}`,
  reliability: "Calibration",
  reliabilityNote: "Across: the probability of the answer. Up: how many of these answers are right. On the dotted line the two are equal.",
  robustness: "Robustness",
  /** @type {{ [name: string]: string }} */
  harder: { rotation: "rotation, °", shift: "shift, px", scale: "scale", noise: "noise", blur: "blur, px", contrast: "contrast", thickness: "thickness, px", occlusion: "occlusion, px", fgsm: "FGSM attack", pgd: "PGD attack" },
  /** @type {(n: number) => string} */
  robustnessNote: (n) => `Accuracy, 0 to 100%, on ${count(n)} validation digits, each changed more and more.`,
  computing: "Computing.",
  noCurves: "The curves appear when it trains.",
  choose: "Choose a digit to step backward through it.",
  chooseRow: "Choose a row to step backward through it.",
  gallery: "Or choose a digit it was not trained on",
  galleryOfRows: "A row that it was not trained on",
  itSaid: "it said",
  itWas: "it was",
  /** @type {(error: string) => string} */
  startAgain: (error) => `${error[0].toUpperCase()}${error.slice(1).replace(/\.$/, "")}. Start glassnet play again.`,
  full: "Too many pages are open. Close one, and this one comes in.",
  noAnswer: "The server does not answer.",
  more: "More",
  ownTable: "Use your own table",
  own: {
    title: "Your own data",
    reading: "Reading it.",
    doubts: "Uncertain",
    notSo: "Read it differently",
    again: "Read it again",
    yes: "yes",
    no: "no",
    byComma: "columns, by comma",
    /** @type {{ [subject: string]: (value: any) => string }} */
    settle: {
      target: (name) => `Predict ${name}`,
      task: (task) => (task === "regression" ? "It is a quantity" : "They are classes"),
      header: (named) => (named ? "Line 1 has the names" : "There is no header"),
      delimiter: (name) => `Separated by ${name}`,
      decimal: (mark) => `Decimal ${mark === "," ? "commas" : "points"}`,
      encoding: (name) => `It is ${name}`,
      leave_out: (names) => `Leave out ${names.join(", ")}`,
      keep: (names) => `Keep ${names.join(", ")}`,
      categories: (names) => `Names of kinds: ${names.join(", ")}`,
      dates: (order) => (order === "month-first" ? "The month comes first" : "The day comes first"),
      read_as: (what) => (what === "images" ? "They are pictures" : "They are measures"),
    },
  },
  /** @type {(value: number) => string} */
  rate: (value) => `learning rate ${value}`,
  noWidths: "none",
  close: "Close",
  keep: "Save",
  keepRun: "Save as a run",
  keepNote: "A run is a directory under runs with the settings, curves, weights and fine-tuning examples; training can go on from it.",
  /** @type {{ [name: string]: string }} */
  files: { "model.safetensors": "for glassnet and PyTorch", "model.onnx": "for ONNX Runtime and others", "digits.html": "a page in one file: draw and look, without a server" },
  share: "Share this view",
  link: "Command",
  copy: "Copy",
  say: "Text shown with it",
  hide: "Hide",
  /** @type {{ [name: string]: string }} */
  hideable: { look: "look", train: "train", mistakes: "mistakes", gallery: "gallery", knobs: "knobs", keep: "keep" },
  shareNote: "This command opens the same view wherever glassnet is installed. It holds the drawing, the view and the settings, and nothing else of this computer.",
  keys: "Keys",
  keysOn: " Keys are on",
  keysNote: "On the pad, arrows move a cursor, and Space sets the pen down and lifts it.",
  copied: "Copied.",
  diagnosis: "Diagnosis",
  /** @type {{ [name: string]: string }} */
  curves: { loss: "Loss", accuracy: "Accuracy", rmse: "Error (rms)", training: "training", validation: "validation", epoch: "epoch", trainingLoss: "training loss", validationLoss: "validation loss", error: "error" },
};

/** @type {(before: Measured, after: Measured) => string} */
function shares(before, after) {
  if (!before || !after) return "cannot be told: there are no validation examples";
  const [from, to] = [100 * before.accuracy, 100 * after.accuracy];
  const change = to - from;
  const way = Math.abs(change) < 0.005 ? "unchanged" : `${change > 0 ? "+" : "−"}${Math.abs(change).toFixed(2)} points`;
  return `${from.toFixed(2)}% → ${to.toFixed(2)}% (${way})`;
}

export const KEYS = [
  ["0 – 9", "an example of that digit"],
  ["← →", "step back, step forward"],
  ["Space", "play the steps"],
  ["B", "go to the error, the first step backward"],
  ["C", "clear the pad"],
  ["U", "undo a stroke"],
  ["T", "train, pause"],
  ["L", "what the squares show"],
  ["X", "switch the chosen neuron off or on"],
  ["S", "share this view"],
  ["?", "this help"],
  ["Esc", "close"],
];
