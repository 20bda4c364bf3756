// What opens above the page. A native dialog: Esc closes it, and focus goes back where it was.

import { words } from "#text/language.js";
import { make } from "#views/elements.js";

/** @type {(title: string, className: string, ...parts: (Node | string)[]) => HTMLDialogElement} */
export function openDialog(title, className, ...parts) {
  const heading = make("h2", { id: `${className}-title` }, title);
  const close = make("button", { type: "button", className: "plain", ariaLabel: words.frame.dismiss, onclick: () => dialog.close() }, "×");
  const dialog = make("dialog", { className }, make("header", {}, heading, close), ...parts);
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
