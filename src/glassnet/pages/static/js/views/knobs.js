// The knobs: settings that a person may turn; what each now is, and which of them wait for a new beginning.

import { SAYS } from "#text/live_words.js";
import { find, make } from "#views/elements.js";
import { SETTINGS } from "#views/settings.js";

/** @import { Entry, OwnData } from "#views/own_data.js" */
/** @import { Setting } from "#views/settings.js" */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */
/** @typedef {{ [name: string]: any }} Values */

/** @type {(input: Control) => number} */
const rateUnder = ({ value, dataset }) => (dataset.exact ? Number(dataset.exact) : Number((10 ** Number(value)).toPrecision(2)));

// A setting as a control shows it: of a list of names the first, of widths the text.
/** @type {(knob: Setting, value: any) => any} */
const shown = (knob, value) => (Array.isArray(value) ? (knob.kind === "choice" ? value[0] : value.join(",")) : value);

export class Knobs {
  // own: one's own data, with what it shows of it. turned: told of a live knob's new value; waiting: of the others that now differ.
  /** @param {HTMLFormElement} form @param {OwnData} own @param {{ turned: (values: Values) => void, waiting: (labels: string[]) => void }} told */
  constructor(form, own, { turned, waiting }) {
    this.form = form;
    this.own = own;
    this.turned = turned;
    this.waiting = waiting;
    this.inputs = /** @type {Map<string, Control>} */ (new Map());
    this.now = /** @type {Values} */ ({}); // of the network on show
    this.data = /** @type {Entry[]} */ ([]);
    const more = make("details", {}, make("summary", {}, SAYS.more));
    for (const group of new Set(SETTINGS.filter(({ first }) => !first).map((knob) => knob.group)))
      more.append(make("h2", {}, group), ...SETTINGS.filter((knob) => !knob.first && knob.group === group).map((knob) => this.field(knob)));
    form.replaceChildren(...SETTINGS.filter(({ first }) => first).map((knob) => this.field(knob)), make("div", { className: "row" }, own.upload), own.panel, more);
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @param {string} name */
  at(name) {
    const input = this.inputs.get(name);
    if (!input) throw new Error(`There is no setting ${name}.`);
    return input;
  }

  /** @param {Setting} knob */
  field(knob) {
    const input = this.input(knob);
    input.id = `knob-${knob.name}`;
    input.addEventListener("change", () => this.turn(knob));
    this.inputs.set(knob.name, input);
    const told = knob.kind === "powers" ? make("output", { htmlFor: input.id }) : "";
    if (told) input.addEventListener("input", () => {
      delete input.dataset.exact; // it was between two places of the slider
      this.sayRate(input);
    });
    return make("div", { className: "knob", title: knob.help }, make("label", { htmlFor: input.id }, knob.label), told, input);
  }

  /** @param {Setting} knob @returns {Control} */
  input({ kind, choices, low, high, step }) {
    if (kind === "choice") return make("select", {}, ...(choices ?? []).map((value) => make("option", { value }, String(value).replaceAll("_", " "))));
    if (kind === "data") return make("select", {});
    if (kind === "powers") return make("input", { type: "range", min: Math.log10(low ?? 0), max: Math.log10(high ?? 0), step: 0.05 });
    if (kind === "flag") return make("input", { type: "checkbox" });
    if (kind === "text") return make("input", { type: "text", autocomplete: "off" });
    if (kind === "widths") return make("input", { type: "text", inputMode: "numeric", pattern: "[0-9 ]*(,[0-9 ]+)*", placeholder: SAYS.noWidths, autocomplete: "off" });
    return make("input", { type: "number", min: low ?? "", max: high ?? "", step });
  }

  /** @param {Control} input */
  sayRate(input) {
    const rate = rateUnder(input);
    find(`output[for="${input.id}"]`).textContent = String(rate);
    input.setAttribute("aria-valuetext", SAYS.rate(rate));
  }

  // What may be chosen to learn from.
  /** @param {Entry[]} data */
  offer(data) {
    this.data = data;
    this.at("dataset").replaceChildren(...data.map(({ id, name }) => make("option", { value: id }, name)));
    this.set("dataset", this.now.dataset ?? data[0].id);
  }

  // The settings of the network on show.
  /** @param {Values} now */
  adopt(now) {
    this.now = Object.fromEntries(SETTINGS.filter(({ name }) => name in now).map((knob) => [knob.name, shown(knob, now[knob.name])]));
    for (const { name } of SETTINGS) if (name in now) this.set(name, this.now[name]);
    this.compare();
  }

  // Whether what is chosen takes it: an optimizer has settings that others lack.
  /** @param {Setting} knob */
  takes({ chooser, takers }) {
    return !chooser || takers.includes(this.at(chooser).value);
  }

  // A live knob has been turned, here or on another page.
  /** @param {Values} now */
  note(now) {
    for (const knob of SETTINGS.filter((one) => one.live)) {
      const [chosen, { name }] = [this.differs(knob), knob];
      this.now[name] = shown(knob, now[name]);
      if (!chosen && name in now && document.activeElement !== this.at(name)) this.set(name, now[name]);
    }
    this.compare();
  }

  /** @param {string} name @param {any} value */
  set(name, value) {
    const [input, kind] = [this.at(name), SETTINGS.find((one) => one.name === name)?.kind];
    if (input instanceof HTMLInputElement && kind === "flag") return void (input.checked = value);
    if (kind === "powers") {
      input.value = String(Math.log10(value));
      input.dataset.exact = value;
      return this.sayRate(input);
    }
    if (!offers(input, String(value))) input.append(make("option", { value }, String(value)));
    input.value = value;
  }

  /** @param {Setting} knob */
  value({ name, kind }) {
    const input = this.at(name);
    if (kind === "powers") return rateUnder(input);
    if (input instanceof HTMLInputElement && kind === "flag") return input.checked;
    const { value } = input;
    return kind === "number" ? Number(value) : value;
  }

  /** @param {Setting} knob */
  turn(knob) {
    const input = this.at(knob.name);
    if (!input.reportValidity() || (knob.kind === "number" && input.value === "")) return;
    const further = this.suitChosen(knob.name);
    if (knob.live && this.differs(knob) && !this.otherwise) this.turned({ [knob.name]: this.value(knob), ...further });
    if (knob.name === "dataset") this.suit();
    this.compare();
  }

  // Another task has another loss, and another optimizer.
  suit() {
    const task = this.data.find(({ id }) => id === this.at("dataset").value)?.task;
    if (!task) return;
    for (const knob of SETTINGS.filter(({ kind, chooser, suits }) => kind === "choice" && !chooser && Object.keys(suits).length)) {
      this.set(knob.name, knob.suits[task] ?? knob.standard);
      this.suitChosen(knob.name);
    }
  }

  // What is chosen has settings of its own: each becomes what suits it.
  /** @param {string} chooser @returns {Values} */
  suitChosen(chooser) {
    const chosen = this.at(chooser).value;
    const taken = SETTINGS.filter((knob) => knob.chooser === chooser && this.takes(knob));
    for (const knob of taken) this.set(knob.name, shown(knob, knob.suits[chosen]));
    return Object.fromEntries(taken.map(({ name, suits }) => [name, suits[chosen]]));
  }

  /** @param {Setting} knob */
  differs(knob) {
    if (!this.takes(knob)) return false;
    const [now, value] = [this.now[knob.name], this.value(knob)];
    return knob.kind === "powers" ? Math.abs(Math.log10(now / Number(value))) > 0.02 : String(now).replaceAll(" ", "") !== String(value).replaceAll(" ", "");
  }

  compare() {
    const waits = SETTINGS.filter((knob) => this.differs(knob) && (!knob.live || this.otherwise));
    for (const knob of SETTINGS) {
      const [input, hidden] = [this.at(knob.name), !this.takes(knob)];
      const field = find(`.knob:has(> #${input.id})`);
      field.classList.toggle("waits", waits.includes(knob));
      field.hidden = hidden;
      input.disabled = hidden; // so that what nobody sees is not held against the form
    }
    this.own.show(this.data.find(({ id }) => id === this.at("dataset").value));
    this.waiting(waits.map(({ label }) => label.toLowerCase()));
  }

  get otherwise() {
    return SETTINGS.some((knob) => !knob.live && this.differs(knob));
  }

  // All of it, for a new beginning.
  get chosen() {
    /** @type {Values} */
    const values = Object.fromEntries(SETTINGS.filter((knob) => this.takes(knob)).map((knob) => [knob.name, this.value(knob)]));
    const hidden = String(values.hidden).split(",").map(Number).filter((width) => width > 0);
    if (!this.data.find(({ id }) => id === values.dataset)?.comes) delete values.train_size; // one's own has its own
    return { ...values, hidden };
  }

  get valid() {
    const folded = this.form.querySelector("details:has(:invalid)");
    if (folded instanceof HTMLDetailsElement) folded.open = true; // else nobody sees what is meant
    return this.form.reportValidity();
  }

  // In a link: those that differ from the network on show.
  get changed() {
    return Object.fromEntries(SETTINGS.filter((knob) => this.differs(knob)).map((knob) => [knob.name, this.value(knob)]));
  }

  // From a link: what is no value of a knob is left out.
  /** @param {Values} values */
  choose(values) {
    // First what chooses who takes the others.
    const given = SETTINGS.filter(({ name, kind }) => values[name] !== undefined && kind !== "data");
    for (const knob of [...given.filter(({ chooser }) => !chooser), ...given.filter(({ chooser }) => chooser)]) {
      const input = this.at(knob.name);
      const before = input.value;
      const value = values[knob.name];
      if (knob.kind === "powers") {
        const rate = Math.max(knob.low ?? -Infinity, Math.min(knob.high ?? Infinity, Number(value)));
        if (rate) this.set(knob.name, rate);
        continue;
      }
      if (input instanceof HTMLInputElement && knob.kind === "flag") {
        input.checked = value === "true";
        continue;
      }
      if (!offers(input, value)) continue;
      input.value = value;
      if (!input.checkValidity() || (input.value === "" && knob.kind !== "widths")) input.value = before;
      else if (input.value !== before) this.suitChosen(knob.name);
    }
    const data = this.data.find(({ id }) => id === values.dataset);
    if (data) this.set("dataset", data.id);
    const turned = SETTINGS.filter((knob) => knob.live && this.differs(knob)).map((knob) => [knob.name, this.value(knob)]);
    if (turned.length && !this.otherwise) this.turned(Object.fromEntries(turned));
    this.compare();
  }
}

// Of a choice, whether a value is among them; anything can be typed.
/** @type {(input: Control, value: string) => boolean} */
const offers = (input, value) => !(input instanceof HTMLSelectElement) || [...input.options].some((option) => option.value === value);
