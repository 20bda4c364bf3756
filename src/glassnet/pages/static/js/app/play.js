// The live page: a run's network, and one of the visitor's own that trains in this browser or, for big work, with Python. What
// is done here is seen by nobody else. Another data set is another page: ?data= names it by the server's id.

import { PythonTraining } from "#app/python_training.js";
import { upright } from "#engine/deskew.js";
import { pictures } from "#engine/evaluation.js";
import { Learner } from "#engine/learner.js";
import { Network } from "#engine/network.js";
import { Novelty } from "#engine/novelty.js";
import { language, words } from "#text/language.js";
import { DataDialog } from "#views/data_dialog.js";
import { DrawView } from "#views/draw_view.js";
import { find } from "#views/elements.js";
import { History } from "#views/history.js";
import { Judge } from "#views/judge.js";
import { LearnView } from "#views/learn_view.js";
import { MistakesView } from "#views/mistakes_view.js";
import { Photo } from "#views/photo.js";
import { Robustness } from "#views/robustness.js";
import { Scene } from "#views/scene.js";
import { asked, rowsOf, wordsOf } from "#views/server.js";
import { Story } from "#views/story.js";
import { TryView } from "#views/try_view.js";

/** @import { Data } from "#engine/session.js" */
/** @import { Examples as Judged } from "#engine/evaluation.js" */
/** @import { News } from "#views/server.js" */
/** @import { Examples } from "#views/scene.js" */

const MOST = 20_000; // examples that the browser learns from
const UNSEEN = 10_000; // and that it is judged by

const dataset = new URLSearchParams(location.search).get("data") ?? "";
/** @type {(place: string) => string} */
const ofData = (place) => (dataset ? `${place}${place.includes("?") ? "&" : "?"}data=${encodeURIComponent(dataset)}` : place);

class LivePage {
  /** @param {News} news @param {News} learned @param {News} unseen */
  constructor(news, learned, unseen) {
    this.news = news;
    this.ready = new Network(news.subject.network, Float64Array.from(news.arrays.parameters));
    this.width = this.ready.sizes[0];
    this.unseen = judgedOf(unseen, this.width);
    this.judge = new Judge(this.unseen);
    this.history = new History();
    this.scene = this.sceneOf();
    this.story = new Story(document.body, this.scene, { first: (frame) => this.firstView(frame), others: this.others() });
    this.frame = this.story.frame;
    if (news.task === "classification") this.addLearning(dataOf(learned, unseen, this.width, news.subject.classes.length));
    this.frame.show(this.story.first?.name ?? "forward");
    if (news.subject.drawable) this.learnNovelty();
    this.order();
  }
}
