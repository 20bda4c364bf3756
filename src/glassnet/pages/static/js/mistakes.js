// What it gets wrong: truth against answer, the digits behind each cell, and how far its answers can be trusted.

import { ask, asked, rowsOf } from "glassnet/connection";
import { drawPixels } from "glassnet/colors";
import { make, note } from "glassnet/inspector";
import { count, percent, quantity } from "glassnet/numbers";
import { SAYS } from "glassnet/play_words";
import { drawReliability, drawRobustness } from "glassnet/trust";

const SHOWN = 120; // of a cell
const AGAIN = 1000; // milliseconds
const find = (selector) => document.querySelector(selector);

export class Mistakes {
  // choose: told of an example {inputs, wanted} that shall be looked at; shown: that there is something to choose from.
  constructor(look, choose, shown) {
    Object.assign(this, { look, choose, shown, fresh: false, asked: 0 });
  }

  // Other parameters: what was computed, or is being computed, holds no more.
  forget() {
    this.fresh = false;
    this.asked++;
  }

  // Another network, of other data perhaps.
  adopt() {
    this.forget();
    Object.assign(this, { pair: null, rows: null });
    for (const room of ["#matrix", "#cell", "#trust"]) find(room).replaceChildren();
  }

  async show() {
    if (this.fresh || this.asking) return;
    this.asking = true;
    const mine = this.asked;
    if (!find("#matrix").childElementCount) find("#matrix").replaceChildren(note(SAYS.computing));
    try {
      const news = await asked("mistakes");
      if (mine !== this.asked) return; // of a network that is no more
      this.fresh = true;
      this.take(news);
      this.shown();
      await this.showTrust(news);
    } catch (error) {
      find("#matrix").replaceChildren(note(error.message));
    } finally {
      this.asking = false;
      if (mine !== this.asked) this.again();
    }
  }

  // Look once more, unless somebody has turned to another view.
  again() {
    if (document.body.dataset.view === "mistakes") setTimeout(() => this.show(), AGAIN);
  }

  take(news) {
    const { said, sureness } = news.arrays;
    this.rows = rowsOf(news.arrays).map((row, place) => ({ ...row, said: said[place], sure: sureness?.[place] }));
    document.body.classList.toggle("measures", !news.matrix);
    if (news.matrix) this.showMatrix(news);
    else this.showErrors(news);
  }

  async showTrust(news) {
    const { stage } = this.look;
    find("#trust").replaceChildren();
    if (!news.matrix) return;
    find("#trust").append(make("h2", {}, SAYS.reliability), drawReliability(news.reliability, find("#trust").clientWidth), note(SAYS.reliabilityNote));
    if (!stage.subject.drawable) return;
    const scroll = () => (find("#trust").tabIndex = find("#pad").scrollHeight > find("#pad").clientHeight ? 0 : -1);
    const { curves, examples } = await (await ask("robustness")).json();
    if (!curves.length || !this.fresh || this.look.stage !== stage) return;
    find("#trust").append(make("h2", {}, SAYS.robustness), drawRobustness(curves, find("#trust").clientWidth, find("#pad").clientHeight), note(SAYS.robustnessNote(examples)));
    scroll();
  }

  showMatrix({ matrix, examples }) {
    const { classes } = this.look.stage;
    const wrong = matrix.flatMap((row, truth) => row.filter((_, said) => said !== truth));
    const [total, most] = [wrong.reduce((sum, n) => sum + n, 0), Math.max(...wrong, 1)];
    const head = make("tr", {}, make("td", {}), ...classes.map((name) => make("th", { scope: "col" }, name)));
    const body = matrix.map((row, truth) => make("tr", {}, make("th", { scope: "row" }, classes[truth]), ...row.map((n, said) => this.cell(n, truth, said, most))));
    const table = make("table", {}, make("caption", {}, total ? SAYS.mistakes(total, examples) : SAYS.noMistakes), make("thead", {}, make("tr", {}, make("td", {}), make("th", { colSpan: classes.length, scope: "colgroup", className: "axis" }, SAYS.itSaid)), head), make("tbody", {}, ...body));
    table.addEventListener("keydown", (event) => this.move(event));
    find("#matrix").replaceChildren(table, make("p", { className: "axis", ariaHidden: "true" }, SAYS.itWas));
    this.choosePair(this.pair ?? this.commonest(matrix));
  }

  commonest(matrix) {
    let best = [0, 0, -1];
    matrix.forEach((row, truth) => row.forEach((n, said) => truth !== said && n > best[2] && (best = [truth, said, n])));
    return best.slice(0, 2);
  }

  // Errors are shaded; right answers are plain numbers.
  cell(n, truth, said, most) {
    const { classes, colors } = this.look.stage;
    if (!n) return make("td", { className: "none" }, "·");
    const [background, color] = truth === said ? ["none", "var(--ink)"] : readable(0.1 + (0.8 * n) / most, colors);
    const button = make("button", { type: "button", ariaLabel: SAYS.pair(n, classes[truth], classes[said]), tabIndex: -1 }, count(n));
    button.dataset.pair = `${truth} ${said}`;
    Object.assign(button.style, { background, color });
    button.onclick = () => this.choosePair([truth, said]);
    return make("td", {}, button);
  }

  // One tab stop; the arrow keys go from cell to cell that has any.
  move(event) {
    const way = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!way || !event.target.dataset.pair) return;
    event.preventDefault();
    event.stopPropagation();
    let [truth, said] = event.target.dataset.pair.split(" ").map(Number);
    const { classes } = this.look.stage;
    for (;;) {
      [truth, said] = [truth + way[0], said + way[1]];
      if (!(truth in classes) || !(said in classes)) return;
      const button = find(`#matrix [data-pair="${truth} ${said}"]`);
      if (!button) continue;
      this.choosePair([truth, said]);
      return button.focus();
    }
  }

  choosePair([truth, said]) {
    this.pair = [truth, said];
    find("#matrix").querySelectorAll("[data-pair]").forEach((button) => {
      const chosen = button.dataset.pair === `${truth} ${said}`;
      button.setAttribute("aria-pressed", chosen);
      button.tabIndex = chosen ? 0 : -1;
    });
    if (!find('#matrix [tabindex="0"]')) find("#matrix [data-pair]")?.setAttribute("tabindex", 0);
    const { classes } = this.look.stage;
    const rows = this.rows.filter((row) => row.wanted === truth && row.said === said);
    const n = Number(find(`#matrix [data-pair="${truth} ${said}"]`)?.textContent.replaceAll(",", "") ?? 0);
    this.showRows(rows, SAYS.pair(n, classes[truth], classes[said], Math.min(rows.length, SHOWN)));
  }

  showErrors({ errors }) {
    const { stage } = this.look;
    find("#matrix").replaceChildren(make("h2", {}, SAYS.largestErrors), note(SAYS.errorShares(errors, stage.unit)), make("div", { className: "digits" }, ...this.rows.slice(0, SHOWN).map((row) => this.digit(row))));
    find("#cell").replaceChildren();
  }

  showRows(rows, title) {
    find("#cell").replaceChildren(make("h2", {}, title), make("div", { className: "digits" }, ...rows.slice(0, SHOWN).map((row) => this.digit(row))));
  }

  digit(row) {
    const { stage } = this.look;
    const name = SAYS.example(stage.wantedName(row.wanted), stage.wantedName(row.said), row.sure && percent(row.sure));
    const canvas = make("canvas", { ariaHidden: "true" });
    if (stage.shape) drawPixels(canvas, row.inputs, stage.shape, (value) => stage.colors.gray(value));
    const under = row.sure === undefined ? `${quantity(row.wanted)} → ${quantity(row.said)}` : percent(row.sure);
    const button = make("button", { type: "button", ariaLabel: name, title: name }, stage.shape ? canvas : "", make("span", {}, under));
    button.onclick = () => this.choose(row);
    return button;
  }
}

const light = (color) => [0.2126, 0.7152, 0.0722].reduce((sum, part, place) => sum + part * (color[place] / 255) ** 2.2, 0.05);

// A gray and what can be read on it: where neither end of the scale can, the gray is moved a little.
function readable(share, colors) {
  for (let gray = share; ; gray += 0.02) {
    const contrasts = [1, 0].map((end) => [light(colors.gray(end)), light(colors.gray(gray))]).map((pair) => Math.max(...pair) / Math.min(...pair));
    if (Math.max(...contrasts) >= 4.6) return [colors.css(colors.gray(gray)), colors.css(colors.gray(contrasts[0] > contrasts[1] ? 1 : 0))];
  }
}
