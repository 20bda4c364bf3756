// The knobs: settings that a person may turn; what each now is, and which of them wait for a new beginning.

import { make } from "glassnet/inspector";
import { SAYS } from "glassnet/play_words";
import { SETTINGS } from "glassnet/settings";

const rateUnder = ({ value, dataset }) => (dataset.exact ? Number(dataset.exact) : Number((10 ** value).toPrecision(2)));

// A setting as a control shows it: of a list of names the first, of widths the text.
const shown = (knob, value) => (Array.isArray(value) ? (knob.kind === "choice" ? value[0] : value.join(",")) : value);

export class Knobs {
  // own: one's own data, with what it shows of it. turned: told of a live knob's new value; waiting: of the others that now differ.
  constructor(form, own, { turned, waiting }) {
    Object.assign(this, { form, own, turned, waiting, inputs: new Map(), now: {}, data: [] });
    const more = make("details", {}, make("summary", {}, SAYS.more));
    for (const group of new Set(SETTINGS.filter(({ first }) => !first).map((knob) => knob.group)))
      more.append(make("h2", {}, group), ...SETTINGS.filter((knob) => !knob.first && knob.group === group).map((knob) => this.field(knob)));
    form.replaceChildren(...SETTINGS.filter(({ first }) => first).map((knob) => this.field(knob)), make("div", { className: "row" }, own.upload), own.panel, more);
    form.addEventListener("submit", (event) => event.preventDefault());
  }

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

  input({ kind, choices, low, high, step }) {
    if (kind === "choice") return make("select", {}, ...choices.map((value) => make("option", { value }, String(value).replaceAll("_", " "))));
    if (kind === "data") return make("select", {});
    if (kind === "powers") return make("input", { type: "range", min: Math.log10(low), max: Math.log10(high), step: 0.05 });
    if (kind === "flag") return make("input", { type: "checkbox" });
    if (kind === "text") return make("input", { type: "text", autocomplete: "off" });
    if (kind === "widths") return make("input", { type: "text", inputMode: "numeric", pattern: "[0-9 ]*(,[0-9 ]+)*", placeholder: SAYS.noWidths, autocomplete: "off" });
    return make("input", { type: "number", min: low ?? "", max: high ?? "", step });
  }

  sayRate(input) {
    const rate = rateUnder(input);
    input.parentElement.querySelector("output").textContent = rate;
    input.setAttribute("aria-valuetext", SAYS.rate(rate));
  }

  // What may be chosen to learn from.
  offer(data) {
    this.data = data;
    this.inputs.get("dataset").replaceChildren(...data.map(({ id, name }) => make("option", { value: id }, name)));
    this.set("dataset", this.now.dataset ?? data[0].id);
  }

  // The settings of the network on show.
  adopt(now) {
    this.now = Object.fromEntries(SETTINGS.filter(({ name }) => name in now).map((knob) => [knob.name, shown(knob, now[knob.name])]));
    for (const { name } of SETTINGS) if (name in now) this.set(name, this.now[name]);
    this.compare();
  }

  // Whether what is chosen takes it: an optimizer has settings that others lack.
  takes({ chooser, takers }) {
    return !chooser || takers.includes(this.inputs.get(chooser).value);
  }

  // A live knob has been turned, here or on another page.
  note(now) {
    for (const knob of SETTINGS.filter((one) => one.live)) {
      const [chosen, { name }] = [this.differs(knob), knob];
      this.now[name] = shown(knob, now[name]);
      if (!chosen && name in now && document.activeElement !== this.inputs.get(name)) this.set(name, now[name]);
    }
    this.compare();
  }

  set(name, value) {
    const [input, knob] = [this.inputs.get(name), SETTINGS.find((one) => one.name === name)];
    if (knob.kind === "flag") return void (input.checked = value);
    if (knob.kind === "powers") {
      input.value = Math.log10(value);
      input.dataset.exact = value;
      return this.sayRate(input);
    }
    const known = input.tagName !== "SELECT" || [...input.options].some((option) => option.value === String(value));
    if (!known) input.append(make("option", { value }, String(value)));
    input.value = value;
  }

  value({ name, kind }) {
    const { value, checked } = this.inputs.get(name);
    if (kind === "powers") return rateUnder(this.inputs.get(name));
    if (kind === "flag") return checked;
    return kind === "number" ? Number(value) : value;
  }

  turn(knob) {
    const input = this.inputs.get(knob.name);
    if (!input.reportValidity() || (knob.kind === "number" && input.value === "")) return;
    const further = this.suitChosen(knob.name);
    if (knob.live && this.differs(knob) && !this.otherwise) this.turned({ [knob.name]: this.value(knob), ...further });
    if (knob.name === "dataset") this.suit();
    this.compare();
  }

  // Another task has another loss, and another optimizer.
  suit() {
    const task = this.data.find(({ id }) => id === this.inputs.get("dataset").value)?.task;
    if (!task) return;
    for (const knob of SETTINGS.filter(({ kind, chooser, suits }) => kind === "choice" && !chooser && Object.keys(suits).length)) {
      this.set(knob.name, knob.suits[task] ?? knob.standard);
      this.suitChosen(knob.name);
    }
  }

  // What is chosen has settings of its own: each becomes what suits it.
  suitChosen(chooser) {
    const chosen = this.inputs.get(chooser).value;
    const taken = SETTINGS.filter((knob) => knob.chooser === chooser && this.takes(knob));
    for (const knob of taken) this.set(knob.name, shown(knob, knob.suits[chosen]));
    return Object.fromEntries(taken.map(({ name, suits }) => [name, suits[chosen]]));
  }

  differs(knob) {
    if (!this.takes(knob)) return false;
    const [now, value] = [this.now[knob.name], this.value(knob)];
    return knob.kind === "powers" ? Math.abs(Math.log10(now / value)) > 0.02 : String(now).replaceAll(" ", "") !== String(value).replaceAll(" ", "");
  }

  compare() {
    const waits = SETTINGS.filter((knob) => this.differs(knob) && (!knob.live || this.otherwise));
    for (const knob of SETTINGS) {
      const field = this.inputs.get(knob.name).parentElement;
      field.classList.toggle("waits", waits.includes(knob));
      field.hidden = !this.takes(knob);
      this.inputs.get(knob.name).disabled = field.hidden; // so that what nobody sees is not held against the form
    }
    this.own.show(this.data.find(({ id }) => id === this.inputs.get("dataset").value));
    this.waiting(waits.map(({ label }) => label.toLowerCase()));
  }

  get otherwise() {
    return SETTINGS.some((knob) => !knob.live && this.differs(knob));
  }

  // All of it, for a new beginning.
  get chosen() {
    const values = Object.fromEntries(SETTINGS.filter((knob) => this.takes(knob)).map((knob) => [knob.name, this.value(knob)]));
    const hidden = String(values.hidden).split(",").map(Number).filter((width) => width > 0);
    if (!this.data.find(({ id }) => id === values.dataset)?.comes) delete values.train_size; // one's own has its own
    return { ...values, hidden };
  }

  get valid() {
    const folded = this.form.querySelector("details:has(:invalid)");
    if (folded) folded.open = true; // else nobody sees what is meant
    return this.form.reportValidity();
  }

  // In a link: those that differ from the network on show.
  get changed() {
    return Object.fromEntries(SETTINGS.filter((knob) => this.differs(knob)).map((knob) => [knob.name, this.value(knob)]));
  }

  // From a link: what is no value of a knob is left out.
  choose(values) {
    // First what chooses who takes the others.
    const given = SETTINGS.filter(({ name, kind }) => values[name] !== undefined && kind !== "data");
    for (const knob of [...given.filter(({ chooser }) => !chooser), ...given.filter(({ chooser }) => chooser)]) {
      const [input, before] = [this.inputs.get(knob.name), this.inputs.get(knob.name).value];
      const value = values[knob.name];
      if (knob.kind === "powers") {
        const rate = Math.max(knob.low, Math.min(knob.high, Number(value)));
        if (rate) this.set(knob.name, rate);
        continue;
      }
      if (knob.kind === "flag") {
        input.checked = value === "true";
        continue;
      }
      if (input.tagName === "SELECT" && ![...input.options].some((option) => option.value === value)) continue;
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
