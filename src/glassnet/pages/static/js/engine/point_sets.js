// Points of a plane, each of a kind: the sets that are ready, and what a learner is given of any.

import { Generator } from "#engine/randomness.js";

/** @import { NumberData } from "#engine/session.js" */
/** @typedef {{ x: number, y: number, kind: number }} Point */
/** @typedef {"moons" | "circles" | "spiral" | "xor" | "clouds"} SetName */

export const REACH = 2; // the plane goes from -2 to 2, both ways
export const MOST_KINDS = 5;
const POINTS = 200;
const NOISE = 0.13;
const TURN = 2 * Math.PI;

// Of one point the share of the way along its kind, 0..1, its kind, how many kinds there are, and a source of chance.
/** @type {{ [name in SetName]: (along: number, kind: number, kinds: number, chance: Generator) => [number, number] }} */
const PLACES = {
  moons(along, kind) {
    const angle = (along * TURN) / 2;
    return kind ? [0.55 - Math.cos(angle), 0.25 - Math.sin(angle)] : [Math.cos(angle) - 0.55, Math.sin(angle) - 0.25];
  },
  circles(along, kind, _kinds, chance) {
    const radius = kind ? 1.5 : 0.7 * Math.sqrt(chance.random());
    return [radius * Math.cos(along * TURN), radius * Math.sin(along * TURN)];
  },
  spiral(along, kind, kinds) {
    const radius = 0.12 + 1.55 * along;
    const angle = TURN * (along * 1.1 + kind / kinds);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  },
  xor(_, kind, _kinds, chance) {
    const [x, y] = [chance.random() * 1.7 + 0.1, chance.random() * 1.7 + 0.1];
    const right = chance.random() < 0.5;
    return kind % 2 ? [right ? x : -x, right ? -y : y] : [right ? x : -x, right ? y : -y];
  },
  clouds(_, kind, kinds, chance) {
    const angle = TURN * (kind / kinds + 0.09);
    return [1.15 * Math.cos(angle) + 0.3 * chance.normal(), 1.15 * Math.sin(angle) + 0.3 * chance.normal()];
  },
};

export const SETS = /** @type {SetName[]} */ (Object.keys(PLACES));

// Moons, circles, spiral and xor part two kinds; clouds as many as there are.
/** @type {(name: SetName, kinds: number) => number} */
export const kindsOf = (name, kinds) => (name === "clouds" || name === "spiral" ? kinds : 2);

/** @type {(name: SetName, kinds: number, seed?: number) => Point[]} */
export function pointSet(name, kinds, seed = 0) {
  const chance = new Generator(seed, "augmentation", SETS.indexOf(name));
  const each = Math.floor(POINTS / kinds);
  const noise = name === "clouds" || name === "xor" ? 0 : NOISE;
  const points = Array.from({ length: each * kinds }, (_, place) => {
    const kind = place % kinds;
    const [x, y] = PLACES[name](Math.floor(place / kinds) / (each - 1), kind, kinds, chance);
    return { x: inside(x + noise * chance.normal()), y: inside(y + noise * chance.normal()), kind };
  });
  return points;
}

/** @type {(value: number) => number} */
export const inside = (value) => Math.max(-REACH, Math.min(REACH, value));

/** @type {(points: Point[], kinds: number) => NumberData} */
export function pointData(points, kinds) {
  const inputs = Float32Array.from(points.flatMap(({ x, y }) => [x, y]));
  const none = { inputs: new Float32Array(0), labels: new Uint8Array(0) };
  return { kind: "numbers", width: 2, classes: kinds, inputs, labels: Uint8Array.from(points, ({ kind }) => kind), validation: none };
}
