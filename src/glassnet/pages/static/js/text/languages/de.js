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
