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
  lesson: {
    place: "Question",
    /** @type {(place: number, total: number) => string} */
    of: (place, total) => `${place} of ${total}`,
    end: "End",
    think: "What do you think?",
    thinkWhy: "The numbers are covered until you have answered.",
    tell: "Tell me",
    next: "Next question →",
    /** @type {(choice: string) => string} */
    said: (choice) => `You said: ${choice}.`,
    /** @type {(choice: string) => string} */
    saidRight: (choice) => `You said: ${choice}. Right.`,
    /** @type {(choice: string, right: string) => string} */
    saidWrong: (choice, right) => `You said: ${choice}. It is: ${right}.`,
    reveal: "Reveal",
    everyone: "Everyone here",
    /** @type {(place: number) => string} */
    everyoneTo: (place) => `Everyone to question ${place}: choose it at the upper left.`,
    /** @type {(choice: string) => string} */
    more: (choice) => `One more hand for: ${choice}`,
    /** @type {(choice: string) => string} */
    fewer: (choice) => `One hand fewer for: ${choice}`,
    /** @type {(right: number, judged: number) => string} */
    done: (right, judged) => (judged ? `That was the lesson. ${right} of your ${judged} answers were right.` : "That was the lesson."),
    stay: "Your answers are in this page alone, without a name. Closing it deletes them.",
    save: "Save my answers",
    print: "Print a worksheet",
    teacher: "Teacher's view: reveal, count hands, bring everyone to a question",
    table: { head: ["number", "question", "answer", "right"], right: "yes", wrong: "no", separator: ",", file: "answers.csv" },
  },
};
