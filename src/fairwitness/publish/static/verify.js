"use strict";
// Checks a bag as verify.py does, step by step and in the same words; see there for what each check follows.
const LOG = "data/log/";
const CRATE = "data/ro-crate";
const [MANIFEST, TAGMANIFEST] = ["manifest-sha256.txt", "tagmanifest-sha256.txt"];
const DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const MAX_PARSED = 2 ** 28;
const NOT_PROVEN = [
  "That what is said is true, or what was received genuine. The log shows what was there, unchanged since.",
  "Who made the bag, unless you have the public key from elsewhere and gave it here.",
  "That nothing was left out. What is withheld is counted, and is not here.",
];
const { hex } = FairwitnessFiles;
const utf8 = (text) => new TextEncoder().encode(text);
const sha256 = (...parts) => parts.reduce((sum, part) => sum.add(part), new FairwitnessFiles.Sha256()).digest();
const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);
const sorted = (names) => [...names].sort((a, b) => (a < b ? -1 : 1));
const moment = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ") + " UTC";

class Refused extends Error {
  constructor(file, reason) {
    super(reason);
    this.file = file;
  }
}

function fromBase64(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) throw new Error("not base64");
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

class Bag {
  proven = [];
  refused = [];
  unchecked = [];
  reading = "";

  constructor(files) {
    this.files = files;
  }

  /** What the check gives; undefined if it refused something, which is kept. */
  async attempt(check, ...given) {
    try {
      return await check(this, ...given);
    } catch (error) {
      const known = error instanceof Refused;
      this.refuse(known ? error.file : this.reading, known ? error.message : "cannot be read as what it must be");
      return undefined;
    }
  }

  refuse(file, reason) {
    this.refused.push([file, reason]);
  }

  under(start, end) {
    return sorted([...this.files.keys()].filter((name) => name.startsWith(start) && name.endsWith(end)));
  }

  async read(name) {
    this.reading = name;
    if (!this.files.has(name)) throw new Refused(name, "is missing");
    const bytes = await FairwitnessFiles.read(this.files.get(name), MAX_PARSED);
    if (!bytes) throw new Refused(name, "is larger than anything of its kind");
    return bytes;
  }

  async text(name) {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await this.read(name));
  }

  async digest(name) {
    try {
      return await FairwitnessFiles.digest(this.files.get(name));
    } catch {
      return ["", 0]; // a part of a ZIP file that cannot be unpacked
    }
  }
}

async function manifestOf(bag, name) {
  const listed = new Map();
  const lines = (await bag.text(name)).split("\n");
  if (lines.pop() !== "") throw new Refused(name, "its last line has no end");
  lines.forEach((line, n) => {
    const found = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
    if (!found) throw new Refused(name, `line ${n + 1} is not a SHA-256, two blanks and a path`);
    if (!FairwitnessFiles.isSafe(found[2])) throw new Refused(name, `line ${n + 1} has an unsafe path`);
    if (listed.has(found[2]) || found[2].startsWith("data/") !== (name === MANIFEST)) {
      throw new Refused(name, `line ${n + 1} names a file twice, or one that belongs into the other manifest`);
    }
    listed.set(found[2], found[1]);
  });
  return listed;
}

async function checkManifests(bag) {
  const [payload, tags] = [await manifestOf(bag, MANIFEST), await manifestOf(bag, TAGMANIFEST)];
  const computed = new Map();
  let octets = 0;
  if ((await bag.text("bagit.txt")) !== DECLARATION) bag.refuse("bagit.txt", "is not that of a BagIt 1.0 bag in UTF-8");
  for (const [manifest, listed] of [[TAGMANIFEST, tags], [MANIFEST, payload]]) {
    for (const name of sorted(listed.keys())) {
      if (bag.files.has(name)) {
        const [digest, size] = await bag.digest(name);
        computed.set(name, digest);
        octets += manifest === MANIFEST ? size : 0;
      }
      if (computed.get(name) !== listed.get(name)) {
        bag.refuse(name, bag.files.has(name) ? `its SHA-256 is not in ${manifest}` : "is missing");
      }
    }
  }
  for (const name of sorted(bag.files.keys())) {
    if (!computed.has(name) && name !== TAGMANIFEST) bag.refuse(name, "is in no manifest");
  }
  if (!(await bag.text("bag-info.txt")).split("\n").includes(`Payload-Oxum: ${octets}.${payload.size}`)) {
    bag.refuse("bag-info.txt", "its Payload-Oxum does not fit the payload");
  }
  if (!bag.refused.length) {
    bag.proven.push(`All ${bag.files.size} files are there and no others; each has the SHA-256 in its manifest.`);
  }
  return new Map([...computed].filter(([name]) => payload.has(name)));
}

/** True if the signature fits; false if this browser cannot say. */
async function isSigned(bag, file, who, key, message, signature) {
  let fits;
  try {
    const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    fits = await crypto.subtle.verify("Ed25519", imported, signature, message);
  } catch {
    bag.unchecked.push(`The signature of ${who}: this browser knows no Ed25519; verify.py does.`);
    return false;
  }
  if (!fits) throw new Refused(file, `the signature of ${who} does not fit`);
  return true;
}

async function keysOf(bag) {
  const file = LOG + "keys.txt";
  const keys = new Map();
  for (const word of (await bag.text(file)).split(/\s+/).filter(Boolean)) {
    const [holder, id, ...rest] = word.split("+");
    const material = fromBase64(rest.join("+"));
    if (material.length !== 33 || id !== hex(sha256(utf8(`${holder}\n`), material)).slice(0, 8)) {
      throw new Refused(file, `the key of ${holder} does not have the id of its bytes`);
    }
    keys.set(`${holder} ${id}`, { kind: material[0], key: material.subarray(1), word });
  }
  return keys;
}

async function noteOf(bag, file) {
  const whole = await bag.text(file);
  const gap = whole.indexOf("\n\n");
  const text = (gap < 0 ? whole : whole.slice(0, gap)).replace(/\n+$/, "") + "\n";
  const found = /^([^ +\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]{44})\n$/.exec(text);
  const lines = gap < 0 ? [] : whole.slice(gap + 2).split("\n").slice(0, -1).map((line) => /^\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)$/.exec(line));
  if (!found || lines.includes(null)) throw new Refused(file, "is not a checkpoint");
  const signatures = lines.map((line) => [line[1], fromBase64(line[2])]);
  return { log: [found[1], Number(found[2]), fromBase64(found[3])], text, signatures };
}

async function checkNote(bag, file) {
  const { log, text, signatures } = await noteOf(bag, file);
  const keys = (signatures.length && (await bag.attempt(keysOf))) || new Map();
  const used = new Set();
  for (const [name, raw] of signatures) {
    const { kind, key, word } = keys.get(`${name} ${hex(raw.subarray(0, 4))}`) ?? {};
    let [message, signature, when] = [utf8(text), raw.subarray(4), ""];
    if (kind === 4) {
      const seconds = Number(new DataView(Uint8Array.from(raw).buffer).getBigUint64(4));
      [message, signature] = [utf8(`cosignature/v1\ntime ${seconds}\n${text}`), raw.subarray(12)];
      when = `, by a witness who saw the same history until ${moment(seconds)}`;
    }
    if (kind !== 1 && kind !== 4) {
      bag.unchecked.push(`The signature of ${name}: its key is not in the bag.`);
    } else if (await isSigned(bag, file, name, key, message, signature)) {
      bag.proven.push(`The checkpoint of ${log[1]} events is signed with the key ${word}${when}.`);
      used.add(word);
    }
  }
  return [log, used];
}

async function checkCheckpoint(bag, wanted) {
  const [log, used] = await checkNote(bag, LOG + "checkpoint");
  if (![...used].some((word) => word.startsWith(`${log[0]}+`))) {
    bag.unchecked.push("Who vouches for the log: no signature of its own key was checked.");
  }
  if (wanted && !used.has(wanted)) throw new Refused(LOG + "checkpoint", "is not signed with the key that you gave");
  return log;
}

const node = (left, right) => sha256(Uint8Array.of(1), left, right);

function rootOf(level) {
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(node(level[at], level[at + 1]));
    level = above.concat(level.slice(above.length * 2));
  }
  return level.length ? level[0] : sha256();
}

function rootByProof(leaf, index, size, path) {
  const rest = [...path];
  for (let last = size - 1; last > 0; index = Math.floor(index / 2), last = Math.floor(last / 2)) {
    if (index % 2 || index < last) {
      if (!rest.length) return [];
      leaf = index % 2 ? node(rest.shift(), leaf) : node(leaf, rest.shift());
    }
  }
  return rest.length ? [] : leaf;
}

async function checkLog(bag, origin, size, root) {
  const file = LOG + "leaf-hashes.txt";
  const text = await bag.text(file);
  const leaves = /^(?:[0-9a-f]{64}\n)*$/.test(text) ? text.split("\n").slice(0, -1).map(fromHex) : [];
  if (leaves.length !== size || !same(rootOf(leaves), root)) {
    throw new Refused(file, "does not give the root that the checkpoint names");
  }
  bag.proven.push(`The hashes of all ${size} events of the log give the root in the checkpoint.`);
  for (const older of bag.under(LOG + "earlier/", "")) {
    const [log] = await checkNote(bag, older);
    if (log[0] !== origin || log[1] > size || !same(rootOf(leaves.slice(0, log[1])), log[2])) {
      throw new Refused(older, "is of another history: the log was forked, or rewritten after it");
    }
    bag.proven.push(`The log goes on from its earlier checkpoint of ${log[1]} events.`);
  }
  return leaves;
}

async function checkEvents(bag, leaves, root) {
  const events = new Map();
  const checkpoint = await bag.text(LOG + "checkpoint");
  for (const file of bag.under(LOG + "events/", ".json")) {
    const body = await bag.read(file);
    const name = file.slice((LOG + "events/").length, -5);
    if (!/^[0-9]+$/.test(name)) throw new Error("not a number");
    const index = Number(name);
    if (index >= leaves.length || !same(sha256(Uint8Array.of(0), body), leaves[index])) {
      throw new Refused(file, "is not the event that the log has in this place");
    }
    const proof = file.slice(0, -5) + ".tlog-proof";
    const whole = await bag.text(proof);
    const gap = whole.indexOf("\n\n");
    const lines = whole.slice(0, Math.max(0, gap)).split("\n").filter((line) => !line.startsWith("extra "));
    const path = lines.slice(2).map(fromBase64);
    if (lines[0] !== "c2sp.org/tlog-proof@v1" || lines[1] !== `index ${index}`) {
      throw new Refused(proof, `is not a proof of event ${index}`);
    }
    if (whole.slice(gap + 2) !== checkpoint || !same(rootByProof(leaves[index], index, leaves.length, path), root)) {
      throw new Refused(proof, "does not lead to the root in the checkpoint");
    }
    bag.reading = file;
    events.set(index, JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)));
  }
  const withheld = leaves.length - events.size;
  bag.proven.push(`Events that are here: ${events.size}, each the one that the log has in its place. Withheld: ${withheld}.`);
  return events;
}

async function checkHandedOver(bag, events, digests) {
  const here = new Map([...digests].filter(([name]) => !name.startsWith(LOG) && !name.startsWith(CRATE)).map(([name, digest]) => [name.slice(5), digest]));
  const told = [...events].filter(([, event]) => event.type === "hand-over");
  if (!told.length) throw new Refused(LOG + "events/", "has no event that tells of handing over this bag");
  const odd = told.map(([index, event]) => {
    const names = new Set([...Object.keys(event.files), ...here.keys()]);
    return [sorted([...names].filter((name) => event.files[name] !== here.get(name))), index, event];
  });
  const [names, index, event] = odd.reduce((best, one) => (one[0].length < best[0].length ? one : best));
  for (const name of names) bag.refuse(`data/${name}`, `is not the file that event ${index} of the log names`);
  if (!names.length) {
    bag.proven.push(`Published files: ${here.size}, all as event ${index} of the log names them, at ${moment(event.at)} by the clock of that machine.`);
  }
}

async function checkDocuments(bag, events, size) {
  const file = "data/documents.json";
  const { documents } = JSON.parse(await bag.text(file));
  let open = 0;
  for (const { document: name, event: index, sha256: digest } of documents) {
    if (typeof name !== "string" || !Number.isInteger(index)) throw new Error("not a document");
    if (index < 0 || index >= size) throw new Refused(file, `${name} came in by an event that the log does not have`);
    const event = events.get(index) ?? {};
    if (digest && (event.type !== "intake" || event.document !== digest)) {
      throw new Refused(file, `${name} is not the document that event ${index} tells of`);
    }
    const original = `data/originals/${name}.original`;
    if (bag.files.has(original) && (await bag.digest(original))[0] !== digest) {
      throw new Refused(original, `is not the document that came in by event ${index}`);
    }
    open += Boolean(digest);
  }
  bag.proven.push(`Documents that are cited: ${documents.length}, each by the event by which it came in; ${open} of them with its digest.`);
}

async function checkStatements(bag) {
  for (const file of bag.under(LOG + "statements/", ".json")) {
    const [key] = [...(await keysOf(bag)).values()].filter((one) => one.kind === 1).map((one) => one.key);
    const envelope = JSON.parse(await bag.text(file));
    const [kind, payload] = [utf8(envelope.payloadType), fromBase64(envelope.payload)];
    const parts = [utf8(`DSSEv1 ${kind.length} `), kind, utf8(` ${payload.length} `), payload];
    const message = new Uint8Array(await new Blob(parts).arrayBuffer());
    if (await isSigned(bag, file, "the log", key, message, fromBase64(envelope.signatures[0].sig))) {
      bag.proven.push(`${file} is signed with the key of the log.`);
    }
  }
}

async function checkStamps(bag) {
  for (const file of bag.under(LOG + "stamps/", ".tsr")) {
    const { text } = await noteOf(bag, LOG + "checkpoint");
    const [reply, pem] = [await bag.read(file), await bag.text(file.slice(0, -4) + ".pem")];
    try {
      const at = await FairwitnessStamp.verify(reply, utf8(text), pem);
      bag.proven.push(`The checkpoint was there at ${moment(at)}, says the authority of ${file}.`);
    } catch (error) {
      if (!error.unknown) throw new Refused(file, "is not a time stamp of this checkpoint by that authority");
      bag.unchecked.push(`The time stamp ${file}: ${error.message}; verify.py can check it.`);
    }
  }
}

async function checkPages(bag, leaves) {
  const known = new Set(leaves.map(hex));
  for (const file of bag.under("data/proofs/", "").filter((name) => !name.endsWith(".png"))) {
    const packed = await bag.read(file);
    const picture = await bag.read(file.split(".json")[0] + ".png");
    let proof;
    let shown;
    try {
      proof = await FairwitnessPage.readProof(packed);
      shown = FairwitnessPage.verify(proof, await FairwitnessPage.readPng(picture));
    } catch (error) {
      throw new Refused(file, error.message);
    }
    if (!known.has(hex(sha256(Uint8Array.of(0), utf8(proof.event))))) {
      throw new Refused(file, "is of an event that the log does not have");
    }
    bag.proven.push(`${file} shows ${shown.verified} places as they were at ${moment(shown.at)}.`);
  }
}

async function verify(files, key) {
  const bag = new Bag(files);
  const digests = await bag.attempt(checkManifests);
  if (!digests) return bag;
  const log = await bag.attempt(checkCheckpoint, key);
  const leaves = log && (await bag.attempt(checkLog, ...log));
  const events = leaves && (await bag.attempt(checkEvents, leaves, log[2]));
  if (events) {
    await bag.attempt(checkHandedOver, events, digests);
    await bag.attempt(checkDocuments, events, log[1]);
    await bag.attempt(checkPages, leaves);
  }
  await bag.attempt(checkStatements);
  await bag.attempt(checkStamps);
  return bag;
}
