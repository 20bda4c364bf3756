// The page of one row of a table: it can be tried, with all networks of an ensemble, before one answer is taken apart.

import { linked, look, stage, subject } from "#app/explain.js";
import { numbersOf } from "#engine/parameters.js";
import { find } from "#views/elements.js";
import { contest } from "#views/reading.js";
import { canTry, tableRows, TableView } from "#views/table_view.js";

/** @typedef {{ arrays: { [name: string]: string }, place: number, wanted: number, single: boolean }} Given */

const { arrays, place, wanted, single } = /** @type {Given} */ (/** @type {unknown} */ (subject));
const about = find("#about").textContent ?? "";
const views = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("#views button"));

const read = Object.fromEntries(Object.entries(arrays).map(([name, text]) => [name, numbersOf(text, name.endsWith("places") ? Int32Array : name === "members" && single ? Float32Array : Float64Array)]));
const width = subject.table?.columns.length ?? 0;
const size = stage.network.parameters.length;
const networks = Array.from({ length: read.members.length / size }, (_, k) => stage.network.with(read.members.slice(k * size, (k + 1) * size)));
const own = { values: read.own, target: wanted, place };
const rows = tableRows(read, "tried", width).filter((row) => row.place !== place);

const table = new TableView(find("#try"), { forward, ask: ({ reading, name }) => contest(reading, name) });

/** @param {Float64Array} inputs @param {number} target */
function forward(inputs, target) {
  stage.put(inputs, Number.isNaN(target) ? stage.wanted : target);
  stage.place = 0;
  turnTo("look");
}

/** @param {string} view */
function turnTo(view) {
  document.body.dataset.view = view;
  for (const button of views) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  find("#about").textContent = view === "try" ? table.about : about;
  if (view === "look") look.show();
  else history.replaceState(null, "", location.pathname + location.search);
}

if (canTry(subject)) {
  for (const button of views) button.onclick = () => turnTo(button.dataset.view ?? "try");
  document.body.classList.add("tried");
  turnTo("try");
  table.adopt(subject, networks, { rows, points: tableRows(read, "points", width), decision: subject.table?.decision });
  table.take(own);
  turnTo(linked ? "look" : "try");
} else find("#views").hidden = true;
