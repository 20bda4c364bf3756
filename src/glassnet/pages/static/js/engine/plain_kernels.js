// The products that take the time of a training, in JavaScript: for browsers whose WebAssembly lacks SIMD, and what
// kernels.wat is tested against. Arguments are addresses in bytes, and numbers; `stride` is a row of units in bytes.
// Sums are in double precision, which takes V8 half the time of rounding each product to single.

/** @import { Store } from "#engine/store.js" */
/** @typedef {ReturnType<typeof plainKernels>} Kernels */
/** @typedef {(...given: [number, number, number, number, number, number, number, number, number, number]) => void} OfTen */
/** @typedef {(...given: [...Parameters<OfTen>, number, number]) => void} OfTwelve */

/** @param {Store} store */
export const plainKernels = (store) => ({ ...firstLayer(store), ...laterLayers(store), ...updates(store) });

// Of examples as lists: `order` says which, `moves` by how much each place of one is moved.
/** @param {Store} store */
const firstLayer = (store) => ({
  // z = b + Σ x W, over an example's list
  /** @type {OfTen} */
  sparseForward(z, w, b, stride, n, order, moves, starts, places, values) {
    const { floats: F, integers: I, places: P } = store;
    const units = stride >> 2;
    for (let e = 0; e < n; e++) {
      const [list, move] = [(starts >> 2) + I[(order >> 2) + e], I[(moves >> 2) + e]];
      for (let u = 0; u < units; u += 4) {
        let [s0, s1, s2, s3] = F.subarray((b >> 2) + u, (b >> 2) + u + 4);
        for (let k = I[list]; k < I[list + 1]; k++) {
          const x = F[(values >> 2) + k];
          const at = (w >> 2) + (P[(places >> 1) + k] + move) * units + u;
          s0 += x * F[at];
          s1 += x * F[at + 1];
          s2 += x * F[at + 2];
          s3 += x * F[at + 3];
        }
        const at = (z >> 2) + e * units + u;
        F[at] = s0;
        F[at + 1] = s1;
        F[at + 2] = s2;
        F[at + 3] = s3;
      }
    }
  },

  // The lists of a batch, sorted by place: for each the example's row of deltas, in bytes, and the value. `ends` says where, in bytes.
  /** @type {OfTen} */
  sortByPlace(lists, ends, stride, inputs, n, order, moves, starts, places, values) {
    const { floats: F, integers: I, places: P } = store;
    const at = ends >> 2;
    const each = (/** @type {(place: number, example: number, entry: number) => void} */ visit) => {
      for (let e = 0; e < n; e++) {
        const [list, move] = [(starts >> 2) + I[(order >> 2) + e], I[(moves >> 2) + e]];
        for (let k = I[list]; k < I[list + 1]; k++) visit(at + P[(places >> 1) + k] + move, e, k);
      }
    };
    I.fill(0, at, at + inputs + 1);
    each((place) => (I[place + 1] += 8));
    for (let place = at; place < at + inputs; place++) I[place + 1] += I[place];
    each((place, example, entry) => {
      const to = (lists + I[place]) >> 2;
      I[to] = example * stride;
      F[to + 1] = F[(values >> 2) + entry];
      I[place] += 8; // where a list starts becomes where it ends
    });
  },

  // ∂L/∂W = Σ x δ, over each place's list
  /** @type {(g: number, delta: number, stride: number, inputs: number, lists: number, ends: number) => void} */
  sparseGradient(g, delta, stride, inputs, lists, ends) {
    const { floats: F, integers: I } = store;
    const units = stride >> 2;
    let from = lists >> 2;
    for (let place = 0; place < inputs; place++) {
      const to = (lists + I[(ends >> 2) + place]) >> 2;
      for (let u = 0; u < units; u += 4) {
        let [s0, s1, s2, s3] = [0, 0, 0, 0];
        for (let k = from; k < to; k += 2) {
          const x = F[k + 1];
          const at = ((delta + I[k]) >> 2) + u;
          s0 += x * F[at];
          s1 += x * F[at + 1];
          s2 += x * F[at + 2];
          s3 += x * F[at + 3];
        }
        const at = (g >> 2) + place * units + u;
        F[at] = s0;
        F[at + 1] = s1;
        F[at + 2] = s2;
        F[at + 3] = s3;
      }
      from = to;
    }
  },
});

// Of rows of numbers, `row` bytes apart, `count` of them in use.
/** @param {Store} store */
const laterLayers = (store) => ({
  // z = b + Σ x W
  /** @type {(z: number, w: number, b: number, stride: number, n: number, x: number, row: number, count: number) => void} */
  forward(z, w, b, stride, n, x, row, count) {
    const { floats: F } = store;
    const units = stride >> 2;
    for (let e = 0; e < n; e++) {
      const [to, from] = [(z >> 2) + e * units, (x + e * row) >> 2];
      for (let u = 0; u < units; u++) {
        let sum = F[(b >> 2) + u];
        for (let k = 0; k < count; k++) sum += F[from + k] * F[(w >> 2) + k * units + u];
        F[to + u] = sum;
      }
    }
  },

  // ∂L/∂W = Σ x δ, over the n examples
  /** @type {(g: number, delta: number, stride: number, n: number, x: number, row: number, count: number) => void} */
  gradient(g, delta, stride, n, x, row, count) {
    const { floats: F } = store;
    const units = stride >> 2;
    for (let k = 0; k < count; k++) {
      for (let u = 0; u < units; u++) {
        let sum = 0;
        for (let e = 0; e < n; e++) sum += F[(x + e * row) / 4 + k] * F[(delta >> 2) + e * units + u];
        F[(g >> 2) + k * units + u] = sum;
      }
    }
  },

  // ∂L/∂a = δ Wᵀ
  /** @type {(d: number, delta: number, w: number, stride: number, n: number, row: number, count: number) => void} */
  backward(d, delta, w, stride, n, row, count) {
    const { floats: F } = store;
    const units = stride >> 2;
    for (let e = 0; e < n; e++) {
      for (let k = 0; k < count; k++) {
        let sum = 0;
        for (let u = 0; u < units; u++) sum += F[(delta >> 2) + e * units + u] * F[(w >> 2) + k * units + u];
        F[(d + e * row) / 4 + k] = sum;
      }
    }
  },

  // ∂L/∂b = Σ δ
  /** @type {(g: number, delta: number, stride: number, n: number) => void} */
  sums(g, delta, stride, n) {
    const { floats: F } = store;
    const units = stride >> 2;
    for (let u = 0; u < units; u++) {
      let sum = 0;
      for (let e = 0; e < n; e++) sum += F[(delta >> 2) + e * units + u];
      F[(g >> 2) + u] = sum;
    }
  },

  // a = max(0, z)
  /** @type {(a: number, z: number, count: number) => void} */
  relu(a, z, count) {
    const { floats: F } = store;
    for (let k = 0; k < count; k++) F[(a >> 2) + k] = Math.max(0, F[(z >> 2) + k]);
  },

  // δ, but 0 where z is not positive
  /** @type {(d: number, z: number, count: number) => void} */
  reluSlope(d, z, count) {
    const { floats: F } = store;
    for (let k = 0; k < count; k++) if (!(F[(z >> 2) + k] > 0)) F[(d >> 2) + k] = 0;
  },
});

// Of `count` parameters θ whose gradient is g + λ θ.
/** @param {Store} store */
const updates = (store) => ({
  // v ← μ v + g, θ ← θ − η v
  /** @type {(theta: number, v: number, g: number, count: number, rate: number, momentum: number, penalty: number) => void} */
  momentum(theta, v, g, count, rate, momentum, penalty) {
    const { floats: F } = store;
    for (let k = 0; k < count; k++) {
      const at = (theta >> 2) + k;
      const velocity = momentum * F[(v >> 2) + k] + (F[(g >> 2) + k] + penalty * F[at]);
      F[(v >> 2) + k] = velocity;
      F[at] -= rate * velocity;
    }
  },

  // m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², θ ← θ − η m / (√s + ε); rest is 1 − β, in full precision
  /** @type {OfTwelve} */
  adam(theta, m, s, g, count, rate, beta1, rest1, beta2, rest2, epsilon, penalty) {
    const { floats: F } = store;
    for (let k = 0; k < count; k++) {
      const at = (theta >> 2) + k;
      const gradient = F[(g >> 2) + k] + penalty * F[at];
      const mean = beta1 * F[(m >> 2) + k] + rest1 * gradient;
      const square = beta2 * F[(s >> 2) + k] + rest2 * gradient * gradient;
      F[(m >> 2) + k] = mean;
      F[(s >> 2) + k] = square;
      F[at] -= (rate * mean) / (Math.sqrt(square) + epsilon);
    }
  },
});
