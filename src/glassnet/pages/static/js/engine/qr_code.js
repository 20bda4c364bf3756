// A QR code of bytes (ISO/IEC 18004, byte mode, error correction level L): a link as a picture that a phone reads.

const LARGEST = 25; // version: 117 cells a side, 1,273 bytes; larger ones are hard to read from a screen
// For level L, by version: check bytes in a block, and blocks.
const CHECKS = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12];
const PADS = [0xec, 0x11];
const LEVEL_AND_MASK = 0b01_000; // level L, and mask 0: every second cell, like a chessboard

/** @typedef {(boolean | null)[][]} Grid rows of cells: dark, light, or free */

// Rows of cells, true where dark; null where there are too many bytes.
/** @type {(bytes: Uint8Array) => boolean[][] | null} */
export function qrCode(bytes) {
  const version = Array.from({ length: LARGEST }, (_, place) => place + 1).find((one) => bytes.length <= roomOf(one));
  if (!version) return null;
  const side = 4 * version + 17;
  /** @type {Grid} */
  const grid = Array.from({ length: side }, () => new Array(side).fill(null));
  drawPatterns(grid, version);
  drawFormat(grid);
  if (version >= 7) drawVersion(grid, version);
  fill(grid, interleaved(codewords(bytes, version), version));
  return grid.map((row) => row.map(Boolean));
}

// Cells that are left for bits, by the standard's layout.
/** @type {(version: number) => number} */
function cellsOf(version) {
  const all = (16 * version + 128) * version + 64;
  if (version === 1) return all;
  const marks = Math.floor(version / 7) + 2;
  return all - ((25 * marks - 10) * marks - 55) - (version >= 7 ? 36 : 0);
}

/** @type {(version: number) => number} */
const dataBytes = (version) => Math.floor(cellsOf(version) / 8) - CHECKS[version - 1] * BLOCKS[version - 1];
/** @type {(version: number) => number} */
const lengthBits = (version) => (version < 10 ? 8 : 16);
/** @type {(version: number) => number} */
const roomOf = (version) => Math.floor((8 * dataBytes(version) - 4 - lengthBits(version)) / 8);

// Mode, length, bytes, an end of four bits, and pads.
/** @type {(bytes: Uint8Array, version: number) => number[]} */
function codewords(bytes, version) {
  const bits = [...inBits(0b0100, 4), ...inBits(bytes.length, lengthBits(version)), ...Array.from(bytes).flatMap((byte) => inBits(byte, 8))];
  const room = 8 * dataBytes(version);
  while (bits.length < room && (bits.length % 8 || bits.length < 12 + lengthBits(version) + 8 * bytes.length - 4)) bits.push(0);
  const words = [];
  for (let place = 0; place < bits.length; place += 8) words.push(parseInt(bits.slice(place, place + 8).join(""), 2));
  for (let turn = 0; words.length < dataBytes(version); turn++) words.push(PADS[turn % 2]);
  return words;
}

/** @type {(value: number, length: number) => number[]} */
const inBits = (value, length) => Array.from({ length }, (_, place) => (value >> (length - 1 - place)) & 1);

// Blocks side by side, the later ones a byte longer, then their check bytes side by side.
/** @type {(words: number[], version: number) => number[]} */
function interleaved(words, version) {
  const [count, checks] = [BLOCKS[version - 1], CHECKS[version - 1]];
  const short = Math.floor(words.length / count);
  const longer = words.length % count;
  let start = 0;
  const blocks = Array.from({ length: count }, (_, place) => words.slice(start, (start += short + (place >= count - longer ? 1 : 0))));
  const ends = blocks.map((block) => remainder(block, generator(checks)));
  const all = [];
  for (let place = 0; place <= short; place++) for (const block of blocks) if (place < block.length) all.push(block[place]);
  for (let place = 0; place < checks; place++) for (const end of ends) all.push(end[place]);
  return all;
}

// A product in the field of 256 elements that Reed and Solomon's check bytes are of.
/** @type {(x: number, y: number) => number} */
function times(x, y) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >> 7) * 0x11d);
    product ^= ((y >> bit) & 1) * x;
  }
  return product;
}

// (x − 1)(x − 2)(x − 4) ..., without its leading 1.
/** @type {(degree: number) => number[]} */
function generator(degree) {
  /** @type {number[]} */
  const factors = [...new Array(degree - 1).fill(0), 1];
  for (let turn = 0, root = 1; turn < degree; turn++, root = times(root, 2)) {
    for (let place = 0; place < degree; place++) factors[place] = times(factors[place], root) ^ (factors[place + 1] ?? 0);
  }
  return factors;
}

/** @type {(block: number[], divisor: number[]) => number[]} */
function remainder(block, divisor) {
  const rest = new Array(divisor.length).fill(0);
  for (const byte of block) {
    const factor = byte ^ rest.shift();
    rest.push(0);
    divisor.forEach((value, place) => (rest[place] ^= times(value, factor)));
  }
  return rest;
}

// Three eyes, two dotted lines, and small marks that keep a large code straight.
/** @type {(grid: Grid, version: number) => void} */
function drawPatterns(grid, version) {
  const side = grid.length;
  for (let place = 0; place < side; place++) grid[6][place] = grid[place][6] = place % 2 === 0;
  for (const [x, y] of [[3, 3], [side - 4, 3], [3, side - 4]]) ring(grid, x, y, 4, [0, 1, 3]);
  const places = marksOf(version);
  const last = places.length - 1;
  places.forEach((y, row) =>
    places.forEach((x, column) => {
      const eye = (row === 0 && column === 0) || (row === 0 && column === last) || (row === last && column === 0);
      if (!eye) ring(grid, x, y, 2, [0, 2]);
    }),
  );
  grid[side - 8][8] = true;
}

// Squares around a middle, dark at these distances.
/** @type {(grid: Grid, x: number, y: number, reach: number, dark: number[]) => void} */
function ring(grid, x, y, reach, dark) {
  for (let down = -reach; down <= reach; down++) {
    for (let across = -reach; across <= reach; across++) {
      if (grid[y + down]?.[x + across] !== undefined) grid[y + down][x + across] = dark.includes(Math.max(Math.abs(down), Math.abs(across)));
    }
  }
}

/** @type {(version: number) => number[]} */
function marksOf(version) {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = 2 * Math.ceil((4 * version + 4) / (2 * count - 2));
  const rest = Array.from({ length: count - 1 }, (_, place) => 4 * version + 10 - step * place);
  return [6, ...rest.reverse()];
}

// Level and mask, with ten check bits, twice.
/** @type {(grid: Grid) => void} */
function drawFormat(grid) {
  const side = grid.length;
  const bits = ((LEVEL_AND_MASK << 10) | checked(LEVEL_AND_MASK, 0x537, 10)) ^ 0x5412;
  /** @type {(place: number) => boolean} */
  const bit = (place) => ((bits >> place) & 1) === 1;
  for (let place = 0; place < 15; place++) {
    const near = place < 6 ? place : place < 8 ? place + 1 : 0;
    if (place < 8) grid[near][8] = bit(place);
    else grid[8][place === 8 ? 7 : 14 - place] = bit(place);
    if (place < 8) grid[8][side - 1 - place] = bit(place);
    else grid[side - 15 + place][8] = bit(place);
  }
}

/** @type {(grid: Grid, version: number) => void} */
function drawVersion(grid, version) {
  const bits = (version << 12) | checked(version, 0x1f25, 12);
  for (let place = 0; place < 18; place++) {
    const [across, down] = [grid.length - 11 + (place % 3), Math.floor(place / 3)];
    grid[down][across] = grid[across][down] = ((bits >> place) & 1) === 1;
  }
}

// What a division by a polynomial of this degree leaves.
/** @type {(value: number, divisor: number, degree: number) => number} */
function checked(value, divisor, degree) {
  let rest = value;
  for (let turn = 0; turn < degree; turn++) rest = (rest << 1) ^ ((rest >> (degree - 1)) * divisor);
  return rest;
}

// Bits in columns of two from the right, up and down, past the patterns; every second cell is turned over.
/** @type {(grid: Grid, words: number[]) => void} */
function fill(grid, words) {
  const side = grid.length;
  let place = 0;
  for (let right = side - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    const up = ((right + 1) & 2) === 0;
    for (let turn = 0; turn < side; turn++) {
      const y = up ? side - 1 - turn : turn;
      for (const x of [right, right - 1]) {
        if (grid[y][x] !== null) continue;
        const bit = ((words[place >> 3] ?? 0) >> (7 - (place & 7))) & 1;
        grid[y][x] = (bit === 1) !== ((x + y) % 2 === 0);
        place++;
      }
    }
  }
}
