// SHA-256 (FIPS 180-4), as hexadecimal digits: a browser's own is not there on pages that come over plain http.

// The first 32 bits of the fractional parts of the square or cube roots of the first primes. A double has fewer bits of a cube
// root than are needed to be sure, so that whole numbers find it.
/** @type {(count: number, power: 2 | 3) => Uint32Array} */
function rootsOfPrimes(count, power) {
  /** @type {number[]} */
  const primes = [];
  for (let number = 2; primes.length < count; number++) if (primes.every((prime) => number % prime)) primes.push(number);
  return Uint32Array.from(primes, (prime) => Number(rootOf(BigInt(prime) << BigInt(32 * power), BigInt(power)) & 0xffffffffn));
}

// The largest whole number whose power is not larger.
/** @type {(value: bigint, power: bigint) => bigint} */
function rootOf(value, power) {
  let root = 0n;
  for (let bit = 1n << 40n; bit; bit >>= 1n) if ((root + bit) ** power <= value) root += bit;
  return root;
}

const START = rootsOfPrimes(8, 2);
const ROUNDS = rootsOfPrimes(64, 3);

/** @type {(word: number, by: number) => number} */
const turned = (word, by) => (word >>> by) | (word << (32 - by));

/** @type {(parts: Uint8Array[]) => string} */
export function sha256(parts) {
  const message = padded(parts);
  const view = new DataView(message.buffer);
  const state = START.slice();
  const words = new Int32Array(64);
  for (let block = 0; block < message.length; block += 64) {
    for (let k = 0; k < 16; k++) words[k] = view.getInt32(block + 4 * k);
    for (let k = 16; k < 64; k++) {
      const [early, late] = [words[k - 15], words[k - 2]];
      const first = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
      const second = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
      words[k] = words[k - 16] + first + words[k - 7] + second;
    }
    takeIn(state, words);
  }
  return Array.from(state, (word) => word.toString(16).padStart(8, "0")).join("");
}

// All parts in one, a bit that is set, zeros, and how many bits there were.
/** @param {Uint8Array[]} parts */
function padded(parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const message = new Uint8Array(Math.ceil((length + 9) / 64) * 64);
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  message[length] = 0x80;
  new DataView(message.buffer).setBigUint64(message.length - 8, BigInt(8 * length));
  return message;
}

/** @param {Uint32Array} state @param {Int32Array} words */
function takeIn(state, words) {
  let [a, b, c, d, e, f, g, h] = state;
  for (let k = 0; k < 64; k++) {
    const chosen = (e & f) ^ (~e & g);
    const first = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + chosen + ROUNDS[k] + words[k]) | 0;
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, k) => (state[k] += value));
}
