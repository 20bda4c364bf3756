// A net as a file: saved as what Python's load_model opens, and opened again, one's own or a neighbor's.

import { ModelFileError, openedNetwork, savedNetwork } from "#engine/safetensors.js";
import { whole, words } from "#text/language.js";
import { openFile, saveFile } from "#views/files.js";
import { newNet } from "#views/training_session.js";

/** @import { Settings } from "#engine/training.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Net } from "#views/training_session.js" */

const ENDING = ".safetensors";

// Gives the file's name.
/** @param {Net} net @param {Scene} scene */
export function saveNet(net, { network, subject }) {
  const sizes = [network.sizes[0], ...net.settings.hidden, network.sizes[network.last + 1]];
  const judged = net.records[net.records.length - 1]?.validation ?? 0;
  const name = `glassnet-${net.settings.hidden.join("-") || "0"}-${Math.round(100 * judged)}${ENDING}`;
  const saved = savedNetwork({ sizes, activation: net.settings.activation, parameters: net.parameters ?? new Float32Array(), classes: subject.classes, images: Boolean(subject.shape) });
  saveFile(name, saved, "application/octet-stream");
  return name;
}

// The net of a file that a person chooses, or what is wrong with it in words; null where none is chosen.
/** @param {Scene} scene @param {Settings} usual @returns {Promise<Net | string | null>} */
export async function openNet({ network, subject }, usual) {
  const file = await openFile(ENDING);
  if (!file) return null;
  try {
    const { sizes, activation, parameters } = openedNetwork(new Uint8Array(await file.arrayBuffer()));
    const [inputs, classes] = [network.sizes[0], network.sizes[network.last + 1]];
    if (sizes[0] !== inputs || sizes[sizes.length - 1] !== classes) return words.trouble.otherData(file.name, whole(inputs), subject.classes.length);
    const settings = { ...usual, hidden: sizes.slice(1, -1), activation: activation || usual.activation };
    return { ...newNet(settings), name: file.name.replace(ENDING, ""), given: true, parameters };
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    return words.trouble.files[error.what](file.name);
  }
}
