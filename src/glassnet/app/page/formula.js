// Formulas as KaTeX sets them.

export function formula(latex, display = false) {
  const element = document.createElement("span");
  element.className = display ? "formula display" : "formula";
  katex.render(latex, element, { throwOnError: false, displayMode: display });
  return element;
}

export const printed = ({ latex }) => formula(latex);
