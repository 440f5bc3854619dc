// Coding by keyboard: figures choose codes, Enter keeps them. Without this file it is a plain form.

import { onKeys } from "./room.js";

const form = document.querySelector("[data-coding]");
if (form) {
  form.focus({ preventScroll: true });
  const keys = {
    Enter: (event) => (event.target.closest("a, button, summary") ? false : form.requestSubmit()),
    p: () => form.querySelector("[data-proposals]")?.click(),
    n: () => form.querySelector("#note").focus(),
  };
  for (const field of form.querySelectorAll("[data-key]")) {
    keys[field.dataset.key] = () => {
      field.checked = field.type === "radio" ? true : !field.checked;
    };
  }
  onKeys(keys);
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || !event.target.matches("input")) return;
    if (event.key === "Escape") form.focus({ preventScroll: true });
    // A box that was reached with Tab: figures choose there too.
    if (event.target.matches("[type=checkbox], [type=radio]") && keys[event.key] && event.key !== "Enter") keys[event.key](event);
  });
}
