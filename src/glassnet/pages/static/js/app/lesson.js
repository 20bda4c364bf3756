// A view as a link: what is looked at, the drawing, the settings, what is hidden, and what a teacher says.

import { SAYS } from "#text/live_words.js";
import { STEPS } from "#text/words.js";
import { SETTINGS } from "#views/settings.js";

/**
 * @typedef {object} Lesson what a link says; what is undefined it leaves out
 * @property {string} view
 * @property {number} [step] counted from 1
 * @property {number} [want]
 * @property {number[]} [n] layer and neuron
 * @property {number} [x] place of an example in the data
 * @property {string} [ink] a drawing
 * @property {string} [lens]
 * @property {string} [net]
 * @property {string[]} hide
 * @property {string} say
 * @property {{ [name: string]: any }} knobs
 */

const LEVELS = 15; // of gray, beside none
const SHORT = Object.fromEntries(SETTINGS.map(({ link, name }) => [link, name]));
export const HIDEABLE = Object.keys(SAYS.hideable);
const SAID = 500; // characters
const LARGEST = 8192; // of a drawing that is unpacked

/** @type {(inputs: Float64Array) => Float64Array} */
export const snapped = (inputs) => inputs.map((value) => Math.round(value * LEVELS) / LEVELS);

// Two pixels a byte, deflated, as text for an address.
/** @type {(inputs: Float64Array) => Promise<string>} */
export async function inkOf(inputs) {
  const bytes = Uint8Array.from({ length: inputs.length / 2 }, (_, place) => (Math.round(inputs[2 * place] * LEVELS) << 4) | Math.round(inputs[2 * place + 1] * LEVELS));
  const packed = await through(new CompressionStream("deflate-raw"), bytes);
  return btoa(String.fromCharCode(...packed)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// Null where it is no drawing of so many pixels.
/** @type {(text: string, size: number) => Promise<Float64Array | null>} */
export async function inputsOf(text, size) {
  try {
    const packed = Uint8Array.from(atob(text.slice(0, LARGEST).replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
    const bytes = await through(new DecompressionStream("deflate-raw"), packed, size / 2);
    if (bytes.length !== size / 2) return null;
    return Float64Array.from({ length: size }, (_, place) => (place % 2 ? bytes[place >> 1] & 15 : bytes[place >> 1] >> 4) / LEVELS);
  } catch {
    return null;
  }
}

/** @type {(stream: CompressionStream | DecompressionStream, bytes: Uint8Array<ArrayBuffer>, most?: number) => Promise<Uint8Array>} */
async function through(stream, bytes, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  /** @type {number[]} */
  const parts = [];
  for (let length = 0; length <= most; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(...value);
    length += value.length;
  }
  return Uint8Array.from(parts);
}

/** @type {(lesson: Lesson) => string} */
export function written(view) {
  const link = new URLSearchParams({ v: "1", view: view.view });
  const { step, want, n, x, ink, lens, net } = view;
  for (const [name, value] of Object.entries({ step, want, n: n?.join("."), x, ink, lens, net })) if (value !== undefined) link.set(name, String(value));
  for (const [short, name] of Object.entries(SHORT)) if (view.knobs?.[name] !== undefined) link.set(short, view.knobs[name]);
  if (view.hide?.length) link.set("hide", view.hide.join(","));
  if (view.say) link.set("say", view.say);
  return `#${link.toString().replaceAll("%2C", ",")}`;
}

/** @type {(text: string | null, most: number) => number | undefined} */
const whole = (text, most) => {
  const value = Number(text);
  return text !== null && text !== "" && Number.isFinite(value) ? Math.max(0, Math.min(most, Math.trunc(value))) : undefined;
};

/** @type {(text: string | null, names: string[]) => string | undefined} */
const oneOf = (text, names) => names.find((name) => name === text);

// What is not known is ignored, and numbers are kept within their bounds.
/** @type {(hash: string) => Lesson} */
export function read(hash) {
  const link = new URLSearchParams(hash.slice(1));
  const [layer, unit] = (link.get("n") ?? "").split(".").map((part) => whole(part, 1e6));
  const knobs = Object.fromEntries(Object.entries(SHORT).filter(([short]) => link.has(short)).map(([short, name]) => [name, link.get(short)]));
  return {
    view: oneOf(link.get("view"), ["try", "look", "train", "mistakes"]) ?? "", // as suits the network
    step: whole(link.get("step"), STEPS.length),
    want: whole(link.get("want"), 1e6),
    n: layer === undefined || unit === undefined ? undefined : [layer, unit],
    x: whole(link.get("x"), 1e6),
    ink: link.get("ink") ?? undefined,
    lens: oneOf(link.get("lens"), ["activations", "weights", "deltas"]),
    net: link.get("net") ?? undefined,
    hide: (link.get("hide") ?? "").split(",").filter((name) => HIDEABLE.includes(name)),
    say: (link.get("say") ?? "").slice(0, SAID),
    knobs,
  };
}
