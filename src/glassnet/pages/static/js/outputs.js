// The outputs as a table: a bar and a number each, from zero to the right, or to either side of it.

import { number, percent, signed } from "glassnet/numbers";
import { hovered } from "glassnet/tiles";

const MOST = 30; // rows without scrolling

export class Outputs {
  constructor(body, names, choose, peek) {
    this.rows = names.map((name, unit) => {
      const row = body.insertRow();
      row.innerHTML = `<th scope="row"><button type="button"></button></th><td class="bar"><i></i></td><td class="value"></td><td class="mark"></td>`;
      row.querySelector("button").textContent = name;
      row.addEventListener("click", () => choose(unit));
      return row;
    });
    hovered(body, new Map(this.rows.map((row, unit) => [row, unit])), peek);
    const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
    body.parentElement.style.setProperty("--name", `${Math.min(120, 20 + 9 * longest)}px`);
    body.parentElement.classList.toggle("single", names.length === 1);
    body.parentElement.classList.toggle("long", names.length > MOST);
  }

  // Where lines from the hidden layer end.
  get cells() {
    return this.rows.map((row) => row.cells[0]);
  }

  show(values, { kind, colors, strong, marks, selected }) {
    const most = kind === "probability" ? 1 : values.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0) || 1;
    this.rows.forEach((row, unit) => {
      const [share, bar] = [values[unit] / most, row.querySelector("i")];
      const both = kind === "signed";
      const size = both ? Math.abs(share) / 2 : Math.max(0, share);
      bar.style.width = `${100 * size}%`;
      bar.style.marginLeft = both ? `${100 * (share < 0 ? 0.5 - size : 0.5)}%` : "0";
      const gray = unit === strong ? 1 : 0.6;
      bar.style.background = colors.css(both ? colors.signed(Math.sign(share) * Math.max(0.6, Math.abs(share))) : colors.gray(gray));
      row.cells[2].textContent = kind === "probability" ? percent(values[unit]) : both ? signed(values[unit]) : number(values[unit]);
      row.cells[3].textContent = marks[unit] ?? "";
      row.classList.toggle("strong", unit === strong);
      row.querySelector("button").setAttribute("aria-pressed", unit === selected);
    });
  }
}
