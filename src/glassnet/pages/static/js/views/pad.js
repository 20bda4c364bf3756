// A pad to draw on, with mouse, pen, finger or keys: strokes of points in 0..1.

/** @import { Point } from "#engine/ink.js" */

const WIDTH = 0.07; // of the pad's side
/** @type {{ [key: string]: number[] }} */
const KEYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
const STEP = 1 / 28;

export class Pad {
  /** @param {HTMLCanvasElement} canvas @param {(strokes: Point[][]) => void} changed @param {number} side of the canvas, in pixels */
  constructor(canvas, changed, side = 560) {
    this.canvas = canvas;
    this.changed = changed;
    this.strokes = /** @type {Point[][]} */ ([]);
    this.stroke = /** @type {Point[] | null} */ (null); // the one that is being drawn
    this.cursor = [0.5, 0.5]; // of the keys
    this.inking = false;
    this.keyed = false;
    this.telling = false; // whether `changed` is to be told
    this.waits = false;
    this.frame = /** @type {number | null} */ (null);
    canvas.width = canvas.height = side;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) canvas.addEventListener(end, () => (this.stroke = null));
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("blur", () => this.leave());
  }

  /** @param {PointerEvent} event */
  pointOf(event) {
    const box = this.canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((at) => Math.max(0, Math.min(1, at)));
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (event.button) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.keyed = false;
    this.canvas.setPointerCapture(event.pointerId);
    this.stroke = [this.pointOf(event)];
    this.strokes.push(this.stroke);
    this.redraw();
  }

  /** @param {PointerEvent} event */
  go(event) {
    if (!this.stroke) return;
    const events = event.getCoalescedEvents?.() ?? [];
    this.stroke.push(...(events.length ? events : [event]).map((one) => this.pointOf(one)));
    this.redraw();
  }

  // Arrows move a pixel cursor; the space bar sets the pen down and lifts it.
  /** @param {KeyboardEvent} event */
  press(event) {
    const way = KEYS[event.key];
    if (!way && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    this.keyed = true;
    if (way) {
      this.cursor = this.cursor.map((at, axis) => Math.max(0, Math.min(1, at + STEP * way[axis])));
      if (this.inking) this.strokes[this.strokes.length - 1].push([...this.cursor]);
    } else {
      this.inking = !this.inking;
      if (this.inking) this.strokes.push([[...this.cursor]]);
    }
    this.redraw(this.inking);
  }

  leave() {
    Object.assign(this, { inking: false, keyed: false });
    this.redraw(false);
  }

  undo() {
    this.strokes.pop();
    this.inking = false;
    this.redraw();
  }

  clear() {
    this.strokes = [];
    this.inking = false;
    this.redraw();
  }

  // At once, and at most once a frame, however fast the pen is.
  redraw(tell = true) {
    this.telling ||= tell;
    this.waits = Boolean(this.frame);
    if (!this.waits) this.paint();
  }

  paint() {
    this.waits = false;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      if (this.waits) this.paint();
    });
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const side = this.canvas.width;
    context.clearRect(0, 0, side, side);
    Object.assign(context, { lineWidth: WIDTH * side, lineCap: "round", lineJoin: "round" });
    context.strokeStyle = getComputedStyle(this.canvas).color;
    for (const stroke of this.strokes) {
      context.beginPath();
      stroke.forEach(([x, y], place) => (place ? context.lineTo(x * side, y * side) : context.moveTo(x * side, y * side)));
      if (stroke.length === 1) context.lineTo(stroke[0][0] * side + 0.1, stroke[0][1] * side);
      context.stroke();
    }
    if (this.keyed) this.drawCursor(context, side);
    if (this.telling) this.changed(this.strokes);
    this.telling = false;
  }

  /** @param {CanvasRenderingContext2D} context @param {number} side */
  drawCursor(context, side) {
    const [x, y] = this.cursor.map((at) => at * side);
    const [half, dot] = [side / 40, side / 140];
    Object.assign(context, { lineWidth: side / 190 });
    context.strokeRect(x - half, y - half, 2 * half, 2 * half);
    if (this.inking) context.fillRect(x - dot, y - dot, 2 * dot, 2 * dot);
  }
}
