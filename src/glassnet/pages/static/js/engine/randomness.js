// NumPy's random numbers, bit for bit, so that a seed means the same on a page as in Python: see glassnet/randomness.py.
// A SeedSequence hashes seed, purpose and address into the state of PCG64, whose 64 bits the methods below make numbers of.
// (M. E. O'Neill, "PCG: a family of simple fast space-efficient statistically good algorithms", 2014.)

import { covered, densities, EDGE, INVERSE_EDGE, widths } from "#engine/ziggurat.js";

const PURPOSES = { initialization: 1, shuffle: 2, gradient_check: 3, augmentation: 4 }; // as in Python

// A number of 128 bits is eight digits of 16, the lowest first: their products add up in a double without loss.
const DIGITS = 8;
const MULTIPLIER = [0xf645, 0x9fcc, 0xdf64, 0x4385, 0x5da4, 0x1fc6, 0xed05, 0x2360];

export class Generator {
  /** @param {number} seed @param {keyof typeof PURPOSES} purpose @param {number[]} address a layer, or an epoch and a batch */
  constructor(seed, purpose, ...address) {
    const words = seedWords(seed, [PURPOSES[purpose], ...address]);
    const [start, stream] = [digits([2, 3, 0, 1].map((k) => words[k])), digits([6, 7, 4, 5].map((k) => words[k]))];
    this.increment = stream.map((digit, k) => ((digit << 1) & 0xffff) | (k ? stream[k - 1] >> 15 : 1));
    this.state = added(this.increment, start);
    this.product = new Float64Array(DIGITS);
    this.low = 0; // of the 64 bits last made
    this.high = 0;
    /** @type {number | null} */
    this.half = null; // the higher half of 64 bits of which the lower was given
    this.advance();
  }

  // state ← state · multiplier + increment
  advance() {
    const { state, product, increment } = this;
    let carry = 0;
    for (let k = 0; k < DIGITS; k++) {
      let sum = carry + increment[k];
      for (let i = 0; i <= k; i++) sum += state[i] * MULTIPLIER[k - i];
      product[k] = sum & 0xffff;
      carry = Math.floor(sum / 0x10000);
    }
    state.set(product);
  }

  // 64 bits: both halves of the state folded into one another, and turned by as much as its highest bits say.
  next64() {
    this.advance();
    const { state } = this;
    const turn = state[7] >>> 10;
    const lower = ((state[0] ^ state[4]) | ((state[1] ^ state[5]) << 16)) >>> 0;
    const higher = ((state[2] ^ state[6]) | ((state[3] ^ state[7]) << 16)) >>> 0;
    const [low, high] = turn & 32 ? [higher, lower] : [lower, higher];
    const right = turn & 31;
    this.low = right ? ((low >>> right) | (high << (32 - right))) >>> 0 : low;
    this.high = right ? ((high >>> right) | (low << (32 - right))) >>> 0 : high;
  }

  // 32 bits: the lower half of 64, and the next time the higher one.
  next32() {
    if (this.half !== null) {
      const half = this.half;
      this.half = null;
      return half;
    }
    this.next64();
    this.half = this.high;
    return this.low;
  }

  // In 0..1, without 1.
  random() {
    this.next64();
    return (this.high * 0x200000 + (this.low >>> 11)) / 2 ** 53;
  }

  // A whole number in 0..most: of as few bits as hold it, those that are larger thrown away.
  /** @param {number} most */
  upTo(most) {
    const mask = most ? 0xffffffff >>> Math.clz32(most) : 0;
    for (;;) {
      const found = (this.next32() & mask) >>> 0;
      if (found <= most) return found;
    }
  }

  /** @param {number} count */
  permutation(count) {
    const order = Int32Array.from({ length: count }, (_, k) => k);
    for (let k = count - 1; k > 0; k--) {
      const other = this.upTo(k);
      const held = order[k];
      order[k] = order[other];
      order[other] = held;
    }
    return order;
  }

  // Of mean 0 and variance 1: 99 of 100 lie in the covered part of a layer, and take one look.
  normal() {
    for (;;) {
      this.next64();
      const { low, high } = this;
      const layer = low & 0xff;
      const place = (high & 0x1fffffff) * 0x800000 + (low >>> 9);
      const size = place * widths[layer];
      const found = (low >>> 8) & 1 ? -size : size;
      if (place < covered[layer]) return found;
      if (!layer) return (low >>> 17) & 1 ? -this.tail() : this.tail();
      const height = (densities[layer - 1] - densities[layer]) * this.random() + densities[layer];
      if (height < Math.exp(-0.5 * found * found)) return found;
    }
  }

  // Beyond the last layer.
  tail() {
    for (;;) {
      const beyond = -INVERSE_EDGE * Math.log1p(-this.random());
      const height = -Math.log1p(-this.random());
      if (height + height > beyond * beyond) return EDGE + beyond;
    }
  }
}

// SeedSequence: eight words of 32 bits out of a seed and a key of whole numbers.
/** @type {(seed: number, key: number[]) => number[]} */
function seedWords(seed, key) {
  const entropy = [seed >>> 0, Math.floor(seed / 2 ** 32), 0, 0, ...key.map((word) => word >>> 0)];
  let constant = 0x43b0d7e5;
  const hashed = (/** @type {number} */ word) => {
    const mixed = word ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    return folded(Math.imul(mixed, constant));
  };
  const pool = entropy.slice(0, 4).map(hashed);
  const mix = (/** @type {number} */ to, /** @type {number} */ word) => {
    pool[to] = folded(Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, hashed(word)));
  };
  for (let from = 0; from < 4; from++) for (let to = 0; to < 4; to++) if (from !== to) mix(to, pool[from]);
  for (const word of entropy.slice(4)) for (let to = 0; to < 4; to++) mix(to, word);
  constant = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, k) => {
    const mixed = pool[k % 4] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    return folded(Math.imul(mixed, constant));
  });
}

/** @type {(word: number) => number} */
const folded = (word) => (word ^ (word >>> 16)) >>> 0;

// Words of 32 bits, the lowest first, as digits of 16.
/** @type {(words: number[]) => Float64Array} */
const digits = (words) => Float64Array.from(words.flatMap((word) => [word & 0xffff, word >>> 16]));

/** @type {(one: Float64Array, other: Float64Array) => Float64Array} */
function added(one, other) {
  let carry = 0;
  return one.map((digit, k) => {
    const sum = digit + other[k] + carry;
    carry = sum >> 16;
    return sum & 0xffff;
  });
}
