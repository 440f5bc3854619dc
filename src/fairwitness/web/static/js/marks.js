// Marks, cites and findings by keyboard: everything here also works as plain forms and links.

import { onKeys, say } from "./room.js";

const press = (id) => {
  const button = document.getElementById(id);
  if (!button) return false;
  button.click();
};
const enter = (id) => {
  const field = document.getElementById(id);
  if (!field) return false;
  for (let at = field.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
  field.focus();
};

/** Moves the focus to the next or previous thing of a list. */
const step = (by) => {
  const items = [...document.querySelectorAll("[data-item]")];
  if (!items.length) return false;
  const now = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.min(items.length - 1, Math.max(0, now < 0 ? 0 : now + by))];
  const target = next.querySelector("a[href]:not([tabindex])") ?? next;
  target.focus();
  next.scrollIntoView({ block: "nearest" });
};

const keys = { s: () => press("mark-star"), r: () => press("mark-reviewed"), t: () => enter("mark-tag"), m: () => enter("mark-note") };
const lists = { j: () => step(1), k: () => step(-1), w: () => enter("new-sentence"), e: () => enter("sentence") };
const found = document.querySelector(".findings, .one-finding, .new-finding") ? { ...keys, ...lists } : keys;
onKeys(found);

// Ctrl+Enter sends the form that one is writing in; Esc leaves the field.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
  if (!field.closest(".marks, .cited, .new-finding, .one-finding")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    field.form?.requestSubmit();
  } else if (event.key === "Escape") {
    field.blur();
  }
});

/** Shows the buttons that copy, where the browser lets us. */
class CopyForms extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return;
    for (const button of this.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.copy(button));
    }
  }

  async copy(button) {
    const text = button.closest("details").querySelector("textarea");
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.focus();
      text.select();
      return;
    }
    const label = button.textContent;
    button.textContent = button.dataset.done;
    say(button.dataset.done);
    setTimeout(() => (button.textContent = label), 1500);
  }
}
customElements.define("copy-forms", CopyForms);

// After a fragment came, the focus is where it was, or on what the fragment asks.
let focused = "";
document.addEventListener("htmx:before:request", () => {
  focused = document.activeElement?.id ?? "";
});
document.addEventListener("htmx:after:swap", (event) => {
  const place = event.target instanceof Element ? event.target : document;
  const asked = document.querySelector("#marks [autofocus], #cited [autofocus]");
  const again = asked ?? (focused && document.getElementById(focused));
  if (again && place !== again && document.activeElement === document.body) again.focus();
  const said = document.querySelector("#marks [role=alert], #cited [role=status]");
  if (said) say(said.textContent);
});
