// Learn: a new net beside the one before, on the same axes, while it trains. Nothing is lost: every act can be taken back.

import { Network } from "#engine/network.js";
import { smoothness } from "#engine/evaluation.js";
import { USUAL } from "#engine/training.js";
import { percentage, whole, words } from "#text/language.js";
import { Comparison } from "#views/comparison.js";
import { make } from "#views/elements.js";
import { Lane, weightsOf } from "#views/lane.js";
import { NetKnobs, valueInWords } from "#views/net_knobs.js";
import { nounOf, remedyOf, sentenceOf, troubleInWords } from "#views/net_words.js";
import { newNet, TrainingSession } from "#views/training_session.js";

/** @import { Learner } from "#engine/learner.js" */
/** @import { Data } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @import { Action, Frame } from "#views/frame.js" */
/** @import { History } from "#views/history.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Sentence } from "#views/net_words.js" */
/** @import { Net } from "#views/training_session.js" */
/** @typedef {{ net: Net, before: Net | null, knobs: Settings }} Snapshot what an act changes */

const STROKE = 0.35; // of smoothness: from there on a picture is made of strokes; chance has 0.1 at most
const CALM = 3000; // milliseconds between two sentences that are read aloud
const SEEN = 120; // milliseconds between two answers of the other views while it trains
const BREAKS = /** @type {{ [name: string]: Partial<Settings> }} */ ({ rate: { rate: 10 }, bend: { activation: "identity" }, few: { examples: 500, epochs: 40 }, equal: { initial: "equal" } });
export const GOOD = /** @type {Partial<Settings>} */ ({ hidden: [128], shift: 1, schedule: "linear", epochs: 7 }); // 97 % of MNIST's digits in two seconds

export class LearnView {
  /** @param {Frame} frame @param {Scene} scene @param {{ learner: Learner, data: Data, history: History, kept?: NetFiles }} parts */
  constructor(frame, scene, { learner, data, history, kept }) {
    this.frame = frame;
    this.scene = scene;
    this.history = history;
    this.kept = kept ?? null;
    this.name = "learn";
    this.title = words.learn.title;
    this.total = data.validation.labels.length;
    this.guess = mostFrequent(data.validation.labels);
    this.usual = { ...USUAL, examples: data.labels.length };
    this.knobs = this.usual;
    this.before = /** @type {Net | null} */ (netOf(scene));
    this.session = new TrainingSession(learner, data, newNet(this.knobs));
    this.said = /** @type {Sentence | null} */ (null); // of something that was just done, until it trains on
    this.given = /** @type {Network | null} */ (scene.network); // the network that this view knows the scene to have
    this.last = { heard: 0, seen: 0 };
    this.build(data);
    this.session.addEventListener("change", () => this.changed());
    this.session.addEventListener("epoch", () => this.epochDone());
    this.session.addEventListener("end", () => this.ended());
    history.addEventListener("change", () => this.showTools());
  }
}
