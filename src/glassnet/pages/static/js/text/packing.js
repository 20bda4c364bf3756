// Bytes as text for an address, and what travels in one: a drawing's pixels, a small network's parameters.

/** @typedef {{ sizes: number[], activations: string[], parameters: Float64Array }} PackedNet */

const LARGEST = 65_536; // bytes that are unpacked
const MOST_PARAMETERS = 20_000; // of a network that a link can carry
const LEVELS = 127; // of either sign of a weight

/** @type {(stream: CompressionStream | DecompressionStream, bytes: Uint8Array<ArrayBuffer>, most?: number) => Promise<Uint8Array<ArrayBuffer>>} */
async function through(stream, bytes, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  /** @type {Uint8Array[]} */
  const parts = [];
  for (let length = 0; length <= most; ) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (parts)).arrayBuffer());
    parts.push(value);
    length += value.length;
  }
  throw new RangeError("more than was expected");
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function packedBytes(bytes) {
  const packed = await through(new CompressionStream("deflate-raw"), bytes);
  const letters = Array.from(packed, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// Null where it is nothing of the kind.
/** @param {string} text */
async function unpackedBytes(text, most = LARGEST) {
  try {
    const packed = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    return await through(new DecompressionStream("deflate-raw"), packed, most);
  } catch {
    return null;
  }
}

// Pixels of 0 to 1, exact to a step of 1/255, which is all that a drawing has.
/** @param {Float64Array} inputs */
export const packedInk = (inputs) => packedBytes(Uint8Array.from(inputs, (value) => Math.round(255 * value)));

/** @type {(text: string, size: number) => Promise<Float64Array | null>} */
export async function unpackedInk(text, size) {
  const bytes = await unpackedBytes(text, size);
  return bytes?.length === size ? Float64Array.from(bytes, (gray) => gray / 255) : null;
}

// A row of numbers as a network takes them, in single precision.
/** @param {Float64Array} inputs */
export const packedRow = (inputs) => packedBytes(new Uint8Array(Float32Array.from(inputs).buffer));

/** @type {(text: string, size: number) => Promise<Float64Array | null>} */
export async function unpackedRow(text, size) {
  const bytes = await unpackedBytes(text, 4 * size);
  const row = bytes?.length === 4 * size ? Float64Array.from(new Float32Array(bytes.buffer)) : null;
  return row?.every(Number.isFinite) ? row : null;
}

// Points of the plane to a step of 1/64, each of a kind.
/** @param {{ x: number, y: number, kind: number }[]} points */
export const packedPoints = (points) => packedBytes(Uint8Array.from(points.flatMap(({ x, y, kind }) => [Math.round(64 * x) + 128, Math.round(64 * y) + 128, kind].map((value) => Math.max(0, Math.min(255, value))))));

/** @type {(text: string, kinds: number) => Promise<{ x: number, y: number, kind: number }[] | null>} */
export async function unpackedPoints(text, kinds) {
  const bytes = await unpackedBytes(text);
  if (!bytes || bytes.length % 3 || bytes.some((value, place) => place % 3 === 2 && value >= kinds)) return null;
  return Array.from({ length: bytes.length / 3 }, (_, place) => ({ x: (bytes[3 * place] - 128) / 64, y: (bytes[3 * place + 1] - 128) / 64, kind: bytes[3 * place + 2] }));
}

// Each neuron's weights as whole numbers up to 127 of its largest one; null of a network that is too large for a link.
/** @param {PackedNet} net */
export async function packedNet({ sizes, activations, parameters }) {
  if (parameters.length > MOST_PARAMETERS) return null;
  const { whole, scales, biases } = rounded(sizes, parameters);
  const head = new TextEncoder().encode(JSON.stringify({ sizes, activations }));
  const length = Uint16Array.of(head.length);
  return packedBytes(new Uint8Array(await new Blob([length, head, whole, scales, biases]).arrayBuffer()));
}

/** @type {(sizes: number[], parameters: Float64Array) => { whole: Int8Array<ArrayBuffer>, scales: Float32Array<ArrayBuffer>, biases: Float32Array<ArrayBuffer> }} */
function rounded(sizes, parameters) {
  const count = parameters.length - total(sizes.slice(1));
  const whole = new Int8Array(count);
  /** @type {number[]} */
  const scales = [];
  each(sizes, (start, sources, units) => {
    for (let unit = 0; unit < units; unit++) {
      let most = 0;
      for (let source = 0; source < sources; source++) most = Math.max(most, Math.abs(parameters[start + source * units + unit]));
      scales.push(most / LEVELS);
      for (let source = 0; source < sources; source++) whole[start + source * units + unit] = most ? Math.round((LEVELS * parameters[start + source * units + unit]) / most) : 0;
    }
  });
  return { whole, scales: Float32Array.from(scales), biases: Float32Array.from(parameters.subarray(count)) };
}

/** @type {(text: string) => Promise<PackedNet | null>} */
export async function unpackedNet(text) {
  const bytes = await unpackedBytes(text);
  if (!bytes || bytes.length < 2) return null;
  const length = bytes[0] | (bytes[1] << 8);
  try {
    const { sizes, activations } = JSON.parse(new TextDecoder().decode(bytes.subarray(2, 2 + length)));
    if (!isShape(sizes, activations)) return null;
    return { sizes, activations, parameters: parametersOf(sizes, bytes.slice(2 + length)) };
  } catch {
    return null;
  }
}

/** @type {(sizes: unknown, activations: unknown) => boolean} */
function isShape(sizes, activations) {
  if (!Array.isArray(sizes) || !Array.isArray(activations)) return false;
  return sizes.length >= 2 && activations.length === sizes.length - 2 && sizes.every((size) => Number.isInteger(size) && size > 0) && activations.every((name) => typeof name === "string");
}

// Throws where the bytes are fewer, or more, than the sizes say.
/** @type {(sizes: number[], bytes: Uint8Array<ArrayBuffer>) => Float64Array} */
function parametersOf(sizes, bytes) {
  const units = total(sizes.slice(1));
  const count = bytes.length - 8 * units;
  const parameters = new Float64Array(count + units);
  const [whole, rest] = [new Int8Array(bytes.buffer, 0, count), new Float32Array(bytes.slice(count).buffer)];
  let first = 0;
  let seen = 0;
  each(sizes, (start, sources, wide) => {
    for (let source = 0; source < sources; source++) for (let unit = 0; unit < wide; unit++, seen++) parameters[start + source * wide + unit] = whole[start + source * wide + unit] * rest[first + unit];
    first += wide;
  });
  if (seen !== count || !parameters.every(Number.isFinite)) throw new RangeError("not the bytes of these sizes");
  parameters.set(rest.subarray(units), count);
  return parameters;
}

/** @type {(sizes: number[], visit: (start: number, sources: number, units: number) => void) => void} */
function each(sizes, visit) {
  let start = 0;
  sizes.slice(1).forEach((units, layer) => {
    visit(start, sizes[layer], units);
    start += sizes[layer] * units;
  });
}

/** @type {(values: number[]) => number} */
const total = (values) => values.reduce((sum, value) => sum + value, 0);

// A few letters by which one network is told from another: the 32-bit FNV-1a hash of its parameters.
/** @type {(parameters: Float64Array) => string} */
export function markOf(parameters) {
  let mark = 0x811c9dc5;
  for (const byte of new Uint8Array(Float32Array.from(parameters).buffer)) mark = Math.imul(mark ^ byte, 0x01000193);
  return (mark >>> 0).toString(16).padStart(8, "0");
}
