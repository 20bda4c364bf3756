// English.

export const WORDS = {
  language: { name: "English", locale: "en-US" },
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
