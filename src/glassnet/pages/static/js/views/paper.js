// On paper: before the page is printed, everything is drawn again at a sheet's width, dark on light.
//
//   paper.addEventListener("change", ...)   it goes onto paper, or comes back; colors and sizes are others
//   paper.on                                whether it is on paper

class Paper extends EventTarget {
  constructor() {
    super();
    this.on = false;
    for (const [event, on] of /** @type {const} */ ([["beforeprint", true], ["afterprint", false]])) globalThis.addEventListener?.(event, () => this.turn(on));
  }

  /** @param {boolean} on */
  turn(on) {
    this.on = on;
    document.documentElement.classList.toggle("on-paper", on);
    this.dispatchEvent(new Event("change"));
  }
}

export const paper = new Paper();
