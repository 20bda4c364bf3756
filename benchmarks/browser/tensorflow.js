// CPU seconds of an epoch of 10,000 images of 784-64-10, batch 32, by TensorFlow.js and its WebAssembly backend in Node.
//
//     node benchmarks/browser/tensorflow.js FOLDER MODULES

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, modules] = process.argv.slice(2);
const load = createRequire(`${modules}/`);
const tf = { ...load("@tensorflow/tfjs-core"), ...load("@tensorflow/tfjs-layers") };
load("@tensorflow/tfjs-backend-cpu");
const wasm = load("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(`${modules}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`);
await tf.setBackend("wasm");
if (tf.getBackend() !== "wasm") throw new Error(`backend ${tf.getBackend()}`);

const COUNT = 10_000;
const pixels = Float32Array.from(readFileSync(`${folder}/train-images.u8`).subarray(0, COUNT * 784), (gray) => gray / 255);
const labels = Int32Array.from(readFileSync(`${folder}/train-labels.u8`).subarray(0, COUNT));
const inputs = tf.tensor2d(pixels, [COUNT, 784]);
const targets = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
const model = tf.sequential();
model.add(tf.layers.dense({ units: 64, activation: "relu", inputShape: [784], kernelInitializer: "heNormal" }));
model.add(tf.layers.dense({ units: 10, activation: "softmax" }));
model.compile({ optimizer: tf.train.momentum(0.02, 0.9), loss: "categoricalCrossentropy" });

const seconds = [];
for (let epoch = 0; epoch < 3; epoch++) {
  const begun = process.cpuUsage();
  await model.fit(inputs, targets, { epochs: 1, batchSize: 32, yieldEvery: "never", verbose: 0 });
  const { user, system } = process.cpuUsage(begun);
  seconds.push((user + system) / 1e6);
}
process.stdout.write(JSON.stringify({ version: tf.version_core, seconds }));
