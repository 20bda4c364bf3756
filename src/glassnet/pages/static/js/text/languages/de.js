// German.

export const WORDS = {
  language: { name: "Deutsch", locale: "de-DE" },
  frame: {},
  draw: {},
  forward: {},
  backward: {},
  learn: {},
  trouble: {},
  mistakes: {},
  symbols: {},
  plane: {},
  try: {},
  lesson: {},
};
