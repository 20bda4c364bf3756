// German.

/** @import { Words } from "#text/language.js" */

// With a capital, as a sentence begins.
/** @type {(text: string) => string} */
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @type {Words} */
export const WORDS = {
  language: { name: "Deutsch", locale: "de-DE", choose: "Sprache" },
  frame: {
    views: "Ansichten",
    question: "Frage",
    share: "Teilen",
    help: "Hilfe",
    dismiss: "Schließen",
    decline: "Meins behalten",
    /** @type {(sizes: string, right: string, total: string) => string} */
    reads: (sizes, right, total) => `${sizes} · liest ${right} von ${total} Ziffern, die es nie sah`,
    /** @type {(sizes: string) => string} */
    unread: (sizes) => `${sizes} · noch nicht geprüft`,
  },
  network: {
    plus: "spricht dafür",
    minus: "dagegen",
    value: "Wert",
    silent: "schweigt",
    /** @type {(value: string, answer: string, push: string) => string} */
    pushes: (value, answer, push) => `${value} → ${answer}: ${push}`,
    templates: "Wonach jede Antwort sucht",
    /** @type {(drawn: number, all: number, brief: boolean) => string} */
    neurons: (drawn, all, brief) => (drawn < all ? `${drawn} von ${all} Neuronen` : `${all} Neuronen`) + (brief ? "" : ": wonach jedes sucht"),
    /** @type {(count: number) => string} */
    many: (count) => `zeige ${count}`,
    /** @type {(count: number) => string} */
    few: (count) => `zeige ${count}`,
    /** @type {(count: number) => string} */
    answers: (count) => (count === 1 ? "Antwort" : `${count} Antworten`),
    /** @type {(unit: number, layer: number, value: string, deep: boolean) => string} */
    neuron: (unit, layer, value, deep) => `Neuron ${unit}${deep ? ` der Schicht ${layer + 1}` : ""}: ${value}`,
    /** @type {(name: string, text: string) => string} */
    reads: (name, text) => `${name}: ${text}`,
  },
  draw: {
    title: "Zeichnen",
    /** @type {(count: number) => string} */
    pixels: (count) => `${count} Pixel`,
    pad: "Zeichenfeld: zeichne mit Maus, Stift oder Finger; oder bewege dich mit den Pfeiltasten und setze den Stift mit der Leertaste auf und ab",
    picture: "Das Bild, das das Netz bekommt",
    take: "Zeichne hier, oder nimm eine Ziffer, die es nie sah.",
    /** @type {(name: string) => string} */
    taken: (name) => `Eine ${name}`,
    clear: "Löschen",
    undo: "Zurück",
    says: "Es sagt",
    /** @type {(share: string) => string} */
    sure: (share) => `${share} sicher`,
    meant: "Gemeint war",
    youMeant: "Du meintest",
    gets: "das bekommt es",
    another: "Eine andere",
    forward: "Vorwärts →",
    /** @type {(wanted: string, said: string) => string} */
    wrong: (wanted, said) => `Es hält diese ${wanted} für eine ${said}.`,
    wrongWhy: "Folge der Tinte: Welche Neuronen haben es überredet?",
    /** @type {(said: string, share: string) => string} */
    right: (said, share) => `Es liest diese ${said}, zu ${share} sicher.`,
    rightWhy: "Zeichne darüber, bis es seine Meinung ändert.",
    /** @type {(said: string, share: string) => string} */
    drawn: (said, share) => `Es sagt ${said}, zu ${share} sicher.`,
    drawnWhy: "Es antwortet, während du zeichnest.",
    doubted: (share) => `Ein Pixel daneben wäre es weniger sicher: ${share}.`,
    strange: "Das sieht wie keine Ziffer aus, die ich kenne.",
    /** @type {(said: string) => string} */
    strangeWhy: (said) => `Wenn es eine sein muss: ${said}.`,
    empty: "Zeichne eine Ziffer, groß.",
    emptyWhy: "Es antwortet, während du zeichnest.",
  },
  link: {
    noInk: "Das Bild in diesem Link ist nicht lesbar.",
    /** @type {(number: string) => string} */
    noExample: (number) => `Dieser Link will Beispiel ${number}; diese Seite hat es nicht.`,
    noNet: "Das Netz in diesem Link ist nicht lesbar, oder es passt nicht zu dieser Seite.",
    /** @type {(sizes: string) => string} */
    bringsNet: (sizes) => `Dieser Link bringt ein eigenes Netz mit: ${sizes}.`,
    useNet: "Nimm es",
    /** @type {(settings: string) => string} */
    wantsTraining: (settings) => `Dieser Link will ein neues Netz: ${settings}.`,
    trainNet: "Trainiere es",
    otherNet: "Dieser Link wurde mit einem anderen Netz gemacht: Die Zahlen werden andere sein.",
    settings: { hidden: "verborgene Neuronen", activation: "Aktivierung", optimizer: "Verfahren", rate: "Lernrate", momentum: "Momentum", batch: "Batch", examples: "Beispiele", schedule: "Verlauf der Lernrate", epochs: "Epochen", shift: "Verschiebung", initial: "Start", seed: "Seed", penalty: "Strafterm" },
  },
  share: {
    title: "Teile, was du siehst",
    link: "Link",
    copy: "Kopieren",
    copied: "Kopiert",
    say: "Ein Satz für alle, die ihn öffnen:",
    note: "Er öffnet diese Ansicht mit diesem Beispiel. Über dich steht nichts darin.",
    file: "Diese Seite ist eine Datei: Wer dieselbe Datei hat, hängt alles ab # an ihre Adresse. Über dich steht nichts darin.",
    code: "Der Link als Code, den ein Handy liest",
  },
  help: {
    title: "So liest du diese Seite",
    story: [
      "Unten steht, was geschah, daneben, was als Nächstes kommt. Der schwarze Knopf geht weiter.",
      "Ein Kreis ist ein Neuron, darin seine Gewichte: wonach es sucht. Sein Rand wächst mit der Aktivierung; blasse schweigen.",
    ],
    plus: "spricht dafür, erhöht, positiv",
    minus: "spricht dagegen, senkt, negativ",
    keysTitle: "Tasten",
    /** @type {[string, string][]} */
    keys: [["→ ←", "weiter und zurück"], ["↓ ↑", "ein anderes Neuron, eine andere Zeile oder Antwort"], ["Leertaste", "anhalten, was sich bewegt, und weiterlaufen lassen"], ["0 … 9", "nimm diese Ziffer (Zeichnen)"], ["N", "ein anderes Beispiel (Zeichnen)"], ["C U", "löschen, einen Strich zurück (Zeichnen)"], ["X", "schaltet das gewählte Neuron aus oder ein (Zeichnen)"], ["T", "trainiert oder hält an (Lernen)"], [". E", "ein Schritt, eine Epoche (Lernen)"], ["Strg+Z", "nimmt zurück, was getan wurde (Lernen)"], ["?", "diese Hilfe"]],
    privacy: "Diese Seite sendet nichts und behält nichts.",
    letters: "Buchstaben und Ziffern sind Tasten",
    check: (apart) => `Diese Zahlen sind hier und von Python berechnet. Sie liegen höchstens ${apart} auseinander, als Anteil am größten Wert jeder Schicht.`,
  },
  forward: {
    title: "Vorwärts",
    previous: "←",
    previousName: "Zurück",
    next: "Weiter →",
    backward: "Rückwärts →",
    layers: "Schichten",
    /** @type {(layer: number) => string} */
    layer: (layer) => `Schicht ${layer}`,
    /** @type {(count: string) => string} */
    endToEnd: (count) => `Alle Zeilen aneinandergelegt: ${count} Zahlen`,
    /** @type {(row: number, from: number, to: number) => string} */
    row: (row, from, to) => `Zeile ${row}, Spalten ${from} bis ${to}`,
    /** @type {(count: string) => string} */
    pixels: (count) => `Dieses Bild sind ${count} Zahlen.`,
    /** @type {(lit: string) => string} */
    pixelsWhy: (lit) => `0 ist Papier, 1 ist Tinte; ${lit} sind nicht 0.`,
    /** @type {(count: string) => string} */
    values: (count) => `Diese Zeile sind ${count} Zahlen.`,
    valuesWhy: "Jede ist in Standardabweichungen vom Mittelwert gemessen.",
    ink: "Tinte",
    /** @type {(neuron: string) => string} */
    looksFor: (neuron) => `wonach ${neuron} sucht`,
    products: "Tinte × Gewichte",
    onBlue: "Tinte auf Blau",
    onOrange: "Tinte auf Orange",
    bias: "sein Bias",
    total: "seine Summe",
    /** @type {(count: string) => string} */
    others: (count) => `${count} andere`,
    /** @type {(neuron: string, value: string) => string} */
    sums: (neuron, value) => `${upper(neuron)} kommt auf ${value}.`,
    /** @type {(plus: string, minus: string, bias: string) => string} */
    sumsWhy: (plus, minus, bias) => `+${plus} dafür, −${minus} dagegen, Bias ${bias}.`,
    zAxis: "die Summe z",
    aAxis: "die Aktivierung a",
    /** @type {(z: string, a: string) => string} */
    curve: (z, a) => `Eine geknickte Linie: Aus der Summe ${z} wird die Aktivierung ${a}`,
    /** @type {(neuron: string, z: string) => string} */
    silent: (neuron, z) => `${upper(neuron)} schweigt: ${z} liegt unter 0.`,
    /** @type {(neuron: string, a: string) => string} */
    passes: (neuron, a) => `${upper(neuron)} gibt ${a} unverändert weiter.`,
    /** @type {(neuron: string, z: string, a: string) => string} */
    bends: (neuron, z, a) => `${upper(neuron)} macht aus ${z} eine ${a}.`,
    /** @type {(silent: string, all: string) => string} */
    silentOnes: (silent, all) => `${silent} von ${all} schweigen bei diesem Bild.`,
    /** @type {(all: string) => string} */
    noneSilent: (all) => `Alle ${all} sprechen bei diesem Bild.`,
    logitsHead: "Logits z",
    /** @type {(answer: string) => string} */
    adds: (answer) => `Was sich zum Logit für ${answer} summiert`,
    /** @type {(answer: string, value: string) => string} */
    logit: (answer, value) => `${upper(answer)} bekommt ${value}.`,
    /** @type {(neuron: string, value: string) => string} */
    logitWhy: (neuron, value) => `Das meiste von ${neuron}: ${value}.`,
    logitHead: "Logit z",
    powerHead: "als Potenz von e",
    shareHead: "aufgeteilt auf 100 %",
    outputHead: "Ausgabe",
    /** @type {(value: string) => string} */
    output: (value) => `Die Antwort ist ${value}.`,
    /** @type {(answer: string, share: string) => string} */
    shares: (answer, share) => `${upper(answer)} bekommt ${share} vom Ganzen.`,
    /** @type {(answer: string, share: string) => string} */
    sharesWhy: (answer, share) => `Danach ${answer}: ${share}.`,
    pAxis: "was die richtige Antwort bekam",
    lossAxis: "Verlust",
    outputAxis: "Ausgabe",
    target: "Ziel",
    /** @type {(loss: string) => string} */
    guessing: (loss) => `Raten würde ${loss} kosten`,
    /** @type {(answer: string, share: string, loss: string) => string} */
    now: (answer, share, loss) => `${answer} bekam ${share}: Verlust ${loss}`,
    /** @type {(sure: string, wrong: string) => string} */
    lossNote: (sure, wrong) => `Mit 90 % wäre er ${sure}, mit 1 % ${wrong}.`,
    noLoss: "Kein Verlust: Niemand hat gesagt, was das ist.",
    noLossWhy: "Sag unter Zeichnen, was du meintest.",
    /** @type {(loss: string) => string} */
    lossIs: (loss) => `Der Verlust ist ${loss}.`,
    /** @type {(share: string, loss: string) => string} */
    loss: (share, loss) => `Die richtige Antwort bekam ${share}: Verlust ${loss}.`,
    /** @type {(loss: string) => string} */
    lossWhy: (loss) => `Raten würde ${loss} kosten.`,
  },
  backward: {
    title: "Rückwärts",
    previous: "←",
    previousName: "Zurück",
    next: "Weiter →",
    learn: "Lernen →",
    again: "Von vorn →",
    mistake: "Nimm einen Fehler",
    nextNeuron: "Anderes Neuron",
    putBack: "Zurücklegen",
    answer: "Antwort",
    said: "was es sagte",
    should: "was es sagen sollte",
    difference: "sagte − sollte: δ",
    tooLow: "zu niedrig",
    tooHigh: "zu hoch",
    digit: "Das Bild, das hineinging",
    /** @type {(name: string) => string} */
    meant: (name) => `Gemeint war ${name}.`,
    /** @type {(name: string) => string} */
    youMeant: (name) => (name === "?" ? "Was hast du gemeint?" : `Du hast ${name} gemeint.`),
    /** @type {(name: string) => string} */
    shouldBe: (name) => `Es hätte ${name} sagen sollen`,
    /** @type {(count: number) => string} */
    moreAnswers: (count) => `und ${count} weitere`,
    ask: "Was hätte es sagen sollen?",
    askWhy: "Wähle eine Antwort: Dann gibt es einen Fehler, dem man heim folgen kann.",
    /** @type {(high: string, highBy: string, low: string, lowBy: string) => string} */
    wrong: (high, highBy, low, lowBy) => `${high} ist ${highBy} Punkte zu hoch, ${low} ist ${lowBy} zu niedrig.`,
    errorWhy: "Dieser Unterschied, δ, läuft nun heim.",
    /** @type {(low: string, by: string) => string} */
    right: (low, by) => `Richtig, doch ${low} ist noch ${by} Punkte zu niedrig.`,
    rightWhy: "Auch hier ist also etwas zu verbessern.",
    sure: "Richtig und sicher: nichts zu verbessern.",
    sureWhy: "Aus einem Fehler lernt man mehr.",
    numberLow: "Es sagte zu wenig.",
    numberHigh: "Es sagte zu viel.",
    looksFor: "Wonach das Neuron sucht",
    louder: "will es lauter",
    softer: "will es leiser",
    /** @type {(name: string) => string} */
    fromUnit: (name) => `von ${name}`,
    /** @type {(name: string) => string} */
    the: (name) => `die ${name}`,
    isLouder: "Lauter.",
    isSofter: "Leiser.",
    /** @type {(told: { name: string, speaksFor: boolean, plain: boolean, louder: boolean }[]) => string} */
    whoWants: (told) => {
      const [first, second] = told.map(({ name, speaksFor, plain, louder }) => ({ name, louder, about: plain ? "" : `, ${speaksFor ? "für" : "gegen"} die es spricht,` }));
      const one = `${first.name[0].toUpperCase()}${first.name.slice(1)}${first.about} will ${first.louder ? "mehr" : "weniger"} davon`;
      if (!second) return `${one}.`;
      if (second.louder === first.louder) return `${one}; ${second.name}${second.about} auch.`;
      return `${one}, aber ${second.name}${second.about} zieht stärker.`;
    },
    /** @type {(name: string) => string} */
    silent: (name) => `Hier kommt nichts durch: ${name} schweigt.`,
    silentWhy: "Wo der Knick flach ist, ist die Steigung 0, und so auch δ.",
    unheard: "Hier kommt nichts an.",
    unheardWhy: "Keine Linie bringt etwas vom Fehler.",
    /** @type {(name: string) => string} */
    corrections: (name) => `So bekommt jedes Gewicht (${name}) seine Korrektur:`,
    ink: "Tinte",
    gradient: "Gradient",
    gradientLegend: "Orange: Erhöhe dieses Gewicht, und der Verlust sinkt. Blau: Senke es. Weiß: Hier kam nichts herein, nichts ändert sich.",
    /** @type {(count: number) => string} */
    moreRows: (count) => `und ${count} weitere`,
    /** @type {(moving: string, all: string) => string} */
    move: (moving, all) => `${moving} von ${all} Parametern bewegen sich`,
    /** @type {(lit: string, inputs: "pixels" | "values" | "neurons", live: string, units: "neurons" | "answers") => string} */
    product: (lit, inputs, live, units) => `(${lit} ${{ pixels: "Pixel mit Tinte", values: "Werte", neurons: "wache Neuronen" }[inputs]} + 1 Bias) × ${live} ${units === "answers" ? "Antworten" : "Neuronen"}`,
    /** @type {(which: "moving" | "dark" | "still", count: string) => string} */
    parameters: (which, count) => `${count} ${which === "moving" ? "bewegen sich" : "bleiben"}:`,
    /** @type {(pictured: boolean, deep: boolean) => string} */
    dark: (pictured, deep) => `nichts kam herein: ${pictured ? "keine Tinte" : "ein Wert von 0"}${deep ? " oder ein Neuron, das schweigt" : ""}`,
    still: "ihr Neuron hat δ = 0, keinen Anteil am Fehler",
    /** @type {(moving: string, all: string) => string} */
    movesSaid: (moving, all) => `${moving} von ${all} Parametern bewegen sich.`,
    /** @type {(pictured: boolean, deep: boolean) => string} */
    movesWhy: (pictured, deep) => `Die anderen hatten ${pictured ? "keine Tinte" : "keine Eingabe"}${deep ? " oder keinen Anteil am Fehler" : ""}.`,
    handle: "Das Gewicht",
    choosePixel: "Wähle ein Pixel, um sein Gewicht zu nehmen.",
    /** @type {(name: string) => string} */
    pixelPad: (name) => `Der Gradient als Bild. Gewählt: ${name}. Pfeiltasten wählen ein anderes Pixel`,
    /** @type {(source: string, unit: string) => string} */
    weightFrom: (source, unit) => `Das Gewicht von ${source} zu ${unit}`,
    axisWeight: "das Gewicht w",
    axisLoss: "Verlust",
    /** @type {(value: string) => string} */
    slope: (value) => `Steigung ${value}`,
    saysThen: "und es sagt",
    drag: "Zieh am Gewicht.",
    /** @type {(slope: string) => string} */
    dragWhy: (slope) => `Der Verlust folgt der Kurve; ihre Steigung, ${slope}, ist der Gradient.`,
    /** @type {(weight: string, loss: string, before: string) => string} */
    held: (weight, loss, before) => `Bei w = ${weight} ist der Verlust ${loss} statt ${before}.`,
    /** @type {(said: string) => string} */
    saysStill: (said) => `Es sagt noch immer ${said}.`,
    /** @type {(said: string, before: string) => string} */
    saysNow: (said, before) => `Jetzt sagt es ${said} statt ${before}.`,
    noInk: "Keine Tinte hier: Die Kurve ist flach.",
    noInkWhy: "Was auch immer dieses Gewicht ist, es wird mit 0 malgenommen.",
    rate: "Lernrate",
    thisExample: "Dieses Beispiel",
    before: "vorher",
    after: "nachher",
    saidAfter: "gesagt",
    saidBefore: "vorher gesagt",
    lossBecomes: "Verlust",
    endless: "über alle Grenzen",
    axisRate: "Lernrate η: wie groß der Schritt ist",
    axisRight: "richtig",
    axisError: "üblicher Fehler",
    /** @type {(rate: string, told: string) => string} */
    ratePrice: (rate, told) => `Nach einem Schritt mit Rate ${rate}: ${told}`,
    /** @type {(right: string, count: string) => string} */
    ofOthers: (right, count) => `${right} von ${count} anderen richtig`,
    /** @type {(error: string) => string} */
    errorOfOthers: (error) => `der übliche Fehler der anderen ist ${error}`,
    guessing: "geraten",
    counting: "Die anderen werden gezählt …",
    /** @type {(before: string, after: string) => string} */
    ownNumber: (before, after) => `Sein Verlust geht von ${before} auf ${after}.`,
    /** @type {(name: string) => string} */
    ownStays: (name) => `Diese ${name} bleibt richtig.`,
    /** @type {(name: string) => string} */
    ownWon: (name) => `Diese ${name} ist gewonnen.`,
    /** @type {(name: string, said: string) => string} */
    ownLost: (name, said) => `Selbst diese ${name} ist verloren: Es sagt ${said}.`,
    /** @type {(name: string, said: string) => string} */
    ownStillWrong: (name, said) => `Diese ${name} hält es noch immer für eine ${said}.`,
    /** @type {(won: number, lost: number, wonText: string, lostText: string) => string} */
    othersChange: (won, lost, wonText, lostText) => (won + lost === 0 ? "Keine andere ändert sich:" : `Von den anderen sind ${lostText} verloren, ${wonText} gewonnen:`),
    /** @type {(before: string, after: string) => string} */
    othersNumber: (before, after) => `Der übliche Fehler der anderen geht von ${before} auf ${after}.`,
    tooSmall: "ein so kleiner Schritt lehrt so gut wie nichts.",
    tooLarge: "ein so großer Schritt für ein Beispiel verdirbt alle anderen.",
    priceWhy: "darum kleine Schritte und viele Ziffern.",
    ratesWhy: "Bewege die Rate: zu klein bewirkt nichts, zu groß schießt hinaus.",
  },
  learn: {
    title: "Lernen",
    yours: "deins",
    before: "vorher",
    nouns: { digits: "Ziffern", pictures: "Zeichen", rows: "Zeilen" },
    empty: "Noch kein Netz zum Vergleichen: Trainiere ein zweites oder öffne das deiner Nachbarin.",
    ofUnseen: (total, noun) => `richtig von ${total} ${noun}, die es nie sah`,
    rate: (rate) => `Rate ${rate}`,
    batch: (batch) => `Batch ${batch}`,
    learnsFrom: (n, noun) => `${n} ${noun}`,
    penalty: (penalty) => `Strafe ${penalty}`,
    neuron: (n) => `Neuron ${n}`,
    pictures: (shown, all) => (shown < all ? `Wonach ${shown} von ${all} Neuronen suchen` : `Wonach ${all === 1 ? "ein Neuron sucht" : `${all} Neuronen suchen`}`),
    picturesOfAnswers: (n) => `Wonach jede von ${n} Antworten sucht`,
    lineUnseen: "nie gesehen",
    lineLearned: "gelernt",
    epochs: "Epochen",
    guessing: (share) => `Raten ${share}`,
    curve: (epochs, from, to, guess) => `Lernkurve, ${epochs} Epochen: von ${from} auf ${to} richtig; Raten wäre ${guess}.`,

    knobs: { hidden: "Neuronen", rate: "Lernrate", batch: "Batch", examples: "Lernt aus", activation: "Aktivierung", optimizer: "Verfahren", schedule: "Rate im Lauf", shift: "Verschieben", initial: "Anfang", penalty: "L2-Strafe", epochs: "Epochen", seed: "Startwert" },
    values: {
      noHidden: "keine",
      activation: { relu: "ReLU", tanh: "tanh", sigmoid: "Sigmoid", identity: "keine: kein Knick" },
      optimizer: { sgd: "einfache Schritte", momentum: "mit Schwung", nesterov: "Nesterov", rmsprop: "RMSprop", adam: "Adam", adamw: "AdamW" },
      schedule: { constant: "bleibt", linear: "fällt auf ein Zehntel" },
      initial: { he: "zufällig", equal: "alle gleich" },
      shift: ["wie sie sind", "um einen Punkt verschoben"],
    },
    limits: {
      whole: (low, high) => `Eine ganze Zahl von ${low} bis ${high}.`,
      number: (low, high) => `Eine Zahl von ${low} bis ${high}.`,
      widths: (low, high) => `16, oder 128, 64 für zwei Schichten: je ${low} bis ${high}.`,
      layers: (_low, high) => `Höchstens ${high} Schichten.`,
    },
    slider: (name) => `${name}, Regler`,
    more: "Mehr",
    breakIt: "Mach es kaputt",
    breaks: { rate: "Rate 10", bend: "kein Knick", few: "500 Ziffern", equal: "alle gleich" },
    makeGood: "Mach es gut",
    undo: "Zurück",
    undoThis: (act) => `Rückgängig: ${act}`,
    save: "Sichern",
    open: "Öffnen",
    compare: "Vergleichen",
    backToCurves: "Zurück zu den Kurven",
    swap: "Nimm es",

    train: "Trainiere es",
    pause: "Anhalten",
    goOn: "Weiter",
    step: "Ein Schritt",
    epoch: "Eine Epoche",
    anew: "Ein neues trainieren",
    toMistakes: "Seine Fehler →",

    ready: "Ein neues Netz: Es rät nur.",
    readyRest: (share) => `${share} sind zufällig richtig. Trainiere es und sieh seinen Neuronen zu.`,
    begins: "Es fängt an.",
    beginsRest: (n, noun) => `Eine Epoche ist: alle ${n} ${noun} einmal.`,
    epochDone: (epoch, share) => `Epoche ${epoch}: ${share}.`,
    found: (neuron) => `Neuron ${neuron} hat einen Strich gefunden.`,
    foundFor: (neuron, name) => `Neuron ${neuron} hat einen Strich gefunden; es spricht für ${name}.`,
    gained: (points) => `${points} Punkte mehr als eine Epoche davor.`,
    lost: (points) => `${points} Punkte weniger als eine Epoche davor.`,
    level: "Kaum noch etwas Neues.",
    stepDone: (step, examples, noun, from, to) => `Schritt ${step}: ${examples} ${noun}, Verlust ${from} → ${to}.`,
    stepRest: (left) => `Noch ${left} Schritte, dann ist die Epoche voll.`,
    paused: (epoch, steps) => `Angehalten in Epoche ${epoch}, nach ${steps} Schritten.`,
    pausedRest: "Weiter, oder sieh dir einen Schritt an.",
    done: (epochs, share) => `Nach ${epochs} ${epochs === 1 ? "Epoche" : "Epochen"} liest es ${share}.`,
    better: (points) => `${points} Punkte über dem Netz vorher.`,
    worse: (points) => `${points} Punkte unter dem Netz vorher.`,
    same: "So viel wie das Netz vorher.",
    alone: "Von dem, was es nie sah.",
    turned: (act) => `Das nächste Netz: ${act}.`,
    turnedRest: "Dieses bleibt, wie es ist. Trainiere ein neues damit.",
    undone: (act) => `Zurückgenommen: ${act}.`,
    redone: (act) => `Wieder da: ${act}.`,
    opened: (name) => `${name} steht neben deinem.`,
    openedRest: "Vergleiche die beiden, oder nimm es als deins.",
    saved: (name) => `Gesichert als ${name}.`,
    savedRest: "glassnet in Python öffnet es, und diese Seite auch.",
    acts: { train: "das neue Netz", goOn: "das Training", step: "ein Schritt", epoch: "eine Epoche", open: "das geöffnete Netz", swap: "der Tausch" },

    compared: "Dieselben zwanzig für jedes Netz",
    comparedAll: (total, noun) => `Alle ${total} ${noun}, die keines sah`,
    comparison: (mine, other, of) => `Von diesen ${of} liest deins ${mine}, das andere ${other}.`,
    comparisonRest: (mine, other) => `Von allen: ${mine} und ${other}.`,
    cells: { both: "beide richtig", mine: "nur deins richtig", other: "nur das andere richtig", neither: "beide falsch" },
    pair: (meant, mine, other) => `Eine ${meant}: deins sagt ${mine}, das andere ${other}`,
    computing: "Es wird gezählt.",
  },
  trouble: {
    diverged: (step, from, to) => `Kaputt bei Schritt ${step}: Der Verlust ging von ${from} auf ${to}.`,
    overflowed: (step) => `Kaputt bei Schritt ${step}: Der Verlust ist zu groß für eine Zahl.`,
    divergedRest: "Jeder Schritt sprang über das Tal und landete höher.",
    linear: (share) => `Ohne Knick bleibt es bei ${share} stehen.`,
    linearRest: "Schichten ohne Knick sind zusammen nur eine einzige.",
    overfit: (n, noun, learned, unseen) => `Von seinen ${n} ${noun} kann es ${learned}, von anderen ${unseen}.`,
    overfitRest: "So wenige kann man auswendig lernen.",
    equal: (n, share) => `Alle ${n} Neuronen sind dasselbe: ${share}.`,
    equalRest: "Sie fingen gleich an, also war auch jede Korrektur gleich.",
    dead: (silent, units, share) => `${silent} von ${units} Neuronen sind tot: ${share}.`,
    deadRest: (rate) => `Schritte mit Rate ${rate} warfen sie dorthin, wo kein Beispiel sie weckt.`,
    unsteady: (share) => `Seine Schritte sind zu lang: Es taumelt bei ${share}.`,
    unsteadyRest: "Sein Verlust ist höher als beim Raten.",
    stuck: (share, epochs) => `Es lernt nicht: ${share} nach ${epochs} ${epochs === 1 ? "Epoche" : "Epochen"}.`,
    stuckRest: "Die Schritte sind zu kurz, oder es kommt nichts durch.",
    back: "Zurück zu vorher",
    withRate: (rate) => `Neu mit Rate ${rate}`,
    withBend: "Neu mit Knick",
    withMore: (n) => `Neu mit ${n}`,
    withChance: "Neu, zufällig",
    files: {
      file: (name) => `${name} ist kein Netz: Erwartet wird eine Datei, die auf .safetensors endet.`,
      foreign: (name) => `${name} hat nicht glassnet gesichert; nur solche öffnet diese Seite.`,
      newer: (name) => `${name} kommt von einem neueren glassnet als diese Seite.`,
      damaged: (name) => `${name} ist beschädigt: Sichere es dort noch einmal, wo es herkommt.`,
      other: (name) => `${name} ist ein Netz einer Art, die diese Seite nicht trainieren kann.`,
    },
    otherData: (name, inputs, classes) => `${name} ist ein Netz für andere Daten: Hier gibt es ${inputs} Eingaben und ${classes} Antworten.`,
  },
  mistakes: {
    title: "Fehler",
    said: "gesagt",
    meant: "gemeint",
    counting: "Es liest sie alle.",
    wrong: (wrong, total, noun) => `Es liest ${wrong} von ${total} ${noun} falsch.`,
    commonest: (meant, said, count) => `Am häufigsten eine ${meant} als ${said}: ${count}-mal.`,
    none: "Keine einzige ist falsch.",
    cell: (count, meant, said) => `${count} × eine ${meant}, gelesen als ${said}`,
    cellRight: (count, meant) => `${count} × eine ${meant}, richtig gelesen`,
    shown: (shown) => `die ${shown}, bei denen es am sichersten war`,
    example: (meant, said, sure) => `Eine ${meant}; es sagte ${said}, zu ${sure} sicher`,
    row: (row) => `Zeile ${row}`,
    trust: "Wenn es 80 % sagt, stimmt es dann 8-mal von 10?",
    trusted: (low, high, count, right) => `Zu ${low} bis ${high} sicher war es ${count}-mal, davon ${right}-mal richtig.`,
    tooFew: "Das sagt es zu selten, um es zu wissen.",
    sureness: "wie sicher es ist",
    rightness: "wie oft es stimmt",
    inTen: (times) => `${times}-mal von 10 richtig.`,
    honest: "Im Ganzen stimmt es so oft, wie es sicher ist.",
    overconfident: "Im Ganzen ist es sicherer, als es recht hat.",
    underconfident: "Im Ganzen hat es öfter recht, als es sicher ist.",
    at: (sure, right) => `zu ${sure} sicher, ${right} richtig`,
    reliability: (text) => `So viele Antworten stimmen, je nachdem, wie sicher es war: ${text}.`,
    forward: "Vorwärts damit →",
    backward: "Rückwärts damit →",
    chosen: (chosen) => `${chosen}.`,
    chosenRest: "Folge ihr, und sieh, warum.",
  },
  symbols: {
    title: "Zeichen",
    name: "Name dieses Zeichens",
    /** @type {(name: string, place: number) => string} */
    box: (name, place) => `Kästchen ${place} für ${name}: Zeichne mit Maus, Stift oder Finger; oder bewege dich mit den Pfeiltasten und setze den Stift mit der Leertaste auf und ab. Entf leert es`,
    /** @type {(count: number) => string} */
    drawings: (count) => (count === 1 ? "1 Zeichnung" : `${count} Zeichnungen`),
    takeBack: "Letzte zurück",
    another: "Noch ein Zeichen",
    fewer: "Ein Zeichen weniger",
    test: "Hier ausprobieren",
    pad: "Feld zum Ausprobieren: Zeichne mit Maus, Stift oder Finger; oder bewege dich mit den Pfeiltasten und setze den Stift mit der Leertaste auf und ab",
    clear: "Leeren",
    save: "Zeichnungen sichern",
    open: "Zeichnungen öffnen",
    others: "Fremde testen",
    train: "Damit trainieren",
    stop: "Anhalten",
    begin: "Zeichne jedes Zeichen ein Dutzend Mal.",
    beginWhy: "Welche du willst: Sie bleiben in dieser Seite.",
    /** @type {(count: number) => string} */
    enough: (count) => `Je ${count} zum Lernen.`,
    enoughWhy: "Jede wird auch gedreht, geneigt und gedehnt.",
    /** @type {(part: string) => string} */
    training: (part) => `Es lernt: ${part}.`,
    trainingWhy: "Es prüft sich an zurückgehaltenen Zeichnungen.",
    /** @type {(share: string) => string} */
    reads: (share) => `Es liest etwa ${share} neuer Zeichnungen.`,
    /** @type {(count: number, goal: string) => string} */
    more: (count, goal) => `Mit je ${count} wären es etwa ${goal}.`,
    same: "Mehr davon half nicht: Zeichne verschiedener, oder wähle unähnlichere.",
    all: "Alle zurückgehaltenen hat es gelesen: Teste eine fremde Hand.",
    few: "Es hat sie gelernt.",
    fewWhy: "Ab je drei sagt es, wie gut es ist.",
    changed: "Du hast weitergezeichnet, seit es gelernt hat.",
    changedWhy: "Trainiere noch einmal und sieh, was sich ändert.",
    /** @type {(right: number, all: number) => string} */
    othersRead: (right, all) => `Es liest ${right} der ${all} Zeichnungen in dieser Datei.`,
    othersReadWhy: "Eine fremde Hand ist die schwerste Prüfung.",
    untrained: "Erst trainieren, dann ausprobieren.",
    noFile: "In der Datei sind keine Zeichen. Wähle eine, die hier gesichert wurde.",
    /** @type {(mine: number, theirs: number) => string} */
    otherSigns: (mine, theirs) => `Die Datei hat ${theirs} Zeichen, deine ${mine}: Es müssen dieselben sein, in derselben Reihenfolge.`,
    curve: "Wie viele der zurückgehaltenen Zeichnungen es las",
    /** @type {(count: number, share: string) => string} */
    learned: (count, share) => `${share} nach je ${count}`,
    /** @type {(count: number, share: string) => string} */
    expected: (count, share) => `etwa ${share} nach allen je ${count}`,
  },
  plane: {},
  try: {},
  worksheet: {
    title: "Arbeitsblatt",
    answers: "Lösungen",
    questions: ["Welche Ziffer war gemeint?", "Was wird das Netz sagen, und wie sicher wird es sein?", "Welcher Strich würde es umstimmen?"],
    /** @type {(meant: string, said: string) => string} */
    digitSays: (meant, said) => `Gemeint war ${meant}; das Netz sagt ${said}.`,
    small: {
      title: "Das kleine Netz: zwölf Parameter",
      task: "Die Eingaben sind 1 und 0,5, die zweite Antwort ist die richtige. An den Linien stehen die Gewichte, in den mittleren Kreisen die Biaswerte. Rechne vorwärts, dann rückwärts, dann ändere alle zwölf.",
      forward: "Vorwärts",
      backward: "Rückwärts",
      parameter: "Parameter",
      now: "jetzt",
      gradient: "Gradient",
      /** @type {(rate: string) => string} */
      after: (rate) => `nach einem Schritt, η = ${rate}`,
      hint: "Gradient eines Gewichts: was hineinkam mal δ. Eines Bias: δ. Danach: jetzt − η · Gradient.",
      /** @type {(loss: string) => string} */
      lossAfter: (loss) => `Nach diesem Schritt ist der Verlust ${loss}.`,
    },
  },
  lesson: {
    place: "Frage",
    /** @type {(place: number, total: number) => string} */
    of: (place, total) => `${place} von ${total}`,
    end: "Ende",
    think: "Was meinst du?",
    picture: "Die Ziffer zu dieser Frage",
    thinkWhy: "Die Zahlen bleiben verdeckt, bis du geantwortet hast.",
    tell: "Auflösen",
    next: "Nächste Frage →",
    /** @type {(choice: string) => string} */
    said: (choice) => `Deine Antwort: ${choice}.`,
    /** @type {(choice: string) => string} */
    saidRight: (choice) => `Deine Antwort: ${choice}. Richtig.`,
    /** @type {(choice: string, right: string) => string} */
    saidWrong: (choice, right) => `Deine Antwort: ${choice}. Richtig ist: ${right}.`,
    reveal: "Auflösen",
    everyone: "Alle hierher",
    /** @type {(place: number) => string} */
    everyoneTo: (place) => `Alle zu Frage ${place}: Wähle sie oben links.`,
    /** @type {(choice: string) => string} */
    more: (choice) => `Eine Hand mehr für: ${choice}`,
    /** @type {(choice: string) => string} */
    fewer: (choice) => `Eine Hand weniger für: ${choice}`,
    /** @type {(right: number, judged: number) => string} */
    done: (right, judged) => (judged ? `Das war die Stunde. ${right} von deinen ${judged} Antworten waren richtig.` : "Das war die Stunde."),
    stay: "Deine Antworten stehen nur in dieser Seite, ohne Namen. Schließt du sie, sind sie gelöscht.",
    save: "Meine Antworten sichern",
    print: "Arbeitsblatt drucken",
    teacher: "Ansicht für Lehrkräfte: auflösen, Hände zählen, alle zu einer Frage holen",
    table: { head: ["Nummer", "Frage", "Antwort", "richtig"], right: "ja", wrong: "nein", separator: ";", file: "antworten.csv" },
  },
  track: {
    label: "Hin und zurück: vorwärts bis zum Fehler, und heim",
    /** @type {(value: string) => string} */
    loss: (value) => `Verlust ${value}`,
    lossUnknown: "Verlust ?",
    stations: {
      pixels: "Pixel",
      values: "Werte",
      sums: "Summen",
      activations: "Aktivierungen",
      logits: "Logits",
      answers: "Antworten",
      answer: "Antwort",
      "delta-of-answers": "δ Antworten",
      "delta-of-neurons": "δ Neuronen",
      gradients: "Gradienten",
      step: "ein Schritt",
    },
  },
  names: {
    /** @type {(unit: number) => string} */
    neuron: (unit) => `Neuron ${unit}`,
    /** @type {(unit: number, layer: number) => string} */
    deepNeuron: (unit, layer) => `Neuron ${unit} der Schicht ${layer}`,
    /** @type {(name: string) => string} */
    answer: (name) => `Antwort ${name}`,
    theAnswer: "die Antwort",
    /** @type {(row: number, column: number) => string} */
    pixel: (row, column) => `Pixel (${row}, ${column})`,
    /** @type {(place: number) => string} */
    input: (place) => `Eingabe ${place}`,
  },
  play: {
    lost: "Der Server ist beendet. Was dieser Browser hat, geht ohne ihn weiter.",
    noAnswer: "Der Server antwortet nicht.",
    data: "Daten",
    dataWhy: "Jeder Datensatz hat seine eigene Seite. Was du hier trainiert hast, bleibt nur, wenn du es vorher sicherst.",
    learnFrom: (name) => `Aus ${name} lernen →`,
    python: "Mit Python trainieren",
    pythonWhy: "Für alles, was einem Browser zu viel ist: Python trainiert auf diesem Computer ein neues Netz für dich, mit den Einstellungen aus Lernen und diesen. Die anderen Besucher merken nichts davon.",
    begin: "Auf diesem Computer mit Python trainieren",
    keep: "Als Lauf behalten",
    kept: (path) => `Behalten in ${path}. Weiter mit: glassnet train --run ${path} --resume`,
    notPythons: "Python hat hier noch kein Netz trainiert.",
    photo: "Foto",
    picture: "Das Foto mit den Ziffern, die darauf gefunden wurden",
    found: (count) => (count === 1 ? "Eine Ziffer wurde gefunden." : `${count} Ziffern wurden gefunden. Welche?`),
    foundDigit: (place, said) => `Ziffer ${place}: ${said ?? "wie keine Ziffer"}`,
    noDigit: "Auf diesem Foto wurde keine Ziffer gefunden.",
    treated: (steps) => (steps.length ? `Das wurde damit gemacht: ${steps.join("; ")}.` : "Es wurde nur ausgeschnitten und skaliert."),
    computing: "Es wird gerechnet.",
    harder: "Ziffern, die schwerer zu lesen sind",
    harderNote: (count) => `Wie viele das Netz des Laufs von ${count} Ziffern liest, die es nie sah, jede mehr und mehr verändert.`,
    ways: { rotation: "Drehung, °", shift: "Verschiebung, Pixel", scale: "Größe", noise: "Rauschen", blur: "Unschärfe, Pixel", contrast: "Kontrast", thickness: "Strichdicke, Pixel", occlusion: "Verdeckung, Pixel", fgsm: "Angriff in einem Schritt (FGSM)", pgd: "Angriff in vielen Schritten (PGD)" },
    ownTable: "Eine eigene Tabelle nehmen",
    own: {
      title: "Deine eigenen Daten",
      reading: "Sie werden gelesen.",
      doubts: "Unsicher",
      notSo: "Anders lesen",
      again: "Noch einmal lesen",
      yes: "ja",
      no: "nein",
      byComma: "Spalten, mit Komma getrennt",
      settle: {
        target: (name) => `${name} vorhersagen`,
        task: (task) => (task === "regression" ? "Es ist eine Größe" : "Es sind Klassen"),
        header: (named) => (named ? "Zeile 1 enthält die Namen" : "Es gibt keine Kopfzeile"),
        delimiter: (name) => `Getrennt durch ${name}`,
        decimal: (mark) => `Dezimal${mark === "," ? "kommas" : "punkte"}`,
        encoding: (name) => `Es ist ${name}`,
        leave_out: (names) => `${names.join(", ")} weglassen`,
        keep: (names) => `${names.join(", ")} behalten`,
        categories: (names) => `Namen von Arten: ${names.join(", ")}`,
        dates: (order) => (order === "month-first" ? "Der Monat steht zuerst" : "Der Tag steht zuerst"),
        read_as: (what) => (what === "images" ? "Es sind Bilder" : "Es sind Messwerte"),
      },
    },
  },
  off: {
    nothing: (units) => `Ohne ${units.length === 1 ? "Neuron" : "Neuronen"} ${units.join(", ")} ändert sich nichts.`,
    off: (unit) => `Ohne Neuron ${unit}`,
    on: "Alle wieder an",
    without: (units, said, now, before, then) => `Ohne ${units.length === 1 ? "Neuron" : "Neuronen"} ${units.join(", ")}: ${said} mit ${now} statt ${said === before ? "" : `${before} mit `}${then}.`,
    spoke: (count, name) => (count === 1 ? `Es sprach für ${name}.` : `Zusammen sprachen sie für ${name}.`),
    silent: (count) => (count === 1 ? "Es schwieg hier." : "Sie schwiegen hier."),
    was: (before) => `, vorher ${before}`,
  },
  rests: {
    button: "Worauf es achtet",
    strong: (name) => `Blaue Tinte spricht für ${name}, orange dagegen.`,
    rest: "Je kräftiger, desto mehr.",
  },
};
