// Formulas as KaTeX sets them.

export function formula(latex, display = false) {
  const element = document.createElement("span");
  element.className = display ? "formula display" : "formula";
  katex.render(latex, element, { throwOnError: false, displayMode: display });
  return element;
}

// The same equations stand there while a digit is drawn: each is set once.
const set = new Map();

export function printed({ latex }) {
  if (!set.has(latex)) set.set(latex, formula(latex));
  return set.get(latex).cloneNode(true);
}
