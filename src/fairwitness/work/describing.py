"""What documents say about themselves, and what in it does not fit together: one document at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.records import Find, Reading
from fairwitness.intake.identify import family_of
from fairwitness.work.account import names_of
from fairwitness.work.current import bare_readings
from fairwitness.work.observing import Observation, Statement, observe


@dataclass(frozen=True, slots=True)
class Description:
    """The statements of one document with what was observed in them; `file_times` is what stands outside of it."""

    document: str
    found_as: tuple[str, ...]
    type: str
    statements: tuple[Statement, ...]
    file_times: tuple[Statement, ...]
    observations: tuple[Observation, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "document": self.document,
            "found_as": self.found_as[0] if self.found_as else "",
            "also_found_as": list(self.found_as[1:]),
            "type": self.type,
            "statements": [statement.as_json() for statement in (*self.statements, *self.file_times)],
            "observations": [observation.as_json() for observation in self.observations],
        }


def describe(case: Case, beginning: str) -> Description:
    """The description of the document whose digest begins so.

    Raises:
        NotFound: if there is none, or more than one.
    """
    digest = case.queries.document_starting(beginning)
    reading = bare_readings(case, [digest]).get(digest)
    return _describe(case, digest, reading)


def describe_all(case: Case) -> Iterator[Description]:
    """Yield the description of every document that says anything, in the order of digests, which tells nothing."""
    for digest, reading in sorted(bare_readings(case).items()):
        if reading.about:
            yield _describe(case, digest, reading)


def _describe(case: Case, digest: str, reading: Reading | None) -> Description:
    told = tuple(Statement(*about) for about in reading.about) if reading is not None else ()
    times = tuple(_file_times(case.queries.finds_of(digest)))
    names = tuple(names_of(case, digest))
    kind = family_of(reading.media_type) if reading is not None else ""
    return Description(digest, names, kind, told, times, tuple(observe(told, times)))


def _file_times(finds: list[Find]) -> Iterator[Statement]:
    for found in finds:
        if found.modified:
            yield Statement("file-time", found.modified, "entry of its container" if found.parent else "file system")
