// English.

// With a capital, as a sentence begins.
/** @type {(text: string) => string} */
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const WORDS = {
  language: { name: "English", locale: "en-US" },
  frame: {
    views: "Views",
    question: "Question",
    share: "Share",
    help: "Help",
    dismiss: "Close",
    decline: "Keep mine",
    /** @type {(sizes: string, right: string, total: string) => string} */
    reads: (sizes, right, total) => `${sizes} · reads ${right} of ${total} digits it never saw`,
    /** @type {(sizes: string) => string} */
    unread: (sizes) => `${sizes} · not judged yet`,
  },
  network: {
    plus: "speaks for",
    minus: "against",
    value: "value",
    silent: "silent",
    /** @type {(value: string, answer: string, push: string) => string} */
    pushes: (value, answer, push) => `${value} → ${answer}: ${push}`,
    templates: "What each answer looks for",
    /** @type {(drawn: number, all: number, brief: boolean) => string} */
    neurons: (drawn, all, brief) => (drawn < all ? `${drawn} of ${all} neurons` : `${all} neurons`) + (brief ? "" : ": what each looks for"),
    /** @type {(count: number) => string} */
    many: (count) => `show ${count}`,
    /** @type {(count: number) => string} */
    few: (count) => `show ${count}`,
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
    wrongWhy: "Follow the ink: which neurons talked it into that?",
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
  link: {
    noInk: "This link's picture cannot be read.",
    /** @type {(number: string) => string} */
    noExample: (number) => `This link wants example ${number}; this page does not hold it.`,
    noNet: "The network in this link cannot be read, or does not fit this page.",
    /** @type {(sizes: string) => string} */
    bringsNet: (sizes) => `This link brings a network of its own: ${sizes}.`,
    useNet: "Use it",
    /** @type {(settings: string) => string} */
    wantsTraining: (settings) => `This link wants a new network: ${settings}.`,
    trainNet: "Train it",
    otherNet: "This link was made with another network: numbers will differ.",
    settings: { hidden: "hidden neurons", activation: "activation", optimizer: "optimizer", rate: "rate", momentum: "momentum", batch: "batch", examples: "examples", schedule: "schedule", epochs: "epochs", shift: "shift", initial: "start", seed: "seed", penalty: "penalty" },
  },
  share: {
    title: "Share what you see",
    link: "Link",
    copy: "Copy",
    copied: "Copied",
    say: "A sentence for whoever opens it:",
    note: "It opens this view with this example. Nothing about you is in it.",
    file: "This page is a file: whoever has the same file adds what stands from # on to its address. Nothing about you is in it.",
    code: "The link as a code that a phone reads",
  },
  help: {
    title: "How to read this page",
    story: [
      "Below stands what happened, beside it what comes next. The black button goes on.",
      "A circle is a neuron, with its weights in it: what it looks for. Its rim grows with its activation; pale ones are silent.",
    ],
    plus: "speaks for, raises, positive",
    minus: "speaks against, lowers, negative",
    keysTitle: "Keys",
    /** @type {[string, string][]} */
    keys: [["→ ←", "on, and back"], ["↓ ↑", "another neuron, row or answer"], ["Space", "stop what moves, and let it go on"], ["0 … 9", "take this digit (Draw)"], ["N", "another example (Draw)"], ["C U", "clear, undo a stroke (Draw)"], ["?", "this help"]],
    privacy: "This page sends nothing anywhere and keeps nothing.",
  },
  forward: {
    title: "Forward",
    previous: "←",
    previousName: "Back",
    next: "Next →",
    backward: "Go backward →",
    layers: "Layers",
    /** @type {(layer: number) => string} */
    layer: (layer) => `layer ${layer}`,
    /** @type {(count: string) => string} */
    endToEnd: (count) => `All rows, laid end to end: ${count} numbers`,
    /** @type {(row: number, from: number, to: number) => string} */
    row: (row, from, to) => `Row ${row}, columns ${from} to ${to}`,
    /** @type {(count: string) => string} */
    pixels: (count) => `This picture is ${count} numbers.`,
    /** @type {(lit: string) => string} */
    pixelsWhy: (lit) => `0 is paper, 1 is ink; ${lit} are not 0.`,
    /** @type {(count: string) => string} */
    values: (count) => `This row is ${count} numbers.`,
    valuesWhy: "Each is measured in standard deviations from the mean.",
    ink: "ink",
    /** @type {(neuron: string) => string} */
    looksFor: (neuron) => `what ${neuron} looks for`,
    products: "ink × weights",
    onBlue: "ink on blue",
    onOrange: "ink on orange",
    bias: "its bias",
    total: "its sum",
    /** @type {(count: string) => string} */
    others: (count) => `${count} others`,
    /** @type {(neuron: string, value: string) => string} */
    sums: (neuron, value) => `${upper(neuron)} adds up to ${value}.`,
    /** @type {(plus: string, minus: string, bias: string) => string} */
    sumsWhy: (plus, minus, bias) => `+${plus} for, −${minus} against, bias ${bias}.`,
    zAxis: "the sum z",
    aAxis: "the activation a",
    /** @type {(z: string, a: string) => string} */
    curve: (z, a) => `A bent line: from the sum ${z} comes the activation ${a}`,
    /** @type {(neuron: string, z: string) => string} */
    silent: (neuron, z) => `${upper(neuron)} stays silent: ${z} is below 0.`,
    /** @type {(neuron: string, a: string) => string} */
    passes: (neuron, a) => `${upper(neuron)} passes on ${a}, as it is.`,
    /** @type {(neuron: string, z: string, a: string) => string} */
    bends: (neuron, z, a) => `${upper(neuron)} makes ${a} of ${z}.`,
    /** @type {(silent: string, all: string) => string} */
    silentOnes: (silent, all) => `${silent} of ${all} are silent for this picture.`,
    /** @type {(all: string) => string} */
    noneSilent: (all) => `All ${all} speak for this picture.`,
    logitsHead: "logits z",
    /** @type {(answer: string) => string} */
    adds: (answer) => `What adds up to the logit of ${answer}`,
    /** @type {(answer: string, value: string) => string} */
    logit: (answer, value) => `${upper(answer)} gets ${value}.`,
    /** @type {(neuron: string, value: string) => string} */
    logitWhy: (neuron, value) => `Most of it from ${neuron}: ${value}.`,
    logitHead: "logit z",
    powerHead: "to a power of e",
    shareHead: "shared out to 100 %",
    outputHead: "output",
    /** @type {(value: string) => string} */
    output: (value) => `Its answer is ${value}.`,
    /** @type {(answer: string, share: string) => string} */
    shares: (answer, share) => `${upper(answer)} gets ${share} of the whole.`,
    /** @type {(answer: string, share: string) => string} */
    sharesWhy: (answer, share) => `Next is ${answer}: ${share}.`,
    pAxis: "what the right answer got",
    lossAxis: "loss",
    outputAxis: "output",
    target: "target",
    /** @type {(loss: string) => string} */
    guessing: (loss) => `guessing would cost ${loss}`,
    /** @type {(answer: string, share: string, loss: string) => string} */
    now: (answer, share, loss) => `${answer} got ${share}: loss ${loss}`,
    /** @type {(sure: string, wrong: string) => string} */
    lossNote: (sure, wrong) => `With 90 % it would be ${sure}, with 1 % ${wrong}.`,
    noLoss: "No loss: nobody has said what this is.",
    noLossWhy: "Say what you meant, under Draw.",
    /** @type {(loss: string) => string} */
    lossIs: (loss) => `The loss is ${loss}.`,
    /** @type {(share: string, loss: string) => string} */
    loss: (share, loss) => `The right answer got ${share}: loss ${loss}.`,
    /** @type {(loss: string) => string} */
    lossWhy: (loss) => `Guessing would cost ${loss}.`,
  },
  track: {
    label: "There and back: forward to the loss, and home",
    /** @type {(value: string) => string} */
    loss: (value) => `loss ${value}`,
    lossUnknown: "loss ?",
    stations: {
      pixels: "pixels",
      values: "values",
      sums: "sums",
      activations: "activations",
      logits: "logits",
      answers: "answers",
      answer: "answer",
      "delta-of-answers": "δ of answers",
      "delta-of-neurons": "δ of neurons",
      gradients: "gradients",
      step: "one step",
    },
  },
  names: {
    /** @type {(unit: number) => string} */
    neuron: (unit) => `neuron ${unit}`,
    /** @type {(unit: number, layer: number) => string} */
    deepNeuron: (unit, layer) => `neuron ${unit} of layer ${layer}`,
    /** @type {(name: string) => string} */
    answer: (name) => `answer ${name}`,
    theAnswer: "the answer",
    /** @type {(row: number, column: number) => string} */
    pixel: (row, column) => `pixel (${row}, ${column})`,
    /** @type {(place: number) => string} */
    input: (place) => `input ${place}`,
  },
  backward: {
    title: "Backward",
    previous: "←",
    next: "Next →",
    learn: "Learn →",
    mistake: "Take a mistake",
    nextNeuron: "Another neuron",
    putBack: "Put it back",
    answer: "answer",
    said: "what it said",
    should: "what it should have said",
    difference: "said − should: δ",
    tooLow: "too low",
    tooHigh: "too high",
    digit: "The picture that went in",
    /** @type {(name: string) => string} */
    meant: (name) => `Its writer meant ${name}.`,
    /** @type {(name: string) => string} */
    youMeant: (name) => (name === "?" ? "What did you mean?" : `You meant ${name}.`),
    /** @type {(name: string) => string} */
    shouldBe: (name) => `It should have said ${name}`,
    /** @type {(count: number) => string} */
    moreAnswers: (count) => `${count} others, all less wrong`,
    ask: "What should it have said?",
    askWhy: "Choose an answer: then there is an error to follow home.",
    /** @type {(high: string, highBy: string, low: string, lowBy: string) => string} */
    wrong: (high, highBy, low, lowBy) => `${high} is ${highBy} points too high, ${low} is ${lowBy} too low.`,
    errorWhy: "That difference, δ, is what goes home.",
    /** @type {(low: string, by: string) => string} */
    right: (low, by) => `Right, but ${low} is still ${by} points too low.`,
    rightWhy: "So there is something to correct, even here.",
    sure: "Right, and sure: nothing to correct.",
    sureWhy: "Of a mistake there is more to learn.",
    numberLow: "It said too little.",
    numberHigh: "It said too much.",
    looksFor: "What the neuron looks for",
    louder: "wants it louder",
    softer: "wants it softer",
    /** @type {(name: string) => string} */
    fromUnit: (name) => `from ${name}`,
    /** @type {(name: string) => string} */
    the: (name) => `the ${name}`,
    isLouder: "Louder.",
    isSofter: "Softer.",
    /** @type {(told: { name: string, speaksFor: boolean, plain: boolean, louder: boolean }[], stronger: boolean) => string} */
    whoWants: (told, stronger) => {
      const [first, second] = told.map(({ name, speaksFor, plain, louder }) => ({ name, louder, about: plain ? "" : `, which it speaks ${speaksFor ? "for" : "against"},` }));
      const one = `${first.name[0].toUpperCase()}${first.name.slice(1)}${first.about} wants ${first.louder ? "more" : "less"} of it`;
      if (!second) return `${one}.`;
      return `${one}; ${second.name}${second.about} wants ${second.louder === first.louder ? "that too" : `${second.louder ? "more" : "less"}${stronger ? ", and pulls harder" : ""}`}.`;
    },
    /** @type {(name: string) => string} */
    silent: (name) => `Nothing comes through: ${name} is silent here.`,
    silentWhy: "Where the bend is flat, its slope is 0, and so is δ.",
    unheard: "Nothing arrives here.",
    unheardWhy: "No line brings any of the error.",
    /** @type {(name: string) => string} */
    corrections: (name) => `So each weight of ${name} gets a correction:`,
    ink: "ink",
    gradient: "gradient",
    gradientLegend: "Orange: raise this weight and the loss falls. Blue: lower it. White: nothing came in, no correction.",
    /** @type {(count: number) => string} */
    moreRows: (count) => `${count} others, all smaller`,
    /** @type {(moving: string, all: string) => string} */
    move: (moving, all) => `${moving} of ${all} parameters move`,
    /** @type {(lit: string, inputs: "pixels" | "values" | "neurons", live: string, units: "neurons" | "answers") => string} */
    product: (lit, inputs, live, units) => `(${lit} ${{ pixels: "inked pixels", values: "values", neurons: "live neurons" }[inputs]} + 1 bias) × ${live} ${units}`,
    /** @type {(which: "moving" | "dark" | "still", count: string) => string} */
    parameters: (which, count) => `${count} ${which === "moving" ? "move" : "stay"}:`,
    /** @type {(pictured: boolean, deep: boolean) => string} */
    dark: (pictured, deep) => `nothing came in: ${pictured ? "no ink" : "a value of 0"}${deep ? ", or a silent neuron" : ""}`,
    still: "their neuron has δ = 0, no share in the error",
    /** @type {(moving: string, all: string) => string} */
    movesSaid: (moving, all) => `${moving} of ${all} parameters move.`,
    /** @type {(pictured: boolean, deep: boolean) => string} */
    movesWhy: (pictured, deep) => `The others had ${pictured ? "no ink" : "no input"}${deep ? ", or their neuron no share in the error" : ""}.`,
    handle: "The weight",
    choosePixel: "Choose a pixel to take its weight.",
    /** @type {(name: string) => string} */
    pixelPad: (name) => `The gradient as a picture. Chosen: ${name}. Arrow keys choose another pixel`,
    /** @type {(source: string, unit: string) => string} */
    weightFrom: (source, unit) => `The weight from ${source} to ${unit}`,
    axisWeight: "the weight w",
    axisLoss: "loss",
    /** @type {(value: string) => string} */
    slope: (value) => `slope ${value}`,
    saysThen: "and it says",
    drag: "Drag the weight: the loss follows its curve.",
    /** @type {(slope: string) => string} */
    dragWhy: (slope) => `The gradient, ${slope}, is the slope where it stands.`,
    /** @type {(weight: string, loss: string, before: string) => string} */
    held: (weight, loss, before) => `At w = ${weight} the loss is ${loss} instead of ${before}.`,
    /** @type {(said: string) => string} */
    saysStill: (said) => `It still says ${said}.`,
    /** @type {(said: string, before: string) => string} */
    saysNow: (said, before) => `Now it says ${said} instead of ${before}.`,
    noInk: "No ink here: the curve is flat.",
    noInkWhy: "Whatever this weight is, it is multiplied by 0.",
    rate: "Learning rate",
    thisExample: "This example",
    before: "before",
    after: "after",
    saidAfter: "said",
    saidBefore: "said before",
    lossBecomes: "loss",
    endless: "beyond all bounds",
    axisRate: "learning rate η: how large the step is",
    axisRight: "right",
    axisError: "usual error",
    /** @type {(rate: string, told: string) => string} */
    ratePrice: (rate, told) => `After one step at rate ${rate}: ${told}`,
    /** @type {(right: string, count: string) => string} */
    ofOthers: (right, count) => `${right} of ${count} others right`,
    /** @type {(error: string) => string} */
    errorOfOthers: (error) => `the others' usual error is ${error}`,
    guessing: "guessing",
    counting: "Counting the others …",
    /** @type {(before: string, after: string) => string} */
    ownNumber: (before, after) => `Its loss goes from ${before} to ${after}.`,
    /** @type {(name: string) => string} */
    ownStays: (name) => `This ${name} stays right.`,
    /** @type {(name: string) => string} */
    ownWon: (name) => `This ${name} is won.`,
    /** @type {(name: string, said: string) => string} */
    ownLost: (name, said) => `Even this ${name} is lost: it says ${said}.`,
    /** @type {(name: string, said: string) => string} */
    ownStillWrong: (name, said) => `This ${name} is still taken for a ${said}.`,
    /** @type {(won: number, lost: number, wonText: string, lostText: string) => string} */
    othersChange: (won, lost, wonText, lostText) => (won + lost === 0 ? "No other changes." : `Of the others ${lostText} ${lost === 1 ? "is" : "are"} lost, ${wonText} won.`),
    /** @type {(before: string, after: string) => string} */
    othersNumber: (before, after) => `The others' usual error goes from ${before} to ${after}.`,
    tooSmall: "So small a step teaches next to nothing.",
    tooLarge: "So large a step for one example ruins all the rest.",
    priceWhy: "That is why learning takes small steps, over many digits.",
    ratesWhy: "Move the rate: too small does nothing, too large overshoots.",
  },
  learn: {},
  trouble: {},
  mistakes: {},
  symbols: {},
  plane: {},
  try: {},
  lesson: {},
};
