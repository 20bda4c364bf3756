// Compiles the kernels: `npm run kernels` after a change. What it writes is kept in the repository, so that nobody needs it.

import { writeFileSync } from "node:fs";

import { SOURCE } from "./kernels.js";

const COMPILED = new URL("../static/js/engine/compiled_kernels.js", import.meta.url);
const FEATURES = { simd: true, bulk_memory: true };

// The module that has the kernels as base64.
export async function compiled() {
  const { default: wabt } = await import("wabt");
  const parsed = (await wabt()).parseWat("kernels.wat", SOURCE, FEATURES);
  const { buffer } = parsed.toBinary({});
  const text = Buffer.from(buffer).toString("base64");
  const about = `// Written by \`npm run kernels\` out of glassnet/pages/kernels/kernels.js: ${buffer.length} bytes of WebAssembly, as base64.`;
  return `${about}\n\nexport const COMPILED =\n  "${text}";\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(COMPILED, await compiled());
