// The wire to the server: commands go out as JSON, news comes in as safetensors, and a lost server is looked for again.

import { SAYS } from "glassnet/play_words";

const AGAIN = 1500; // milliseconds
const FULL = 4001; // the code of a socket that finds no place
const KINDS = { F32: Float32Array, F64: Float64Array, I32: Int32Array, U8: Uint8Array };

// A description as JSON under one key, and arrays by name.
export function decoded(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const { __metadata__: about, ...tensors } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const start = 8 + length;
  const arrays = {};
  for (const [name, { dtype, data_offsets: [from, to] }] of Object.entries(tensors)) arrays[name] = new KINDS[dtype](buffer.slice(start + from, start + to));
  return { ...JSON.parse(about.glassnet), arrays };
}

// Examples, a row each.
export function rowsOf({ inputs, targets, positions }) {
  const size = inputs.length / targets.length;
  return Array.from(targets, (wanted, place) => ({ inputs: Float64Array.from(inputs.subarray(place * size, (place + 1) * size)), wanted, position: positions?.[place] }));
}

export class Connection {
  constructor(hear) {
    this.hear = hear;
    this.open();
  }

  open() {
    const address = new URL("watch", location.href.split("#")[0]);
    address.protocol = "ws:";
    this.socket = new WebSocket(address);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = (event) => {
      const news = decoded(event.data);
      this.over ||= news.kind === "lost"; // it says so itself, and does not come back
      this.hear(news);
    };
    this.socket.onclose = ({ code }) => {
      if (this.over) return;
      this.hear({ kind: "lost", full: code === FULL });
      setTimeout(() => this.open(), AGAIN);
    };
  }

  // do: what is wanted; further: its values. Says whether it could be sent.
  send(wanted, further = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ do: wanted, ...further }));
    return true;
  }
}

// What the server computes itself; its errors are sentences.
export async function ask(name, options = {}) {
  const response = await fetch(name, options).catch(() => null);
  if (!response) throw new Error(SAYS.noAnswer);
  if (response.ok) return response;
  const { error, ...further } = await response.json().catch(() => ({ error: response.statusText }));
  throw Object.assign(new Error(error), { status: response.status, ...further });
}

export const asked = async (name) => decoded(await (await ask(name)).arrayBuffer());
