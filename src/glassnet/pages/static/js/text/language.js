// All words of the pages in the reader's language: a file for each in `text/languages`, and its line here.

import { WORDS as de } from "#text/languages/de.js";
import { WORDS as en } from "#text/languages/en.js";

/** @typedef {typeof en} Words what every language has, with the same parameters */

/** @type {{ [code: string]: Words }} */
export const LANGUAGES = { en, de };

// The language that the address asks for, or the first of the browser's that there is, or English.
/** @type {(search: string, wanted: readonly string[]) => string} */
export function chosenLanguage(search, wanted) {
  const asked = new URLSearchParams(search).get("lang");
  const codes = [asked ?? "", ...wanted].map((code) => code.toLowerCase().split("-")[0]);
  return codes.find((code) => Object.hasOwn(LANGUAGES, code)) ?? "en";
}

export const language = chosenLanguage(globalThis.location?.search ?? "", globalThis.navigator?.languages ?? []);
export const words = LANGUAGES[language];

// What an author wrote: text, or text for each language, of which the first does where the reader's is missing.
/** @typedef {string | { [code: string]: string }} Said */
/** @type {(said: Said) => string} */
export const inLanguage = (said) => (typeof said === "string" ? said : (said[language] ?? Object.values(said)[0] ?? ""));

const locale = () => words.language.locale;

/** @type {(value: number, digits?: number) => string} */
export const decimal = (value, digits = 2) => value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).replaceAll("-", "−");

/** @type {(value: number) => string} */
export const whole = (value) => Math.round(value).toLocaleString(locale()).replaceAll("-", "−");

// A share in percent. What is not all is never shown as all, nor as nothing what is something.
/** @type {(share: number, digits?: number) => string} */
export function percentage(share, digits = 1) {
  const least = 10 ** -digits;
  const shown = share > 0 && share < 1 ? Math.min(100 - least, Math.max(least, 100 * share)) : 100 * share;
  return `${decimal(shown, digits)}\u00a0%`;
}

// A number of any size: up to four digits that count.
/** @type {(value: number) => string} */
export const amount = (value) => value.toLocaleString(locale(), Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 4 }).replaceAll("-", "−");
