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
  learn: {
    title: "Learn",
    yours: "yours",
    before: "before",
    nouns: { digits: "digits", pictures: "drawings", rows: "rows" },
    empty: "No net to compare with yet: train a second one, or open a neighbor’s.",
    /** @type {(total: string, noun: string) => string} */
    ofUnseen: (total, noun) => `right of ${total} ${noun} it never saw`,
    /** @type {(rate: string) => string} */
    rate: (rate) => `rate ${rate}`,
    /** @type {(batch: string) => string} */
    batch: (batch) => `batch ${batch}`,
    /** @type {(n: string, noun: string) => string} */
    learnsFrom: (n, noun) => `${n} ${noun}`,
    /** @type {(penalty: string) => string} */
    penalty: (penalty) => `penalty ${penalty}`,
    /** @type {(n: number) => string} */
    neuron: (n) => `neuron ${n}`,
    /** @type {(shown: number, all: number) => string} */
    pictures: (shown, all) => (shown < all ? `What ${shown} of ${all} neurons look for` : `What ${all === 1 ? "one neuron looks" : `${all} neurons look`} for`),
    /** @type {(n: number) => string} */
    picturesOfAnswers: (n) => `What each of ${n} answers looks for`,
    lineUnseen: "never seen",
    lineLearned: "learned from",
    epochs: "epochs",
    /** @type {(share: string) => string} */
    guessing: (share) => `guessing ${share}`,
    /** @type {(epochs: number, from: string, to: string, guess: string) => string} */
    curve: (epochs, from, to, guess) => `Learning curve, ${epochs} epochs: from ${from} to ${to} right; guessing would be ${guess}.`,

    knobs: { hidden: "Neurons", rate: "Learning rate", batch: "Batch", examples: "Learn from", activation: "Bend", optimizer: "Optimizer", schedule: "Rate over time", shift: "Shifts", initial: "Start", penalty: "L2 penalty", epochs: "Epochs", seed: "Chance, number" },
    values: {
      noHidden: "none",
      activation: { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid", identity: "no bend" },
      optimizer: { sgd: "plain steps", momentum: "momentum", nesterov: "Nesterov", rmsprop: "RMSprop", adam: "Adam", adamw: "AdamW" },
      schedule: { constant: "stays", linear: "falls to a tenth" },
      initial: { he: "by chance", equal: "all equal" },
      shift: ["as they are", "moved by a pixel"],
    },
    limits: {
      /** @type {(low: string, high: string) => string} */
      whole: (low, high) => `A whole number from ${low} to ${high}.`,
      /** @type {(low: string, high: string) => string} */
      number: (low, high) => `A number from ${low} to ${high}.`,
      /** @type {(low: string, high: string) => string} */
      widths: (low, high) => `16, or 128, 64 for two layers: ${low} to ${high} in each.`,
      /** @type {(low: string, high: string) => string} */
      layers: (_low, high) => `At most ${high} layers.`,
    },
    /** @type {(name: string) => string} */
    slider: (name) => `${name}, slider`,
    more: "More",
    breakIt: "Break it",
    breaks: { rate: "rate 10", bend: "no bend", few: "500 digits", equal: "all equal" },
    makeGood: "Make it good",
    undo: "Undo",
    /** @type {(act: string) => string} */
    undoThis: (act) => `Undo: ${act}`,
    save: "Save",
    open: "Open",
    compare: "Compare",
    backToCurves: "Back to the curves",
    swap: "Take it",

    train: "Train it",
    pause: "Pause",
    goOn: "Go on",
    step: "One step",
    epoch: "One epoch",
    anew: "Train a new one",
    toMistakes: "Its mistakes →",

    ready: "A new net: it only guesses.",
    /** @type {(share: string) => string} */
    readyRest: (share) => `${share} are right by chance. Train it, and watch its neurons.`,
    begins: "It begins.",
    /** @type {(n: string, noun: string) => string} */
    beginsRest: (n, noun) => `An epoch is all ${n} ${noun} once.`,
    /** @type {(epoch: number, share: string) => string} */
    epochDone: (epoch, share) => `Epoch ${epoch}: ${share}.`,
    /** @type {(neuron: number) => string} */
    found: (neuron) => `Neuron ${neuron} has found a stroke.`,
    /** @type {(neuron: number, name: string) => string} */
    foundFor: (neuron, name) => `Neuron ${neuron} has found a stroke; it speaks for ${name}.`,
    /** @type {(points: string) => string} */
    gained: (points) => `${points} points more than an epoch ago.`,
    /** @type {(points: string) => string} */
    lost: (points) => `${points} points less than an epoch ago.`,
    level: "Hardly anything new.",
    /** @type {(step: string, examples: number, noun: string, from: string, to: string) => string} */
    stepDone: (step, examples, noun, from, to) => `Step ${step}: ${examples} ${noun}, loss ${from} → ${to}.`,
    /** @type {(left: string) => string} */
    stepRest: (left) => `${left} more steps make an epoch.`,
    /** @type {(epoch: number, steps: string) => string} */
    paused: (epoch, steps) => `Stopped in epoch ${epoch}, after ${steps} steps.`,
    pausedRest: "Go on, or look at one step.",
    /** @type {(epochs: number, share: string) => string} */
    done: (epochs, share) => `After ${epochs} ${epochs === 1 ? "epoch" : "epochs"} it reads ${share}.`,
    /** @type {(points: string) => string} */
    better: (points) => `${points} points more than the net before.`,
    /** @type {(points: string) => string} */
    worse: (points) => `${points} points less than the net before.`,
    same: "As much as the net before.",
    alone: "Of what it never saw.",
    /** @type {(act: string) => string} */
    turned: (act) => `The next net: ${act}.`,
    turnedRest: "This one stays as it is. Train a new one with it.",
    /** @type {(act: string) => string} */
    undone: (act) => `Taken back: ${act}.`,
    /** @type {(act: string) => string} */
    redone: (act) => `Done again: ${act}.`,
    /** @type {(name: string) => string} */
    opened: (name) => `${name} stands beside yours.`,
    openedRest: "Compare the two, or take it for your own.",
    /** @type {(name: string) => string} */
    saved: (name) => `Saved as ${name}.`,
    savedRest: "glassnet in Python opens it, and so does this page.",
    acts: { train: "the new net", goOn: "training", step: "one step", epoch: "one epoch", open: "the net opened", swap: "the swap" },

    compared: "The same twenty for every net",
    /** @type {(total: string, noun: string) => string} */
    comparedAll: (total, noun) => `All ${total} ${noun} that neither saw`,
    /** @type {(mine: number, other: number, of: number) => string} */
    comparison: (mine, other, of) => `Of these ${of}, yours reads ${mine}, the other ${other}.`,
    /** @type {(mine: string, other: string) => string} */
    comparisonRest: (mine, other) => `Of all: ${mine} and ${other}.`,
    cells: { both: "both right", mine: "only yours right", other: "only the other right", neither: "both wrong" },
    /** @type {(meant: string, mine: string, other: string) => string} */
    pair: (meant, mine, other) => `A ${meant}: yours says ${mine}, the other ${other}`,
    computing: "Counting.",
  },
  trouble: {
    /** @type {(step: string, from: string, to: string) => string} */
    diverged: (step, from, to) => `It broke at step ${step}: the loss went from ${from} to ${to}.`,
    /** @type {(step: string) => string} */
    overflowed: (step) => `It broke at step ${step}: the loss is too large for a number.`,
    divergedRest: "Each step leaped over the valley and landed higher.",
    /** @type {(share: string) => string} */
    linear: (share) => `Without a bend it stops at ${share}.`,
    linearRest: "Layers that do not bend add up to a single one.",
    /** @type {(n: string, noun: string, learned: string, unseen: string) => string} */
    overfit: (n, noun, learned, unseen) => `Of its ${n} ${noun} it knows ${learned}, of others ${unseen}.`,
    overfitRest: "So few can be learned by heart.",
    /** @type {(n: number, share: string) => string} */
    equal: (n, share) => `All ${n} neurons are the same one: ${share}.`,
    equalRest: "They began equal, so every correction was equal too.",
    /** @type {(silent: number, units: number, share: string) => string} */
    dead: (silent, units, share) => `${silent} of ${units} neurons are dead: ${share}.`,
    deadRest: "No example wakes them, so no correction reaches them.",
    /** @type {(share: string) => string} */
    unsteady: (share) => `Its steps are too long: it staggers at ${share}.`,
    unsteadyRest: "Its loss is above that of guessing.",
    /** @type {(share: string, epochs: number) => string} */
    stuck: (share, epochs) => `It does not learn: ${share} after ${epochs} ${epochs === 1 ? "epoch" : "epochs"}.`,
    stuckRest: "The steps are too short, or nothing comes through.",
    back: "Back to before",
    /** @type {(rate: string) => string} */
    withRate: (rate) => `Anew with rate ${rate}`,
    withBend: "Anew with the bend",
    /** @type {(n: string) => string} */
    withMore: (n) => `Anew with ${n}`,
    withChance: "Anew, by chance",
    /** @type {(name: string) => string} */
    notANet: (name) => `${name} holds no net that this page can open.`,
    /** @type {(name: string, inputs: string, classes: number) => string} */
    otherData: (name, inputs, classes) => `${name} is a net of other data: this page’s have ${inputs} inputs and ${classes} answers.`,
  },
  mistakes: {
    title: "Mistakes",
    said: "it said",
    meant: "meant",
    counting: "It reads them all.",
    /** @type {(wrong: string, total: string, noun: string) => string} */
    wrong: (wrong, total, noun) => `It reads ${wrong} of ${total} ${noun} wrong.`,
    /** @type {(meant: string, said: string, count: string) => string} */
    commonest: (meant, said, count) => `Most often a ${meant} for a ${said}: ${count} times.`,
    none: "Not one is wrong.",
    /** @type {(count: string, meant: string, said: string) => string} */
    cell: (count, meant, said) => `${count} × a ${meant} taken for a ${said}`,
    /** @type {(count: string, meant: string) => string} */
    cellRight: (count, meant) => `${count} × a ${meant}, read right`,
    /** @type {(shown: string) => string} */
    shown: (shown) => `the ${shown} it was surest of`,
    /** @type {(meant: string, said: string, sure: string) => string} */
    example: (meant, said, sure) => `A ${meant}; it said ${said}, ${sure} sure`,
    /** @type {(row: string) => string} */
    row: (row) => `row ${row}`,
    trust: "When it says 80 %, is it right 8 times in 10?",
    /** @type {(low: string, high: string, count: string, right: string) => string} */
    trusted: (low, high, count, right) => `Said with ${low} to ${high}: ${count} times, right ${right}.`,
    tooFew: "So rarely that nobody can tell.",
    sureness: "how sure it is",
    rightness: "how often it is right",
    /** @type {(text: string) => string} */
    reliability: (text) => `Of answers as sure as this, so many are right: ${text}.`,
    forward: "Forward with it →",
    backward: "Backward with it →",
    /** @type {(chosen: string) => string} */
    chosen: (chosen) => `${chosen}.`,
    chosenRest: "Follow it, and see why.",
  },
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
