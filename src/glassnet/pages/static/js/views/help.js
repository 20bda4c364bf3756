// What the question mark opens: the keys, which may be switched off, and what a shell has to say of its numbers.

import { words } from "#text/language.js";
import { make } from "#views/elements.js";

/** @import { Frame } from "#views/frame.js" */

// Opens above the page; Esc, or a press beside it, closes it, and focus goes back where it was.
/** @type {(title: string, ...parts: (Node | string)[]) => HTMLDialogElement} */
export function opened(title, ...parts) {
  const dialog = make("dialog", { className: "above", ariaLabel: title });
  const close = make("button", { type: "button", className: "close", ariaLabel: words.help.close, onclick: () => dialog.close() }, "×");
  dialog.append(make("header", {}, make("h2", {}, title), close), ...parts);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** @type {(frame: Frame, notes: string[]) => void} */
export function help(frame, notes) {
  const { help: said } = words;
  const on = make("input", { type: "checkbox", checked: frame.letters });
  on.onchange = () => (frame.letters = on.checked);
  const rows = said.keys.map(([key, what]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, key)), make("td", {}, what)));
  opened(said.title, make("table", { className: "keys" }, make("tbody", {}, ...rows)), make("p", {}, make("label", {}, on, ` ${said.letters}`)), make("p", { className: "note" }, said.pad), ...notes.map((note) => make("p", { className: "note" }, note)));
}
