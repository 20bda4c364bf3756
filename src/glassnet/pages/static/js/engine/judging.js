// What is asked of a network in training: which examples it gets wrong, and what one step on one example would cost the
// others. It trains on as if nothing had been asked.

/** @import { Training } from "#engine/training.js" */

/** @typedef {{ inputs: ArrayLike<number>, wanted: number }} Wanted an example and its class */

// Of the validation examples: how often each class (row) was taken for each (column), and of each example what was said, how
// sure, and how probable its own class was said to be.
/** @param {Training} training */
export function mistakes(training) {
  const { data, store, network } = training;
  const { classes, validation } = data;
  const matrix = Array.from({ length: classes }, () => new Array(classes).fill(0));
  const said = new Uint8Array(validation.count);
  const [sure, own] = [new Float32Array(validation.count), new Float32Array(validation.count)];
  const { right } = training.evaluate(validation, (example, outputs) => {
    const row = store.floats.subarray(outputs, outputs + network.last.units);
    const most = row.indexOf(Math.max(...row));
    matrix[validation.labels[example]][most]++;
    said[example] = most;
    sure[example] = row[most];
    own[example] = row[validation.labels[example]];
  });
  return { matrix, said, sure, own, right, count: validation.count };
}

// One plain step, θ ← θ − η ∂ℓ/∂θ, on one example: how many validation examples were right before and are right after.
/** @param {Training} training @param {number} rate @param {Wanted} example */
export function price(training, rate, { inputs, wanted }) {
  const { data, network } = training;
  const kept = network.flat();
  data.one.longest = data.one.fill(inputs, 1);
  data.one.labels[0] = wanted;
  const measured = () => {
    const { right } = training.evaluate(data.validation);
    training.choose([0]);
    network.forward(data.one, 1);
    return { right, ...lossOf(network.judge(data.one.labels, 1)) };
  };
  const before = measured();
  network.backward(data.one, 1);
  const gradient = network.flat(network.gradient);
  network.load(kept.map((value, place) => value - rate * gradient[place]));
  const after = measured();
  const moved = gradient.reduce((count, slope) => count + Number(slope !== 0), 0);
  network.load(kept);
  return { before, after, count: data.validation.count, moved };
}

/** @type {(judged: { loss: number, right: number }) => { loss: number | null, said: boolean }} */
const lossOf = ({ loss, right }) => ({ loss: Number.isFinite(loss) ? loss : null, said: right === 1 });
