// The live page: a network that may change at any moment, and one screen with three views of it.

import { Bookmark } from "#app/bookmark.js";
import { read, snapped } from "#app/lesson.js";
import { Connection } from "#app/socket.js";
import { upright } from "#engine/deskew.js";
import { Network } from "#engine/network.js";
import { Novelty } from "#engine/novelty.js";
import { SAYS } from "#text/live_words.js";
import { Controls } from "#views/controls.js";
import { helping, keeping } from "#views/dialogs.js";
import { Easel } from "#views/easel.js";
import { find, seek } from "#views/elements.js";
import { Instruments } from "#views/instruments.js";
import { Keys } from "#views/keys.js";
import { Look } from "#views/look.js";
import { Mistakes } from "#views/mistakes.js";
import { contest } from "#views/reading.js";
import { ask, asked, decoded, rowsOf, wordsOf } from "#views/server.js";
import { Sheet, sendable } from "#views/sheet.js";
import { Stage } from "#views/stage.js";
import { canTry, tableRows, TableView } from "#views/table_view.js";
import { Training } from "#views/training.js";

/** @import { News, Row } from "#views/server.js" */
/** @import { Digit } from "#views/sheet.js" */
/** @import { Subject } from "#views/stage.js" */

const { body } = document;
const AGAIN = 2000; // milliseconds

export class Play {
  // news: the first network.
  /** @param {Connection} connection @param {News} news */
  constructor(connection, news) {
    this.connection = connection;
    this.bookmark = new Bookmark(this);
    this.keys = new Keys(this);
    this.current = news; // the news of the network on show
    this.net = news.net;
    this.novelty = /** @type {Novelty | null} */ (null); // until the server has made it
    this.newest = /** @type {Network | null} */ (null); // not yet drawn
    this.drawn = /** @type {number | null} */ (null); // the frame in which it will be
    this.hushed = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
    const [sample] = rowsOf(news.arrays);
    const stage = new Stage(news.subject, networkOf(news), sample.inputs, sample.wanted);
    stage.place = stage.steps.indexOf("output");
    stage.lens = this.bookmark.lesson.lens;
    dress(stage.subject);
    this.look = new Look(stage);
    this.controls = new Controls(this.look);
    this.controls.pressOther = (key) => this.keys.press(key);
    this.controls.heeds = (key) => this.keys.heed(key);
    this.controls.writeLink = () => this.bookmark.writeLink();
    this.controls.readLink = () => this.bookmark.readAgain();
    this.easel = new Easel(this.look, { prepared: (inputs) => this.prepared(inputs), strange: (inputs) => Boolean(this.novelty?.refuses(inputs)) });
    this.sheet = new Sheet(find("#came"), (digit) => this.lookAt(digit));
    this.easel.changed = () => this.sheet.hide();
    this.instruments = new Instruments(this.look);
    this.training = new Training(connection, this.look);
    this.mistakes = new Mistakes(this.look, (row) => this.stepThrough(row), () => this.shown());
    this.table = new TableView(find("#try"), { forward: (inputs, target) => this.goForward(inputs, target), ask: ({ reading, name }) => contest(reading, name, () => this.readAgain()) });
    document.addEventListener("shown", () => this.shown());
    this.turnTo(this.bookmark.lesson.view);
    this.wire();
    this.begin(news);
  }

  /** @param {News} news */
  async begin(news) {
    const samples = this.renew(news);
    this.easel.take(samples[0]);
    await this.training.adopt(news);
    await this.bookmark.restore(samples);
    await this.learn(news);
  }

  /** @param {News} news */
  hear({ kind, ...news }) {
    /** @type {{ [kind: string]: (news: News) => void }} */
    const parts = {
      network: (found) => this.adopt(found),
      parameters: (found) => this.follow(found),
      status: (found) => this.note(found),
      epoch: (found) => this.complete(found),
      error: (found) => this.complain(found.error),
      failed: (found) => this.complain(found.error),
      lost: (found) => this.lose(found),
      taught: (found) => this.training.learned(found),
      forgotten: (found) => this.training.unlearned(found),
      saved: (found) => this.kept(found.path),
      samples: (found) => this.offer(found),
    };
    parts[kind]?.(news);
  }

  // Another network, after a reset, or after the server was lost.
  /** @param {News} news */
  async adopt(news) {
    const { subject } = news;
    const before = this.look.stage;
    const again = before.inputs.length === subject.network.sizes[0] && before.subject.drawable === subject.drawable && !before.refused;
    const [sample] = rowsOf(news.arrays);
    const stage = new Stage(subject, networkOf(news), again ? before.inputs : sample.inputs, again ? this.wantedAgain(subject, sample) : sample.wanted);
    stage.lens = before.lens;
    stage.place = stage.steps.indexOf("output");
    if (again) stage.resume(before, news.net === this.net || news.steps > 0);
    if (this.drawn !== null) cancelAnimationFrame(this.drawn);
    this.drawn = this.newest = null;
    find("#alert").textContent = "";
    const fresh = stage.subject.table && !before.subject.table;
    dress(subject);
    this.look.adopt(stage);
    this.controls.adopt();
    this.suit();
    const samples = this.renew(news);
    if (again) this.look.show();
    else if (subject.drawable && this.easel.pad.strokes.length) this.easel.pad.redraw();
    else this.easel.take(samples[0]);
    if (body.dataset.view === "try" || (fresh && body.dataset.view === "look")) this.turnTo("");
    await this.training.adopt(news);
    await this.learn(news);
  }

  // What was of the network before is no more.
  /** @param {News} news */
  renew(news) {
    const samples = rowsOf(news.arrays);
    this.net = news.net;
    this.current = news;
    this.novelty = null;
    this.easel.offer(samples);
    this.mistakes.adopt();
    this.adoptTable(news);
    return samples;
  }

  // The networks of an ensemble answer together, as long as none of them was trained on here.
  /** @param {News} news */
  adoptTable({ subject, arrays }) {
    if (!canTry(subject)) return;
    const { network } = this.look.stage;
    const size = network.parameters.length;
    const members = arrays.members ? Array.from({ length: arrays.members.length / size }, (_, k) => network.with(Float64Array.from(arrays.members.slice(k * size, (k + 1) * size)))) : [network];
    const width = subject.table.columns.length;
    this.table.adopt(subject, members, { rows: tableRows(arrays, "tried", width), points: tableRows(arrays, "points", width), decision: arrays.members ? subject.table.decision : null });
  }

  /** @param {Float64Array} inputs @param {number} target */
  goForward(inputs, target) {
    const { stage } = this.look;
    this.easel.take({ inputs, wanted: Number.isNaN(target) ? stage.wanted : target });
    stage.place = 0;
    this.turnTo("look");
  }

  // Where a file of one's own is read by other choices.
  readAgain() {
    this.turnTo("train");
    const details = seek("#own-data details");
    if (details instanceof HTMLDetailsElement) details.open = true;
    (seek("#own-data summary") ?? find("#knobs select")).focus();
  }

  // What the server computes once the network stands.
  /** @param {News} news */
  async learn(news) {
    find("#taught").textContent = news.corrections && readsDigits(news.subject) ? SAYS.remembered(news.corrections) : "";
    if (body.dataset.view === "mistakes") this.mistakes.show();
    if (news.subject.drawable) await this.learnNovelty(news);
  }

  // The server may not be ready for it yet.
  /** @param {News} news */
  async learnNovelty(news) {
    try {
      const { threshold, arrays } = await asked("novelty");
      if (this.current === news) this.novelty = new Novelty({ threshold, arrays });
    } catch (error) {
      const busy = error instanceof Error && "status" in error && error.status === 503;
      if (busy && !this.connection.over) setTimeout(() => this.current === news && this.learnNovelty(news), AGAIN);
    }
  }

  /** @param {News} news */
  offer({ arrays, judged }) {
    this.training.judged = judged;
    this.easel.offer(rowsOf(arrays));
    this.look.show();
    if (body.dataset.view === "mistakes") this.mistakes.show();
  }

  /** @param {Subject} subject @param {Row} sample */
  wantedAgain(subject, sample) {
    const { classes, wanted } = this.look.stage;
    if (Boolean(subject.classes.length) !== Boolean(classes.length)) return sample.wanted;
    return subject.classes.length ? Math.min(wanted, subject.classes.length - 1) : wanted;
  }

  // A drawing as the network sees it.
  /** @param {Float64Array} inputs */
  prepared(inputs) {
    return this.look.stage.subject.deskew ? upright(snapped(inputs)) : snapped(inputs);
  }

  // Parameters as they form; what is on the stage stays there.
  /** @param {News} news */
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
    if (!this.newest) return;
    if (stage.refused) stage.network = Object.assign(this.newest, { off: stage.network.off });
    else stage.replace(this.newest);
    if (canTry(stage.subject)) this.table.follow([this.newest]);
    this.look.show();
  }

  /** @param {News} news */
  note(news) {
    this.net = news.net;
    this.training.note(news);
  }

  /** @param {News} news */
  complete(news) {
    this.net = news.net;
    this.training.complete(news);
    if (body.dataset.view === "mistakes") this.mistakes.show();
  }

  /** @param {string} error */
  complain(error) {
    find("#alert").textContent = error;
    clearTimeout(this.hushed);
    this.hushed = setTimeout(() => (find("#alert").textContent = ""), 10_000);
  }

  /** @param {News} news */
  lose(news) {
    clearTimeout(this.hushed);
    find("#alert").textContent = lossInWords(news, SAYS.lost);
  }

  /** @param {string} path */
  kept(path) {
    const told = seek("#saved");
    if (told) told.textContent = SAYS.saved(path);
  }

  // To the view, or without one to that which suits the network.
  /** @param {string} wanted */
  turnTo(wanted) {
    const tries = canTry(this.look.stage.subject);
    const view = wanted === "try" || !wanted ? (tries ? "try" : "look") : wanted;
    body.dataset.view = view;
    for (const button of views()) button.setAttribute("aria-pressed", String(button.dataset.view === view));
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

  /** @param {Row} row */
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
    if (body.dataset.view === "try") find("#about").textContent = this.table.about;
    if (body.dataset.view === "mistakes") find("#caption").textContent = !this.mistakes.rows ? SAYS.computing : stage.shape ? SAYS.choose : SAYS.chooseRow;
    const teachable = body.classList.contains("reads-digits") && !stage.refused;
    find("#teaching").hidden = !teachable;
    find("#teach").textContent = SAYS.teach(stage.wantedName(stage.wanted));
    find("#seen").classList.toggle("taken", !body.classList.contains("drawn"));
    this.instruments.show();
  }

  // A picture of a digit, chosen, dropped or pasted.
  /** @param {Blob | null | undefined} file */
  async bring(file) {
    if (!file) return;
    try {
      const sent = await sendable(file);
      const { arrays, boxes, steps } = decoded(await (await ask("drawing", { method: "POST", body: sent })).arrayBuffer());
      const { stage } = this.look;
      const size = stage.inputs.length;
      if (arrays.images.length !== size * boxes.length) throw new Error(SAYS.noDigit);
      const digits = /** @type {number[][]} */ (boxes).map((box, place) => this.read(arrays.images.subarray(place * size, (place + 1) * size), box));
      const areas = digits.map(({ said, box }) => (said === null ? 0 : box[2] * box[3]));
      const chosen = areas.indexOf(Math.max(...areas)); // the largest, of what is a digit
      this.turnTo("look");
      this.lookAt(digits[chosen]);
      this.sheet.show(sent, { digits, steps }, chosen, stage);
    } catch (error) {
      this.complain(wordsOf(error));
    }
  }

  // What it makes of one part of a picture.
  /** @param {Uint8Array} bytes @param {number[]} box @returns {Digit} */
  read(bytes, box) {
    const inputs = this.prepared(Float64Array.from(bytes, (gray) => gray / 255));
    const { stage } = this.look;
    return { inputs, box, said: this.easel.strange(inputs) ? null : stage.wantedName(stage.saidOf(inputs)) };
  }

  /** @param {Digit} digit */
  lookAt({ inputs, said }) {
    const { stage } = this.look;
    this.easel.take({ inputs, wanted: stage.saidOf(inputs) }, false);
    if (said === null) this.easel.refuse();
  }

  wire() {
    for (const button of views()) button.onclick = () => this.turnTo(button.dataset.view ?? "");
    find("#keep").onclick = () => keeping(this.look.stage, () => this.training.send("save"));
    find("#share").onclick = () => this.bookmark.share();
    find("#help").onclick = () => helping(this.keys);
    const chosen = find("#picture-file input", HTMLInputElement);
    chosen.onchange = () => this.bring(chosen.files?.[0]).then(() => (chosen.value = ""));
    document.addEventListener("complaint", (event) => event instanceof CustomEvent && this.complain(event.detail));
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      this.bring(event.dataTransfer?.files[0]);
    });
    document.addEventListener("paste", (event) => this.bring(event.clipboardData?.files[0]));
  }
}

const views = () => document.querySelectorAll(/** @type {"button"} */ ("#views button"));

/** @type {(news: News) => Network} */
const networkOf = ({ subject, arrays }) => new Network(subject.network, Float64Array.from(arrays.parameters));

/** @type {(subject: Subject) => boolean} */
const readsDigits = ({ classes, drawable }) => Boolean(drawable) && classes.join("") === "0123456789";

// What the styles ask of a network: tables and other pictures leave out the pad.
/** @type {(subject: Subject) => void} */
function dress(subject) {
  find("#gallery h2").textContent = subject.shape ? SAYS.gallery : SAYS.galleryOfRows;
  body.classList.toggle("tabular", !subject.shape);
  body.classList.toggle("tried", canTry(subject));
  body.classList.toggle("undrawable", Boolean(subject.shape) && !subject.drawable);
  body.classList.toggle("reads-digits", readsDigits(subject));
}

/** @type {(news: News, otherwise: string) => string} */
const lossInWords = ({ error, full }, otherwise) => (full ? SAYS.full : error ? SAYS.startAgain(error) : otherwise);

body.dataset.view = read(location.hash).view || "look";
/** @type {Play | undefined} */
let play;
const connection = new Connection((news) => {
  if (play) return play.hear(news);
  const { kind, error } = news;
  find("#alert").textContent = kind === "network" ? "" : kind === "lost" ? lossInWords(news, SAYS.connecting) : (error ?? "");
  if (kind !== "network") return;
  play = new Play(connection, news);
  Object.assign(window, { glassnet: play }); // at hand in the browser's console
});
