// Activations and their slopes, of one number; and which starting weights suit them, as glassnet/network/activations.py has it.

import { functions } from "#engine/formulas.js";

/** @import { Trees } from "#engine/formulas.js" */
/** @typedef {{ value: (z: number) => number, slope: (z: number, a: number) => number }} Activation */

/** @type {{ [name: string]: Activation }} */
const KNOWN = {
  relu: { value: (z) => Math.max(0, z), slope: (z) => Number(z > 0) },
  tanh: { value: Math.tanh, slope: (_, a) => 1 - a * a },
  sigmoid: { value: (z) => 1 / (1 + Math.exp(-z)), slope: (_, a) => a * (1 - a) },
  identity: { value: (z) => z, slope: () => 1 },
};

// One of the above, or whatever else Python gave the formulas of.
/** @type {(name: string, trees?: Trees) => Activation} */
export function activationOf(name, trees) {
  if (name in KNOWN) return KNOWN[name];
  if (!trees) throw new Error(`expected one of ${Object.keys(KNOWN).join(", ")}, or an activation with its formulas, got ${name}`);
  const { value, slope } = functions(trees);
  return { value: (z) => Number(value({ z })), slope: (z, a) => Number(slope({ z, a })) };
}

/** @typedef {"he_normal" | "lecun_normal" | "glorot_uniform"} Initializer */

// Which starting weights keep signals at their size; softmax, which stands last, takes those of a function that is no ReLU's kin.
/** @type {(name: string) => Initializer} */
export function suiting(name) {
  if (name === "selu") return "lecun_normal";
  return ["sigmoid", "tanh", "identity", "softmax"].includes(name) ? "glorot_uniform" : "he_normal";
}
