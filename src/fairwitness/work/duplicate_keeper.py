"""What was found to say the same in one case, told to many askers a few groups at a time."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fairwitness.case.case import Case
from fairwitness.work.account import names_of
from fairwitness.work.near_duplicates import near_duplicates_found

if TYPE_CHECKING:  # with numpy and all that compares, which a room without duplicates can do without
    from fairwitness.work.duplicates import FoundDuplicates

SHOWN_PLACES = 20  # of one document


@dataclass(frozen=True, slots=True)
class SameBytes:
    """A document that was found in several places; the first `names` of them."""

    document: str
    places: int
    size_bytes: int
    names: tuple[str, ...]


class DuplicateKeeper:
    """Gives groups of the last run of `duplicates` to any thread, one thread at a time."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._kept: tuple[tuple[int, int], FoundDuplicates | None] | None = None

    def documents(self, limit: int, offset: int) -> list[dict[str, Any]]:
        """Groups of documents that hold pages alike, as in docs/json.md; none where nothing current is kept."""
        with self._lock:
            found = self._found()
            return found.documents[offset : offset + limit] if found is not None else []

    def groups(self, limit: int, offset: int) -> list[dict[str, Any]]:
        """Groups of pages that say the same."""
        with self._lock:
            found = self._found()
            return [found.group(at) for at in _span(found.group_count, limit, offset)] if found is not None else []

    def forms(self, limit: int, offset: int) -> list[dict[str, Any]]:
        """Groups of forms filled in differently."""
        with self._lock:
            found = self._found()
            return [found.form(at) for at in _span(found.form_count, limit, offset)] if found is not None else []

    def _found(self) -> FoundDuplicates | None:
        near = near_duplicates_found(self._case)
        if near is None or not near.current:
            self._kept = None
            return None
        key = (near.made, self._case.queries.reading_event_count())
        if self._kept is None or self._kept[0] != key:
            from fairwitness.work.duplicates import kept_duplicates

            self._kept = key, kept_duplicates(self._case)
        return self._kept[1]


def _span(count: int, limit: int, offset: int) -> range:
    return range(min(offset, count), min(offset + limit, count))


def same_bytes(case: Case, limit: int, offset: int) -> list[SameBytes]:
    """Documents found in several places, those in most places first."""
    return [
        SameBytes(digest, places, size, tuple(names_of(case, digest)[:SHOWN_PLACES]))
        for digest, places, size in case.queries.several_places(limit, offset)
    ]
