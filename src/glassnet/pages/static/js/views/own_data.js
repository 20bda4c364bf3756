// One's own data: sent, and how it was read, with what settles it where that is in doubt, or wrong.

import { words } from "#text/language.js";
import { make, seek } from "#views/elements.js";
import { ask } from "#views/server.js";
import { SERVED } from "#views/settings.js";

/** @typedef {{ [subject: string]: any }} Choices how it is to be read, where that was said */
/** @typedef {{ subject: string, taken: any, words: string, doubt: string, settles: Choices | null }} Decision */
/**
 * @typedef {object} Entry what may be learned from
 * @property {string} id
 * @property {string} name
 * @property {boolean} [comes] with glassnet
 * @property {string} [task]
 * @property {Decision[]} decisions
 * @property {string[]} columns
 */
/** @typedef {{ message: string, settles?: Choices[] }} Fault why it could not be read, with what would settle that */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */


const { own } = words.play;
/** @type {{ [subject: string]: (value: any) => string }} */
const settling = own.settle;
const TABLES = /\.(csv|tsv)$/i;
const ALWAYS = ["target", "task", "header", "delimiter", "decimal", "leave_out"]; // asked of a table that was refused

export class OwnData {
  // took: told of what was read, and of the id that it stands for now, if any.
  /** @param {(entry: Entry, instead: string) => void} took */
  constructor(took) {
    this.took = took;
    this.entry = /** @type {Entry | undefined} */ (undefined);
    this.choices = /** @type {Map<string, Choices>} */ (new Map());
    this.files = /** @type {Map<string, File>} */ (new Map());
    this.file = make("input", { type: "file", accept: ".csv,.tsv,.npz" });
    this.file.addEventListener("change", () => this.bring(this.file.files?.[0]).then(() => (this.file.value = "")));
    this.upload = make("label", { className: "button" }, words.play.ownTable, this.file);
    this.panel = make("section", { id: "own-data", ariaLabel: own.title, ariaLive: "polite", hidden: true });
  }

  // entry: as the server tells it; none of those that come with glassnet.
  /** @param {Entry | undefined} entry */
  async show(entry) {
    if (entry === this.entry) return;
    this.entry = entry;
    this.panel.hidden = !entry || Boolean(entry.comes);
    if (!entry || entry.comes) return;
    this.fill(entry);
    if (!entry.decisions.length) await this.read(entry.id, {}); // a run's, which nobody has asked for yet
  }

  /** @param {Entry} entry @param {Fault | null} fault */
  fill({ id, name, decisions, columns }, fault = null) {
    const chosen = this.choices.get(id) ?? {};
    const said = decisions.map((one) => one.words).filter(Boolean).join(" · ");
    const doubts = decisions.filter(({ doubt }) => doubt).map((one) => this.doubt(one, id, chosen));
    if (fault?.settles?.length) doubts.push(make("li", {}, ...fault.settles.map((choice) => this.settling(choice, id, chosen))));
    /** @type {HTMLElement[]} */
    const parts = [make("h2", {}, name)];
    const told = fault ? [make("p", { className: "fault", role: "alert" }, sentence(fault.message))] : [make("p", {}, said || own.reading)];
    parts.push(...told);
    if (doubts.length) parts.push(make("ul", { ariaLabel: own.doubts }, ...doubts));
    if (decisions.length || fault) parts.push(this.otherwise(id, name, decisions, columns, chosen, Boolean(fault)));
    const within = this.panel.contains(document.activeElement);
    this.panel.replaceChildren(...parts);
    if (within) seek("#own-data summary")?.focus(); // the button that was pressed is gone
  }

  /** @param {Decision} decision @param {string} id @param {Choices} chosen */
  doubt({ doubt, settles }, id, chosen) {
    return make("li", {}, `${sentence(doubt)}. `, settles ? this.settling(settles, id, chosen) : "");
  }

  /** @param {Choices} choice @param {string} id @param {Choices} chosen */
  settling(choice, id, chosen) {
    const [[subject, value]] = Object.entries(choice);
    return make("button", { type: "button", onclick: () => this.read(id, together(chosen, choice)) }, settling[subject](value));
  }

  // What may be said otherwise: of each thing that was decided.
  /** @param {string} id @param {string} name @param {Decision[]} decisions @param {string[]} columns @param {Choices} chosen @param {boolean} open */
  otherwise(id, name, decisions, columns, chosen, open) {
    const taken = Object.fromEntries(decisions.map((one) => [one.subject, one.taken]));
    const subjects = SERVED.reading.map((one) => one.name).filter((subject) => (decisions.length ? subject in taken || subject in chosen : ALWAYS.includes(subject) && TABLES.test(name)));
    if (decisions.length && columns.length && !subjects.includes("leave_out")) subjects.push("leave_out");
    const fields = subjects.map((subject) => /** @type {const} */ ([subject, this.field(subject, chosen[subject], columns, taken.target)]));
    const again = make("button", { type: "button" }, own.again);
    again.onclick = () => this.read(id, this.said(fields, taken.target, chosen));
    const rows = fields.map(([subject, field]) => make("div", { className: "knob", title: reading(subject).help }, make("label", { htmlFor: field.id }, reading(subject).label), field));
    return make("details", { open }, make("summary", {}, own.notSo), ...rows, again);
  }

  /** @param {string} subject @param {any} chosen @param {string[]} columns @param {string} target @returns {Control} */
  field(subject, chosen, columns, target) {
    const { kind, choices, shown } = reading(subject);
    const id = `own-${subject}`;
    const value = chosen === undefined ? "" : kind === "list" ? chosen.join(", ") : String(chosen);
    if (subject === "target" && columns.length) return make("select", { id }, ...columns.map((name) => make("option", { value: name, selected: name === target }, name)));
    if (kind === "list" || kind === "text") return make("input", { id, type: "text", autocomplete: "off", maxLength: 500, value, placeholder: kind === "list" ? own.byComma : shown });
    const named = kind === "flag" ? [["true", own.yes], ["false", own.no]] : (choices ?? []).map((name) => [name, name]);
    return make("select", { id }, ...[["", shown], ...named].map(([key, text]) => make("option", { value: key, selected: key === value }, text)));
  }

  /** @param {(readonly [string, Control])[]} fields @param {string} target @param {Choices} chosen @returns {Choices} */
  said(fields, target, chosen) {
    /** @type {Choices} */
    const found = {};
    for (const [subject, { value }] of fields) {
      const text = value.trim();
      if (text === "" || (subject === "target" && text === target && chosen.target === undefined)) continue;
      const { kind } = reading(subject);
      found[subject] = kind === "list" ? text.split(",").map((name) => name.trim()).filter(Boolean) : kind === "flag" ? text === "true" : text;
    }
    return found;
  }

  // A file goes to the server, which offers it by an id.
  /** @param {File | undefined} file @param {Choices} choices */
  async bring(file, choices = {}) {
    if (!file) return;
    await this.post({ name: file.name, choices }, file, "", () => this.refused(file, choices));
  }

  /** @param {string} id @param {Choices} choices */
  async read(id, choices) {
    const file = this.files.get(id); // one that was refused
    if (file) return this.bring(file, choices);
    const { entry } = this;
    if (entry) await this.post({ of: id, choices }, "", id, () => entry);
  }

  /** @param {{ choices: Choices, name?: string, of?: string }} asked @param {BodyInit} body @param {string} instead @param {() => Entry} refused */
  async post({ choices, ...wanted }, body, instead, refused) {
    this.panel.ariaBusy = "true";
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
      this.fill(entry, error instanceof Error ? error : { message: String(error) });
    }
    this.panel.ariaBusy = "false";
  }

  // What could not be read is shown all the same, so that what settles it can be said.
  /** @param {File} file @param {Choices} choices @returns {Entry} */
  refused(file, choices) {
    const id = "refused";
    this.files.set(id, file);
    this.choices.set(id, choices);
    return { id, name: file.name, decisions: [], columns: [] };
  }
}

/** @type {(text: string) => string} */
const sentence = (text) => text[0].toUpperCase() + text.slice(1);

/** @type {(subject: string) => import("#views/settings.js").ReadingSetting} */
function reading(subject) {
  const found = SERVED.reading.find(({ name }) => name === subject);
  if (!found) throw new Error(`There is no setting ${subject}.`);
  return found;
}

/** @type {(chosen: Choices, settles: Choices) => Choices} */
function together(chosen, settles) {
  const found = { ...chosen, ...settles };
  for (const { name } of SERVED.reading.filter(({ kind }) => kind === "list")) if (chosen[name] && settles[name]) found[name] = [...new Set([...chosen[name], ...settles[name]])];
  return found;
}
