// Numbers as a page holds them: base64 of little-endian bytes, and weights rounded to 16 bits.

/**
 * @param {string} text
 * @param {new (buffer: ArrayBuffer) => ArrayLike<number>} Kind
 */
export function numbersOf(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Kind(bytes.buffer));
}

// Whole numbers and one scale for each neuron, all weights first, then all biases.
/**
 * @param {{ weights: string, scales: string, biases: string }} packed
 * @param {number[]} sizes
 */
export function unpacked({ weights, scales, biases }, sizes) {
  const [whole, scale, bias] = [numbersOf(weights, Int16Array), numbersOf(scales, Float32Array), numbersOf(biases, Float32Array)];
  const parameters = new Float64Array(whole.length + bias.length);
  let [place, first] = [0, 0];
  sizes.slice(1).forEach((units, layer) => {
    for (let j = 0; j < sizes[layer]; j++) for (let k = 0; k < units; k++, place++) parameters[place] = whole[place] * scale[first + k];
    first += units;
  });
  parameters.set(bias, whole.length);
  return parameters;
}
