"use strict";
// The files of a bag that somebody picked: a folder, or a ZIP file, read in pieces. `FairwitnessFiles.ofFolder(files)`,
// `.ofDrop(items)` and `.ofZip(file)` give a map of streams by path below the folder of the bag; `.Sha256` is the hash
// function (FIPS 180-4) for what is too large to be hashed at once, which WebCrypto cannot do in pieces.
const FairwitnessFiles = (() => {
  const SAFE = /^[A-Za-z0-9._-]+$/;
  const PIECE = 1 << 22;
  const [STARTS, ROUNDS] = (() => {
    const primes = [];
    for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
    const fraction = (root) => primes.map((prime) => ((prime ** root % 1) * 2 ** 32) | 0);
    return [fraction(1 / 2).slice(0, 8), Int32Array.from(fraction(1 / 3))];
  })();

  class Sha256 {
    state = Int32Array.from(STARTS);
    words = new Int32Array(64);
    rest = new Uint8Array(64);
    held = 0;
    size = 0;

    add(bytes) {
      this.size += bytes.length;
      let at = 0;
      if (this.held) {
        at = Math.min(64 - this.held, bytes.length);
        this.rest.set(bytes.subarray(0, at), this.held);
        this.held += at;
        if (this.held < 64) return this;
        this.compress(this.rest, 0);
        this.held = 0;
      }
      for (; at + 64 <= bytes.length; at += 64) this.compress(bytes, at);
      this.rest.set(bytes.subarray(at));
      this.held = bytes.length - at;
      return this;
    }

    compress(bytes, at) {
      const w = this.words;
      for (let n = 0; n < 16; n++, at += 4) {
        w[n] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
      }
      for (let n = 16; n < 64; n++) {
        const [x, y] = [w[n - 15], w[n - 2]];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[n] = (w[n - 16] + s0 + w[n - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = this.state;
      for (let n = 0; n < 64; n++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[n] + w[n]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, n) => { this.state[n] += word; });
    }

    digest() {
      const bits = this.size * 8;
      const end = new Uint8Array(this.held < 56 ? 64 - this.held : 128 - this.held);
      end[0] = 0x80;
      const view = new DataView(end.buffer);
      view.setUint32(end.length - 8, Math.floor(bits / 2 ** 32));
      view.setUint32(end.length - 4, bits % 2 ** 32);
      this.add(end);
      const digest = new DataView(new ArrayBuffer(32));
      this.state.forEach((word, n) => digest.setInt32(4 * n, word));
      return new Uint8Array(digest.buffer);
    }
  }

  class BadFiles extends Error {
    constructor(file, reason) {
      super(reason);
      this.file = file;
    }
  }

  function isSafe(path) {
    return path.split("/").every((part) => SAFE.test(part) && part.replaceAll(".", ""));
  }

  /** Streams and sizes by path, without the one folder that all paths begin with. */
  function below(entries) {
    const found = new Map();
    const tops = new Set(entries.map((entry) => entry.path.split("/")[0]));
    for (const entry of entries) {
      const name = entry.path.split("/").slice(1).join("/");
      if (!isSafe(entry.path.slice(entry.path.indexOf("/") + 1)) || !name || found.has(name)) {
        throw new BadFiles(JSON.stringify(entry.path), "is no plain file in the one folder of the bag");
      }
      found.set(name, entry);
    }
    if (tops.size !== 1) throw new BadFiles("ZIP file", "does not hold one folder, which is the bag");
    return found;
  }

  function ofFolder(files) {
    return below(files.map((file) => ({ path: file.webkitRelativePath, size: file.size, stream: () => file.stream() })));
  }

  async function ofDrop(entry) {
    const found = [];
    async function walk(one, path) {
      if (one.isFile) {
        const file = await new Promise((resolve, reject) => one.file(resolve, reject));
        found.push({ path, size: file.size, stream: () => file.stream() });
        return;
      }
      const reader = one.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (!some.length) return;
        for (const each of some) await walk(each, `${path}/${each.name}`);
      }
    }
    await walk(entry, entry.name);
    return below(found);
  }

  async function bytesOf(blob) {
    return new DataView(await blob.arrayBuffer());
  }

  /** The entries of a ZIP file by its directory (APPNOTE 4.3); nothing is unpacked before it is read. */
  async function ofZip(file) {
    const damaged = () => new BadFiles("ZIP file", "cannot be unpacked: it is damaged, or none that this page can read");
    const tail = await bytesOf(file.slice(Math.max(0, file.size - 66000)));
    let end = tail.byteLength - 22;
    while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
    if (end < 0) throw damaged();
    const [count, size, start] = [tail.getUint16(end + 10, true), tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)];
    const directory = await bytesOf(file.slice(start, start + size));
    const entries = [];
    let at = 0;
    for (let n = 0; n < count; n++) {
      if (at + 46 > directory.byteLength || directory.getUint32(at, true) !== 0x02014b50) throw damaged();
      const [method, packed, full] = [directory.getUint16(at + 10, true), directory.getUint32(at + 20, true), directory.getUint32(at + 24, true)];
      const [nameSize, extra, comment] = [28, 30, 32].map((offset) => directory.getUint16(at + offset, true));
      const [mode, offset] = [directory.getUint32(at + 38, true) >>> 28, directory.getUint32(at + 42, true)];
      const path = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameSize));
      if ((mode !== 0 && mode !== 8 && mode !== 4) || (directory.getUint16(at + 8, true) & 1)) {
        throw new BadFiles(JSON.stringify(path), "is no plain file in the one folder of the bag");
      }
      if (!path.endsWith("/")) entries.push(zipped(file, path, method, packed, full, offset));
      at += 46 + nameSize + extra + comment;
    }
    return below(entries);
  }

  function zipped(file, path, method, packed, size, offset) {
    async function open() {
      const head = await bytesOf(file.slice(offset, offset + 30));
      const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
      const body = file.slice(start, start + packed).stream();
      return method === 0 ? body : body.pipeThrough(new DecompressionStream("deflate-raw"));
    }
    return { path, size, stream: open };
  }

  /** All bytes of a file, or none if there are more than `limit`. */
  async function read(entry, limit) {
    const parts = [];
    let size = 0;
    for await (const part of await entry.stream()) {
      size += part.length;
      if (size > limit) return null;
      parts.push(part);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }

  /** SHA-256 in hex and size of a file. */
  async function digest(entry) {
    if (entry.size <= PIECE) {
      const bytes = await read(entry, PIECE);
      if (bytes) return [hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))), bytes.length];
    }
    const sum = new Sha256();
    for await (const part of await entry.stream()) sum.add(part);
    const { size } = sum;
    return [hex(sum.digest()), size];
  }

  function hex(bytes) {
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  return { Sha256, ofFolder, ofDrop, ofZip, read, digest, hex, isSafe };
})();
