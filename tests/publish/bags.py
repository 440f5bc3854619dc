"""A small bag with everything that one can hold, made without a case: a signed log, a witness, a time stamp, a page."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from fairwitness.custody.checkpoint import Checkpoint, encode
from fairwitness.custody.dsse import encode_envelope, sign_payload
from fairwitness.custody.keys import SigningKey, new_key
from fairwitness.custody.merkle import leaf_hash, root_of
from fairwitness.custody.note import Note, cosign, encode_key, encode_note, sign
from fairwitness.custody.sshsig import ssh_signature
from fairwitness.publish.bag import Content, write_bag
from fairwitness.publish.bag_log import LogParts, log_files
from fairwitness.publish.commitments import packed
from fairwitness.publish.ro_crate import CRATE, crate
from tests.publish.test_commitments import mask_of, page, painted, proof_for

LOG_NAME = "fairwitness/2c1f09d8a3b47e65"
STATEMENT = b'{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"record","digest":{"sha256":"00"}}]}'
ORIGINAL = "原件 original مۇھىت\n".encode()
_OPENSSL_CONF = """
[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa_config]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


@dataclass(frozen=True)
class SignedBag:
    folder: Path
    key: str
    witness: str


def event(kind: str, nonce: int, **fields: object) -> bytes:
    """The body of an event as a case has it."""
    return json.dumps({"type": kind, "at": 1_790_000_000, "nonce": f"{nonce:032x}", **fields}, sort_keys=True).encode()


def make_signed_bag(folder: Path, *, stamp: bool = True, key: SigningKey | None = None) -> SignedBag:
    """The bag is in `folder`/bag."""
    key = key or new_key(LOG_NAME)
    witness = new_key("witness.example/egret", witness=True)
    digest = hashlib.sha256(ORIGINAL).hexdigest()
    withheld = mask_of({3, 4})
    proof, picture = proof_for(page(), withheld), io.BytesIO()
    width, height, _, pixels = painted(page(), withheld, "colour")
    Image.frombytes("RGB", (width, height), pixels).save(picture, "PNG")
    content: dict[str, Content] = {
        "findings/findings.json": b'{"findings": [{"sentence": "The canal was closed in 2017."}]}\n',
        "findings/findings.md": "# Findings\n\nКанал был закрыт. 2017 年。\n".encode(),
        "documents.json": json.dumps(
            {"documents": [{"document": "d1", "event": 1, "sha256": digest}, {"document": "d2", "event": 2}]}
        ).encode(),
        "originals/d1.original": ORIGINAL,
        "proofs/1.json.gz": packed(proof),
        "proofs/1.png": picture.getvalue(),
    }
    digests = {path: hashlib.sha256(data).hexdigest() for path, data in content.items() if isinstance(data, bytes)}
    events = [
        event("open", 0),
        event("intake", 1, find="f1", document=digest),
        event("intake", 2, find="f2", document="x"),
    ]
    events += [event("judge", number, value="kept back") for number in range(3, 12)]
    events.append(str(proof["event"]).encode())
    events.append(event("hand-over", 13, files=digests))
    leaves = [leaf_hash(body) for body in events]
    text = encode(Checkpoint(LOG_NAME, len(leaves), root_of(leaves)))
    name = key.public.name
    signatures = (sign(text, name, key.private), cosign(text, witness.public.name, witness.private, 1_790_000_100))
    older = encode(Checkpoint(LOG_NAME, 7, root_of(leaves[:7])))
    parts = LogParts(
        encode_note(Note(text, signatures)).encode(),
        leaves,
        {index: events[index] for index in (1, 13)},
        (key.public, witness.public),
        {7: encode_note(Note(older, (sign(older, name, key.private),))).encode()},
        stamps={"authority": time_stamp(folder / "tsa", text.encode())} if stamp else {},
        statements={1: encode_envelope(sign_payload(STATEMENT, key))},
        ssh_signature=ssh_signature(text.encode(), key).encode(),
        certificates={"authority": (folder / "tsa" / "ca.pem").read_bytes()} if stamp else {},
    )
    payload: dict[str, Content] = {**content, **log_files(parts)}
    payload[CRATE] = crate({path: len(data) for path, data in payload.items() if isinstance(data, bytes)}, "T", "D", 1)
    write_bag(folder / "bag", payload, [("Bagging-Date", "2026-09-21")])
    return SignedBag(folder / "bag", encode_key(key.public), encode_key(witness.public))


def time_stamp(folder: Path, data: bytes) -> bytes:
    """The reply of a time stamping authority of our own, made by openssl alone."""
    folder.mkdir(parents=True)
    (folder / "tsa.cnf").write_text(_OPENSSL_CONF)
    (folder / "serial").write_text("01\n")
    (folder / "data").write_bytes(data)
    for line in (
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out tsa.key",
        "req -config tsa.cnf -x509 -new -key ca.key -subj /CN=Root -days 3650 -extensions ca -out ca.pem",
        "req -config tsa.cnf -new -key tsa.key -subj /CN=Authority -out tsa.csr",
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 3650 -extfile tsa.cnf -extensions tsa"
        " -out tsa.pem",
        "ts -query -config tsa.cnf -data data -sha256 -cert -out request.tsq",
        "ts -reply -config tsa.cnf -section tsa_config -queryfile request.tsq -out reply.tsr",
    ):
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)
    return (folder / "reply.tsr").read_bytes()


def reseal(bag: Path) -> None:
    """The manifests fit whatever is in the bag: the work of somebody who changes it and wants nobody to see that."""

    def written(paths: list[Path]) -> bytes:
        lines = [
            f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(bag).as_posix()}\n" for path in paths
        ]
        return "".join(lines).encode()

    payload = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    (bag / "manifest-sha256.txt").write_bytes(written(payload))
    octets = sum(path.stat().st_size for path in payload)
    (bag / "bag-info.txt").write_text(f"Payload-Oxum: {octets}.{len(payload)}\n")
    tags = sorted(path for path in bag.iterdir() if path.is_file() and not path.name.startswith("tagmanifest"))
    (bag / "tagmanifest-sha256.txt").write_bytes(written(tags))
