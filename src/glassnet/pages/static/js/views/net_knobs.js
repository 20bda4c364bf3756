// The settings of the next net: four knobs in sight, each a text and a slider, and the rest under "More".

import { amount, words } from "#text/language.js";
import { make } from "#views/elements.js";
import { readNumber, readWidths, STOPS, stopOf } from "#views/knob_values.js";

/** @import { Settings } from "#engine/training.js" */
/** @import { Reading } from "#views/knob_values.js" */
/** @typedef {keyof Settings} Name */
/** @typedef {(settings: Partial<Settings>) => void} Turned */
/** @typedef {{ element: HTMLElement, show: (settings: Settings) => void }} Control */

const RATE = { low: 1e-6, high: 1000, whole: false }; // the slider's ends are 0.001 and 10; beyond them one may type
const ACTIVATIONS = ["relu", "tanh", "sigmoid", "identity"];
const USUAL_RATES = { sgd: 0.2, momentum: 0.03, adam: 0.002 }; // of each optimizer
const EPOCHS = { low: 1, high: 1000, whole: true };
const SEEDS = { low: 0, high: 4_294_967_295, whole: true };
const PENALTIES = [0, 0.0001, 0.001, 0.01, 0.1];

export class NetKnobs {
  // turned: told of each setting that a person changes.
  /** @param {{ examples: number, noun: string, picture: boolean, turned: Turned }} about */
  constructor({ examples, noun, picture, turned }) {
    const whole = { low: 1, high: examples, whole: true };
    const stops = [...STOPS.examples.filter((stop) => stop < examples), examples];
    this.controls = [
      knob("hidden", STOPS.hidden, readWidths, turned),
      knob("rate", STOPS.rate, (text) => readNumber(text, RATE), turned),
      knob("batch", STOPS.batch, (text) => readNumber(text, { ...whole, high: Math.min(examples, 4096) }), turned),
      knob("examples", stops, (text) => readNumber(text, whole), turned),
    ];
    this.controls[3].element.querySelector("label")?.append(` (${noun})`);
    const more = [
      choice("activation", ACTIVATIONS, turned),
      choice("optimizer", Object.keys(USUAL_RATES), (settings) => turned({ ...settings, rate: USUAL_RATES[settings.optimizer ?? "sgd"] })),
      choice("schedule", ["constant", "linear"], turned),
      ...(picture ? [choice("shift", [0, 1], turned)] : []),
      choice("initial", ["he", "equal"], turned),
      choice("penalty", PENALTIES, turned),
      field("epochs", (text) => readNumber(text, EPOCHS), turned),
      field("seed", (text) => readNumber(text, SEEDS), turned),
    ];
    const panel = make("div", { className: "more-knobs" }, ...more.map(({ element }) => element));
    this.more = make("details", { className: "more" }, make("summary", {}, words.learn.more), panel);
    this.more.addEventListener("keydown", (event) => this.fold(event));
    addEventListener("pointerdown", ({ target }) => target instanceof Node && !this.more.contains(target) && this.more.removeAttribute("open"));
    this.element = make("div", { className: "knobs" }, ...this.controls.map(({ element }) => element), this.more);
    this.controls.push(...more);
  }

  /** @param {Settings} settings */
  show(settings) {
    for (const control of this.controls) control.show(settings);
  }

  /** @param {KeyboardEvent} event */
  fold(event) {
    if (event.key !== "Escape" || !this.more.open) return;
    event.preventDefault();
    this.more.open = false;
    this.more.querySelector("summary")?.focus();
  }
}

let made = 0;

// A text that says in words what it cannot mean; what it held before stays.
/** @type {(name: Name, read: (text: string) => Reading, turned: Turned) => Control & { input: HTMLInputElement, label: HTMLElement, fault: HTMLElement }} */
function field(name, read, turned) {
  const id = `knob-${(made += 1)}`;
  const input = make("input", { type: "text", id, autocomplete: "off", spellcheck: false });
  const fault = make("p", { className: "fault", id: `${id}-fault`, role: "alert" });
  input.setAttribute("aria-describedby", fault.id);
  const label = make("label", { htmlFor: id }, words.learn.knobs[/** @type {keyof typeof words.learn.knobs} */ (name)]);
  input.addEventListener("change", () => {
    const reading = read(input.value);
    const means = "trouble" in reading ? words.learn.limits[reading.trouble](amount(reading.low), amount(reading.high)) : "";
    fault.textContent = means;
    input.setAttribute("aria-invalid", String(Boolean(means)));
    if ("value" in reading) turned({ [name]: reading.value });
  });
  const show = (/** @type {Settings} */ settings) => {
    input.value = input.defaultValue = valueInWords(name, settings[name]);
    fault.textContent = "";
    input.removeAttribute("aria-invalid");
  };
  return { element: make("div", { className: "knob" }, label, input, fault), show, input, label, fault };
}

/** @type {(name: Name, stops: any[], read: (text: string) => Reading, turned: Turned) => Control} */
export function knob(name, stops, read, turned) {
  const { element, input, label, show } = field(name, read, turned);
  const slider = make("input", { type: "range", min: 0, max: stops.length - 1, step: 1, ariaLabel: words.learn.slider(label.textContent ?? "") });
  const say = () => slider.setAttribute("aria-valuetext", input.value);
  slider.addEventListener("input", () => {
    input.value = input.defaultValue = valueInWords(name, stops[Number(slider.value)]);
    say();
  });
  slider.addEventListener("change", () => turned({ [name]: stops[Number(slider.value)] }));
  input.after(slider);
  return {
    element,
    show(settings) {
      show(settings);
      slider.value = String(stopOf(stops, /** @type {any} */ (settings[name])));
      say();
    },
  };
}

/** @type {(name: Name, values: (string | number)[], turned: Turned) => Control} */
export function choice(name, values, turned) {
  const id = `knob-${(made += 1)}`;
  const select = make("select", { id }, ...values.map((value, place) => make("option", { value: place }, valueInWords(name, value))));
  select.addEventListener("change", () => turned({ [name]: values[Number(select.value)] }));
  const label = make("label", { htmlFor: id }, words.learn.knobs[/** @type {keyof typeof words.learn.knobs} */ (name)]);
  return {
    element: make("div", { className: "knob" }, label, select),
    show: (settings) => (select.value = String(values.indexOf(/** @type {any} */ (settings[name])))),
  };
}

// A setting's value as a reader sees it.
/** @type {(name: Name, value: any) => string} */
export function valueInWords(name, value) {
  const { values } = words.learn;
  if (name === "hidden") return value.length ? value.join(", ") : values.noHidden;
  if (name === "activation" || name === "optimizer" || name === "schedule" || name === "initial") return values[name][/** @type {never} */ (value)] ?? value;
  if (name === "shift") return values.shift[/** @type {0 | 1} */ (value)];
  return name === "seed" || name === "epochs" ? String(value) : amount(value);
}
