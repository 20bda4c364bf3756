// English.

export const WORDS = {
  language: { name: "English", locale: "en-US" },
  frame: {
    views: "Views",
    question: "Question",
    share: "Share",
    help: "Help",
    dismiss: "Close",
    /** @type {(sizes: string, right: string, total: string) => string} */
    reads: (sizes, right, total) => `${sizes} · reads ${right} of ${total} digits it never saw`,
    /** @type {(sizes: string) => string} */
    unread: (sizes) => `${sizes} · not judged yet`,
  },
  network: {
    plus: "speaks for",
    minus: "against",
    value: "value",
    templates: "What each answer looks for",
    /** @type {(drawn: number, all: number, layer: number) => string} */
    neurons: (drawn, all, layer) => (drawn < all ? `${drawn} of ${all} neurons` : `${all} neurons`) + (layer ? "" : ": what each looks for"),
    /** @type {(count: number) => string} */
    answers: (count) => (count === 1 ? "answer" : `${count} answers`),
    /** @type {(unit: number, layer: number, value: string, deep: boolean) => string} */
    neuron: (unit, layer, value, deep) => `Neuron ${unit}${deep ? ` of layer ${layer + 1}` : ""}: ${value}`,
    /** @type {(name: string, text: string) => string} */
    reads: (name, text) => `${name}: ${text}`,
  },
  draw: {
    title: "Draw",
    /** @type {(count: number) => string} */
    pixels: (count) => `${count} pixels`,
    pad: "Pad: draw with mouse, pen or finger; or move with the arrow keys, and set the pen down and lift it with the space bar",
    picture: "The picture that the network gets",
    take: "Draw here, or take a digit it has never seen.",
    /** @type {(name: string) => string} */
    taken: (name) => `A ${name}`,
    clear: "Clear",
    undo: "Undo",
    says: "It says",
    /** @type {(share: string) => string} */
    sure: (share) => `${share} sure`,
    meant: "Its writer meant",
    youMeant: "You meant",
    gets: "what it gets",
    another: "Another",
    forward: "Go forward →",
    /** @type {(wanted: string, said: string) => string} */
    wrong: (wanted, said) => `It takes this ${wanted} for a ${said}.`,
    wrongWhy: "Follow the ink, and see which neurons talked it into that.",
    /** @type {(said: string, share: string) => string} */
    right: (said, share) => `It reads this ${said}, ${share} sure.`,
    rightWhy: "Draw over it until it changes its mind.",
    /** @type {(said: string, share: string) => string} */
    drawn: (said, share) => `It says ${said}, ${share} sure.`,
    drawnWhy: "It answers while you draw.",
    strange: "Looks like no digit I know.",
    /** @type {(said: string) => string} */
    strangeWhy: (said) => `If it must be one: ${said}.`,
    empty: "Draw a digit, large.",
    emptyWhy: "It answers while you draw.",
  },
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
