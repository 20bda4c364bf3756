// One panel for each of the nine steps: what the inspector shows of it.

import { takeApart } from "#engine/network.js";
import { formula } from "#text/formula.js";
import { factorInLatex, inLatex, number, percent, signed } from "#text/numbers.js";
import { WORDS } from "#text/words.js";
import { line, make, note } from "#views/elements.js";
import { picture, termsTable } from "#views/inspector.js";

/** @import { Step } from "#text/words.js" */
/** @import { View } from "#views/stage.js" */

const TERMS = 4;

/** @type {{ [step in Step]: (view: View) => HTMLElement[] }} */
export const PANELS = {
  input(view) {
    const { inputs, raw, nameOf, network, trace, shape, colors, saidAt } = view;
    const strongest = inputs.reduce((most, value, j) => (Math.abs(value) > Math.abs(inputs[most]) ? j : most), 0);
    const source = view.neuron[0] === 0 && view.source < inputs.length ? view.source : strongest; // it may be of a later layer
    const gradient = network.logitGradient(trace, saidAt);
    const shares = inputs.map((value, j) => value * gradient[j]);
    /** @type {HTMLElement[]} */
    const parts = [];
    if (shape) {
      parts.push(note(WORDS.rests(view.said)));
      const drawn = [picture(gradient, shape, WORDS.gradient, colors, source), picture(shares, shape, WORDS.shares, colors, source)];
      parts.push(make("div", { className: "pictures" }, ...drawn));
    }
    parts.push(note(nameOf.source(0, source)));
    if (raw) parts.push(formula(`${raw[source]} / 255 = ${inLatex(inputs[source])}`, true));
    else parts.push(line("x", signed(inputs[source])));
    parts.push(line(WORDS.gradient, signed(gradient[source])), line(WORDS.shares, signed(shares[source])));
    return parts;
  },

  sum(view) {
    const { network, trace, neuron, source } = view;
    const [layer, unit] = neuron;
    const [values, weights] = [network.valuesInto(trace, layer), network.weightsInto(layer, unit)];
    const taken = takeApart(values, weights, TERMS);
    const parts = { ...taken, bias: network.bias(layer, unit), name: "z", total: trace.sums[layer][unit] };
    const x = layer ? "a" : "x"; // what comes in
    return [
      ...pictures(view, layer, weights, parts.products, WORDS.found),
      termsTable(parts, [WORDS.from, x, "W", `${x} W`], (from) => view.nameOf.source(layer, from), source, view.chooseSource),
      multiplication(view.nameOf.source(layer, source), values[source], weights[source]),
    ];
  },

  activation(view) {
    const { network, trace, neuron, last } = view;
    const [layer, unit] = neuron[0] < last ? neuron : view.hidden;
    const [z, a] = [trace.sums[layer][unit], trace.activations[layer][unit]];
    return [
      formula(`f(${inLatex(z)}) = ${inLatex(a)}`, true),
      line(network.activations[layer], a === 0 ? WORDS.silent : number(a)),
    ];
  },

  output(view) {
    const { network, trace, output, last } = view;
    const z = trace.sums[last];
    const p = trace.activations[last][output];
    if (network.output !== "softmax") return [line("z", signed(z[output])), line("a", signed(p)), ...answerLine(view)];
    const most = Math.max(...z);
    const power = Math.exp(z[output] - most);
    const all = z.reduce((sum, value) => sum + Math.exp(value - most), 0);
    return [
      note(view.nameOf.output(output)),
      line("z", signed(z[output])),
      line(WORDS.largestSum, signed(most)),
      line("z − z_max", signed(z[output] - most)),
      line("exp(z − z_max)", number(power, 6)),
      line(WORDS.sumOfAll, number(all, 6)),
      formula(`p = ${inLatex(power, 6)} / ${inLatex(all, 6)} = ${inLatex(p, 6)}`, true),
    ];
  },

  loss(view) {
    const { network, trace, wanted, last } = view;
    const p = trace.activations[last][wanted];
    if (network.lossName !== "cross_entropy") return [line(network.lossName, number(trace.loss), true)];
    return [
      line(`p of ${view.nameOf.output(wanted)}`, number(p)),
      note(WORDS.oneClass),
      formula(`\\ell = -\\ln p = -\\ln ${inLatex(p)} = ${inLatex(trace.loss)}`, true),
    ];
  },

  error(view) {
    const { trace, output, last } = view;
    const [a, y, delta] = [trace.activations[last][output], trace.targets[output], trace.deltas[last][output]];
    const parts = [note(view.nameOf.output(output)), line(view.classes.length ? "p" : "a", number(a)), line("y", number(y))];
    if (view.network.loss.fromLogits) parts.push(formula(`\\delta = ${inLatex(a)} - ${factorInLatex(y)} = ${inLatex(delta)}`, true));
    else parts.push(line("δ", signed(delta), true));
    return parts;
  },

  blame(view) {
    const { network, trace } = view;
    const [layer, unit] = view.hidden;
    const weights = Float64Array.from({ length: network.sizes[layer + 2] }, (_, k) => network.weight(layer + 1, unit, k));
    const taken = takeApart(trace.deltas[layer + 1], weights, TERMS);
    const parts = { ...taken, name: WORDS.reaches, total: taken.sum };
    const [slope, delta] = [network.slope(trace, layer, unit), trace.deltas[layer][unit]];
    const picked = view.after in trace.deltas[layer + 1] ? view.after : (parts.terms[0]?.source ?? 0);
    return [
      termsTable(parts, [WORDS.from, "δ", "W", "δ W"], (k) => view.nameOf.neuron(layer + 1, k), picked, view.chooseAfter),
      multiplication(view.nameOf.neuron(layer + 1, picked), trace.deltas[layer + 1][picked], weights[picked]),
      line(`f'(z) of ${network.activations[layer]}, z = ${signed(trace.sums[layer][unit], 2)}`, `× ${number(slope)}`),
      line(WORDS.itsDelta, signed(delta), true),
    ];
  },

  correction(view) {
    const { network, trace, neuron, source, rate } = view;
    const [layer, unit] = neuron;
    const values = network.valuesInto(trace, layer);
    const delta = trace.deltas[layer][unit];
    const changes = values.map((value) => -rate * value * delta);
    const gradient = values[source] * delta;
    const tried = network.difference(trace, layer, source, unit);
    return [
      ...pictures(view, layer, network.weightsInto(layer, unit), changes, WORDS.correction),
      note(WORDS.weightFrom(view.nameOf.source(layer, source), view.nameOf.neuron(layer, unit))),
      formula(`${layer ? "a" : "x"}\\,\\delta = ${inLatex(values[source])}\\cdot ${factorInLatex(delta)} = ${inLatex(gradient, 8)}`, true),
      note(WORDS.checked),
      formula(`\\frac{${inLatex(tried.above, 9)} - ${factorInLatex(tried.below, 9)}}{${inLatex(2 * tried.step)}} = ${inLatex(tried.value, 8)}`, true),
      note(agreement(gradient, tried.value)),
    ];
  },

  step(view) {
    const { network, neuron, source, rate, trace } = view;
    const stepped = view.stepped();
    const [layer, unit] = neuron;
    const [before, after] = [network.weight(layer, source, unit), stepped.network.weight(layer, source, unit)];
    const gradient = network.valuesInto(trace, layer)[source] * trace.deltas[layer][unit];
    const parts = [
      note(WORDS.weightFrom(view.nameOf.source(layer, source), view.nameOf.neuron(layer, unit))),
      formula(`${inLatex(before, 5)} - ${rate}\\cdot ${factorInLatex(gradient)} = ${inLatex(after, 5)}`, true),
      line(WORDS.rate, String(rate)),
      line(WORDS.loss, `${number(trace.loss)} → ${number(stepped.loss)}`),
    ];
    const name = view.nameOf.output(view.wanted);
    if (view.classes.length) parts.push(line(`p of ${name}`, `${percent(view.probability(trace, view.wanted))} → ${percent(view.probability(stepped.trace, view.wanted))}`, true));
    else parts.push(line(WORDS.itSays, `${view.answer(trace)} → ${view.answer(stepped.trace)}`, true));
    return parts;
  },
};

// The two pictures of a neuron that looks at an image: its weights, and what becomes of them here.
/** @type {(view: View, layer: number, weights: Float64Array, values: Float64Array, caption: string) => HTMLElement[]} */
function pictures(view, layer, weights, values, caption) {
  if (layer || !view.shape) return [];
  const { shape, colors, source } = view;
  return [make("div", { className: "pictures" }, picture(weights, shape, WORDS.itsWeights, colors, source), picture(values, shape, caption, colors, source))];
}

/** @type {(name: string, value: number, weight: number) => HTMLElement} */
function multiplication(name, value, weight) {
  const text = `${inLatex(value)}\\cdot ${factorInLatex(weight)} = ${inLatex(value * weight)}`;
  return make("div", { className: "multiplication" }, make("span", {}, name), formula(text));
}

/** @type {(view: View) => HTMLElement[]} */
function answerLine(view) {
  return view.classes.length ? [] : [line(WORDS.inItsUnit, view.answer(view.trace), true)];
}

/** @type {(gradient: number, tried: number) => string} */
function agreement(gradient, tried) {
  if (gradient === 0 && Math.abs(tried) < 1e-9) return WORDS.zero;
  const apart = Math.abs(gradient - tried) / (Math.abs(gradient) || 1);
  return WORDS.agree(Math.max(0, Math.min(12, Math.floor(-Math.log10(apart || 1e-12)))));
}
