// Says which characters of the samples this browser has no font for: those drawn just like one that no font can have.

const NOWHERE = "\u{10fffd}";

function drawn(char, lang) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 48;
  canvas.lang = lang;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = `32px ${getComputedStyle(document.body).fontFamily}`;
  pen.textBaseline = "top";
  pen.fillText(char, 4, 4);
  return pen.getImageData(0, 0, 48, 48).data.join();
}

class ScriptsCheck extends HTMLElement {
  async connectedCallback() {
    await document.fonts.ready;
    const missing = drawn(NOWHERE, "und");
    for (const cell of this.querySelectorAll("[data-sample]")) {
      const chars = [...cell.dataset.sample].filter((char) => char.trim());
      const lacking = chars.filter((char) => drawn(char, cell.dataset.lang) === missing);
      cell.textContent = lacking.length ? cell.dataset.no : cell.dataset.yes;
      cell.classList.toggle("bad", lacking.length > 0);
    }
  }
}

customElements.define("scripts-check", ScriptsCheck);
