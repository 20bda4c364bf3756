// The address of what is seen: followed when the page opens and when it changes, and written for who shares it. A link shows;
// it never changes a network without asking, but for #view=learn&go, which trains the visitor's own new one at once.
//
//   const links = new Links(frame, scene, {
//     settings: () => settings by which the network shown was trained here, or null
//     train: (settings, go) => ...      begins a new network with them, where the page can train; go: at once
//     use: (network) => ...             takes a network that a link brings; left out: the scene gets it
//   })
//   await links.follow()       what location.hash says
//   await links.current(say)   the whole address of what is seen

import { Network } from "#engine/network.js";
import { readLink, writtenLink } from "#text/link.js";
import { whole, words } from "#text/language.js";
import { markOf, packedInk, packedNet, packedRow, unpackedInk, unpackedNet, unpackedRow } from "#text/packing.js";

/** @import { Link } from "#text/link.js" */
/** @import { Frame, View } from "#views/frame.js" */
/** @import { Scene } from "#views/scene.js" */
/** @typedef {View & { go?: (station: string) => void }} Stationed */
/** @typedef {View & { link?: () => Promise<Partial<Link>>, follow?: (link: Link) => Promise<void> }} Linked a view of which links carry what is its own, and not the scene */
/**
 * @typedef {object} Ways
 * @property {() => { [name: string]: any } | null} [settings]
 * @property {(settings: { [name: string]: any }, go: boolean) => void} [train]
 * @property {(network: Network) => void} [use]
 * @property {(hash: string) => string} [address] what to share in place of this page's own address
 */

export class Links {
  /** @param {Frame} frame @param {Scene} scene @param {Ways} [ways] */
  constructor(frame, scene, ways = {}) {
    this.frame = frame;
    this.scene = scene;
    this.ways = ways;
    this.opened = scene.network; // what every copy of this page opens with
    addEventListener("hashchange", () => void this.follow());
  }

  async follow() {
    const link = readLink(location.hash);
    if (!Object.keys(link).length) return;
    if (link.go) return this.begin(link);
    const own = /** @type {Linked | undefined} */ (this.frame.views.get(link.view ?? ""));
    if (own?.follow) return this.leadTo(own, link);
    const lacking = await this.showExample(link);
    this.look(link);
    if (link.say) this.frame.tell(link.say);
    if (lacking) this.frame.trouble({ text: lacking, actions: [] });
    else await this.ask(link);
  }

  /** @param {Linked} view @param {Link} link */
  async leadTo(view, link) {
    this.frame.show(view.name);
    if (link.say) this.frame.tell(link.say);
    await view.follow?.(link);
  }

  /** @param {Link} link */
  begin({ settings = {}, say }) {
    this.frame.show("learn");
    this.ways.train?.(settings, true);
    if (say) this.frame.tell(say);
  }

  // Never another picture than the link's: what cannot be shown is said.
  /** @param {Link} link */
  async showExample({ x, ink, inputs: row, want }) {
    const { scene } = this;
    const wanted = want !== undefined && want < scene.outputs.length ? want : null;
    if (ink !== undefined) {
      const inputs = await unpackedInk(ink, scene.network.sizes[0]);
      if (!inputs) return words.link.noInk;
      scene.change({ example: { inputs, wanted, number: null, drawn: true } });
    } else if (row !== undefined) {
      const inputs = await unpackedRow(row, scene.network.sizes[0]);
      if (!inputs) return words.link.noInk;
      scene.change({ example: { inputs, wanted, number: null, drawn: false } });
    } else if (x !== undefined) {
      const found = await scene.examples?.take(x);
      if (!found) return words.link.noExample(whole(x));
      scene.change({ example: { ...found, number: x, drawn: false } });
    }
    return "";
  }

  // Where to look, as far as this network has it.
  /** @param {Link} link */
  look({ view, at, n, i, k }) {
    const { scene, frame } = this;
    const { sizes } = scene.network;
    if (k !== undefined && k < scene.outputs.length) scene.change({ output: k });
    if (n && n[0] <= scene.last && n[1] < sizes[n[0] + 1]) scene.change({ neuron: n });
    if (i !== undefined && i < sizes[scene.neuron[0]]) scene.change({ source: i });
    const shown = /** @type {Stationed | undefined} */ (view === undefined ? frame.view : frame.views.get(view));
    if (!shown) return;
    if (at && shown.go) shown.go(at);
    else frame.show(shown.name);
  }

  // A network that the link brings, or wants trained, or that it was made with.
  /** @param {Link} link */
  async ask({ net, settings, of }) {
    const { frame, scene } = this;
    const brought = net === undefined ? null : await this.networkOf(net);
    if (net !== undefined && !brought) return frame.trouble({ text: words.link.noNet, actions: [] });
    if (brought && markOf(brought.parameters) !== markOf(scene.network.parameters)) {
      const use = () => (this.ways.use ? this.ways.use(brought) : scene.change({ network: brought, quality: null }));
      return this.offer(words.link.bringsNet(brought.sizes.join(" → ")), words.link.useNet, use);
    }
    if (settings && this.ways.train && !this.isTrainedSo(settings)) {
      return this.offer(words.link.wantsTraining(told(settings)), words.link.trainNet, () => this.ways.train?.(settings, false));
    }
    if (of && of !== markOf(scene.network.parameters)) frame.trouble({ text: words.link.otherNet, actions: [] });
  }

  /** @param {string} text @param {string} label @param {() => void} run */
  offer(text, label, run) {
    const { frame } = this;
    const taken = () => {
      frame.trouble(null);
      run();
    };
    frame.trouble({ text, question: true, actions: [{ label, run: taken, primary: true }] });
  }

  /** @param {{ [name: string]: any }} settings */
  isTrainedSo(settings) {
    const own = this.ways.settings?.();
    return Boolean(own) && Object.entries(settings).every(([name, value]) => String(own?.[name]) === String(value));
  }

  // Null where it does not fit what this page reads.
  /** @param {string} text */
  async networkOf(text) {
    const found = await unpackedNet(text);
    const { form, sizes } = this.scene.network;
    if (!found || found.sizes[0] !== sizes[0] || found.sizes[found.sizes.length - 1] !== sizes[sizes.length - 1]) return null;
    if (!found.activations.every((name) => Object.hasOwn(form.formulas.activations, name))) return null;
    return new Network({ ...form, sizes: found.sizes, activations: found.activations }, found.parameters);
  }

  // What is seen, as an address; the network inside where nobody else has it and it is small enough.
  /** @param {string} [say] */
  async current(say) {
    const { scene, frame } = this;
    const own = /** @type {Linked | null} */ (frame.view);
    if (own?.link) return `${location.href.split("#")[0]}${writtenLink({ view: own.name, ...(await own.link()), say: say || undefined })}`;
    const { example, network } = scene;
    const settings = network === this.opened ? null : (this.ways.settings?.() ?? null);
    const inside = network === this.opened || settings ? null : await packedNet({ sizes: network.sizes, activations: network.activations, parameters: network.parameters });
    const known = example.number !== null && !example.drawn;
    const hash = writtenLink({
      view: frame.view?.name,
      at: frame.view?.path ? frame.root.dataset.station : undefined,
      x: known ? (example.number ?? undefined) : undefined,
      ink: known || !scene.subject.shape ? undefined : await packedInk(example.inputs),
      inputs: known || scene.subject.shape ? undefined : await packedRow(example.inputs),
      want: known ? undefined : (example.wanted ?? undefined),
      n: scene.neuron,
      i: scene.source,
      k: scene.output,
      of: inside || settings ? undefined : markOf(network.parameters),
      net: inside ?? undefined,
      settings: settings ?? undefined,
      say: say || undefined,
    });
    return this.ways.address?.(hash) ?? `${location.href.split("#")[0]}${hash}`;
  }
}

// Settings as a reader sees them.
/** @type {(settings: { [name: string]: any }) => string} */
const told = (settings) => Object.entries(settings).map(([name, value]) => `${words.link.settings[/** @type {keyof typeof words.link.settings} */ (name)] ?? name} ${value}`).join(", ");
