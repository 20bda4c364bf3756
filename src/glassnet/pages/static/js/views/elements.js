// Elements of the page: found, made.

// The one element that the page must have; without a kind, of HTML.
/** @type {<Kind extends Element = HTMLElement>(selector: string, kind?: new () => Kind) => Kind} */
export const find = (selector, kind) => {
  const found = document.querySelector(selector);
  if (found instanceof (kind ?? HTMLElement)) return /** @type {any} */ (found);
  throw new Error(`The page has no ${selector}.`);
};

// One that may be missing.
/** @type {(selector: string) => HTMLElement | null} */
export const seek = (selector) => document.querySelector(selector);

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ [name: string]: any }} [attributes]
 * @param {...(Node | string)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element && name !== "list") Reflect.set(element, name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// What is drawn for information is SVG, so that it prints.
/**
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {{ [name: string]: string | number }} [attributes]
 * @param {...SVGElement} children
 */
export function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const LEAST = 0.008; // of a bar's width: so much of zero is seen

// A bar in its cell, from a share of the width to another, in a color.
export class Bar {
  constructor() {
    this.rect = draw("rect", { height: "100%" });
    this.element = draw("svg", { "aria-hidden": "true" }, draw("rect", { class: "ground", width: "100%", height: "100%" }), this.rect);
  }

  /** @param {number} from @param {number} to @param {string} color */
  show(from, to, color) {
    this.rect.setAttribute("x", `${100 * from}%`);
    this.rect.setAttribute("width", `${100 * Math.max(LEAST, to - from)}%`);
    this.rect.setAttribute("fill", color);
  }
}

/** @type {(name: string, value: string, strong?: boolean) => HTMLElement} */
export const line = (name, value, strong = false) => make("p", { className: strong ? "line strong" : "line" }, make("span", {}, name), make("b", {}, value));

/** @type {(text: string) => HTMLElement} */
export const note = (text) => make("p", { className: "note" }, text);

// A token of the page's styles, as it is now.
/** @type {(name: string) => string} */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// How much larger than 16 pixels the page's type is: drawings that count in pixels grow with it.
export const typeScale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
