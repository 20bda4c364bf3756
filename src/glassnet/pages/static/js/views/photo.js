// A photo of digits: itself with the digits that were found on it, what was done to it, and which of them is looked at.

import { drawPixels } from "#text/colors.js";
import { words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { make } from "#views/elements.js";
import { ask, decoded, wordsOf } from "#views/server.js";
import { SERVED } from "#views/settings.js";

/** @import { Example, Scene } from "#views/scene.js" */
/** @typedef {{ inputs: Float64Array, box: number[], said: string | null }} Found a digit; said is null of what is like none */

const ENOUGH = 1600; // pixels a side of what is larger

// A photo is often larger than what may be sent, and always larger than what is needed.
/** @type {(file: Blob) => Promise<Blob>} */
async function sendable(file) {
  if (file.size <= SERVED.largest_upload) return file;
  const whole = await createImageBitmap(file).catch(() => null);
  if (!whole) return file;
  const scale = Math.min(1, ENOUGH / Math.max(whole.width, whole.height));
  const canvas = make("canvas", { width: Math.round(whole.width * scale), height: Math.round(whole.height * scale) });
  canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((small) => done(small ?? file), "image/jpeg", 0.92));
}

export class Photo {
  // take: told of the example that a digit makes; refuse: why there is none.
  /** @param {Scene} scene @param {(example: Example) => void} take @param {(text: string) => void} refuse */
  constructor(scene, take, refuse) {
    this.scene = scene;
    this.take = take;
    this.refuse = refuse;
    const file = make("input", { type: "file", accept: "image/*" });
    file.onchange = () => this.bring(file.files?.[0]).then(() => (file.value = ""));
    this.button = make("label", { className: "plain photo" }, words.play.photo, file);
    document.addEventListener("dragover", (event) => event.preventDefault());
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      this.bring(event.dataTransfer?.files[0]);
    });
    document.addEventListener("paste", (event) => this.bring(event.clipboardData?.files[0]));
  }

  // Chosen, dropped or pasted.
  /** @param {Blob | null | undefined} file */
  async bring(file) {
    if (!file) return;
    try {
      const sent = await sendable(file);
      const { arrays, boxes, steps } = decoded(await (await ask("drawing", { method: "POST", body: sent })).arrayBuffer());
      const size = this.scene.network.sizes[0];
      if (arrays.images.length !== size * boxes.length) throw new Error(words.play.noDigit);
      this.show(sent, /** @type {number[][]} */ (boxes).map((box, place) => this.read(arrays.images.subarray(place * size, (place + 1) * size), box)), steps);
    } catch (error) {
      this.refuse(wordsOf(error));
    }
  }

  // What it makes of one part of the photo.
  /** @param {ArrayLike<number>} bytes @param {number[]} box @returns {Found} */
  read(bytes, box) {
    const { scene } = this;
    const inputs = scene.prepared(Float64Array.from(bytes, (gray) => gray / 255));
    const outputs = scene.network.forward(inputs).activations[scene.last];
    return { inputs, box, said: scene.strange(inputs) ? null : scene.subject.classes[outputs.indexOf(Math.max(...outputs))] };
  }

  /** @param {Blob} file @param {Found[]} found @param {string[]} steps */
  show(file, found, steps) {
    const address = URL.createObjectURL(file);
    const image = make("img", { alt: words.play.picture, src: address });
    const marks = found.map(() => make("i", { ariaHidden: "true" }));
    image.onload = () => found.forEach(({ box }, place) => put(marks[place], box, image));
    const paper = make("div", { className: "paper" }, image, ...marks);
    image.onerror = () => (paper.hidden = true); // of a format that the browser does not show
    const buttons = found.map((digit, place) => this.digitButton(digit, place, () => dialog.close()));
    const dialog = openDialog(words.play.found(found.length), "photo", paper, make("div", { className: "found row" }, ...buttons), make("p", { className: "note" }, words.play.treated(steps)));
    dialog.addEventListener("close", () => URL.revokeObjectURL(address));
    buttons[largestOf(found)].focus();
  }

  /** @param {Found} digit @param {number} place @param {() => void} done */
  digitButton({ inputs, said }, place, done) {
    const canvas = make("canvas", { ariaHidden: "true" });
    if (this.scene.subject.shape) drawPixels(canvas, inputs, this.scene.subject.shape, this.scene.colors.gray);
    const button = make("button", { type: "button", ariaLabel: words.play.foundDigit(place + 1, said) }, canvas, make("span", {}, said ?? "?"));
    button.onclick = () => {
      done();
      this.take({ inputs, wanted: null, number: null, drawn: true });
    };
    return button;
  }
}

// The largest, of what is a digit.
/** @type {(found: Found[]) => number} */
function largestOf(found) {
  const areas = found.map(({ said, box }) => (said === null ? 0 : box[2] * box[3]));
  return areas.indexOf(Math.max(...areas));
}

/** @type {(mark: HTMLElement, box: number[], image: HTMLImageElement) => void} */
function put(mark, [left, top, width, height], { naturalWidth, naturalHeight }) {
  mark.style.cssText = `left:${(100 * left) / naturalWidth}%;top:${(100 * top) / naturalHeight}%;width:${(100 * width) / naturalWidth}%;height:${(100 * height) / naturalHeight}%`;
}
