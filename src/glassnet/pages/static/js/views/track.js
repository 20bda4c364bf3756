// The there-and-back path that Forward and Backward share: out along the top, around the loss, home along the bottom, where
// each station lies under the one whose values it needs.
//
//   const track = new Track(scene); frame.track.append(track.element)
//   track.show(name)            the station where the reader is
//   track.choose(name)          goes there, as if it had been pressed
//   event "choose" { station }  one was pressed: { name, view: "forward" | "backward" }
//   neighbor(network, name, 1)  the station after it, or before it by -1, or null at the ends
//
// Names: pixels, sums, activations, logits, answers, loss; delta-of-answers, delta-of-neurons, gradients, step. A network
// without hidden layer has no sums, no activations and no delta-of-neurons of its own.

import { decimal, words } from "#text/language.js";
import { draw, make } from "#views/elements.js";

/** @import { Network } from "#engine/network.js" */
/** @import { Scene } from "#views/scene.js" */
/** @typedef {"pixels" | "sums" | "activations" | "logits" | "answers" | "loss" | "delta-of-answers" | "delta-of-neurons" | "gradients" | "step"} Name */
/** @typedef {{ name: Name, view: "forward" | "backward", column: number, row: 0 | 0.5 | 1 }} Station */

/** @type {{ out: Name, home?: Name }[]} */
const COLUMNS = [{ out: "pixels", home: "step" }, { out: "sums", home: "gradients" }, { out: "activations", home: "delta-of-neurons" }, { out: "logits" }, { out: "answers", home: "delta-of-answers" }];
/** @type {{ out: Name, home?: Name }[]} */
const COLUMNS_OF_ONE_LAYER = [{ out: "pixels", home: "step" }, { out: "logits", home: "gradients" }, { out: "answers", home: "delta-of-answers" }];
const TURN = 0.105; // of the width, for the way around the loss

export class Chosen extends Event {
  /** @param {Station} station */
  constructor(station) {
    super("choose");
    this.station = station;
  }
}

// In the order of the story.
/** @type {(network: Network) => Station[]} */
export function stationsOf(network) {
  const columns = network.last ? COLUMNS : COLUMNS_OF_ONE_LAYER;
  const wide = columns.length - 1;
  /** @type {Station[]} */
  const out = columns.map(({ out: name }, place) => ({ name, view: "forward", column: (place / wide) * (1 - TURN), row: 0 }));
  /** @type {Station[]} */
  const home = columns.flatMap(({ home: name }, place) => (name ? [{ name, view: "backward", column: (place / wide) * (1 - TURN), row: 1 }] : []));
  return [...out, { name: "loss", view: "forward", column: 1, row: 0.5 }, ...home.reverse()];
}

/** @type {(network: Network, name: Name, by: number) => Station | null} */
export function neighbor(network, name, by) {
  const stations = stationsOf(network);
  return stations[stations.findIndex((station) => station.name === name) + by] ?? null;
}

export class Track extends EventTarget {
  /** @param {Scene} scene */
  constructor(scene) {
    super();
    this.scene = scene;
    this.at = /** @type {Name} */ ("pixels");
    this.line = draw("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.list = make("ol");
    this.element = make("nav", { className: "there-and-back", ariaLabel: words.track.label }, this.line, this.list);
    this.made = /** @type {Station[]} */ ([]);
    scene.addEventListener("change", () => this.refresh());
    this.refresh();
  }

  /** @param {Name} name */
  show(name) {
    this.at = name;
    this.refresh();
  }

  // As if it had been pressed.
  /** @param {Name} name */
  choose(name) {
    const station = this.made.find((one) => one.name === name);
    if (station) this.dispatchEvent(new Chosen(station));
  }

  refresh() {
    const stations = stationsOf(this.scene.network);
    if (stations.length !== this.made.length) this.build(stations);
    const at = stations.findIndex(({ name }) => name === this.at);
    [...this.list.children].forEach((item, place) => {
      item.className = place < at ? "done" : place === at ? "here" : "";
      const button = /** @type {HTMLButtonElement} */ (item.firstElementChild);
      const text = this.words(stations[place].name);
      if (button.textContent !== text) button.replaceChildren(make("span", {}, text));
      if (place === at) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    [...this.line.children].forEach((part, place) => part.setAttribute("class", place < at ? "done" : ""));
  }

  /** @param {Station[]} stations */
  build(stations) {
    this.made = stations;
    this.line.replaceChildren(...stations.slice(1).map((station, place) => draw("path", { d: wayBetween(stations[place], station) })));
    this.list.replaceChildren(...stations.map((station) => {
      const button = make("button", { type: "button", onclick: () => this.choose(station.name) });
      const item = make("li", {}, button);
      item.dataset.station = station.name;
      item.dataset.row = station.row === 0 ? "out" : station.row === 1 ? "home" : "turn";
      item.style.setProperty("--column", String(station.column));
      item.style.setProperty("--row", String(station.row));
      return item;
    }));
  }

  /** @param {Name} name */
  words(name) {
    const { subject, trace } = this.scene;
    const { stations } = words.track;
    if (name === "loss") return "loss" in trace ? words.track.loss(decimal(trace.loss)) : words.track.lossUnknown;
    if (name === "pixels" && !subject.shape) return stations.values;
    if (name === "answers" && !subject.classes.length) return stations.answer;
    return stations[name];
  }
}

// Straight along a row, a quarter of an oval to the loss and from it.
/** @type {(from: Station, to: Station) => string} */
function wayBetween(from, to) {
  const [x, y, u, v] = [from.column, from.row, to.column, to.row].map((value) => 100 * value);
  if (y === v) return `M${x} ${y}H${u}`;
  return v === 50 ? `M${x} ${y}C${(x + u) / 2 + 2} ${y} ${u} ${(y + v) / 2 - 5} ${u} ${v}` : `M${x} ${y}C${x} ${(y + v) / 2 + 5} ${(x + u) / 2 + 2} ${v} ${u} ${v}`;
}
