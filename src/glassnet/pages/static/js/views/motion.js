// All motion of the page: at most 600 ms, none where the reader asked for none, and Space stops it and lets it go on.

export const DURATION = 600; // milliseconds

class Motion {
  constructor() {
    this.running = /** @type {Set<Animation>} */ (new Set());
    this.stopped = false;
  }

  get reduced() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  // Resolves when all are over, or were cancelled.
  /** @param {Animation[]} animations */
  async play(animations) {
    this.stopped = false;
    for (const animation of animations) this.running.add(animation);
    await Promise.all(animations.map((animation) => animation.finished.catch(() => {})));
    for (const animation of animations) this.running.delete(animation);
  }

  // Whether there was anything to stop, or to let go on.
  toggle() {
    this.stopped = !this.stopped;
    for (const animation of this.running) if (this.stopped) animation.pause(); else animation.play();
    return this.running.size > 0;
  }

  cancel() {
    for (const animation of this.running) animation.cancel();
    this.running.clear();
    this.stopped = false;
  }
}

export const motion = new Motion();
