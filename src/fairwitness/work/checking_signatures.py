"""Checks what vouches for the log of a case: signatures, cosignatures, stamps, and the clock of the events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography import x509

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.custody.ledger import read_checkpoint
from fairwitness.custody.note import COSIGNATURE, ED25519, NoteKey, encode_key
from fairwitness.custody.stamps import CLOCK_TOLERANCE_S
from fairwitness.work.signing import (
    LogKey,
    SignedCheckpoint,
    check_begins_with,
    keys_of_log,
    read_signed,
    signed_sizes,
    time_of_event,
)
from fairwitness.work.witnessing import ANSWER, KeptStamp, read_stamp, stamp_files, stored_certificates

_TOLD = re.compile(rb'"type":"(sign|cosign|stamp)"')
_AT = re.compile(rb'"at":(\d{1,15})')
MAX_CLOCK_REMARKS = 20


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who vouches for the log. `problems` is empty when all of it holds; `remarks` are to be explained, not wrong."""

    keys: tuple[LogKey, ...]
    checkpoints: tuple[SignedCheckpoint, ...]
    stamps: tuple[KeptStamp, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "keys": [
                {"key": encode_key(one.key), "at": one.at, "by": one.by, "current": one.current} for one in self.keys
            ],
            "checkpoints": [one.as_json() for one in self.checkpoints],
            "stamps": [one.as_json() for one in self.stamps],
            "problems": list(self.problems),
            "remarks": list(self.remarks),
        }


def check_signatures(case: Case, expected: Sequence[NoteKey] = ()) -> Signatures:
    """What vouches for the log, all of it verified anew.

    `expected` are public keys that somebody was given by another way: one that did not sign the last checkpoint is a
    problem. Without them, the keys are those that the log itself names, which proves only that they fit one another.
    """
    checking = _Checking(case)
    try:
        keys = tuple(keys_of_log(case))
        certificates = stored_certificates(case)
    except FairwitnessError as error:
        return Signatures((), (), (), (error.message,))
    for size in signed_sizes(case):
        checking.add(size, certificates)
    checking.compare_with_events()
    last = checking.checkpoints[-1] if checking.checkpoints else None
    signers = {one.key for one in last.signed} if last else set()
    for key in expected:
        if key not in signers:
            checking.problems.append(f"the key {key.name} that was given did not sign the last checkpoint")
    found = (tuple(checking.checkpoints), tuple(checking.stamps), tuple(checking.problems), tuple(checking.remarks))
    return Signatures(keys, *found)


def last_vouched(case: Case) -> Signatures:
    """The same for the last signed checkpoint alone, without asking every event: for a page that is shown often."""
    checking = _Checking(case)
    try:
        keys = tuple(keys_of_log(case))
        for size in signed_sizes(case)[-1:]:
            checking.add(size, stored_certificates(case))
    except FairwitnessError as error:
        return Signatures((), (), (), (error.message,))
    return Signatures(keys, tuple(checking.checkpoints), tuple(checking.stamps), tuple(checking.problems))


@dataclass
class _Checking:
    case: Case
    checkpoints: list[SignedCheckpoint] = field(default_factory=list)
    stamps: list[KeptStamp] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    stamped: set[str] = field(default_factory=set)

    def add(self, size: int, certificates: list[x509.Certificate]) -> None:
        """The signed checkpoint of that size, with its stamps."""
        try:
            found = read_signed(self.case, size)
            check_begins_with(self.case, found.checkpoint, read_checkpoint(self.case).size)
        except FairwitnessError as error:
            self.problems.append(f"signed checkpoint of {size:,} events: {error.message}")
            return
        self.checkpoints.append(found)
        if not any(one.key.kind == ED25519 for one in found.signed):
            self.problems.append(f"signed checkpoint of {size:,} events: no key of this log signed it")
        last = time_of_event(self.case, size)
        for one in found.signed:
            if one.key.kind == COSIGNATURE and one.at + CLOCK_TOLERANCE_S < last:
                self.problems.append(
                    f"cosignature of {one.key.name}: its time lies before the last event that it covers; a clock was "
                    "set back"
                )
        for file in stamp_files(self.case, size):
            try:
                self.stamps.append(read_stamp(self.case, size, file, certificates))
                self.stamped.add(sha256(self.case.read_log_file(file + ANSWER) or b"").hexdigest())
            except FairwitnessError as error:
                self.problems.append(f"stamp of {size:,} events: {error.message}")

    def compare_with_events(self) -> None:
        """What the events tell of and is gone; and where their times go back."""
        signed = {(one.checkpoint.size, encode_key(by.key)) for one in self.checkpoints for by in one.signed}
        for told in self._told():
            kind, size = told["type"], told["size"]
            if kind == "stamp" and told["sha256"] not in self.stamped:
                self.problems.append(f"a stamp of {size:,} events that the log tells of is gone, or was changed")
            elif kind != "stamp" and (size, told["key"]) not in signed:
                name = told["key"].partition("+")[0]
                self.problems.append(f"a signature of {name} under {size:,} events that the log tells of is gone")

    def _told(self) -> Iterator[dict[str, Any]]:
        before = 0
        for number, body in enumerate(self.case.queries.events(), 1):
            at = _AT.search(body)
            now = int(at[1]) if at else before
            if now + CLOCK_TOLERANCE_S < before and len(self.remarks) < MAX_CLOCK_REMARKS:
                self.remarks.append(f"the clock was {before - now:,} seconds behind when event {number:,} was written")
            before = max(before, now)
            if _TOLD.search(body) and (told := _told_by(body)):
                yield told


def _told_by(body: bytes) -> dict[str, Any]:
    """The event, if it tells of a signature or a stamp in the way that ours do; one that was changed does not."""
    try:
        told = json.loads(body)
        name = {"sign": "key", "cosign": "key", "stamp": "sha256"}.get(told["type"])
        if name and isinstance(told[name], str) and isinstance(told["size"], int):
            return dict(told)
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # `check_log` says that it was changed
    return {}
