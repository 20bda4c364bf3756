// Share: a link to what is seen, with a sentence for who opens it, and as a picture that a phone reads.

import { qrCode } from "#engine/qr_code.js";
import { words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { draw, make } from "#views/elements.js";

/** @import { Links } from "#views/links.js" */

const PAUSE = 1500; // milliseconds that "copied" is read

/** @param {Links} links */
export async function share(links) {
  const link = make("input", { type: "text", readOnly: true, ariaLabel: words.share.link });
  const sentence = make("textarea", { rows: 2, maxLength: 500 });
  const copy = make("button", { type: "button", className: "primary" }, words.share.copy);
  const code = make("div", { className: "code" });
  const renew = async () => {
    link.value = await links.current(sentence.value.trim());
    code.replaceChildren(...(links.ways.address ? [] : qrPicture(link.value)));
  };
  copy.onclick = () => void copied(link, copy);
  sentence.oninput = () => void renew();
  await renew();
  const note = links.ways.address ? words.share.command : location.protocol === "file:" ? words.share.file : words.share.note;
  openDialog(words.share.title, "share", make("p", { className: "row" }, link, copy), make("label", {}, words.share.say, sentence), make("p", { className: "remark" }, note), code);
  link.select();
}

// On paper a page from a server has its link as a code. What takes time is done before anyone prints.
/** @param {Links} links */
export function keepOnSheet(links) {
  const { frame } = links;
  if (!location.protocol.startsWith("http") || links.ways.address) return;
  let waiting = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  frame.addEventListener("show", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => frame.sheet.replaceChildren(...qrPicture(await links.current())), PAUSE);
  });
}

/** @param {HTMLInputElement} link @param {HTMLButtonElement} button */
async function copied(link, button) {
  link.select();
  await navigator.clipboard?.writeText(link.value).catch(() => document.execCommand("copy"));
  button.textContent = words.share.copied;
  setTimeout(() => (button.textContent = words.share.copy), PAUSE);
}

// Nothing where the link is too long to be read by a phone.
/** @param {string} text @returns {Element[]} */
export function qrPicture(text) {
  const cells = qrCode(new TextEncoder().encode(text));
  if (!cells) return [];
  const side = cells.length;
  const dark = cells.flatMap((row, y) => row.flatMap((on, x) => (on ? [`M${x + 4} ${y + 4}h1v1h-1z`] : []))).join("");
  return [draw("svg", { class: "qr", viewBox: `0 0 ${side + 8} ${side + 8}`, role: "img", "aria-label": words.share.code }, draw("rect", { width: side + 8, height: side + 8, fill: "#ffffff" }), draw("path", { d: dark, fill: "#000000" }))];
}
