// What a pupil answered in a lesson, as a table for a spreadsheet. There are no names in it.

/** @typedef {{ question: string, choices: string[], answer?: number, given: number | null }} Answer counted from 0, but `answer` from 1 */

/** @type {(text: string, separator: string) => string} */
const quoted = (text, separator) => (text.includes(separator) || /["\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

// A line for each question that has choices; where nobody can know what is right, its last cell is empty.
/** @type {(answers: Answer[], head: string[], verdicts: [string, string], separator: string) => string} */
export function answersTable(answers, head, [right, wrong], separator) {
  const rows = answers.map(({ question, choices, answer, given }, place) => {
    const said = given === null ? "" : choices[given];
    const verdict = given === null || !answer ? "" : answer === given + 1 ? right : wrong;
    return [String(place + 1), question, said, verdict];
  });
  const lines = [head, ...rows].map((cells) => cells.map((cell) => quoted(cell, separator)).join(separator));
  return `\uFEFF${lines.join("\r\n")}\r\n`; // spreadsheets read it as UTF-8 by its first character
}
