// Searches the release without a server: the index is in search-data.js, already folded as `folded` in site.py folds.
"use strict";

(() => {
  const MOST = 200;
  const AROUND = 70;
  const form = document.getElementById("form");
  const field = document.getElementById("q");
  const count = document.getElementById("count");
  const hits = document.getElementById("hits");

  const folded = (text) => text.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ").normalize("NFKD").replace(/\p{Mn}/gu, "").normalize("NFC");

  // The text around the first word, found again in the text as it is written: folding may change lengths.
  const excerpt = (text, word) => {
    let at = -1;
    for (let start = 0; start < text.length && at < 0; start += 1) {
      if (folded(text.slice(start, start + word.length + 8)).startsWith(word)) at = start;
    }
    if (at < 0) return [text.slice(0, 2 * AROUND), "", ""];
    let end = at + 1;
    while (end < text.length && folded(text.slice(at, end)).length < word.length) end += 1;
    return [text.slice(Math.max(0, at - AROUND), at), text.slice(at, end), text.slice(end, end + AROUND)];
  };

  const show = () => {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    const found = words.length ? window.releaseIndex.filter((one) => words.every((word) => one[3].includes(word))) : [];
    count.textContent = words.length ? `${found.length} ${found.length === 1 ? "place" : "places"}` : "";
    hits.replaceChildren(...found.slice(0, MOST).map(([name, text, place]) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = place;
      link.textContent = name;
      link.dir = "auto";
      const said = document.createElement("p");
      said.dir = "auto";
      const [before, hit, after] = excerpt(text, words[0]);
      const mark = document.createElement("mark");
      mark.textContent = hit;
      said.append(before, mark, after);
      item.append(link, said);
      return item;
    }));
  };

  document.getElementById("without").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", show);
  field.focus();
})();
