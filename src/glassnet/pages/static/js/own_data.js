// One's own data: sent, and how it was read, with what settles it where that is in doubt, or wrong.

import { ask } from "glassnet/connection";
import { make } from "glassnet/inspector";
import { SAYS } from "glassnet/play_words";

const { own } = SAYS;
const TABLES = /\.(csv|tsv)$/i;
const LISTS = ["leave_out", "keep"];
const ALWAYS = ["target", "task", "header", "delimiter", "decimal", "leave_out"]; // asked of a table that was refused

export class OwnData {
  // took: told of what was read, and of the id that it stands for now, if any.
  constructor(took) {
    Object.assign(this, { took, choices: new Map(), files: new Map() });
    this.file = make("input", { type: "file", accept: ".csv,.tsv,.npz" });
    this.file.addEventListener("change", () => this.bring(this.file.files[0]).then(() => (this.file.value = "")));
    this.upload = make("label", { className: "button" }, SAYS.ownTable, this.file);
    this.panel = make("section", { id: "own-data", ariaLabel: own.title, ariaLive: "polite", hidden: true });
  }

  // entry: as the server tells it; none of those that come with glassnet.
  async show(entry) {
    if (entry === this.entry) return;
    this.entry = entry;
    this.panel.hidden = !entry || entry.comes;
    if (this.panel.hidden) return;
    this.fill(entry);
    if (!entry.decisions.length) await this.read(entry.id, {}); // a run's, which nobody has asked for yet
  }

  // fault: why it could not be read, with what would settle that.
  fill({ id, name, decisions, columns }, fault = null) {
    const chosen = this.choices.get(id) ?? {};
    const words = decisions.map((one) => one.words).filter(Boolean).join(" · ");
    const doubts = decisions.filter(({ doubt }) => doubt).map((one) => this.doubt(one, id, chosen));
    if (fault?.settles?.length) doubts.push(make("li", {}, ...fault.settles.map((choice) => this.settling(choice, id, chosen))));
    const told = fault ? [make("p", { className: "fault", role: "alert" }, sentence(fault.message))] : [make("p", {}, words || own.reading)];
    const parts = [make("h2", {}, name), ...told];
    if (doubts.length) parts.push(make("ul", { ariaLabel: own.doubts }, ...doubts));
    if (decisions.length || fault) parts.push(this.otherwise(id, name, decisions, columns, chosen, Boolean(fault)));
    const within = this.panel.contains(document.activeElement);
    this.panel.replaceChildren(...parts);
    if (within) this.panel.querySelector("summary")?.focus(); // the button that was pressed is gone
  }

  doubt({ doubt, settles }, id, chosen) {
    return make("li", {}, `${sentence(doubt)}. `, settles ? this.settling(settles, id, chosen) : "");
  }

  settling(choice, id, chosen) {
    const [[subject, value]] = Object.entries(choice);
    return make("button", { type: "button", onclick: () => this.read(id, together(chosen, choice)) }, own.settle[subject](value));
  }

  // What may be said otherwise: of each thing that was decided.
  otherwise(id, name, decisions, columns, chosen, open) {
    const taken = Object.fromEntries(decisions.map((one) => [one.subject, one.taken]));
    const subjects = Object.keys(own.fields).filter((subject) => (decisions.length ? subject in taken || subject in chosen : ALWAYS.includes(subject) && TABLES.test(name)));
    if (decisions.length && columns.length && !subjects.includes("leave_out")) subjects.push("leave_out");
    const fields = subjects.map((subject) => [subject, this.field(subject, chosen[subject], columns, taken.target)]);
    const again = make("button", { type: "button" }, own.again);
    again.onclick = () => this.read(id, this.said(fields, taken.target, chosen));
    const rows = fields.map(([subject, field]) => make("div", { className: "knob" }, make("label", { htmlFor: field.id }, own.fields[subject]), field));
    return make("details", { open }, make("summary", {}, own.notSo), ...rows, again);
  }

  field(subject, chosen, columns, target) {
    const id = `own-${subject}`;
    const value = chosen === undefined ? "" : LISTS.includes(subject) ? chosen.join(", ") : String(chosen);
    if (subject === "target" && columns.length) return make("select", { id }, ...columns.map((name) => make("option", { value: name, selected: name === target }, name)));
    if (!own.values[subject]) return make("input", { id, type: "text", autocomplete: "off", maxLength: 500, value, placeholder: own.empty[subject] ?? "" });
    return make("select", { id }, ...Object.entries(own.values[subject]).map(([key, text]) => make("option", { value: key, selected: key === value }, text)));
  }

  said(fields, target, chosen) {
    const found = {};
    for (const [subject, { value }] of fields) {
      const text = value.trim();
      if (text === "" || (subject === "target" && text === target && chosen.target === undefined)) continue;
      found[subject] = LISTS.includes(subject) ? text.split(",").map((name) => name.trim()).filter(Boolean) : subject === "header" ? text === "true" : text;
    }
    return found;
  }

  // A file goes to the server, which offers it by an id.
  async bring(file, choices = {}) {
    if (!file) return;
    await this.post({ name: file.name, choices }, file, "", () => this.refused(file, choices));
  }

  async read(id, choices) {
    const file = this.files.get(id); // one that was refused
    if (file) return this.bring(file, choices);
    await this.post({ of: id, choices }, "", id, () => ({ ...this.entry, choices }));
  }

  async post({ choices, ...wanted }, body, instead, refused) {
    this.panel.ariaBusy = true;
    try {
      const query = new URLSearchParams({ ...wanted, choices: JSON.stringify(choices) });
      const entry = await (await ask(`data?${query}`, { method: "POST", body })).json();
      this.choices.set(entry.id, choices);
      this.files.clear();
      this.entry = entry;
      this.took(entry, instead);
      this.panel.hidden = false;
      this.fill(entry);
    } catch (error) {
      const entry = refused();
      this.choices.set(entry.id, choices);
      this.panel.hidden = false;
      this.fill(entry, error);
    }
    this.panel.ariaBusy = false;
  }

  // What could not be read is shown all the same, so that what settles it can be said.
  refused(file, choices) {
    const id = "refused";
    this.files.set(id, file);
    this.choices.set(id, choices);
    return { id, name: file.name, decisions: [], columns: [] };
  }
}

const sentence = (text) => text[0].toUpperCase() + text.slice(1);

function together(chosen, settles) {
  const found = { ...chosen, ...settles };
  for (const name of LISTS) if (chosen[name] && settles[name]) found[name] = [...new Set([...chosen[name], ...settles[name]])];
  return found;
}
