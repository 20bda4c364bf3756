// Digits as a file holds them: two pixels of 16 grays a byte, the higher half first, then a byte for each label; deflated, as
// base64. pages/digits.py writes them.

export const PIXELS = 784;

/** @typedef {{ pixels: Uint8Array, labels: Uint8Array }} Digits */

/** @param {string} text @param {number} count @returns {Promise<Digits>} */
export async function digitsOf(text, count) {
  const packed = await inflated(text);
  const bytes = (count * PIXELS) / 2;
  if (packed.length !== bytes + count) throw new Error(`expected ${bytes + count} bytes of ${count} digits, got ${packed.length}`);
  const pixels = new Uint8Array(2 * bytes);
  for (let place = 0; place < bytes; place++) {
    pixels[2 * place] = (packed[place] >> 4) * 17;
    pixels[2 * place + 1] = (packed[place] & 15) * 17;
  }
  return { pixels, labels: packed.slice(bytes) };
}

/** @param {string} text @returns {Promise<Uint8Array>} */
async function inflated(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < bytes.length; place++) bytes[place] = letters.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
