// Numbers as a reader sees them: a true minus, powers of ten where the digits would hide them, or fill the line.

export function number(value, digits = 4) {
  const far = Math.abs(value) >= 1e7 || (value !== 0 && Math.abs(value) < 10 ** -digits);
  return (far ? value.toExponential(1) : value.toFixed(digits)).replaceAll("-", "−");
}

export function signed(value, digits = 4) {
  return (value > 0 ? "+" : "") + number(value, digits);
}

export function percent(fraction) {
  if (fraction > 0 && fraction < 0.001) return "under 0.1%";
  if (fraction < 1 && fraction > 0.999) return "over 99.9%";
  return `${(100 * fraction).toFixed(1)}%`;
}

export function count(value) {
  return value.toLocaleString("en-US");
}

// The same in LaTeX, with brackets around what would otherwise stand sign to sign.
export function inLatex(value, digits = 4) {
  const text = number(value, digits).replaceAll("−", "-");
  const [mantissa, exponent] = text.split("e");
  return exponent === undefined ? text : `${mantissa}\\cdot 10^{${Number(exponent)}}`;
}

export function factorInLatex(value, digits = 4) {
  return value < 0 ? `(${inLatex(value, digits)})` : inLatex(value, digits);
}
