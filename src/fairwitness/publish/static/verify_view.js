"use strict";
// The page around the checks of a bag: takes files, shows what was found. All text from a bag is put in as text.
const byId = (id) => document.getElementById(id);
const STATES = {
  good: ["true", "The bag is as it was signed."],
  bad: ["false", "The bag is refused."],
  open: ["open", "Nothing is refused; not all was checked."],
};
let run = 0;

function element(name, text) {
  const made = document.createElement(name);
  const inner = document.createElement("bdi");
  inner.dir = "auto";
  inner.textContent = text;
  made.append(inner);
  return made;
}

function fill(id, rows) {
  byId(id).replaceChildren(...rows);
  byId(`${id}-section`).hidden = rows.length === 0;
}

function say(state, text) {
  byId("verdict").className = state;
  byId("verdict").textContent = text;
}

function refusedRow([file, reason]) {
  const row = document.createElement("tr");
  const name = element("th", file);
  name.scope = "row";
  row.append(name, element("td", reason));
  return row;
}

function findingItem(finding) {
  const item = document.createElement("li");
  item.append(element("p", `${finding.sentence}${finding.status === "draft" ? " (draft)" : ""}`));
  const places = (finding.cites ?? []).map((cite) => cite.cite).join("; ");
  if (places) {
    const line = element("p", places);
    line.className = "places";
    item.append(line);
  }
  return item;
}

async function findingsOf(bag) {
  if (bag.refused.length || !bag.files.has("data/findings/findings.json")) return [];
  try {
    return JSON.parse(await bag.text("data/findings/findings.json")).findings.map(findingItem);
  } catch {
    return [];
  }
}

async function show(gather) {
  const mine = ++run;
  byId("result").hidden = true;
  say("waiting", "Checking …");
  let bag;
  try {
    if (!globalThis.crypto?.subtle) throw new Error("This browser gives no WebCrypto to this page. Use verify.py.");
    const files = await gather();
    bag = await verify(files, byId("key").value.trim());
  } catch (error) {
    bag = new Bag(new Map());
    bag.refuse(error.file ?? "Files", error.file ? error.message : "cannot be read here");
  }
  const findings = await findingsOf(bag);
  if (mine !== run) return; // others were chosen meanwhile
  fill("refused", bag.refused.map(refusedRow));
  fill("unchecked", bag.unchecked.map((line) => element("li", line)));
  fill("proven", bag.proven.map((line) => element("li", line)));
  fill("findings", findings);
  byId("proven-title").textContent = bag.refused.length ? "Found all the same" : "Proven";
  byId("outside").replaceChildren(...NOT_PROVEN.map((line) => element("li", line)));
  byId("result").hidden = false;
  say(...STATES[bag.refused.length ? "bad" : bag.unchecked.length ? "open" : "good"]);
}

let last = null;

function choose(gather) {
  last = gather;
  show(gather);
}

byId("folder").addEventListener("change", (event) => {
  const files = [...event.target.files];
  if (files.length) choose(async () => FairwitnessFiles.ofFolder(files));
});
byId("zip").addEventListener("change", (event) => {
  const [file] = event.target.files;
  if (file) choose(() => FairwitnessFiles.ofZip(file));
});
byId("key").addEventListener("change", () => last && show(last));
byId("choose").addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("over");
});
document.addEventListener("dragleave", () => document.body.classList.remove("over"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("over");
  const [item] = event.dataTransfer.items;
  const entry = item?.webkitGetAsEntry();
  const file = item?.getAsFile();
  if (entry?.isDirectory) choose(() => FairwitnessFiles.ofDrop(entry));
  else if (file) choose(() => FairwitnessFiles.ofZip(file));
});
