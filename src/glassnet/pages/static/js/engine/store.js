// One stretch of memory in which all stands that a training computes with, as WebAssembly can see no other. Whatever is in
// it is named by its address in bytes, a multiple of 32: eight floats, which are added up at once.

const PAGE = 65536;
const ALIGNED = 32;

export class Store {
  constructor() {
    // Where a browser has no WebAssembly at all, an ordinary buffer does as well.
    this.memory = typeof WebAssembly === "object" ? new WebAssembly.Memory({ initial: 1 }) : { buffer: new ArrayBuffer(PAGE) };
    this.end = 0;
    const { floats, integers, places } = views(this.memory.buffer);
    this.floats = floats;
    this.integers = integers;
    this.places = places;
  }

  // So many bytes, all zero.
  /** @param {number} bytes */
  take(bytes) {
    const at = this.end;
    this.end += Math.ceil(bytes / ALIGNED) * ALIGNED;
    const lacking = Math.ceil((this.end - this.floats.byteLength) / PAGE);
    if (lacking > 0) this.grow(lacking);
    this.floats.fill(0, at / 4, this.end / 4);
    return at;
  }

  /** @param {number} pages */
  grow(pages) {
    if ("grow" in this.memory) this.memory.grow(pages);
    else {
      const grown = new Float32Array((this.floats.byteLength + pages * PAGE) / 4);
      grown.set(this.floats);
      this.memory = grown;
    }
    Object.assign(this, views(this.memory.buffer));
  }

  // Whatever was taken since the end was here is given back.
  /** @param {number} end */
  giveBack(end) {
    this.end = end;
  }
}

// Growing leaves all earlier views empty: they are taken from the store each time.
/** @param {ArrayBuffer} buffer */
const views = (buffer) => ({ floats: new Float32Array(buffer), integers: new Int32Array(buffer), places: new Uint16Array(buffer) });
