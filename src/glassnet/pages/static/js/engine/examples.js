// Examples as lists of what is not zero in them: of a digit's 784 pixels some 150, so that a first layer has a fifth of the
// work. An image is moved by adding one number to each place in its list, as far as its ink has room.

/** @import { Generator } from "#engine/randomness.js" */
/** @import { Store } from "#engine/store.js" */

export const SIDE = 28; // of an image

export class Examples {
  /**
   * @param {Store} store
   * @param {ArrayLike<number>} inputs row by row
   * @param {number} width of a row
   * @param {Uint8Array} labels
   * @param {number} scale what an input is divided by
   */
  constructor(store, inputs, width, labels, scale = 1) {
    this.store = store;
    this.width = width;
    this.labels = labels;
    this.count = labels.length;
    let entries = 0;
    for (let k = 0; k < this.count * width; k++) if (inputs[k]) entries++;
    this.starts = store.take(4 * (this.count + 1)); // of each list, counted in entries
    this.places = store.take(2 * entries);
    this.values = store.take(4 * entries);
    this.longest = this.fill(inputs, scale);
    this.frames = width === SIDE * SIDE ? this.framed() : null;
  }

  /** @param {ArrayLike<number>} inputs @param {number} scale */
  fill(inputs, scale) {
    const { width } = this;
    const { floats, integers, places } = this.store;
    const [starts, at, values] = [this.starts / 4, this.places / 2, this.values / 4];
    let [entry, longest] = [0, 0];
    for (let example = 0; example < this.count; example++) {
      for (let place = 0; place < width; place++) {
        const value = inputs[example * width + place];
        if (!value) continue;
        places[at + entry] = place;
        floats[values + entry++] = value / scale;
      }
      longest = Math.max(longest, entry - integers[starts + example]);
      integers[starts + example + 1] = entry;
    }
    return longest;
  }

  // How far each image may be moved: up, down, left and right.
  framed() {
    const { integers, places } = this.store;
    const rooms = new Int8Array(4 * this.count);
    for (let example = 0; example < this.count; example++) {
      let [top, bottom, left, right] = [SIDE - 1, 0, SIDE - 1, 0];
      const [from, to] = [integers[this.starts / 4 + example], integers[this.starts / 4 + example + 1]];
      for (let entry = from; entry < to; entry++) {
        const place = places[this.places / 2 + entry];
        const [row, column] = [Math.floor(place / SIDE), place % SIDE];
        top = Math.min(top, row);
        bottom = Math.max(bottom, row);
        left = Math.min(left, column);
        right = Math.max(right, column);
      }
      rooms.set(from < to ? [top, SIDE - 1 - bottom, left, SIDE - 1 - right] : [0, 0, 0, 0], 4 * example);
    }
    return rooms;
  }

  // By how much each place of an image moves: up to so many pixels down and right, but none of its ink out of the image.
  /** @param {number} example @param {number} most @param {Generator} random */
  move(example, most, random) {
    if (!this.frames) return 0;
    const [up, down, left, right] = this.frames.subarray(4 * example, 4 * example + 4);
    const by = (/** @type {number} */ before, /** @type {number} */ after) => Math.max(-before, Math.min(after, random.upTo(2 * most) - most));
    return SIDE * by(up, down) + by(left, right);
  }
}
