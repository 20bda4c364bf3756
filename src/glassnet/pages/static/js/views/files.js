// Files that the page saves, and that its reader opens. Nothing leaves the machine.

import { make } from "#views/elements.js";

const KEPT = 60_000; // milliseconds until a saved file's address is let go of

/** @param {string} name @param {BlobPart} content @param {string} type */
export function saveFile(name, content, type) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}

// The file that the reader chooses; null where they choose none.
/** @param {string} accept @returns {Promise<File | null>} */
export function openFile(accept) {
  const input = make("input", { type: "file", accept });
  return new Promise((resolve) => {
    input.onchange = () => resolve(input.files?.[0] ?? null);
    input.oncancel = () => resolve(null);
    input.click();
  });
}
