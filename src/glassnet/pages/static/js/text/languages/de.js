// German.

export const WORDS = {
  language: { name: "Deutsch", locale: "de-DE" },
  frame: {
    views: "Ansichten",
    question: "Frage",
    share: "Teilen",
    help: "Hilfe",
    dismiss: "Schließen",
    /** @type {(sizes: string, right: string, total: string) => string} */
    reads: (sizes, right, total) => `${sizes} · liest ${right} von ${total} Ziffern, die es nie sah`,
    /** @type {(sizes: string) => string} */
    unread: (sizes) => `${sizes} · noch nicht geprüft`,
  },
  network: {
    plus: "spricht dafür",
    minus: "dagegen",
    value: "Wert",
    templates: "Wonach jede Antwort sucht",
    /** @type {(drawn: number, all: number, layer: number) => string} */
    neurons: (drawn, all, layer) => (drawn < all ? `${drawn} von ${all} Neuronen` : `${all} Neuronen`) + (layer ? "" : ": wonach jedes sucht"),
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
  forward: {},
  backward: {},
  learn: {},
  trouble: {},
  mistakes: {},
  symbols: {},
  plane: {},
  try: {},
  lesson: {
    place: "Frage",
    /** @type {(place: number, total: number) => string} */
    of: (place, total) => `${place} von ${total}`,
    end: "Ende",
    think: "Was meinst du?",
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
};
