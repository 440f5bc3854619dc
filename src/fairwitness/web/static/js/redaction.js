// Boxes drawn with the mouse or with keys, and the keys of who reviews them. Without this file sides are numbers in
// fields, and every act is a button.

import { onKeys, say } from "./room.js";

const STEP = 16; // pixels of the page for an arrow; one with Alt

class RedactionDesk extends HTMLElement {
  connectedCallback() {
    this.svg = this.querySelector("[data-places]");
    this.form = this.querySelector("[data-add]");
    this.button = this.querySelector("[data-draw]");
    this.now = this.querySelector(".box.now");
    this.rectangle = null;
    if (this.svg && this.form) this.#mouse();
    onKeys({
      n: () => this.#turn(1),
      p: () => this.#turn(-1),
      j: () => this.#go(this.dataset.after),
      k: () => this.#go(this.dataset.before),
      v: () => this.#go(this.dataset.view),
      a: () => this.#press("[data-accept]"),
      o: () => this.#press("[data-object]"),
      x: () => this.draw(!this.classList.contains("drawing")),
      f: () => this.#focus("#wanted"),
      Delete: () => this.#press("[data-remove] button"),
      Escape: () => this.classList.contains("drawing") && this.draw(false),
      Enter: () => this.#keep(),
      ArrowLeft: (event) => this.#arrow(event, -1, 0),
      ArrowRight: (event) => this.#arrow(event, 1, 0),
      ArrowUp: (event) => this.#arrow(event, 0, -1),
      ArrowDown: (event) => this.#arrow(event, 0, 1),
    });
    // Alt with an arrow goes by one pixel; the keys of all pages leave Alt alone.
    document.addEventListener("keydown", (event) => {
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (event.altKey && ways[event.key] && this.#arrow(event, ...ways[event.key]) !== false) event.preventDefault();
    });
    this.#reveal(this.now);
  }

  #mouse() {
    this.button.hidden = false;
    this.button.addEventListener("click", () => this.draw(!this.classList.contains("drawing")));
    for (const box of this.svg.querySelectorAll("[data-box]")) {
      box.addEventListener("click", () => !this.classList.contains("drawing") && this.#open(box.dataset.box));
    }
    for (const field of this.#fields()) field.addEventListener("input", () => this.#fromFields());
    const sheet = this.querySelector(".sheet");
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || !this.classList.contains("drawing")) return;
      event.preventDefault();
      sheet.setPointerCapture(event.pointerId);
      const [x, y] = this.#pixel(event);
      const move = (now) => {
        const [left, top] = this.#pixel(now);
        this.#set([Math.min(x, left), Math.min(y, top), Math.max(x, left), Math.max(y, top)]);
      };
      sheet.addEventListener("pointermove", move);
      sheet.addEventListener("pointerup", () => { sheet.removeEventListener("pointermove", move); this.#focus("#reason"); }, { once: true });
    });
  }

  get size() { return [this.svg.viewBox.baseVal.width, this.svg.viewBox.baseVal.height]; }

  /** Boxes are drawn from now on, or not any more. */
  draw(on) {
    if (!this.svg || !this.form) return false;
    this.classList.toggle("drawing", on);
    this.button.setAttribute("aria-pressed", String(on));
    if (!on) return this.#set(null);
    const [wide, high] = this.size;
    this.#set([0.4 * wide, 0.45 * high, 0.6 * wide, 0.45 * high + 40].map(Math.round));
    this.querySelector(".paper").focus();
    return true;
  }

  #pixel(event) {
    const place = this.svg.getBoundingClientRect(), [wide, high] = this.size;
    const clip = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
    return [clip(((event.clientX - place.left) / place.width) * wide, wide), clip(((event.clientY - place.top) / place.height) * high, high)];
  }

  #fields() { return ["x0", "y0", "x1", "y1"].map((name) => this.form.elements[name]); }

  #set(rectangle) {
    this.rectangle = rectangle;
    this.#fields().forEach((field, at) => { field.value = rectangle ? rectangle[at] : ""; });
    this.#show();
    if (rectangle) say(`${this.dataset.saidDrawn}: ${rectangle.join(", ")}`);
  }

  #fromFields() {
    const sides = this.#fields().map((field) => (/^[0-9]+$/.test(field.value) ? Number(field.value) : NaN));
    this.rectangle = sides.some(Number.isNaN) || sides[0] >= sides[2] || sides[1] >= sides[3] ? null : sides;
    this.#show();
  }

  #show() {
    const drawn = this.svg.querySelector(".drawn");
    drawn.setAttribute("visibility", this.rectangle ? "visible" : "hidden");
    if (!this.rectangle) return;
    const [x0, y0, x1, y1] = this.rectangle;
    for (const [name, value] of [["x", x0], ["y", y0], ["width", x1 - x0], ["height", y1 - y0]]) drawn.setAttribute(name, value);
    this.#reveal(drawn);
  }

  #arrow(event, dx, dy) {
    if (!this.classList.contains("drawing") || !this.rectangle) return false;
    const step = event.altKey ? 1 : STEP, [wide, high] = this.size;
    let [x0, y0, x1, y1] = this.rectangle;
    if (event.shiftKey) {
      x1 = Math.min(wide, Math.max(x0 + 4, x1 + dx * step));
      y1 = Math.min(high, Math.max(y0 + 4, y1 + dy * step));
    } else {
      const right = Math.min(wide - x1, Math.max(-x0, dx * step)), down = Math.min(high - y1, Math.max(-y0, dy * step));
      [x0, x1, y0, y1] = [x0 + right, x1 + right, y0 + down, y1 + down];
    }
    this.#set([x0, y0, x1, y1]);
    return true;
  }

  #keep() {
    if (!this.classList.contains("drawing") || !this.rectangle || /^(A|BUTTON|SUMMARY)$/.test(document.activeElement?.tagName)) return false;
    this.form.requestSubmit();
    return true;
  }

  /** The box in the middle of what is seen of the page. */
  #reveal(rect) {
    const paper = this.querySelector(".paper");
    if (!rect || !paper) return;
    const place = rect.getBoundingClientRect(), view = paper.getBoundingClientRect();
    if (place.top < view.top + 20 || place.bottom > view.bottom - 20) paper.scrollTop += place.top - view.top - view.height / 3;
  }

  #turn(by) {
    const links = [...this.querySelectorAll("[data-box-link]")];
    if (!links.length) return false;
    const at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = links[at + by] ?? (at < 0 ? links.at(by < 0 ? -1 : 0) : null);
    if (!next) return this.#go(by > 0 ? this.dataset.after : this.dataset.before);
    location.href = next.href;
    return true;
  }

  #open(box) {
    const link = this.querySelector(`[data-box-link="${box}"]`);
    if (link) location.href = link.href;
  }

  #go(address) {
    if (!address) return false;
    location.href = address;
    return true;
  }

  #press(what) {
    const button = this.querySelector(what);
    if (!button) return false;
    button.click();
    return true;
  }

  #focus(what) {
    const field = this.querySelector(what);
    if (!field) return false;
    field.focus();
    return true;
  }
}

customElements.define("redaction-desk", RedactionDesk);
