// The footer: back, next, play, the track of steps, the wanted answer; its keys, and the address of a view.

import { TITLES, WORDS } from "#text/words.js";
import { find, make } from "#views/elements.js";

/** @import { Look } from "#views/look.js" */

const PAUSE = 3500; // milliseconds a step is shown while playing

export class Controls {
  /** @param {Look} look */
  constructor(look) {
    this.look = look;
    this.playing = /** @type {ReturnType<typeof setInterval> | null} */ (null);
    this.select = find("#wanted select", HTMLSelectElement);
    /** @type {(key: string) => boolean} */
    this.heeds = () => true;
    find("#back").onclick = () => this.goTo(this.stage.place - 1);
    find("#next").onclick = () => this.goTo(this.stage.place + 1);
    find("#play").onclick = () => this.play(!this.playing);
    this.adopt();
    addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("shown", () => this.shown());
    addEventListener("hashchange", () => {
      this.readLink();
      this.look.show();
    });
  }

  get stage() {
    return this.look.stage;
  }

  // Another stage may have other steps and other answers.
  adopt() {
    const track = this.stage.steps.map((step, place) => make("button", { type: "button", title: TITLES[step], ariaLabel: WORDS.stepOf(place + 1, TITLES[step]), onclick: () => this.goTo(place) }, make("span", {}, TITLES[step])));
    find("#track").replaceChildren(...track);
    this.offerAnswers();
  }

  offerAnswers() {
    const { classes, wanted } = this.stage;
    find("#wanted").hidden = !classes.length;
    this.select.replaceChildren(...classes.map((name, k) => make("option", { value: k, selected: k === wanted }, name)));
    this.select.onchange = () => this.want(Number(this.select.value));
  }

  /** @param {number} k */
  want(k) {
    this.stage.put(this.stage.inputs, k);
    this.look.show();
  }

  /** @param {number} place */
  goTo(place) {
    this.look.goTo(place);
    if (this.stage.place === this.stage.steps.length - 1) this.play(false);
  }

  /** @param {boolean} on */
  play(on) {
    if (this.playing) clearInterval(this.playing);
    this.playing = on ? setInterval(() => this.goTo(this.stage.place + 1), PAUSE) : null;
    find("#play").textContent = on ? WORDS.pause : WORDS.play;
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.defaultPrevented || target.matches("select, input, textarea, summary, #inspector") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (!this.heeds(event.key)) return;
    const { place } = this.stage;
    if (event.key === "ArrowRight") this.goTo(place + 1);
    else if (event.key === "ArrowLeft") this.goTo(place - 1);
    else if (event.key === " " && !target.matches("button")) {
      event.preventDefault();
      this.play(!this.playing);
    } else this.pressOther(event.key);
  }

  // A class's name wants it.
  /** @param {string} key */
  pressOther(key) {
    const { classes } = this.stage;
    if (classes.includes(key)) this.want(classes.indexOf(key));
  }

  shown() {
    const { place, steps, classes, wanted } = this.stage;
    document.querySelectorAll("#track button").forEach((button, at) => {
      button.classList.toggle("done", at < place);
      if (at === place) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    find("#back", HTMLButtonElement).disabled = place === 0;
    find("#next", HTMLButtonElement).disabled = place === steps.length - 1;
    if (classes.length) this.select.value = String(wanted);
    this.writeLink();
  }

  writeLink() {
    const { place, classes, wanted } = this.stage;
    history.replaceState(null, "", `#step=${place + 1}${classes.length ? `&want=${wanted}` : ""}`);
  }

  // The step and what is wanted stand in the address, so that a view can be linked to.
  readLink() {
    const link = new URLSearchParams(location.hash.slice(1));
    const [step, wanted] = ["step", "want"].map((name) => Number(link.get(name) || NaN));
    if (Number.isInteger(step) && step >= 1 && step <= this.stage.steps.length) this.stage.place = step - 1;
    if (Number.isInteger(wanted) && wanted >= 0 && wanted < this.stage.classes.length) this.stage.put(this.stage.inputs, wanted);
  }
}
