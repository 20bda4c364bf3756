// Strokes as MNIST drew digits: fitted into 20 x 20 pixels, the center of mass on the middle of 28 x 28, one width of pen.

const SIDE = 28;
const BOX = 20;
// Of the pen, and how wide its edge is, in pixels: with these the thinned digits of the validation split, drawn again, are
// read best, and refused no more often than the digits themselves.
const RADIUS = 1.2;
const EDGE = 1.5;
const MIDDLE = SIDE / 2;
const DOT = 0.04; // of the pad's side: no stroke is meant to be so small
const LONGEST = 6.5; // of ink to the longer side of its box: no thinned digit of 600 had more than 6.4, and their lines are jagged

/** @typedef {number[]} Point x and y */
/** @typedef {Point[]} Segment its two ends */

// strokes: lists of points in 0..1 of the pad. Gives pixels in 0..1, or null where there is no digit.
/** @param {Point[][]} strokes */
export function pixels(strokes) {
  const segments = strokes.flatMap((points) => points.map((point, place) => [points[Math.max(0, place - 1)], point]));
  const box = boxOf(segments);
  if (!box || box.side < DOT || lengthOf(segments) > LONGEST * box.side) return null;
  const scale = (BOX - 2 * RADIUS) / box.side;
  const fitted = moved(segments, scale, MIDDLE - 0.5 - scale * box.x, MIDDLE - 0.5 - scale * box.y);
  const [x, y] = centerOf(painted(fitted));
  return painted(moved(fitted, 1, MIDDLE - x, MIDDLE - y));
}

/** @param {Segment[]} segments */
function boxOf(segments) {
  if (!segments.length) return null;
  const points = segments.flat();
  const ends = [0, 1].map((axis) => points.reduce(([low, high], point) => [Math.min(low, point[axis]), Math.max(high, point[axis])], [Infinity, -Infinity]));
  const [x, y] = ends.map(([low, high]) => (low + high) / 2);
  return { x, y, side: Math.max(...ends.map(([low, high]) => high - low)) };
}

/** @type {(segments: Segment[]) => number} */
const lengthOf = (segments) => segments.reduce((sum, [[a, b], [c, d]]) => sum + Math.hypot(c - a, d - b), 0);

/** @type {(segments: Segment[], scale: number, x: number, y: number) => Segment[]} */
const moved = (segments, scale, x, y) => segments.map((ends) => ends.map((point) => [scale * point[0] + x, scale * point[1] + y]));

// Each pixel by its distance from the nearest stroke; the far ones are not looked at.
/** @param {Segment[]} segments */
function painted(segments) {
  const ink = new Float64Array(SIDE * SIDE);
  const reach = RADIUS + EDGE / 2;
  for (const [[ax, ay], [bx, by]] of segments) {
    const [dx, dy] = [bx - ax, by - ay];
    const squared = dx * dx + dy * dy || 1;
    const [left, right] = [Math.max(0, Math.ceil(Math.min(ax, bx) - reach)), Math.min(SIDE - 1, Math.floor(Math.max(ax, bx) + reach))];
    const [top, bottom] = [Math.max(0, Math.ceil(Math.min(ay, by) - reach)), Math.min(SIDE - 1, Math.floor(Math.max(ay, by) + reach))];
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const along = Math.max(0, Math.min(1, ((column - ax) * dx + (row - ay) * dy) / squared));
        const distance = Math.hypot(column - ax - along * dx, row - ay - along * dy);
        const gray = Math.max(0, Math.min(1, (RADIUS - distance) / EDGE + 0.5));
        const place = row * SIDE + column;
        ink[place] = Math.max(ink[place], Math.round(255 * gray) / 255);
      }
    }
  }
  return ink;
}

/** @param {Float64Array} ink */
export function centerOf(ink) {
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((gray, place) => {
    mass += gray;
    x += gray * (place % SIDE);
    y += gray * Math.floor(place / SIDE);
  });
  return [x / mass, y / mass];
}
