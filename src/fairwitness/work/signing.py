"""Signs the log of a case, and says who signed, cosigned and stamped it.

Beside the tiles, in the folder of the log:

    signed/<size>                   the checkpoint of that size with all signatures (a signed note)
    signed/<size>.sshsig            our signature once more, for ssh-keygen
    stamps/<size>/<nonce>.tsq       what went out to an authority, and .tsr what came back
    stamps/certificates/<id>.pem    what the user believes of an authority

Which key signs, and which witnesses are believed, are judgements about the log, so they are in the log themselves.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.records import Judgement
from fairwitness.custody.checkpoint import Checkpoint, decode, encode
from fairwitness.custody.dsse import Envelope, sign_payload
from fairwitness.custody.errors import (
    BadCheckpoint,
    ChangedKey,
    ClockSetBack,
    ForkedLog,
    NotDerived,
    NotSigned,
    OutOfLog,
    Rollback,
)
from fairwitness.custody.keys import SigningKey, key_of_log
from fairwitness.custody.ledger import close_log, extend_log, read_checkpoint
from fairwitness.custody.note import (
    Note,
    NoteKey,
    Signed,
    decode_key,
    decode_note,
    encode_key,
    encode_note,
    sign,
    signed_by,
)
from fairwitness.custody.proof import TlogProof, encode_proof, verify_proof
from fairwitness.custody.sshsig import ssh_signature
from fairwitness.custody.stamps import CLOCK_TOLERANCE_S
from fairwitness.custody.statements import statement_of_event
from fairwitness.custody.tiles import inclusion_from_tiles, root_of_beginning
from fairwitness.work.judging import judge

LOG = "log:keys"
"""What judgements about keys are about."""

SIGNER = "signing-key"
WITNESS = "witness:"  # with the name of the witness behind it
SIGNED = "signed"
SSHSIG = ".sshsig"
_OWN_EVENTS = frozenset({"sign", "cosign", "stamp"})


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that signs the log, or once did: since when, who said so, and whether another has taken its place."""

    key: NoteKey
    at: int
    by: str
    current: bool


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, and those of them by keys that this case believes."""

    checkpoint: Checkpoint
    note: Note
    signed: tuple[Signed, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "log": self.checkpoint.origin,
            "size": self.checkpoint.size,
            "root": self.checkpoint.root.hex(),
            "signed_by": [signer_json(one) for one in self.signed],
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """The proof of one event as text, and the event."""

    number: int
    event: bytes
    text: bytes
    checkpoint: Checkpoint


def signer_json(signed: Signed) -> dict[str, Any]:
    """Plain values of a signature; `at` is there for witnesses alone."""
    told: dict[str, Any] = {"key": encode_key(signed.key)}
    return told | ({"at": signed.at} if signed.at else {})


def keys_of_log(case: Case) -> list[LogKey]:
    """The keys that signed the log, the first one first; the last is the one that signs now."""
    said = [one for one in case.queries.judgements(SIGNER, LOG) if one.value]
    return [LogKey(decode_key(one.value), one.at, one.by, one is said[-1]) for one in said]


def witnesses_of_log(case: Case) -> list[NoteKey]:
    """The keys of the witnesses that are believed."""
    last: dict[str, Judgement] = {}
    for one in case.queries.judgements(about=LOG):
        if one.what.startswith(WITNESS):
            last[one.what] = one
    return [decode_key(one.value) for one in last.values() if one.value]


def known_keys(case: Case) -> list[NoteKey]:
    """All keys whose signatures under the log count."""
    return [*(one.key for one in keys_of_log(case)), *witnesses_of_log(case)]


def sign_log(
    case: Case, key: SigningKey, by: str = "", *, instead_of_lost: bool = False, now: int | None = None
) -> SignedCheckpoint:
    """Everything that happened so far is under a checkpoint that the key signed, and the log says so.

    The first key is taken with the pseudonym `by`; another one only with `instead_of_lost`.

    Raises:
        OtherKey: if the key belongs to another log or to a witness.
        ChangedKey: if the log has another key, and it is not said to be lost.
        BadSignature: if a key is taken and nobody signs for that.
        ClockSetBack: if the clock of this machine is behind the last event.
        LogChanged: if events or tiles are not those of the last checkpoint.
        Rollback: if the log is shorter than what was signed before.
        ForkedLog: if it does not begin with what was signed before.
    """
    key_of_log(key, case.log_name)
    moment = int(time.time()) if now is None else now
    _check_clock(case, moment)
    _take_key(case, key.public, by, instead_of_lost)
    last = last_signed(case)
    checkpoint = close_log(case)
    if last is not None:
        check_begins_with(case, last.checkpoint, checkpoint.size)
        if any(one.key == key.public for one in last.signed) and not _news(case, last.checkpoint.size):
            return last
    text = encode(checkpoint)
    note = Note(text, (sign(text, key.public.name, key.private),))
    case.write_log_file(_name(checkpoint.size) + SSHSIG, ssh_signature(text.encode(), key).encode())
    case.write_log_file(_name(checkpoint.size), encode_note(note).encode())
    tell(case, "sign", {"size": checkpoint.size, "root": checkpoint.root.hex(), "key": encode_key(key.public)})
    return SignedCheckpoint(checkpoint, note, signed_by(note, [key.public]))


def signed_sizes(case: Case) -> list[int]:
    """The sizes at which the log was signed, the smallest first."""
    names = (name.removeprefix(f"{SIGNED}/") for name in case.log_files(SIGNED))
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def read_signed(case: Case, size: int) -> SignedCheckpoint:
    """The signed checkpoint of that size.

    Raises:
        NotSigned: if there is none.
        BadNote: if it is not a signed note.
        BadCheckpoint: if it is the one of another log or of another size.
        BrokenSignature: if a signature of a known key does not fit.
    """
    raw = case.read_log_file(_name(size))
    if raw is None:
        raise NotSigned(f"The log was not signed at {size:,} events.")
    note = decode_note(raw)
    checkpoint = decode(note.text)
    if checkpoint.origin != case.log_name or checkpoint.size != size:
        raise BadCheckpoint("The signed checkpoint belongs to another log, or to another size of it.")
    return SignedCheckpoint(checkpoint, note, signed_by(note, known_keys(case)))


def last_signed(case: Case) -> SignedCheckpoint | None:
    """The largest signed checkpoint; None if the log was never signed."""
    sizes = signed_sizes(case)
    return read_signed(case, sizes[-1]) if sizes else None


def must_be_signed(case: Case) -> SignedCheckpoint:
    """The largest signed checkpoint.

    Raises:
        NotSigned: if there is none.
    """
    last = last_signed(case)
    if last is None:
        raise NotSigned("The log of this case was never signed.")
    return last


def check_begins_with(case: Case, earlier: Checkpoint, size: int) -> None:
    """The log, which has `size` events under its checkpoint, begins with those of the earlier checkpoint.

    Raises:
        Rollback: if it is shorter.
        ForkedLog: if it begins otherwise.
        BadTile: if a tile is missing or too short.
    """
    if earlier.size > size:
        raise Rollback(f"The log has {size:,} events, and {earlier.size:,} were signed before.")
    if root_of_beginning(earlier.size, size, case.read_log_file) != earlier.root:
        raise ForkedLog(f"The log does not begin with the {earlier.size:,} events that were signed before.")


def prove_event(case: Case, number: int) -> Proof:
    """The proof that event `number`, counted from 1, is under the last signed checkpoint; it was verified.

    Raises:
        NotSigned: if there is no signed checkpoint, or the event came after the last one.
        OutOfLog: if there is no such event.
        BadProof: if the event is not the one that the log holds in that place.
        BadTile: if a tile is missing or too short.
    """
    event = case.queries.event(number) if number > 0 else None
    if event is None:
        raise OutOfLog(f"There is no event {number} in this case.", advice="The page of the log counts them.")
    last = must_be_signed(case)
    if number > last.checkpoint.size:
        raise NotSigned(f"Event {number:,} came after the last signed checkpoint, of {last.checkpoint.size:,} events.")
    stored = read_checkpoint(case).size
    path = inclusion_from_tiles(number - 1, last.checkpoint.size, stored, case.read_log_file)
    proof = TlogProof(number - 1, tuple(path), encode_note(last.note).encode())
    verify_proof(proof, event, [one.key for one in last.signed])
    return Proof(number, event, encode_proof(proof), last.checkpoint)


def sign_statement(case: Case, event: bytes, key: SigningKey) -> Envelope:
    """What the event says was derived, as an in-toto statement in an envelope that the key of the log signed.

    Raises:
        OtherKey: if it is not a key of this log.
        NotDerived: if the event tells of nothing that was derived.
    """
    key_of_log(key, case.log_name)
    statement = statement_of_event(event)
    if statement is None:
        raise NotDerived("The event tells of nothing that was derived, so there is no statement.")
    return sign_payload(canonical_json(statement), key)


def keep_signatures(case: Case, kept: SignedCheckpoint, note: Note) -> None:
    """The signatures of the note are kept beside those that were there; one by the same key takes the older's place."""
    lines = {(one.name, one.key_id): one for one in (*kept.note.signatures, *note.signatures)}
    whole = Note(kept.note.text, tuple(lines.values()))
    case.write_log_file(_name(kept.checkpoint.size), encode_note(whole).encode())


def tell(case: Case, kind: str, fields: dict[str, Any]) -> None:
    """An event says so, and the log covers it."""
    with case.marking() as changes:
        changes.add_event(kind, fields)
    extend_log(case)


def time_of_event(case: Case, number: int) -> int:
    """When event `number`, counted from 1, was written, in seconds since 1970; 0 if there is none."""
    body = case.queries.event(number) if number else None
    return int(json.loads(body)["at"]) if body is not None else 0


def _take_key(case: Case, key: NoteKey, by: str, instead_of_lost: bool) -> None:
    known = keys_of_log(case)
    if known and known[-1].key == key:
        return
    if known and not instead_of_lost:
        raise ChangedKey("The log of this case has another key.")
    if any(one.key == key for one in known):
        raise ChangedKey("That key was replaced before and does not sign any more.")
    judge(case, LOG, {SIGNER: encode_key(key)}, by)


def _check_clock(case: Case, now: int) -> None:
    last = time_of_event(case, case.queries.event_count())
    if now + CLOCK_TOLERANCE_S < last:
        raise ClockSetBack(f"The clock of this machine is {last - now:,} seconds behind the last event of the log.")


def _news(case: Case, size: int) -> bool:
    """Whether anything but signatures and stamps came after the first `size` events."""
    return any(json.loads(body)["type"] not in _OWN_EVENTS for body in case.queries.events(size))


def _name(size: int) -> str:
    return f"{SIGNED}/{size:012d}"


def signed_checkpoints(case: Case) -> Iterator[SignedCheckpoint]:
    """All signed checkpoints, the smallest first; what is wrong with one is raised when it comes."""
    for size in signed_sizes(case):
        yield read_signed(case, size)
