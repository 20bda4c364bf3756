// A net in training, in words: what it is, what has just happened, what broke and the way back.

import { amount, decimal, percentage, whole, words } from "#text/language.js";
import { stepsOf } from "#views/training_session.js";

/** @import { Settings } from "#engine/training.js" */
/** @import { Scene } from "#views/scene.js" */
/** @import { Net } from "#views/training_session.js" */
/** @typedef {{ total: number, noun: string, classes: string[] }} About what the data are: how many it is judged on, and what they are called */
/** @typedef {{ strong: string, rest: string }} Sentence */

const USUAL = { activation: "relu", optimizer: "sgd", schedule: "linear", shift: 0, initial: "he" };
const LEVEL = 0.002; // of all answers, from one epoch to the next: less is nothing new

// What learns, in the plural: digits, drawings or rows.
/** @type {(scene: Scene) => string} */
export function nounOf({ subject }) {
  const { nouns } = words.learn;
  if (!subject.shape) return nouns.rows;
  return subject.classes.every((name, place) => name === String(place)) ? nouns.digits : nouns.pictures;
}

/** @type {(net: Net, scene: Scene) => string} */
export function settingsInWords({ settings, given }, scene) {
  const { learn } = words;
  const sizes = [scene.network.sizes[0], ...settings.hidden, scene.network.sizes[scene.network.last + 1]].join(" → ");
  if (given) return sizes;
  const unusual = /** @type {const} */ (["activation", "optimizer", "schedule", "shift", "initial"]).filter((which) => settings[which] !== USUAL[which]);
  const further = unusual.map((which) => learn.values[which][/** @type {never} */ (settings[which])]);
  return [sizes, learn.rate(amount(settings.rate)), learn.batch(whole(settings.batch)), learn.learnsFrom(whole(settings.examples), nounOf(scene)), ...further].join(" · ");
}

// A loss between 0 and 100 to two places; larger ones have other troubles.
/** @type {(loss: number) => string} */
export const lossInWords = (loss) => (loss < 100 ? decimal(loss) : whole(loss));

/** @type {(net: Net, before: Net | null, about: About) => Sentence} */
export function sentenceOf(net, before, about) {
  const { learn } = words;
  const judged = net.records[net.records.length - 1];
  const share = judged ? percentage(judged.validation) : "";
  const epoch = Math.floor(net.at);
  switch (net.last.kind) {
    case "ready":
      return { strong: learn.ready, rest: judged ? learn.readyRest(share) : "" };
    case "running":
      return epoch ? { strong: learn.epochDone(epoch, share), rest: newsOf(net, about) } : { strong: learn.begins, rest: learn.beginsRest(whole(net.settings.examples), about.noun) };
    case "step":
      return stepInWords(net, about);
    case "epoch":
      return { strong: learn.epochDone(epoch, share), rest: newsOf(net, about) };
    case "paused":
      return { strong: learn.paused(epoch + 1, whole(net.steps)), rest: learn.pausedRest };
    default:
      return { strong: learn.done(epoch, share), rest: comparedInWords(net, before) };
  }
}

/** @type {(net: Net, about: About) => Sentence} */
function stepInWords(net, { noun }) {
  const { from = 0, to = 0, examples = 0 } = net.last;
  const each = stepsOf(net.settings);
  const left = each - (net.steps % each || each);
  return { strong: words.learn.stepDone(whole(net.steps), examples, noun, lossInWords(from), lossInWords(to)), rest: left ? words.learn.stepRest(whole(left)) : "" };
}

// A neuron that found its stroke in this epoch, or how much better it reads.
/** @type {(net: Net, about: About) => string} */
function newsOf(net, { classes }) {
  const { learn } = words;
  const unit = net.found[net.found.length - 1];
  if (net.foundIn === Math.floor(net.at) && unit !== undefined) {
    const speaks = speaksFor(net, unit, classes.length);
    return speaks === null ? learn.found(unit) : learn.foundFor(unit, classes[speaks]);
  }
  const [before, now] = [1, 0].map((ago) => net.records.find((record) => record.epoch === Math.floor(net.at) - ago));
  const change = before && now ? now.validation - before.validation : 0;
  const points = decimal(100 * Math.abs(change), 1);
  if (Math.abs(change) < LEVEL) return learn.level;
  return change > 0 ? learn.gained(points) : learn.lost(points);
}

// The answer that a neuron of the only hidden layer adds most to; null where several layers lie between.
/** @type {(net: Net, unit: number, classes: number) => number | null} */
function speaksFor({ settings, parameters }, unit, classes) {
  if (settings.hidden.length !== 1 || !parameters) return null;
  const units = settings.hidden[0];
  const start = parameters.length - units - classes - units * classes + unit * classes;
  const weights = parameters.subarray(start, start + classes);
  return weights.indexOf(Math.max(...weights));
}

/** @type {(net: Net, before: Net | null) => string} */
function comparedInWords(net, before) {
  const { learn } = words;
  const [now, then] = [net, before].map((of) => of?.records[of.records.length - 1]?.validation);
  if (now === undefined || then === undefined) return learn.alone;
  const points = decimal(100 * Math.abs(now - then), 1);
  if (points === decimal(0, 1)) return learn.same;
  return now > then ? learn.better(points) : learn.worse(points);
}

/** @type {(found: { mine: { right: number, accuracy: number }, other: { right: number, accuracy: number }, of: number }) => Sentence} */
export const comparisonInWords = ({ mine, other, of }) => ({
  strong: words.learn.comparison(mine.right, other.right, of),
  rest: words.learn.comparisonRest(percentage(mine.accuracy), percentage(other.accuracy)),
});

// What broke, and why.
/** @type {(net: Net, about: About) => Sentence} */
export function troubleInWords({ trouble, settings, records }, { noun }) {
  const { trouble: says } = words;
  const facts = trouble?.facts ?? {};
  const last = records[records.length - 1];
  const share = percentage(last?.validation ?? 0);
  const number = (/** @type {string} */ name) => Number(facts[name] ?? 0);
  switch (trouble?.what) {
    case "diverged":
      return { strong: facts.after === null ? says.overflowed(whole(number("step"))) : says.diverged(whole(number("step")), lossInWords(number("before")), lossInWords(number("after"))), rest: says.divergedRest };
    case "linear":
      return { strong: says.linear(share), rest: says.linearRest };
    case "overfit":
      return { strong: says.overfit(whole(settings.examples), noun, percentage(last?.training ?? 0), share), rest: says.overfitRest };
    case "equal":
      return { strong: says.equal(settings.hidden[0] ?? 0, share), rest: says.equalRest };
    case "dead":
      return { strong: says.dead(number("dead"), number("units"), share), rest: says.deadRest(amount(settings.rate)) };
    case "unsteady":
      return { strong: says.unsteady(share), rest: says.unsteadyRest };
    default:
      return { strong: says.stuck(share, last?.epoch ?? 0), rest: says.stuckRest };
  }
}

// The settings that mend a trouble, and their name.
/** @type {(what: string, settings: Settings, usual: Settings, noun: string) => { label: string, settings: Settings }} */
export function remedyOf(what, settings, usual, noun) {
  const { trouble: says } = words;
  if (what === "linear") return { label: says.withBend, settings: { ...settings, activation: usual.activation } };
  if (what === "overfit") return { label: says.withMore(`${whole(usual.examples)} ${noun}`), settings: { ...settings, examples: usual.examples } };
  if (what === "equal") return { label: says.withChance, settings: { ...settings, initial: "he" } };
  const rate = what === "stuck" || what === "slow" ? Math.max(usual.rate, settings.rate * 10) : Math.min(usual.rate, settings.rate / 10);
  return { label: says.withRate(amount(rate)), settings: { ...settings, rate } };
}
