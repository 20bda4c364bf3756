// The live page: a network that may change at any moment, and one screen with three views of it.

import { Bookmark } from "glassnet/bookmark";
import { Connection, ask, asked, decoded, rowsOf } from "glassnet/connection";
import { Controls } from "glassnet/controls";
import { helping, keeping } from "glassnet/dialogs";
import { upright } from "glassnet/deskewing";
import { Easel } from "glassnet/easel";
import { Instruments } from "glassnet/instruments";
import { Keys } from "glassnet/keys";
import { snapped } from "glassnet/lesson";
import { Look } from "glassnet/look";
import { Mistakes } from "glassnet/mistakes";
import { Network } from "glassnet/network";
import { Novelty } from "glassnet/novelty";
import { SAYS } from "glassnet/play_words";
import { Sheet, sendable } from "glassnet/sheet";
import { Stage } from "glassnet/stage";
import { Training } from "glassnet/training";

const find = (selector) => document.querySelector(selector);
const { body } = document;
const AGAIN = 2000; // milliseconds

class Play {
  constructor() {
    this.bookmark = new Bookmark(this);
    body.dataset.view = this.bookmark.lesson.view;
    this.connection = new Connection((news) => this.hear(news));
    this.keys = new Keys(this);
    this.wire();
  }

  hear({ kind, ...news }) {
    const parts = { network: "adopt", parameters: "follow", status: "note", epoch: "complete", error: "complain", failed: "complain", lost: "lose", taught: "learned", forgotten: "unlearned", saved: "kept", samples: "offer" };
    if (kind === "network" || kind === "lost" || kind === "failed" || kind === "error" || this.look) this[parts[kind]]?.(news);
  }

  // A network, at first, after a reset, or after the server was lost.
  async adopt(news) {
    const { subject, arrays } = news;
    const network = new Network(subject.network, Float64Array.from(arrays.parameters));
    const size = subject.network.sizes[0];
    const samples = rowsOf(arrays);
    const before = this.look?.stage;
    const again = before && before.inputs.length === size && before.subject.drawable === subject.drawable && !before.refused;
    const inputs = again ? before.inputs : samples[0].inputs;
    const stage = new Stage(subject, network, inputs, this.wantedAgain(again, subject, samples));
    stage.lens = before?.lens ?? this.bookmark.lesson.lens;
    stage.place = stage.steps.indexOf("output");
    if (again) stage.resume(before, news.net === this.net || news.steps > 0);
    cancelAnimationFrame(this.drawn);
    this.drawn = this.newest = null;
    Object.assign(this, { net: news.net, name: news.name });
    find("#alert").textContent = "";
    body.classList.toggle("tabular", !stage.shape);
    body.classList.toggle("undrawable", Boolean(stage.shape) && !subject.drawable);
    body.classList.toggle("reads-digits", this.readsDigits(subject));
    if (!this.look) this.build(stage);
    else this.look.adopt(stage);
    this.controls.adopt();
    this.suit();
    this.easel.offer(samples);
    this.mistakes.adopt();
    Object.assign(this, { novelty: null, current: news });
    const first = !this.begun;
    this.begun = true;
    if (!first && again) this.look.show();
    else if (!first && subject.drawable && this.easel.pad.strokes.length) this.easel.pad.redraw();
    else this.easel.take(samples[0]);
    await this.training.adopt(news);
    find("#taught").textContent = news.corrections && this.readsDigits(subject) ? SAYS.remembered(news.corrections) : "";
    if (first) await this.bookmark.restore(samples);
    if (body.dataset.view === "mistakes") this.mistakes.show();
    if (subject.drawable) await this.learnNovelty(news);
  }

  // The server may not be ready for it yet.
  async learnNovelty(news) {
    try {
      const found = await asked("novelty");
      if (this.current === news) this.novelty = new Novelty(found);
    } catch ({ status }) {
      if (status === 503 && !this.connection.over) setTimeout(() => this.current === news && this.learnNovelty(news), AGAIN);
    }
  }

  offer({ arrays, judged }) {
    this.training.judged = judged;
    this.easel.offer(rowsOf(arrays));
    this.look.show();
    if (body.dataset.view === "mistakes") this.mistakes.show();
  }

  wantedAgain(again, subject, samples) {
    if (!again || Boolean(subject.classes.length) !== Boolean(this.look.stage.classes.length)) return samples[0].wanted;
    return subject.classes.length ? Math.min(this.look.stage.wanted, subject.classes.length - 1) : this.look.stage.wanted;
  }

  readsDigits({ classes, drawable }) {
    return Boolean(drawable) && classes.join("") === "0123456789";
  }

  build(stage) {
    this.look = new Look(stage);
    this.controls = new Controls(this.look);
    this.controls.pressOther = (key) => this.keys.press(key);
    this.controls.heeds = (key) => this.keys.heed(key);
    this.controls.writeLink = () => this.bookmark.writeLink();
    this.controls.readLink = () => this.bookmark.readAgain();
    const prepared = (inputs) => (this.look.stage.subject.deskew ? upright(snapped(inputs)) : snapped(inputs));
    this.easel = new Easel(this.look, { prepared, strange: (inputs) => Boolean(this.novelty?.refuses(inputs)) });
    this.sheet = new Sheet(find("#came"), (digit) => this.lookAt(digit));
    this.easel.changed = () => this.sheet.hide();
    this.instruments = new Instruments(this.look);
    this.training = new Training(this.connection, this.look);
    this.mistakes = new Mistakes(this.look, (row) => this.stepThrough(row), () => this.shown());
    document.addEventListener("shown", () => this.shown());
    this.turnTo(this.bookmark.lesson.view);
  }

  // Parameters as they form; what is on the stage stays there.
  follow({ arrays, loss, place }) {
    const { stage } = this.look;
    if (arrays.parameters.length !== stage.network.parameters.length) return;
    this.newest = new Network(stage.network.form, Float64Array.from(arrays.parameters));
    this.training.curves.follow(place, loss);
    this.mistakes.forget();
    this.drawn ??= requestAnimationFrame(() => this.showNewest());
  }

  showNewest() {
    this.drawn = null;
    const { stage } = this.look;
    if (stage.refused) stage.network = Object.assign(this.newest, { off: stage.network.off });
    else stage.replace(this.newest);
    this.look.show();
  }

  learned(news) {
    this.training.learned(news);
  }

  unlearned(news) {
    this.training.unlearned(news);
  }

  note(news) {
    this.net = news.net;
    this.training.note(news);
  }

  complete(news) {
    this.net = news.net;
    this.training.complete(news);
    if (body.dataset.view === "mistakes") this.mistakes.show();
  }

  complain({ error }) {
    find("#alert").textContent = error;
    clearTimeout(this.hushed);
    this.hushed = setTimeout(() => (find("#alert").textContent = ""), 10_000);
  }

  lose({ error, full }) {
    clearTimeout(this.hushed);
    find("#alert").textContent = full ? SAYS.full : error ? SAYS.startAgain(error) : this.look ? SAYS.lost : SAYS.connecting;
  }

  kept({ path }) {
    const told = find("#saved");
    if (told) told.textContent = SAYS.saved(path);
  }

  turnTo(view) {
    body.dataset.view = view;
    for (const button of document.querySelectorAll("#views button")) button.setAttribute("aria-pressed", button.dataset.view === view);
    if (!this.look) return;
    if (view === "mistakes") this.mistakes.show();
    if (view === "train") this.training.curves.draw();
    this.suit();
    this.look.diagram.moved();
    this.look.show();
  }

  // While it trains, its weights are what forms.
  suit() {
    const { stage } = this.look;
    const training = body.dataset.view === "train";
    stage.usual = training ? "weights" : undefined;
    if (training) stage.place = stage.steps.indexOf("output");
  }

  stepThrough({ inputs, wanted }) {
    this.easel.take({ inputs, wanted });
    this.look.stage.place = Math.max(0, this.look.stage.steps.indexOf("error"));
    this.turnTo("look");
  }

  // What this page adds to what each of them shows.
  shown() {
    const { stage } = this.look;
    this.easel.show();
    this.training.caption();
    if (body.dataset.view === "mistakes") find("#caption").textContent = this.mistakes.rows ? SAYS.choose : SAYS.computing;
    const teachable = body.classList.contains("reads-digits") && !stage.refused;
    find("#teaching").hidden = !teachable;
    find("#teach").textContent = SAYS.teach(stage.wantedName(stage.wanted));
    find("#seen").classList.toggle("taken", !body.classList.contains("drawn"));
    this.instruments.show();
  }

  // A picture of a digit, chosen, dropped or pasted.
  async bring(file) {
    if (!file) return;
    try {
      const sent = await sendable(file);
      const { arrays, boxes, steps } = decoded(await (await ask("drawing", { method: "POST", body: sent })).arrayBuffer());
      const { stage } = this.look;
      const size = stage.inputs.length;
      if (arrays.images.length !== size * boxes.length) throw new Error(SAYS.noDigit);
      const digits = boxes.map((box, place) => this.read(arrays.images.subarray(place * size, (place + 1) * size), box));
      const areas = digits.map(({ said, box }) => (said === null ? 0 : box[2] * box[3]));
      const chosen = areas.indexOf(Math.max(...areas)); // the largest, of what is a digit
      this.turnTo("look");
      this.lookAt(digits[chosen]);
      this.sheet.show(sent, { digits, steps }, chosen, stage);
    } catch (error) {
      this.complain({ error: error.message });
    }
  }

  // What it makes of one part of a picture.
  read(bytes, box) {
    const inputs = this.easel.prepared(Float64Array.from(bytes, (gray) => gray / 255));
    const { stage } = this.look;
    return { inputs, box, said: this.easel.strange(inputs) ? null : stage.wantedName(stage.saidOf(inputs)) };
  }

  lookAt({ inputs, said }) {
    const { stage } = this.look;
    this.easel.take({ inputs, wanted: stage.saidOf(inputs) }, false);
    if (said === null) this.easel.refuse();
  }

  wire() {
    for (const button of document.querySelectorAll("#views button")) button.onclick = () => this.turnTo(button.dataset.view);
    find("#keep").onclick = () => this.look && keeping(this.look.stage, () => this.training.send("save"));
    find("#share").onclick = () => this.look && this.bookmark.share();
    find("#help").onclick = () => helping(this.keys);
    find("#picture-file input").onchange = ({ target }) => this.bring(target.files[0]).then(() => (target.value = ""));
    document.addEventListener("complaint", ({ detail }) => this.complain({ error: detail }));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      this.bring(event.dataTransfer.files[0]);
    });
    document.addEventListener("paste", (event) => this.bring(event.clipboardData.files[0]));
  }
}

window.glassnet = new Play(); // at hand in the browser's console
