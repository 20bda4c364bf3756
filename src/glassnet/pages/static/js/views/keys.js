// Keys: what each does, and when they are heeded.

import { helping } from "#views/dialogs.js";

/** @import { Play } from "#app/play.js" */

const STEPPING = ["ArrowLeft", "ArrowRight", " "]; // from step to step

export class Keys {
  /** @param {Play} play */
  constructor(play) {
    this.play = play;
    this.on = true;
  }

  // Not behind a dialog, and in a view without steps not those that go from one to the next.
  /** @param {string} key */
  heed(key) {
    const { view } = document.body.dataset;
    return this.on && !document.querySelector("dialog[open]") && (view === "look" || !STEPPING.includes(key));
  }

  /** @param {string} key */
  press(key) {
    const { controls, easel, training, instruments, bookmark, look } = this.play;
    const { stage } = look;
    /** @type {{ [key: string]: () => void }} */
    const does = {
      b: () => controls.goTo(stage.steps.indexOf("error")),
      c: () => easel.pad.clear(),
      u: () => easel.pad.undo(),
      t: () => training.toggle(),
      l: () => instruments.cycleLens(),
      x: () => instruments.flip(),
      s: () => bookmark.share(),
      "?": () => helping(this),
    };
    if (does[key.toLowerCase()]) return does[key.toLowerCase()]();
    const found = easel.samples.find(({ wanted, inputs }) => stage.classes[wanted] === key && inputs !== stage.inputs);
    if (found) easel.take(found);
  }
}
