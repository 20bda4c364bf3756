// German.

// With a capital, as a sentence begins.
/** @type {(text: string) => string} */
const upper = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const WORDS = {
  language: { name: "Deutsch", locale: "de-DE" },
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
    keys: [["→ ←", "weiter und zurück"], ["↓ ↑", "ein anderes Neuron, eine andere Zeile oder Antwort"], ["Leertaste", "anhalten, was sich bewegt, und weiterlaufen lassen"], ["0 … 9", "nimm diese Ziffer (Zeichnen)"], ["N", "ein anderes Beispiel (Zeichnen)"], ["C U", "löschen, einen Strich zurück (Zeichnen)"], ["?", "diese Hilfe"]],
    privacy: "Diese Seite sendet nichts und behält nichts.",
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
      "delta-of-answers": "δ der Antworten",
      "delta-of-neurons": "δ der Neuronen",
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
  backward: {
    title: "Rückwärts",
    previous: "←",
    next: "Weiter →",
    learn: "Lernen →",
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
    moreAnswers: (count) => `${count} weitere, alle weniger falsch`,
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
    /** @type {(told: { name: string, speaksFor: boolean, plain: boolean, louder: boolean }[], stronger: boolean) => string} */
    whoWants: (told, stronger) => {
      const [first, second] = told.map(({ name, speaksFor, plain, louder }) => ({ name, louder, about: plain ? "" : `, ${speaksFor ? "für" : "gegen"} die es spricht,` }));
      const one = `${first.name[0].toUpperCase()}${first.name.slice(1)}${first.about} will ${first.louder ? "mehr" : "weniger"} davon`;
      if (!second) return `${one}.`;
      return `${one}; ${second.name}${second.about} will ${second.louder === first.louder ? "das auch" : `${second.louder ? "mehr" : "weniger"}${stronger ? ", und zieht stärker" : ""}`}.`;
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
    moreRows: (count) => `${count} weitere, alle kleiner`,
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
    movesWhy: (pictured, deep) => `Die anderen hatten ${pictured ? "keine Tinte" : "keine Eingabe"}${deep ? " oder ihr Neuron keinen Anteil am Fehler" : ""}.`,
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
    drag: "Zieh am Gewicht: Der Verlust folgt seiner Kurve.",
    /** @type {(slope: string) => string} */
    dragWhy: (slope) => `Der Gradient, ${slope}, ist die Steigung, wo es steht.`,
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
    othersChange: (won, lost, wonText, lostText) => (won + lost === 0 ? "Keine andere ändert sich." : `Von den anderen ${lost === 1 ? "geht" : "gehen"} ${lostText} verloren, ${wonText} ${won === 1 ? "wird" : "werden"} gewonnen.`),
    /** @type {(before: string, after: string) => string} */
    othersNumber: (before, after) => `Der übliche Fehler der anderen geht von ${before} auf ${after}.`,
    tooSmall: "Ein so kleiner Schritt lehrt so gut wie nichts.",
    tooLarge: "Ein so großer Schritt für ein Beispiel verdirbt alle anderen.",
    priceWhy: "Darum lernt man in kleinen Schritten, aus vielen Ziffern.",
    ratesWhy: "Bewege die Rate: zu klein bewirkt nichts, zu groß schießt hinaus.",
  },
  learn: {},
  trouble: {},
  mistakes: {},
  symbols: {},
  plane: {},
  try: {},
  lesson: {},
};
