// What the server answers: files of tensors, and errors in sentences.

import { words } from "#text/language.js";

/** @typedef {{ [name: string]: any }} News a description, with arrays by name */

/** @type {{ [dtype: string]: new (buffer: ArrayBuffer) => ArrayLike<number> }} */
const KINDS = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array };

// A description as JSON under one key, and arrays by name: safetensors.
/** @type {(buffer: ArrayBuffer) => News} */
export function decoded(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: about, ...tensors } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const start = 8 + length;
  /** @type {{ [name: string]: ArrayLike<number> }} */
  const arrays = {};
  for (const [name, { dtype, data_offsets: [from, to] }] of Object.entries(tensors)) arrays[name] = new KINDS[dtype](buffer.slice(start + from, start + to));
  return { ...JSON.parse(about.glassnet), arrays };
}

// What the server computes itself. An error has its status, and what else was said of it.
/** @type {(name: string, options?: RequestInit) => Promise<Response>} */
export async function ask(name, options = {}) {
  const response = await fetch(name, options).catch(() => null);
  if (!response) throw new Error(words.play.noAnswer);
  if (response.ok) return response;
  const { error, ...further } = await response.json().catch(() => ({ error: response.statusText }));
  throw Object.assign(new Error(error), { status: response.status, ...further });
}

/** @type {(name: string) => Promise<News>} */
export const asked = async (name) => decoded(await (await ask(name)).arrayBuffer());

// What went wrong, in words.
/** @type {(error: unknown) => string} */
export const wordsOf = (error) => (error instanceof Error ? error.message : String(error));
