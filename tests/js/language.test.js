// Every language has all words, with the same parameters; and the browser's is chosen.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import test from "node:test";
import { chosenLanguage, LANGUAGES } from "#text/language.js";

const FOLDER = new URL("../../src/glassnet/pages/static/js/text/languages/", import.meta.url);
const LONG = 24; // letters, in which two languages do not say the same

/** @type {(words: any, path?: string) => [string, any][]} */
const leaves = (words, path = "") =>
  typeof words === "object" && words !== null ? Object.entries(words).flatMap(([name, value]) => leaves(value, `${path}.${name}`)) : [[path.slice(1), words]];

test("each file of the folder is a language that can be chosen", () => {
  const files = readdirSync(FOLDER).map((name) => name.replace(".js", ""));
  assert.deepEqual(files.sort(), Object.keys(LANGUAGES).sort(), "add its line to text/language.js");
});

for (const [code, words] of Object.entries(LANGUAGES)) {
  test(`${code} has all words of English, with the same parameters, and none beside them`, () => {
    const [theirs, ours] = [new Map(leaves(words)), new Map(leaves(LANGUAGES.en))];
    assert.deepEqual([...theirs.keys()].sort(), [...ours.keys()].sort());
    for (const [path, value] of ours) {
      assert.equal(typeof theirs.get(path), typeof value, path);
      if (typeof value === "function") assert.equal(theirs.get(path).length, value.length, path);
      else if (typeof value === "string") assert.ok(theirs.get(path).trim(), path);
    }
  });

  test(`${code} is written in its own words`, () => {
    if (code === "en") return;
    const english = new Map(leaves(LANGUAGES.en));
    const same = leaves(words).filter(([path, value]) => typeof value === "string" && value.length > LONG && value === english.get(path));
    assert.deepEqual(same, []);
  });
}

test("the address decides, then the browser, then English", () => {
  assert.equal(chosenLanguage("?lang=de", ["en-US"]), "de");
  assert.equal(chosenLanguage("?teacher&lang=DE-at", []), "de");
  assert.equal(chosenLanguage("", ["fr-FR", "de-CH", "en"]), "de");
  assert.equal(chosenLanguage("", ["fr"]), "en");
  assert.equal(chosenLanguage("?lang=constructor", []), "en");
});
