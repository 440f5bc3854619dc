// The list desk by keyboard. Without this file each card is a plain form; with it the next card is there at once, what
// was typed is sent on the side, and nothing typed is lost where the server cannot be reached.

import { onGo, say } from "./room.js";

const AHEAD = 3;
const KEPT = 40; // cards that were left without an answer
const LONGEST_WAIT_MS = 15000;
const STATES = { b: "blank", i: "illegible", x: "struck", o: "outside" };

/** The letter of a key on any keyboard: where letters are Uyghur or Cyrillic, or Alt makes signs, by its place. */
const letterOf = (event) => {
  if (/^[a-z0-9]$/i.test(event.key)) return event.key.toLowerCase();
  const found = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
  return found ? found[1].toLowerCase() : "";
};
const pause = (time) => new Promise((done) => setTimeout(done, time));

class DeskWork extends HTMLElement {
  connectedCallback() {
    this.place = this.querySelector("[data-place]");
    this.waiting = 0;
    this.saving = Promise.resolve();
    this.loading = Promise.resolve();
    this.filling = false;
    this.ended = false;
    this.addEventListener("submit", (event) => this.submitted(event));
    this.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("keydown", (event) => this.pressed(event));
    window.addEventListener("beforeunload", (event) => {
      if (this.waiting) event.preventDefault();
    });
    onGo("r", () => this.querySelector("#row").focus());
    for (const name of ["column", "order"]) {
      this.querySelector(`#${name}`)?.addEventListener("change", (event) => event.target.form.requestSubmit());
    }
    this.show(this.current);
    this.fill();
  }

  get cards() {
    return [...this.place.querySelectorAll("form.work-card")];
  }

  get current() {
    return this.cards.find((card) => !card.hidden && !card.dataset.left) ?? null;
  }

  get isReview() {
    return this.dataset.mode === "review";
  }

  /** That card alone is seen, and has the focus where one goes on. */
  show(card) {
    for (const other of this.cards) if (other !== card) other.hidden = true;
    const nothing = this.querySelector("[data-nothing]");
    nothing.hidden = card !== null || !this.ended;
    if (!card) {
      if (!nothing.hidden) nothing.querySelector("a").focus();
      return;
    }
    card.hidden = false;
    const field = card.querySelector("textarea");
    const isTyped = field && !this.isReview && !card.hasAttribute("data-covered");
    (isTyped ? field : card).focus({ preventScroll: true });
    if (isTyped) field.setSelectionRange(field.value.length, field.value.length);
    card.scrollIntoView({ block: "nearest" });
  }

  /** So many cards wait behind the one that is seen. */
  async fill() {
    const cards = this.cards.filter((card) => !card.dataset.left);
    const behind = cards.length - 1 - cards.indexOf(this.current);
    if (this.ended || this.filling || (this.current && behind >= AHEAD)) return;
    this.filling = true;
    try {
      const come = await this.load("beforeend", () => ({ skip: this.held.join(" "), n: AHEAD }));
      this.ended = !come.length;
    } catch {
      await pause(2000);
    } finally {
      this.filling = false;
    }
    if (!this.current) this.show(this.cards.find((card) => !card.dataset.left) ?? null);
    if (!this.ended) this.fill();
  }

  /** The cells that are here, answered or not. */
  get held() {
    return this.cards.flatMap((card) => card.dataset.cells.split(" "));
  }

  /**
   * Cards that the server gives come into the page, one request after the other: htmx puts them there, since our policy
   * lets nothing else do it. `asked` says what is asked for once its turn has come.
   */
  load(swap, asked, target = this.place) {
    this.loading = this.loading.catch(() => {}).then(async () => {
      const address = new URL(this.dataset.cards, location.href);
      for (const [name, value] of Object.entries(asked())) address.searchParams.set(name, value);
      const before = new Set(this.cards);
      await window.htmx.ajax("GET", address.pathname + address.search, { target, swap });
      const come = this.cards.filter((card) => !before.has(card));
      for (const image of come.flatMap((card) => [...card.querySelectorAll("img")])) image.decode?.().catch(() => {});
      return come;
    });
    return this.loading;
  }

  submitted(event) {
    const form = event.target;
    if (form.matches("[data-undo-form]")) {
      event.preventDefault();
      this.undo();
      return;
    }
    if (!form.matches(".work-card")) return;
    event.preventDefault();
    const data = new FormData(form);
    if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
    if (event.submitter?.value === "accept" && !event.submitter.hasAttribute("data-blank") && !String(data.get("text")).trim()) {
      this.tell(this.dataset.saidEmpty);
      return;
    }
    this.leave(form, data);
  }

  /** The card is answered: the next one is seen at once, and the answer is sent. */
  leave(form, data) {
    this.tell("");
    const cards = this.cards.filter((card) => !card.dataset.left);
    const next = cards[cards.indexOf(form) + 1] ?? cards.find((card) => card !== form) ?? null;
    form.dataset.left = "yes";
    this.show(next);
    this.waiting += 1;
    this.saving = this.saving.then(() => this.send(form, data));
    this.fill();
  }

  /** The answer is with the server, or the card is back with what is wrong with it. */
  async send(form, data) {
    for (let wait = 500; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
      const answer = await this.post(form.action, data);
      if (answer.saved) {
        this.waiting -= 1;
        form.remove();
        this.counted(answer.left);
        if (!this.waiting && this.wasTold) this.tellWaiting(false);
        return;
      }
      if (answer.problem) {
        this.waiting -= 1;
        delete form.dataset.left;
        this.show(form);
        this.tell(`${this.dataset.saidRefused} ${answer.problem}`);
        return;
      }
      this.tellWaiting(true, answer.isStranger);
      await pause(wait);
    }
  }

  async post(address, data) {
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(address, { method: "POST", body: new URLSearchParams(data), headers, redirect: "error" });
      if (response.headers.get("Content-Type")?.startsWith("application/json")) return await response.json();
      return { isStranger: response.status === 403 };
    } catch {
      return {};
    }
  }

  counted(left) {
    const place = this.querySelector("[data-left-count]");
    if (place && left !== undefined) place.textContent = left;
  }

  tell(text) {
    const place = this.querySelector("[data-problem]");
    place.textContent = text;
    place.hidden = !text;
  }

  tellWaiting(isWaiting, isStranger = false) {
    const place = this.querySelector("[data-waiting]");
    this.wasTold = isWaiting;
    place.hidden = !isWaiting;
    place.textContent = isStranger ? this.dataset.saidSession : isWaiting ? this.dataset.saidWaiting : "";
    if (!isWaiting) say(this.dataset.saidSaved);
  }

  /** The last act is taken back, and its card is there again with what was typed. */
  undo() {
    this.saving = this.saving.then(async () => {
      const data = new FormData(this.querySelector("[data-undo-form]"));
      const answer = await this.post(this.dataset.undo, data);
      if (!answer.cell) {
        say(this.dataset.saidNothing);
        return;
      }
      const isOfIt = (card) => card.dataset.cells.split(" ").includes(answer.cell);
      const [back] = await this.load("afterbegin", () => {
        for (const card of this.cards.filter(isOfIt)) card.remove();
        return { cell: answer.cell };
      });
      if (!back) return;
      const field = back.querySelectorAll("textarea")[back.dataset.cells.split(" ").indexOf(answer.cell)];
      if (field && answer.text) field.value = answer.text;
      this.counted(answer.left);
      this.show(back);
      say(this.dataset.saidUndone);
    });
  }

  /** The next card, or the one before, without an answer. */
  move(by) {
    const cards = this.cards.filter((card) => !card.dataset.left);
    const next = cards[cards.indexOf(this.current) + by];
    if (!next) return;
    this.show(next);
    if (cards.indexOf(next) > KEPT) cards[0].remove();
    this.fill();
  }

  clicked(event) {
    const uncover = event.target.closest("[data-reveal]");
    if (!uncover) return;
    event.preventDefault();
    this.uncover(uncover.closest("form"));
  }

  async uncover(card) {
    const [shown] = await this.load("afterend", () => ({ cell: card.dataset.cells, seen: "yes" }), card);
    if (!shown) return;
    card.remove();
    this.show(shown);
  }

  zoom() {
    const card = this.current;
    if (!card) return;
    const isClose = card.classList.toggle("close");
    for (const image of card.querySelectorAll("img[data-close]")) {
      image.dataset.plain ??= image.getAttribute("src");
      image.src = isClose ? image.dataset.close : image.dataset.plain;
    }
  }

  /** What the key does anywhere on the desk; false if it does nothing. */
  act(letter, field) {
    const card = this.current;
    if (letter === "u") return this.undo();
    if (letter === "z") return this.zoom();
    if (letter === "r") {
      const link = this.querySelector("[data-view-link]");
      if (!link) return false;
      this.saving = this.saving.then(() => (location.href = link.href));
      return undefined;
    }
    if (!card || card.hasAttribute("data-covered")) return false;
    const state = letter === "a" ? "ask" : STATES[letter];
    if (state && field?.matches(".whole-row textarea")) {
      field.closest("tr").querySelector("[data-state]").value = state;
      this.onward(field);
      return undefined;
    }
    if (letter === "a") return this.ask(card);
    const button = STATES[letter] ? card.querySelector(`button[name=state][value=${STATES[letter]}]`) : /[1-9]/.test(letter) ? card.querySelector(`[data-pick="${letter}"]`) : null;
    if (!button) return false;
    button.click();
    return undefined;
  }

  /** A line for a question to the others; without one, Enter asks all the same. */
  ask(card) {
    const asking = card.querySelector("details.ask");
    if (!asking) return false;
    asking.open = true;
    asking.querySelector("input").focus();
    return undefined;
  }

  /** The next field of the row; after the last, the row is kept. */
  onward(field) {
    const fields = [...field.form.querySelectorAll("textarea")];
    const next = fields[fields.indexOf(field) + 1];
    if (next) next.focus();
    else this.accept();
  }

  accept() {
    const card = this.current;
    if (!card) return;
    if (card.hasAttribute("data-covered")) this.uncover(card);
    else card.requestSubmit(card.querySelector("[data-accept]"));
  }

  pressed(event) {
    // Who composes a sign with an input method presses Enter and Escape for that, and not for us.
    if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    if (event.metaKey || document.querySelector("dialog[open]")) return;
    const field = event.target.closest?.("textarea, input, select");
    const done = field ? this.contains(field) && field.closest(".work-card") && this.inField(event, field) : this.outside(event);
    if (done) event.preventDefault();
  }

  inField(event, field) {
    if (event.key === "Escape") {
      field.form.focus({ preventScroll: true });
      return true;
    }
    if (event.key === "Enter" && field.name === "note") {
      field.form.requestSubmit(field.closest(".ask").querySelector("button"));
      return true;
    }
    if (event.key === "Enter" && event.ctrlKey) {
      this.accept();
      return true;
    }
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && field.matches("textarea")) {
      if (field.matches(".whole-row textarea")) this.onward(field);
      else this.accept();
      return true;
    }
    if (!event.altKey || event.ctrlKey || event.getModifierState("AltGraph")) return false;
    return this.act(letterOf(event), field) !== false;
  }

  outside(event) {
    if (event.ctrlKey) return false;
    const isOnControl = event.target.closest?.("a, button, summary");
    if (event.key === "Enter" || (event.key === " " && this.current?.hasAttribute("data-covered"))) {
      if (isOnControl) return false;
      this.accept();
      return true;
    }
    const isOnCard = event.target === document.body || event.target.matches?.(".work-card, main");
    if (event.key === "Tab" && !event.shiftKey && isOnCard) return this.enterField();
    if (event.target.matches?.(".pixels") && event.key.startsWith("Arrow")) return false;
    const letter = letterOf(event);
    if (letter === "e") return this.enterField();
    if (letter === "j" || event.key === "ArrowDown") return this.move(1) ?? true;
    if (letter === "k" || event.key === "ArrowUp") return this.move(-1) ?? true;
    return letter !== "" && this.act(letter, null) !== false;
  }

  enterField() {
    const field = this.current?.querySelector("textarea");
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  }
}
customElements.define("desk-work", DeskWork);
