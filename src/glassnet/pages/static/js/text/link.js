// What is seen, as the part of an address after #: view and station, example, network, where one looks, and what a teacher
// says. What a link does not say stays as it is; what it says wrongly is ignored.
//
//   view=forward  at=sums     the view, and a station of it
//   x=682                     the example of this number; or ink=...: pixels of one's own; want=7: what was meant
//   n=13 or n=0.13  i=406  k=9    neuron (and its layer, from 0), source of the weight, answer that is looked at
//   of=1b2c3d4e               the mark of the network that was seen
//   net=...                   a network, inside; or its settings: hidden=16&seed=3&rate=0.1 ...: one that is trained so
//   inputs=...                a row's numbers, as the network takes them; row=62 or values=12.64,,2.02: of a table, where it is tried
//   points=...                the plane's points
//   say=...                   a sentence
//   go                        with view=learn alone: train a new network at once

/**
 * @typedef {object} Link
 * @property {string} [view]
 * @property {string} [at]
 * @property {number} [x]
 * @property {string} [ink]
 * @property {number} [want]
 * @property {number[]} [n]
 * @property {number} [i]
 * @property {number} [k]
 * @property {string} [of]
 * @property {string} [net]
 * @property {string} [points] of the plane
 * @property {string} [inputs] of a row that is no picture
 * @property {number} [row] of a table
 * @property {number[]} [values] of a table's row, in their own units; NaN where unknown
 * @property {{ [name: string]: any }} [settings]
 * @property {string} [say]
 * @property {boolean} [go]
 */

const SAID = 500; // characters
const LAYERS = 8;
const WIDEST = 2048;
/** @type {{ [name: string]: [low: number, high: number] }} */
const WHOLE = { batch: [1, 10_000], examples: [1, 1e6], epochs: [1, 1000], shift: [0, 4], seed: [0, 2 ** 32 - 1] };
/** @type {{ [name: string]: [low: number, high: number] }} */
const REAL = { rate: [0, 1000], momentum: [0, 0.999], penalty: [0, 10] };
const NAMES = ["activation", "optimizer", "schedule", "initial"];
const WORD = /^[a-z][a-z0-9-]{0,40}$/;

/** @type {(text: string | null, low: number, high: number) => number | undefined} */
function within(text, low, high) {
  const value = Number(text);
  return text !== null && text.trim() !== "" && Number.isFinite(value) && value >= low && value <= high ? value : undefined;
}

/** @type {(text: string | null, high?: number) => number | undefined} */
const whole = (text, high = 1e7) => {
  const value = within(text, 0, high);
  return Number.isInteger(value) ? value : undefined;
};

/** @type {(hash: string) => Link} */
export function readLink(hash) {
  const link = new URLSearchParams(hash.replace(/^#/, ""));
  const word = (/** @type {string} */ name) => (WORD.test(link.get(name) ?? "") ? (link.get(name) ?? undefined) : undefined);
  /** @type {Link} */
  const found = {
    view: word("view"),
    at: word("at"),
    x: whole(link.get("x")),
    ink: link.get("ink") ?? undefined,
    want: whole(link.get("want")),
    n: neuronOf(link.get("n")),
    i: whole(link.get("i")),
    k: whole(link.get("k")),
    of: /^[0-9a-f]{8}$/.test(link.get("of") ?? "") ? (link.get("of") ?? undefined) : undefined,
    net: link.get("net") ?? undefined,
    points: link.get("points") ?? undefined,
    inputs: link.get("inputs") ?? undefined,
    row: whole(link.get("row")),
    values: valuesOf(link.get("values")),
    settings: settingsOf(link),
    say: (link.get("say") ?? "").slice(0, SAID) || undefined,
    go: (link.has("go") && link.get("view") === "learn") || undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

/** @type {(text: string | null) => number[] | undefined} */
function neuronOf(text) {
  const parts = (text ?? "").split(".").map((part) => whole(part));
  if (parts.some((part) => part === undefined) || parts.length > 2) return undefined;
  return /** @type {number[]} */ (parts.length === 1 ? [0, ...parts] : parts);
}

/** @type {(text: string | null) => number[] | undefined} */
function valuesOf(text) {
  const values = (text ?? "").split(",").map((part) => (part ? Number(part) : NaN));
  return text && values.every((value, place) => Number.isFinite(value) || !text.split(",")[place]) ? values : undefined;
}

// Of a training; null where the link names none.
/** @type {(link: URLSearchParams) => { [name: string]: any } | undefined} */
function settingsOf(link) {
  /** @type {{ [name: string]: any }} */
  const found = {};
  const hidden = link.get("hidden");
  if (hidden !== null) {
    const sizes = hidden.split(/[ ,]+/).filter(Boolean).map((part) => whole(part, WIDEST));
    if (sizes.length <= LAYERS && sizes.every((size) => size)) found.hidden = sizes;
  }
  for (const [name, [low, high]] of Object.entries(WHOLE)) {
    const value = within(link.get(name), low, high);
    if (Number.isInteger(value)) found[name] = value;
  }
  for (const [name, [low, high]] of Object.entries(REAL)) found[name] = within(link.get(name), low, high);
  for (const name of NAMES) found[name] = WORD.test(link.get(name) ?? "") ? link.get(name) : undefined;
  const known = Object.entries(found).filter(([, value]) => value !== undefined);
  return known.length ? Object.fromEntries(known) : undefined;
}

/** @type {(link: Link) => string} */
export function writtenLink({ settings = {}, n, go, values, ...rest }) {
  const link = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) link.set(name, String(value));
  if (values) link.set("values", values.map((value) => (Number.isNaN(value) ? "" : String(value))).join(","));
  if (n) link.set("n", n[0] ? n.join(".") : String(n[1]));
  for (const [name, value] of Object.entries(settings)) if (value !== undefined && typeof value !== "object") link.set(name, String(value));
  if (Array.isArray(settings.hidden)) link.set("hidden", settings.hidden.join(","));
  const text = link.toString().replaceAll("%2C", ",");
  return `#${text}${go ? "&go" : ""}`;
}
