// Training as a person sees it: start, pause, single steps, and what is said of it.

import { SAYS } from "#text/live_words.js";
import { Curves } from "#views/curves.js";
import { find } from "#views/elements.js";
import { Knobs } from "#views/knobs.js";
import { OwnData } from "#views/own_data.js";
import { ask, wordsOf } from "#views/server.js";

/** @import { Entry } from "#views/own_data.js" */
/** @import { Look } from "#views/look.js" */
/** @import { News } from "#views/server.js" */
/** @typedef {{ send(wanted: string, further?: { [name: string]: any }): boolean }} Connection */


export class Training {
  /** @param {Connection} connection @param {Look} look */
  constructor(connection, look) {
    this.connection = connection;
    this.look = look;
    this.state = { status: "", epoch: 0, steps: 0 }; // no status before the first news
    this.waits = /** @type {string[]} */ ([]); // labels of settings that wait for a reset
    this.classes = true; // else it predicts a number
    this.judged = /** @type {News | null} */ (null); // on the validation examples
    this.name = "";
    this.curves = new Curves(find("#curves"));
    this.knobs = new Knobs(find("#knobs", HTMLFormElement), new OwnData((entry, instead) => this.take(entry, instead)), { turned: (knobs) => this.send("change", { knobs }), waiting: (names) => this.wait(names) });
    find("#run").onclick = () => this.toggle();
    for (const name of ["step", "epoch"]) find(`#${name}`).onclick = () => this.send(name);
    find("#reset").onclick = () => this.reset();
    find("#teach").onclick = () => this.teach();
    find("#forget").onclick = () => this.send("forget");
  }

  /** @param {string} wanted @param {{ [name: string]: any }} [further] */
  send(wanted, further) {
    if (!this.connection.send(wanted, further)) document.dispatchEvent(new CustomEvent("complaint", { detail: SAYS.lost }));
  }

  toggle() {
    this.send(this.state.status === "running" ? "pause" : "run");
  }

  reset() {
    if (this.knobs.valid) this.send("reset", { knobs: this.knobs.chosen });
  }

  // One's own table, read as it is now, stands in the place of how it was read before.
  /** @param {Entry} entry @param {string} instead */
  take(entry, instead) {
    const { knobs } = this;
    const others = knobs.data.filter(({ id }) => id !== entry.id && (id !== instead || id === knobs.now.dataset));
    knobs.offer([...others, entry]);
    knobs.set("dataset", entry.id);
    if (entry.id !== instead) knobs.suit();
    knobs.compare();
  }

  /** @param {News} news */
  async adopt(news) {
    this.classes = this.look.stage.classes.length > 0;
    Object.assign(this, { judged: news.judged, name: news.name });
    this.curves.begin(news.history, this.classes);
    this.knobs.adopt(news.knobs);
    this.note(news);
    if (!this.knobs.data.length) await this.offerData();
  }

  async offerData() {
    try {
      this.knobs.offer((await (await ask("data")).json()).data);
    } catch (error) {
      document.dispatchEvent(new CustomEvent("complaint", { detail: wordsOf(error) }));
    }
  }

  /** @param {News} news */
  note(news) {
    const before = this.state.status;
    this.state = { status: news.status, epoch: news.epoch, steps: news.steps };
    find("#forget").hidden = !news.undoable;
    this.knobs.note(news.knobs);
    find("#run").textContent = news.status === "running" ? SAYS.pause : news.steps || before ? (news.steps ? SAYS.goOn : SAYS.start) : SAYS.start;
    for (const name of ["step", "epoch"]) find(`#${name}`, HTMLButtonElement).disabled = news.status === "running";
    this.caption();
  }

  /** @param {News} news */
  complete({ record, findings, ...news }) {
    this.judged = { accuracy: record.validation_accuracy, rmse: record.validation_rmse, loss: record.validation_loss };
    this.curves.add(record, findings);
    this.note(news);
    if (document.body.dataset.view === "train") find("#live").textContent = SAYS.running(record.epoch, this.inWords());
  }

  teach() {
    const { stage } = this.look;
    const bytes = Uint8Array.from(stage.inputs, (value) => Math.round(255 * value));
    find("#taught").textContent = SAYS.teaching;
    this.send("teach", { pixels: btoa(String.fromCharCode(...bytes)), label: stage.wanted });
  }

  /** @param {News} news */
  learned({ before, after, corrections, right, undoable }) {
    this.judged = after;
    find("#taught").textContent = SAYS.taught({ before, after, corrections, right });
    find("#forget").hidden = !undoable;
    this.caption();
  }

  /** @param {News} news */
  unlearned({ corrections, undoable, after }) {
    this.judged = after;
    find("#taught").textContent = SAYS.forgotten(corrections);
    find("#forget").hidden = !undoable;
    this.caption();
  }

  inWords() {
    const { judged } = this;
    const { stage } = this.look;
    if (!judged || (judged.accuracy ?? judged.rmse ?? null) === null) return ""; // nobody can tell without validation examples
    if (!this.classes) return SAYS.rmse(judged.rmse, stage.unit);
    return document.body.classList.contains("reads-digits") ? SAYS.accuracy(judged.accuracy) : SAYS.accuracyOf(judged.accuracy);
  }

  /** @param {string[]} names */
  wait(names) {
    this.waits = names;
    find("#reset").classList.toggle("primary", names.length > 0);
    this.caption();
  }

  caption() {
    if (document.body.dataset.view !== "try") find("#about").textContent = [this.name || SAYS.trained, this.look.stage.network.sizes.join(" → "), this.inWords()].filter(Boolean).join(" · ");
    const { status, epoch, steps } = this.state;
    if (document.body.dataset.view !== "train" || !status) return;
    /** @type {{ [status: string]: () => string }} */
    const words = { running: () => SAYS.running(epoch + 1, this.inWords()), finished: () => SAYS.finished(epoch), paused: () => (steps ? SAYS.paused : SAYS.ready) };
    find("#caption").textContent = this.waits.length ? SAYS.waiting(this.waits) : words[status]();
  }
}
