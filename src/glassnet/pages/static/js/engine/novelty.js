// How unlike all that was trained on an input is: the same distance as in glassnet/evaluation/novelty.py.

const SIZE = 10;

/** @typedef {{ means: Float32Array, directions: Float32Array, relief: Float32Array, counts: Int32Array, sizes: Float32Array, strangeness: Float32Array }} Classes */

export class Novelty {
  // What is known of the classes, and the largest distance that passes.
  /** @param {{ threshold: number, arrays: Classes }} news */
  constructor({ threshold, arrays }) {
    this.threshold = threshold;
    this.means = arrays.means;
    this.directions = arrays.directions;
    this.relief = arrays.relief;
    this.counts = arrays.counts;
    this.sizes = arrays.sizes;
    this.strangeness = arrays.strangeness;
  }

  /** @param {Float64Array} inputs */
  refuses(inputs) {
    const { distance, strangeness } = this.compared(inputs);
    return distance > this.threshold || strangeness > 0;
  }

  /** @param {Float64Array} inputs */
  distance(inputs) {
    return this.compared(inputs).distance;
  }

  /** @param {Float64Array} inputs */
  compared(inputs) {
    const size = Math.log(inputs.reduce((sum, value) => sum + value * value, 1)) / 2;
    const all = this.relief.length;
    let [least, first, strangeness] = [Infinity, 0, this.strangeness[this.strangeness.length - 1]];
    for (let k = 0; k < this.sizes.length; k++) {
      const along = this.along(inputs, k, first);
      const distance = along.distance + SIZE * (size - this.sizes[k]) ** 2;
      strangeness += along.strangeness + this.strangeness[2 * all + k] * Math.log(Math.max(0, distance) + 1);
      least = Math.min(least, distance);
      first += this.counts[k];
    }
    return { distance: least, strangeness };
  }

  // From the mean of class k, less what lies along its usual directions.
  /** @param {Float64Array} inputs @param {number} k @param {number} first */
  along(inputs, k, first) {
    const width = inputs.length;
    const difference = inputs.map((value, i) => value - this.means[k * width + i]);
    const all = this.relief.length;
    let strangeness = 0;
    let distance = difference.reduce((sum, value) => sum + value * value, 0);
    for (let direction = first; direction < first + this.counts[k]; direction++) {
      let along = 0;
      for (let i = 0; i < width; i++) along += difference[i] * this.directions[direction * width + i];
      distance -= this.relief[direction] * along * along;
      strangeness += along * (this.strangeness[direction] + this.strangeness[all + direction] * along);
    }
    return { distance, strangeness };
  }
}
