"""The proof that one event is in the log, as C2SP tlog-proof defines it: one text that anybody can check offline.

    c2sp.org/tlog-proof@v1
    index 73894
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
    B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=

    fairwitness/2c1f09d8a3b47e65
    109482
    sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

    — fairwitness/2c1f09d8a3b47e65 hI2DJw...

`index` counts from 0. The hashes lead from the event to the root, lowest first; the rest is the signed checkpoint.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from fairwitness.custody.checkpoint import MAX_SIZE, Checkpoint, decode
from fairwitness.custody.errors import BadCheckpoint, BadProof
from fairwitness.custody.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from fairwitness.custody.note import MAX_NOTE_BYTES, NoteKey, Signed, decode_note, verify_note

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63  # the height of a tree whose size fits into 63 bits
MAX_EXTRA_BYTES = 65_536
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class TlogProof:
    """That leaf `index` (from 0) is in the log whose signed checkpoint is `checkpoint`, word for word.

    `extra` is anything that an application adds; nothing vouches for it.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes = b""


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows: the checkpoint, and which of the known keys signed it."""

    checkpoint: Checkpoint
    signed: tuple[Signed, ...]


def encode_proof(proof: TlogProof) -> bytes:
    """The proof as text in UTF-8; its file is best called NAME.tlog-proof."""
    lines = [HEADER]
    if proof.extra:
        lines.append(f"extra {_base64(proof.extra)}")
    lines += [f"index {proof.index}", *map(_base64, proof.hashes), "", ""]
    return "\n".join(lines).encode() + proof.checkpoint


def decode_proof(untrusted: bytes) -> TlogProof:
    """The proof that `untrusted` is; nothing of it is verified.

    Raises:
        BadProof: if it differs in anything from the form that a proof has.
    """
    if len(untrusted) > MAX_NOTE_BYTES + MAX_EXTRA_BYTES * 2:
        raise BadProof("The proof is larger than any proof can be.")
    head, empty, checkpoint = untrusted.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise BadProof("The proof has letters where none can be.") from None
    if not empty or lines.pop(0) != HEADER:
        raise BadProof(f"The first line is not {HEADER}.")
    extra = b""
    if lines and lines[0].startswith("extra "):
        extra = _bytes_of(lines.pop(0).removeprefix("extra "))
    index = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if index is None or int(index[1]) > MAX_SIZE:
        raise BadProof("The line with the index is missing, or is no plain number.")
    hashes = tuple(map(_bytes_of, lines))
    if len(hashes) > MAX_HASHES or any(len(one) != HASH_BYTES for one in hashes):
        raise BadProof("A hash of the proof is not 32 bytes long, or there are too many.")
    return TlogProof(int(index[1]), hashes, checkpoint, extra)


def verify_proof(proof: TlogProof, event: bytes, keys: Iterable[NoteKey]) -> Proven:
    """The event, whose bytes are `event`, is in the log, under a checkpoint that at least one of the keys signed.

    Raises:
        BadNote: if the checkpoint is not a signed note.
        BadCheckpoint: if it is not a checkpoint.
        UnsignedNote: if none of the keys signed it.
        BrokenSignature: if a signature of one of the keys does not fit.
        BadProof: if the event is not the one that the proof is for.
    """
    note = decode_note(proof.checkpoint)
    signed = verify_note(note, keys)
    checkpoint = decode(note.text)
    if any(one.at == 0 and one.key.name != checkpoint.origin for one in signed):
        raise BadCheckpoint("The checkpoint names another log than the key that signed it.")
    if not verify_inclusion(leaf_hash(event), proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise BadProof(
            f"The event is not number {proof.index} of the log of {checkpoint.size}.",
            advice="The event, the proof or the checkpoint was changed, or they do not belong together.",
        )
    return Proven(checkpoint, signed)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes_of(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise BadProof("A line of the proof is not base64.") from None
    if _base64(raw) != text:
        raise BadProof("A line of the proof is not the one base64 form of its bytes.")
    return raw
