"""Checks a case against itself: objects against their names, records against objects, the log against all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.custody.ledger import LogState, check_log
from fairwitness.work.progress import Progress


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` found; sound when nothing is damaged, missing or untold."""

    objects: int
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    log: LogState
    untold: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Whether there is nothing to complain of."""
        return not (self.damaged or self.missing or self.log.problems or self.untold)

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
        }


def verify(case: Case, progress: Progress) -> Verified:
    """What can be said about the soundness of the case; every object is read once.

    `damaged` are objects whose bytes are not what their name says; `missing` those that a record names and that are
    not there; `untold` are finds, readings and judgements that no event of the log tells of, or that an event
    tells of and that are gone.
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
    return Verified(objects, tuple(damaged), tuple(missing), check_log(case), tuple(_untold(case)))


def _named_objects(case: Case) -> Iterator[str]:
    for found in case.queries.finds():
        if found.document:
            yield found.document
    for reading in case.queries.readings():
        if reading.pages:
            yield reading.pages


def _untold(case: Case) -> list[str]:
    finds, readings, retried, again = set(), set(), set(), set()
    for body in case.queries.events():
        event = json.loads(body)
        if event["type"] == "intake":
            finds.add(event["find"])
        elif event["type"] == "derive" and "reading" in event:
            readings.add(event["reading"])
        elif event["type"] == "derive" and "scan" in event:
            readings.add(event["scan"])
        elif event["type"] == "judge":
            readings.add(event["judgement"])
        elif event["type"] == "retry":
            retried.update(event["readings"])
            again.update(event.get("finds", ()))
    there = {reading.id for reading in case.queries.readings()} | {scan.id for scan in case.queries.scans()}
    there |= {judgement.id for judgement in case.queries.judgements()}
    found_now = {found.id for found in case.queries.finds()}
    odd = (found_now - finds) | (finds - found_now - again)
    return sorted(odd | (there - readings) | (readings - there - retried))
