// Where the parts of the network's picture stand: along its length signals travel, from the input to the answers; across
// it a layer's neurons lie side by side. A wide room is read from left to right, a narrow one from top to bottom.

const NEURON = 3.3; // the largest neuron, in rem
const ANSWER = 2.05;
const FULL = 0.82; // of the place that a neuron has
const NEARLY = 0.8; // of the largest size that more rows could give

/** @typedef {{ x: number, y: number, size: number }} Spot the middle of a circle, and its diameter */
/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/**
 * @typedef {object} Room
 * @property {number} width
 * @property {number} height
 * @property {number} rem
 * @property {number[]} layers how many neurons of each hidden layer are drawn
 * @property {number} answers
 * @property {number} name width of an answer's name, in pixels
 * @property {boolean} templates whether the neurons are the answers themselves
 * @property {{ below: number } | null} input how many rem of it lie below the picture that lines leave from
 * @property {(width: number) => number} inputHeight of the input at this width, when it stands above
 */
/** @typedef {{ down: boolean, slot: Box | null, layers: Spot[][], answers: Spot[], pitch: number, bar: Box }} Layout pitch: from an answer to the next */

/** @type {(room: Room) => Layout} */
export const laidOut = (room) => (room.width < 1.05 * room.height && room.width < 46 * room.rem ? downward(room) : rightward(room));

/** @type {(room: Room) => Layout} */
function rightward({ width, height, rem, layers, answers, name, templates, input }) {
  const [top, bottom] = [1.7 * rem, 2 * rem];
  const length = height - top - bottom;
  const side = input ? Math.min(0.335 * width, height - top - input.below * rem) : 0;
  const size = Math.min(FULL * (length / answers), ANSWER * rem);
  const value = 3.4 * rem;
  const bar = Math.max(4 * rem, Math.min(0.14 * width, 13 * rem));
  const middle = width - value - bar - 0.7 * rem - Math.max(size, name) / 2;
  const start = side + (input ? 0 : 0.5 * rem);
  const end = middle - Math.max(size, name) / 2;
  /** @type {(along: number, across: number, size: number) => Spot} */
  const spot = (along, across, size) => ({ x: along, y: top + across, size });
  const each = Array.from({ length: answers }, (_, k) => ({ ...spot(middle, ((k + 0.5) * length) / answers, size), x: middle }));
  const groups = layersBetween(layers, start, end, length, rem, Boolean(input));
  const spots = templates ? [each.map(({ y }) => ({ x: start + (end - start) * 0.62, y, size: Math.min(NEURON * rem, (0.96 * length) / answers) }))] : groups.map((group) => group.map(({ along, across, size }) => spot(along, across, size)));
  return { down: false, slot: input ? { x: 0, y: 0, width: side, height } : null, layers: spots, answers: each, pitch: length / answers, bar: { x: middle + Math.max(size, name) / 2 + 0.7 * rem, y: 0, width: bar, height: 0.62 * rem } };
}

/** @type {(room: Room) => Layout} */
function downward({ width, height, rem, layers, answers, templates, input, inputHeight }) {
  const bar = { x: 0, y: 0, width: 0.55 * rem, height: Math.max(2 * rem, Math.min(3.2 * rem, 0.1 * height)) };
  const slot = input ? { x: 0, y: 0, width, height: inputHeight(width) } : null;
  const size = Math.min(FULL * (width / answers), ANSWER * rem);
  const middle = height - bar.height - 1.6 * rem - size / 2;
  const start = slot ? slot.height : 0.5 * rem;
  const end = middle - size / 2;
  const each = Array.from({ length: answers }, (_, k) => ({ x: ((k + 0.5) * width) / answers, y: middle, size }));
  const groups = layersBetween(layers, start, end, width, rem, Boolean(input));
  const spots = templates ? [each.map(({ x }) => ({ x, y: start + (end - start) * 0.55, size: Math.min(NEURON * rem, (0.94 * width) / answers) }))] : groups.map((group) => group.map(({ along, across, size }) => ({ x: across, y: along, size })));
  return { down: true, slot, layers: spots, answers: each, pitch: width / answers, bar };
}

// Each layer's rows around a place of its own between input and answers.
/** @type {(layers: number[], start: number, end: number, length: number, rem: number, led: boolean) => { along: number, across: number, size: number }[][]} */
function layersBetween(layers, start, end, length, rem, led) {
  const share = (end - start) / (layers.length + (led ? 1 : 0.6));
  return layers.map((count, layer) => {
    const middle = start + share * (layer + (led ? 0.85 : 0.45));
    return grouped(count, length, 0.72 * share, NEURON * rem).map(({ along, across, size }) => ({ along: middle + along, across, size }));
  });
}

// So many circles in a length and a breadth, as large as they can be in as few rows as do: two rows are staggered.
/** @type {(count: number, length: number, breadth: number, most: number) => { along: number, across: number, size: number }[]} */
function grouped(count, length, breadth, most) {
  /** @type {(rows: number) => { rows: number, size: number, pitch: number }} */
  const tried = (rows) => {
    const pitch = length / (rows === 2 ? count / 2 + 0.5 : Math.ceil(count / rows));
    return { rows, pitch, size: Math.min(FULL * pitch, most, rows > 1 ? (0.86 * breadth) / rows : Infinity) };
  };
  const ways = Array.from({ length: Math.min(16, count) }, (_, place) => tried(place + 1));
  const largest = Math.max(...ways.map(({ size }) => size));
  const { rows, size, pitch } = ways.find((way) => way.size >= NEARLY * largest) ?? ways[0];
  const apart = Math.min(breadth / rows, 1.3 * size);
  return Array.from({ length: count }, (_, place) => ({
    along: ((place % rows) - (rows - 1) / 2) * apart,
    across: rows === 2 ? (place / 2 + 0.5) * pitch : (Math.floor(place / rows) + 0.5) * pitch,
    size,
  }));
}
