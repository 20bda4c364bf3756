// Formulas as MathML, which every browser sets and screen readers read. Symbols are those of docs: x, W, b, z, a, p, y, ℓ, δ, η.

const SPACE = "http://www.w3.org/1998/Math/MathML";

/** @typedef {Element | string} Part a string is a sign: =, ·, Σ */

/** @type {(tag: string, children: (Element | string)[], attributes?: { [name: string]: string }) => Element} */
function element(tag, children, attributes = {}) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** @type {(part: Part) => Element} */
const asElement = (part) => (typeof part === "string" ? element("mo", [part]) : part);

/** @type {(...parts: Part[]) => Element} */
export const row = (...parts) => element("mrow", parts.map(asElement));

/** @type {(...parts: Part[]) => Element} */
export const math = (...parts) => element("math", [row(...parts)]);

/** @type {(text: string, kind?: string) => Element} */
export const number = (text, kind = "") => element("mn", [text], kind ? { class: kind } : {});

/** @type {(text: string) => Element} */
export const text = (text) => element("mtext", [text]);

// A letter with what stands below and above it: δ_7^(2).
/** @type {(name: string, marks?: { sub?: string, sup?: string }) => Element} */
export function letter(name, { sub, sup } = {}) {
  const base = element("mi", [name]);
  const low = sub === undefined ? null : element("mrow", [element("mtext", [sub])]);
  const high = sup === undefined ? null : element("mrow", [element("mo", ["("], { stretchy: "false" }), element("mn", [sup]), element("mo", [")"], { stretchy: "false" })]);
  if (low && high) return element("msubsup", [base, low, high]);
  return low ? element("msub", [base, low]) : high ? element("msup", [base, high]) : base;
}

// Parts in brackets where they would else stand sign to sign.
/** @type {(text: string, kind?: string) => Element} */
export const factor = (text, kind = "") => (text.startsWith("−") ? row("(", number(text, kind), ")") : number(text, kind));

/** @type {(over: Element, under: Element) => Element} */
export const fraction = (over, under) => element("mfrac", [over, under]);

// With a brace below, and words below that.
/** @type {(part: Element, said: string) => Element} */
export const braced = (part, said) => element("munder", [element("munder", [part, element("mo", ["⏟"], { stretchy: "true" })]), text(said)]);
