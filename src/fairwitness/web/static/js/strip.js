// The strip of small pages beside a page.

/** All pages of a document as small images; only those in view are there. */
class PageStrip extends HTMLElement {
  connectedCallback() {
    this.numbers = numbersOf(this.dataset.ranges);
    this.matching = new Set(numbersOf(this.dataset.hits));
    this.list = this.querySelector("ol");
    this.step = Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * 9.9);
    this.made = new Map();
    this.classList.add("virtual");
    this.list.style.blockSize = `${this.numbers.length * this.step}px`;
    this.list.replaceChildren();
    this.addEventListener("scroll", () => { this.due ??= requestAnimationFrame(() => { this.due = undefined; this.fill(); }); }, { passive: true });
    new ResizeObserver(() => this.fill()).observe(this);
  }

  /** The page is marked as the one looked at, and in view. */
  look(number) {
    this.current = number;
    for (const [one, item] of this.made) mark(item.firstChild, one === number);
    const at = this.numbers.indexOf(number) * this.step;
    if (at < this.scrollTop + this.step / 2 || at + this.step > this.scrollTop + this.clientHeight - this.step / 2) this.scrollTop = at - this.clientHeight / 2 + this.step / 2;
    this.fill();
  }

  fill() {
    const first = Math.max(0, Math.floor(this.scrollTop / this.step) - 2), last = Math.min(this.numbers.length - 1, Math.ceil((this.scrollTop + this.clientHeight) / this.step) + 2);
    const wanted = new Set(this.numbers.slice(first, last + 1));
    for (const [number, item] of this.made) if (!wanted.has(number)) { item.remove(); this.made.delete(number); }
    for (let at = first; at <= last; at += 1) if (!this.made.has(this.numbers[at])) this.#make(at);
  }

  #make(at) {
    const number = this.numbers[at], { digest, query, find } = this.dataset;
    const item = document.createElement("li"), link = document.createElement("a"), image = document.createElement("img"), label = document.createElement("span");
    const asked = new URLSearchParams({ page: number, ...(query && { q: query }), ...(find && { find }) });
    link.href = `/documents/${digest}?${asked}`;
    link.setAttribute("aria-label", `${this.dataset.label} ${number}`);
    for (const [name, value] of Object.entries({ "hx-get": link.getAttribute("href"), "hx-target": "#leaf", "hx-swap": document.getElementById("leaf").dataset.swap, "hx-push-url": "true" })) link.setAttribute(name, value);
    item.style.insetBlockStart = `${at * this.step}px`;
    item.classList.toggle("matches", this.matching.has(number));
    image.alt = "";
    image.decoding = "async";
    label.textContent = number;
    link.append(image, label);
    item.append(link);
    mark(link, number === this.current);
    this.list.append(item);
    this.made.set(number, item);
    window.htmx?.process(item);
    setTimeout(() => { if (item.isConnected) image.src = `/documents/${digest}/pages/${number}/image?side=256`; }, 60); // not while flying past
  }
}

function mark(link, on) { if (on) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current"); }

function numbersOf(ranges) {
  const numbers = [];
  for (const part of (ranges || "").split(",").filter(Boolean)) {
    const [first, last = first] = part.split("-").map(Number);
    for (let n = first; n <= last; n += 1) numbers.push(n);
  }
  return numbers;
}

customElements.define("page-strip", PageStrip);
