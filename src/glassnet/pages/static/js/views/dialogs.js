// What opens above the page: keep, share, help. Native dialogs: Esc closes them, and focus goes back where it was.

import { KEYS, SAYS } from "#text/live_words.js";
import { find, make, note } from "#views/elements.js";

/** @import { Keys } from "#views/keys.js" */
/** @import { Stage } from "#views/stage.js" */

const PAUSE = 1500; // milliseconds

/** @type {(id: string, title: string, ...parts: HTMLElement[]) => HTMLDialogElement} */
function filled(id, title, ...parts) {
  const dialog = find(`#${id}`, HTMLDialogElement);
  const close = make("button", { type: "button", className: "close", ariaLabel: SAYS.close }, "×");
  close.onclick = () => dialog.close();
  dialog.replaceChildren(make("header", {}, make("h2", { id: `${id}-title` }, title), close), ...parts);
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close(); // beside it; an answer of false would undo what was clicked in it
  };
  return dialog;
}

// Files of the network as it now is, and the run.
/** @type {(stage: Stage, save: () => void) => void} */
export function keeping(stage, save) {
  const alone = stage.subject.drawable && stage.classes.join("") === "0123456789" && !stage.subject.deskew;
  const files = Object.entries(SAYS.files).filter(([name]) => alone || name !== "digits.html");
  const links = files.map(([name, what]) => make("li", {}, make("a", { href: `download/${name}`, download: name, className: "button" }, name), make("span", { className: "note" }, what)));
  const button = make("button", { type: "button" }, SAYS.keepRun);
  button.onclick = save;
  const told = make("p", { id: "saved", role: "status", className: "note" });
  filled("keeping", SAYS.keep, make("ul", {}, ...links), make("p", { className: "row" }, button), told, note(SAYS.keepNote)).showModal();
}

// linkOf: gives the link with what is hidden and said.
/** @type {(linkOf: (hide: string[], say: string) => Promise<string>, lesson: { hide: string[], say: string }) => void} */
export function sharing(linkOf, { hide, say }) {
  const link = make("input", { type: "text", readOnly: true, ariaLabel: SAYS.link });
  const words = make("textarea", { rows: 2, maxLength: 500, value: say ?? "" });
  const boxes = Object.keys(SAYS.hideable).map((name) => make("input", { type: "checkbox", value: name, checked: hide.includes(name) }));
  const copy = make("button", { type: "button", className: "primary" }, SAYS.copy);
  const renew = async () => (link.value = await linkOf(boxes.filter(({ checked }) => checked).map(({ value }) => value), words.value));
  copy.onclick = async () => {
    link.select();
    await navigator.clipboard.writeText(link.value).catch(() => document.execCommand("copy"));
    copy.textContent = SAYS.copied;
    setTimeout(() => (copy.textContent = SAYS.copy), PAUSE);
  };
  for (const input of [words, ...boxes]) input.addEventListener("input", renew);
  const choices = boxes.map((box) => make("label", {}, box, ` ${SAYS.hideable[box.value]}`));
  const dialog = filled("sharing", SAYS.share, make("p", { className: "row" }, link, copy), make("label", {}, SAYS.say, words), make("fieldset", {}, make("legend", {}, SAYS.hide), ...choices), note(SAYS.shareNote));
  renew();
  dialog.showModal();
}

/** @type {(keys: Keys) => void} */
export function helping(keys) {
  const rows = KEYS.map(([key, what]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, key)), make("td", {}, what)));
  const box = make("input", { type: "checkbox", checked: keys.on });
  box.oninput = () => (keys.on = box.checked);
  filled("helping", SAYS.keys, make("table", {}, make("tbody", {}, ...rows)), make("label", {}, box, SAYS.keysOn), note(SAYS.keysNote)).showModal();
}
