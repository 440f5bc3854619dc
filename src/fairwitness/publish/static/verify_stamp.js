"use strict";
// Checks a time stamp of RFC 3161 by WebCrypto alone: `FairwitnessStamp.verify(reply, message, pem)` gives its time.
// It throws an Error with the reason where the stamp does not hold, and one with `unknown` set where this browser, or
// this page, does not know an algorithm. Revocation is not looked up: there is no network.
const FairwitnessStamp = (() => {
  const HASHES = {
    "1.3.14.3.2.26": "SHA-1",
    "2.16.840.1.101.3.4.2.1": "SHA-256",
    "2.16.840.1.101.3.4.2.2": "SHA-384",
    "2.16.840.1.101.3.4.2.3": "SHA-512",
  };
  const SIGNATURES = {
    "1.2.840.113549.1.1.11": ["RSASSA-PKCS1-v1_5", "SHA-256"],
    "1.2.840.113549.1.1.12": ["RSASSA-PKCS1-v1_5", "SHA-384"],
    "1.2.840.113549.1.1.13": ["RSASSA-PKCS1-v1_5", "SHA-512"],
    "1.2.840.10045.4.3.2": ["ECDSA", "SHA-256"],
    "1.2.840.10045.4.3.3": ["ECDSA", "SHA-384"],
    "1.2.840.10045.4.3.4": ["ECDSA", "SHA-512"],
  };
  const CURVES = {
    "1.2.840.10045.3.1.7": ["P-256", 32],
    "1.3.132.0.34": ["P-384", 48],
    "1.3.132.0.35": ["P-521", 66],
  };
  const RSA = "1.2.840.113549.1.1.1";
  const [SIGNED_DATA, TST_INFO] = ["1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"];
  const [CONTENT_TYPE, MESSAGE_DIGEST] = ["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"];
  const [KEY_USAGE, CA, STAMPING] = ["2.5.29.37", "2.5.29.19", "1.3.6.1.5.5.7.3.8"];
  const MAX_CHAIN = 8;

  class Unknown extends Error {
    unknown = true;
  }

  function holds(condition, reason) {
    if (!condition) throw new Error(reason);
  }

  const same = (a, b) => a.length === b.length && a.every((byte, n) => byte === b[n]);

  /** An element of DER: `tag`, its content as `bytes`, and `whole` with its head. */
  function read(bytes, at = 0) {
    let [tag, length, start] = [bytes[at], bytes[at + 1], at + 2];
    if (length > 0x80 && length <= 0x84) {
      const count = length - 0x80;
      length = 0;
      for (let n = 0; n < count; n++) length = length * 256 + bytes[start + n];
      start += count;
    }
    holds(length < 0x80000000 && start + length <= bytes.length, "it is not DER");
    return { tag, bytes: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) };
  }

  function inside(element) {
    const parts = [];
    for (let at = 0; at < element.bytes.length; at += parts.at(-1).whole.length) parts.push(read(element.bytes, at));
    return parts;
  }

  function oid(element) {
    const [first, ...rest] = element.bytes;
    const numbers = [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40))];
    let number = 0;
    for (const byte of rest) {
      number = number * 128 + (byte & 127);
      if (byte < 128) {
        numbers.push(number);
        number = 0;
      }
    }
    return numbers.join(".");
  }

  /** Seconds since 1970 of a UTCTime or a GeneralizedTime. */
  function moment(element) {
    const text = String.fromCharCode(...element.bytes);
    const found = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.\d+)?Z$/.exec(text);
    holds(found, "it has a time in another form");
    const [year, month, ...rest] = found.slice(1).map(Number);
    const full = found[1].length === 4 ? year : year < 50 ? 2000 + year : 1900 + year;
    return Date.UTC(full, month - 1, ...rest) / 1000;
  }

  function certificate(der) {
    const whole = read(der);
    const [signed, algorithm, signature] = inside(whole);
    const fields = inside(signed).filter((one) => one.tag !== 0xa0);
    const [serial, , issuer, validity, subject, key] = fields;
    const extensions = new Map();
    const listed = fields.find((one) => one.tag === 0xa3);
    for (const one of listed ? inside(inside(listed)[0]) : []) {
      const parts = inside(one);
      extensions.set(oid(parts[0]), read(parts.at(-1).bytes));
    }
    const [from, until] = inside(validity).map(moment);
    return {
      signed: signed.whole, algorithm: oid(inside(algorithm)[0]), signature: signature.bytes.subarray(1),
      serial: serial.bytes, issuer: issuer.whole, subject: subject.whole, key: key.whole, from, until, extensions, der,
    };
  }

  function certificatesOf(pem) {
    const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
    return [...blocks].map((one) => certificate(Uint8Array.from(atob(one[1].replace(/\s/g, "")), (c) => c.charCodeAt(0))));
  }

  /** Whether the signature over the message fits the key, a SubjectPublicKeyInfo. */
  async function fits(key, name, hash, signature, message) {
    if (name === "RSASSA-PKCS1-v1_5") {
      const imported = await crypto.subtle.importKey("spki", key, { name, hash }, false, ["verify"]);
      return crypto.subtle.verify(name, imported, signature, message);
    }
    const curve = CURVES[oid(inside(inside(read(key))[0])[1])];
    if (!curve) throw new Unknown("its curve is not known here");
    const raw = new Uint8Array(2 * curve[1]);
    inside(read(signature)).forEach((number, n) => {
      const bytes = number.bytes[0] === 0 ? number.bytes.subarray(1) : number.bytes;
      holds(bytes.length <= curve[1] && n < 2, "its signature is malformed");
      raw.set(bytes, (n + 1) * curve[1] - bytes.length);
    });
    const imported = await crypto.subtle.importKey("spki", key, { name, namedCurve: curve[0] }, false, ["verify"]);
    return crypto.subtle.verify({ name, hash }, imported, raw, message);
  }

  function algorithmOf(element, hash) {
    const name = oid(inside(element)[0]);
    const found = name === RSA ? ["RSASSA-PKCS1-v1_5", hash] : SIGNATURES[name];
    if (!found) throw new Unknown("its algorithm is not known here");
    return found;
  }

  /** The certificates lead from the one that signed to a root that was given, each valid at that time. */
  async function follow(signer, others, roots, at) {
    let one = signer;
    for (let step = 0; step < MAX_CHAIN; step++) {
      holds(one.from <= at && at <= one.until, "a certificate was not valid at that time");
      if (roots.some((root) => same(root.der, one.der) && same(root.issuer, root.subject))) return;
      const above = [...roots, ...others].find((other) => same(other.subject, one.issuer) && other !== one);
      holds(above, "the certificates lead to no root that was given");
      const [name, hash] = SIGNATURES[one.algorithm] ?? [];
      if (!name) throw new Unknown("an algorithm of its certificates is not known here");
      holds(await fits(above.key, name, hash, one.signature, one.signed), "a certificate is not signed by the one above");
      const constraint = above.extensions.get(CA);
      holds(constraint && inside(constraint)[0]?.bytes[0], "a certificate above is not one of an authority");
      one = above;
    }
    throw new Error("there are too many certificates");
  }

  async function digest(hash, bytes) {
    return new Uint8Array(await crypto.subtle.digest(hash, bytes));
  }

  /** Seconds since 1970 at which the authority saw the message. */
  async function verify(reply, message, pem) {
    const [status, token] = inside(read(reply));
    holds(token && inside(status)[0].bytes.every((byte) => byte === 0), "the authority refused");
    const [kind, content] = inside(token);
    holds(oid(kind) === SIGNED_DATA, "it is not a signed message");
    const parts = inside(inside(content)[0]);
    const [type, held] = inside(parts[2]);
    const told = inside(held)[0].bytes;
    const [signer, ...more] = inside(parts.at(-1));
    holds(oid(type) === TST_INFO && signer && !more.length, "it is not a time stamp with one signature");
    const sent = parts.find((one) => one.tag === 0xa0);
    const others = sent ? inside(sent).map((one) => certificate(one.whole)) : [];
    const [, , imprint, , generated] = inside(read(told));
    const [imprintKind, imprinted] = inside(imprint);
    const imprintHash = HASHES[oid(inside(imprintKind)[0])];
    if (!imprintHash) throw new Unknown("its digest is not known here");
    holds(same(await digest(imprintHash, message), imprinted.bytes), "it is of something else");
    const roots = certificatesOf(pem);
    const at = moment(generated);
    await checkSigner(inside(signer), told, [...others, ...roots], others, roots, at);
    return at;
  }

  async function checkSigner(fields, told, all, others, roots, at) {
    const [, who, hashKind, attributes, kind, signature] = fields;
    const hash = HASHES[oid(inside(hashKind)[0])];
    if (!hash) throw new Unknown("its digest is not known here");
    holds(attributes.tag === 0xa0, "nothing in it is signed");
    const values = new Map(inside(attributes).map((one) => [oid(inside(one)[0]), inside(inside(one)[1])[0]]));
    holds(values.has(MESSAGE_DIGEST) && values.has(CONTENT_TYPE), "nothing in it is signed");
    holds(oid(values.get(CONTENT_TYPE)) === TST_INFO, "it is not a time stamp");
    holds(same(await digest(hash, told), values.get(MESSAGE_DIGEST).bytes), "it was changed");
    const [issuer, serial] = inside(who);
    const signer = all.find((one) => same(one.issuer, issuer.whole) && same(one.serial, serial.bytes));
    holds(signer, "the certificate of who signed is not there");
    const usage = signer.extensions.get(KEY_USAGE);
    holds(usage && inside(usage).some((one) => oid(one) === STAMPING), "who signed may not stamp");
    const signed = Uint8Array.from(attributes.whole);
    signed[0] = 0x31; // what is signed is a SET, whatever stands in the message (RFC 5652, 5.4)
    const [name, signatureHash] = algorithmOf(kind, hash);
    holds(await fits(signer.key, name, signatureHash, signature.bytes, signed), "its signature does not fit");
    await follow(signer, others, roots, at);
  }

  return { verify };
})();
