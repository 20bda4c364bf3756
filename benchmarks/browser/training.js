// CPU seconds of an epoch, and of training until 97 % are read, by the engine of the pages in Node. For benchmarks/training_in_browser.py.
//
//     node benchmarks/browser/training.js epochs FOLDER     an epoch of 10,000 images, by both kinds of kernels
//     node benchmarks/browser/training.js accuracy FOLDER   five seeds, each to its end

import { readFileSync } from "node:fs";

import { Examples } from "#engine/examples.js";
import { kernelsFor } from "#engine/kernels.js";
import { Store } from "#engine/store.js";
import { Training, USUAL } from "#engine/training.js";

const [what, folder] = process.argv.slice(2);
const EPOCHS = { wasm: 9, plain: 4 };
const SEEDS = 5;
const GOAL = 0.97;

/** @param {string} name */
const read = (name) => new Uint8Array(readFileSync(`${folder}/${name}.u8`));

// The images are those that a page has, of 16 grays.
async function trainingOf(kind, settings, counts) {
  const store = new Store();
  const { kind: got, kernels } = await kernelsFor(store, kind);
  if (got !== kind) throw new Error(`no ${kind} here`);
  const [training, validation] = ["train", "validation"].map((part, k) => {
    const count = counts[k];
    return new Examples(store, read(`${part}-images`).subarray(0, count * 784), 784, read(`${part}-labels`).slice(0, count), 255);
  });
  return new Training(store, kernels, { training, validation, classes: 10 }, { ...USUAL, examples: Infinity, ...settings });
}

// Of an epoch's steps: what is validated afterwards is no training.
function secondsOfEpoch(training) {
  const { user, system } = process.cpuUsage();
  while (training.batch < training.steps) training.step();
  const used = process.cpuUsage({ user, system });
  return (used.user + used.system) / 1e6;
}

async function epochs() {
  const found = {};
  for (const [kind, count] of Object.entries(EPOCHS)) {
    const training = await trainingOf(kind, { hidden: [64], rate: 0.02, batch: 32, epochs: 99 }, [10_000, 100]);
    found[kind] = Array.from({ length: count }, () => {
      const seconds = secondsOfEpoch(training);
      training.completeEpoch();
      return seconds;
    });
  }
  return found;
}

async function accuracy() {
  const settings = JSON.parse(process.argv[4]);
  const runs = [];
  for (let seed = 0; seed < SEEDS; seed++) {
    const training = await trainingOf("wasm", { ...settings, seed }, [20_000, 10_000]);
    let [seconds, reached, last] = [0, null, 0];
    while (!training.finished) {
      seconds += secondsOfEpoch(training);
      last = training.completeEpoch().judged.validationAccuracy;
      if (last >= GOAL) reached ??= seconds;
    }
    runs.push({ seed, accuracy: last, seconds, reached });
  }
  return runs;
}

process.stdout.write(JSON.stringify(what === "epochs" ? await epochs() : await accuracy()));
