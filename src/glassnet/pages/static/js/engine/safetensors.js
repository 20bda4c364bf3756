// A network as the file that Python's `glassnet.load_model` opens and `Model.save` writes, and the other way: safetensors, with
// a description under a digest. See glassnet/model/storage.py and tensor_file.py. Nothing in a file is ever executed.

import { sha256 } from "#engine/sha256.js";

const KEY = "glassnet";
const NEWER = 2; // the format of what version 0.1 would compute otherwise
const FORMATS = [1, NEWER];
/** @type {{ [name: string]: { bytes: number, array: Float32ArrayConstructor | Float64ArrayConstructor, dtype: string } }} */
const TYPES = { F32: { bytes: 4, array: Float32Array, dtype: "float32" }, F64: { bytes: 8, array: Float64Array, dtype: "float64" } };

/**
 * @typedef {object} SavedNetwork
 * @property {number[]} sizes
 * @property {string} activation of all hidden layers
 * @property {Float32Array} parameters in Python's order
 * @property {string[]} classes their names
 * @property {boolean} [images] whether inputs are the pixels of an image of 28 by 28, as of digits; else numbers as they are
 */
/** @typedef {{ name: string, shape: number[], type: string, bytes: Uint8Array }} Tensor */

// What a file is not, by a word that a page has a sentence for: "file", no safetensors; "foreign", none of glassnet's;
// "newer", of a later version; "damaged", not as it was written; "other", a network of a kind that a page cannot train.
export class ModelFileError extends Error {
  /** @param {"file" | "foreign" | "newer" | "damaged" | "other"} what @param {string} [found] */
  constructor(what, found = "") {
    super(`${what} ${found}`.trim());
    this.what = what;
    this.found = found;
  }
}

/** @param {SavedNetwork} network @returns {Uint8Array<ArrayBuffer>} */
export function savedNetwork({ sizes, activation, parameters, classes, images = true }) {
  const tensors = tensorsOf(sizes, parameters);
  const description = {
    format: activation === "gelu" ? NEWER : FORMATS[0],
    architecture: {
      sizes, activations: sizes.slice(2).map(() => activation), output: "softmax", loss: "cross_entropy", dtype: "float32",
    }, // prettier-ignore
    networks: 1,
    preprocessing: images ? { kind: "pixels", input_shape: [28, 28], deskew: false } : { kind: "unchanged", input_shape: [sizes[0]] },
    class_names: classes,
    target_scale: null,
    unit: "",
  };
  const sealed = spelled({ ...description, sha256: digestOf(tensors, spelled(description)) });
  let end = 0;
  const places = tensors.map(({ name, shape, type, bytes }) => [name, { dtype: type, shape, data_offsets: [end, (end += bytes.length)] }]);
  const header = ascii(JSON.stringify({ __metadata__: { [KEY]: sealed }, ...Object.fromEntries(places) }));
  const start = Math.ceil(header.length / 8) * 8; // spaces up to there
  const file = new Uint8Array(8 + start + end).fill(0x20, 8, 8 + start);
  new DataView(file.buffer).setUint32(0, start, true);
  file.set(header, 8);
  for (const [k, { bytes }] of tensors.entries()) file.set(bytes, 8 + start + Number(Object(places[k][1]).data_offsets[0]));
  return file;
}

// As PyTorch has them: "0.weight" of shape (units, inputs), "0.bias", "2.weight" and so on, sorted by their names.
/** @param {number[]} sizes @param {Float32Array} parameters @returns {Tensor[]} */
function tensorsOf(sizes, parameters) {
  const layers = sizes.slice(1).map((units, layer) => ({ units, inputs: sizes[layer] }));
  let weights = 0;
  let biases = layers.reduce((count, { units, inputs }) => count + units * inputs, 0);
  /** @type {Tensor[]} */
  const tensors = [];
  layers.forEach(({ units, inputs }, layer) => {
    const turned = new Float32Array(units * inputs);
    for (let input = 0; input < inputs; input++) for (let unit = 0; unit < units; unit++) turned[unit * inputs + input] = parameters[weights++];
    tensors.push({ name: `${2 * layer}.weight`, shape: [units, inputs], type: "F32", bytes: new Uint8Array(turned.buffer) });
    const bias = parameters.slice(biases, (biases += units));
    tensors.push({ name: `${2 * layer}.bias`, shape: [units], type: "F32", bytes: new Uint8Array(bias.buffer) });
  });
  return tensors.sort((one, other) => (one.name < other.name ? -1 : 1));
}

// JSON as Python spells it: keys sorted, ", " and ": ", and letters beyond ASCII escaped.
/** @param {any} value @returns {string} */
function spelled(value) {
  if (Array.isArray(value)) return `[${value.map(spelled).join(", ")}]`;
  if (value && typeof value === "object") {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${spelled(key)}: ${spelled(value[key])}`).join(", ")}}`;
  }
  return JSON.stringify(value).replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

// Of a description as it is written, and of all tensors, sorted by name, with their shapes as Python writes them.
/** @param {Tensor[]} tensors @param {string} description */
function digestOf(tensors, description) {
  const parts = tensors.flatMap(({ name, shape, type, bytes }) => {
    const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
    return [ascii(`\n${name} ${TYPES[type].dtype} ${tuple}\n`), bytes];
  });
  return sha256([ascii(description), ...parts]);
}

/** @param {string} text */
const ascii = (text) => new TextEncoder().encode(text);

/** @param {Uint8Array} file @returns {SavedNetwork} */
export function openedNetwork(file) {
  const { tensors, metadata } = partsOf(file);
  if (typeof metadata?.[KEY] !== "string") throw new ModelFileError("foreign");
  const { sha256: claimed, ...description } = jsonOf(metadata[KEY], "damaged");
  if (!FORMATS.includes(description.format)) throw new ModelFileError("newer", String(description.format));
  // The digest is of the text as it was written, without what it was to be compared with.
  const written = metadata[KEY].replace(`, "sha256": "${claimed}"`, "");
  if (digestOf(tensors, written) !== claimed) throw new ModelFileError("damaged");
  try {
    return networkOf(tensors, description);
  } catch (error) {
    throw error instanceof ModelFileError ? error : new ModelFileError("damaged");
  }
}

/** @param {string} text @param {"file" | "damaged"} what @returns {any} */
function jsonOf(text, what) {
  try {
    const value = JSON.parse(text);
    if (value && typeof value === "object") return value;
  } catch {
    // said below
  }
  throw new ModelFileError(what);
}

/** @param {Uint8Array} file */
function partsOf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = file.length < 8 || view.getUint32(4, true) ? Infinity : view.getUint32(0, true);
  if (8 + length > file.length) throw new ModelFileError("file");
  const { __metadata__: metadata, ...places } = jsonOf(new TextDecoder().decode(file.subarray(8, 8 + length)), "file");
  const tensors = Object.keys(places).sort().map((name) => tensorOf(name, places[name], file.subarray(8 + length)));
  return { tensors, metadata };
}

/** @param {string} name @param {any} place @param {Uint8Array} body @returns {Tensor} */
function tensorOf(name, place, body) {
  const { dtype: type, shape, data_offsets: offsets } = place ?? {};
  if (!TYPES[type]) throw new ModelFileError("other", String(type));
  const count = Array.isArray(shape) ? shape.reduce((product, side) => product * side, TYPES[type].bytes) : NaN;
  const [from, to] = Array.isArray(offsets) ? offsets : [];
  if (!(from >= 0 && to <= body.length && to - from === count)) throw new ModelFileError("file");
  return { name, shape, type, bytes: body.subarray(from, to) };
}

/** @param {Tensor[]} tensors @param {any} description @returns {SavedNetwork} */
function networkOf(tensors, { architecture, networks, preprocessing, class_names: classes, target_scale: scale }) {
  const { sizes, activations, output, loss } = architecture;
  const [activation = "relu"] = activations;
  const images = preprocessing.kind === "pixels";
  const unfit = [
    networks !== 1 && `${networks} networks`,
    (output !== "softmax" || loss !== "cross_entropy" || scale) && `${output}, ${loss}`,
    activations.some((/** @type {string} */ name) => name !== activation) && activations.join(", "),
    (images ? preprocessing.deskew || sizes[0] !== 784 : preprocessing.kind !== "unchanged") && `preprocessing ${preprocessing.kind}`,
  ].find(Boolean);
  if (unfit) throw new ModelFileError("other", unfit);
  return { sizes, activation, parameters: parametersOf(tensors, sizes), classes, images };
}

/** @param {Tensor[]} tensors @param {number[]} sizes */
function parametersOf(tensors, sizes) {
  /** @type {(name: string, shape: number[]) => Float32Array} */
  const values = (name, shape) => {
    const tensor = tensors.find((other) => other.name === name);
    if (!tensor || tensor.shape.join() !== shape.join()) throw new ModelFileError("damaged", name);
    const { array } = TYPES[tensor.type];
    return Float32Array.from(new array(new Uint8Array(tensor.bytes).buffer)); // copied, as it may stand at any byte
  };
  const layers = sizes.slice(1).map((units, layer) => ({ units, inputs: sizes[layer] }));
  const weights = layers.map(({ units, inputs }, layer) => {
    const turned = values(`${2 * layer}.weight`, [units, inputs]);
    return turned.map((_, place) => turned[(place % units) * inputs + Math.floor(place / units)]);
  });
  const parts = [...weights, ...layers.map(({ units }, layer) => values(`${2 * layer}.bias`, [units]))];
  const parameters = new Float32Array(parts.reduce((count, part) => count + part.length, 0));
  parts.reduce((at, part) => (parameters.set(part, at), at + part.length), 0);
  if (!parameters.every(Number.isFinite)) throw new ModelFileError("damaged");
  return parameters;
}
