// Numbers as a reader of the pages sees them: three figures, zero is 0, a true minus, the language's comma.

import { decimal, language } from "#text/language.js";

const FIGURES = 3;

/** @param {number} value */
export function figure(value) {
  const size = Math.abs(value);
  if (size < 0.0005) return "0";
  if (size >= 1e6) return power(value);
  const before = Math.max(0, Math.floor(Math.log10(size)) + 1);
  return decimal(value, Math.max(0, Math.min(FIGURES - before, size < 0.01 ? 4 : 2)));
}

// With its sign, also where it is positive.
/** @param {number} value */
export const signedFigure = (value) => (value >= 0.0005 ? "+" : "") + figure(value);

// In whole percent; next to all and nothing, where a tenth tells more, with it.
/** @param {number} part of one */
export function share(part) {
  const percent = 100 * part;
  const digits = (percent >= 0.05 && percent < 1) || (percent > 99 && percent < 99.95) ? 1 : 0;
  return `${decimal(percent, digits)} %`;
}

/** @type {(value: number) => string} */
function power(value) {
  const [mantissa, exponent] = value.toExponential(1).split("e");
  const raised = [...String(Number(exponent))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return `${decimal(Number(mantissa), 1)} · 10${raised}`;
}

// A list as the language writes it: 3, 4 and 5.
/** @param {string[]} items */
export const listed = (items) => new Intl.ListFormat(language, { type: "conjunction" }).format(items);
