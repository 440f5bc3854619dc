// The page of a document: zoom and pan, words linked with their place on the image, hits, keys, cites.
// Everything works on what the server rendered; boxes are in pixels of the page image, text in code points.

import "./strip.js";

const SVG = "http://www.w3.org/2000/svg";
const SIDES = [256, 1280, 2560, 5120]; // as fairwitness.work.picturing makes them
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const editable = (node) => node instanceof HTMLElement && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));
const points = (text) => { let n = 0; for (const _ of text) n += 1; return n; };
const rtl = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The image of a page: scrolled to pan, made wider to zoom, so that it works like everything that scrolls. */
class PageViewer extends HTMLElement {
  static zoom = 1; // of the width of the view; kept while pages are turned
  static #wholePage = false;

  connectedCallback() {
    this.paper = this.querySelector(".sheet-of-paper");
    this.image = this.querySelector(".page-image");
    this.places = this.querySelector(".places");
    this.width = Number(this.dataset.width) || 0;
    this.height = Number(this.dataset.height) || 0;
    this.side = 1280;
    this.classList.add("live");
    this.resized = new ResizeObserver(() => this.#settle());
    this.resized.observe(this);
    this.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.addEventListener("pointerdown", (event) => this.#press(event));
    this.addEventListener("pointermove", (event) => this.#hover(event));
    this.addEventListener("pointerleave", () => this.leaf?.point(null));
    this.addEventListener("dblclick", (event) => this.#zoomAt(PageViewer.zoom * (event.shiftKey ? 0.5 : 2), event));
    this.image.addEventListener("error", () => this.classList.remove("live"));
    this.apply(PageViewer.#wholePage ? this.#wholePageZoom() : PageViewer.zoom);
  }

  disconnectedCallback() { this.resized.disconnect(); clearTimeout(this.settling); }

  /** The page is so many times as wide as the view; the point (x, y) of the view stays where it is. */
  apply(zoom, x = this.clientWidth / 2, y = 0) {
    const most = Math.max(2, (5120 * 1.5) / Math.max(1, this.clientWidth));
    zoom = Math.min(most, Math.max(0.1, zoom));
    const before = this.paper.getBoundingClientRect(), view = this.getBoundingClientRect();
    const fx = (view.left + x - before.left) / Math.max(1, before.width), fy = (view.top + y - before.top) / Math.max(1, before.height);
    PageViewer.zoom = zoom;
    this.paper.style.inlineSize = `${zoom * 100}%`;
    const after = this.paper.getBoundingClientRect();
    this.scrollLeft += after.left + fx * after.width - (view.left + x);
    this.scrollTop += after.top + fy * after.height - (view.top + y);
    const said = this.leaf?.node.querySelector("[data-zoom-at]");
    if (said) said.textContent = `${Math.round(zoom * 100)}%`;
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.#settle(), 120);
  }

  /** The same, on a way that the eye can follow. */
  glide(zoom, x = this.clientWidth / 2, y = this.clientHeight / 2) {
    PageViewer.#wholePage = false;
    if (calm.matches) return this.apply(zoom, x, y);
    const from = PageViewer.zoom, began = performance.now();
    const step = (now) => {
      const t = Math.min(1, (now - began) / 140), eased = 1 - (1 - t) ** 3;
      this.apply(from * (zoom / from) ** eased, x, y);
      if (t < 1 && this.isConnected) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  fit() {
    const whole = !PageViewer.#wholePage && Math.abs(PageViewer.zoom - 1) < 0.01;
    this.glide(whole ? this.#wholePageZoom() : 1, this.clientWidth / 2, 0);
    PageViewer.#wholePage = whole;
  }

  #wholePageZoom() {
    const ratio = this.height && this.width ? this.height / this.width : this.image.naturalHeight / Math.max(1, this.image.naturalWidth) || 1.4;
    return Math.min(1, this.clientHeight / Math.max(1, this.clientWidth * ratio));
  }

  /** An image with as many pixels as are shown, once the zoom has come to rest. */
  async #settle() {
    const shown = Math.max(this.paper.offsetWidth, this.paper.offsetHeight) * devicePixelRatio;
    const side = SIDES.find((one) => one >= shown * 0.9) ?? SIDES.at(-1);
    if (side <= this.side || !this.isConnected) return;
    this.side = side;
    const next = this.image.cloneNode();
    next.src = this.dataset.src + side;
    try { await next.decode(); } catch { return; }
    if (this.isConnected && this.side === side) { this.image.replaceWith(next); this.image = next; }
  }

  #wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    PageViewer.#wholePage = false;
    const view = this.getBoundingClientRect();
    this.apply(PageViewer.zoom * Math.exp(-event.deltaY / (event.deltaMode ? 20 : 240)), event.clientX - view.left, event.clientY - view.top);
  }

  #zoomAt(zoom, event) {
    const view = this.getBoundingClientRect();
    this.glide(zoom, event.clientX - view.left, event.clientY - view.top);
  }

  /** Pixels of the page image under the pointer. */
  pixel(event) {
    const box = this.paper.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.width, ((event.clientY - box.top) / box.height) * this.height];
  }

  #press(event) {
    if (event.button !== 0 || event.pointerType === "touch") return;
    const view = this.getBoundingClientRect();
    if (event.clientX > view.left + this.clientWidth || event.clientY > view.top + this.clientHeight) return; // scroll bar
    const drawing = this.classList.contains("drawing"), start = [event.clientX, event.clientY], from = [this.scrollLeft, this.scrollTop], corner = this.pixel(event);
    let moved = false;
    this.setPointerCapture(event.pointerId);
    event.preventDefault();
    this.focus({ preventScroll: true });
    const move = (now) => {
      moved ||= Math.hypot(now.clientX - start[0], now.clientY - start[1]) > 4;
      if (!moved) return;
      if (drawing) return this.leaf.draw(corner, this.pixel(now));
      this.classList.add("dragging");
      this.scrollLeft = from[0] - (now.clientX - start[0]);
      this.scrollTop = from[1] - (now.clientY - start[1]);
    };
    const end = (now) => {
      this.removeEventListener("pointermove", move);
      this.classList.remove("dragging");
      if (drawing && moved) this.leaf.drawn();
      else if (!moved) this.leaf?.clickedAt(...this.pixel(now));
    };
    this.addEventListener("pointermove", move);
    this.addEventListener("pointerup", end, { once: true });
    this.addEventListener("pointercancel", end, { once: true });
  }

  #hover(event) {
    if (event.buttons || !this.width || this.classList.contains("drawing")) return;
    this.leaf?.point(this.leaf.wordUnder(...this.pixel(event)));
  }

  /** The rectangle is in view. */
  reveal([x0, y0, x1, y1]) {
    const paper = this.paper.getBoundingClientRect(), view = this.getBoundingClientRect(), scale = paper.width / this.width;
    const left = paper.left - view.left + x0 * scale, top = paper.top - view.top + y0 * scale, right = left + (x1 - x0) * scale, bottom = top + (y1 - y0) * scale;
    const by = { left: 0, top: 0 };
    if (top < 40 || bottom > this.clientHeight - 40) by.top = top - this.clientHeight / 3;
    if (left < 20 || right > this.clientWidth - 20) by.left = left - this.clientWidth / 3;
    if (by.left || by.top) this.scrollBy({ ...by, behavior: calm.matches ? "auto" : "smooth" });
  }
}

/** Running text whose every code point can be found: pieces say at which one they begin. */
class PageText extends HTMLElement {
  connectedCallback() {
    this.pieces = [...this.querySelectorAll("[data-s]")].map((node) => ({ node, start: Number(node.dataset.s), spelled: "spelled" in node.dataset }));
    this.current = -1;
    this.addEventListener("pointermove", (event) => { if (!event.buttons) this.leaf?.point(this.leaf.wordAt(this.#offsetAt(event.clientX, event.clientY)), "text"); });
    this.addEventListener("pointerleave", () => this.leaf?.point(null));
    this.addEventListener("click", (event) => this.#click(event));
    this.addEventListener("keydown", (event) => this.#key(event));
  }

  #click(event) {
    if (!getSelection().isCollapsed || !this.leaf) return;
    const word = this.leaf.wordAt(this.#offsetAt(event.clientX, event.clientY));
    if (word === null) return;
    this.current = word;
    this.leaf.point(word);
    this.leaf.revealWord(word, false);
    this.leaf.cite(...this.leaf.span(word));
  }

  #offsetAt(x, y) {
    const caret = document.caretPositionFromPoint?.(x, y);
    const range = caret ? null : document.caretRangeFromPoint?.(x, y);
    const node = caret ? caret.offsetNode : range?.startContainer, offset = caret ? caret.offset : range?.startOffset;
    return node && this.contains(node) ? this.offsetOf(node, offset) : -1;
  }

  /** The code point of the page at a place in the DOM. */
  offsetOf(node, offset) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const holder = element.closest?.("[data-s]");
    if (!holder || !this.contains(holder)) {
      const child = node.nodeType === Node.ELEMENT_NODE ? node.childNodes[offset] : null;
      const next = child?.nodeType === Node.ELEMENT_NODE ? (child.matches("[data-s]") ? child : child.querySelector("[data-s]")) : null;
      return next ? Number(next.dataset.s) : this.end;
    }
    const start = Number(holder.dataset.s);
    if ("spelled" in holder.dataset) return start + (offset ? 1 : 0);
    return start + points(node.nodeType === Node.TEXT_NODE ? node.data.slice(0, offset) : offset ? holder.textContent : "");
  }

  get end() {
    const last = this.pieces.at(-1);
    return last ? last.start + (last.spelled ? 1 : points(last.node.textContent)) : 0;
  }

  #place(offset) {
    let low = 0, high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle].start <= offset) low = middle; else high = middle - 1;
    }
    const piece = this.pieces[low];
    if (!piece) return null;
    const text = piece.node.firstChild;
    if (!text) return [piece.node, 0];
    if (piece.spelled) return [text, offset > piece.start ? text.length : 0];
    let at = 0, left = offset - piece.start;
    while (left > 0 && at < text.length) { at += text.data.codePointAt(at) > 0xffff ? 2 : 1; left -= 1; }
    return [text, at];
  }

  /** The stretch as a range of the DOM. */
  rangeOf(start, end) {
    const from = this.#place(start), to = this.#place(end);
    if (!from || !to) return null;
    const range = new Range();
    range.setStart(...from);
    range.setEnd(...to);
    return range;
  }

  slice(start, end) { return this.rangeOf(start, end)?.toString() ?? ""; }

  /** Words of a text that has no places on an image, as the browser tells them apart. */
  segments() {
    const flat = [];
    if (!window.Intl?.Segmenter) return flat;
    const segmenter = new Intl.Segmenter(this.querySelector("[lang]")?.lang || undefined, { granularity: "word" });
    for (const { node, start, spelled } of this.pieces) {
      if (spelled) continue;
      let at = start;
      for (const { segment, isWordLike } of segmenter.segment(node.textContent)) {
        const length = points(segment);
        if (isWordLike) flat.push(at, at + length, 0, 0, 0, 0);
        at += length;
      }
    }
    return flat;
  }

  reveal(range) {
    const box = range.getBoundingClientRect();
    const own = this.scrollHeight > this.clientHeight + 4 && getComputedStyle(this).overflowY !== "visible" ? this : null;
    const view = own ? own.getBoundingClientRect() : { top: 60, bottom: innerHeight, height: innerHeight - 60 };
    if (box.top >= view.top + 24 && box.bottom <= view.bottom - 24) return;
    (own ?? window).scrollBy({ top: box.top - view.top - view.height / 3, behavior: calm.matches ? "auto" : "smooth" });
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.leaf) return;
    const count = this.leaf.words.length / 6;
    if (!count) return;
    const word = this.current < 0 ? 0 : this.current;
    const turned = rtl.test(this.slice(...this.leaf.span(word)));
    const moves = { ArrowRight: turned ? -1 : 1, ArrowLeft: turned ? 1 : -1, Home: -count, End: count };
    let next;
    if (event.key in moves) next = this.current < 0 ? 0 : Math.min(count - 1, Math.max(0, word + moves[event.key]));
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") next = this.#line(word, event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") { this.leaf.revealWord(word, false); event.preventDefault(); return; }
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.anchor = event.shiftKey ? this.anchor ?? word : null;
    this.current = next;
    if (this.anchor === null) { getSelection().removeAllRanges(); this.leaf.point(next); this.leaf.cite(...this.leaf.span(next)); }
    else {
      const [a] = this.leaf.span(Math.min(this.anchor, next)), [, b] = this.leaf.span(Math.max(this.anchor, next)), range = this.rangeOf(a, b);
      getSelection().removeAllRanges();
      if (range) getSelection().addRange(range);
    }
    const range = this.rangeOf(...this.leaf.span(next));
    if (range) this.reveal(range);
  }

  #line(word, by) {
    const range = this.rangeOf(...this.leaf.span(word)), box = range?.getBoundingClientRect();
    if (!box) return word;
    for (let steps = 1; steps < 4; steps += 1) {
      const found = this.leaf.wordAt(this.#offsetAt(box.left + 4, box.top + box.height / 2 + by * steps * Math.max(20, box.height)));
      if (found !== null && found !== word) return found;
    }
    const count = this.leaf.words.length / 6;
    return Math.min(count - 1, Math.max(0, word + 8 * by));
  }
}

/** What belongs together on one leaf: image, text, hits, and the form that makes a cite. */
class Leaf {
  constructor(node) {
    this.node = node;
    this.words = [];
    this.hit = 0;
    this.viewer = node.querySelector("page-viewer");
    this.text = node.querySelector("page-text");
    this.form = node.querySelector("#cite");
    for (const part of [this.viewer, this.text]) if (part) part.leaf = this;
    this.hits = Math.max(0, ...[...node.querySelectorAll("[data-hit]")].map((one) => Number(one.dataset.hit)));
    this.cells = [...node.querySelectorAll("td.hit")];
    if (this.cells.length) this.hits = this.cells.length;
    const zoom = node.querySelector("[data-zoom]");
    if (zoom && this.viewer) {
      zoom.hidden = false;
      zoom.addEventListener("click", (event) => this.act(event.target.closest("[data-act]")?.dataset.act));
      this.viewer.apply(PageViewer.zoom);
    }
    if (this.hits) this.show(node.dataset.last ? this.hits : 1, false);
    const region = node.querySelector(".places .region");
    if (region) requestAnimationFrame(() => this.viewer.reveal([Number(region.getAttribute("x")), Number(region.getAttribute("y")), Number(region.getAttribute("x")) + 10, Number(region.getAttribute("y")) + 10]));
    this.#load();
  }

  async #load() {
    const address = this.text?.dataset.words;
    if (!this.text) return;
    if (!address) { this.words = this.text.segments(); return; }
    try { this.words = await (await fetch(address)).json(); } catch { this.words = []; }
    if (!this.words.length) this.words = this.text.segments();
  }

  span(word) { return [this.words[6 * word], this.words[6 * word + 1]]; }
  box(word) { return this.words.slice(6 * word + 2, 6 * word + 6); }

  wordAt(offset) {
    let low = 0, high = this.words.length / 6 - 1;
    while (low <= high) {
      const middle = (low + high) >> 1, start = this.words[6 * middle], end = this.words[6 * middle + 1];
      if (offset < start) high = middle - 1; else if (offset >= end) low = middle + 1; else return middle;
    }
    return null;
  }

  wordUnder(x, y) {
    for (let at = 0; at < this.words.length; at += 6) {
      if (x >= this.words[at + 2] && x <= this.words[at + 4] && y >= this.words[at + 3] && y <= this.words[at + 5]) return at / 6;
    }
    return null;
  }

  /** The word is shown in both, or none. */
  point(word) {
    if (word === this.pointed) return;
    this.pointed = word;
    const rect = this.viewer?.places?.querySelector(".word");
    if (rect) place(rect, word === null ? null : this.box(word));
    if (!window.Highlight) return;
    const range = word === null ? null : this.text?.rangeOf(...this.span(word));
    if (range) CSS.highlights.set("room-word", new Highlight(range)); else CSS.highlights.delete("room-word");
  }

  revealWord(word, alsoText = true) {
    const box = this.box(word);
    if (this.viewer?.width && box[2]) this.viewer.reveal(box);
    const range = alsoText ? this.text?.rangeOf(...this.span(word)) : null;
    if (range) this.text.reveal(range);
  }

  clickedAt(x, y) {
    const word = this.wordUnder(x, y);
    this.point(word);
    if (word === null) return;
    this.text.current = word;
    const range = this.text.rangeOf(...this.span(word));
    if (range) this.text.reveal(range);
    this.cite(...this.span(word));
  }

  /** The hit of that number is in view, here and there. */
  show(number, focus = true) {
    this.hit = Math.min(this.hits, Math.max(1, number));
    for (const one of this.node.querySelectorAll(".now")) one.classList.remove("now");
    const mine = [...this.node.querySelectorAll(`[data-hit="${this.hit}"]`)];
    for (const one of mine) one.classList.add("now");
    const rect = mine.find((one) => one instanceof SVGElement), mark = mine.find((one) => one instanceof HTMLElement);
    if (rect) {
      const at = ["x", "y", "width", "height"].map((name) => Number(rect.getAttribute(name)));
      requestAnimationFrame(() => this.viewer.reveal([at[0], at[1], at[0] + at[2], at[1] + at[3]]));
    }
    if (mark) {
      const range = new Range();
      range.selectNodeContents(mark);
      if (focus || !this.viewer || getComputedStyle(this.text).overflowY !== "visible") this.text?.reveal(range);
      if (focus) this.cite(Number(mark.dataset.s), this.text.offsetOf(mine.filter((one) => one instanceof HTMLElement).at(-1), 1));
    }
    const cell = this.cells[this.hit - 1];
    if (cell) { cell.scrollIntoView({ block: "nearest", inline: "nearest" }); this.node.querySelector("sheet-grid")?.choose(cell, focus); }
    const said = this.node.querySelector("[data-hit-at]");
    if (said) { said.hidden = false; said.textContent = `${this.hit} / `; }
  }

  step(by) {
    if (by > 0 && this.hit < this.hits) return this.show(this.hit + 1);
    if (by < 0 && this.hit > 1) return this.show(this.hit - 1);
    this.follow(by > 0 ? "hit-behind" : "hit-before");
  }

  follow(name) { const link = this.node.querySelector(`a[data-go="${name}"]`); link?.click(); return Boolean(link); }

  act(name) {
    if (name === "in") this.viewer.glide(PageViewer.zoom * 1.35);
    else if (name === "out") this.viewer.glide(PageViewer.zoom / 1.35);
    else if (name === "fit") this.viewer.fit();
    else if (name === "region") this.#drawing(!this.viewer.classList.contains("drawing"));
  }

  #drawing(on) {
    this.viewer.classList.toggle("drawing", on);
    this.node.querySelector('[data-act="region"]').setAttribute("aria-pressed", String(on));
    if (!on) return;
    this.viewer.focus({ preventScroll: true });
    if (!this.rectangle) {
      const paper = this.viewer.paper.getBoundingClientRect(), view = this.viewer.getBoundingClientRect(), scale = this.viewer.width / paper.width;
      const left = Math.max(0, (view.left - paper.left) * scale) + 40, top = Math.max(0, (view.top - paper.top) * scale) + 40;
      this.draw([left, top], [left + this.viewer.width / 3, top + this.viewer.width / 9]);
    }
    this.drawn();
  }

  draw([ax, ay], [bx, by]) {
    const within = (value, most) => Math.round(Math.min(most, Math.max(0, value)));
    const { width, height } = this.viewer;
    this.rectangle = [within(Math.min(ax, bx), width - 1), within(Math.min(ay, by), height - 1), within(Math.max(ax, bx), width), within(Math.max(ay, by), height)];
    place(this.viewer.places.querySelector(".drawn"), this.rectangle);
  }

  drawn() {
    if (!this.rectangle) return;
    const [x0, y0, x1, y1] = unturned(this.rectangle, Number(this.viewer.dataset.turned), this.viewer.width, this.viewer.height);
    this.form.elements.region.value = `${x0},${y0},${Math.max(x1, x0 + 1)},${Math.max(y1, y0 + 1)}`;
    this.#label("place", `${x1 - x0} × ${y1 - y0} px`);
  }

  /** Arrows move the rectangle, with Shift its lower corner. */
  moveRectangle(event) {
    const by = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[event.key];
    if (!by || !this.rectangle || !this.viewer?.classList.contains("drawing")) return false;
    const [x0, y0, x1, y1] = this.rectangle;
    this.draw(event.shiftKey ? [x0, y0] : [x0 + by[0], y0 + by[1]], [x1 + by[0], y1 + by[1]]);
    this.drawn();
    this.viewer.reveal(this.rectangle);
    return true;
  }

  /** The form cites this stretch of text. */
  cite(start, end, quote = this.text?.slice(start, end), kind = "words") {
    if (!this.form || !(end > start)) return;
    this.form.elements.start.value = start;
    this.form.elements.end.value = end;
    this.form.elements.region.value = "";
    this.#label(kind, quote);
  }

  #label(kind, quote) {
    const label = this.form.querySelector("[data-cite-label]");
    label.textContent = label.dataset[kind];
    this.form.querySelector("[data-cite-quote]").textContent = quote ? `“${quote.slice(0, 120)}${quote.length > 120 ? "…" : ""}”` : "";
  }

  selected() {
    const chosen = getSelection();
    if (!this.text || chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    if (!this.text.contains(range.startContainer) || !this.text.contains(range.endContainer)) return;
    const start = this.text.offsetOf(range.startContainer, range.startOffset), end = this.text.offsetOf(range.endContainer, range.endOffset);
    this.cite(start, end, range.toString());
    this.#mark(start, end);
  }

  /** Rectangles over the words that are selected. */
  #mark(start, end) {
    const places = this.viewer?.places;
    if (!places) return;
    for (const one of [...places.querySelectorAll(".selected")]) one.remove();
    for (let at = 0, made = 0; at < this.words.length && made < 2000; at += 6) {
      if (this.words[at] >= end || this.words[at + 1] <= start) continue;
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("class", "selected");
      place(rect, this.words.slice(at + 2, at + 6));
      places.append(rect);
      made += 1;
    }
  }
}

function place(rect, box) {
  if (!box) return rect.setAttribute("visibility", "hidden");
  rect.setAttribute("x", box[0]);
  rect.setAttribute("y", box[1]);
  rect.setAttribute("width", box[2] - box[0]);
  rect.setAttribute("height", box[3] - box[1]);
  rect.setAttribute("visibility", "visible");
}

/** Where a rectangle of the turned image lies on the page as it was measured; width and height are of the turned one. */
function unturned([x0, y0, x1, y1], turn, width, height) {
  if (turn === 90) return [y0, width - x1, y1, width - x0];
  if (turn === 180) return [width - x1, height - y1, width - x0, height - y0];
  if (turn === 270) return [height - y1, x0, height - y0, x1];
  return [x0, y0, x1, y1];
}

/** A grid of cells: arrows move, the bar above shows the whole value and the formula. */
class SheetGrid extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => { const cell = event.target.closest("td"); if (cell?.closest("tbody")) this.choose(cell); });
    this.addEventListener("focusin", (event) => { if (event.target.matches("td")) this.choose(event.target, false); });
    this.addEventListener("keydown", (event) => this.#key(event));
    const asked = this.dataset.goTo && this.querySelector(`td[data-a="${CSS.escape(this.dataset.goTo)}"]`);
    if (asked) requestAnimationFrame(() => { asked.scrollIntoView({ block: "center", inline: "center" }); this.choose(asked); });
    const first = asked || this.querySelector("td.hit") || this.querySelector("tbody td");
    if (first) first.tabIndex = 0;
  }

  choose(cell, focus = true) {
    for (const one of this.querySelectorAll("td[tabindex]")) if (one !== cell) one.removeAttribute("tabindex"); // its own would blur it
    if (cell.tabIndex !== 0) cell.tabIndex = 0;
    if (focus && document.activeElement !== cell) cell.focus({ preventScroll: false });
    const bar = this.closest(".leaf").querySelector(".formula-bar"), row = cell.parentElement, value = cell.querySelector("bdi");
    const letters = this.querySelectorAll("thead tr > *")[cell.cellIndex]?.textContent ?? "";
    bar.querySelector("[data-address]").textContent = cell.dataset.a ?? letters + row.cells[0].textContent;
    const copy = value?.cloneNode(true);
    bar.querySelector("[data-value]").replaceChildren(...(copy ? [copy] : []));
    bar.querySelector("[data-formula]").textContent = cell.dataset.f ?? "";
    if (cell.dataset.s) leaf?.cite(Number(cell.dataset.s), Number(cell.dataset.e), value?.textContent ?? "", "cell");
  }

  #key(event) {
    const cell = event.target.closest("tbody td");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = cell.parentElement, at = cell.cellIndex, flip = getComputedStyle(this).direction === "rtl" ? -1 : 1;
    const sideways = (by) => row.cells[Math.min(row.cells.length - 1, Math.max(1, at + by * flip))];
    const down = (by) => { let next = row; for (let n = Math.abs(by); n && next; n -= 1) next = (by > 0 ? next.nextElementSibling : next.previousElementSibling) ?? (n = 1, next); return next.cells[at]; };
    const moves = { ArrowRight: () => sideways(1), ArrowLeft: () => sideways(-1), ArrowDown: () => down(1), ArrowUp: () => down(-1), Home: () => row.cells[1], End: () => row.cells[row.cells.length - 1], PageDown: () => down(20), PageUp: () => down(-20) };
    if (!moves[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    this.choose(moves[event.key]());
  }
}

let leaf = null;

function begin() {
  const node = document.getElementById("leaf");
  if (!node || node === leaf?.node) return;
  window.CSS?.highlights?.clear();
  leaf = new Leaf(node);
  const strip = document.getElementById("strip");
  customElements.upgrade(strip ?? document.createElement("i"));
  strip?.look?.(Number(node.dataset.page));
}

const keys = {
  j: () => leaf.follow("behind"), k: () => leaf.follow("before"),
  PageDown: () => leaf.viewer ? leaf.follow("behind") : leaf.follow("window-behind"), PageUp: () => leaf.viewer ? leaf.follow("before") : leaf.follow("window-before"),
  n: () => (leaf.node.querySelector(".hits-group") ? (leaf.step(1), true) : false), p: () => (leaf.node.querySelector(".hits-group") ? (leaf.step(-1), true) : false),
  f: () => focus("#find"), "#": () => focus("#goto"), i: () => focus("#about", true), w: () => focus("page-text, sheet-grid td[tabindex]"),
  "+": () => zoom("in"), "=": () => zoom("in"), "-": () => zoom("out"), 0: () => zoom("fit"), x: () => zoom("region"), "]": () => leaf.follow("turn"),
  c: () => { leaf.form?.requestSubmit(); return Boolean(leaf.form); },
};

function zoom(name) { if (!leaf.viewer?.width && name === "region") return false; if (!leaf.viewer) return false; leaf.act(name); return true; }

function focus(selector, scroll = false) {
  const node = document.querySelector(selector);
  node?.focus();
  if (scroll) node?.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  if (node instanceof HTMLInputElement) node.select();
  return Boolean(node);
}

customElements.define("page-viewer", PageViewer);
customElements.define("page-text", PageText);
customElements.define("sheet-grid", SheetGrid);

document.addEventListener("keydown", (event) => {
  if (!leaf || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && editable(event.target)) return event.target.blur();
  if (editable(event.target)) return;
  if (leaf.moveRectangle(event) || (keys[event.key] && keys[event.key]() !== false)) event.preventDefault();
});
// Back and forward within a document change the leaf alone; elsewhere the page is loaded anew.
document.addEventListener("htmx:before:history:restore", (event) => {
  event.preventDefault();
  const same = location.pathname === `/documents/${leaf?.node.dataset.digest}` && document.getElementById("leaf");
  if (same) window.htmx.ajax("GET", event.detail.path, { target: "#leaf", swap: leaf.node.dataset.swap, headers: { "HX-Target": "section#leaf" } });
  else location.reload();
});
// A page that cannot be had is shown with its message, and not in the place of one that can.
document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  if (ctx?.response?.status >= 400 && ctx.target?.id === "leaf") {
    event.preventDefault();
    location.assign(ctx.request.action);
  }
});
document.addEventListener("selectionchange", () => leaf?.selected());
new MutationObserver(begin).observe(document.querySelector(".doc-body"), { childList: true });
begin();
