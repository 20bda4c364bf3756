// Learning curves: training in solid ink, validation dashed, each named at its line's end.

import { count, number, quantity } from "#text/numbers.js";
import { SAYS } from "#text/live_words.js";
import { make, token } from "#views/elements.js";

/** @typedef {{ epoch: number, training_loss: number, validation_loss: number | null, validation_accuracy: number | null, validation_rmse: number | null }} Epoch */
/** @typedef {{ kind: string, seen: string, means: string, remedy: string }} Finding */
/** @typedef {{ x: number, training: number | null, validation: number | null, measure: number | null }} Point */

const LOWEST = 84; // pixels of a chart
const HIGHEST = 150;
const TABLE = 96; // pixels of the table below them
const ROWS = 3;
const MOST = 4000; // points of a curve: of more, every second one between two epochs goes

export class Curves {
  /** @param {HTMLElement} room */
  constructor(room) {
    this.room = room;
    this.records = /** @type {Epoch[]} */ ([]);
    this.points = /** @type {Point[]} */ ([]);
    this.classes = true; // else it predicts a number
    this.height = LOWEST;
    this.charts = /** @type {{ [name: string]: { plot: uPlot, shape: string } }} */ ({});
    this.loss = make("div", {});
    this.measure = make("div", {});
    this.titles = [make("h2", {}, SAYS.curves.loss), make("h2", {})];
    this.table = make("table", { className: "terms" });
    this.findings = make("div", { id: "findings" });
    this.yet = make("p", { className: "note", id: "no-curves" }, SAYS.noCurves);
    room.append(this.yet, this.titles[0], this.loss, this.titles[1], this.measure, this.findings, this.table);
    for (const query of ["(prefers-color-scheme: dark)", "print"]) matchMedia(query).addEventListener("change", () => this.draw());
    addEventListener("resize", () => this.draw());
    this.begin([], true);
  }

  // records: what is known of the epochs so far.
  /** @param {Epoch[]} records @param {boolean} classes */
  begin(records, classes) {
    this.records = [];
    this.points = [];
    this.classes = classes;
    this.titles[1].textContent = classes ? SAYS.curves.accuracy : SAYS.curves.rmse;
    for (const record of records) this.take(record);
    this.tell([]);
    this.draw();
  }

  /** @param {Epoch} record */
  take(record) {
    this.records.push(record);
    const followed = this.points.some(({ x, training }) => training !== null && x > record.epoch - 1 && x <= record.epoch);
    const measure = record.validation_accuracy ?? record.validation_rmse;
    this.points.push({ x: record.epoch, training: followed ? null : record.training_loss, validation: record.validation_loss, measure });
  }

  /** @param {Epoch} record @param {Finding[]} findings */
  add(record, findings) {
    this.take(record);
    this.tell(findings);
    this.draw();
  }

  // Between two epochs: the loss of the batches since the last time.
  /** @param {number} place @param {number | null} loss */
  follow(place, loss) {
    if (loss === null || place <= (this.points[this.points.length - 1]?.x ?? 0)) return;
    this.points.push({ x: place, training: loss, validation: null, measure: null });
    if (this.points.length > MOST) this.points = this.points.filter(({ validation, measure }, at) => at % 2 || validation !== null || measure !== null);
    this.draw();
  }

  draw() {
    if (!this.room.clientWidth) return;
    const free = (parseFloat(getComputedStyle(this.room).height) || 0) - 64 - TABLE; // two titles, and the table
    this.height = Math.max(LOWEST, Math.min(HIGHEST, Math.floor(free / 2)));
    this.table.classList.toggle("heard", free / 2 < LOWEST);
    /** @type {(name: keyof Point) => (number | null)[]} */
    const column = (name) => this.points.map((point) => point[name]);
    const x = column("x");
    this.chart("lossChart", this.loss, [x, column("training"), column("validation")], ["training", "validation"]);
    this.chart("measureChart", this.measure, [x, column("measure")], ["validation"]);
    this.tabulate();
  }

  /** @param {string} name @param {HTMLElement} place @param {(number | null)[][]} data @param {string[]} series */
  chart(name, place, data, series) {
    const shape = `${this.room.clientWidth} ${this.height} ${series} ${this.classes} ${token("--ink")}`;
    if (this.charts[name]?.shape === shape) return this.charts[name].plot.setData(data);
    this.charts[name]?.plot.destroy();
    const plot = new uPlot(options([this.room.clientWidth, this.height], series, this.classes && series.length === 1), data, place);
    this.charts[name] = { plot, shape };
  }

  // The last epochs in numbers: what the lines say to whoever cannot see them.
  tabulate() {
    const names = [SAYS.curves.epoch, SAYS.curves.trainingLoss, SAYS.curves.validationLoss, this.classes ? SAYS.curves.accuracy.toLowerCase() : SAYS.curves.error];
    const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
    const rows = this.records.slice(-ROWS).reverse().map((record) => {
      const measure = this.classes ? told(record.validation_accuracy, (share) => `${(100 * share).toFixed(2)}%`) : told(record.validation_rmse, quantity);
      const cells = [told(record.training_loss, number), told(record.validation_loss, number), measure];
      return make("tr", {}, make("th", { scope: "row" }, count(record.epoch)), ...cells.map((text) => make("td", {}, text)));
    });
    this.table.hidden = !rows.length;
    this.yet.hidden = this.points.length > 0;
    this.table.replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
  }

  // Diagnostics in words: what was seen, what it means, what to try.
  /** @param {Finding[]} findings */
  tell(findings) {
    const parts = findings.map(({ kind, seen, means, remedy }) => make("p", {}, make("b", {}, `${kind[0].toUpperCase()}${kind.slice(1)}. `), `${seen} ${means} `, make("span", { className: "note" }, remedy)));
    this.findings.hidden = !parts.length;
    this.findings.replaceChildren(make("h2", {}, SAYS.diagnosis), ...parts);
  }
}

/** @type {(value: number | null, inWords: (value: number) => string) => string} */
const told = (value, inWords) => (value !== null && Number.isFinite(value) ? inWords(value) : "–");

// What stands at an axis has room for six characters.
/** @type {(tick: number) => string} */
function atAxis(tick) {
  const short = Number(tick.toPrecision(3));
  return short && (Math.abs(short) < 1e-3 || Math.abs(short) >= 1e5) ? short.toExponential().replace("e+", "e") : String(short);
}

/** @typedef {(plot: uPlot, low: number | null, high: number | null) => number[]} Range */

/** @type {(size: number[], series: string[], share: boolean) => object} */
function options([width, height], series, share) {
  const [ink, muted, hair] = ["--ink", "--muted", "--hair"].map(token);
  const font = "12px system-ui, sans-serif";
  const axis = { stroke: muted, font, grid: { stroke: hair, width: 1 }, ticks: { show: false } };
  /** @type {Range} */
  const across = (_, _low, high) => [0, Math.max(1, high ?? 1)];
  /** @type {Range} */
  const up = (_, low, high) => (share ? [Math.max(0, Math.min(0.9, low ?? 0.9) - 0.02), 1] : [0, (high || 1) * 1.05]);
  /** @type {(plot: uPlot, ticks: number[]) => string[]} */
  const values = (_, ticks) => ticks.map((tick) => (share ? `${Math.round(100 * tick)}%` : atAxis(tick)));
  /** @type {(plot: uPlot) => void} */
  const draw = (plot) => series.forEach((name, place) => nameLine(plot, place + 1, SAYS.curves[name], muted, font));
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 66, 0, 0],
    scales: { x: { time: false, range: across }, y: { range: up } },
    axes: [{ ...axis, size: 26, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }, { ...axis, size: 46, values }],
    series: [{}, ...series.map((name) => ({ stroke: ink, width: name === "training" ? 1.5 : 2, dash: name === "training" ? undefined : [5, 4], spanGaps: true, points: { show: name !== "training", size: 5, fill: ink } }))],
    hooks: { draw: [draw] },
  };
}

/** @type {(plot: uPlot, series: number, name: string, color: string, font: string) => void} */
function nameLine(plot, series, name, color, font) {
  const values = plot.data[series];
  const last = values.findLastIndex((value) => value !== null && value !== undefined);
  if (last < 0) return;
  const { ctx } = plot;
  const scale = devicePixelRatio;
  ctx.save();
  ctx.fillStyle = color;
  ctx.font = font.replace("12px", `${12 * scale}px`);
  Object.assign(ctx, { textBaseline: "middle", textAlign: "left" });
  const shift = plot.data.length > 2 && series === 1 ? 7 : plot.data.length > 2 ? -7 : 0;
  ctx.fillText(name, plot.valToPos(plot.data[0][last] ?? 0, "x", true) + 6 * scale, plot.valToPos(values[last] ?? 0, "y", true) + shift * scale);
  ctx.restore();
}
