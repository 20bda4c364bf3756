// Formulas as MathML, which every browser draws, written as the code's docstrings print them:
//
//   formula("z^(1)_13 = Σ_i x_i W^(1)_{i,13} + b^(1)_13 = 2.31")
//
// A name has an index after _ and a layer in brackets after ^; of more than one sign they stand in braces. Σ_i is a sum over
// i, √(x) a root, ∂ℓ/∂z_k and {a}/{b} are fractions, ⏟{a · b}{from 7} has words below, *2.31* is bold; ⊕{…} and ⊖{…} are
// blue and orange, as what speaks for and against.

/** @typedef {string | MathTree[]} MathTree text, or [tag, ...children]; a tag may have a class, as in "mrow.plus" */

const NAME = String.raw`(?<letters>[A-Za-zΑ-Ωα-ωℓ]+)(?<primes>'*)(?:\^(?<above>\([lL\d+−-]+\)|\w))?(?<flipped>ᵀ?)(?:_(?<below>\w+'?|\{))?(?<power>[²³]?)`;
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`∂(?<top>[A-Za-zα-ωℓ](?:\^\([^)]*\))?(?:_\w+)?)\/∂(?<bottom>[A-Za-zα-ωℓ](?:\^\([^)]*\))?(?:_\w+)?)`,
    String.raw`Σ(?:_(?<index>\w+'?|\{))?`,
    String.raw`(?<opening>√\(|⏟\{|⊕\{|⊖\{|\{)`,
    String.raw`\*(?<bold>[^*]+)\*`,
    NAME,
    String.raw`(?<number>[\d]+(?:[.,]\d+)*)`,
    String.raw`(?<sign>.)`,
  ].join("|"),
  "uy",
);
const FUNCTIONS = ["exp", "ln", "max", "min", "tanh", "sin", "cos"];
const RAISED = { "²": "2", "³": "3" };
const NAMESPACE = "http://www.w3.org/1998/Math/MathML";

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.place = 0;
  }

  // All up to a closing sign, which is taken too.
  /** @param {string} closing @returns {MathTree} */
  row(closing = "") {
    /** @type {MathTree[]} */
    const parts = [];
    while (this.place < this.text.length) {
      if (closing && this.text[this.place] === closing) {
        this.place++;
        break;
      }
      const part = this.part();
      if (part) parts.push(part);
    }
    return parts.length === 1 ? parts[0] : ["mrow", ...parts];
  }

  /** @returns {MathTree | null} */
  part() {
    TOKEN.lastIndex = this.place;
    const found = TOKEN.exec(this.text);
    const { space, top, bottom, index, opening, bold, letters, number, sign } = found?.groups ?? {};
    this.place += found?.[0].length ?? 1;
    if (space) return null;
    if (top) return ["mfrac", ["mrow", ["mo", "∂"], read(top)], ["mrow", ["mo", "∂"], read(bottom)]];
    if (opening) return this.opened(opening);
    if (bold) return ["mrow.bold", read(bold)];
    if (letters) return this.name(found?.groups ?? {});
    if (number) return ["mn", number];
    if (sign === undefined) return index === undefined ? ["mo", "Σ"] : ["msub", ["mo", "Σ"], this.attached(index)];
    return ["mo", sign];
  }

  /** @param {string} opening @returns {MathTree} */
  opened(opening) {
    if (opening === "√(") return ["msqrt", this.row(")")];
    const inside = this.row("}");
    if (opening === "⊕{" || opening === "⊖{") return [opening === "⊕{" ? "mrow.plus" : "mrow.minus", inside];
    if (opening === "⏟{") return ["munder", ["munder", inside, ["mo", "⏟"]], ["mtext", this.words()]];
    if (this.text.startsWith("/{", this.place)) {
      this.place += 2;
      return ["mfrac", inside, this.row("}")];
    }
    return inside;
  }

  // In braces, as they are.
  words() {
    const end = this.text.indexOf("}", this.place);
    const found = this.text.slice(this.place + 1, end);
    this.place = end + 1;
    return found;
  }

  // An index: in braces what is read on from here, else what was found.
  /** @param {string} found */
  attached(found) {
    return found === "{" ? this.row("}") : read(found, true);
  }

  /** @param {{ [part: string]: string | undefined }} parts @returns {MathTree} */
  name({ letters = "", primes = "", above, flipped, below, power }) {
    const base = /** @type {MathTree} */ (["mi", letters]);
    if (FUNCTIONS.includes(letters) && this.text[this.place] === " ") return ["mrow", base, ["mtext", "\u2009"]];
    const raised = [];
    if (above) raised.push(read(above));
    if (primes) raised.push(["mo", "′".repeat(primes.length)]);
    if (flipped) raised.push(["mi.upright", "T"]);
    if (power) raised.push(["mn", RAISED[/** @type {"²" | "³"} */ (power)]]);
    const over = raised.length > 1 ? ["mrow", ...raised] : raised[0];
    const under = below ? this.attached(below) : null;
    if (over && under) return ["msubsup", base, under, over];
    if (over) return ["msup", base, over];
    return under ? ["msub", base, under] : base;
  }
}

// An index of several letters is a word.
/** @type {(text: string, index?: boolean) => MathTree} */
function read(text, index = false) {
  if (index && /^[A-Za-z]{3,}$/.test(text)) return ["mtext", text];
  return new Reader(text).row();
}

/** @type {(text: string) => MathTree} */
export const parsed = (text) => ["math", read(text)];

/** @type {(tree: MathTree) => Node} */
function made(tree) {
  if (typeof tree === "string") return document.createTextNode(tree);
  const [tag, ...children] = tree;
  const [name, kind] = String(tag).split(".");
  const element = document.createElementNS(NAMESPACE, name);
  if (kind) element.setAttribute("class", kind);
  if (name === "mo" && children[0] === "(") element.setAttribute("stretchy", "false");
  if (name === "mo" && children[0] === ")") element.setAttribute("stretchy", "false");
  element.append(...children.map(made));
  return element;
}

/** @type {(text: string) => Node} */
export const formula = (text) => made(parsed(text));
