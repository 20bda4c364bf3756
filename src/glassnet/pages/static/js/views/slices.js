// Work that takes longer than a page may: some milliseconds of it at a time, and given up where other work is asked for.

const BUDGET = 9; // milliseconds

export class Slices {
  constructor() {
    this.number = 0; // of the work that is done now
  }

  // Resolves to what it returns, or to null where it was given up.
  /** @template Result @param {Generator<unknown, Result>} work @returns {Promise<Result | null>} */
  async run(work) {
    const number = ++this.number;
    while (number === this.number) {
      const end = performance.now() + BUDGET;
      do {
        const { done, value } = work.next();
        if (done) return value;
      } while (performance.now() < end);
      await new Promise((resume) => setTimeout(resume));
    }
    return null;
  }

  giveUp() {
    this.number++;
  }
}
