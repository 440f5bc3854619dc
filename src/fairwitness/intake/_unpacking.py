"""Counts what comes out of a container and keeps it within the limits; shared by all unpacking steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_DATA_BYTES, End, Entry, EntryData, EntryEnd, Part

MAX_ENTRIES = 1_000_000
MAX_UNPACKED_BYTES = 64 << 30  # a mailbox of a whole office still fits; what a bomb writes stays below one disk

# Found out with the first byte, these mean that no byte of the entry can be had: no reason to open it.
_WITHOUT_BYTES = frozenset({Cause.ENCRYPTED, Cause.UNSUPPORTED})
_NOT_FAILURES = frozenset({Cause.SYMLINK, Cause.SPECIAL})


class LimitReached(Exception):
    """Nothing more may come out of this container."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(slots=True)
class Unpacking:
    """The state of unpacking one container; not shared, not kept."""

    max_entries: int
    max_unpacked_bytes: int
    expected_entries: int = -1
    damage: str = ""  # why entries may be missing, in our words
    entries: int = 0
    files_read: int = 0
    unpacked_bytes: int = 0
    failures: Counter[Cause] | None = None

    def finish(self, parts: Iterable[Part]) -> Iterator[Part]:
        """Yield `parts` and then the one `End` that fits what came out."""
        detail, cause = "", None
        try:
            yield from parts
        except LimitReached as limit:
            cause = limit.cause
        except ReadError as error:
            cause, detail = Cause(error.cause), error.detail
            if cause in (Cause.UNREADABLE, Cause.PARTIAL):
                cause = Cause.PARTIAL if self.entries else Cause.UNREADABLE
        outcome = cause or self.outcome()
        yield End(outcome, detail or self.damage, expected_entries=self.expected_entries)

    def outcome(self) -> Cause:
        """How the container as a whole ended, by what became of its entries."""
        failures = self.failures or Counter()
        if self.damage:
            return Cause.PARTIAL if self.entries else Cause.UNREADABLE
        if not failures:
            return Cause.OK if self.entries else Cause.EMPTY
        if not self.files_read and len(failures) == 1:
            return next(iter(failures))
        return Cause.PARTIAL

    def failed(self, entry: Entry) -> Iterator[Part]:
        """Yield an entry that has no bytes: a folder, or one with a cause."""
        yield self._numbered(entry)
        self._count(entry.cause)

    def file(self, entry: Entry, pieces: Iterable[bytes]) -> Iterator[Part]:
        """Yield `entry` and its bytes; a `ReadError` from `pieces` ends the entry and is not passed on.

        Raises:
            LimitReached: when this entry, or more of its bytes, may not come out any more.
        """
        incoming = iter(pieces)
        try:
            first = next(incoming, b"")
        except ReadError as error:
            if Cause(error.cause) in _WITHOUT_BYTES:
                yield from self.failed(replace(entry, cause=Cause(error.cause), detail=error.detail))
                return
            yield self._numbered(entry)
            yield self._end(error)
            return
        yield self._numbered(entry)
        try:
            yield from self._data(first)
            for piece in incoming:
                yield from self._data(piece)
        except ReadError as error:
            yield self._end(error)
            return
        except LimitReached as limit:
            self._count(limit.cause)
            yield EntryEnd(limit.cause)
            raise
        self.files_read += 1
        yield EntryEnd()

    def _numbered(self, entry: Entry) -> Entry:
        if self.entries >= self.max_entries:
            raise LimitReached(Cause.LIMIT_ENTRIES)
        self.entries += 1
        return replace(entry, number=self.entries)

    def _data(self, data: bytes) -> Iterator[Part]:
        room = self.max_unpacked_bytes - self.unpacked_bytes
        kept = data if len(data) <= room else data[:room]
        self.unpacked_bytes += len(kept)
        for start in range(0, len(kept), MAX_DATA_BYTES):
            yield EntryData(kept[start : start + MAX_DATA_BYTES])
        if len(kept) < len(data):
            raise LimitReached(Cause.LIMIT_OUTPUT)

    def _end(self, error: ReadError) -> EntryEnd:
        self._count(Cause(error.cause))
        return EntryEnd(Cause(error.cause), error.detail)

    def _count(self, cause: Cause | None) -> None:
        if cause is not None and cause not in _NOT_FAILURES:
            if self.failures is None:
                self.failures = Counter()
            self.failures[cause] += 1
