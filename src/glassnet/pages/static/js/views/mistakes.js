// What it gets wrong: truth against answer, the digits behind each cell, and how far its answers can be trusted.

import { drawPixels } from "#text/colors.js";
import { count, percent, quantity } from "#text/numbers.js";
import { SAYS } from "#text/live_words.js";
import { draw, find, make, note, seek } from "#views/elements.js";
import { ask, asked, rowsOf, wordsOf } from "#views/server.js";
import { drawReliability, drawRobustness } from "#views/trust.js";

/** @import { Color, Palette } from "#text/colors.js" */
/** @import { Look } from "#views/look.js" */
/** @import { News, Row } from "#views/server.js" */
/** @typedef {Row & { said: number, sure: number | undefined }} Answered */

const SHOWN = 120; // of a cell
const AGAIN = 1000; // milliseconds

/** @type {{ [key: string]: number[] }} */
const WAYS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

export class Mistakes {
  // choose: told of an example {inputs, wanted} that shall be looked at; shown: that there is something to choose from.
  /** @param {Look} look @param {(row: Answered) => void} choose @param {() => void} shown */
  constructor(look, choose, shown) {
    this.look = look;
    this.choose = choose;
    this.shown = shown;
    this.fresh = false;
    this.asking = false;
    this.asked = 0;
    this.pair = /** @type {number[] | null} */ (null); // label and answer
    this.rows = /** @type {Answered[] | null} */ (null);
  }

  // Other parameters: what was computed, or is being computed, holds no more.
  forget() {
    this.fresh = false;
    this.asked++;
  }

  // Another network, of other data perhaps.
  adopt() {
    this.forget();
    this.pair = null;
    this.rows = null;
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
      find("#matrix").replaceChildren(note(wordsOf(error)));
    } finally {
      this.asking = false;
      if (mine !== this.asked) this.again();
    }
  }

  // Look once more, unless somebody has turned to another view.
  again() {
    if (document.body.dataset.view === "mistakes") setTimeout(() => this.show(), AGAIN);
  }

  /** @param {News} news */
  take(news) {
    const { said, sureness } = news.arrays;
    this.rows = rowsOf(news.arrays).map((row, place) => ({ ...row, said: said[place], sure: sureness?.[place] }));
    document.body.classList.toggle("measures", !news.matrix);
    if (news.matrix) this.showMatrix(news);
    else this.showErrors(news);
  }

  /** @param {News} news */
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

  /** @param {News} news */
  showMatrix({ matrix: counts, examples }) {
    const { classes } = this.look.stage;
    const matrix = /** @type {number[][]} */ (counts);
    const wrong = matrix.flatMap((row, truth) => row.filter((_, said) => said !== truth));
    const [total, most] = [wrong.reduce((sum, n) => sum + n, 0), Math.max(...wrong, 1)];
    const head = make("tr", {}, make("td", {}), ...classes.map((name) => make("th", { scope: "col" }, name)));
    const body = matrix.map((row, truth) => make("tr", {}, make("th", { scope: "row" }, classes[truth]), ...row.map((n, said) => this.cell(n, truth, said, most))));
    const table = make("table", {}, make("caption", {}, total ? SAYS.mistakes(total, examples) : SAYS.noMistakes), make("thead", {}, make("tr", {}, make("td", {}), make("th", { colSpan: classes.length, scope: "colgroup", className: "axis" }, SAYS.itSaid)), head), make("tbody", {}, ...body));
    table.addEventListener("keydown", (event) => this.move(event));
    find("#matrix").replaceChildren(table, make("p", { className: "axis", ariaHidden: "true" }, SAYS.itWas));
    this.choosePair(this.pair ?? this.commonest(matrix));
  }

  /** @param {number[][]} matrix */
  commonest(matrix) {
    let best = [0, 0, -1];
    matrix.forEach((row, truth) => row.forEach((n, said) => truth !== said && n > best[2] && (best = [truth, said, n])));
    return best.slice(0, 2);
  }

  // Errors are shaded; right answers are plain numbers.
  /** @param {number} n @param {number} truth @param {number} said @param {number} most */
  cell(n, truth, said, most) {
    const { classes, colors } = this.look.stage;
    if (!n) return make("td", { className: "none" }, "·");
    const [shade, color] = truth === said ? ["none", "var(--ink)"] : readable(0.1 + (0.8 * n) / most, colors);
    const button = make("button", { type: "button", ariaLabel: SAYS.pair(n, classes[truth], classes[said]), tabIndex: -1 }, draw("svg", { "aria-hidden": "true" }, draw("rect", { width: "100%", height: "100%", fill: shade })), count(n));
    button.dataset.pair = `${truth} ${said}`;
    button.style.color = color;
    button.onclick = () => this.choosePair([truth, said]);
    return make("td", {}, button);
  }

  // One tab stop; the arrow keys go from cell to cell that has any.
  /** @param {KeyboardEvent} event */
  move(event) {
    const way = WAYS[event.key];
    if (!way || !(event.target instanceof HTMLElement) || !event.target.dataset.pair) return;
    event.preventDefault();
    event.stopPropagation();
    let [truth, said] = event.target.dataset.pair.split(" ").map(Number);
    const { classes } = this.look.stage;
    for (;;) {
      [truth, said] = [truth + way[0], said + way[1]];
      if (!(truth in classes) || !(said in classes)) return;
      const button = this.buttonOf(truth, said);
      if (!button) continue;
      this.choosePair([truth, said]);
      return button.focus();
    }
  }

  // None, where nothing was counted.
  /** @param {number} truth @param {number} said */
  buttonOf(truth, said) {
    return seek(`#matrix [data-pair="${truth} ${said}"]`);
  }

  /** @param {number[]} pair */
  choosePair([truth, said]) {
    this.pair = [truth, said];
    for (const button of find("#matrix").querySelectorAll("button")) {
      const chosen = button.dataset.pair === `${truth} ${said}`;
      button.setAttribute("aria-pressed", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
    if (!seek('#matrix [tabindex="0"]')) seek("#matrix [data-pair]")?.setAttribute("tabindex", "0");
    const { classes } = this.look.stage;
    const rows = (this.rows ?? []).filter((row) => row.wanted === truth && row.said === said);
    const n = Number(this.buttonOf(truth, said)?.textContent?.replaceAll(",", "") ?? 0);
    this.showRows(rows, SAYS.pair(n, classes[truth], classes[said], Math.min(rows.length, SHOWN)));
  }

  /** @param {News} news */
  showErrors({ errors }) {
    const { stage } = this.look;
    find("#matrix").replaceChildren(make("h2", {}, SAYS.largestErrors), note(SAYS.errorShares(errors, stage.unit)), make("div", { className: "digits" }, ...(this.rows ?? []).slice(0, SHOWN).map((row) => this.digit(row))));
    find("#cell").replaceChildren();
  }

  /** @param {Answered[]} rows @param {string} title */
  showRows(rows, title) {
    find("#cell").replaceChildren(make("h2", {}, title), make("div", { className: "digits" }, ...rows.slice(0, SHOWN).map((row) => this.digit(row))));
  }

  /** @param {Answered} row */
  digit(row) {
    const { stage } = this.look;
    const name = SAYS.example(stage.wantedName(row.wanted), stage.wantedName(row.said), row.sure ? percent(row.sure) : "");
    const canvas = make("canvas", { ariaHidden: "true" });
    if (stage.shape) drawPixels(canvas, row.inputs, stage.shape, (value) => stage.colors.gray(value));
    const under = row.sure === undefined ? `${quantity(row.wanted)} → ${quantity(row.said)}` : percent(row.sure);
    const button = make("button", { type: "button", ariaLabel: name, title: name }, stage.shape ? canvas : "", make("span", {}, under));
    button.onclick = () => this.choose(row);
    return button;
  }
}

/** @type {(color: Color) => number} */
const light = (color) => [0.2126, 0.7152, 0.0722].reduce((sum, part, place) => sum + part * (color[place] / 255) ** 2.2, 0.05);

// A gray and what can be read on it: where neither end of the scale can, the gray is moved a little.
/** @type {(share: number, colors: Palette) => string[]} */
function readable(share, colors) {
  for (let gray = share; ; gray += 0.02) {
    const contrasts = [1, 0].map((end) => [light(colors.gray(end)), light(colors.gray(gray))]).map((pair) => Math.max(...pair) / Math.min(...pair));
    if (Math.max(...contrasts) >= 4.6) return [colors.css(colors.gray(gray)), colors.css(colors.gray(contrasts[0] > contrasts[1] ? 1 : 0))];
  }
}
