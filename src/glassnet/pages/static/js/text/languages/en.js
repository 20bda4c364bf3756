// English.

// With a capital, as a sentence begins.
/** @type {(text: string) => string} */
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const WORDS = {
  language: { name: "English", locale: "en-US", choose: "Language" },
  frame: {
    views: "Views",
    question: "Question",
    share: "Share",
    help: "Help",
    dismiss: "Close",
    decline: "Keep mine",
    /** @type {(sizes: string, right: string, total: string) => string} */
    reads: (sizes, right, total) => `${sizes} · reads ${right}\u200b of ${total} digits it never saw`,
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
    /** @type {(name: string, text: string, strong: boolean, wanted: boolean) => string} */
    reads: (name, text, strong, wanted) => `${name}: ${text}${strong ? ", its answer" : ""}${wanted ? ", what was meant" : ""}`,
  },
  draw: {
    title: "Draw",
    /** @type {(count: number) => string} */
    pixels: (count) => `${count} pixels`,
    pad: "Pad: draw with mouse, pen or finger; or move with the arrow keys, and set the pen down and lift it with the space bar",
    picture: "The picture that the network gets",
    take: "Draw here, or take one it never saw.",
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
    /** @type {(share: string) => string} */
    doubted: (share) => `Moved by a pixel, it would be less sure: ${share}.`,
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
    command: "This command opens the same view wherever glassnet is installed. Nothing about you or this computer is in it.",
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
    keys: [["→ ←", "on, and back"], ["↓ ↑", "another neuron, row or answer"], ["Space", "stop what moves, and let it go on"], ["0 … 9", "take this digit (Draw)"], ["N", "another example (Draw)"], ["C U", "clear, undo a stroke (Draw)"], ["X", "switch the chosen neuron off, or on (Draw)"], ["T", "train, or pause (Learn)"], [". E", "one step, one epoch (Learn)"], ["Ctrl+Z", "take back what was done (Learn)"], ["?", "this help"]],
    privacy: "This page sends nothing anywhere and keeps nothing.",
    letters: "Letters and digits are keys",
    /** @type {(apart: string) => string} */
    check: (apart) => `These numbers were computed here and by Python. They are at most ${apart} apart, in shares of each layer’s largest.`,
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
    silentOnes: (silent, all) => `${silent} of ${all} are silent here.`,
    /** @type {(all: string) => string} */
    noneSilent: (all) => `All ${all} speak here.`,
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
    /** @type {(value: string) => string} */
    outputWhy: (value) => `That is ${value} standard deviations from the mean.`,
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
  backward: {
    title: "Backward",
    previous: "←",
    previousName: "Back",
    next: "Next →",
    learn: "Learn →",
    again: "From the start →",
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
    moreAnswers: (count) => `and ${count} more`,
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
    slopeOfLoss: "δ: the slope of the loss",
    slopeWhy: "The slope of the loss there, δ, is what goes home.",
    /** @type {(said: string, should: string) => string} */
    numberWrong: (said, should) => `It said ${said} where ${should} was right.`,
    looksFor: "What the neuron looks for",
    louder: "wants it louder",
    softer: "wants it softer",
    /** @type {(name: string) => string} */
    fromUnit: (name) => `from ${name}`,
    /** @type {(name: string) => string} */
    the: (name) => `the ${name}`,
    isLouder: "Louder.",
    isSofter: "Softer.",
    /** @type {(told: { name: string, speaksFor: boolean, plain: boolean, louder: boolean }[]) => string} */
    whoWants: (told) => {
      const [first, second] = told.map(({ name, speaksFor, plain, louder }) => ({ name, louder, about: plain ? "" : `, which it speaks ${speaksFor ? "for" : "against"},` }));
      const one = `${first.name[0].toUpperCase()}${first.name.slice(1)}${first.about} wants ${first.louder ? "more" : "less"} of it`;
      if (!second) return `${one}.`;
      if (second.louder === first.louder) return `${one}; ${second.name}${second.about} too.`;
      return `${one}, but ${second.name}${second.about} pulls harder.`;
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
    moreRows: (count) => `and ${count} more`,
    /** @type {(moving: string, all: string) => string} */
    move: (moving, all) => `${moving} of ${all} parameters move`,
    /** @type {(lit: string, inputs: "pixels" | "values" | "neurons", live: string, units: "neurons" | "answers") => string} */
    product: (lit, inputs, live, units) => `(${lit} ${{ pixels: "inked pixels", values: "values", neurons: "live neurons" }[inputs]} + 1 bias) × ${live} ${live === "1" ? units.slice(0, -1) : units}`,
    /** @type {(which: "moving" | "dark" | "still", count: string) => string} */
    parameters: (which, count) => `${count} ${which === "moving" ? "move" : "stay"}:`,
    /** @type {(pictured: boolean, deep: boolean) => string} */
    dark: (pictured, deep) => `nothing came in: ${pictured ? "no ink" : "a value of 0"}${deep ? ", or a silent neuron" : ""}`,
    still: "their neuron has δ = 0, no share in the error",
    /** @type {(moving: string, all: string) => string} */
    movesSaid: (moving, all) => `${moving} of ${all} parameters move.`,
    /** @type {(pictured: boolean, deep: boolean) => string} */
    movesWhy: (pictured, deep) => `The others had ${pictured ? "no ink" : "no input"}${deep ? ", or no share in the error" : ""}.`,
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
    drag: "Drag the weight.",
    /** @type {(slope: string) => string} */
    dragWhy: (slope) => `The loss follows the curve; its slope, ${slope}, is the gradient.`,
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
    othersChange: (won, lost, wonText, lostText) => (won + lost === 0 ? "No other changes:" : `Of the others ${lostText} ${lost === 1 ? "is" : "are"} lost, ${wonText} won:`),
    /** @type {(before: string, after: string) => string} */
    othersNumber: (before, after) => `The others' usual error goes from ${before} to ${after}.`,
    tooSmall: "so small a step teaches next to nothing.",
    noPrice: "a step of this size costs none of them.",
    tooLarge: "so large a step for one ruins all the rest.",
    priceWhy: "that is why steps are small, and over many examples.",
    ratesWhy: "Move the rate: too small does nothing, too large overshoots.",
  },
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

    knobs: { hidden: "Neurons", rate: "Learning rate", batch: "Batch", examples: "Learn from", activation: "Activation", optimizer: "Optimizer", schedule: "Rate over time", shift: "Shifts", initial: "Start", penalty: "L2 penalty", epochs: "Epochs", seed: "Seed" },
    values: {
      noHidden: "none",
      activation: { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid", identity: "none: no bend" },
      optimizer: { sgd: "plain steps", momentum: "momentum", nesterov: "Nesterov", rmsprop: "RMSprop", adam: "Adam", adamw: "AdamW" },
      schedule: { constant: "steady rate", linear: "falling rate" },
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
    breaks: { rate: "rate 10", bend: "no bend", equal: "all equal" },
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
    better: (points) => `${points} points above the net before.`,
    /** @type {(points: string) => string} */
    worse: (points) => `${points} points below the net before.`,
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
    check: "Check",
    checked: "The gradient is right.",
    /** @type {(slopes: string, part: string) => string} */
    checkedRest: (slopes, part) => `${slopes} slopes of the loss agree with backpropagation to 1 part in ${part}.`,
    unsound: "The gradient is wrong.",
    /** @type {(slopes: string, part: string) => string} */
    unsoundRest: (slopes, part) => `Of ${slopes} slopes of the loss one differs from backpropagation by 1 part in ${part}.`,
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
    /** @type {(rate: string) => string} */
    deadRest: (rate) => `Steps at rate ${rate} threw them where no example wakes them.`,
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
    files: {
      /** @type {(name: string) => string} */
      file: (name) => `${name} is no net: a file that ends in .safetensors was expected.`,
      /** @type {(name: string) => string} */
      foreign: (name) => `${name} was not saved by glassnet, which alone can be opened here.`,
      /** @type {(name: string) => string} */
      newer: (name) => `${name} was saved by a newer glassnet than this page.`,
      /** @type {(name: string) => string} */
      damaged: (name) => `${name} is damaged: save it again where it came from.`,
      /** @type {(name: string) => string} */
      other: (name) => `${name} is a net of a kind that this page cannot train.`,
    },
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
    trusted: (low, high, count, right) => `It was ${low} to ${high} sure ${count} times, and right ${right} times.`,
    tooFew: "It says so too rarely to tell.",
    sureness: "how sure it is",
    rightness: "how often it is right",
    /** @type {(times: string) => string} */
    inTen: (times) => `Right ${times} times in 10.`,
    honest: "All in all it is as often right as it is sure.",
    overconfident: "All in all it is surer than it is right.",
    underconfident: "All in all it is right more often than it is sure.",
    /** @type {(sure: string, right: string) => string} */
    at: (sure, right) => `${sure} sure, ${right} right`,
    /** @type {(text: string) => string} */
    reliability: (text) => `Of answers as sure as this, so many are right: ${text}.`,
    forward: "Forward with it →",
    backward: "Backward with it →",
    /** @type {(chosen: string) => string} */
    chosen: (chosen) => `${chosen}.`,
    chosenRest: "Follow it, and see why.",
  },
  symbols: {
    title: "Symbols",
    name: "Name of this sign",
    /** @type {(name: string, place: number) => string} */
    box: (name, place) => `Box ${place} for ${name}: draw with mouse, pen or finger; or move with the arrow keys, and set the pen down and lift it with the space bar. Delete empties it`,
    /** @type {(count: number) => string} */
    drawings: (count) => (count === 1 ? "1 drawing" : `${count} drawings`),
    takeBack: "Take back",
    another: "One more sign",
    fewer: "One sign fewer",
    test: "Try one here",
    pad: "Pad to try a sign on: draw with mouse, pen or finger; or move with the arrow keys, and set the pen down and lift it with the space bar",
    clear: "Clear",
    save: "Save the drawings",
    open: "Open drawings",
    others: "Try a neighbor's",
    train: "Train on them",
    stop: "Stop",
    begin: "Draw each sign a dozen times.",
    beginWhy: "Any signs you like: they stay in this page.",
    /** @type {(count: number) => string} */
    enough: (count) => `${count} of each to learn from.`,
    enoughWhy: "Each is also turned, slanted and stretched.",
    /** @type {(part: string) => string} */
    training: (part) => `Learning: ${part}.`,
    trainingWhy: "It tries itself on drawings that it held back.",
    /** @type {(share: string) => string} */
    reads: (share) => `It reads about ${share} of new drawings.`,
    /** @type {(count: number, goal: string) => string} */
    more: (count, goal) => `${count} of each would make that about ${goal}.`,
    same: "More of the same did not help: vary them, or choose signs less alike.",
    all: "It read all that it held back: try a neighbor's hand.",
    few: "It has learned them.",
    fewWhy: "From three of each on, it says how good it is.",
    changed: "You have drawn since it learned.",
    changedWhy: "Train again to see what that changed.",
    /** @type {(right: number, all: number) => string} */
    othersRead: (right, all) => `It reads ${right} of the ${all} drawings in that file.`,
    othersReadWhy: "Another hand is the hardest test.",
    untrained: "Train first, then try.",
    noFile: "That file holds no signs. Choose one that was saved in this view.",
    /** @type {(mine: number, theirs: number) => string} */
    otherSigns: (mine, theirs) => `That file has ${theirs} signs, yours has ${mine}: they must be the same, in the same order.`,
    curve: "How many of the drawings it held back it read",
    /** @type {(count: number, share: string) => string} */
    learned: (count, share) => `${share} after ${count} of each`,
    /** @type {(count: number, share: string) => string} */
    expected: (count, share) => `about ${share} after all ${count}`,
  },
  plane: {
    title: "Plane",
    points: "Points",
    marks: "Marks",
    ready: "Ready sets",
    net: "The net",
    axes: ["x, its first input", "y, its second input"],
    /** @type {(kind: number) => string} */
    letter: (kind) => "ABCDE"[kind] ?? "",
    /** @type {(x: string, y: string, points: number) => string} */
    pad: (x, y, points) => `The plane, ${points} points. Arrow keys move the cross, now at ${x}, ${y}; Enter sets a point there, Delete wipes the nearest, 1 to 5 choose a mark`,
    wipe: "Wipe",
    moreKinds: "One mark more",
    fewerKinds: "One fewer",
    clear: "Clear",
    paste: "Paste a table",
    sets: { moons: "Moons", circles: "Circles", spiral: "Spiral", xor: "Crosswise", clouds: "Clouds" },
    /** @type {(units: number, layer: number, layers: number) => string} */
    layer: (units, layer, layers) => (layers > 1 ? `Layer ${layer + 1}: ${units === 1 ? "one neuron" : `${units} neurons`}` : units === 1 ? "Where its one neuron speaks" : `Where each of ${units} neurons speaks`),
    noLayer: "No neurons between: each answer is parted from the others by a straight line.",
    /** @type {(unit: number) => string} */
    neuron: (unit) => `neuron ${unit}`,
    /** @type {(unit: number, layer: number) => string} */
    neuronOf: (unit, layer) => `Neuron ${unit} of layer ${layer}: show it on the plane`,
    /** @type {(count: number) => string} */
    others: (count) => `and ${count} more`,
    acts: { points: "points" },
    train: "Train it",
    pause: "Pause",
    goOn: "Go on",
    epoch: "One epoch",
    anew: "Begin anew",
    empty: "Set some points.",
    emptyRest: "Choose a mark, then press on the plane: one click, one point.",
    /** @type {(name: string) => string} */
    one: (name) => `All points are ${name}.`,
    oneRest: "Set some of another mark, so that there is something to tell apart.",
    /** @type {(set: string, neurons: number) => string} */
    readySet: (set, neurons) => `${set}: can ${neurons === 1 ? "one neuron" : neurons ? `${neurons} neurons` : "a net without neurons"} part them?`,
    /** @type {(points: number, neurons: number) => string} */
    readyPoints: (points, neurons) => `${points} points: can ${neurons === 1 ? "one neuron" : neurons ? `${neurons} neurons` : "a net without neurons"} part them?`,
    readyRest: "Its answers fill the plane. As yet it only guesses.",
    /** @type {(epoch: number, right: number, all: number) => string} */
    right: (epoch, right, all) => `After ${epoch === 1 ? "one epoch" : `${epoch} epochs`} it is right on ${right} of ${all} points.`,
    runningRest: "Watch where each neuron speaks.",
    someRest: "Those it takes for others have a ring.",
    /** @type {(neurons: number) => string} */
    allRest: (neurons) => (neurons ? "Its border is put together from its neurons’ lines." : "One straight line was enough."),
    /** @type {(unit: number, layer: number) => string} */
    watched: (unit, layer) => (layer ? `Neuron ${unit} of layer ${layer + 1} speaks where it is blue.` : `Neuron ${unit} speaks on one side of a line.`),
    watchedRest: "The deeper the color, the louder. Its mark: the answer that it raises most.",
    pasteTitle: "Paste a table",
    pasteText: "The table as text",
    pasteExample: "length;width;kind\n1.4;0.2;setosa\n4.7;1.4;versicolor",
    pasteHint: "From a spreadsheet or a CSV file: two columns of numbers, and one that says which kind each row is.",
    noTable: "There are not two columns of numbers in it.",
    showPoints: "Show these points",
    notSo: "Not so?",
    across: "Across",
    up: "Up",
    kind: "Mark",
    noKind: "none",
    /** @type {(points: number, across: string, up: string, marked: string) => string} */
    readAs: (points, across, up, marked) => `Read as ${points} rows: ${across} across, ${up} up, ${marked}.`,
    /** @type {(name: string, kinds: number) => string} */
    marked: (name, kinds) => `marked by ${name} (${kinds} kinds)`,
    oneKind: "all of one kind",
    /** @type {(rows: number) => string} */
    leftOut: (rows) => `${rows === 1 ? "One row has" : `${rows} rows have`} a gap and ${rows === 1 ? "is" : "are"} left out.`,
    /** @type {(rows: number) => string} */
    othersOut: (rows) => `${rows === 1 ? "One row" : `${rows} rows`} beyond five kinds or 2,000 points ${rows === 1 ? "is" : "are"} left out.`,
    /** @type {(points: number) => string} */
    bringsPoints: (points) => `This link brings ${points} points of its own.`,
    noPoints: "The points of this link cannot be read.",
    fromLink: "a link’s points",
    trouble: {
      /** @type {(share: string) => string} */
      linear: (share) => `It stays at ${share}: without a bend all its neurons together draw one straight line.`,
      /** @type {(share: string) => string} */
      flat: (share) => `It stays at ${share}: without neurons between it draws straight lines only.`,
      /** @type {(share: string, neurons: number) => string} */
      few: (share, neurons) => `It stays at ${share}: ${neurons === 1 ? "one neuron draws one line" : `${neurons} neurons draw ${neurons} lines`}, and that may be too few.`,
      /** @type {(share: string, rate: string) => string} */
      slow: (share, rate) => `It hardly moves from ${share}: a rate of ${rate} makes very small steps.`,
      /** @type {(share: string, rate: string) => string} */
      wild: (share, rate) => `It jumps about at ${share}: a rate of ${rate} oversteps every border.`,
      /** @type {(rate: string) => string} */
      diverged: (rate) => `It broke: with a rate of ${rate} the loss left all bounds.`,
      dead: "All its neurons have fallen silent: a step too large pushed them out of reach of every point.",
      equal: "All its neurons are alike, and will stay so: it has one neuron, many times.",
      bend: "With a bend",
      /** @type {(neurons: string) => string} */
      neurons: (neurons) => `With ${neurons} neurons`,
      chance: "Begin by chance",
      /** @type {(rate: string) => string} */
      again: (rate) => `With rate ${rate}`,
    },
  },
  try: {
    title: "Try",
    /** @type {(parts: string) => string} */
    readAs: (parts) => `Read as: ${parts}.`,
    /** @type {(name: string, share: string) => string} */
    baseClass: (name, share) => `Always saying ${name} would be right ${share} of the time.`,
    /** @type {(value: string, error: string) => string} */
    baseNumber: (value, error) => `Always saying ${value} has a usual error of ${error}.`,
    notSo: "Not so?",
    notSoTitle: "How the file was read",
    notSoNote: "If one of these is wrong, say so when you train:",
    doubted: "uncertain",
    again: "Read it differently here",
    seen: { test: "it never saw", validation: "it was checked on", training: "it learned from" },
    /** @type {(networks: number, sizes: string) => string} */
    network: (networks, sizes) => (networks > 1 ? `${networks} networks of ${sizes}` : sizes),
    /** @type {(right: string, all: string, seen: string, low: string, high: string) => string} */
    rightOn: (right, all, seen, low, high) => `right on ${right} of ${all} rows ${seen} (${low}–${high} %)`,
    /** @type {(error: string, all: string, seen: string) => string} */
    offBy: (error, all, seen) => `usual error ${error} on ${all} rows ${seen}`,
    /** @type {(place: string) => string} */
    row: (place) => `Row ${place}`,
    changedRow: ", changed",
    drag: "drag a value",
    reset: "put it back",
    says: "It says",
    /** @type {(sure: string, truth: string | null, right: boolean) => string} */
    sure: (sure, truth, right) => `${sure} sure${truth === null ? "" : right ? ", and it is one" : `, but it is ${truth}`}`,
    /** @type {(positive: string, threshold: string) => string} */
    from: (positive, threshold) => `; it says ${positive} from ${threshold} on`,
    /** @type {(error: string, truth: string | null) => string} */
    within: (error, truth) => `give or take ${error}${truth === null ? "" : `; it is ${truth}`}`,
    /** @type {(n: string) => string} */
    others: (n) => `${n} others`,
    unknown: "unknown",
    anotherWord: "another word",
    /** @type {(name: string) => string} */
    isUnknown: (name) => `${name} is unknown`,
    /** @type {(part: string) => string} */
    ofRows: (part) => `${part} of rows`,
    never: "never seen",
    /** @type {(name: string) => string} */
    whatIf: (name) => `What if only its ${name} were another?`,
    /** @type {(value: string) => string} */
    thisRow: (value) => `this row, ${value}`,
    /** @type {(shown: number, all: number) => string} */
    neurons: (shown, all) => (shown < all ? `${shown} of ${all} neurons: what each listens to` : `${all} ${all === 1 ? "neuron" : "neurons"}: what each listens to`),
    /** @type {(outputs: number) => string} */
    outputs: (outputs) => `${outputs === 1 ? "The answer" : `${outputs} answers`}: what each listens to`,
    /** @type {(networks: number) => string} */
    firstOf: (networks) => (networks > 1 ? `Of the first of ${networks} networks.` : ""),
    /** @type {(name: string, part: string, neuron: number, weight: string) => string} */
    weight: (name, part, neuron, weight) => `${name}${part ? ` (${part})` : ""}, neuron ${neuron}: ${weight}`,
    more: "the more of it, the louder the neuron,",
    less: "the softer.",
    discs: "Discs: how loud each is for this row.",
    neuron: "neuron",
    nowValue: "its value now",
    /** @type {(from: string | null, to: string | null) => string} */
    level: (from, to) => (from === null ? `below ${to}` : to === null ? `above ${from}` : `${from} to ${to}`),
    plane: "Where it says what",
    planeNote: "Marks are rows it learned from. The cross is this row: drag it, or use the arrow keys.",
    leastSure: "Least sure",
    largestError: "Largest error",
    another: "Another row",
    forward: "Go forward →",
    /** @type {(condition: string, said: string) => string} */
    tips: (condition, said) => `${condition} it would ${said}.`,
    condition: {
      /** @type {(name: string, value: string, up: boolean) => string} */
      word: (name, value, _up) => `With ${name} ${value}`,
      /** @type {(name: string, value: string, up: boolean) => string} */
      date: (name, value, up) => `With ${name} ${up ? `from ${value} on` : `until ${value}`}`,
      /** @type {(name: string, value: string, up: boolean) => string} */
      whole: (name, value, up) => `With ${name} ${value} or ${up ? "more" : "less"}`,
      /** @type {(name: string, value: string, up: boolean) => string} */
      number: (name, value, up) => `With ${name} ${up ? "above" : "below"} ${value}`,
    },
    /** @type {(others: number) => string} */
    noneSoClose: (others) => (others === 1 ? "The other value is not so close to tipping it." : `None of the other ${others} is so close to tipping it.`),
    nothingTips: "No single value would make it say anything else.",
    /** @type {(name: string) => string} */
    movesMost: (name) => `${name} moves it most.`,
    /** @type {(name: string) => string} */
    haveSaid: (name) => `have said ${name}`,
    /** @type {(value: string, error: string) => string} */
    haveMoved: (value, error) => `say ${value}, farther away than its usual error of ${error}`,
    wait: "Trying every value …",
  },
  worksheet: {
    title: "Worksheet",
    answers: "Answers",
    questions: ["What did its writer mean?", "What will the network say, and how sure will it be?", "Which stroke would change its mind?"],
    /** @type {(meant: string, said: string) => string} */
    digitSays: (meant, said) => `Its writer meant ${meant}; the network says ${said}.`,
    small: {
      title: "The small network: twelve parameters",
      task: "The inputs are 1 and 0.5, the second answer is the right one. The lines carry the weights, the middle circles the biases. Go forward, then backward, then change all twelve.",
      forward: "Forward",
      backward: "Backward",
      parameter: "parameter",
      now: "now",
      gradient: "gradient",
      /** @type {(rate: string) => string} */
      after: (rate) => `after a step, η = ${rate}`,
      hint: "Gradient of a weight: what came in times δ. Of a bias: δ. After: now − η · gradient.",
      /** @type {(loss: string) => string} */
      lossAfter: (loss) => `After this step the loss is ${loss}.`,
    },
  },
  lesson: {
    place: "Question",
    /** @type {(place: number, total: number) => string} */
    of: (place, total) => `${place} of ${total}`,
    end: "End",
    think: "What do you think?",
    picture: "The digit of this question",
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
  play: {
    lost: "The server has ended. What this browser holds goes on without it.",
    noAnswer: "The server does not answer.",
    data: "Data",
    dataWhy: "Each data set has a page of its own. What you have trained here stays only if you save it first.",
    /** @type {(name: string) => string} */
    learnFrom: (name) => `Learn from ${name} →`,
    python: "Train with Python",
    pythonWhy: "For what is too much for a browser: Python on this computer trains a new net for you, with the settings in Learn and these. The other visitors do not notice.",
    begin: "Train on this computer with Python",
    keep: "Keep it as a run",
    /** @type {(path: string) => string} */
    kept: (path) => `Kept in ${path}. Train on with: glassnet train --run ${path} --resume`,
    notPythons: "Python has trained no net here yet.",
    photo: "Photo",
    picture: "The photo, with the digits found on it",
    /** @type {(count: number) => string} */
    found: (count) => (count === 1 ? "One digit was found." : `${count} digits were found. Which one?`),
    /** @type {(place: number, said: string | null) => string} */
    foundDigit: (place, said) => `Digit ${place}: ${said ?? "like no digit"}`,
    noDigit: "No digit was found on this photo.",
    /** @type {(steps: string[]) => string} */
    treated: (steps) => (steps.length ? `Done to it: ${steps.join("; ")}.` : "It was only cut out and scaled."),
    computing: "Computing.",
    harder: "Digits that are harder to read",
    /** @type {(count: string) => string} */
    harderNote: (count) => `How many the run’s network reads of ${count} digits that it never saw, each changed more and more.`,
    ways: { rotation: "rotation, °", shift: "shift, pixels", scale: "scale", noise: "noise", blur: "blur, pixels", contrast: "contrast", thickness: "thickness, pixels", occlusion: "occlusion, pixels", fgsm: "attack in one step (FGSM)", pgd: "attack in many steps (PGD)" },
    ownTable: "Use your own table",
    own: {
      title: "Your own data",
      reading: "Reading it.",
      doubts: "Uncertain",
      notSo: "Read it differently",
      again: "Read it again",
      yes: "yes",
      no: "no",
      byComma: "columns, by comma",
      settle: {
        /** @type {(name: string) => string} */
        target: (name) => `Predict ${name}`,
        /** @type {(task: string) => string} */
        task: (task) => (task === "regression" ? "It is a quantity" : "They are classes"),
        /** @type {(named: boolean) => string} */
        header: (named) => (named ? "Line 1 has the names" : "There is no header"),
        /** @type {(name: string) => string} */
        delimiter: (name) => `Separated by ${name}`,
        /** @type {(mark: string) => string} */
        decimal: (mark) => `Decimal ${mark === "," ? "commas" : "points"}`,
        /** @type {(name: string) => string} */
        encoding: (name) => `It is ${name}`,
        /** @type {(names: string[]) => string} */
        leave_out: (names) => `Leave out ${names.join(", ")}`,
        /** @type {(names: string[]) => string} */
        keep: (names) => `Keep ${names.join(", ")}`,
        /** @type {(names: string[]) => string} */
        categories: (names) => `Names of kinds: ${names.join(", ")}`,
        /** @type {(order: string) => string} */
        dates: (order) => (order === "month-first" ? "The month comes first" : "The day comes first"),
        /** @type {(what: string) => string} */
        read_as: (what) => (what === "images" ? "They are pictures" : "They are measures"),
      },
    },
  },
  off: {
    /** @type {(units: number[]) => string} */
    nothing: (units) => `Without ${units.length === 1 ? "neuron" : "neurons"} ${units.join(", ")} nothing changes.`,
    /** @type {(unit: number) => string} */
    off: (unit) => `Without neuron ${unit}`,
    on: "All on again",
    /** @type {(units: number[], said: string, now: string, before: string, then: string) => string} */
    without: (units, said, now, before, then) => `Without ${units.length === 1 ? "neuron" : "neurons"} ${units.join(", ")}: ${said} at ${now} instead of ${said === before ? "" : `${before} at `}${then}.`,
    /** @type {(count: number, name: string) => string} */
    spoke: (count, name) => (count === 1 ? `It spoke for ${name}.` : `Together they spoke for ${name}.`),
    /** @type {(count: number) => string} */
    silent: (count) => (count === 1 ? "It was silent here." : "They were silent here."),
    /** @type {(before: string) => string} */
    was: (before) => `, ${before} before`,
  },
  rests: {
    button: "What it rests on",
    /** @type {(name: string) => string} */
    strong: (name) => `Blue ink speaks for ${name}, orange ink against it.`,
    rest: "The stronger the color, the more.",
  },
};
