"use strict";
// Shows what a proof says of a page: the verdict, the page with its marks, and the same in words.
(() => {
  const { TILE, readProof, readPng, readPdf, verify, verifyLog, sha256, hex } = FairwitnessPage;
  const NAMES = { v: "verified", w: "withheld", u: "unproven" };
  const MEANING = {
    verified: "Verified: as it was committed to",
    withheld: "Withheld: painted over",
    unproven: "Unproven: do not rely on it",
  };
  const of = (id) => document.getElementById(id);
  const number = (value) => value.toLocaleString("en");
  let last = null;
  let asked = 0;

  function make(name, text, className) {
    const element = document.createElement(name);
    if (text !== undefined) element.append(text);
    if (className) element.className = className;
    return element;
  }

  function row(head, ...cells) {
    const line = make("tr");
    const first = make("th");
    first.scope = "row";
    first.append(...[head].flat());
    line.append(first, ...cells.map((cell) => make("td", cell, "n")));
    return line;
  }

  function swatch(state) {
    const patch = make("span", undefined, `swatch ${state}`);
    patch.setAttribute("aria-hidden", "true");
    return patch;
  }

  function say(text, state) {
    of("verdict").textContent = text;
    of("verdict").className = state;
    of("result").hidden = state === "false" || state === "waiting";
  }

  /** Rectangles of tiles of one state that is not verified, so that people read some lines and not thousands. */
  function places({ states, rows, columns }) {
    const found = [];
    let open = [];
    for (let y = 0; y < rows; y++) {
      const next = [];
      for (let x = 0; x < columns; ) {
        const state = states[y * columns + x];
        let end = x + 1;
        while (end < columns && states[y * columns + end] === state) end++;
        if (state !== "v") {
          const above = open.find((one) => one.x === x && one.end === end && one.state === state);
          const place = above ?? { state, x, y, end, bottom: y };
          place.bottom = y + 1;
          if (!above) found.push(place);
          next.push(place);
        }
        x = end;
      }
      open = next;
    }
    return found;
  }

  function draw({ picture, told }) {
    const canvas = of("page");
    const context = canvas.getContext("2d");
    canvas.width = picture.width;
    canvas.height = picture.height;
    const image = context.createImageData(picture.width, picture.height);
    for (let n = 0, at = 0; n < picture.width * picture.height; n++, at += picture.step) {
      const grey = picture.step === 1;
      image.data[4 * n] = picture.pixels[at];
      image.data[4 * n + 1] = picture.pixels[grey ? at : at + 1];
      image.data[4 * n + 2] = picture.pixels[grey ? at : at + 2];
      image.data[4 * n + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    if (of("marks").checked) places(told).forEach((place) => mark(context, place, picture));
  }

  function mark(context, { state, x, y, end, bottom }, picture) {
    const [left, top] = [x * TILE, y * TILE];
    const [right, low] = [Math.min(picture.width, end * TILE), Math.min(picture.height, bottom * TILE)];
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, low - top);
    context.clip();
    if (state === "w") {
      context.strokeStyle = "#cfd3da";
      context.lineWidth = 3;
      for (let at = left - (low - top); at < right; at += 14) {
        context.beginPath();
        context.moveTo(at, low);
        context.lineTo(at + (low - top), top);
        context.stroke();
      }
    } else {
      context.fillStyle = "#9c1c12";
      for (let dotY = top + 4; dotY < low; dotY += 8) {
        for (let dotX = left + 4; dotX < right; dotX += 8) context.fillRect(dotX - 1.5, dotY - 1.5, 3, 3);
      }
    }
    label(context, NAMES[state], left, top, right, low);
    context.restore();
  }

  /** The name of the state in the middle of the place, where there is room for it. */
  function label(context, text, left, top, right, low) {
    const size = Math.min(26, low - top - 8);
    context.font = `600 ${size}px system-ui, sans-serif`;
    const wide = context.measureText(text).width;
    if (size < 14 || wide + 24 > right - left) return;
    const [x, y] = [(left + right) / 2, (top + low) / 2];
    context.fillStyle = "#fff";
    context.fillRect(x - wide / 2 - 8, y - size / 2 - 3, wide + 16, size + 6);
    context.fillStyle = "#000";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, x, y + 1);
  }

  function list({ told, proof, inLog }) {
    const all = told.rows * told.columns;
    of("counts").replaceChildren(
      ...Object.values(NAMES).map((name) =>
        row([swatch(name), MEANING[name]], number(told[name]), `${((100 * told[name]) / all).toFixed(1)} %`),
      ),
    );
    const when = new Date(told.at * 1000).toISOString().replace("T", " ").slice(0, 16);
    const about = [
      ["Committed to", `${when} UTC, by the clock of whoever did`],
      ["Picture", `${number(proof.width_px)} × ${number(proof.height_px)} px, ${proof.dpi || "unknown"} dpi, ${proof.rendition}`],
      ["Words", number(told.words.length)],
      ["Commitment", told.commitment],
      ["Root in the event", JSON.parse(told.event).root],
    ];
    if (inLog) {
      about.push(["Root of the log", inLog.root]);
      about.splice(1, 0, ["Event", `${number(Number(inLog.index))} (from 0) of ${number(Number(inLog.size))} of the log ${inLog.origin}`]);
    } else about.splice(1, 0, ["Event", "whether it is in a log was not checked here"]);
    of("about").replaceChildren(
      ...about.flatMap(([name, value], n) => [make("dt", name), make("dd", value, n > 3 ? "hash" : "")]),
    );
    const found = places(told);
    of("places-section").hidden = found.length === 0;
    const share = (from, to, whole) => `${((100 * (Math.min(to * TILE, whole) - from * TILE)) / whole).toFixed(1)} %`;
    const { width, height } = last.picture;
    of("places").replaceChildren(
      ...found.map(({ state, x, y, end, bottom }) =>
        row(NAMES[state], share(0, x, width), share(0, y, height), share(x, end, width), share(y, bottom, height)),
      ),
    );
    of("words").replaceChildren(...inLines(told.words).flatMap((word) => [leaked(word[4]), " "]));
    if (told.words.length === 0) of("words").textContent = "None: only the picture is shown.";
  }

  /** The words line by line, as far as their places tell: the proof has them in the order of the grid. */
  function inLines(words) {
    const lines = [];
    for (const word of [...words].sort((one, other) => one[1] + one[3] - other[1] - other[3])) {
      const middle = (word[1] + word[3]) / 2;
      const line = lines.at(-1);
      if (line && middle < line.low) line.words.push(word);
      else lines.push({ low: middle + (word[3] - word[1]) / 2, words: [word] });
    }
    return lines.flatMap((line) => {
      const rightToLeft = line.words.filter((word) => /[\u0590-\u08ff\ufb1d-\ufefc]/u.test(word[4]));
      const toLeft = 2 * rightToLeft.length > line.words.length;
      return line.words.sort((one, other) => (toLeft ? other[2] - one[2] : one[0] - other[0]));
    });
  }

  /** Text of the document, in its own direction, with signs that cannot be seen spelled out. */
  function leaked(text) {
    const element = make("bdi");
    element.dir = "auto";
    const odd = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
    element.textContent = text.replace(odd, (sign) => `[U+${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`);
    return element;
  }

  async function show(proofBytes, pictureBytes, log) {
    const mine = ++asked;
    say("Checking …", "waiting");
    await new Promise((resolve) => setTimeout(resolve));
    try {
      await checkHash();
      const proof = await readProof(proofBytes);
      const isPdf = String.fromCharCode(...pictureBytes.subarray(0, 4)) === "%PDF";
      document.querySelector("label.number").hidden = !isPdf;
      const picture = await (isPdf ? readPdf(pictureBytes, Number(of("page-number").value)) : readPng(pictureBytes));
      const told = verify(proof, picture);
      if (mine !== asked) return;
      last = { proof, picture, told, inLog: log ? verifyLog(proof.event, log) : null };
      list(last);
      say(verdict(told), "true");
      draw(last);
    } catch (error) {
      const reason = error instanceof SyntaxError || error instanceof TypeError ? "the proof cannot be read" : error.message;
      if (mine === asked) say(`✗ Nothing is verified: ${reason}.`, "false");
    }
  }

  function verdict({ withheld, unproven, words }) {
    const more = [];
    if (withheld) more.push("Some places are withheld.");
    if (unproven) more.push("Some places are unproven: they show something that this proof hides.");
    const what = words.length ? "Every other pixel and every word shown is" : "Every other pixel is";
    const all = words.length ? "Every pixel and every word shown is" : "Every pixel is";
    return `✓ ${more.length ? what : all} what was committed to. ${more.join(" ")}`.trim();
  }

  /** Our hash function gives what that of the browser gives, where the browser lends its own. */
  async function checkHash() {
    const some = crypto.getRandomValues(new Uint8Array(1000));
    const theirs = await globalThis.crypto.subtle?.digest("SHA-256", some);
    if (theirs && hex(new Uint8Array(theirs)) !== hex(sha256(some))) throw new Error("the hash function is broken");
  }

  async function chosen() {
    const [proof, picture, log] = ["proof-file", "picture-file", "log-file"].map((id) => of(id).files[0]);
    if (!proof || !picture) return say("Choose a proof and its picture.", "waiting");
    const [first, second] = await Promise.all([proof.arrayBuffer(), picture.arrayBuffer()]);
    return show(new Uint8Array(first), new Uint8Array(second), await log?.text());
  }

  of("choose").addEventListener("change", chosen);
  of("choose").addEventListener("submit", (event) => event.preventDefault());
  of("marks").addEventListener("change", () => last && draw(last));
  const inside = of("inside");
  if (inside) {
    const { proof, picture, log } = JSON.parse(inside.textContent);
    of("choose").hidden = true;
    const [first, second] = [proof, picture].map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
    show(first, second, log);
  }
})();
