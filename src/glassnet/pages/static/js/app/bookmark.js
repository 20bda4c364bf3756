// The address of what is seen: read when the page opens, written while it is looked at, shared.

import { HIDEABLE, inkOf, inputsOf, read, written } from "#app/lesson.js";
import { SAYS } from "#text/live_words.js";
import { sharing } from "#views/dialogs.js";

/** @import { Lesson } from "#app/lesson.js" */
/** @import { Play } from "#app/play.js" */
/** @import { Sample } from "#views/easel.js" */

const LINK_AFTER = 300; // milliseconds

export class Bookmark {
  /** @param {Play} play */
  constructor(play) {
    this.play = play;
    this.lesson = read(location.hash);
    this.linked = location.hash.length > 1;
    this.writing = /** @type {ReturnType<typeof setTimeout> | null} */ (null);
  }

  // What the link says, once there is a network to say it of.
  /** @param {Sample[]} samples */
  async restore(samples) {
    const { lesson, play } = this;
    const { stage } = play.look;
    for (const name of HIDEABLE) document.body.classList.toggle(`hide-${name}`, lesson.hide.includes(name));
    if (!this.linked) return;
    const ink = lesson.ink && stage.subject.drawable ? await inputsOf(lesson.ink, stage.inputs.length) : null;
    if (ink) this.play.easel.take({ inputs: ink, wanted: stage.saidOf(ink) }, false);
    else {
      const found = samples.find(({ position }) => position === lesson.x);
      if (found) this.play.easel.take(found);
    }
    stage.lens = lesson.lens;
    if (lesson.want !== undefined && lesson.want < stage.classes.length) stage.put(stage.inputs, lesson.want);
    if (lesson.n && stage.last >= lesson.n[0] && lesson.n[1] < stage.network.sizes[lesson.n[0] + 1]) stage.point(lesson.n[0], lesson.n[1]);
    if (lesson.step) stage.place = Math.min(stage.steps.length, lesson.step) - 1;
    this.play.training.knobs.choose(lesson.knobs);
    const told = [lesson.say, lesson.net && lesson.net !== this.play.net ? SAYS.otherNetwork : ""].filter(Boolean);
    this.play.look.notes(told);
    this.play.look.show();
    this.play.turnTo(lesson.view);
  }

  async readAgain() {
    this.lesson = read(location.hash);
    this.linked = true;
    await this.restore(this.play.easel.samples);
  }

  /** @returns {Promise<Lesson>} */
  async view() {
    const { stage } = this.play.look;
    const drawable = stage.subject.drawable && !stage.refused && !(this.play.easel.example >= 0);
    return {
      view: document.body.dataset.view ?? "look",
      step: stage.place + 1,
      want: stage.classes.length ? stage.wanted : undefined,
      n: stage.neuron,
      x: this.play.easel.example >= 0 ? this.play.easel.example : undefined,
      ink: drawable ? await inkOf(stage.inputs) : undefined,
      lens: stage.lens,
      net: this.play.net,
      knobs: this.play.training.knobs.changed,
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
    sharing(async (hide, say) => `glassnet play --link "${written({ ...(await this.view()), hide, say })}"`, this.lesson);
  }
}
