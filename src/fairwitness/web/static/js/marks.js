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

// Who writes a sentence of their own means a new finding, whichever was offered for the cite.
document.addEventListener("input", (event) => {
  if (event.target instanceof Element && event.target.id === "cited-sentence" && event.target.value.trim()) {
    document.getElementById("cited-finding").value = "";
  }
});

/** The cite that a page shows beside a document is put away again. */
const putAway = () => {
  const shown = document.querySelector(".doc .cited");
  if (!shown) return;
  const place = document.createElement("div");
  place.id = "cited";
  place.setAttribute("aria-live", "polite");
  shown.replaceWith(place);
  document.querySelector("#leaf, #main")?.focus({ preventScroll: true });
};
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-close]")) putAway();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) putAway();
});

// After a fragment came, the focus is where it was, or on what the fragment asks.
let focused = "", about = "";
document.addEventListener("htmx:before:request", (event) => {
  focused = document.activeElement?.id ?? "";
  about = event.target instanceof Element && event.target.closest("#marks") ? "#marks" : event.target.closest?.("#cite, .cited") ? "#cited" : "";
});
document.addEventListener("htmx:after:swap", (event) => {
  for (const button of document.querySelectorAll(".doc .cited [data-close]")) button.hidden = false;
  if (!about) return;
  const asked = document.querySelector(`${about} [autofocus]`) ?? (about === "#marks" ? null : document.querySelector(".doc #cited-title"));
  const again = asked ?? (focused && document.getElementById(focused));
  if (again && (asked || document.activeElement === document.body)) again.focus();
  const said = document.querySelector("#marks [role=alert], #cited [role=status]");
  if (said) say(said.textContent);
});
