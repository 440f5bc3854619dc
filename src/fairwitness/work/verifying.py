"""Checks a case against itself: objects against their names, records against objects, the log against all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from fairwitness.case.case import Case
from fairwitness.custody.ledger import LogState, check_log
from fairwitness.custody.note import NoteKey
from fairwitness.work.checking_signatures import Signatures, check_signatures
from fairwitness.work.committing import objects_of_batches
from fairwitness.work.kept_lists import LIST, ROWS
from fairwitness.work.progress import Progress


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found; sound when nothing is damaged, missing or untold."""

    objects: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    log: LogState
    untold: tuple[str, ...]
    signatures: Signatures

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to complain of."""
        return not (self.damaged or self.missing or self.log.problems or self.untold or self.signatures.problems)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "sound": self.is_sound,
            "objects": self.objects,
            "damaged": list(self.damaged),
            "missing": list(self.missing),
            "untold": list(self.untold),
            "log": {
                "size": self.log.size,
                "root": self.log.root,
                "events": self.log.events,
                "problems": list(self.log.problems),
            },
            "signatures": self.signatures.as_json(),
        }


def verify(case: Case, progress: Progress, expected: Sequence[NoteKey] = ()) -> Verified:
    """What can be said about the soundness of the case; every object is read once.

    `damaged` are objects whose bytes are not what their name says; `missing` those that a record names and that are
    not there; `untold` are finds, readings and judgements that no event of the log tells of, or that an event
    tells of and that are gone. `expected` are public keys that must have signed the last checkpoint.
    """
    progress.begin("Verifying")
    objects, damaged = 0, []
    for digest in case.objects.digests():
        objects += 1
        if not case.objects.is_sound(digest):
            damaged.append(digest)
        progress.advance()
    progress.end()
    missing = sorted({digest for digest in _named_objects(case) if not case.objects.has(digest)})
    log, untold = check_log(case), tuple(_untold(case))
    return Verified(objects, tuple(damaged), tuple(missing), log, untold, check_signatures(case, expected))


def _named_objects(case: Case) -> Iterator[str]:
    for found in case.queries.finds():
        if found.document:
            yield found.document
    for reading in case.queries.readings():
        if reading.pages:
            yield reading.pages
    yield from objects_of_batches(case)
    for judgement in case.queries.judgements(ROWS):
        if judgement.about.startswith(LIST) and judgement.value:
            yield judgement.value


def _untold(case: Case) -> list[str]:
    """What is there and not told, or told and not there.

    Others may read or mark meanwhile. So events are read before the records and once more behind them: what is there
    must be told by then, and what was told before must be there.
    """
    before = _Told()
    count = before.add(case.queries.events())
    there = {reading.id for reading in case.queries.readings()} | {scan.id for scan in case.queries.scans()}
    there |= {judgement.id for judgement in case.queries.judgements()}
    found_now = {found.id for found in case.queries.finds()}
    after = _Told(set(before.finds), set(before.records), set(before.retried), set(before.again), count=count)
    after.add(case.queries.events(count))
    odd = (found_now - after.finds) | (before.finds - found_now - after.again)
    odd |= before.garbled | after.garbled
    told = before.pages | after.pages
    odd |= {name for name, digest in case.queries.page_digests() if told.get(name, digest) != digest}
    return sorted(odd | (there - after.records) | (before.records - there - after.retried))


@dataclass(slots=True)
class _Told:
    """Ids of what events tell of: that it came into the case, or that it was taken out to be read again."""

    finds: set[str] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    retried: set[str] = field(default_factory=set)
    again: set[str] = field(default_factory=set)
    pages: dict[str, str] = field(default_factory=dict)
    garbled: set[str] = field(default_factory=set)
    count: int = 0

    def add(self, bodies: Iterable[bytes]) -> int:
        """Keep what these events tell of; how many they are."""
        count = 0
        for count, body in enumerate(bodies, 1):
            try:
                self._add(json.loads(body))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                self.garbled.add(f"event {self.count + count}, which is not as it was written")
        self.count += count
        return count

    def _add(self, event: dict[str, Any]) -> None:
        if event["type"] == "intake":
            self.finds.add(event["find"])
        elif event["type"] == "derive":
            self.records.update(event[name] for name in ("reading", "scan") if name in event)
            for subject in event["statement"]["subject"] if "statement" in event else ():
                if subject["name"] == "page":
                    self.pages[event["scan" if "scan" in event else "tables"]] = subject["digest"]["sha256"]
        elif event["type"] == "judge":
            self.records.add(event["judgement"])
        elif event["type"] == "retry":
            self.retried.update(event["readings"])
            self.again.update(event.get("finds", ()))
