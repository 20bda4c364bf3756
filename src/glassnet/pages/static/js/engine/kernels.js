// The products of a training: WebAssembly's where a browser has it with SIMD (Chrome 91, Firefox 89, Safari 16.4) and the page
// may run it, else those in JavaScript, which take about ten times as long.

import { COMPILED } from "#engine/compiled_kernels.js";
import { plainKernels } from "#engine/plain_kernels.js";

/** @import { Kernels } from "#engine/plain_kernels.js" */
/** @import { Store } from "#engine/store.js" */
/** @typedef {"wasm" | "plain"} Kind */

/** @type {(store: Store, kind?: Kind) => Promise<{ kind: Kind, kernels: Kernels }>} */
export async function kernelsFor(store, kind = "wasm") {
  const plain = { kind: /** @type {const} */ ("plain"), kernels: plainKernels(store) };
  if (kind === "plain") return plain;
  try {
    const bytes = Uint8Array.from(atob(COMPILED), (letter) => letter.charCodeAt(0));
    const { instance } = await WebAssembly.instantiate(bytes, { env: { memory: /** @type {WebAssembly.Memory} */ (store.memory) } });
    return { kind, kernels: /** @type {Kernels} */ (/** @type {unknown} */ (instance.exports)) };
  } catch {
    return plain;
  }
}
