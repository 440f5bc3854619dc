// What all pages share: the keys that lead from page to page, the list of keys, and focus after a fragment came.

const editable = (node) => node instanceof HTMLElement && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName));
const places = { o: "/", s: "/search", l: "/lists", t: "/desk", f: "/findings", d: "/folders", a: "/account" };
const goes = new Map();
let leading = false;

/** `act` is called for that key after g, on this page. */
export function onGo(key, act) {
  goes.set(key, act);
}

/** Calls `act` for a key pressed alone, outside of fields and open dialogs. `keys` maps event.key to functions. */
export function onKeys(keys, target = document) {
  target.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || leading) return;
    if (editable(event.target) || document.querySelector("dialog[open]")) return;
    const act = keys[event.key];
    if (act && act(event) !== false) event.preventDefault();
  });
}

/** Says a short sentence to who cannot see the page change. */
export function say(text) {
  let place = document.getElementById("said");
  if (!place) {
    place = document.createElement("div");
    place.id = "said";
    place.className = "unseen";
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  place.textContent = text;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || editable(event.target)) return;
  const dialog = document.getElementById("keys");
  if (leading) {
    leading = false;
    if (goes.has(event.key)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      goes.get(event.key)();
    } else if (places[event.key]) {
      event.preventDefault();
      event.stopImmediatePropagation();
      location.href = places[event.key];
    }
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "g") {
    leading = true;
    setTimeout(() => (leading = false), 1000);
  } else if (event.key === "?") {
    event.preventDefault();
    dialog?.showModal();
  }
}, { capture: true });

for (const button of document.querySelectorAll("[data-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById("keys")?.showModal());
}
