// How a table's file was read, each thing with the option that settles it where it was read wrongly.

import { TABLE } from "#text/table_words.js";
import { make } from "#views/elements.js";

/** @import { Read } from "#views/table_view.js" */

// The options by which each thing that was decided can be said otherwise.
/** @type {{ [subject: string]: string[] }} */
const SETTLED = {
  target: ["--target COLUMN"],
  task: ["--task classification", "--task regression"],
  features: ["--leave-out COLUMNS", "--keep COLUMNS", "--categories COLUMNS"],
  dates: ["--dates day-first", "--dates month-first"],
  header: ["--header", "--no-header"],
  delimiter: ["--delimiter NAME"],
  decimal: ["--decimal ,", "--decimal ."],
  encoding: ["--encoding NAME"],
  leave_out: ["--keep COLUMNS"],
  keep: ["--leave-out COLUMNS"],
  read_as: ["--read-as table", "--read-as images"],
};

// again: opens what reads it differently; there is none where there is no server.
/** @type {(reading: Read[], name: string, again?: () => void) => void} */
export function contest(reading, name, again) {
  const dialog = make("dialog", { className: "reading-dialog", ariaLabel: TABLE.notSoTitle });
  const close = make("button", { type: "button", className: "close", ariaLabel: "Close", onclick: () => dialog.close() }, "×");
  const rows = reading.map(({ subject, words, doubt, option }) => {
    const options = option ? [option] : (SETTLED[subject] ?? []);
    const told = [words, doubt].filter(Boolean).join("; ");
    return make("tr", {}, make("th", { scope: "row" }, told, ...(doubt ? [" ", make("span", { className: "doubt" }, TABLE.doubted)] : [])), make("td", {}, ...options.flatMap((text) => [make("code", {}, text), " "])));
  });
  const button = again ? [make("button", { type: "button", className: "primary", onclick: () => (dialog.close(), again()) }, TABLE.again)] : [];
  dialog.append(make("header", {}, make("h2", {}, `${TABLE.notSoTitle}: ${name}`), close), make("p", {}, TABLE.notSoNote), make("div", { className: "wide" }, make("table", {}, make("tbody", {}, ...rows))), ...button);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
