// Networks as files: what is saved opens again bit for bit, and what is no such file is said to be what it is.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { initialParameters } from "#engine/initial_weights.js";
import { ModelFileError, openedNetwork, savedNetwork } from "#engine/safetensors.js";
import { sha256 } from "#engine/sha256.js";

const sizes = [784, 5, 4, 3];
const network = { sizes, activation: "tanh", parameters: initialParameters(sizes, "tanh", 1, false), classes: ["ä", 'a"b\\c', "☃\n"] };
const saved = savedNetwork(network);

/** @type {(file: Uint8Array, what: string) => void} */
const refused = (file, what) => assert.throws(() => openedNetwork(file), (error) => error instanceof ModelFileError && error.what === what);

// The file with its description changed, under a digest of its own or the old one.
/** @type {(change: (description: any) => void, sealed?: boolean) => Uint8Array} */
function described(change, sealed = true) {
  const length = Number(new DataView(saved.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(saved.subarray(8, 8 + length)));
  const description = JSON.parse(header.__metadata__.glassnet);
  change(description);
  const { sha256: old, ...rest } = description;
  const text = JSON.stringify(rest);
  const body = saved.subarray(8 + length);
  const names = Object.keys(header).filter((name) => name !== "__metadata__").sort();
  const digest = createHash("sha256").update(text);
  for (const name of names) {
    const { shape, data_offsets: [from, to] } = header[name];
    digest.update(`\n${name} float32 (${shape.join(", ")}${shape.length === 1 ? "," : ""})\n`).update(body.subarray(from, to));
  }
  header.__metadata__.glassnet = `${text.slice(0, -1)}, "sha256": "${sealed ? digest.digest("hex") : old}"}`;
  const start = Buffer.from(JSON.stringify(header));
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(start.length));
  return Buffer.concat([count, start, body]);
}

test("SHA-256 is what Node says, of any length", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, k) => (k * 37) % 256);
    assert.equal(sha256([bytes.subarray(0, 10), bytes.subarray(10)]), createHash("sha256").update(bytes).digest("hex"));
  }
});

test("a saved network opens again, its parameters and names the same to the last bit", () => {
  const opened = openedNetwork(saved);
  assert.deepEqual(opened, { ...network, images: true });
  assert.equal(saved.length % 4, 0);
  const points = { sizes: [2, 3], activation: "relu", parameters: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), classes: ["a", "b", "c"], images: false };
  assert.deepEqual(openedNetwork(savedNetwork(points)), points);
});

test("what was trained in Python, in either precision, opens", () => {
  const folder = new URL("../references/", import.meta.url);
  refused(readFileSync(new URL("sequential.safetensors", folder)), "foreign");
  const unsealed = described(() => {});
  assert.deepEqual(openedNetwork(unsealed).parameters, network.parameters);
});

test("a bit that flips anywhere is noticed", () => {
  for (let place = 0; place < saved.length; place += 41) {
    const damaged = saved.slice();
    damaged[place] ^= 4;
    assert.throws(() => openedNetwork(damaged), ModelFileError, `byte ${place}`);
  }
});

test("what is no file of a network that a page can train is said to be so", () => {
  refused(new Uint8Array(3), "file");
  refused(saved.subarray(0, 100), "file");
  refused(saved.subarray(0, saved.length - 4), "file");
  refused(new TextEncoder().encode("PK and what not, longer than eight bytes"), "file");
  refused(described((description) => (description.format = 3)), "newer");
  refused(described((description) => (description.unit = "m"), false), "damaged");
  refused(described((description) => delete description.architecture), "damaged");
  refused(described((description) => (description.architecture.sizes = [784, 5, 3])), "damaged");
  refused(described((description) => (description.networks = 2)), "other");
  refused(described((description) => (description.architecture.loss = "mse")), "other");
  refused(described((description) => (description.architecture.activations = ["tanh", "relu"])), "other");
  refused(described((description) => (description.preprocessing.deskew = true)), "other");
  refused(described((description) => (description.preprocessing.kind = "columns")), "other");
  refused(savedNetwork({ ...network, parameters: network.parameters.map(() => NaN) }), "damaged");
});
