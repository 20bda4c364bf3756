// Formulas that Python gives as syntax trees (glassnet/network/formula.py), as functions of numbers or of rows of them.

import { erf } from "#engine/erf.js";

/** @typedef {number | Float64Array} Value a number, or one for each unit of a layer */
/** @typedef {number | string | Tree[]} Tree a number, a name, or [operator, ...operands] */
/** @typedef {(values: { [name: string]: Value }) => Value} Formula */
/** @typedef {{ value: Tree, slope: Tree }} Trees */

/** @type {(values: Float64Array, term: (value: number, k: number) => number) => number} */
export const total = (values, term) => values.reduce((sum, value, k) => sum + term(value, k), 0);

/** @type {{ [operator: string]: (x: number) => number }} */
const OF_ONE = {
  negative: (x) => -x,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  tanh: Math.tanh,
  sin: Math.sin,
  cos: Math.cos,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  erf,
};

/** @type {{ [operator: string]: (x: number, y: number) => number }} */
const OF_TWO = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  ">": (x, y) => Number(x > y),
  ">=": (x, y) => Number(x >= y),
  "<": (x, y) => Number(x < y),
  "<=": (x, y) => Number(x <= y),
  "==": (x, y) => Number(x === y),
  minimum: Math.min,
  maximum: Math.max,
};

/** @type {{ [operator: string]: (row: Float64Array) => number }} */
const OVER_UNITS = {
  sum: (row) => total(row, (value) => value),
  mean: (row) => total(row, (value) => value) / row.length,
  largest: (row) => row.reduce((largest, value) => Math.max(largest, value), -Infinity),
};

/** @type {(tree: Tree) => Formula} */
export function followed(tree) {
  if (typeof tree === "number") return () => tree;
  if (typeof tree === "string") return (values) => values[tree];
  const operator = String(tree[0]);
  const [first, second] = tree.slice(1).map(followed);
  if (operator in OVER_UNITS) return (values) => OVER_UNITS[operator](asRow(first(values)));
  if (operator in OF_ONE) return (values) => ofOne(OF_ONE[operator], first(values));
  if (operator in OF_TWO) return (values) => ofTwo(OF_TWO[operator], first(values), second(values));
  throw new Error(`A formula has ${operator}, which this page does not know.`);
}

/** @type {(value: Value) => Float64Array} */
const asRow = (value) => (typeof value === "number" ? Float64Array.of(value) : value);

/** @type {(f: (x: number) => number, x: Value) => Value} */
const ofOne = (f, x) => (typeof x === "number" ? f(x) : each(x.length, (k) => f(x[k])));

// Quicker than map, which asks more of each value.
/** @type {(length: number, of: (k: number) => number) => Float64Array} */
function each(length, of) {
  const values = new Float64Array(length);
  for (let k = 0; k < length; k++) values[k] = of(k);
  return values;
}

/** @type {(f: (x: number, y: number) => number, x: Value, y: Value) => Value} */
function ofTwo(f, x, y) {
  if (typeof x !== "number") return each(x.length, typeof y === "number" ? (k) => f(x[k], y) : (k) => f(x[k], y[k]));
  return typeof y === "number" ? f(x, y) : each(y.length, (k) => f(x, y[k]));
}

// What is computed of rows, and its derivative.
/** @type {(trees: Trees) => { value: Formula, slope: Formula }} */
export const functions = ({ value, slope }) => ({ value: followed(value), slope: followed(slope) });

// Whether a name stands in a tree.
/** @type {(tree: Tree, name: string) => boolean} */
export const named = (tree, name) => tree === name || (Array.isArray(tree) && tree.some((part) => named(part, name)));
