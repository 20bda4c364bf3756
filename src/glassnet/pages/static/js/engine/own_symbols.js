// Signs of one's own: a dozen drawings of each become hundreds, by turning, slanting and stretching their strokes a little;
// some are held back, to say how well others would be read, and how many drawings would make it better.

import { pixels } from "#engine/ink.js";
import { Generator } from "#engine/randomness.js";

/** @import { Point } from "#engine/ink.js" */
/** @import { DigitData } from "#engine/session.js" */
/** @import { Settings } from "#engine/training.js" */
/** @typedef {Point[][]} Drawing its strokes */
/** @typedef {{ count: number, accuracy: number }} Judged so many drawings of each sign to learn from, and how many of the others are read */

const PIXELS = 784;
const [TURN, SLANT, STRETCH] = [0.2, 0.2, 0.15]; // radians, and parts of the size, at most
export const SAMPLES = 900; // of all signs, that a network sees in an epoch; in a trial half as many
export const TRIAL_SAMPLES = 450;
export const FEWEST = 3; // drawings of each sign, so that some can be held back
export const GOALS = [0.8, 0.9, 0.95, 0.98, 0.99];
const MOST = 200; // drawings of a sign that one may be asked for
const STEEPEST = 1.5; // the error falls at most with this power of their number

/** @type {Partial<Settings>} */
export const SETTINGS = { hidden: [16], activation: "relu", optimizer: "momentum", rate: 0.05, momentum: 0.9, batch: 32, examples: SAMPLES, schedule: "linear", epochs: 8, shift: 1, seed: 0 };

// The same sign as another hand might have made it.
/** @param {Drawing} drawing @param {Generator} random @returns {Drawing} */
export function varied(drawing, random) {
  const within = (/** @type {number} */ most) => most * (2 * random.random() - 1);
  const [turn, slant, wide, high] = [within(TURN), within(SLANT), 1 + within(STRETCH), 1 + within(STRETCH)];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return drawing.map((stroke) =>
    stroke.map(([x, y]) => {
      const [across, down] = [wide * (x - 0.5 + slant * (y - 0.5)), high * (y - 0.5)];
      return [0.5 + cos * across - sin * down, 0.5 + sin * across + cos * down];
    }),
  );
}

// As the network gets them, grays of 0 to 255; what is no drawing is left out.
/** @param {{ drawing: Drawing, label: number }[]} drawn */
function asDigits(drawn) {
  const read = drawn.flatMap(({ drawing, label }) => {
    const ink = pixels(drawing);
    return ink ? [{ ink, label }] : [];
  });
  const grays = new Uint8Array(read.length * PIXELS);
  read.forEach(({ ink }, row) => ink.forEach((gray, place) => (grays[row * PIXELS + place] = Math.round(255 * gray))));
  return { pixels: grays, labels: Uint8Array.from(read, ({ label }) => label) };
}

// What a network learns from, and is judged by, of drawings that it did not learn from, if there are any.
/** @param {Drawing[][]} learned for each sign @param {Drawing[][]} held @returns {DigitData} */
export function symbolData(learned, held, samples = SAMPLES) {
  const random = new Generator(0, "augmentation", learned.length);
  const each = Math.floor(samples / learned.length);
  const made = learned.flatMap((drawings, label) =>
    Array.from({ length: each }, (_, place) => {
      const drawing = drawings[place % drawings.length];
      return { drawing: place < drawings.length ? drawing : varied(drawing, random), label };
    }),
  );
  const others = held.flatMap((drawings, label) => drawings.map((drawing) => ({ drawing, label })));
  return { kind: "digits", classes: learned.length, ...asDigits(made), validation: asDigits(others) };
}

// Each third of the drawings is held back once: from one of the other thirds, and from both, the rest is learned.
/** @param {Drawing[][]} signs */
export function trials(signs) {
  const third = (/** @type {Drawing[]} */ drawings, /** @type {number[]} */ wanted) => drawings.filter((_, place) => wanted.includes(place % 3));
  const part = (/** @type {number[]} */ wanted) => signs.map((drawings) => third(drawings, wanted));
  return [0, 1, 2].flatMap((held) => [[(held + 1) % 3], [(held + 1) % 3, (held + 2) % 3]].map((learned) => ({ learned: part(learned), held: part([held]) })));
}

// From what was found with fewer drawings and with more: the accuracy to expect of all, and how many of each sign would reach
// the next goal. The error falls as a power of their number: with few drawings nothing finer can be told.
/** @param {Judged} fewer @param {Judged} more @param {number} count of each sign that there are */
export function outlook(fewer, more, count) {
  const [first, second] = [1 - fewer.accuracy, 1 - more.accuracy];
  if (second <= 0) return { accuracy: more.accuracy, goal: null, needed: null };
  const fall = first > second ? Math.min(STEEPEST, Math.log(first / second) / Math.log(more.count / fewer.count)) : 0;
  const accuracy = 1 - second * (more.count / count) ** fall;
  const goal = GOALS.find((one) => one > accuracy) ?? null;
  if (goal === null || fall <= 0) return { accuracy, goal, needed: null };
  const needed = Math.ceil(more.count * (second / (1 - goal)) ** (1 / fall));
  return { accuracy, goal, needed: needed > MOST ? null : Math.max(count + 1, needed) };
}

/** @typedef {{ name: string, drawings: Drawing[] }} Sign */

const KIND = "glassnet symbols";

// Signs as a file, which others can open to try their networks on.
/** @param {Sign[]} signs */
export const writtenSigns = (signs) =>
  JSON.stringify({ kind: KIND, signs: signs.map(({ name, drawings }) => ({ name, drawings: drawings.map((strokes) => strokes.map((points) => points.map((at) => at.map((value) => Math.round(value * 1000) / 1000)))) })) });

// Null where it is no such file.
/** @param {string} text @returns {Sign[] | null} */
export function readSigns(text) {
  try {
    const { kind, signs } = JSON.parse(text);
    const fits = kind === KIND && signs.length > 1 && signs.every(isSign);
    return fits ? signs.map((/** @type {Sign} */ { name, drawings }) => ({ name: name.slice(0, 12), drawings })) : null;
  } catch {
    return null;
  }
}

/** @param {any} sign */
const isSign = ({ name, drawings }) => typeof name === "string" && drawings.every((/** @type {any} */ strokes) => strokes.length && strokes.every((/** @type {any} */ points) => points.every(isPoint)));

/** @param {any} point */
const isPoint = (point) => point.length === 2 && point.every((/** @type {any} */ value) => Number.isFinite(value));
