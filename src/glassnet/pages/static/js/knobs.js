// The knobs: settings that a person may turn; what each now is, and which of them wait for a new beginning.

import { make } from "glassnet/inspector";
import { KNOBS, MORE, SAYS } from "glassnet/play_words";

const ALL = [...KNOBS, ...MORE];
const RULES = {
  sgd: { learning_rate: 0.1, momentum: 0.9, weight_decay: 0 },
  rmsprop: { learning_rate: 0.001, momentum: 0, weight_decay: 0 },
  adam: { learning_rate: 0.003, momentum: 0, weight_decay: 0 },
  adamw: { learning_rate: 0.003, momentum: 0, weight_decay: 0.01 },
};
const rateUnder = ({ value, dataset }) => (dataset.exact ? Number(dataset.exact) : Number((10 ** value).toPrecision(2)));

export class Knobs {
  // turned: told of a live knob's new value; waiting: of the others that now differ.
  constructor(form, { turned, waiting }) {
    Object.assign(this, { form, turned, waiting, inputs: new Map(), now: {}, data: [] });
    const file = make("input", { type: "file", accept: ".csv,.tsv,.npz" });
    this.file = file;
    const more = make("details", {}, make("summary", {}, SAYS.more), ...MORE.map((knob) => this.field(knob)));
    this.column = make("input", { type: "text", id: "knob-column", placeholder: SAYS.usualColumns, autocomplete: "off", maxLength: 100 });
    more.append(make("div", { className: "knob" }, make("label", { htmlFor: "knob-column" }, SAYS.column), this.column));
    more.append(make("label", { className: "button" }, SAYS.ownTable, file), make("p", { className: "note", id: "own-data", role: "status" }));
    form.replaceChildren(...KNOBS.map((knob) => this.field(knob)), more);
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  field(knob) {
    const input = this.input(knob);
    input.id = `knob-${knob.name}`;
    input.addEventListener("change", () => this.turn(knob));
    this.inputs.set(knob.name, input);
    const shown = knob.kind === "powers" ? make("output", { htmlFor: input.id }) : "";
    if (shown) input.addEventListener("input", () => {
      delete input.dataset.exact; // it was between two places of the slider
      this.sayRate(input);
    });
    return make("div", { className: "knob" }, make("label", { htmlFor: input.id }, knob.label), shown, input);
  }

  input({ kind, values, low, high, step, hint }) {
    if (kind === "choice") return make("select", {}, ...values.map((value) => make("option", { value }, String(value).replaceAll("_", " "))));
    if (kind === "data") return make("select", {});
    if (kind === "powers") return make("input", { type: "range", min: low, max: high, step: 0.05 });
    if (kind === "widths") return make("input", { type: "text", inputMode: "numeric", pattern: "[0-9 ]*(,[0-9 ]+)*", title: hint, placeholder: SAYS.noWidths, autocomplete: "off" });
    return make("input", { type: "number", min: low, max: high, step });
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
    this.now = { ...now, activation: now.activation[0], hidden: now.hidden.join(",") };
    for (const { name } of ALL) this.set(name, this.now[name]);
    this.compare();
  }

  // A live knob has been turned, here or on another page.
  note(now) {
    for (const { name } of ALL.filter((knob) => knob.live)) {
      const chosen = this.differs(ALL.find((knob) => knob.name === name));
      this.now[name] = now[name];
      if (!chosen && document.activeElement !== this.inputs.get(name)) this.set(name, now[name]);
    }
    this.compare();
  }

  set(name, value) {
    const [input, knob] = [this.inputs.get(name), ALL.find((one) => one.name === name)];
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
    const { value } = this.inputs.get(name);
    if (kind === "powers") return rateUnder(this.inputs.get(name));
    if (kind === "choice") return typeof this.now[name] === "number" ? Number(value) : value;
    return kind === "number" ? Number(value) : value;
  }

  turn(knob) {
    const input = this.inputs.get(knob.name);
    if (!input.reportValidity() || (knob.kind === "number" && input.value === "")) return;
    const further = knob.name === "optimizer" ? this.suitRule(input.value) : {};
    if (knob.live && this.differs(knob) && !this.otherwise) this.turned({ [knob.name]: this.value(knob), ...further });
    if (knob.name === "dataset") this.suit();
    this.compare();
  }

  // Another task has another loss and another optimizer's rate.
  suit() {
    const task = this.data.find(({ id }) => id === this.inputs.get("dataset").value)?.task;
    if (!task) return;
    const classes = task === "classification";
    this.set("loss", classes ? "cross_entropy" : "mse");
    this.set("optimizer", classes ? "sgd" : "adam");
    this.suitRule(classes ? "sgd" : "adam");
  }

  // Each update rule has its own range of rates.
  suitRule(rule) {
    const suited = RULES[rule];
    for (const [name, value] of Object.entries(suited)) this.set(name, value);
    return suited;
  }

  differs(knob) {
    const [now, value] = [this.now[knob.name], this.value(knob)];
    return knob.kind === "powers" ? Math.abs(Math.log10(now / value)) > 0.02 : String(now).replaceAll(" ", "") !== String(value).replaceAll(" ", "");
  }

  compare() {
    const waits = ALL.filter((knob) => this.differs(knob) && (!knob.live || this.otherwise));
    for (const { name } of ALL) this.inputs.get(name).parentElement.classList.toggle("waits", waits.some((knob) => knob.name === name));
    this.waiting(waits.map(({ label }) => label.toLowerCase()));
  }

  get otherwise() {
    return ALL.some((knob) => !knob.live && this.differs(knob));
  }

  // All of it, for a new beginning.
  get chosen() {
    const values = Object.fromEntries(ALL.map((knob) => [knob.name, this.value(knob)]));
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
    return Object.fromEntries(ALL.filter((knob) => this.differs(knob)).map((knob) => [knob.name, this.value(knob)]));
  }

  // From a link: what is no value of a knob is left out.
  choose(values) {
    for (const knob of ALL.filter(({ name, kind }) => values[name] !== undefined && kind !== "data")) {
      const [input, before] = [this.inputs.get(knob.name), this.inputs.get(knob.name).value];
      const value = values[knob.name];
      if (knob.kind === "powers") {
        const rate = Math.max(10 ** knob.low, Math.min(10 ** knob.high, Number(value)));
        if (rate) this.set(knob.name, rate);
        continue;
      }
      if (input.tagName === "SELECT" && ![...input.options].some((option) => option.value === value)) continue;
      input.value = value;
      if (!input.checkValidity() || (input.value === "" && knob.kind !== "widths")) input.value = before;
    }
    const data = this.data.find(({ id }) => id === values.dataset);
    if (data) this.set("dataset", data.id);
    const turned = ALL.filter((knob) => knob.live && this.differs(knob)).map((knob) => [knob.name, this.value(knob)]);
    if (turned.length && !this.otherwise) this.turned(Object.fromEntries(turned));
    this.compare();
  }
}
