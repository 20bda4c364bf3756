// How the columns of a table become inputs: the same as in glassnet/data/preprocessing. Dates are days since 1970, words
// their places in the list of them, and what is missing is NaN.

/** @typedef {{ encoder: string, fields: any }} Encoding what a model file says of a column */
/** @typedef {{ inputs: number, parts: string[], write: (value: number, out: Float64Array, start: number) => void }} Encoder parts: what each input is of */
/** @typedef {{ mean: number, deviation: number }} Standard */
/** @typedef {{ median: number, spread: number, marks_gaps: boolean }} Robust */

const DAY = 86_400_000; // milliseconds
const ROUNDING = 1e-7; // of a day: as a part of days an hour is rounded, and 2:00 shall not be in the first
const MISSING = "missing";
const WAVES = [1, 2, 4, 8].map((often) => (often * Math.PI) / 2);

/** @type {(fields: Standard) => Encoder} */
const numbers = ({ mean, deviation }) => ({ inputs: 1, parts: [""], write: (value, out, start) => (out[start] = (value - mean) / deviation) });

/** @type {(fields: Robust) => Encoder} */
const robust = ({ median, spread, marks_gaps: marks }) => ({
  inputs: marks ? 2 : 1,
  parts: marks ? ["", MISSING] : [""],
  write(value, out, start) {
    const gap = Number.isNaN(value);
    out[start] = gap ? 0 : Math.asinh((value - median) / spread);
    if (marks) out[start + 1] = Number(gap);
  },
});

// An input for each piece between two edges: how much of it lies below a number. The first goes on below, the last above.
/** @type {(fields: { edges: number[], marks_gaps: boolean }) => Encoder} */
function piecewise({ edges, marks_gaps: marks }) {
  const starts = edges.slice(0, -1);
  const last = starts.length - 1;
  return {
    inputs: starts.length + Number(marks),
    parts: [...starts.map((edge) => `from ${Number(edge.toPrecision(6))}`), ...(marks ? [MISSING] : [])],
    write(value, out, start) {
      const gap = Number.isNaN(value);
      starts.forEach((edge, k) => {
        const below = (value - edge) / (edges[k + 1] - edge);
        out[start + k] = gap ? 0 : Math.min(Math.max(below, k ? 0 : -Infinity), k < last ? 1 : Infinity);
      });
      if (marks) out[start + starts.length] = Number(gap);
    },
  };
}

/** @type {(fields: Robust) => Encoder} */
function periodic(fields) {
  const scale = robust(fields);
  return {
    inputs: scale.inputs + 2 * WAVES.length,
    parts: [...scale.parts, ...["sine", "cosine"].flatMap((wave) => WAVES.map((_, k) => `${wave} ${2 ** k}`))],
    write(value, out, start) {
      scale.write(value, out, start);
      WAVES.forEach((often, k) => {
        out[start + scale.inputs + k] = Math.sin(often * out[start]);
        out[start + scale.inputs + WAVES.length + k] = Math.cos(often * out[start]);
      });
    },
  };
}

// groups: the input of each word and then of a gap, -1 of what was never seen.
/** @type {(fields: { groups: number[], words: string[] }) => Encoder} */
function categories({ groups, words }) {
  const count = Math.max(...groups) + 1;
  const parts = Array.from({ length: count }, (_, group) => [...words, MISSING].filter((_, place) => groups[place] === group).join(", "));
  /** @type {(value: number) => number} */
  const groupOf = (value) => groups[Number.isNaN(value) ? words.length : value] ?? -1;
  if (count <= 2) {
    return { inputs: 1, parts: [parts.at(-1) ?? ""], write: (value, out, start) => (out[start] = count === 2 ? ([-1, 1][groupOf(value)] ?? 0) : 0) };
  }
  return {
    inputs: count,
    parts,
    write(value, out, start) {
      out.fill(0, start, start + count);
      const group = groupOf(value);
      if (group >= 0) out[start + group] = 1;
    },
  };
}

/** @type {(fields: { parts: { part: string, fields: Robust }[] }) => Encoder} */
function dates(fields) {
  const scales = fields.parts.map(({ part, fields: scale }) => ({ part, scale: robust(scale) }));
  return {
    inputs: scales.reduce((sum, { scale }) => sum + scale.inputs, 0),
    parts: scales.flatMap(({ part, scale }) => scale.parts.map((own) => own || part)),
    write(value, out, start) {
      const calendar = calendarOf(value);
      for (const { part, scale } of scales) {
        scale.write(calendar[part], out, start);
        start += scale.inputs;
      }
    },
  };
}

// What the calendar says of days since 1970; NaN of a gap.
/** @type {(days: number) => { [part: string]: number }} */
export function calendarOf(days) {
  const near = days + ROUNDING;
  const whole = Math.floor(near);
  const date = new Date(whole * DAY);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: (date.getUTCDay() + 6) % 7, // Monday is 0
    hour: Math.floor((near - whole) * 24),
    time: days,
  };
}

/** @type {{ [name: string]: (fields: any) => Encoder }} */
const ENCODERS = { numbers, robust, piecewise, periodic, categories, dates, seasons: dates };

// Whether this page can compute with all of these.
/** @type {(columns: Encoding[]) => boolean} */
export const knows = (columns) => columns.every(({ encoder }) => encoder in ENCODERS);

// A table's columns side by side.
export class Columns {
  /** @param {Encoding[]} columns */
  constructor(columns) {
    this.encoders = columns.map(({ encoder, fields }) => ENCODERS[encoder](fields));
    let start = 0;
    this.starts = this.encoders.map(({ inputs }) => (start += inputs) - inputs); // where the inputs of each begin
    this.inputs = start;
  }

  // The inputs of a row of values.
  /** @param {ArrayLike<number>} values */
  encoded(values) {
    const out = new Float64Array(this.inputs);
    this.encoders.forEach((encoder, column) => encoder.write(values[column], out, this.starts[column]));
    return out;
  }
}
