// The settings that a person may choose, as the server describes them: this page knows none by itself.

export const SETTINGS = JSON.parse(document.getElementById("settings")?.textContent || "[]");
