// The views of one network in one frame, with what they share: the there-and-back track, the line that says what the network
// is and how good, help. Each shell adds what it has beside them: a lesson, a server, a file's own examples.
//
//   const story = new Story(document.body, scene, { others })
//   story.add(view)              in the order of the five words
//   story.frame, story.track, story.backward, story.forward

import { words, whole } from "#text/language.js";
import { BackwardView } from "#views/backward_view.js";
import { ForwardView } from "#views/forward_view.js";
import { Frame } from "#views/frame.js";
import { Track } from "#views/track.js";

/** @import { Examples } from "#engine/step_price.js" */
/** @import { View } from "#views/frame.js" */
/** @import { Scene } from "#views/scene.js" */

export class Story {
  // first: makes the view that comes before Forward; others: examples by which a step's price is counted.
  /** @param {HTMLElement} root @param {Scene} scene @param {{ first?: (frame: Frame) => View | null, others?: Examples | null }} parts */
  constructor(root, scene, { first = () => null, others = null } = {}) {
    this.scene = scene;
    this.frame = new Frame(root);
    this.track = new Track(scene);
    this.frame.track.append(this.track.element);
    this.first = first(this.frame);
    this.forward = new ForwardView(this.frame, scene, this.track);
    this.backward = new BackwardView(this.frame, scene, this.track, others);
    for (const view of [this.first, this.forward, this.backward]) if (view) this.frame.add(view);
    scene.addEventListener("change", () => this.about());
    this.about();
  }

  // What the network is, and how good.
  about() {
    const { network, quality } = this.scene;
    const sizes = network.sizes.join(" → ");
    this.frame.about(quality ? words.frame.reads(sizes, whole(quality.right), whole(quality.total)) : words.frame.unread(sizes));
  }
}
