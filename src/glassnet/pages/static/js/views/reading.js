// How a table's file was read, each thing with the option that settles it where it was read wrongly.

import { words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { make } from "#views/elements.js";

/** @import { Read } from "#views/try_view.js" */

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
  const rows = reading.map(({ subject, words: said, doubt, option }) => {
    const options = option ? [option] : (SETTLED[subject] ?? []);
    const told = [said, doubt].filter(Boolean).join("; ");
    return make("tr", {}, make("th", { scope: "row" }, told, ...(doubt ? [" ", make("span", { className: "doubt" }, words.try.doubted)] : [])), make("td", {}, ...options.flatMap((text) => [make("code", {}, text), " "])));
  });
  const table = make("div", { className: "wide" }, make("table", {}, make("tbody", {}, ...rows)));
  const button = make("button", { type: "button", className: "primary", hidden: !again }, words.try.again);
  const dialog = openDialog(`${words.try.notSoTitle}: ${name}`, "reading-dialog", make("p", {}, words.try.notSoNote), table, button);
  button.onclick = () => {
    dialog.close();
    again?.();
  };
}
