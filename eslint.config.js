// What is checked beside the types: ESLint's recommended rules, nothing unused, no global but the browser's, and which
// folder may import which: engine the engine alone, text these two, views all but app.

import js from "@eslint/js";
import globals from "globals";

const PAGES = "src/glassnet/pages/static/js";
const FOLDERS = ["engine", "text", "views", "app"];

const ANYWHERE = Object.fromEntries(
  [
    ["atob", "Blob", "CustomEvent", "DecompressionStream", "EventTarget", "performance", "Response", "setTimeout", "TextDecoder"],
    ["TextEncoder", "URL", "WebAssembly", "Worker", "addEventListener", "postMessage"],
  ].flatMap((names) => names.map((name) => [name, "readonly"])),
);

/** @type {(folder: string, place: number) => object} */
const imports = (folder, place) => ({
  files: [`${PAGES}/${folder}/**/*.js`],
  rules: { "no-restricted-imports": ["error", { patterns: ["./*", "../*", ...FOLDERS.slice(place + 1).map((other) => `#${other}/*`)] }] },
});

export default [
  { ignores: ["docs/katex/", "node_modules/", "**/.venv*/", "build/", "dist/"] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module" },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "error" },
    rules: {
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-implicit-globals": "error",
      "no-undef": "error",
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
    },
  },
  { files: [`${PAGES}/**/*.js`, "src/glassnet/pages/static/whole.js", "docs/static/*.js"], languageOptions: { globals: globals.browser } },
  // The mathematics runs anywhere: it knows neither a page nor Node, and of what both and a worker have no more than it needs.
  { files: [`${PAGES}/engine/*.js`], languageOptions: { globals: { ...Object.fromEntries(Object.keys(globals.browser).map((name) => [name, "off"])), ...ANYWHERE } } },
  { files: ["src/glassnet/pages/static/whole.js"], languageOptions: { sourceType: "script" } },
  { files: ["tests/js/**/*.js", "src/glassnet/pages/kernels/*.js", "benchmarks/browser/*.js", "eslint.config.js"], languageOptions: { globals: globals.node } },
  ...FOLDERS.map(imports),
];
