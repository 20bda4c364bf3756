// The live page: a run's network, and one of the visitor's own that trains in this browser or, for big work, with Python. What
// is done here is seen by nobody else. Another data set is another page: ?data= names it by the server's id.

import { PythonTraining } from "#views/python_training.js";
import { upright } from "#engine/deskew.js";
import { Learner } from "#engine/learner.js";
import { Network } from "#engine/network.js";
import { Novelty } from "#engine/novelty.js";
import { language, words } from "#text/language.js";
import { Data } from "#views/data.js";
import { DrawView } from "#views/draw_view.js";
import { find, make } from "#views/elements.js";
import { History } from "#views/history.js";
import { Judge } from "#views/judge.js";
import { LearnView } from "#views/learn_view.js";
import { MistakesView } from "#views/mistakes_view.js";
import { Photo } from "#views/photo.js";
import { PythonDialog } from "#views/python_dialog.js";
import { robustness } from "#views/robustness.js";
import { Scene } from "#views/scene.js";
import { ofData, rowExamples, trainingData, unseenExamples } from "#views/served_examples.js";
import { asked, wordsOf } from "#views/server.js";
import { SERVED } from "#views/settings.js";
import { Story } from "#views/story.js";
import { canTry, tableRows, TryView } from "#views/try_view.js";

/** @import { View } from "#views/frame.js" */
/** @import { News } from "#views/server.js" */

const MOST = 20_000; // examples that the browser learns from
const UNSEEN = 10_000; // and that it is judged by

/** @type {(label: string, run: () => void) => HTMLButtonElement} */
const tool = (label, run) => make("button", { type: "button", className: "plain", onclick: run }, label);

class LivePage {
  /** @param {News} news @param {News} learned @param {News} unseen */
  constructor(news, learned, unseen) {
    this.news = news;
    const width = news.subject.network.sizes[0];
    this.judge = new Judge(unseenExamples(unseen, width, news.subject.scale));
    this.history = new History();
    this.scene = this.sceneOf(news);
    this.story = new Story(document.body, this.scene, { first: (frame) => this.firstView(frame), others: this.judge.examples, notes: () => [news.name].filter(Boolean), more: () => [tool(words.play.data, () => this.chooseData())] });
    this.frame = this.story.frame;
    if (news.task === "classification") this.addLearning(trainingData(learned, unseen, width, news.subject.classes.length));
    const address = (/** @type {string} */ hash) => `glassnet play --link "${hash}"`; // this page's own is of no use elsewhere
    this.story.begin(this.learn ? { address, settings: () => this.settings, train: (settings, go) => this.train(settings, go) } : { address });
    if (news.subject.drawable) this.learnNovelty();
  }

  /** @param {News} news */
  sceneOf({ subject, arrays, judged, sizes }) {
    const { classes, shape, names, scale, unit, drawable, network, deskew } = subject;
    const total = sizes.validation || sizes.train;
    const quality = judged?.accuracy === undefined ? null : { right: Math.round(judged.accuracy * total), total };
    const examples = rowExamples(arrays, total);
    const first = examples.offered[0];
    const scene = new Scene({ classes, shape, names, scale, unit, drawable }, new Network(network, Float64Array.from(arrays.parameters)), { ...first, drawn: false }, { spread: Float64Array.from(arrays.spread), quality, examples });
    if (deskew) scene.prepared = upright;
    return scene;
  }

  /** @param {import("#views/frame.js").Frame} frame @returns {View | null} */
  firstView(frame) {
    if (canTry(this.news.subject)) return this.tryView(frame);
    if (!this.news.subject.drawable) return null;
    this.photo = new Photo(this.scene, (example) => draw.take(example), (text) => frame.trouble({ text, actions: [] }));
    const draw = new DrawView(frame, this.scene, [this.photo.button]);
    return draw;
  }

  // A table's rows, with all networks of an ensemble until something is learned here.
  /** @param {import("#views/frame.js").Frame} frame */
  tryView(frame) {
    const { subject, arrays } = this.news;
    const { network } = this.scene;
    const size = network.parameters.length;
    const others = Array.from({ length: Math.max(0, (arrays.members?.length ?? 0) / size - 1) }, (_, k) => network.with(Float64Array.from(arrays.members.slice((k + 1) * size, (k + 2) * size))));
    const width = subject.table.columns.length;
    return new TryView(frame, this.scene, { subject, networks: [network, ...others], rows: tableRows(arrays, "tried", width), points: tableRows(arrays, "points", width), decision: arrays.members ? subject.table.decision : null });
  }

  /** @param {import("#engine/session.js").Data} data */
  addLearning(data) {
    const { frame, scene, judge, history, news } = this;
    const training = new PythonTraining(new Learner(SERVED.worker), { dataset: news.data, learned: news.sizes.train });
    training.addEventListener("refused", (event) => event instanceof CustomEvent && frame.trouble({ text: event.detail.error, actions: [] }));
    this.learn = new LearnView(frame, scene, { learner: /** @type {any} */ (training), data, history, judge, form: news.fresh });
    this.mistakes = new MistakesView(frame, scene, { judge });
    this.python = new PythonDialog(this.learn, training);
    this.learn.toolbar?.append(tool(words.play.python, () => this.python?.open()), tool(words.play.data, () => this.chooseData()));
    if (scene.subject.shape) this.mistakes.more.append(tool(words.play.harder, () => void this.showRobustness()));
    for (const view of [this.learn, this.mistakes]) this.story.add(view);
    this.beginWithRun();
  }

  // The run's own curve, in the lane beside one's own; who goes on with it does so at the rate that it ended with.
  beginWithRun() {
    const { learn, news } = this;
    const { before } = /** @type {LearnView} */ (learn).learning;
    if (!before || !news.history.length) return;
    const { optimizer, momentum = 0, batch_size: batch } = news.settings;
    const rule = optimizer === "adam" ? "adam" : momentum ? "momentum" : "sgd";
    before.name = news.name;
    before.settings = { ...before.settings, optimizer: rule, momentum, batch, rate: Number(news.rate.toPrecision(2)), schedule: "constant" };
    before.records = news.history.map((/** @type {any} */ record) => ({ epoch: record.epoch, validation: record.validation_accuracy ?? null, training: record.training_accuracy ?? null, loss: record.training_loss }));
    before.at = before.until = news.history.length;
  }

  // Those by which the network that is seen was trained here, for a link.
  get settings() {
    const { net, current } = /** @type {LearnView} */ (this.learn).learning;
    return net === current && net.steps ? net.settings : null;
  }

  // What a link asks for, and its reader has said yes to; or its `go`.
  /** @param {{ [name: string]: any }} settings @param {boolean} go */
  train(settings, go) {
    this.frame.show("learn");
    if (go) return this.learn?.trainAtOnce(Object.keys(settings).length ? settings : undefined);
    return this.learn?.begin({ ...this.learn.learning.usual, ...settings }, words.learn.acts.train);
  }

  chooseData() {
    document.querySelector("dialog")?.close();
    new Data(this.news.data).open();
  }

  async showRobustness() {
    try {
      await robustness();
    } catch (error) {
      this.frame.trouble({ text: wordsOf(error), actions: [] });
    }
  }

  // What is like nothing it was trained on; the server computes it when it is first asked.
  async learnNovelty() {
    const { threshold, arrays } = await asked(ofData("novelty")).catch(() => ({ threshold: Infinity, arrays: null }));
    if (!arrays) return;
    const novelty = new Novelty({ threshold, arrays: /** @type {any} */ (arrays) });
    this.novelty = novelty;
    this.scene.strange = (inputs) => novelty.refuses(inputs);
  }
}

async function open() {
  document.documentElement.lang = language;
  try {
    const [news, learned, unseen] = await Promise.all([asked(ofData("network")), asked(ofData(`examples/train?most=${MOST}`)), asked(ofData(`examples/validation?most=${UNSEEN}`))]);
    const page = new LivePage(news, learned, unseen);
    Object.assign(globalThis, { glassnet: page, story: page.story }); // at hand in the browser's console
    document.documentElement.dataset.ready = "";
  } catch (error) {
    find("body").append(make("p", { role: "alert", className: "alone" }, wordsOf(error)));
    throw error;
  }
}

open();
