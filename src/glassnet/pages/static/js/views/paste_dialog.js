// Paste a table: its text, what was guessed of its columns, and another choice.

import { guess, placed, readTable } from "#engine/pasted_table.js";
import { words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { make } from "#views/elements.js";

/** @import { Choice, Placed, Table } from "#engine/pasted_table.js" */
/** @typedef {{ text: string, table: Table, choice: Choice, placed: Placed }} Pasted */

// before: what was pasted the last time, to be read otherwise. take: told of what shall be shown.
/** @type {(before: Pasted | null, take: (pasted: Pasted) => void) => void} */
export function openPaste(before, take) {
  const { plane } = words;
  const text = make("textarea", { rows: 7, spellcheck: false, placeholder: plane.pasteExample, ariaLabel: plane.pasteText, value: before?.text ?? "" });
  const said = make("p", { className: "said", role: "status" });
  const choices = make("div", { className: "choices" });
  const show = make("button", { type: "button", className: "primary" }, plane.showPoints);
  let found = /** @type {Pasted | null} */ (null);
  const settle = (/** @type {Table | null} */ table, /** @type {Choice | null} */ choice) => {
    found = table && choice ? { text: text.value, table, choice, placed: placed(table, choice) } : null;
    said.textContent = found ? readInWords(found) : text.value.trim() ? plane.noTable : plane.pasteHint;
    show.disabled = !found?.placed.points.length;
    choices.replaceChildren(...(found ? selects(found, (other) => settle(table, other)) : []));
  };
  const read = () => {
    const table = readTable(text.value);
    settle(table, table && guess(table));
  };
  text.addEventListener("input", read);
  settle(before?.table ?? null, before?.choice ?? null);
  const dialog = openDialog(plane.pasteTitle, "paste", text, said, choices, make("p", { className: "row" }, show));
  show.onclick = () => {
    dialog.close();
    if (found) take(found);
  };
  text.focus();
}

// What was guessed, in a sentence.
/** @type {(pasted: Pasted) => string} */
export function readInWords({ table, choice, placed: { points, kinds, left, others } }) {
  const { plane } = words;
  const [across, up] = [choice.across, choice.up].map((place) => table.columns[place].name);
  const marked = choice.kind < 0 ? plane.oneKind : plane.marked(table.columns[choice.kind].name, kinds.length);
  return [plane.readAs(points.length, across, up, marked), left ? plane.leftOut(left) : "", others ? plane.othersOut(others) : ""].filter(Boolean).join(" ");
}

// A column that stood for the other axis changes places with this one's.
/** @type {(choice: Choice, of: keyof Choice, place: number) => Choice} */
export function chosenAnew(choice, of, place) {
  const other = of === "across" ? "up" : "across";
  const swapped = of !== "kind" && choice[other] === place ? { [other]: choice[of] } : {};
  return { ...choice, ...swapped, [of]: place };
}

/** @type {(pasted: Pasted, chosen: (choice: Choice) => void) => HTMLElement[]} */
function selects({ table, choice }, chosen) {
  const { plane } = words;
  const numeric = table.columns.map((_, place) => place).filter((place) => table.columns[place].numbers);
  const select = (/** @type {keyof Choice} */ of, /** @type {string} */ label, /** @type {number[]} */ places) => {
    const options = places.map((place) => make("option", { value: place, selected: place === choice[of] }, place < 0 ? plane.noKind : table.columns[place].name));
    const element = make("select", {}, ...options);
    element.addEventListener("change", () => chosen(chosenAnew(choice, of, Number(element.value))));
    return make("label", {}, label, element);
  };
  return [select("across", plane.across, numeric), select("up", plane.up, numeric), select("kind", plane.kind, [...table.columns.keys(), -1])];
}
