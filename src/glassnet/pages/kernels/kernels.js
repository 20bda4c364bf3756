// The products that take the time of a training, as WebAssembly: what plain_kernels.js says in JavaScript, four floats at once
// and each rounded to single precision. `npm run kernels` compiles it into static/js/engine/compiled_kernels.js.
//
// Sums stay in registers: BLOCK vectors of a row of units at a time, then half as many, and so on down to one. With eight, a
// network of 128 units takes a tenth longer.

import {
  add, and, below, floatAt, integerAt, kernel, largerOrZero, minus, module, move, multiply, notBelow, over, plus, positive, putFloat, putInteger,
  putVector, repeat, root, set, shortAt, spread, spreadAt, subtract, times, timesPowerOfTwo, total, until, vectorAt, zeros,
} from "./assembler.js"; // prettier-ignore

/** @import { Statement } from "./assembler.js" */

const BLOCK = 4;
const VECTOR = 16; // bytes

/** @type {(count: number, statement: (k: number) => Statement) => Statement} */
const each = (count, statement) => Array.from({ length: count }, (_, k) => statement(k));
const sums = Object.fromEntries(Array.from({ length: BLOCK }, (_, k) => [`sum${k}`, /** @type {const} */ ("v128")]));

// A row of `stride` bytes, block by block from $unit = 0: of each the sums start somewhere, take in terms, and are written.
/** @type {(start: (k: number) => string, terms: (add: (x: string, row: string) => Statement) => Statement, to: string) => Statement} */
const row = (start, terms, to) => [
  set("unit", 0),
  [BLOCK, 2, 1].map((vectors) =>
    until(below(subtract("stride", "unit"), VECTOR * vectors), [
      each(vectors, (k) => set(`sum${k}`, start(k))),
      terms((x, at) => [
        set("x", x),
        set("at", add(at, "unit")),
        each(vectors, (k) => set(`sum${k}`, plus(`sum${k}`, times("x", vectorAt("at", VECTOR * k))))),
      ]),
      set("at", add(to, "unit")),
      each(vectors, (k) => putVector("at", `sum${k}`, VECTOR * k)),
      move("unit", VECTOR * vectors),
    ]),
  ),
];

// The list of the example at $order: its entries from $first to $last, and by how much their places move.
const list = [
  set("list", add("starts", timesPowerOfTwo(integerAt("order"), 2))),
  set("first", integerAt("list")),
  set("last", integerAt("list", 4)),
  set("shift", integerAt("moves")),
];
const nextExample = [move("order", 4), move("moves", 4)];

const sparseForward = kernel(
  "sparseForward",
  ["z", "w", "b", "stride", "n", "order", "moves", "starts", "places", "values"],
  { list: "i32", first: "i32", last: "i32", shift: "i32", place: "i32", value: "i32", end: "i32", unit: "i32", at: "i32", x: "v128", ...sums },
  repeat("n", [
    list,
    set("end", add("values", timesPowerOfTwo("last", 2))),
    row(
      (k) => vectorAt(add("b", "unit"), VECTOR * k),
      (term) => [
        set("place", add("places", timesPowerOfTwo("first", 1))),
        set("value", add("values", timesPowerOfTwo("first", 2))),
        until(notBelow("value", "end"), [
          term(spreadAt("value"), add("w", multiply(add(shortAt("place"), "shift"), "stride"))),
          move("place", 2),
          move("value", 4),
        ]),
      ],
      "z",
    ),
    move("z", "stride"),
    nextExample,
  ]),
);

// Each entry of the n examples: its place's number stands at $count, its value at $value.
/** @type {(visit: Statement) => Statement} */
const entries = (visit) => [
  set("left", "n"),
  set("order", "orders"),
  set("moves", "allMoves"),
  set("delta", 0),
  repeat("left", [
    list,
    set("place", add("places", timesPowerOfTwo("first", 1))),
    set("value", add("values", timesPowerOfTwo("first", 2))),
    set("end", add("values", timesPowerOfTwo("last", 2))),
    until(notBelow("value", "end"), [
      set("count", add("ends", timesPowerOfTwo(add(shortAt("place"), "shift"), 2))),
      visit,
      move("place", 2),
      move("value", 4),
    ]),
    move("delta", "stride"),
    nextExample,
  ]),
];

const sortByPlace = kernel(
  "sortByPlace",
  ["lists", "ends", "stride", "inputs", "n", "orders", "allMoves", "starts", "places", "values"],
  {
    list: "i32", first: "i32", last: "i32", shift: "i32", place: "i32", value: "i32", end: "i32",
    order: "i32", moves: "i32", left: "i32", delta: "i32", count: "i32", at: "i32", sum: "i32",
  }, // prettier-ignore
  [
    `(memory.fill (local.get $ends) (i32.const 0) ${timesPowerOfTwo(add("inputs", 1), 2)})`,
    entries(putInteger("count", add(integerAt("count", 4), 8), 4)),
    set("count", "ends"),
    repeat("inputs", [set("sum", add("sum", integerAt("count", 4))), putInteger("count", "sum", 4), move("count", 4)]),
    entries([
      set("at", add("lists", integerAt("count"))),
      putInteger("at", "delta"),
      putFloat("at", floatAt("value"), 4),
      putInteger("count", add(integerAt("count"), 8)), // where a list starts becomes where it ends
    ]),
  ],
);

const sparseGradient = kernel(
  "sparseGradient",
  ["g", "delta", "stride", "inputs", "lists", "ends"],
  { first: "i32", last: "i32", entry: "i32", unit: "i32", at: "i32", x: "v128", ...sums },
  [
    set("first", "lists"),
    repeat("inputs", [
      set("last", add("lists", integerAt("ends"))),
      row(
        () => zeros,
        (term) => [
          set("entry", "first"),
          until(notBelow("entry", "last"), [term(spreadAt("entry", 4), add("delta", integerAt("entry"))), move("entry", 8)]),
        ],
        "g",
      ),
      set("first", "last"),
      move("g", "stride"),
      move("ends", 4),
    ]),
  ],
);

const forward = kernel(
  "forward",
  ["z", "w", "b", "stride", "n", "x0", "row", "count"],
  { left: "i32", from: "i32", weights: "i32", unit: "i32", at: "i32", x: "v128", ...sums },
  repeat("n", [
    row(
      (k) => vectorAt(add("b", "unit"), VECTOR * k),
      (term) => [
        set("left", "count"),
        set("from", "x0"),
        set("weights", "w"),
        repeat("left", [term(spreadAt("from"), "weights"), move("from", 4), move("weights", "stride")]),
      ],
      "z",
    ),
    move("z", "stride"),
    move("x0", "row"),
  ]),
);

const gradient = kernel(
  "gradient",
  ["g", "delta", "stride", "n", "x0", "row", "count"],
  { left: "i32", from: "i32", deltas: "i32", unit: "i32", at: "i32", x: "v128", ...sums },
  repeat("count", [
    row(
      () => zeros,
      (term) => [
        set("left", "n"),
        set("from", "x0"),
        set("deltas", "delta"),
        repeat("left", [term(spreadAt("from"), "deltas"), move("from", "row"), move("deltas", "stride")]),
      ],
      "g",
    ),
    move("g", "stride"),
    move("x0", 4),
  ]),
);

const backward = kernel(
  "backward",
  ["d", "delta", "w", "stride", "n", "row", "count"],
  { left: "i32", weights: "i32", unit: "i32", to: "i32", sum: "v128" },
  repeat("n", [
    set("left", "count"),
    set("weights", "w"),
    set("to", "d"),
    repeat("left", [
      set("sum", zeros),
      set("unit", 0),
      until(notBelow("unit", "stride"), [
        set("sum", plus("sum", times(vectorAt(add("delta", "unit")), vectorAt(add("weights", "unit"))))),
        move("unit", VECTOR),
      ]),
      putFloat("to", total("sum")),
      move("to", 4),
      move("weights", "stride"),
    ]),
    move("d", "row"),
    move("delta", "stride"),
  ]),
);

const biasGradient = kernel(
  "sums",
  ["g", "delta", "stride", "n"],
  { left: "i32", at: "i32", unit: "i32", sum: "v128" },
  until(notBelow("unit", "stride"), [
    set("sum", zeros),
    set("at", add("delta", "unit")),
    set("left", "n"),
    repeat("left", [set("sum", plus("sum", vectorAt("at"))), move("at", "stride")]),
    putVector(add("g", "unit"), "sum"),
    move("unit", VECTOR),
  ]),
);

// Of `count` floats, a multiple of four, at the first of these addresses and those beside it.
/** @type {(addresses: string[], body: Statement) => Statement} */
const vectors = (addresses, body) => [
  set("end", add(addresses[0], timesPowerOfTwo("count", 2))),
  until(notBelow(addresses[0], "end"), [body, addresses.map((address) => move(address, VECTOR))]),
];

const relu = kernel("relu", ["a", "z", "count"], { end: "i32" }, vectors(["a", "z"], putVector("a", largerOrZero(vectorAt("z")))));

const reluSlope = kernel(
  "reluSlope",
  ["d", "z", "count"],
  { end: "i32" },
  vectors(["d", "z"], putVector("d", and(vectorAt("d"), positive(vectorAt("z"))))),
);

const momentum = kernel(
  "momentum",
  ["theta", "v", "g", "count", "rate:f32", "momentum:f32", "penalty:f32"],
  { end: "i32", eta: "v128", mu: "v128", lambda: "v128", parameters: "v128", velocity: "v128" },
  [
    set("eta", spread("rate")),
    set("mu", spread("momentum")),
    set("lambda", spread("penalty")),
    vectors(["theta", "v", "g"], [
      set("parameters", vectorAt("theta")),
      set("velocity", plus(times("mu", vectorAt("v")), plus(vectorAt("g"), times("lambda", "parameters")))),
      putVector("v", "velocity"),
      putVector("theta", minus("parameters", times("eta", "velocity"))),
    ]),
  ],
);

const adam = kernel(
  "adam",
  ["theta", "m", "s", "g", "count", "rate:f32", "beta1:f32", "rest1:f32", "beta2:f32", "rest2:f32", "epsilon:f32", "penalty:f32"],
  { end: "i32", parameters: "v128", gradient: "v128", mean: "v128", square: "v128" },
  vectors(["theta", "m", "s", "g"], [
    set("parameters", vectorAt("theta")),
    set("gradient", plus(vectorAt("g"), times(spread("penalty"), "parameters"))),
    set("mean", plus(times(spread("beta1"), vectorAt("m")), times(spread("rest1"), "gradient"))),
    set("square", plus(times(spread("beta2"), vectorAt("s")), times(spread("rest2"), times("gradient", "gradient")))),
    putVector("m", "mean"),
    putVector("s", "square"),
    putVector("theta", minus("parameters", over(times(spread("rate"), "mean"), plus(root("square"), spread("epsilon"))))),
  ]),
);

export const SOURCE = module([
  sparseForward, sortByPlace, sparseGradient, forward, gradient, backward, biasGradient, relu, reluSlope, momentum, adam,
]); // prettier-ignore
