// What opens above the page: keep, share, help. Native dialogs: Esc closes them, and focus goes back where it was.

import { make, note } from "glassnet/inspector";
import { HIDEABLE } from "glassnet/lesson";
import { KEYS, SAYS } from "glassnet/play_words";

const find = (selector) => document.querySelector(selector);
const PAUSE = 1500; // milliseconds

function filled(id, title, ...parts) {
  const dialog = find(`#${id}`);
  const close = make("button", { type: "button", className: "close", ariaLabel: "Close" }, "×");
  close.onclick = () => dialog.close();
  dialog.replaceChildren(make("header", {}, make("h2", { id: `${id}-title` }, title), close), ...parts);
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close(); // beside it; an answer of false would undo what was clicked in it
  };
  return dialog;
}

// Files of the network as it now is, and the run.
export function keeping(stage, save) {
  const files = [
    ["model.safetensors", "for glassnet and PyTorch"],
    ["model.onnx", "for ONNX Runtime and others"],
    ...(stage.subject.drawable && stage.classes.length === 10 && !stage.subject.deskew ? [["digits.html", "a page in one file: draw and look, without a server"]] : []),
  ];
  const links = files.map(([name, what]) => make("li", {}, make("a", { href: `download/${name}`, download: name, className: "button" }, name), make("span", { className: "note" }, what)));
  const button = make("button", { type: "button" }, "Keep it as a run");
  button.onclick = save;
  const told = make("p", { id: "saved", role: "status", className: "note" });
  filled("keeping", "Keep", make("ul", {}, ...links), make("p", { className: "row" }, button), told, note("Settings, curves, weights and what it was taught are kept in a directory under runs, where training can go on.")).showModal();
}

// linkOf: gives the link with what is hidden and said.
export function sharing(linkOf, { hide, say }) {
  const link = make("input", { type: "text", readOnly: true, ariaLabel: "Link" });
  const words = make("textarea", { rows: 2, maxLength: 500, value: say ?? "" });
  const boxes = HIDEABLE.map((name) => make("input", { type: "checkbox", value: name, checked: hide.includes(name) }));
  const copy = make("button", { type: "button", className: "primary" }, "Copy");
  const renew = async () => (link.value = await linkOf(boxes.filter(({ checked }) => checked).map(({ value }) => value), words.value));
  copy.onclick = async () => {
    link.select();
    await navigator.clipboard.writeText(link.value).catch(() => document.execCommand("copy"));
    copy.textContent = SAYS.copied;
    setTimeout(() => (copy.textContent = "Copy"), PAUSE);
  };
  for (const input of [words, ...boxes]) input.addEventListener("input", renew);
  const choices = boxes.map((box) => make("label", {}, box, ` ${box.value}`));
  const dialog = filled("sharing", "Share this view", make("p", { className: "row" }, link, copy), make("label", {}, "Say something with it", words), make("fieldset", {}, make("legend", {}, "Hide"), ...choices), note("Whoever has glassnet opens it with: glassnet play --link and this link. It holds the drawing, the view and the settings."));
  renew();
  dialog.showModal();
}

export function helping(keys) {
  const rows = KEYS.map(([key, what]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", {}, key)), make("td", {}, what)));
  const box = make("input", { type: "checkbox", checked: keys.on });
  box.oninput = () => (keys.on = box.checked);
  filled("helping", "Keys", make("table", {}, make("tbody", {}, ...rows)), make("label", {}, box, " Keys are on"), note("On the pad, arrows move a cursor, and Space sets the pen down and lifts it.")).showModal();
}
