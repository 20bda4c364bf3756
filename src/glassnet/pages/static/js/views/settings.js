// The settings that a person may choose, as the server describes them: a page knows none by itself.

/**
 * @typedef {object} Setting
 * @property {string} name
 * @property {string} link its name in the address of a view
 * @property {string} label
 * @property {string} help
 * @property {string} group
 * @property {boolean} first whether it is always in sight
 * @property {"data" | "choice" | "powers" | "flag" | "text" | "number" | "widths"} kind
 * @property {string[] | null} choices
 * @property {number | null} low
 * @property {number | null} high
 * @property {number | "any"} step
 * @property {any} standard
 * @property {{ [name: string]: any }} suits
 * @property {boolean} live whether it may change while a network trains
 * @property {string | null} chooser the setting whose choices have it or not
 * @property {string[]} takers and those that have it
 */
/** @typedef {{ name: string, label: string, help: string, kind: "choice" | "flag" | "list" | "text", choices: string[] | null, shown: string }} ReadingSetting */

/** @type {{ knobs: Setting[], reading: ReadingSetting[], largest_upload: number }} */
const described = JSON.parse(document.getElementById("settings")?.textContent || '{"knobs": [], "reading": [], "largest_upload": 0}');

export const SETTINGS = described.knobs;

// How a file of one's own may be read.
export const READING = described.reading;

// Bytes of a file that the server takes.
export const LARGEST_UPLOAD = described.largest_upload;
