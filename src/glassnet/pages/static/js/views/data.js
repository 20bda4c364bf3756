// What may be learned from: the data sets that the server has, and a table of one's own. To choose one opens its page.

import { words } from "#text/language.js";
import { openDialog } from "#views/dialog.js";
import { make } from "#views/elements.js";
import { OwnData } from "#views/own_data.js";
import { ask, wordsOf } from "#views/server.js";

/** @import { Entry } from "#views/own_data.js" */

export class Data {
  /** @param {string} present id of the data set that this page is of */
  constructor(present) {
    this.present = present;
    this.list = make("div", { className: "data row" });
    this.own = new OwnData((entry) => this.take(entry));
  }

  async open() {
    const fault = make("p", { className: "fault", hidden: true, role: "alert" });
    openDialog(words.play.data, "data", make("p", {}, words.play.dataWhy), this.list, this.own.upload, fault, this.own.panel);
    try {
      const { data } = await (await ask("data")).json();
      this.list.replaceChildren(...data.map((/** @type {Entry} */ entry) => this.button(entry)));
      await this.own.show(data.find((/** @type {Entry} */ { id }) => id === this.present));
    } catch (error) {
      Object.assign(fault, { hidden: false, textContent: wordsOf(error) });
    }
  }

  /** @param {Entry} entry */
  button({ id, name }) {
    const button = make("button", { type: "button", ariaPressed: String(id === this.present), onclick: () => this.go(id) }, name);
    return button;
  }

  // A file that was read is offered, and waits for a yes: how it was read may be doubted first.
  /** @param {Entry} entry */
  take(entry) {
    this.list.querySelector(".primary")?.remove();
    const button = make("button", { type: "button", className: "primary", onclick: () => this.go(entry.id) }, words.play.learnFrom(entry.name));
    this.list.append(button);
  }

  /** @param {string} id */
  go(id) {
    location.href = `${location.pathname}?${new URLSearchParams({ data: id })}`;
  }
}
