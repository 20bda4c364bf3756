// A picture that was brought: itself, with the digits that were found on it; what was done to it; which digit is looked at.

import { drawPixels } from "#text/colors.js";
import { SAYS } from "#text/live_words.js";
import { make } from "#views/elements.js";
import { LARGEST_UPLOAD } from "#views/settings.js";

/** @import { Stage } from "#views/stage.js" */
/** @typedef {{ inputs: Float64Array, box: number[], said: string | null }} Digit what was found; said is null of what is no digit */

const ENOUGH = 1600; // pixels a side of what is larger

// A photo is often larger than what may be sent, and always larger than what is needed.
/** @type {(file: Blob) => Promise<Blob>} */
export async function sendable(file) {
  if (file.size <= LARGEST_UPLOAD) return file;
  const whole = await createImageBitmap(file).catch(() => null);
  if (!whole) return file;
  const scale = Math.min(1, ENOUGH / Math.max(whole.width, whole.height));
  const canvas = make("canvas", { width: Math.round(whole.width * scale), height: Math.round(whole.height * scale) });
  canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((small) => done(small ?? file), "image/jpeg", 0.92));
}

export class Sheet {
  // choose: told of the digit that is to be looked at.
  /** @param {HTMLElement} room @param {(digit: Digit) => void} choose */
  constructor(room, choose) {
    this.room = room;
    this.choose = choose;
    this.digits = /** @type {Digit[]} */ ([]);
    this.address = ""; // of the picture
  }

  /** @param {Blob} file @param {{ digits: Digit[], steps: string[] }} found @param {number} chosen @param {Stage} stage */
  show(file, { digits, steps }, chosen, stage) {
    URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(file);
    this.digits = digits;
    const image = make("img", { alt: SAYS.picture, src: this.address });
    const marks = digits.map(() => make("i", { ariaHidden: "true" }));
    const paper = make("div", { className: "paper" }, image, ...marks);
    image.onload = () => digits.forEach(({ box }, place) => put(marks[place], box, image));
    image.onerror = () => (paper.hidden = true); // of a format that the browser does not show
    const several = digits.length > 1;
    const found = make("div", { className: "found", role: "group", ariaLabel: SAYS.found(digits.length) }, ...digits.map((digit, place) => this.button(digit, place, stage)));
    const words = make("figcaption", {}, ...(several ? [make("b", {}, SAYS.found(digits.length)), " "] : []), SAYS.treated(steps));
    this.room.replaceChildren(paper, words, ...(several ? [found] : []));
    this.room.hidden = false;
    this.point(chosen);
  }

  /** @param {Digit} digit @param {number} place @param {Stage} stage */
  button({ inputs, said }, place, stage) {
    const canvas = make("canvas", { ariaHidden: "true" });
    if (stage.shape) drawPixels(canvas, inputs, stage.shape, (value) => stage.colors.gray(value));
    const button = make("button", { type: "button", ariaLabel: SAYS.foundDigit(place + 1, said) }, canvas, make("span", {}, said ?? "?"));
    button.onclick = () => {
      this.choose(this.digits[place]);
      this.point(place);
    };
    return button;
  }

  /** @param {number} place */
  point(place) {
    for (const [selector, name] of [[".found button", "aria-pressed"], [".paper i", "data-chosen"]])
      this.room.querySelectorAll(selector).forEach((part, at) => part.setAttribute(name, String(at === place)));
    this.room.querySelectorAll(".found button")[place]?.scrollIntoView({ block: "nearest" });
  }

  hide() {
    this.room.hidden = true;
  }
}

/** @type {(mark: HTMLElement, box: number[], image: HTMLImageElement) => void} */
function put(mark, [left, top, width, height], { naturalWidth, naturalHeight }) {
  mark.style.cssText = `left:${(100 * left) / naturalWidth}%;top:${(100 * top) / naturalHeight}%;width:${(100 * width) / naturalWidth}%;height:${(100 * height) / naturalHeight}%`;
}
