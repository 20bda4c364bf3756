// A slanted digit set upright, as in glassnet/data/images/deskew.py.

const SIDE = 28;
const MIDDLE = (SIDE - 1) / 2;

// Row y moves by h (y - m), with m the row of the ink's center and h its slant in columns a row.
/** @param {Float64Array} inputs */
export function upright(inputs) {
  const { h, m } = slant(inputs);
  return inputs.map((_, place) => {
    const [row, column] = [Math.floor(place / SIDE), place % SIDE];
    const from = column + h * (row - MIDDLE - m);
    const left = Math.floor(from);
    const [near, far] = [left, left + 1].map((x) => (x >= 0 && x < SIDE ? inputs[row * SIDE + x] : 0));
    return Math.round(255 * (near + (far - near) * (from - left))) / 255;
  });
}

// h and m; see glassnet/data/images/deskew.py.
/** @param {Float64Array} inputs */
export function slant(inputs) {
  let [mass, y, x, yy, yx] = [0, 0, 0, 0, 0];
  inputs.forEach((ink, place) => {
    const [row, column] = [Math.floor(place / SIDE) - MIDDLE, (place % SIDE) - MIDDLE];
    mass += ink;
    y += ink * row;
    x += ink * column;
    yy += ink * row * row;
    yx += ink * row * column;
  });
  if (!mass) return { h: 0, m: 0 };
  const [m, n, spread] = [y / mass, x / mass, yy / mass - (y / mass) ** 2];
  return { h: spread > 1e-6 ? (yx / mass - m * n) / spread : 0, m };
}
