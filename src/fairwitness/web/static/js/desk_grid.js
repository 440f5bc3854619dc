// The edges of columns drawn over a page: dragged, moved by arrows, taken away and added. Without this file they are
// numbers in a field.

import { say } from "./room.js";

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 2; // thousandths between two edges

class GridEditor extends HTMLElement {
  connectedCallback() {
    this.svg = this.querySelector("svg");
    this.field = this.querySelector("#edges");
    const tools = this.querySelector("[data-grid-tools]");
    tools.hidden = false;
    tools.querySelector("[data-take-found]").disabled = !this.field.dataset.found;
    tools.querySelector("[data-take-found]").addEventListener("click", () => this.set(this.numbers(this.field.dataset.found)));
    tools.querySelector("[data-add-edge]").addEventListener("click", () => this.add());
    this.field.addEventListener("input", () => this.draw());
    if (!this.svg) return;
    this.place = this.svg.querySelector("[data-edges]");
    this.svg.addEventListener("keydown", (event) => this.pressed(event));
    this.svg.addEventListener("pointerdown", (event) => this.grabbed(event));
    this.draw();
  }

  numbers(text) {
    return [...new Set((text.match(/[0-9]+/g) ?? []).map(Number).filter((at) => at <= 1000))].sort((a, b) => a - b);
  }

  get edges() {
    return this.numbers(this.field.value || this.field.dataset.found);
  }

  set(edges, chosen = -1) {
    this.field.value = edges.join(", ");
    this.draw(chosen);
  }

  /** Every edge is a slider of its own. */
  draw(chosen = -1) {
    if (!this.place) return;
    const groups = this.edges.map((at, number) => {
      const group = document.createElementNS(SVG, "g");
      group.setAttribute("class", "edge");
      group.setAttribute("tabindex", "0");
      group.setAttribute("role", "slider");
      group.setAttribute("aria-orientation", "horizontal");
      group.setAttribute("aria-valuemin", "0");
      group.setAttribute("aria-valuemax", "1000");
      group.setAttribute("aria-valuenow", String(at));
      group.setAttribute("aria-label", `${this.dataset.name} ${number + 1}`);
      group.dataset.number = String(number);
      for (const name of ["", "grip"]) {
        const line = document.createElementNS(SVG, "line");
        for (const [key, value] of Object.entries({ x1: at, x2: at, y1: 0, y2: 1000 })) line.setAttribute(key, String(value));
        if (name) line.setAttribute("class", name);
        group.append(line);
      }
      return group;
    });
    this.place.replaceChildren(...groups);
    groups[chosen]?.focus({ preventScroll: true });
  }

  move(number, to) {
    const edges = this.edges;
    const low = number ? edges[number - 1] + LEAST : 0;
    const high = number < edges.length - 1 ? edges[number + 1] - LEAST : 1000;
    edges[number] = Math.round(Math.min(high, Math.max(low, to)));
    this.set(edges, number);
  }

  /** A new edge in the middle of the column behind that edge, or of the widest one. */
  add(number = -1) {
    const edges = this.edges;
    if (edges.length < 2) return this.set([...new Set([0, ...edges, 1000])]);
    let at = number >= 0 && number < edges.length - 1 ? number : 0;
    if (number < 0) for (let one = 1; one < edges.length - 1; one += 1) if (edges[one + 1] - edges[one] > edges[at + 1] - edges[at]) at = one;
    if (edges[at + 1] - edges[at] < 2 * LEAST) return undefined;
    edges.splice(at + 1, 0, Math.round((edges[at] + edges[at + 1]) / 2));
    this.set(edges, at + 1);
    say(this.dataset.saidNew);
    return undefined;
  }

  remove(number) {
    const edges = this.edges;
    if (edges.length <= 2) return;
    edges.splice(number, 1);
    this.set(edges, Math.min(number, edges.length - 1));
    say(this.dataset.saidGone);
  }

  pressed(event) {
    const group = event.target.closest("g.edge");
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
    const number = Number(group.dataset.number);
    const far = event.shiftKey ? 10 : 1;
    const acts = {
      ArrowLeft: () => this.move(number, this.edges[number] - far),
      ArrowRight: () => this.move(number, this.edges[number] + far),
      Delete: () => this.remove(number),
      Backspace: () => this.remove(number),
      "+": () => this.add(number),
      Insert: () => this.add(number),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  grabbed(event) {
    const group = event.target.closest("g.edge");
    if (!group || event.button !== 0) return;
    event.preventDefault();
    const number = Number(group.dataset.number);
    const box = this.svg.getBoundingClientRect();
    const follow = (moved) => this.move(number, (1000 * (moved.clientX - box.left)) / box.width);
    const leave = () => {
      this.svg.removeEventListener("pointermove", follow);
      for (const name of ["pointerup", "pointercancel"]) this.svg.removeEventListener(name, leave);
    };
    this.svg.setPointerCapture(event.pointerId);
    this.svg.addEventListener("pointermove", follow);
    for (const name of ["pointerup", "pointercancel"]) this.svg.addEventListener(name, leave);
    this.place.children[number]?.focus({ preventScroll: true });
  }
}
customElements.define("grid-editor", GridEditor);
