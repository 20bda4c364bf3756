// The live page: a network that may change at any moment, and one screen with three views of it.

import { drawSigned, largest } from "glassnet/colors";
import { Connection, ask, asked } from "glassnet/connection";
import { Controls } from "glassnet/controls";
import { helping, keeping, sharing } from "glassnet/dialogs";
import { upright } from "glassnet/deskewing";
import { Easel } from "glassnet/easel";
import { make, note } from "glassnet/inspector";
import { inkOf, inputsOf, read, snapped, written } from "glassnet/lesson";
import { Look } from "glassnet/look";
import { Mistakes } from "glassnet/mistakes";
import { Network } from "glassnet/network";
import { Novelty } from "glassnet/novelty";
import { percent } from "glassnet/numbers";
import { SAYS } from "glassnet/play_words";
import { Stage } from "glassnet/stage";
import { WORDS } from "glassnet/texts";
import { Training } from "glassnet/training";

const find = (selector) => document.querySelector(selector);
const { body } = document;
const LENSES = [undefined, "activations", "weights", "deltas"];
const LINK_AFTER = 300; // milliseconds of rest
const keys = { on: true };

function rowsOf({ inputs, targets }) {
  const size = inputs.length / targets.length;
  return Array.from(targets, (wanted, place) => ({ inputs: Float64Array.from(inputs.subarray(place * size, (place + 1) * size)), wanted }));
}

class Play {
  constructor() {
    this.lesson = read(location.hash);
    this.linked = location.hash.length > 1;
    body.dataset.view = this.lesson.view;
    this.connection = new Connection((news) => this.hear(news));
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
    const again = this.look && this.look.stage.inputs.length === size && this.look.stage.subject.drawable === subject.drawable && !this.look.stage.refused;
    const inputs = again ? this.look.stage.inputs : samples[0].inputs;
    const stage = new Stage(subject, network, inputs, this.wantedAgain(again, subject, samples));
    stage.lens = this.look?.stage.lens ?? this.lesson.lens;
    stage.place = stage.steps.indexOf("output");
    Object.assign(this, { net: news.net, name: news.name });
    for (const told of ["#alert", "#taught"]) find(told).textContent = "";
    find("#forget").hidden = !news.corrections;
    body.classList.toggle("tabular", !stage.shape);
    body.classList.toggle("reads-digits", this.readsDigits(subject));
    if (!this.look) this.build(stage);
    else this.look.adopt(stage);
    this.controls.adopt();
    this.suit();
    this.easel.offer(samples);
    this.mistakes.forget();
    this.novelty = null;
    const first = !this.begun;
    this.begun = true;
    if (first || !again) this.easel.take(samples[0]);
    else this.look.show();
    await this.training.adopt(news);
    if (first) await this.restore(samples);
    if (body.dataset.view === "mistakes") this.mistakes.show();
    if (subject.drawable) this.novelty = await asked("novelty").then((found) => new Novelty(found)).catch(() => null);
  }

  offer({ arrays, judged }) {
    this.training.judged = judged;
    this.easel.offer(rowsOf(arrays));
    this.look.show();
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
    this.controls.pressOther = (key) => this.press(key);
    this.controls.writeLink = () => this.writeLink();
    this.controls.readLink = () => this.readAgain();
    const prepared = (inputs) => (this.look.stage.subject.deskew ? upright(snapped(inputs)) : snapped(inputs));
    this.easel = new Easel(this.look, { prepared, strange: (inputs) => Boolean(this.novelty?.refuses(inputs)) });
    this.training = new Training(this.connection, this.look);
    this.mistakes = new Mistakes(this.look, (row) => this.stepThrough(row), () => this.shown());
    document.addEventListener("shown", () => this.shown());
    this.turnTo(this.lesson.view);
  }

  // What the link says, once there is a network to say it of.
  async restore(samples) {
    const { lesson } = this;
    const { stage } = this.look;
    for (const name of lesson.hide) body.classList.add(`hide-${name}`);
    if (!this.linked) return this.idle();
    const ink = lesson.ink && stage.subject.drawable ? await inputsOf(lesson.ink, stage.inputs.length) : null;
    if (ink) this.easel.take({ inputs: ink, wanted: stage.saidOf(ink) });
    else if (samples[lesson.x]) this.easel.take(samples[lesson.x]);
    if (lesson.want !== undefined && lesson.want < stage.classes.length) stage.put(stage.inputs, lesson.want);
    if (lesson.n && stage.last > lesson.n[0] && lesson.n[1] < stage.network.sizes[lesson.n[0] + 1]) stage.point(...lesson.n);
    if (lesson.step) stage.place = Math.min(stage.steps.length, lesson.step) - 1;
    this.training.knobs.choose(lesson.knobs);
    const told = [lesson.say, lesson.net && lesson.net !== this.net ? SAYS.otherNetwork : ""].filter(Boolean);
    this.look.notes(told);
    this.look.show();
    this.turnTo(lesson.view);
  }

  async readAgain() {
    this.lesson = read(location.hash);
    this.linked = true;
    await this.restore(this.easel.samples);
  }

  idle() {
    const { stage } = this.look;
    if (!stage.shape || !stage.classes.length) return;
    find("#caption").textContent = WORDS.idle(stage.wantedName(stage.wanted), stage.classes[stage.saidAt], percent(stage.probability(stage.trace, stage.saidAt)));
  }

  // Parameters as they form; what is on the stage stays there.
  follow({ arrays, loss, place }) {
    const { stage } = this.look;
    if (arrays.parameters.length !== stage.network.parameters.length) return;
    const { sizes, activations, output, lossName } = stage.network;
    this.newest = new Network({ sizes, activations, output, loss: lossName }, Float64Array.from(arrays.parameters));
    this.training.curves.follow(place, loss);
    this.mistakes.forget();
    this.drawn ??= requestAnimationFrame(() => this.showNewest());
  }

  showNewest() {
    this.drawn = null;
    const { stage } = this.look;
    if (stage.refused) stage.network = this.newest;
    else stage.replace(this.newest);
    this.look.show();
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

  lose({ error }) {
    clearTimeout(this.hushed);
    find("#alert").textContent = error ? SAYS.startAgain(error) : this.look ? SAYS.lost : SAYS.connecting;
  }

  teach() {
    const { stage } = this.look;
    const bytes = Uint8Array.from(stage.inputs, (value) => Math.round(255 * value));
    find("#taught").textContent = SAYS.teaching;
    this.training.send("teach", { pixels: btoa(String.fromCharCode(...bytes)), label: stage.wanted });
  }

  learned(news) {
    this.training.judged = news.after;
    find("#taught").textContent = SAYS.taught(news);
    find("#forget").hidden = false;
    this.training.caption();
  }

  unlearned({ corrections, after }) {
    this.training.judged = after;
    find("#taught").textContent = SAYS.forgotten(corrections);
    find("#forget").hidden = !corrections;
    this.training.caption();
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
    this.showTint();
    const teachable = body.classList.contains("reads-digits") && !stage.refused;
    find("#teaching").hidden = !teachable;
    find("#teach").textContent = SAYS.teach(stage.wantedName(stage.wanted));
    find("#seen").classList.toggle("taken", !body.classList.contains("drawn"));
    find("#lens select").value = stage.lens ?? "auto";
    this.showSwitches();
  }

  // What the answer rests on, drawn over the digit.
  showTint() {
    const { stage } = this.look;
    const on = find("#rests").getAttribute("aria-pressed") === "true" && Boolean(stage.shape) && !stage.refused;
    body.classList.toggle("tinted", on);
    if (!on) return;
    const gradient = stage.network.logitGradient(stage.trace, stage.saidAt);
    const shares = stage.inputs.map((value, j) => value * gradient[j]);
    drawSigned(find("#tint"), shares, stage.shape, largest(shares), stage.colors);
  }

  showSwitches() {
    const { stage } = this.look;
    const off = stage.network.off.reduce((sum, units) => sum + units.size, 0);
    const [layer, unit] = stage.neuron;
    const parts = [];
    const hidden = layer < stage.last && !stage.refused;
    find("#switch")?.remove();
    if (hidden) find("#inspector").append(make("button", { type: "button", id: "switch", title: stage.neuronName(layer, unit), onclick: () => this.flip() }, stage.network.off[layer].has(unit) ? SAYS.switchOn : SAYS.switchOff));
    if (off) parts.push(make("span", { className: "note" }, SAYS.isOff(off)), make("button", { type: "button", onclick: () => this.flipAll() }, SAYS.allOn(off)));
    if (parts.length) find("#inspector .panel").append(make("p", { className: "row switches" }, ...parts));
  }

  flip() {
    const { stage } = this.look;
    const [layer, unit] = stage.neuron;
    if (layer >= stage.last) return;
    const units = stage.network.off[layer];
    if (!units.delete(unit)) units.add(unit);
    stage.replace(stage.network);
    this.look.show();
    find("#switch")?.focus();
  }

  flipAll() {
    const { stage } = this.look;
    for (const units of stage.network.off) units.clear();
    stage.replace(stage.network);
    this.look.show();
    find("#inspector").focus();
  }

  cycleLens() {
    const { stage } = this.look;
    this.setLens(LENSES[(LENSES.indexOf(stage.lens) + 1) % LENSES.length]);
    find("#live").textContent = SAYS.lensNow(SAYS.lens[stage.lens ?? "auto"]);
  }

  setLens(lens) {
    this.look.stage.lens = lens;
    this.look.diagram.moved();
    this.look.show();
  }

  // A picture of a digit, chosen, dropped or pasted.
  async bring(file) {
    if (!file) return;
    try {
      const bytes = new Uint8Array(await (await ask("drawing", { method: "POST", body: file })).arrayBuffer());
      const { stage } = this.look;
      if (bytes.length !== stage.inputs.length) throw new Error(SAYS.noDigit);
      const inputs = this.easel.prepared(Float64Array.from(bytes, (gray) => gray / 255));
      if (this.easel.strange(inputs)) throw new Error(SAYS.noDigit);
      this.turnTo("look");
      this.easel.take({ inputs, wanted: stage.saidOf(inputs) });
    } catch (error) {
      this.complain({ error: error.message });
    }
  }

  press(key) {
    if (!keys.on || document.querySelector("dialog[open]")) return;
    const { stage } = this.look;
    const does = {
      b: () => this.controls.goTo(stage.steps.indexOf("error")),
      c: () => this.easel.pad.clear(),
      u: () => this.easel.pad.undo(),
      t: () => this.training.toggle(),
      l: () => this.cycleLens(),
      x: () => this.flip(),
      s: () => this.share(),
      "?": () => helping(keys),
    };
    if (does[key.toLowerCase()]) return does[key.toLowerCase()]();
    const found = this.easel.samples.find(({ wanted, inputs }) => stage.classes[wanted] === key && inputs !== stage.inputs);
    if (found) this.easel.take(found);
  }

  async view() {
    const { stage } = this.look;
    const drawable = stage.subject.drawable && !stage.refused && !(this.easel.example >= 0);
    return {
      view: body.dataset.view,
      step: stage.place + 1,
      want: stage.classes.length ? stage.wanted : undefined,
      n: stage.neuron.join("."),
      x: this.easel.example >= 0 ? this.easel.example : undefined,
      ink: drawable ? await inkOf(stage.inputs) : undefined,
      lens: stage.lens,
      net: this.net,
      knobs: this.training.knobs.changed,
      hide: this.lesson.hide,
      say: this.lesson.say,
    };
  }

  writeLink() {
    this.writing ??= setTimeout(async () => {
      this.writing = null;
      history.replaceState(null, "", written(await this.view()));
    }, LINK_AFTER);
  }

  share() {
    sharing(async (hide, say) => location.href.split("#")[0] + written({ ...(await this.view()), hide, say }), this.lesson);
  }

  wire() {
    for (const button of document.querySelectorAll("#views button")) button.onclick = () => this.turnTo(button.dataset.view);
    find("#keep").onclick = () => keeping(this.look.stage, () => this.training.send("save"));
    find("#share").onclick = () => this.share();
    find("#help").onclick = () => helping(keys);
    find("#teach").onclick = () => this.teach();
    const lens = find("#lens select");
    lens.append(...LENSES.map((name) => make("option", { value: name ?? "auto" }, SAYS.lens[name ?? "auto"])));
    lens.onchange = () => this.setLens(LENSES.find((name) => (name ?? "auto") === lens.value));
    find("#forget").onclick = () => this.training.send("forget");
    find("#rests").onclick = ({ target }) => {
      target.setAttribute("aria-pressed", target.getAttribute("aria-pressed") !== "true");
      this.look.show();
    };
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
