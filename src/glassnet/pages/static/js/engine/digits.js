// Digits as a file holds them: sixteen grays, two pixels a byte, then a byte for each label; deflated, as text. See
// pages/digits.py.

/** @typedef {{ count: number, packed: string }} PackedDigits */
/** @typedef {{ pixels: Uint8Array, labels: Uint8Array }} Digits a row of grays for each digit */

const GRAYS_APART = 17; // 255 / 15
const PIXELS = 784;

/** @param {PackedDigits} packed @returns {Promise<Digits>} */
export async function unpackedDigits({ count, packed }) {
  const bytes = await inflated(packed);
  const pairs = (count * PIXELS) / 2;
  const pixels = new Uint8Array(count * PIXELS);
  for (let place = 0; place < pairs; place++) {
    pixels[2 * place] = (bytes[place] >> 4) * GRAYS_APART;
    pixels[2 * place + 1] = (bytes[place] & 15) * GRAYS_APART;
  }
  return { pixels, labels: bytes.slice(pairs) };
}

/** @param {string} text */
async function inflated(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place++) bytes[place] = letters.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
