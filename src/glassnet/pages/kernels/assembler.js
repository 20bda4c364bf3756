// WebAssembly's text, by functions that are named as what they do. A value is a number, the name of a local variable, or what
// another function gives; a vector is four floats. What is written is a statement, or a list of statements.

/** @typedef {number | string} Value */
/** @typedef {string | Statement[]} Statement */

/** @type {(value: Value) => string} */
const of = (value) => (typeof value === "number" ? `(i32.const ${value})` : value.startsWith("(") ? value : `(local.get $${value})`);

/** @type {(instruction: string) => (...values: Value[]) => string} */
const instruction = (name) => (...values) => `(${[name, ...values.map(of)].join(" ")})`;

/** @type {(statement: Statement) => string} */
const text = (statement) => (typeof statement === "string" ? statement : statement.map(text).join("\n"));

export const add = instruction("i32.add");
export const subtract = instruction("i32.sub");
export const multiply = instruction("i32.mul");
/** @type {(value: Value, by: number) => string} */
export const timesPowerOfTwo = (value, by) => instruction("i32.shl")(value, by);
export const isZero = instruction("i32.eqz");
export const notBelow = instruction("i32.ge_u");
export const below = instruction("i32.lt_u");

/** @type {(variable: string, value: Value) => string} */
export const set = (variable, value) => `(local.set $${variable} ${of(value)})`;
/** @type {(variable: string, by: Value) => string} */
export const move = (variable, by) => set(variable, add(variable, by));

/** @type {(kind: string) => (at: Value, offset?: number) => string} */
const loading = (kind) => (at, offset = 0) => `(${kind}${offset ? ` offset=${offset}` : ""} ${of(at)})`;
/** @type {(kind: string) => (at: Value, value: Value, offset?: number) => string} */
const storing = (kind) => (at, value, offset = 0) => `(${kind}${offset ? ` offset=${offset}` : ""} ${of(at)} ${of(value)})`;
export const integerAt = loading("i32.load");
export const shortAt = loading("i32.load16_u");
export const floatAt = loading("f32.load");
export const vectorAt = loading("v128.load");
export const spreadAt = loading("v128.load32_splat"); // one float, four times
export const putInteger = storing("i32.store");
export const putFloat = storing("f32.store");
export const putVector = storing("v128.store");

export const spread = instruction("f32x4.splat");
export const plus = instruction("f32x4.add");
export const minus = instruction("f32x4.sub");
export const times = instruction("f32x4.mul");
export const over = instruction("f32x4.div");
export const root = instruction("f32x4.sqrt");
export const positive = (/** @type {Value} */ vector) => instruction("f32x4.gt")(vector, zeros);
export const largerOrZero = (/** @type {Value} */ vector) => instruction("f32x4.pmax")(vector, zeros);
export const and = instruction("v128.and");
export const zeros = "(v128.const f32x4 0 0 0 0)";

// The four of a vector added up.
/** @type {(vector: Value) => string} */
export function total(vector) {
  const pairs = plus(vector, `(i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 ${of(vector)} ${of(vector)})`);
  return `(f32.add (f32x4.extract_lane 0 (local.tee $sum ${pairs})) (f32x4.extract_lane 1 (local.get $sum)))`;
}

let labels = 0;

// Again and again, as long as a condition does not end it.
/** @type {(end: string, body: Statement) => string} */
export function until(end, body) {
  const label = labels++;
  return `(block $end${label} (loop $again${label}\n(br_if $end${label} ${end})\n${text(body)}\n(br $again${label})))`;
}

// As often as a variable says, which is zero afterwards.
/** @type {(variable: string, body: Statement) => string} */
export const repeat = (variable, body) => until(isZero(variable), [body, set(variable, subtract(variable, 1))]);

/** @typedef {{ [name: string]: "i32" | "f32" | "v128" }} Variables */

// A function that the engine calls: by its parameters, which are addresses in bytes and whole numbers if nothing else is said.
/** @type {(name: string, parameters: string[], variables: Variables, body: Statement) => string} */
export function kernel(name, parameters, variables, body) {
  const taken = parameters.map((parameter) => `(param $${parameter.replace(":", " ")}${parameter.includes(":") ? "" : " i32"})`);
  const locals = Object.entries(variables).map(([variable, kind]) => `(local $${variable} ${kind})`);
  return `(func (export "${name}") ${[...taken, ...locals].join(" ")}\n${text(body)})`;
}

/** @type {(kernels: string[]) => string} */
export const module = (kernels) => `(module\n(import "env" "memory" (memory 1))\n${kernels.join("\n")}\n)\n`;
