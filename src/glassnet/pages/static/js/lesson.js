// A view as a link: what is looked at, the drawing, the settings, what is hidden, and what a teacher says.

import { SETTINGS } from "glassnet/settings";

const LEVELS = 15; // of gray, beside none
// What is written often is written short; other settings have their own names.
const ABBREVIATIONS = { learning_rate: "lr", batch_size: "bs", activation: "act", optimizer: "opt", dataset: "data", train_size: "size", l2: "reg", weight_decay: "wd", dropout: "drop" };
const SHORT = Object.fromEntries(SETTINGS.map(({ name }) => [ABBREVIATIONS[name] ?? name, name]));
export const HIDEABLE = ["look", "train", "mistakes", "gallery", "knobs", "keep"];
const SAID = 500; // characters
const LARGEST = 8192; // of a drawing that is unpacked

export const snapped = (inputs) => inputs.map((value) => Math.round(value * LEVELS) / LEVELS);

// Two pixels a byte, deflated, as text for an address.
export async function inkOf(inputs) {
  const bytes = Uint8Array.from({ length: inputs.length / 2 }, (_, place) => (Math.round(inputs[2 * place] * LEVELS) << 4) | Math.round(inputs[2 * place + 1] * LEVELS));
  const packed = await through(new CompressionStream("deflate-raw"), bytes);
  return btoa(String.fromCharCode(...packed)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// Null where it is no drawing of so many pixels.
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

async function through(stream, bytes, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const parts = [];
  for (let length = 0; length <= most; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(...value);
    length += value.length;
  }
  return Uint8Array.from(parts);
}

// view: what `read` gives; what is undefined is left out.
export function written(view) {
  const link = new URLSearchParams({ v: 1, view: view.view });
  for (const name of ["step", "want", "n", "x", "ink", "lens", "net"]) if (view[name] !== undefined && view[name] !== null) link.set(name, view[name]);
  for (const [short, name] of Object.entries(SHORT)) if (view.knobs?.[name] !== undefined) link.set(short, view.knobs[name]);
  if (view.hide?.length) link.set("hide", view.hide.join(","));
  if (view.say) link.set("say", view.say);
  return `#${link.toString().replaceAll("%2C", ",")}`;
}

const whole = (text, most) => {
  const value = Number(text);
  return text !== null && text !== "" && Number.isFinite(value) ? Math.max(0, Math.min(most, Math.trunc(value))) : undefined;
};

// What is not known is ignored, and numbers are kept within their bounds.
export function read(hash) {
  const link = new URLSearchParams(hash.slice(1));
  const [layer, unit] = (link.get("n") ?? "").split(".").map((part) => whole(part, 1e6));
  const knobs = Object.fromEntries(Object.entries(SHORT).filter(([short]) => link.has(short)).map(([short, name]) => [name, link.get(short)]));
  return {
    view: ["look", "train", "mistakes"].includes(link.get("view")) ? link.get("view") : "look",
    step: whole(link.get("step"), 9),
    want: whole(link.get("want"), 1e6),
    n: unit === undefined ? undefined : [layer, unit],
    x: whole(link.get("x"), 1e6),
    ink: link.get("ink") ?? undefined,
    lens: ["activations", "weights", "deltas"].includes(link.get("lens")) ? link.get("lens") : undefined,
    net: link.get("net") ?? undefined,
    hide: (link.get("hide") ?? "").split(",").filter((name) => HIDEABLE.includes(name)),
    say: (link.get("say") ?? "").slice(0, SAID),
    knobs,
  };
}
