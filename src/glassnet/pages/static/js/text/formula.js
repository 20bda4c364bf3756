// Formulas as KaTeX sets them.

/** @param {string} latex */
export function formula(latex, display = false) {
  const element = document.createElement("span");
  element.className = display ? "formula display" : "formula";
  katex.render(latex, element, { throwOnError: false, displayMode: display });
  return element;
}

// The same equations stand there while a digit is drawn: each is set once.
/** @type {Map<string, HTMLElement>} */
const set = new Map();

/** @param {{ latex: string, text: string }} equation */
export function printed({ latex }) {
  const known = set.get(latex) ?? formula(latex);
  set.set(latex, known);
  return known.cloneNode(true);
}
