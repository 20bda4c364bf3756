// Help: what the colors mean, which keys there are, what this page keeps, and what a shell has to say of its numbers.

import { words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { make } from "#views/elements.js";

/** @import { Frame } from "#views/frame.js" */

// more: what a page has beside it.
/** @param {Frame} frame @param {string[]} [notes] @param {...Node} more */
export function help(frame, notes = [], ...more) {
  const rows = words.help.keys.map(([key, what]) => make("tr", {}, make("th", { scope: "row" }, ...key.split(" ").map((one) => make("kbd", {}, one))), make("td", {}, what)));
  const legend = make("p", { className: "remark" }, make("i", { className: "plus" }), words.help.plus, make("i", { className: "minus" }), words.help.minus);
  const letters = make("input", { type: "checkbox", checked: frame.letters, onchange: () => (frame.letters = letters.checked) });
  const keys = [make("h3", {}, words.help.keysTitle), make("table", {}, make("tbody", {}, ...rows)), make("p", {}, make("label", { className: "check" }, letters, words.help.letters))];
  const said = [words.help.privacy, ...notes].map((text) => make("p", { className: "remark" }, text));
  openDialog(words.help.title, "help", ...words.help.story.map((text) => make("p", {}, text)), legend, ...keys, ...said, ...more);
}
