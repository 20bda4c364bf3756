// The views of one network in one frame, with what they share: the there-and-back track, the line that says what the network
// is and how good, help. Each shell adds what it has beside them: a lesson, a server, a file's own examples.
//
//   const story = new Story(document.body, scene, { first, others, notes })
//   story.add(view)           one more, in the order of the five words
//   await story.begin(ways)   the first view, or what the address says; ways: what a link may do here, see views/links.js

import { accuracy } from "#text/figures.js";
import { whole, words } from "#text/language.js";
import { BackwardView } from "#views/backward_view.js";
import { ForwardView } from "#views/forward_view.js";
import { Frame } from "#views/frame.js";
import { help } from "#views/help.js";
import { languageSwitch } from "#views/language_switch.js";
import { Links } from "#views/links.js";
import { keepOnSheet, share } from "#views/share.js";
import { Track } from "#views/track.js";

/** @import { Examples } from "#engine/step_price.js" */
/** @import { View } from "#views/frame.js" */
/** @import { Ways } from "#views/links.js" */
/** @import { Scene } from "#views/scene.js" */

export class Story {
  // first: makes the view that comes before Forward; others: examples by which a step's price is counted; notes: what help says
  // of this page's numbers; more: what else it offers.
  /** @param {HTMLElement} root @param {Scene} scene @param {{ first?: (frame: Frame) => View | null, others?: Examples | null, notes?: () => string[], more?: () => Node[] }} parts */
  constructor(root, scene, { first = () => null, others = null, notes = () => [], more = () => [] } = {}) {
    this.scene = scene;
    this.frame = new Frame(root);
    this.track = new Track(scene);
    this.frame.track.append(this.track.element);
    this.first = first(this.frame);
    this.forward = new ForwardView(this.frame, scene, this.track);
    this.backward = new BackwardView(this.frame, scene, this.track, others);
    for (const view of [this.first, this.forward, this.backward]) if (view) this.frame.add(view);
    scene.addEventListener("change", () => this.about());
    this.links = /** @type {Links | null} */ (null);
    this.frame.addEventListener("help", () => help(this.frame, notes(), ...(this.links ? [languageSwitch(this.links)] : []), ...more()));
    this.about();
  }

  /** @param {View} view */
  add(view) {
    this.frame.add(view);
  }

  /** @param {Ways} [ways] @param {string} [view] the first to be seen */
  async begin(ways = {}, view = this.first?.name ?? "forward") {
    const links = new Links(this.frame, this.scene, ways);
    this.links = links;
    this.frame.addEventListener("share", () => void share(links));
    keepOnSheet(links);
    this.frame.show(view);
    await links.follow();
  }

  // What the network is, and how good; in the words of the view on show, or of the first one, where they have their own.
  about() {
    const own = [this.frame.view, this.first].find((view) => view?.netInWords)?.netInWords;
    if (own) return this.frame.about(own);
    const { network, quality } = this.scene;
    const sizes = network.sizes.join(" → ");
    this.frame.about(quality ? words.frame.reads(sizes, accuracy(quality.right, quality.total), whole(quality.total)) : words.frame.unread(sizes));
  }
}
