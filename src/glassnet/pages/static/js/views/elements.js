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

/** @type {(name: string, value: string, strong?: boolean) => HTMLElement} */
export const line = (name, value, strong = false) => make("p", { className: strong ? "line strong" : "line" }, make("span", {}, name), make("b", {}, value));

/** @type {(text: string) => HTMLElement} */
export const note = (text) => make("p", { className: "note" }, text);

// A token of the page's styles, as it is now.
/** @type {(name: string) => string} */
export const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
