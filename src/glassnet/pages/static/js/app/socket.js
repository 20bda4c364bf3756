// The wire to the server: commands go out as JSON, news comes in as tensors, and a lost server is looked for again.

import { decoded } from "#views/server.js";

/** @import { News } from "#views/server.js" */

const AGAIN = 1500; // milliseconds
const FULL = 4001; // the code of a socket that finds no place

export class Connection {
  /** @param {(news: News) => void} hear */
  constructor(hear) {
    this.hear = hear;
    this.over = false; // whether the server has said that it ends
    this.socket = this.open();
  }

  open() {
    const address = new URL("watch", location.href.split("#")[0]);
    address.protocol = "ws:";
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => {
      const news = decoded(event.data);
      this.over ||= news.kind === "lost"; // it says so itself, and does not come back
      this.hear(news);
    };
    socket.onclose = ({ code }) => {
      if (this.over) return;
      this.hear({ kind: "lost", full: code === FULL });
      setTimeout(() => (this.socket = this.open()), AGAIN);
    };
    return socket;
  }

  // do: what is wanted; further: its values. Says whether it could be sent.
  /** @param {string} wanted @param {{ [name: string]: any }} further */
  send(wanted, further = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ do: wanted, ...further }));
    return true;
  }
}
