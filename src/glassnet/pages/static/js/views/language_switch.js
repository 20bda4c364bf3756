// The language of the page, chosen by hand: it opens again in the other, at the same place.

import { language, LANGUAGES, words } from "#text/language.js";
import { make } from "#views/elements.js";

/** @import { Links } from "#views/links.js" */

/** @param {Links} links */
export function languageSwitch(links) {
  const select = make("select", {}, ...Object.entries(LANGUAGES).map(([code, { language: about }]) => make("option", { value: code, selected: code === language, lang: code }, about.name)));
  select.onchange = async () => {
    const address = new URL(await links.current());
    address.searchParams.set("lang", select.value);
    location.href = address.href;
  };
  return make("label", { className: "row" }, words.language.choose, " ", select);
}
