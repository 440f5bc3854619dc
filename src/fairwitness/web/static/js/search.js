// The search page by keyboard, and where a query is wrong.

import { onKeys, say } from "./room.js";

const box = document.getElementById("q");
const links = () => [...document.querySelectorAll(".document .to-document")];
const here = () => document.activeElement?.closest?.(".document");

function step(by) {
  const all = links();
  if (!all.length) return false;
  const at = all.findIndex((link) => link.closest(".document") === here());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))];
  next.focus();
  next.closest(".document").scrollIntoView({ block: "nearest" });
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (!link) return false;
  link.click();
}

function openMenu(id) {
  const menu = document.getElementById(id);
  if (!menu) return false;
  menu.open = true;
  menu.querySelector("a, input:not([type=hidden])")?.focus();
}

onKeys({
  "/": () => { box.focus(); box.select(); },
  j: () => step(1),
  k: () => step(-1),
  n: () => follow("a[rel=next]"),
  p: () => follow("a[rel=prev]"),
  e: () => openMenu("export"),
  w: () => openMenu("keep"),
  x: () => {
    const button = here()?.querySelector("[data-review]");
    if (!button) return false;
    button.click();
  },
});

box.addEventListener("keydown", (event) => {
  if (event.key === "Escape" || (event.key === "ArrowDown" && links().length)) {
    event.preventDefault();
    if (links().length) links()[0].focus();
    else box.blur();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// The answer follows who types once they pause, and never after they have asked for something else.
let pause = 0;
let asked = box.value;
const forget = () => { clearTimeout(pause); asked = box.value; };

box.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(() => { if (box.value !== asked && box.checkValidity()) box.dispatchEvent(new CustomEvent("paused")); }, 600);
});
document.addEventListener("htmx:before:request", forget);

// An address holds 64 KiB at most; what is longer is a list.
box.addEventListener("input", () => {
  const isTooLong = encodeURIComponent(box.value).length > 50000;
  box.setCustomValidity(isTooLong ? box.dataset.tooLong : "");
  if (isTooLong) box.reportValidity();
});

function showPlace() {
  const place = document.querySelector("#problem [data-position]");
  if (!place || document.activeElement !== box) return;
  const before = [...box.value].slice(0, Number(place.dataset.position)).join("").length;
  box.setSelectionRange(before, before + 1);
}

function fold() {
  const side = document.querySelector(".side-all");
  if (side && matchMedia("(max-width: 62rem)").matches) side.open = false;
}

document.addEventListener("htmx:after:swap", () => {
  fold();
  const count = document.querySelector(".count");
  if (count) say(count.textContent);
});

fold();
showPlace();
