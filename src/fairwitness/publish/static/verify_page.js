"use strict";
// Checks that the picture of a page shows what was committed to (docs/self-proving.md). No network, no library.
// FairwitnessPage.readProof(bytes) gives the proof of a file, .readPng(bytes) and .readPdf(bytes, number) a picture,
// .verify(proof, picture) what it proves; each throws an Error with the reason. .sha256(bytes) is the hash function, which callers may hold against WebCrypto.
const FairwitnessPage = (() => {
  const TILE = 16;
  const MAX_PIXELS = 200_000_000;
  const MAX_PROOF = 100_000_000;
  const NO_WALK = "the proof is not one walk through the tree";

  // SHA-256 (FIPS 180-4). WebCrypto gives each hash through a promise: 120,000 of them take seconds, these a moment.
  const [START, ROUND] = (() => {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
    const fraction = (root) => primes.map((prime) => ((prime ** root % 1) * 2 ** 32) | 0);
    return [fraction(1 / 2).slice(0, 8), Int32Array.from(fraction(1 / 3))];
  })();
  const schedule = new Int32Array(64);

  function sha256(...parts) {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const padded = new Uint8Array((((length + 8) >> 6) + 1) << 6);
    let at = 0;
    for (const part of parts) {
      padded.set(part, at);
      at += part.length;
    }
    padded[length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(padded.length - 4, length << 3);
    const state = Int32Array.from(START);
    for (let block = 0; block < padded.length; block += 64) compress(state, view, block);
    const digest = new DataView(new ArrayBuffer(32));
    state.forEach((word, n) => digest.setInt32(4 * n, word));
    return new Uint8Array(digest.buffer);
  }

  function compress(state, view, block) {
    const w = schedule;
    for (let n = 0; n < 16; n++) w[n] = view.getInt32(block + 4 * n);
    for (let n = 16; n < 64; n++) {
      const x = w[n - 15];
      const y = w[n - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[n] = (w[n - 16] + s0 + w[n - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < 64; n++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[n] + w[n]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + one) | 0;
      d = c;
      c = b;
      b = a;
      a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, n) => {
      state[n] = (state[n] + word) | 0;
    });
  }

  const hash = (prefix, ...parts) => sha256(Uint8Array.of(prefix), ...parts);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const utf8 = (text) => new TextEncoder().encode(text);

  function numbers(...values) {
    const view = new DataView(new ArrayBuffer(4 * values.length));
    values.forEach((value, n) => {
      require(Number.isInteger(value) && value >= 0 && value < 2 ** 32, "this is no proof of a page");
      view.setUint32(4 * n, value);
    });
    return new Uint8Array(view.buffer);
  }

  function require(holds, reason) {
    if (!holds) throw new Error(reason);
  }

  function fromBase64(text) {
    require(typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text), "this is no proof of a page");
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  }

  /** The proof in a file: JSON, as a rule compressed with gzip. */
  async function readProof(bytes) {
    let raw = bytes;
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
      const parts = [];
      let length = 0;
      try {
        for (let some = await reader.read(); !some.done && length <= MAX_PROOF; some = await reader.read()) {
          parts.push(some.value);
          length += some.value.length;
        }
      } catch {
        throw new Error("the proof is damaged");
      }
      require(length <= MAX_PROOF, "the proof is damaged");
      raw = await new Blob(parts).arrayBuffer();
    }
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw));
    } catch {
      throw new Error("this is no proof of a page");
    }
  }

  // Pictures.

  const CRC = Int32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
    return n;
  });

  function crc32(bytes) {
    let crc = -1;
    for (const byte of bytes) crc = (crc >>> 8) ^ CRC[(crc ^ byte) & 255];
    return (crc ^ -1) >>> 0;
  }

  /** The picture in a PNG of 8 bits, grey or RGB, not interlaced: { width, height, step, pixels }. */
  async function readPng(png) {
    const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
    const data = [];
    let head = new Uint8Array(0);
    let at = hex(png.subarray(0, 8)) === "89504e470d0a1a0a" ? 8 : png.length;
    while (at + 12 <= png.length) {
      const length = view.getUint32(at);
      require(at + 12 + length <= png.length, "the PNG is damaged");
      const kind = String.fromCharCode(...png.subarray(at + 4, at + 8));
      const body = png.subarray(at + 8, at + 8 + length);
      require(crc32(png.subarray(at + 4, at + 8 + length)) === view.getUint32(at + 8 + length), "the PNG is damaged");
      if (kind === "IHDR") head = body;
      if (kind === "IDAT") data.push(body);
      at += 12 + length;
    }
    const form = hex(head.subarray(8));
    require(head.length === 13 && /^080[02]000000$/.test(form), "this is no PNG, or neither grey nor RGB of 8 bits");
    const size = new DataView(head.buffer, head.byteOffset, 8);
    return picture(size.getUint32(0), size.getUint32(4), head[9] ? 3 : 1, data);
  }

  /** The picture of page `number`, from 1, of a PDF that holds nothing but lossless pictures, as fairwitness makes. */
  async function readPdf(pdf, number) {
    const text = new TextDecoder("latin1").decode(pdf);
    const image = new RegExp(
      "/Subtype /Image /Width (\\d{1,6}) /Height (\\d{1,6}) /ColorSpace /Device(Gray|RGB) /BitsPerComponent 8 " +
        "/Filter /FlateDecode /DecodeParms << [^<>]{1,80} >> /Length (\\d{1,12}) >>\\nstream\\n",
      "g",
    );
    for (let found = image.exec(text); found !== null; found = image.exec(text)) {
      const start = image.lastIndex;
      image.lastIndex = start + Number(found[4]);
      number -= 1;
      if (number === 0) {
        const data = [pdf.subarray(start, image.lastIndex)];
        return picture(Number(found[1]), Number(found[2]), found[3] === "RGB" ? 3 : 1, data);
      }
    }
    throw new Error("the PDF has no lossless picture of that page");
  }

  async function picture(width, height, step, data) {
    require(width * height > 0 && width * height <= MAX_PIXELS, "the picture is empty or too large");
    const line = width * step;
    const raw = await inflated(data, height * (line + 1));
    const pixels = new Uint8Array(height * line);
    for (let y = 0; y < height; y++) unfilter(raw, y * (line + 1), pixels, y * line, line, step);
    return { width, height, step, pixels };
  }

  async function inflated(data, size) {
    const raw = new Uint8Array(size);
    const reader = new Blob(data).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    let at = 0;
    try {
      for (let some = await reader.read(); !some.done && at < size; some = await reader.read()) {
        raw.set(some.value.subarray(0, size - at), at);
        at += some.value.length;
      }
      reader.cancel().catch(() => {});
    } catch {
      throw new Error("the picture is damaged");
    }
    require(at >= size, "the picture has too few pixels");
    return raw;
  }

  /** One row behind its filter (ISO 15948, section 9), put in its place. */
  function unfilter(raw, from, pixels, to, line, step) {
    const method = raw[from];
    require(method <= 4, "the picture is damaged");
    for (let n = 0; n < line; n++) {
      const a = n < step ? 0 : pixels[to + n - step];
      const b = to === 0 ? 0 : pixels[to + n - line];
      const c = n < step || to === 0 ? 0 : pixels[to + n - step - line];
      let guess = 0;
      if (method === 1) guess = a;
      else if (method === 2) guess = b;
      else if (method === 3) guess = (a + b) >> 1;
      else if (method === 4) {
        const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - c - c)];
        guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      }
      pixels[to + n] = raw[from + 1 + n] + guess;
    }
  }

  // The walk.

  /** What the proof shows of the picture. `states` has v (verified), w (withheld) or u (unproven) for each tile. */
  function verify(proof, shown) {
    try {
      return new Walk(proof, shown).told();
    } catch (error) {
      if (error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError) {
        throw new Error("this is no proof of a page");
      }
      throw error;
    }
  }

  class Walk {
    constructor(proof, { width, height, step, pixels }) {
      const { rendition } = proof;
      require(
        proof.format === "fairwitness/page-proof/2" && (rendition === "colour" || rendition === "plain"),
        "this is no proof of a page, or not one of format 2",
      );
      require(proof.width_px === width && proof.height_px === height, "the picture is not as large as the page");
      if (rendition === "colour" && step === 1) {
        step = 3; // a picture without colours is kept in grey
        const grey = pixels;
        pixels = new Uint8Array(3 * grey.length);
        for (let n = 0; n < grey.length; n++) pixels.fill(grey[n], 3 * n, 3 * n + 3);
      }
      require(
        step === (rendition === "colour" ? 3 : 1),
        "the picture has colours, and what was committed to is the plain one",
      );
      Object.assign(this, { proof, width, height, step, pixels });
      this.rows = Math.ceil(height / TILE);
      this.columns = Math.ceil(width / TILE);
      this.states = new Array(this.rows * this.columns).fill("v");
      this.salt = fromBase64(proof.salt);
      require(this.salt.length === 16, "the salt of the proof is not 16 bytes long");
      this.nodes = fromBase64(proof.nodes);
      this.nodeAt = 0;
      this.letterAt = 0;
      this.shownWords = this.table();
      this.words = this.wordsByTile();
    }

    /** The words, each with its rectangle. */
    table() {
      const columns = ["x", "y", "width", "height", "text"].map((name) => this.proof.words[name]);
      const [x, y, width, height, text] = columns;
      const isTable = columns.every((column) => Array.isArray(column) && column.length === x.length);
      require(isTable, "the words of the proof are not one table");
      const found = [];
      let [right, top] = [0, 0];
      for (let n = 0; n < x.length; n++) {
        found.push([right + x[n], top + y[n], right + x[n] + width[n], top + y[n] + height[n], text[n]]);
        [right, top] = [right + x[n] + width[n], top + y[n]];
      }
      return found;
    }

    wordsByTile() {
      const found = new Map();
      let last = 0;
      for (const [x0, y0, x1, y1, text] of this.shownWords) {
        require(typeof text === "string" && !/[\ud800-\udfff]/u.test(text), "this is no proof of a page");
        const tile = ((y0 + y1) >> 1 >> 4) * this.columns + ((x0 + x1) >> 1 >> 4);
        const raw = utf8(text);
        const encoded = [...numbers(x0, y0, x1, y1, raw.length), ...raw];
        require(
          x0 < x1 && x1 <= this.width && y0 < y1 && y1 <= this.height && last <= tile,
          "a word lies outside of the page or not in its order",
        );
        found.set(tile, [...(found.get(tile) ?? []), ...encoded]);
        last = tile;
      }
      return found;
    }

    told() {
      const { proof } = this;
      this.expect("n");
      this.expect("n");
      const grid = [0, 0, this.rows, this.columns];
      const colour = proof.rendition === "colour" ? this.cell(4, ...grid) : this.hidden();
      const plain = proof.rendition === "plain" ? this.cell(5, ...grid) : this.hidden();
      const root = hash(0x23, hash(0x23, colour, plain), this.hidden());
      require(
        this.letterAt === proof.shape.length && this.nodeAt === this.nodes.length && this.words.size === 0,
        "the proof has words or hashes that nothing asks for",
      );
      const commitment = hash(0x25, this.salt, numbers(this.width, this.height, proof.dpi), root);
      const { index } = proof.batch;
      const path = fromBase64(proof.batch.path);
      require(
        path.length === 8 * 32 && Number.isInteger(index) && index >= 0 && index < 256,
        "the page is not shown to be in its batch",
      );
      let node = hash(0x00, commitment);
      for (let level = 0; level < 8; level++) {
        const other = path.subarray(32 * level, 32 * level + 32);
        node = (index >> level) & 1 ? hash(0x01, other, node) : hash(0x01, node, other);
      }
      require(typeof proof.event === "string", "this is no proof of a page");
      const event = JSON.parse(proof.event);
      require(
        event.type === "commit-pages" && event.root === hex(node),
        "the picture, its words or the proof are not those that were committed to",
      );
      const states = this.states.join("");
      const count = (letter) => states.split(letter).length - 1;
      return {
        commitment: hex(commitment),
        event: proof.event,
        at: event.at,
        words: this.shownWords,
        verified: count("v"),
        withheld: count("w"),
        unproven: count("u"),
        states,
        rows: this.rows,
        columns: this.columns,
      };
    }

    letter() {
      require(this.letterAt < this.proof.shape.length, NO_WALK);
      return this.proof.shape[this.letterAt++];
    }

    take(length) {
      require(this.nodeAt + length <= this.nodes.length, NO_WALK);
      this.nodeAt += length;
      return this.nodes.subarray(this.nodeAt - length, this.nodeAt);
    }

    expect(letter) {
      require(this.letter() === letter, NO_WALK);
    }

    hidden() {
      this.expect("h");
      return this.take(32);
    }

    /**
     * The hash of a cell (row, column, how many rows and columns) of which the proof shows all, some or nothing. It is
     * node `number` of the tree, where the page is 1 and the children of n are 2 n and 2 n + 1.
     */
    cell(number, row, column, tall, wide) {
      const letter = this.letter();
      if (letter === "n" && tall) {
        const [left, right] = children(row, column, tall, wide);
        const first = this.cell(2 * number, ...left);
        return hash(0x23, first, this.cell(2 * number + 1, ...right));
      }
      if (letter === "s") return this.shown(number, row, column, tall, wide, this.take(16));
      require(letter === "h", NO_WALK);
      // The words of a tile alone say nothing of its pixels.
      for (let y = row; y < row + (tall || wide % 2); y++) {
        for (let x = column; x < column + wide; x++) {
          this.states[y * this.columns + x] = this.isBlank(y, x) ? "w" : "u";
        }
      }
      return this.take(32);
    }

    /** The hash of a cell, recomputed from what is there, with the salts that come from its seed. */
    shown(number, row, column, tall, wide, seed) {
      const salt = [this.salt, numbers(number), seed];
      if (tall) {
        const [left, right] = children(row, column, tall, wide);
        const seeds = hash(0x24, ...salt);
        const first = this.shown(2 * number, ...left, seeds.subarray(0, 16));
        return hash(0x23, first, this.shown(2 * number + 1, ...right, seeds.subarray(16)));
      }
      if (wide === 1) return hash(0x20, ...salt, ...this.linesOf(row, column));
      const tile = row * this.columns + column;
      const words = Uint8Array.from(this.words.get(tile) ?? []);
      this.words.delete(tile);
      return hash(0x21, ...salt, words);
    }

    linesOf(row, column) {
      const line = this.width * this.step;
      const first = column * TILE * this.step;
      const end = Math.min(line, first + TILE * this.step);
      const lines = [];
      for (let y = row * TILE; y < Math.min(this.height, (row + 1) * TILE); y++) {
        lines.push(this.pixels.subarray(y * line + first, y * line + end));
      }
      return lines;
    }

    /** Whether the colour changes at most once from row to row, and at most once within a row: the edge of a box. */
    isBlank(row, column) {
      const { step } = this;
      const lines = this.linesOf(row, column);
      const differs = (one, other) => one.some((byte, n) => byte !== other[n]);
      const changes = (line) => {
        let count = 0;
        for (let at = step; at < line.length; at += step) {
          count += differs(line.subarray(at - step, at), line.subarray(at, at + step));
        }
        return count;
      };
      const down = lines.filter((line, n) => n > 0 && differs(lines[n - 1], line)).length;
      return down <= 1 && changes(lines[0]) <= 1 && changes(lines[lines.length - 1]) <= 1;
    }
  }

  /** The two halves of a cell; those of a tile are its pixels and its words, with 0 for the rows. */
  function children(row, column, tall, wide) {
    if (tall === 1 && wide === 1) return [[row, column, 0, 1], [row, column, 0, 2]];
    const across = wide > 4 * tall || tall === 1;
    let half = 1;
    while (2 * half < (across ? wide : tall)) half *= 2;
    if (across) return [[row, column, tall, half], [row, column + half, tall, wide - half]];
    return [[row, column, half, wide], [row + half, column, tall - half, wide]];
  }

  // The log.

  /**
   * Where the event stands in the log, by a C2SP tlog-proof (RFC 9162, section 2.1.3.2): { origin, index, size, root }.
   * Who signed the checkpoint is not checked here.
   */
  function verifyLog(event, text) {
    const [head, note, ...more] = text.split("\n\n");
    const lines = head.split("\n");
    require(lines.shift() === "c2sp.org/tlog-proof@v1" && more.length === 1, "this is no proof of an event");
    if (lines[0]?.startsWith("extra ")) lines.shift();
    const [origin, size, root] = note.split("\n");
    const index = /^index (0|[1-9][0-9]{0,18})$/.exec(lines.shift() ?? "");
    require(index && /^(0|[1-9][0-9]{0,18})$/.test(size), "this is no proof of an event");
    let [place, last] = [BigInt(index[1]), BigInt(size) - 1n];
    require(place <= last, "the log has no such event");
    let node = hash(0x00, utf8(event));
    for (const other of lines.map(fromBase64)) {
      require(last > 0n && other.length === 32, "the event is not in the log");
      if (place & 1n || place === last) {
        node = hash(0x01, other, node);
        for (; !(place & 1n) && place; last >>= 1n) place >>= 1n;
      } else node = hash(0x01, node, other);
      place >>= 1n;
      last >>= 1n;
    }
    require(last === 0n && hex(node) === hex(fromBase64(root)), "the event is not in the log");
    return { origin, index: index[1], size, root: hex(node) };
  }

  return { TILE, sha256, hex, readProof, readPng, readPdf, verify, verifyLog };
})();
