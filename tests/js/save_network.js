// Trains a network and saves it where the first argument says; its answers go to standard output. For tests/pages/test_saved_networks.py.

import { readFileSync, writeFileSync } from "node:fs";

import { digitsOf } from "#engine/digits.js";
import { savedNetwork } from "#engine/safetensors.js";

import { trainingOf } from "./trained.js";

const golden = JSON.parse(readFileSync(new URL("../golden/training.json", import.meta.url), "utf8"));
const digits = await digitsOf(golden.digits, golden.count);
const training = await trainingOf("wasm", digits, { hidden: [16], rate: 0.05, examples: golden.count, epochs: 3 });
while (!training.finished) {
  training.step();
  if (training.batch === training.steps) training.completeEpoch();
}
/** @type {number[][]} */
const answers = [];
const { accuracy } = training.evaluate(training.data.validation, (_, place) => answers.push([...training.store.floats.subarray(place, place + 10)]));
const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
writeFileSync(process.argv[2], savedNetwork({ sizes: training.sizes, activation: "relu", parameters: training.network.flat(), classes }));
process.stdout.write(JSON.stringify({ answers, accuracy }));
