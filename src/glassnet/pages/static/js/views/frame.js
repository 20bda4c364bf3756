// The page's three fixed places: the picture, the sentence, one black button. Everything else is asked for.
//
//   const frame = new Frame(document.body)
//   frame.add(view)        a view: { name, title, element, enter(), leave(), sentence(), actions(), key?(event), resize?() }
//                            sentence() -> { strong, rest }: what happened, in words, and what it means
//                            actions() -> [{ label, run, primary?, key?, name?, disabled? }]: one is primary, the black one; a
//                              label that is a mere sign needs a name for those who hear it
//                            key(event) -> true where the view has used it; resize() when its element has another size
//                            in `path`: whether the there-and-back track is shown with it
//   frame.show(name)       that view; frame.view is the one shown
//   frame.refresh()        asks the view again for its sentence and its actions
//   frame.trouble({ text, actions, question? } | null)  stands in the sentence's place until it is dismissed; question:
//                            nothing is wrong, something is asked
//   frame.tell(text)       a teacher's sentence, in the same place until the reader goes on
//   frame.about(text)      what the net is and how good; where there is no room for all of it, what comes before " · " or
//                            a zero-width space stays whole
//   frame.strip            an empty element above the picture (a lesson's question); hidden while it has nothing in it
//   frame.sheet            an element that is on paper alone: the link as a code
//   frame.track            an empty element beside the sentence (the there-and-back path); hidden while it has nothing in it
//   events: "show" (another view, or refreshed), "share" and "help" (the buttons at the upper right)
//   Keys: Space stops what moves; the arrow to the right is the black button; an action's `key` is its own.
//
// Styles: css/tokens.css and all of css/views/*.css. Sizes are in rem: the type grows with the screen.

import { words } from "#text/language.js";
import { make } from "#views/elements.js";
import { motion } from "#views/motion.js";
import { paper } from "#views/paper.js";

/** @typedef {{ label: string, run: () => void, primary?: boolean, key?: string, name?: string, disabled?: boolean }} Action */
/** @typedef {{ text: string, actions: Action[], question?: boolean }} Trouble */
/**
 * @typedef {object} View
 * @property {string} name
 * @property {string} title
 * @property {HTMLElement} element
 * @property {boolean} [path] whether the there-and-back track is shown with it
 * @property {string} [netInWords] what its net is and how good, where that is not the others'
 * @property {() => void} enter
 * @property {() => void} leave
 * @property {() => { strong: string, rest?: string }} sentence
 * @property {() => Action[]} actions
 * @property {(event: KeyboardEvent) => boolean} [key]
 * @property {() => void} [resize]
 */

const TYPING = "input, select, textarea, [contenteditable], dialog[open] *";
const PRESSED = "button, a, summary, [role=slider], [tabindex]"; // what has a use for Space and the arrows of its own

export class Frame extends EventTarget {
  /** @param {HTMLElement} root */
  constructor(root) {
    super();
    this.root = root;
    this.letters = true; // whether single letters and digits are keys; whoever dictates to a computer may want none
    this.views = /** @type {Map<string, View>} */ (new Map());
    this.tabs = /** @type {Map<string, HTMLButtonElement>} */ (new Map());
    this.view = /** @type {View | null} */ (null);
    this.shownTrouble = /** @type {Trouble | null} */ (null);
    this.covered = /** @type {{ strong: string, rest?: string } | null} */ (null); // the sentence while a lesson's answer is covered
    this.told = ""; // what a teacher says
    this.made = /** @type {Action[]} */ ([]);
    this.nav = make("nav", { ariaLabel: words.frame.views });
    this.net = make("p", { className: "net" });
    this.strip = make("section", { className: "strip", ariaLabel: words.frame.question });
    this.picture = make("main", { className: "picture" });
    this.strong = make("strong");
    this.rest = make("span");
    this.sentence = make("p", { className: "sentence", role: "status" }, this.strong, " ", this.rest);
    this.track = make("div", { className: "track" });
    this.buttons = make("div", { className: "actions" });
    this.sheet = make("div", { className: "sheet" }); // on paper alone
    this.build();
    document.addEventListener("keydown", (event) => this.press(event));
    for (const room of [this.nav, this.picture, this.track, this.buttons]) room.addEventListener("click", () => this.tell(""));
    paper.addEventListener("change", () => this.view?.resize?.());
    new ResizeObserver(() => this.view?.resize?.()).observe(this.picture);
  }

  build() {
    const share = make("button", { type: "button", className: "plain", onclick: () => this.dispatchEvent(new Event("share")) }, words.frame.share);
    const help = make("button", { type: "button", className: "plain", ariaLabel: words.frame.help, onclick: () => this.dispatchEvent(new Event("help")) }, "?");
    const header = make("header", {}, make("h1", {}, "glassnet"), this.nav, this.net, share, help);
    const footer = make("footer", {}, this.sentence, this.track, this.buttons, this.sheet);
    this.root.classList.add("frame");
    this.root.append(header, this.strip, this.picture, footer);
  }

  /** @param {View} view */
  add(view) {
    const tab = make("button", { type: "button", onclick: () => this.show(view.name) }, view.title);
    view.element.hidden = true;
    view.element.classList.add("view");
    this.views.set(view.name, view);
    this.tabs.set(view.name, tab);
    this.nav.append(tab);
    this.picture.append(view.element);
  }

  /** @param {string} name */
  show(name) {
    const view = this.views.get(name);
    if (!view) return;
    motion.cancel();
    if (this.view && this.view !== view) {
      this.view.leave();
      this.view.element.hidden = true;
    }
    this.view = view;
    view.element.hidden = false;
    for (const [of, tab] of this.tabs) tab.toggleAttribute("aria-current", of === name);
    this.tabs.get(name)?.setAttribute("aria-current", "page");
    this.root.dataset.view = name;
    this.root.classList.toggle("on-path", Boolean(view.path));
    view.enter();
    this.refresh();
  }

  refresh() {
    const { view } = this;
    if (!view) return;
    const trouble = this.shownTrouble;
    const said = trouble ? { strong: trouble.text, rest: "" } : (this.covered ?? (this.told ? { strong: this.told, rest: "" } : view.sentence()));
    this.root.classList.toggle("in-trouble", Boolean(trouble && !trouble.question));
    this.root.classList.toggle("in-question", Boolean(trouble?.question ?? this.told));
    if (this.strong.textContent !== said.strong) this.strong.textContent = said.strong;
    if (this.rest.textContent !== (said.rest ?? "")) this.rest.textContent = said.rest ?? "";
    this.offer(trouble ? [...trouble.actions, { label: trouble.question ? words.frame.decline : words.frame.dismiss, run: () => this.trouble(null), key: "Escape" }] : view.actions());
    this.dispatchEvent(new Event("show"));
  }

  // Buttons stay the same elements while their number does, so that focus stays where it is.
  /** @param {Action[]} actions */
  offer(actions) {
    this.made = actions;
    while (this.buttons.children.length > actions.length) this.buttons.lastElementChild?.remove();
    while (this.buttons.children.length < actions.length) this.buttons.append(make("button", { type: "button" }));
    [...this.buttons.children].forEach((button, place) => {
      const { label, run, primary, disabled, name } = actions[place];
      if (button.textContent !== label) button.textContent = label;
      if (name) button.setAttribute("aria-label", name);
      else button.removeAttribute("aria-label");
      Object.assign(button, { onclick: run, disabled: Boolean(disabled), className: primary ? "primary" : "" });
    });
  }

  /** @param {Trouble | null} trouble */
  trouble(trouble) {
    this.shownTrouble = trouble;
    this.refresh();
  }

  /** @param {string} text */
  tell(text) {
    if (text === this.told) return;
    this.told = text;
    this.refresh();
  }

  /** @param {string} text */
  about(text) {
    const parts = text.split(/(?= · )|\u200b/).map((part) => make("span", {}, part));
    this.net.replaceChildren(...parts.flatMap((part, place) => (place ? [make("wbr"), part] : [part])));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target?.closest(TYPING) || document.querySelector("dialog[open]")) return;
    if (this.used(event, Boolean(target?.closest(PRESSED)))) event.preventDefault();
  }

  /** @param {KeyboardEvent} event @param {boolean} pressed whether it has a meaning where the focus is */
  used(event, pressed) {
    if (!this.letters && event.key.length === 1 && event.key !== " ") return false;
    if (event.key === " " && !pressed) return motion.toggle() || Boolean(this.view?.key?.(event));
    if (event.key === " " && motion.running.size) return motion.toggle();
    if (this.view?.key?.(event)) return true;
    const action = this.made.find(({ key, primary }) => (key ?? (primary ? "ArrowRight" : "")) === event.key);
    if (!action || action.disabled) return false;
    action.run();
    this.tell("");
    return true;
  }
}
