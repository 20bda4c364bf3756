// What the pages say, in every case.

import assert from "node:assert/strict";
import { test } from "node:test";

import { KEYS, SAYS } from "#text/live_words.js";
import { count, factorInLatex, inLatex, number, percent, quantity, signed } from "#text/numbers.js";
import { CAPTIONS, STEPS, TITLES, WORDS } from "#text/words.js";

test("numbers have a true minus, and powers of ten where digits would hide them", () => {
  assert.deepEqual([number(-1.25), number(0), number(1.5e-9), number(-3e7), number(2, 0)], ["−1.2500", "0.0000", "1.5e−9", "−3.0e+7", "2"]);
  assert.deepEqual([signed(0.5, 1), signed(-0.5, 1), signed(0, 1)], ["+0.5", "−0.5", "0.0"]);
  assert.deepEqual([quantity(NaN), quantity(12.3456, "m"), quantity(0)], ["no finite number", "12.35 m", "0.000"]);
  assert.deepEqual([percent(0), percent(0.0002), percent(0.5), percent(0.9999), percent(1)], ["0.0%", "under 0.1%", "50.0%", "over 99.9%", "100.0%"]);
  assert.equal(count(1234567), "1,234,567");
  assert.deepEqual([inLatex(-0.5, 1), inLatex(2e-9), factorInLatex(-2, 0), factorInLatex(2, 0)], ["-0.5", "2.0\\cdot 10^{-9}", "(-2)", "2"]);
});

test("every step has a title and a caption", () => {
  assert.equal(STEPS.length, 9);
  const told = { inputs: new Float64Array(784), nonzero: 100, name: "Neuron 1.5", z: -0.25, firing: 3, units: 1280, classes: ["0", "1"], said: "1", confidence: 0.75, network: { lossName: "cross_entropy" }, target: "0", loss: 1.5, error: "It is wrong.", blamed: 4, rate: 0.01, parameters: 1234, after: 1.25 };
  const captions = STEPS.map((step) => CAPTIONS[step](told));
  assert.equal(new Set(captions).size, 9);
  for (const [place, words] of captions.entries()) {
    assert.ok(TITLES[STEPS[place]]);
    assert.match(words, /\.$/);
    assert.doesNotMatch(words, /undefined|NaN/);
  }
  assert.equal(CAPTIONS.output(told), "It says 1: 75.0%.");
  assert.equal(CAPTIONS.output({ ...told, classes: [], said: "12 m" }), "It says 12 m.");
  assert.equal(CAPTIONS.loss(told), "The label is 0. The loss is 1.5000: −ln of the probability of 0.");
  assert.equal(CAPTIONS.loss({ ...told, classes: [], target: "12 m", network: { lossName: "mse" } }), "The target is 12 m. The loss is 1.5000.");
});

test("a sentence fits what it is about", () => {
  assert.equal(WORDS.idle("3", "3", "90%"), "The label is 3. It says 3: 90%. Draw over it, or press Next.");
  assert.equal(WORDS.idle("3", "5", "90%"), "The label is 3. It says 5: 90%, and is wrong. Draw over it, or press Next.");
  assert.equal(WORDS.others(1), "1 other");
  assert.equal(WORDS.others(2), "2 others");
  assert.equal(WORDS.missed(true), "The output is too high: that is the error.");
  assert.equal(WORDS.missed(false), "The output is too low: that is the error.");
  assert.equal(WORDS.wasWrong("3", 90, "5", 85), "The label is 3. 5 is 85 points too high, 3 is 90 points too low.");
  assert.equal(WORDS.compared(2e-16), "Computed here and by Python: at most 2e−16 apart.");
  for (const lens of Object.values(WORDS.lenses)) assert.ok(lens(1, 2));
});

test("every sentence of the live page fits what it is about", () => {
  const { running, finished, taught, forgotten, remembered, treated, foundDigit, allOn, isOff, pair, example, startAgain } = SAYS;
  assert.deepEqual([running(2, ""), running(2, "97% of validation digits")], ["Epoch 2.", "Epoch 2: 97% of validation digits."]);
  assert.match(finished(1), /1 epoch\./);
  assert.match(finished(2), /2 epochs\./);
  const measured = [{ accuracy: 0.5 }, { accuracy: 0.5125 }];
  const news = { before: measured[0], after: measured[1], corrections: 1, right: 1 };
  assert.match(taught(news), /on 1 drawing; .*50\.00% → 51\.25% \(\+1\.25 points\)/);
  assert.match(taught({ ...news, before: measured[1], after: measured[0], corrections: 2 }), /on 2 drawings; .*\(−1\.25 points\)/);
  assert.match(taught({ ...news, after: measured[0] }), /unchanged/);
  assert.match(taught({ ...news, after: null }), /no validation examples/);
  assert.match(forgotten(0), /No fine-tuning example is left/);
  assert.match(forgotten(1), /1 fine-tuning example is left/);
  assert.match(forgotten(2), /2 fine-tuning examples are left/);
  assert.match(remembered(1), /1 fine-tuning example is kept; .* with it/);
  assert.match(remembered(2), /2 fine-tuning examples are kept; .* with them/);
  assert.match(treated([]), /only cut out/);
  assert.match(treated(["a", "b"]), /a; b\./);
  assert.deepEqual([foundDigit(1, "7"), foundDigit(2, null)], ["Digit 1: 7", "Digit 2: like no digit"]);
  assert.deepEqual([allOn(1), allOn(3)], ["Switch it on again", "Switch all 3 on again"]);
  assert.deepEqual([isOff(1), isOff(2)], ["1 neuron is switched off.", "2 neurons are switched off."]);
  assert.deepEqual([pair(3, "1", "1"), pair(3, "1", "7"), pair(300, "1", "7", 120)], ["3 right: 1", "3 × a 1 read as 7", "300 × a 1 read as 7; 120 shown"]);
  assert.deepEqual([example("1", "7", "90%"), example("1", "7", "")], ["A 1, read as 7: 90%", "A 1, read as 7"]);
  assert.equal(startAgain("no memory."), "No memory. Start glassnet play again.");
});

test("a choice about one's own data is offered in words", () => {
  const { settle } = SAYS.own;
  assert.deepEqual([settle.target("x"), settle.delimiter("tab"), settle.encoding("cp1252")], ["Predict x", "Separated by tab", "It is cp1252"]);
  assert.deepEqual([settle.task("regression"), settle.task("classification")], ["It is a quantity", "They are classes"]);
  assert.deepEqual([settle.header(true), settle.header(false)], ["Line 1 has the names", "There is no header"]);
  assert.deepEqual([settle.decimal(","), settle.decimal(".")], ["Decimal commas", "Decimal points"]);
  assert.deepEqual([settle.leave_out(["a", "b"]), settle.keep(["c"])], ["Leave out a, b", "Keep c"]);
  assert.deepEqual([settle.read_as("images"), settle.read_as("table")], ["They are pictures", "They are measures"]);
});

// Whatever a word is made of, nothing is left out of it.
/** @type {(words: object) => string[]} */
const texts = (words) =>
  Object.values(words).flatMap((word) => {
    if (typeof word === "string") return [word];
    if (typeof word === "object") return texts(word);
    return word.length && /^\((\w+(, )?)+\)/.test(String(word)) ? sample(word) : [];
  });

/** @type {(word: Function) => string[]} */
function sample(word) {
  for (const value of [1, "x", ["x"]]) {
    try {
      return [String(word(...Array(word.length).fill(value)))];
    } catch {
      continue;
    }
  }
  return [];
}

test("no word is empty, says undefined, or has a private name", () => {
  const all = [...texts(WORDS), ...texts(SAYS), ...texts(TITLES), ...KEYS.flat()];
  assert.ok(all.length > 150, `${all.length}`);
  for (const text of all) {
    assert.ok(text.trim(), text);
    assert.doesNotMatch(text, /undefined|NaN|\bblame\b|\bstrangers?\b|\bstudio\b/i);
  }
});
