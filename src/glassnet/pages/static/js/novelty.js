// How unlike all that was trained on an input is: the same distance as in glassnet/evaluation/novelty.py.

const SIZE = 10;

export class Novelty {
  // news: means, directions, relief, counts and sizes of the classes, and the largest distance that passes.
  constructor({ threshold, arrays }) {
    Object.assign(this, { threshold, ...arrays });
  }

  refuses(inputs) {
    return this.distance(inputs) > this.threshold;
  }

  distance(inputs) {
    const size = Math.log(inputs.reduce((sum, value) => sum + value * value, 1)) / 2;
    let [least, first] = [Infinity, 0];
    for (let k = 0; k < this.sizes.length; k++) {
      const relieved = this.alike(inputs, k, first);
      least = Math.min(least, relieved + SIZE * (size - this.sizes[k]) ** 2);
      first += this.counts[k];
    }
    return least;
  }

  // From the mean of class k, less what lies along its usual directions.
  alike(inputs, k, first) {
    const width = inputs.length;
    const difference = inputs.map((value, i) => value - this.means[k * width + i]);
    let distance = difference.reduce((sum, value) => sum + value * value, 0);
    for (let direction = first; direction < first + this.counts[k]; direction++) {
      let along = 0;
      for (let i = 0; i < width; i++) along += difference[i] * this.directions[direction * width + i];
      distance -= this.relief[direction] * along * along;
    }
    return distance;
  }
}
