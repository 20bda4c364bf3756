// What Backward says of the two errors that a neuron hears most of: who wants more of it, who less, and who pulls harder.

import assert from "node:assert/strict";
import { test } from "node:test";

import { WORDS as de } from "#text/languages/de.js";
import { WORDS as en } from "#text/languages/en.js";

const speaksForWhatWasTooLow = { name: "the 7", speaksFor: true, plain: true, louder: true };
const speaksAgainstWhatWasTooHigh = { name: "the 9", speaksFor: false, plain: false, louder: true };
const speaksForWhatWasTooHigh = { name: "the 9", speaksFor: true, plain: false, louder: false };

test("two that want the same are told in one breath", () => {
  assert.equal(en.backward.whoWants([speaksForWhatWasTooLow, speaksAgainstWhatWasTooHigh]), "The 7 wants more of it; the 9, which it speaks against, too.");
  assert.match(de.backward.whoWants([speaksForWhatWasTooLow, speaksAgainstWhatWasTooHigh]), /will mehr davon; the 9, gegen die es spricht, auch\.$/);
});

test("of two that disagree the last one pulls harder", () => {
  assert.equal(en.backward.whoWants([speaksForWhatWasTooLow, speaksForWhatWasTooHigh]), "The 7 wants more of it, but the 9, which it speaks for, pulls harder.");
  assert.match(de.backward.whoWants([speaksForWhatWasTooLow, speaksForWhatWasTooHigh]), /will mehr davon, aber the 9, für die es spricht, zieht stärker\.$/);
});

test("one alone is told alone", () => {
  assert.equal(en.backward.whoWants([speaksForWhatWasTooHigh]), "The 9, which it speaks for, wants less of it.");
});

test("a step that changes no other, one, or many is told in whole sentences", () => {
  assert.equal(en.backward.othersChange(0, 0, "0", "0"), "No other changes:");
  assert.equal(en.backward.othersChange(0, 1, "0", "1"), "Of the others 1 is lost, 0 won:");
  assert.equal(en.backward.othersChange(9, 31, "9", "31"), "Of the others 31 are lost, 9 won:");
});
