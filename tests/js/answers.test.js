// What a pupil answered, as a spreadsheet opens it.

import assert from "node:assert/strict";
import test from "node:test";
import { answersTable } from "#text/answers.js";

const HEAD = ["number", "question", "answer", "right"];

test("each question has a line with what was said, and whether it was right where somebody knows", () => {
  const answers = [
    { question: "Louder?", choices: ["yes", "no"], answer: 1, given: 0 },
    { question: "Softer?", choices: ["yes", "no"], answer: 1, given: 1 },
    { question: "Which?", choices: ["a", "b"], given: 1 },
    { question: "Not yet", choices: ["a", "b"], answer: 2, given: null },
  ];
  const lines = answersTable(answers, HEAD, ["yes", "no"], ",").split("\r\n");
  assert.deepEqual(lines, ["\uFEFFnumber,question,answer,right", "1,Louder?,yes,yes", "2,Softer?,no,no", "3,Which?,b,", "4,Not yet,,", ""]);
});

test("what has a separator, a quote or a line in it stands in quotes", () => {
  const [, line] = answersTable([{ question: 'A; "b"', choices: ["x\ny", "z"], given: 0 }], HEAD, ["ja", "nein"], ";").split("\r\n");
  assert.equal(line, '1;"A; ""b""";"x\ny";');
});
