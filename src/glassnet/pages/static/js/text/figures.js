// Numbers as a reader of the pages sees them: three figures, zero is 0, a true minus, the language's comma.

import { decimal, language } from "#text/language.js";

const FIGURES = 3;

/** @param {number} value */
export function figure(value) {
  const size = Math.abs(value);
  if (size < 0.0005) return "0";
  if (size >= 1e6) return power(value);
  if (size < 1) return decimal(value, size < 0.01 ? FIGURES + 1 : FIGURES - 1);
  return decimal(value, Math.max(0, FIGURES - 1 - Math.floor(Math.log10(size))));
}

// With its sign, also where it is positive.
/** @param {number} value */
export const signedFigure = (value) => (value >= 0.0005 ? "+" : "") + figure(value);

// To hundredths, as terms of a sum are written, so that what is written adds up.
/** @param {number} value */
export const signedDecimal = (value) => (value >= 0.005 ? "+" : "") + decimal(Math.abs(value) < 0.005 ? 0 : value);

// In whole percent; next to all and nothing, where a tenth tells more, with it.
/** @param {number} part of one */
export function share(part) {
  const percent = 100 * part;
  const digits = (percent >= 0.05 && percent < 1) || (percent > 99 && percent < 99.95) ? 1 : 0;
  return `${decimal(percent, digits)} %`;
}

// How many of all are right, to a tenth of a percent.
/** @type {(right: number, total: number) => string} */
export const accuracy = (right, total) => `${decimal((100 * right) / total, 1)} %`;

/** @type {(value: number) => string} */
function power(value) {
  const [mantissa, exponent] = value.toExponential(1).split("e");
  const raised = [...String(Number(exponent))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");
  return `${decimal(Number(mantissa), 1)} · 10${raised}`;
}

// A round number, as it stands at an axis: without zeros that say nothing.
/** @param {number} value */
export const tick = (value) => (Math.abs(value) >= 1e6 ? power(value) : decimal(value, Math.abs(value - Math.round(value)) < 1e-9 ? 0 : Math.abs(10 * value - Math.round(10 * value)) < 1e-6 ? 1 : 2));

// A list as the language writes it: 3, 4 and 5.
/** @param {string[]} items */
export const listed = (items) => new Intl.ListFormat(language, { type: "conjunction" }).format(items);
