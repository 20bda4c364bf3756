// The plane in a sentence: what is on it, what the net makes of it, what broke and how it is mended.

import { percentage, words } from "#text/language.js";
import { figure } from "#text/figures.js";
import { readInWords } from "#views/paste_dialog.js";

/** @import { Settings } from "#engine/training.js" */
/** @import { Pasted } from "#views/paste_dialog.js" */
/** @import { Found, PlaneTraining } from "#views/plane_training.js" */
/** @import { Plane } from "#views/plane_view.js" */
/** @typedef {{ plane: Plane, training: PlaneTraining, watched: number[] | null, pasted: Pasted | null }} Seen */

/** @type {(seen: Seen) => { strong: string, rest: string }} */
export function planeSentence({ plane: { points, settings, set, names }, training, watched, pasted }) {
  const { plane } = words;
  const seen = new Set(points.map(({ kind }) => kind));
  if (watched) return { strong: plane.watched(watched[1] + 1, watched[0]), rest: plane.watchedRest };
  if (!points.length) return { strong: plane.empty, rest: plane.emptyRest };
  if (seen.size < 2) return { strong: plane.one(names[points[0].kind] ?? plane.letter(points[0].kind)), rest: plane.oneRest };
  if (pasted) return { strong: readInWords(pasted), rest: "" };
  const neurons = settings.hidden.reduce((sum, units) => sum + units, 0);
  if (training.state === "ready") return { strong: set ? plane.readySet(plane.sets[set], neurons) : plane.readyPoints(points.length, neurons), rest: plane.readyRest };
  const right = points.length - (training.points === points ? training.wrong.size : 0);
  const told = plane.right(training.epochs, right, points.length);
  if (training.state === "running") return { strong: told, rest: plane.runningRest };
  return { strong: told, rest: right === points.length ? plane.allRest(settings.hidden[0] ?? 0) : plane.someRest };
}

// What is said of a trouble, and the settings that mend it.
/** @type {(found: Found, settings: Settings) => { text: string, label: string, settings: Partial<Settings> }} */
export function planeTrouble({ what, facts }, settings) {
  const { trouble } = words.plane;
  const share = percentage(facts.accuracy ?? 0, 0);
  const twice = settings.hidden.length ? settings.hidden.map((units) => Math.min(64, 2 * units)) : [4];
  const slower = what === "slow" ? settings.rate * 10 : Math.max(1e-6, Math.min(0.03, settings.rate / 10));
  const neurons = twice.join(", ");
  if (what === "linear" && settings.hidden.length) return { text: trouble.linear(share), label: trouble.bend, settings: { activation: "relu" } };
  if (what === "linear") return { text: trouble.flat(share), label: trouble.neurons(neurons), settings: { hidden: twice } };
  if (what === "few") return { text: trouble.few(share, facts.neurons), label: trouble.neurons(neurons), settings: { hidden: twice } };
  if (what === "equal") return { text: trouble.equal, label: trouble.chance, settings: { initial: "he" } };
  if (what === "dead") return { text: trouble.dead, label: trouble.again(figure(slower)), settings: { rate: slower, seed: settings.seed + 1 } };
  const text = what === "diverged" ? trouble.diverged(figure(settings.rate)) : what === "slow" ? trouble.slow(share, figure(settings.rate)) : trouble.wild(share, figure(settings.rate));
  return { text, label: trouble.again(figure(slower)), settings: { rate: slower } };
}
