// What was done, so that one key takes it back, and another does it again.

/** @typedef {() => Turn | Promise<Turn>} Turn takes an act back or does it again, and gives the way to the other side */
/** @typedef {{ name: string, turn: Turn }} Act */

const MOST = 100; // acts that are remembered

export class History extends EventTarget {
  constructor() {
    super();
    this.past = /** @type {Act[]} */ ([]);
    this.future = /** @type {Act[]} */ ([]);
    this.last = /** @type {Promise<any>} */ (Promise.resolve()); // what is being turned
  }

  // name: the act in words, as "rate 10".
  /** @param {string} name @param {Turn} back */
  did(name, back) {
    this.past.push({ name, turn: back });
    if (this.past.length > MOST) this.past.shift();
    this.future.length = 0;
    this.dispatchEvent(new Event("change"));
  }

  undo() {
    return this.turn(this.past, this.future);
  }

  redo() {
    return this.turn(this.future, this.past);
  }

  // One after another, however fast the key is pressed. Gives the name of the act; null, if there was none.
  /** @param {Act[]} from @param {Act[]} to @returns {Promise<string | null>} */
  turn(from, to) {
    const turned = this.last.then(() => this.turnOne(from, to));
    this.last = turned.catch(() => null);
    return turned;
  }

  /** @param {Act[]} from @param {Act[]} to */
  async turnOne(from, to) {
    const act = from.pop();
    if (!act) return null;
    to.push({ name: act.name, turn: await act.turn() });
    this.dispatchEvent(new Event("change"));
    return act.name;
  }
}

// Which way a key goes: Ctrl+Z or Cmd+Z back, with Shift, or Ctrl+Y, forth. In a text that was changed the key is the text's own.
/** @type {(event: KeyboardEvent) => "undo" | "redo" | null} */
export function wayOf({ key, ctrlKey, metaKey, shiftKey, altKey, target }) {
  if (!(ctrlKey || metaKey) || altKey) return null;
  const field = /** @type {{ value?: string, defaultValue?: string, type?: string } | null} */ (target);
  if (field?.type === "text" && field.value !== field.defaultValue) return null;
  const letter = key.toLowerCase();
  if (letter === "z") return shiftKey ? "redo" : "undo";
  return letter === "y" && !metaKey ? "redo" : null;
}
