// The page: one example, nine steps forward and back, and whatever number the reader points at.

import { drawPixels, largest, palette } from "glassnet/colors";
import { drawEdges } from "glassnet/edges";
import { crosshair, equation, make, note } from "glassnet/inspector";
import { Network } from "glassnet/network";
import { count, number, percent, signed } from "glassnet/numbers";
import { Outputs } from "glassnet/outputs";
import { PANELS } from "glassnet/panels";
import { Tiles, columnsFor } from "glassnet/tiles";
import { CAPTIONS, STEPS, TITLES, WORDS } from "glassnet/texts";

const PUSHES = 16;
const DENSE = 256; // units of a layer, from which its squares stand close
const PAUSE = 3500; // milliseconds a step is shown while playing
const BACKWARD = STEPS.indexOf("error");
const find = (selector) => document.querySelector(selector);

function numbersOf(text, Kind) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Kind(bytes.buffer));
}

const subject = JSON.parse(find("#subject").textContent);
const { classes, names, shape, scale, unit, equations, rate } = subject;
const kind = subject.single ? Float32Array : Float64Array;
const network = new Network(subject.network, numbersOf(subject.parameters, kind));
const inputs = numbersOf(subject.inputs, Float64Array);
const last = network.last;
const steps = STEPS.filter((step) => last > 0 || !["activation", "blame"].includes(step));

const nameOf = {
  output: (k) => (classes.length ? classes[k] : "the answer"),
  neuron: (layer, k) => (layer === last ? (classes.length ? `output ${classes[k]}` : "the output") : `neuron ${layer + 1}.${k}`),
  source: (layer, j) => (layer ? nameOf.neuron(layer - 1, j) : names ? names[j] : shape ? `pixel ${Math.floor(j / shape[1])},${j % shape[1]}` : `input ${j}`),
};

const answer = (trace) => {
  const values = trace.activations[last];
  if (classes.length) return classes[values.indexOf(Math.max(...values))];
  return `${number(scale.mean + scale.deviation * values[0], 2)} ${unit}`.trim();
};

const state = { step: 0, neuron: subject.neuron, hidden: last ? [subject.neuron[0] < last ? subject.neuron[0] : last - 1, subject.neuron[0] < last ? subject.neuron[1] : 0] : null };
Object.assign(state, { source: subject.source, wanted: subject.wanted, output: 0, after: -1, playing: null });
let colors = palette();
let trace, stepped;

function learnFrom(wanted) {
  const targets = new Float64Array(network.sizes[last + 1]);
  if (classes.length) targets[wanted] = 1;
  else targets[0] = (wanted - scale.mean) / scale.deviation;
  trace = network.backward(network.forward(inputs), targets);
  const moved = network.stepped(trace, rate);
  const after = moved.forward(inputs);
  stepped = { network: moved, trace: after, loss: moved.measure(after, targets) };
  state.wanted = wanted;
  state.output = classes.length ? wanted : 0;
}

// Everything that a caption, a panel or the diagram says, of where the reader stands.
function look() {
  const outputs = trace.activations[last];
  const layer = state.hidden ? state.hidden[0] : 0;
  const unitsOf = trace.activations[layer];
  const saidAt = outputs.indexOf(Math.max(...outputs));
  return {
    ...state, network, trace, stepped, inputs, rate, classes, shape, last, nameOf, colors, answer,
    raw: subject.raw, said: answer(trace), saidAt, confidence: outputs[saidAt],
    wanted: classes.length ? state.wanted : 0,
    loss: trace.loss, after_: state.after, parameters: network.parameters.length,
    nonzero: inputs.filter((value) => value !== 0).length,
    firing: unitsOf.filter((value) => value !== 0).length,
    blamed: trace.deltas[layer].filter((value) => value !== 0).length,
    units: unitsOf.length,
    chooseSource: (source) => choose({ source }),
    chooseAfter: (after) => choose({ after }),
  };
}

function caption(step, view) {
  const [layer, k] = step === "correction" || step === "sum" ? state.neuron : state.hidden ?? state.neuron;
  const words = {
    ...view,
    name: capital(nameOf.neuron(layer, k)),
    z: trace.sums[layer][k],
    rectified: network.activations[layer] === "relu",
    wanted: classes.length ? classes[state.wanted] : `${number(state.wanted, 2)} ${unit}`.trim(),
    after: stepped.loss,
    error: errorInWords(view),
  };
  return CAPTIONS[step](words);
}

function errorInWords(view) {
  const deltas = trace.deltas[last];
  if (!classes.length) return `It was ${deltas[0] > 0 ? "too high" : "too low"}. Follow the blame back.`;
  const points = (k) => `${Math.round(100 * Math.abs(trace.activations[last][k] - trace.targets[k]))} points`;
  const wanted = `${classes[state.wanted]} was ${points(state.wanted)} too low`;
  if (view.saidAt === state.wanted) return `It was right: ${wanted}, so there is little to follow.`;
  return `You wanted ${classes[state.wanted]}. ${classes[view.saidAt]} was ${points(view.saidAt)} too high, ${wanted}.`;
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function choose(change) {
  Object.assign(state, change);
  show();
}

function goTo(step) {
  choose({ step: Math.max(0, Math.min(steps.length - 1, step)) });
  if (state.step === steps.length - 1) play(false);
}

// Point at a neuron: forward it shows its sum, backward its blame.
function chooseNeuron(layer, k) {
  const step = steps[state.step];
  const change = { neuron: [layer, k], source: strongest(layer, k) };
  if (layer < last) change.hidden = [layer, k];
  else change.output = k;
  if (layer < last && ["input", "output", "loss"].includes(step)) change.step = steps.indexOf("sum");
  if (layer < last && ["error", "step"].includes(step)) change.step = steps.indexOf("blame");
  choose(change);
}

function strongest(layer, k) {
  const values = network.valuesInto(trace, layer);
  let best = 0;
  const size = (j) => Math.abs(values[j] * (state.step < BACKWARD ? network.weight(layer, j, k) : trace.deltas[layer][k]));
  for (let j = 0; j < values.length; j++) if (size(j) > size(best)) best = j;
  return best;
}

const outputs = new Outputs(find("#outputs tbody"), network.sizes.slice(-1)[0] > 1 || classes.length ? (classes.length ? classes : [...trace0()]) : [nameOf.output(0)], (k) => {
  const early = ["input", "sum", "activation", "correction"].includes(steps[state.step]);
  if (early || steps[state.step] === "correction") chooseNeuron(last, k);
  else choose({ output: k, neuron: [last, k], source: strongest(last, k) });
});

function trace0() {
  return Array.from({ length: network.sizes[last + 1] }, (_, k) => String(k));
}

const layers = Array.from({ length: last }, (_, layer) => {
  const size = network.sizes[layer + 1];
  const box = make("div", { className: "layer" }, make("h2", {}), make("div", { className: "tiles" }), make("p", { className: "scale" }));
  find("#layers").append(box);
  const order = [...Array(size).keys()];
  if (layer === last - 1) order.sort((a, b) => favorite(a) - favorite(b) || a - b);
  box.querySelector(".tiles").classList.toggle("dense", size > DENSE);
  const room = find("#layers").getBoundingClientRect();
  const columns = columnsFor(size, (0.68 * room.width) / last, room.height - 60);
  const tiles = new Tiles(box.querySelector(".tiles"), order, columns, `Hidden layer ${layer + 1}, ${size} neurons`, (k) => chooseNeuron(layer, k));
  return { tiles, title: box.querySelector("h2"), scale: box.querySelector(".scale") };
});

// The output that a neuron of the last hidden layer pushes most for.
function favorite(j) {
  let best = 0;
  for (let k = 1; k < network.sizes[last + 1]; k++) if (network.weight(last, j, k) > network.weight(last, j, best)) best = k;
  return best;
}

const LENS = { input: "quiet", sum: "sums", activation: "activations", output: "activations", loss: "activations", error: "activations", blame: "deltas", correction: "deltas", step: "deltas" };

function showLayers(step) {
  const lens = LENS[step];
  layers.forEach(({ tiles, title, scale: printed }, layer) => {
    const values = lens === "sums" ? trace.sums[layer] : lens === "deltas" ? trace.deltas[layer] : trace.activations[layer];
    const shown = lens === "quiet" ? new Float64Array(values.length) : values;
    const colored = lens !== "activations" || values.some((value) => value < 0);
    const picked = state.neuron[0] === layer ? state.neuron[1] : state.hidden[0] === layer ? state.hidden[1] : undefined;
    tiles.show(shown, { colored, selected: picked, name: (k) => nameOf.neuron(layer, k), colors });
    const live = values.filter((value) => value !== 0).length;
    const what = { quiet: `${values.length} neurons`, sums: "weighted sums", activations: `${count(live)} of ${count(values.length)} not zero`, deltas: `blame reaches ${count(live)} of ${count(values.length)}` }[lens];
    title.textContent = last > 1 ? `Hidden ${layer + 1} · ${count(live)} of ${count(values.length)}` : `Hidden · ${what}`;
    printed.textContent = lens === "quiet" ? "" : WORDS.largestSquare(values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0));
  });
}

// Forward, what pushes the answer; backward, where the two largest errors come from.
function showEdges(step) {
  const svg = find("#edges");
  const drawn = ["output", "loss", "error", "blame"].includes(step) && last > 0;
  if (!drawn || getComputedStyle(svg).display === "none") return svg.replaceChildren();
  const values = trace.activations[last - 1];
  const deltas = trace.deltas[last];
  const backward = step === "error" || step === "blame";
  const ends = backward ? [...deltas.keys()].sort((a, b) => Math.abs(deltas[b]) - Math.abs(deltas[a])).slice(0, 2) : [look().saidAt];
  const slope = (j) => (backward ? network.slope(trace, last - 1, j) : values[j]);
  const pushes = ends.flatMap((k) => [...values.keys()].map((unit) => ({ unit, output: k, value: slope(unit) * network.weight(last, unit, k) * (backward ? deltas[k] : 1) })));
  pushes.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  drawEdges(svg, pushes.filter((push) => push.value).slice(0, PUSHES), layers[last - 1].tiles, outputs.cells, colors);
}

function showOutputs(step) {
  const view = look();
  const backward = ["error", "blame", "correction"].includes(step);
  const after = step === "step";
  const probabilities = classes.length && network.output === "softmax";
  const values = backward ? trace.deltas[last] : (after ? stepped.trace : trace).activations[last];
  const early = ["input", "sum", "activation"].includes(step);
  const shown = early ? new Float64Array(values.length) : values;
  const marks = {};
  if (!early && classes.length) {
    marks[view.saidAt] = WORDS.said;
    if (!["output"].includes(step)) marks[state.wanted] = view.saidAt === state.wanted ? `${WORDS.said}, wanted` : "wanted";
  }
  const strong = backward || after ? state.wanted : view.saidAt;
  const kind = backward || (!probabilities && !early) ? "signed" : probabilities && !early ? "probability" : "number";
  outputs.show(shown, { kind, colors, strong: classes.length ? strong : 0, marks, selected: state.output });
  find("#outputs").classList.toggle("waiting", early);
  find("#outputs h2").textContent = backward ? "Error = output − wanted" : after ? "After the step" : probabilities ? "Probabilities" : "Output";
}

function showInspector(step) {
  const view = look();
  const shown = equations[step === "correction" ? "gradient" : step === "step" ? "update" : step] ?? [];
  const also = step === "blame" ? equations.slope : step === "correction" ? equations.difference : [];
  const [layer, k] = step === "blame" || step === "activation" ? state.hidden : state.neuron;
  const about = ["sum", "activation", "blame", "correction"].includes(step) ? ` · ${nameOf.neuron(layer, k)}` : "";
  find("#inspector h2").textContent = TITLES[step] + about;
  const own = (found) => !["activation", "blame"].includes(step) || !found.of || found.of === network.activations[layer];
  const made = [...shown, ...also].filter(own).map(equation);
  find("#inspector .panel").replaceChildren(...made, ...PANELS[step](view));
}

function showInputs() {
  const canvas = find("#picture");
  if (shape) {
    drawPixels(canvas, inputs, shape, (value) => colors.gray(value));
    find("#pad .frame .mark")?.remove();
    if (state.neuron[0] === 0 && state.source >= 0) find("#pad .frame").append(crosshair(state.source, shape));
  } else {
    const most = largest(inputs);
    const rows = [...inputs].map((value, j) => {
      const bar = make("i");
      bar.style.cssText = `width:${50 * Math.abs(value / most)}%;margin-left:${value < 0 ? 50 - 50 * Math.abs(value / most) : 50}%;background:${colors.css(colors.signed(Math.sign(value)))}`;
      return make("tr", {}, make("th", { scope: "row" }, nameOf.source(0, j)), make("td", { className: "bar" }, bar), make("td", { className: "value" }, signed(value, 2)));
    });
    find("#features tbody").replaceChildren(...rows.slice(0, 40));
  }
}

function show() {
  const step = steps[state.step];
  showInputs();
  showLayers(step);
  showOutputs(step);
  showEdges(step);
  showInspector(step);
  find("#caption").textContent = caption(step, look());
  document.querySelectorAll("#track button").forEach((button, place) => {
    button.classList.toggle("done", place < state.step);
    if (place === state.step) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
  });
  writeLink();
  find("#back").disabled = state.step === 0;
  find("#next").disabled = state.step === steps.length - 1;
}

function play(on) {
  clearInterval(state.playing);
  state.playing = on ? setInterval(() => goTo(state.step + 1), PAUSE) : null;
  find("#play").textContent = on ? WORDS.pause : WORDS.play;
}

// Python's numbers for the same example, to be compared with those computed here.
function compare() {
  const apart = ["sums", "activations", "deltas"].flatMap((part) =>
    subject.python[part].map((text, layer) => {
      const theirs = numbersOf(text, Float64Array);
      const most = largest(theirs);
      return theirs.reduce((worst, value, k) => Math.max(worst, Math.abs(value - trace[part][layer][k]) / most), 0);
    }),
  );
  const worst = Math.max(...apart, 1e-17);
  document.documentElement.dataset.apart = worst;
  find("#compared").textContent = worst < 1e-9 ? WORDS.compared(worst) : WORDS.differ(worst);
}

function movePixel(event) {
  const ways = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: shape[1], ArrowUp: -shape[1] };
  const source = state.source + (ways[event.key] ?? 0);
  if (!ways[event.key]) return;
  event.preventDefault();
  event.stopPropagation();
  if (source >= 0 && source < inputs.length) choose({ source, ...firstLayer() });
}

const firstLayer = () => (state.neuron[0] === 0 ? {} : { neuron: last ? [0, state.hidden[0] === 0 ? state.hidden[1] : 0] : state.neuron });

function pointAtPixel(event) {
  const box = find("#picture").getBoundingClientRect();
  const row = Math.floor(((event.clientY - box.top) / box.height) * shape[0]);
  const column = Math.floor(((event.clientX - box.left) / box.width) * shape[1]);
  choose({ source: Math.min(inputs.length - 1, Math.max(0, row * shape[1] + column)), ...firstLayer() });
}

function begin() {
  learnFrom(subject.wanted);
  const track = steps.map((step, place) => make("button", { type: "button", title: TITLES[step], ariaLabel: `Step ${place + 1}: ${TITLES[step]}`, onclick: () => goTo(place) }, make("span", {}, TITLES[step])));
  find("#track").replaceChildren(...track);
  find("#back").onclick = () => goTo(state.step - 1);
  find("#next").onclick = () => goTo(state.step + 1);
  find("#play").onclick = () => play(!state.playing);
  const select = find("#wanted select");
  if (classes.length) {
    select.replaceChildren(...classes.map((name, k) => make("option", { value: k, selected: k === subject.wanted }, name)));
    select.onchange = () => { learnFrom(Number(select.value)); show(); };
  } else find("#wanted").hidden = true;
  if (shape) {
    find("#picture").onclick = pointAtPixel;
    find("#picture").onkeydown = movePixel;
    find("#features").hidden = true;
  } else find("#pad .frame").hidden = true;
  const lines = subject.notes.map(note);
  find("#facts").replaceChildren(...lines);
  if (last) find("#ribbon").textContent = WORDS.weights(network.sizes[0] * network.sizes[1]);
  addEventListener("keydown", (event) => {
    if (event.target.matches("select, canvas, [role=gridcell]") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowRight") goTo(state.step + 1);
    else if (event.key === "ArrowLeft") goTo(state.step - 1);
    else if (event.key === " " && !event.target.matches("button")) { event.preventDefault(); play(!state.playing); }
    else if (classes.length && /^\d$/.test(event.key) && Number(event.key) < classes.length) { select.value = event.key; select.onchange(); }
  });
  const again = () => { colors = palette(); show(); };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  addEventListener("resize", () => showEdges(steps[state.step]));
  compare();
  state.step = subject.start;
  readLink();
  show();
}

// The step and what is wanted stand in the address, so that a view can be linked to.
function readLink() {
  const link = new URLSearchParams(location.hash.slice(1));
  const [step, wanted] = ["step", "want"].map((name) => (link.has(name) ? Number(link.get(name)) : NaN));
  if (Number.isInteger(step) && step >= 1 && step <= steps.length) state.step = step - 1;
  if (classes.length && Number.isInteger(wanted) && wanted >= 0 && wanted < classes.length) {
    find("#wanted select").value = wanted;
    learnFrom(wanted);
  }
}

function writeLink() {
  const want = classes.length ? `&want=${state.wanted}` : "";
  history.replaceState(null, "", `#step=${state.step + 1}${want}`);
}

begin();
