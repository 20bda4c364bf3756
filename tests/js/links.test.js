// Links: what they carry, what of a wrong one is ignored, and the code that a phone reads.

import assert from "node:assert/strict";
import { test } from "node:test";

import { qrCode } from "#engine/qr_code.js";
import { readLink, writtenLink } from "#text/link.js";
import { markOf, packedBytes, packedInk, packedNet, unpackedInk, unpackedNet } from "#text/packing.js";

/** @import { Link } from "#text/link.js" */

test("a link says again all that was written into it", () => {
  /** @type {Link} */
  const link = { view: "forward", at: "sums", x: 682, want: 7, n: [0, 13], i: 406, k: 9, of: "0a1b2c3d", say: "Why a 9?" };
  assert.deepEqual(readLink(writtenLink(link)), link);
  assert.deepEqual(readLink(writtenLink({ n: [1, 4] })).n, [1, 4]);
  const settings = { hidden: [64, 32], seed: 3, rate: 0.1, momentum: 0.9, optimizer: "momentum", activation: "relu" };
  assert.deepEqual(readLink(writtenLink({ settings })), { settings });
  assert.deepEqual(readLink(writtenLink({ settings: { ...settings, formulas: { value: "z" } } })).settings, settings);
});

test("only a link to Learn starts a training", () => {
  assert.deepEqual(readLink("#view=learn&go"), { view: "learn", go: true });
  assert.equal(readLink("#view=draw&go").go, undefined);
  assert.equal(readLink("#go").go, undefined);
  assert.match(writtenLink({ view: "learn", go: true }), /&go$/);
});

test("what a link says wrongly is ignored, and numbers out of bounds are not taken", () => {
  assert.deepEqual(readLink("#"), {});
  assert.deepEqual(readLink("#view=<b>&at=2&x=-1&want=1.5&n=a.b&n=1.2.3&i=&k=NaN&of=xyz"), {});
  assert.deepEqual(readLink("#hidden=0&hidden=3&rate=-1&batch=0&seed=1.5&epochs=9999&optimizer=A%20B"), {});
  assert.deepEqual(readLink("#hidden=9999999"), {});
  assert.deepEqual(readLink("#hidden=128+64&rate=10").settings, { hidden: [128, 64], rate: 10 });
  assert.equal(readLink(`#say=${"x".repeat(900)}`).say?.length, 500);
});

test("a drawing travels exactly, and what is none is refused", async () => {
  const ink = Float64Array.from({ length: 784 }, (_, place) => (place % 7 ? 0 : (place % 256) / 255));
  assert.deepEqual(await unpackedInk(await packedInk(ink), 784), ink);
  assert.equal(await unpackedInk(await packedInk(ink), 16), null);
  assert.equal(await unpackedInk("%%%", 784), null);
  assert.equal(await unpackedInk("AAAA", 784), null);
});

test("a small network travels to half a step of 127 of each neuron's largest weight", async () => {
  const sizes = [6, 3, 2];
  const parameters = Float64Array.from({ length: 6 * 3 + 3 * 2 + 5 }, (_, place) => Math.sin(3 * place) * (place % 3 === 1 ? 0 : 1));
  const found = await unpackedNet((await packedNet({ sizes, activations: ["relu"], parameters })) ?? "");
  assert.deepEqual([found?.sizes, found?.activations], [sizes, ["relu"]]);
  found?.parameters.forEach((value, place) => assert.ok(Math.abs(value - parameters[place]) <= (place < 24 ? 0.51 / 127 : 1e-7), String(place)));
  assert.equal(await packedNet({ sizes: [784, 128, 10], activations: ["relu"], parameters: new Float64Array(101_770) }), null);
});

test("a network that is damaged, or says another shape than it has, is refused", async () => {
  const parameters = Float64Array.of(1, 2, 3, 4, 5, 6);
  const packed = (await packedNet({ sizes: [2, 2], activations: [], parameters })) ?? "";
  assert.ok(await unpackedNet(packed));
  assert.equal(await unpackedNet(packed.slice(0, -4)), null);
  assert.equal(await unpackedNet(""), null);
  const told = async (/** @type {object} */ head, /** @type {number} */ bytes) => {
    const text = new TextEncoder().encode(JSON.stringify(head));
    return unpackedNet(await packedBytes(Uint8Array.of(text.length, 0, ...text, ...new Array(bytes).fill(0))));
  };
  assert.equal(await told({ sizes: [2], activations: [] }, 8), null);
  assert.equal(await told({ sizes: [2, 0], activations: [] }, 8), null);
  assert.equal(await told({ sizes: 2, activations: [] }, 8), null);
  assert.equal(await told({ sizes: [2, 2], activations: ["relu"] }, 20), null);
  assert.equal(await told({ sizes: [2, 2], activations: [] }, 21), null);
  assert.ok(await told({ sizes: [2, 2], activations: [] }, 20));
});

test("two networks have two marks", () => {
  const one = Float64Array.of(0.5, -1, 2);
  assert.match(markOf(one), /^[0-9a-f]{8}$/);
  assert.equal(markOf(one), markOf(one.slice()));
  assert.notEqual(markOf(one), markOf(Float64Array.of(0.5, -1, 2.0001)));
});

// Read with zxing-cpp 2.3 when it was written.
const HELLO = `
111111100101101111111
100000100111001000001
101110101101101011101
101110100101001011101
101110100010101011101
100000100000101000001
111111101010101111111
000000001101100000000
111011111111011000100
000100001000001000010
101000100010100011111
110010001010001000010
101001100110101010100
000000001101010100110
111111101001011100111
100000101111110110000
101110101001011100111
101110100010001100110
101110101110100010101
100000101100001010010
111111101100101100111
`;

/** @type {(text: string) => boolean[][] | null} */
const coded = (text) => qrCode(new TextEncoder().encode(text));

test("a code has its eyes, its size by what it holds, and the bits that a reader found", () => {
  assert.equal(coded("HELLO")?.map((row) => row.map(Number).join("")).join("\n"), HELLO.trim());
  assert.deepEqual([66, 500, 1273].map((length) => coded("x".repeat(length))?.length), [33, 77, 117]);
  assert.equal(coded("x".repeat(1274)), null);
});

test("each bit of the text changes the code, and its check bytes with it", () => {
  const [one, other] = [coded("HELLO"), coded("HELLP")];
  const apart = one?.flatMap((row, y) => row.filter((dark, x) => dark !== other?.[y][x])).length ?? 0;
  assert.ok(apart > 20 && apart < 60, String(apart));
});
