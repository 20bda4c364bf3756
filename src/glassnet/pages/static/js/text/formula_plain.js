// Formulas as a line of text, where there is no room for KaTeX.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
/** @type {(found: string, sign: string, digits: string) => string} */
const raised = (_, sign, digits) => (sign ? "⁻" : "") + [...digits].map((digit) => RAISED[Number(digit)]).join("");

/** @param {string} latex */
export function formula(latex, display = false) {
  const element = document.createElement("span");
  element.className = display ? "formula display" : "formula";
  element.textContent = latex
    .replace(/\^\{(-?)(\d+)\}/g, raised)
    .replace(/\s*\\cdot\s*/g, " · ")
    .replace(/\\frac\{([^{}]*)\}\{([^{}]*)\}/g, "($1) / ($2)")
    .replace(/\\,/g, " ")
    .replace(/\\times\s*/g, "× ")
    .replace(/\\approx\s*/g, "≈ ")
    .replace(/\\ln\s*/g, "ln ")
    .replace(/\\eta\s*/g, "η ")
    .replace(/\\delta\s*/g, "δ ")
    .replace(/\\ell\s*/g, "ℓ ")
    .replace(/\\[a-z]+\s*/gi, " ")
    .replace(/[{}]/g, "")
    .replace(/-/g, "−");
  return element;
}

// An equation stands in the code as text; its indices are set lower, and the numbers of layers raised.
const MARKED = /(_\w+'?|\^\([lL\d+−1]+\))/;

/** @param {{ latex: string, text: string }} equation */
export function printed({ text }) {
  const element = document.createElement("span");
  element.className = "formula";
  text.split(MARKED).forEach((part, place) => element.append(place % 2 ? marked(part) : part));
  return element;
}

/** @param {string} mark */
const marked = (mark) =>
  Object.assign(document.createElement(mark[0] === "_" ? "sub" : "sup"), { textContent: mark.slice(1) });
