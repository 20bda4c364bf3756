// Numbers as a reader sees them: a true minus, powers of ten where the digits would hide them, or fill the line.

const SIGNIFICANT = 4;

/** @param {number} value */
export function number(value, digits = 4) {
  const far = Math.abs(value) >= 1e7 || (value !== 0 && Math.abs(value) < 10 ** -digits);
  return (far ? value.toExponential(1) : value.toFixed(digits)).replaceAll("-", "−");
}

/** @param {number} value */
export function signed(value, digits = 4) {
  return (value > 0 ? "+" : "") + number(value, digits);
}

// A number in a unit of any size: four significant digits, as `quantity` in glassnet/formatting.py.
/** @param {number} value */
export function quantity(value, unit = "") {
  if (!Number.isFinite(value)) return "no finite number";
  const size = value ? Math.floor(Math.log10(Math.abs(value))) : 0;
  const text = value && (size < -SIGNIFICANT || size >= 9) ? value.toExponential(SIGNIFICANT - 1) : value.toFixed(Math.max(SIGNIFICANT - 1 - size, 0));
  return `${text.replaceAll("-", "−").replace(/e([+−])(\d)$/, "e$10$2")} ${unit}`.trim();
}

/** @param {number} fraction */
export function percent(fraction) {
  if (fraction > 0 && fraction < 0.001) return "under 0.1%";
  if (fraction < 1 && fraction > 0.999) return "over 99.9%";
  return `${(100 * fraction).toFixed(1)}%`;
}

/** @param {number} value */
export function count(value) {
  return value.toLocaleString("en-US");
}

// The same in LaTeX, with brackets around what would otherwise stand sign to sign.
/** @param {number} value */
export function inLatex(value, digits = 4) {
  const text = number(value, digits).replaceAll("−", "-");
  const [mantissa, exponent] = text.split("e");
  return exponent === undefined ? text : `${mantissa}\\cdot 10^{${Number(exponent)}}`;
}

/** @param {number} value */
export function factorInLatex(value, digits = 4) {
  return value < 0 ? `(${inLatex(value, digits)})` : inLatex(value, digits);
}
