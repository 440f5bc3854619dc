"""Takes the checkpoint of a case to a witness and to time-stamping authorities, and takes back what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from fairwitness.case.case import Case
from fairwitness.custody.checkpoint import Checkpoint, decode
from fairwitness.custody.errors import BadCheckpoint, BadStamp, ForkedLog, NotSigned, UnknownWitness
from fairwitness.custody.ledger import read_checkpoint
from fairwitness.custody.note import COSIGNATURE, Note, NoteKey, decode_note, encode_key, encode_note, signed_by
from fairwitness.custody.stamps import (
    Stamp,
    nonce_of,
    read_certificates,
    request_stamp,
    verify_stamp,
    write_certificates,
)
from fairwitness.custody.tiles import consistency_from_tiles
from fairwitness.custody.witness import WitnessRequest, encode_request
from fairwitness.work.judging import judge
from fairwitness.work.signing import (
    LOG,
    WITNESS,
    SignedCheckpoint,
    check_begins_with,
    keep_signatures,
    last_signed,
    must_be_signed,
    read_signed,
    signed_sizes,
    tell,
    time_of_event,
    witnesses_of_log,
)

STAMPS = "stamps"
CERTIFICATES = f"{STAMPS}/certificates"
REQUEST, ANSWER = ".tsq", ".tsr"


@dataclass(frozen=True, slots=True)
class KeptStamp:
    """A stamp of the checkpoint of that size, which holds; `file` is its name in the log without an ending."""

    size: int
    stamp: Stamp
    file: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "size": self.size,
            "at": self.stamp.at,
            "authority": self.stamp.by,
            "certificate": self.stamp.certificate,
            "file": self.file + ANSWER,
        }


@dataclass(frozen=True, slots=True)
class SignedLog:
    """The last signed checkpoint with all that vouches for it, as it is handed over.

    `note` is it word for word; `keys` those that signed it, that of the log first; `earlier` older checkpoints that the
    same key of the log signed, by their size; `stamps` answers of authorities by name, and `certificates` those that
    they were verified with, in PEM.
    """

    checkpoint: Checkpoint
    note: bytes
    keys: tuple[NoteKey, ...]
    earlier: Mapping[int, bytes]
    stamps: Mapping[str, bytes]
    certificates: Mapping[str, bytes]


def signed_log(case: Case, index: int) -> SignedLog | None:
    """What vouches for the event of that number, counted from 0; None if no signed checkpoint covers it.

    Raises:
        CustodyError: if a signature or a stamp does not hold: then nothing is handed over.
    """
    last = last_signed(case)
    if last is None or not index < last.checkpoint.size:
        return None
    size, certificates = last.checkpoint.size, stored_certificates(case)
    stamps: dict[str, bytes] = {}
    for number, file in enumerate(stamp_files(case, size), 1):
        read_stamp(case, size, file, certificates)
        stamps[f"{number}"] = case.read_log_file(file + ANSWER) or b""
    pem = write_certificates(certificates)
    keys = sorted((one.key for one in last.signed), key=lambda key: key.kind)
    older = [read_signed(case, one) for one in signed_sizes(case) if one != size]
    same = [one for one in older if keys and keys[0] in {by.key for by in one.signed}]
    earlier = {one.checkpoint.size: encode_note(one.note).encode() for one in same}
    whole = encode_note(last.note).encode()
    return SignedLog(last.checkpoint, whole, tuple(keys), earlier, stamps, dict.fromkeys(stamps, pem))


def checkpoint_request(case: Case, since: int = 0) -> tuple[SignedCheckpoint, bytes]:
    """The last signed checkpoint, and the text that takes it to a witness who saw `since` events last.

    Raises:
        NotSigned: if the log was never signed.
        OutOfLog: if `since` is beyond the checkpoint.
    """
    last = must_be_signed(case)
    stored = read_checkpoint(case).size
    proof = consistency_from_tiles(since, last.checkpoint.size, stored, case.read_log_file)
    return last, encode_request(WitnessRequest(since, tuple(proof), encode_note(last.note).encode()))


def add_cosigned(case: Case, untrusted: bytes, witness: NoteKey | None = None, by: str = "") -> SignedCheckpoint:
    """The cosignatures in the file are kept with the checkpoint; a new witness is believed because `by` says so.

    Raises:
        BadNote: if the file is not a signed checkpoint.
        ForkedLog: if it is a checkpoint that this log never had.
        NotSigned: if this case did not sign it.
        UnknownWitness: if nobody whom the case believes cosigned it.
        BrokenSignature: if a signature does not fit.
        BadSignature: if a witness is added and nobody signs for that.
    """
    note = decode_note(untrusted)
    checkpoint = decode(note.text)
    if checkpoint.origin != case.log_name:
        raise BadCheckpoint("The checkpoint belongs to another log.")
    check_begins_with(case, checkpoint, read_checkpoint(case).size)
    kept = read_signed(case, checkpoint.size)
    if note.text != kept.note.text:
        raise ForkedLog("The checkpoint that was cosigned differs from the one that this case signed.")
    known = [*witnesses_of_log(case), *([witness] if witness is not None else [])]
    cosigned = [one for one in signed_by(note, known) if one.key.kind == COSIGNATURE]
    if not cosigned:
        raise UnknownWitness("No witness whom this case believes has signed that checkpoint.")
    if witness is not None and witness in {one.key for one in cosigned}:
        judge(case, LOG, {WITNESS + witness.name: encode_key(witness)}, by)
    ids = {(one.key.name, one.key.id) for one in cosigned}
    lines = tuple(line for line in note.signatures if (line.name, line.key_id) in ids)
    keep_signatures(case, kept, Note(note.text, lines))
    for one in cosigned:
        tell(case, "cosign", {"size": checkpoint.size, "key": encode_key(one.key), "signed_at": one.at})
    return read_signed(case, checkpoint.size)


def stamp_request(case: Case) -> tuple[SignedCheckpoint, bytes]:
    """The last signed checkpoint, and the `.tsq` file that asks an authority for a stamp of it; it is kept.

    Raises:
        NotSigned: if the log was never signed.
    """
    last = must_be_signed(case)
    request = request_stamp(last.note.text.encode())
    case.write_log_file(f"{_folder(last.checkpoint.size)}/{request.nonce:016x}{REQUEST}", request.data)
    return last, request.data


def add_stamp(case: Case, untrusted: bytes, untrusted_certificates: bytes) -> KeptStamp:
    """The answer of the authority is kept, with the certificates that it was verified with.

    Raises:
        BadStamp: if it does not hold, or is not to a request of this case; nothing is kept then.
        ClockSetBack: if its time lies before the last event that it covers.
        NotSigned: if nothing was asked for.
    """
    certificates = read_certificates(untrusted_certificates)
    asked = {
        int(name.rpartition("/")[2].removesuffix(REQUEST), 16): (size, name.removesuffix(REQUEST))
        for size in signed_sizes(case)
        for name in _files(case, size, REQUEST)
    }
    if not asked:
        raise NotSigned(
            "This case asked no authority for a stamp.", advice="Make a request: fairwitness stamp CASE --request FILE"
        )
    nonce = nonce_of(untrusted)
    if nonce not in asked:
        raise BadStamp("The answer is not to a request of this case: its nonce is another.")
    size, file = asked[nonce]
    stamp = _verified(case, size, untrusted, certificates, nonce)
    for one in certificates:
        digest = sha256(one.public_bytes(Encoding.DER)).hexdigest()
        case.write_log_file(f"{CERTIFICATES}/{digest[:16]}.pem", write_certificates([one]))
    case.write_log_file(file + ANSWER, untrusted)
    told = {"size": size, "sha256": sha256(untrusted).hexdigest(), "stamped_at": stamp.at}
    tell(case, "stamp", told | {"authority": stamp.certificate})
    return KeptStamp(size, stamp, file)


def stored_certificates(case: Case) -> list[x509.Certificate]:
    """The certificates that the user gave with stamps."""
    files = (case.read_log_file(name) for name in case.log_files(CERTIFICATES))
    return [one for data in files if data for one in read_certificates(data)]


def stamp_files(case: Case, size: int) -> list[str]:
    """The names, without an ending, of the answers that are kept for the checkpoint of that size."""
    return [name.removesuffix(ANSWER) for name in _files(case, size, ANSWER)]


def read_stamp(case: Case, size: int, file: str, certificates: list[x509.Certificate]) -> KeptStamp:
    """The stamp that is kept under that name, verified anew.

    Raises:
        BadStamp: if it does not hold any more.
    """
    answer = case.read_log_file(file + ANSWER)
    if answer is None:
        raise BadStamp("The answer of the authority is gone.")
    nonce = int(file.rpartition("/")[2], 16)
    return KeptStamp(size, _verified(case, size, answer, certificates, nonce), file)


def _verified(case: Case, size: int, untrusted: bytes, certificates: list[x509.Certificate], nonce: int) -> Stamp:
    text = read_signed(case, size).note.text
    last = time_of_event(case, size)
    return verify_stamp(untrusted, text.encode(), certificates, nonce=nonce, not_before=last)


def _files(case: Case, size: int, ending: str) -> list[str]:
    return [name for name in case.log_files(_folder(size)) if name.endswith(ending)]


def _folder(size: int) -> str:
    return f"{STAMPS}/{size:012d}"
