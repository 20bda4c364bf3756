// A learner's other end: hears what is asked, answers, and tells what happens, in a thread of its own.

import { Session } from "#engine/session.js";

const SLICE = 30; // milliseconds

const session = new Session((event, detail) => postMessage({ event, detail }), SLICE);

addEventListener("message", async ({ data: { heard, number, name, given } }) => {
  if (heard) return session.hear();
  try {
    postMessage({ number, answer: await session.ask(name, given) });
  } catch (error) {
    postMessage({ number, refused: error instanceof Error ? error.message : String(error) });
  }
});

postMessage({ ready: true });
