// Help: what the colors mean, which keys there are, and what this page keeps.

import { words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { make } from "#views/elements.js";

// more: what a page has beside it.
/** @param {...Node} more */
export function help(...more) {
  const rows = words.help.keys.map(([key, what]) => make("tr", {}, make("th", { scope: "row" }, ...key.split(" ").map((one) => make("kbd", {}, one))), make("td", {}, what)));
  const legend = make("p", { className: "remark" }, make("i", { className: "plus" }), words.help.plus, make("i", { className: "minus" }), words.help.minus);
  openDialog(words.help.title, "help", ...words.help.story.map((text) => make("p", {}, text)), legend, make("h3", {}, words.help.keysTitle), make("table", {}, make("tbody", {}, ...rows)), make("p", { className: "remark" }, words.help.privacy), ...more);
}
