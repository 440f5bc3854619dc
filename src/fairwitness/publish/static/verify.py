#!/usr/bin/env python3
"""Checks a bag made by fairwitness, without fairwitness: Python 3.8 or newer, and openssl 3 for signatures.

    python3 verify.py [BAG] [--key KEY]

BAG is a folder; without it, the one that this file lies in. KEY, one word (name+id+base64), is the public key of who
signed, which you have from elsewhere: a key out of the bag proves nothing about who made it. No network is used. The
status is 0 if all is as it was signed, 1 if something is refused, 2 if nothing is refused and not all was checked.

`verify`, near the end, is the list of the checks; each says which standard it follows.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import hashlib
import json
import os
import re
import runpy
import stat
import subprocess
import sys
import tempfile
from typing import Any, Callable, Dict, List, Set, Tuple

LOG, CRATE = "data/log/", "data/ro-crate"  # made after the event that names all other files
MANIFEST, TAGMANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
MAX_PARSED = 1 << 28  # bytes; what is parsed, and not only hashed, is smaller
ED25519 = bytes.fromhex("302a300506032b6570032100")  # what stands before the 32 bytes of a public key (RFC 8410)
NOT_PROVEN = (
    "That what is said is true, or what was received genuine. The log shows what was there, unchanged since.",
    "Who made the bag, unless you have the public key from elsewhere and gave it here.",
    "That nothing was left out. What is withheld is counted, and is not here.",
)


class Refused(Exception):
    """Its arguments are a file and the reason why it is refused."""


class Bag:
    """The files of a bag in a folder, and what was found about them."""

    def __init__(self, folder: str) -> None:
        self.folder, self.reading, self.names = folder, "", set()
        self.proven: List[str] = []
        self.refused: List[Tuple[str, str]] = []
        self.unchecked: List[str] = []
        for above, folders, files in os.walk(folder):
            for path in (os.path.join(above, name) for name in folders + files):
                name, mode = os.path.relpath(path, folder).replace(os.sep, "/"), os.lstat(path).st_mode
                if stat.S_ISREG(mode):
                    self.names.add(name)
                elif not stat.S_ISDIR(mode):  # never followed
                    self.refused.append((name, "is a link or a device; a bag has plain files only"))

    def attempt(self, check: Callable[..., Any], *arguments: Any) -> Any:
        """What the check gives; None if it refused something, which is kept."""
        try:
            return check(self, *arguments)
        except Refused as refused:
            self.refused.append((refused.args[0], refused.args[1]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError):
            self.refused.append((self.reading, "cannot be read as what it must be"))
        return None

    def proves(self, sentence: str, *values: Any) -> None:
        self.proven.append(sentence % values)

    def under(self, start: str, end: str) -> List[str]:
        return sorted(name for name in self.names if name.startswith(start) and name.endswith(end))

    def read(self, name: str) -> bytes:
        self.reading = name
        if name not in self.names:
            raise Refused(name, "is missing")
        if os.path.getsize(os.path.join(self.folder, name)) > MAX_PARSED:
            raise Refused(name, "is larger than anything of its kind")
        with open(os.path.join(self.folder, name), "rb") as file:
            return file.read()

    def text(self, name: str) -> str:
        return self.read(name).decode("utf-8")

    def digest(self, name: str) -> Tuple[str, int]:
        """SHA-256 and size of a file, read in pieces."""
        digest, size = hashlib.sha256(), 0
        with open(os.path.join(self.folder, name), "rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
                size += len(piece)
        return digest.hexdigest(), size


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def moment(seconds: int) -> str:
    return (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S UTC")


def manifest_of(bag: Bag, name: str) -> Dict[str, str]:
    """Digest by path (RFC 8493, 2.1.3)."""
    listed: Dict[str, str] = {}
    lines = bag.text(name).split("\n")
    if lines.pop() != "":
        raise Refused(name, "its last line has no end")
    for number, line in enumerate(lines, 1):
        found = re.fullmatch("([0-9a-f]{64})  (.+)", line)
        if found is None:
            raise Refused(name, "line %d is not a SHA-256, two blanks and a path" % number)
        if not all(re.fullmatch("[A-Za-z0-9._-]+", part) and part.strip(".") for part in found[2].split("/")):
            raise Refused(name, "line %d has an unsafe path" % number)
        if found[2] in listed or found[2].startswith("data/") != (name == MANIFEST):
            raise Refused(name, "line %d names a file twice, or one that belongs into the other manifest" % number)
        listed[found[2]] = found[1]
    return listed


def check_manifests(bag: Bag) -> Dict[str, str]:
    """The digest of each file of the payload, as computed (BagIt, RFC 8493)."""
    payload, tags = manifest_of(bag, MANIFEST), manifest_of(bag, TAGMANIFEST)
    computed, octets = {}, 0
    if bag.text("bagit.txt") != "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        bag.refused.append(("bagit.txt", "is not that of a BagIt 1.0 bag in UTF-8"))
    for manifest, listed in ((TAGMANIFEST, tags), (MANIFEST, payload)):
        for name, digest in sorted(listed.items()):
            if name in bag.names:
                computed[name], size = bag.digest(name)
                octets += size if manifest == MANIFEST else 0
            if computed.get(name) != digest:
                bag.refused.append((name, "its SHA-256 is not in " + manifest if name in bag.names else "is missing"))
    bag.refused += [(name, "is in no manifest") for name in sorted(bag.names - set(computed) - {TAGMANIFEST})]
    if "Payload-Oxum: %d.%d" % (octets, len(payload)) not in bag.text("bag-info.txt").split("\n"):
        bag.refused.append(("bag-info.txt", "its Payload-Oxum does not fit the payload"))
    if not bag.refused:
        bag.proves("All %d files are there and no others; each has the SHA-256 in its manifest.", len(bag.names))
    return {name: digest for name, digest in computed.items() if name in payload}


def openssl(arguments: str, **files: bytes) -> Tuple[bool, str]:
    """Whether openssl says yes, and what it says; each of `files` is in the folder that it runs in."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, data in files.items():
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(data)
            command, pipe = ["openssl"] + arguments.split(), subprocess.PIPE
            done = subprocess.run(command, cwd=folder, check=False, stdout=pipe, stderr=subprocess.STDOUT)
            return done.returncode == 0, done.stdout.decode("utf-8", "replace")
    except OSError:
        return False, "there is no openssl here"


def is_signed(bag: Bag, file: str, who: str, public: bytes, message: bytes, signature: bytes) -> bool:
    """True if the Ed25519 signature fits; False if this openssl cannot say."""
    pem = b"-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n" % base64.b64encode(ED25519 + public)
    command = "pkeyutl -verify -rawin -pubin -inkey pem -in message -sigfile signature"
    fits, said = openssl(command, pem=pem, message=message, signature=signature)
    if not fits and (len(signature) != 64 or "Verification Failure" in said):
        raise Refused(file, "the signature of %s does not fit" % who)
    bag.unchecked += [] if fits else ["The signature of %s: openssl 3 is needed." % who]
    return fits


def keys_of(bag: Bag) -> Dict[Tuple[str, bytes], Tuple[int, bytes, str]]:
    """Sort of signature, public key and the whole word, by name and id, of each key in the bag."""
    keys = {}
    for word in bag.text(LOG + "keys.txt").split():
        holder, key_id, coded = (word.split("+", 2) + ["", ""])[:3]
        material = from_base64(coded)
        if len(material) != 33 or key_id != sha256(holder.encode() + b"\n" + material).hex()[:8]:
            raise Refused(LOG + "keys.txt", "the key of %s does not have the id of its bytes" % holder)
        keys[holder, bytes.fromhex(key_id)] = (material[0], material[1:], word)
    return keys


def note_of(bag: Bag, file: str) -> Tuple[Tuple[str, int, bytes], str, List[Tuple[str, bytes]]]:
    """Name, size and root of a log (C2SP tlog-checkpoint); its text; name and bytes of each signature."""
    text, _, below = bag.text(file).partition("\n\n")
    text = text.rstrip("\n") + "\n"
    found = re.fullmatch("([^ +\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]{44})\n", text)
    lines = [re.fullmatch("\u2014 ([^ ]+) ([A-Za-z0-9+/=]+)", line) for line in below.split("\n")[:-1]]
    if found is None or None in lines:
        raise Refused(file, "is not a checkpoint")
    signatures = [(line[1], from_base64(line[2])) for line in lines if line]
    return (found[1], int(found[2]), from_base64(found[3])), text, signatures


def check_note(bag: Bag, file: str) -> Tuple[Tuple[str, int, bytes], Set[str]]:
    """Name, size and root of a log, and the keys that signed (C2SP signed-note, tlog-cosignature; Ed25519)."""
    log, text, signatures = note_of(bag, file)
    keys, used = (bag.attempt(keys_of) or {}) if signatures else {}, set()
    for name, raw in signatures:
        kind, public, word = keys.get((name, raw[:4]), (0, b"", ""))
        message, signature, when = text.encode(), raw[4:], ""
        if kind == 4:  # a witness; what it signs begins with the time
            seconds, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
            message = b"cosignature/v1\ntime %d\n" % seconds + message
            when = ", by a witness who saw the same history until %s" % moment(seconds)
        if kind not in (1, 4):
            bag.unchecked.append("The signature of %s: its key is not in the bag." % name)
        elif is_signed(bag, file, name, public, message, signature):
            bag.proves("The checkpoint of %d events is signed with the key %s%s.", log[1], word, when)
            used.add(word)
    return log, used


def check_checkpoint(bag: Bag, wanted: str) -> Tuple[str, int, bytes]:
    """Name, size and root of the log, whose signatures were verified."""
    log, used = check_note(bag, LOG + "checkpoint")
    if not any(word.startswith(log[0] + "+") for word in used):
        bag.unchecked.append("Who vouches for the log: no signature of its own key was checked.")
    if wanted and wanted not in used:
        raise Refused(LOG + "checkpoint", "is not signed with the key that you gave")
    return log


def root_of(level: List[bytes]) -> bytes:
    """Root of the tree over these hashes (RFC 6962): paired level by level, an odd last one goes up as it is."""
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[at] + level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0] if level else sha256(b"")


def root_by_proof(leaf: bytes, index: int, size: int, path: List[bytes]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2); nothing if it has the wrong length."""
    last = size - 1
    while last > 0:
        if index & 1 or index < last:  # else it has no neighbour and goes up as it is
            if not path:
                return b""
            leaf = sha256(b"\x01" + (path[0] + leaf if index & 1 else leaf + path[0]))
            path = path[1:]
        index, last = index >> 1, last >> 1
    return b"" if path else leaf


def check_log(bag: Bag, origin: str, size: int, root: bytes) -> List[bytes]:
    """The hash of each event. Together they give the root; earlier checkpoints are of the beginning of this log."""
    file = LOG + "leaf-hashes.txt"
    text = re.fullmatch("(?:[0-9a-f]{64}\n)*", bag.text(file)) or [""]
    leaves = [bytes.fromhex(line) for line in text[0].split()]
    if len(leaves) != size or root_of(leaves) != root:
        raise Refused(file, "does not give the root that the checkpoint names")
    bag.proves("The hashes of all %d events of the log give the root in the checkpoint.", size)
    for older in bag.under(LOG + "earlier/", ""):
        (name, old_size, old_root), _ = check_note(bag, older)
        if name != origin or old_size > size or root_of(leaves[:old_size]) != old_root:
            raise Refused(older, "is of another history: the log was forked, or rewritten after it")
        bag.proves("The log goes on from its earlier checkpoint of %d events.", old_size)
    return leaves


def check_events(bag: Bag, leaves: List[bytes], root: bytes) -> Dict[int, Dict[str, Any]]:
    """The released events by their number. Each is in the log, in its place, and has a proof (C2SP tlog-proof)."""
    events = {}
    for file in bag.under(LOG + "events/", ".json"):
        body, index = bag.read(file), int(file[len(LOG + "events/") : -5])
        if not 0 <= index < len(leaves) or sha256(b"\x00" + body) != leaves[index]:
            raise Refused(file, "is not the event that the log has in this place")
        proof = file[:-5] + ".tlog-proof"
        head, _, checkpoint = bag.text(proof).partition("\n\n")
        lines = [line for line in head.split("\n") if not line.startswith("extra ")]
        path = [from_base64(line) for line in lines[2:]]
        if lines[:2] != ["c2sp.org/tlog-proof@v1", "index %d" % index]:
            raise Refused(proof, "is not a proof of event %d" % index)
        if checkpoint != bag.text(LOG + "checkpoint") or root_by_proof(leaves[index], index, len(leaves), path) != root:
            raise Refused(proof, "does not lead to the root in the checkpoint")
        events[index] = json.loads(body)
    sentence = "Events that are here: %d, each the one that the log has in its place. Withheld: %d."
    bag.proves(sentence, len(events), len(leaves) - len(events))
    return events


def check_handed_over(bag: Bag, events: Dict[int, Dict[str, Any]], digests: Dict[str, str]) -> None:
    """Every file but those of the log itself is the one that an event of the log names."""
    here = {name[5:]: digest for name, digest in digests.items() if not name.startswith((LOG, CRATE))}
    told = [(index, event) for index, event in events.items() if event.get("type") == "hand-over"]
    odd_ones = [sorted(name for name, _ in set(event["files"].items()) ^ set(here.items())) for _, event in told]
    if not told:
        raise Refused(LOG + "events/", "has no event that tells of handing over this bag")
    odd, (index, event) = min(zip(odd_ones, told), key=lambda one: len(one[0]))
    bag.refused += [
        ("data/" + name, "is not the file that event %d of the log names" % index) for name in dict.fromkeys(odd)
    ]
    if not odd:
        sentence = "Published files: %d, all as event %d of the log names them, at %s by the clock of that machine."
        bag.proves(sentence, len(here), index, moment(event["at"]))


def check_documents(bag: Bag, events: Dict[int, Dict[str, Any]], size: int) -> None:
    """Each document came in by an event; where that is released, it names the digest, and the original has it."""
    documents, open_ones = json.loads(bag.text("data/documents.json"))["documents"], 0
    for one in documents:
        name, index, digest = one["document"], one["event"], one.get("sha256", "")
        if not 0 <= index < size:
            raise Refused("data/documents.json", "%s came in by an event that the log does not have" % name)
        event = events.get(index, {})
        if digest and (event.get("type"), event.get("document")) != ("intake", digest):
            raise Refused("data/documents.json", "%s is not the document that event %d tells of" % (name, index))
        original = "data/originals/%s.original" % name
        if original in bag.names and bag.digest(original)[0] != digest:
            raise Refused(original, "is not the document that came in by event %d" % index)
        open_ones += bool(digest)
    sentence = "Documents that are cited: %d, each by the event by which it came in; %d of them with its digest."
    bag.proves(sentence, len(documents), open_ones)


def check_statements(bag: Bag) -> None:
    """Each statement is signed with a key of the log that is in the bag (DSSE v1)."""
    for file in bag.under(LOG + "statements/", ".json"):
        keys = [public for sort, public, _ in keys_of(bag).values() if sort == 1]
        envelope = json.loads(bag.text(file))
        kind, payload = envelope["payloadType"].encode(), from_base64(envelope["payload"])
        message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
        if is_signed(bag, file, "the log", keys[0], message, from_base64(envelope["signatures"][0]["sig"])):
            bag.proves("%s is signed with the key of the log.", file)


def check_stamps(bag: Bag) -> None:
    """Each time stamp is of this checkpoint, by the authority whose certificates lie beside it (RFC 3161)."""
    for file in bag.under(LOG + "stamps/", ".tsr"):
        _, text, _ = note_of(bag, LOG + "checkpoint")
        files = {"pem": bag.read(file[:-4] + ".pem"), "data": text.encode(), "stamp": bag.read(file)}
        told = re.search(r"Time stamp: (.+?)(?:\.\d+)? (\d+) GMT", openssl("ts -reply -in stamp -text", **files)[1])
        at = datetime.datetime.strptime(told[1] + told[2], "%b %d %H:%M:%S%Y") if told else datetime.datetime.min
        seconds = int((at - datetime.datetime(1970, 1, 1)).total_seconds())
        fits, said = openssl("ts -verify -data data -in stamp -CAfile pem -attime %d" % seconds, **files)
        if fits:
            bag.proves("The checkpoint was there at %s, says the authority of %s.", moment(seconds), file)
        elif "Verification: FAILED" not in said and told:
            bag.unchecked.append("The time stamp %s: openssl 3 is needed." % file)
        else:
            raise Refused(file, "is not a time stamp of this checkpoint by that authority")


def check_pages(bag: Bag, leaves: List[bytes]) -> None:
    """Each picture of a page shows what an event of the log committed to (verify_page.py)."""
    for file in (name for name in bag.under("data/proofs/", "") if not name.endswith(".png")):
        page = runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "verify_page.py"))
        packed, picture = bag.read(file), bag.read(file.partition(".json")[0] + ".png")
        try:
            proof = page["read_proof"](packed)
            shown = page["verify_page"](proof, page["read_png"](picture))
        except ValueError as error:
            raise Refused(file, str(error)) from None
        if sha256(b"\x00" + proof["event"].encode()) not in leaves:
            raise Refused(file, "is of an event that the log does not have")
        bag.proves("%s shows %d places as they were at %s.", file, shown["verified"], moment(shown["at"]))


def verify(folder: str, key: str = "") -> Bag:
    """What was found about the bag in that folder, by all checks in their order."""
    bag = Bag(folder)
    digests = bag.attempt(check_manifests)
    if digests is None:
        return bag
    log = bag.attempt(check_checkpoint, key)
    leaves = bag.attempt(check_log, *log) if log else None
    events = bag.attempt(check_events, leaves, log[2]) if leaves is not None else None
    if events is not None:
        bag.attempt(check_handed_over, events, digests)
        bag.attempt(check_documents, events, log[1])
        bag.attempt(check_pages, leaves)
    bag.attempt(check_statements)
    bag.attempt(check_stamps)
    return bag


def main() -> int:
    options = argparse.ArgumentParser(description="Checks a bag made by fairwitness.")
    options.add_argument("folder", nargs="?", metavar="BAG", default=os.path.dirname(os.path.abspath(__file__)))
    options.add_argument("--key", default="", help="the public key of the log, which you have from elsewhere")
    bag = verify(**vars(options.parse_args()))
    status, refused = 1 if bag.refused else 2 if bag.unchecked else 0, ["%s: %s." % one for one in bag.refused]
    titles = ("REFUSED", "NOT CHECKED", "PROVEN" if not refused else "FOUND ALL THE SAME", "NOT PROVEN BY ANY BAG")
    for title, lines in zip(titles, (refused, bag.unchecked, bag.proven, NOT_PROVEN)):
        if lines:
            print("\n".join([title] + ["  - " + line for line in lines]) + "\n")
    print(("The bag is as it was signed.", "THE BAG IS REFUSED.", "Nothing is refused; not all was checked.")[status])
    return status


if __name__ == "__main__":
    sys.exit(main())
