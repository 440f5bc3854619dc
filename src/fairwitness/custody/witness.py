"""The second witness: keeps the last checkpoint that it saw of each log, and signs only what is consistent with it.

A single signer can rewrite the history of his log and sign it anew. Somebody who has seen an earlier checkpoint cannot
be fooled so: a rewritten, shortened or forked log has no proof that leads from the one to the other.

What is brought to a witness is one text, the request of C2SP tlog-witness:

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq...
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fairwitness.custody.checkpoint import MAX_SIZE, Checkpoint, decode
from fairwitness.custody.errors import (
    BadCheckpoint,
    BadNote,
    BadProof,
    BrokenSignature,
    ClockSetBack,
    CustodyError,
    ForkedLog,
    NeedsProof,
    RewrittenHistory,
    Rollback,
    UnsignedNote,
)
from fairwitness.custody.keys import SigningKey, key_of_witness
from fairwitness.custody.merkle import HASH_BYTES, verify_consistency
from fairwitness.custody.note import (
    MAX_NOTE_BYTES,
    Note,
    NoteKey,
    cosign,
    decode_key,
    decode_note,
    encode_key,
    encode_note,
    signed_by,
)
from fairwitness.custody.stamps import CLOCK_TOLERANCE_S

MAX_HASHES = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """A signed checkpoint, word for word, and the proof that leads to it from the log of `old` events."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What the witness signed: the checkpoint with all signatures, and the size that it saw last, 0 for none."""

    checkpoint: Checkpoint
    note: bytes
    before: int
    at: int


def encode_request(request: WitnessRequest) -> bytes:
    """The request as text in UTF-8."""
    lines = [f"old {request.old}", *(base64.b64encode(one).decode("ascii") for one in request.proof), "", ""]
    return "\n".join(lines).encode() + request.checkpoint


def decode_request(untrusted: bytes) -> WitnessRequest:
    """The request that `untrusted` is; nothing of it is verified.

    Raises:
        BadProof: if it is not one.
    """
    head, empty, checkpoint = untrusted.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    old = _OLD.fullmatch(lines[0])
    if len(untrusted) > 2 * MAX_NOTE_BYTES or not empty or old is None or int(old[1]) > MAX_SIZE:
        raise BadProof("That is no request to a witness.", advice="Make one with: fairwitness checkpoint CASE -o FILE")
    try:
        proof = tuple(base64.b64decode(line, validate=True) for line in lines[1:])
    except (ValueError, binascii.Error):
        raise BadProof("A line of the consistency proof is not base64.") from None
    if len(proof) > MAX_HASHES or any(len(one) != HASH_BYTES for one in proof):
        raise BadProof("A hash of the consistency proof is not 32 bytes long, or there are too many.")
    return WitnessRequest(int(old[1]), proof, checkpoint)


class WitnessState:
    """A folder in which a witness keeps, for each log, its keys and the last checkpoint seen; of the witness alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cosign(self, request: WitnessRequest, key: SigningKey, now: int, log_keys: Sequence[NoteKey] = ()) -> Cosigned:
        """The checkpoint is signed with the time, and kept as the last one seen before anybody has the signature.

        `log_keys` are public keys of the log that the witness was given by another way; they are kept, so that it
        takes them once.

        Raises:
            OtherKey: if the key is not one of a witness.
            UnsignedNote: if no known key of the log signed the checkpoint.
            BrokenSignature: if a signature does not fit.
            Rollback: if the log is smaller than it was.
            ForkedLog: if it is as large as it was, and another.
            RewrittenHistory: if it does not begin with what it was.
            NeedsProof: if the proof does not lead from the last checkpoint that was seen.
            ClockSetBack: if the clock of this machine is behind the last signature.
        """
        key_of_witness(key)
        note = decode_note(request.checkpoint)
        checkpoint = decode(note.text)
        if any(one.name != checkpoint.origin for one in log_keys):
            raise BadCheckpoint("The key that was given belongs to another log than the checkpoint.")
        with self._alone():
            self._check_signed(note, checkpoint, log_keys)
            last = self._last(checkpoint.origin, key.public)
            try:
                _check_grown(last[0] if last else None, checkpoint, request)
            except (Rollback, ForkedLog, RewrittenHistory):
                self._keep_evidence(checkpoint, request.checkpoint)
                raise
            if last and now + CLOCK_TOLERANCE_S < last[1]:
                raise ClockSetBack("The clock of this machine is behind the last signature that it gave.")
            line = cosign(note.text, key.public.name, key.private, now)
            others = tuple(one for one in note.signatures if (one.name, one.key_id) != (line.name, line.key_id))
            whole = encode_note(Note(note.text, (*others, line))).encode()
            self._write(self._path(checkpoint.origin, "note"), whole)
        return Cosigned(checkpoint, whole, last[0].size if last else 0, now)

    def _check_signed(self, note: Note, checkpoint: Checkpoint, log_keys: Sequence[NoteKey]) -> None:
        known = {*self._keys(checkpoint.origin), *log_keys}
        if not signed_by(note, known):
            raise UnsignedNote(
                "No key that this witness knows of that log has signed the checkpoint.",
                advice="Get the public key of the log by another way than this file, and add: --log-key KEY",
            )
        if log_keys:
            lines = "".join(sorted(f"{encode_key(one)}\n" for one in known))
            self._write(self._path(checkpoint.origin, "keys"), lines.encode())

    def _keys(self, origin: str) -> list[NoteKey]:
        try:
            lines = self._path(origin, "keys").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        except (OSError, UnicodeDecodeError):
            raise _damaged() from None
        try:
            return [decode_key(line) for line in lines]
        except BadNote:
            raise _damaged() from None

    def _last(self, origin: str, witness: NoteKey) -> tuple[Checkpoint, int] | None:
        """The last checkpoint that was seen of that log, and when: our own signature on it says so."""
        try:
            note = decode_note(self._path(origin, "note").read_bytes())
            (own,) = signed_by(note, [witness])
            return decode(note.text), own.at
        except FileNotFoundError:
            return None
        except (OSError, ValueError, BadNote, BadCheckpoint, BrokenSignature):
            raise _damaged() from None

    def _path(self, origin: str, what: str) -> Path:
        return self._folder / f"{sha256(origin.encode()).hexdigest()[:32]}.{what}"

    def _keep_evidence(self, checkpoint: Checkpoint, signed: bytes) -> None:
        """What was refused is signed by the log, and so it proves what the log did."""
        digest = sha256(signed).hexdigest()[:16]
        self._write(self._path(checkpoint.origin, f"refused-{digest}"), signed)

    def _write(self, path: Path, data: bytes) -> None:
        beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process looks at what was seen last before this one has written it down."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            raise CustodyError(
                "The folder of the witness cannot be written to.", advice="Look at its permissions."
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _check_grown(last: Checkpoint | None, new: Checkpoint, request: WitnessRequest) -> None:
    seen = last.size if last else 0
    if last is not None and new.size < seen:
        raise Rollback(f"This witness has seen {seen:,} events of that log, and the checkpoint has {new.size:,}.")
    if last is not None and new.size == seen:
        if new.root != last.root:
            raise ForkedLog(f"This witness has seen another log of that name with {seen:,} events.")
        return
    if request.old != seen:
        raise NeedsProof(
            f"This witness has seen {seen:,} events of that log, and the proof begins at {request.old:,}.",
            advice=f"Make the file again: fairwitness checkpoint CASE -o FILE --since {seen}",
        )
    old_root = last.root if last is not None else sha256(b"").digest()
    if not verify_consistency(seen, new.size, old_root, new.root, request.proof):
        raise RewrittenHistory(
            f"The log of {new.size:,} events does not begin with the {seen:,} that this witness has seen."
        )


def _damaged() -> CustodyError:
    return CustodyError(
        "What this witness kept of that log is damaged, or was signed with another key; so it signs nothing of it.",
        advice="Restore the folder from a copy, or take the key. Do not begin anew: then it would believe anything.",
    )
