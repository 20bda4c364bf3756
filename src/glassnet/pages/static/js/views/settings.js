// What the live page's server says of itself: how files of one's own may be read, how large they may be, and the worker that trains.

/** @typedef {{ name: string, label: string, help: string, kind: "choice" | "flag" | "list" | "text", choices: string[] | null, shown: string }} ReadingSetting */

/** @type {{ reading: ReadingSetting[], largest_upload: number, worker: string | null }} */
export const SERVED = JSON.parse(globalThis.document?.getElementById("settings")?.textContent || '{"reading": [], "largest_upload": 0, "worker": null}');
