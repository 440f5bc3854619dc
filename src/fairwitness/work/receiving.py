"""Takes the parts of one document as they come out of the sandbox, and makes records of them.

Bytes go to the object store as they arrive; nothing of a document is in the database before all of it is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fairwitness.case.case import Case
from fairwitness.case.objects import ObjectWriter
from fairwitness.case.pages import PageWriter
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Entry, EntryData, EntryEnd, Kind, PageMissed, PageText, Part
from fairwitness.core.ranges import write_ranges
from fairwitness.core.records import Document, Find, Made, Reading
from fairwitness.run.frames import ProtocolViolation
from fairwitness.run.task import Attempt

MAX_ABOUT = 2000
FLOOR_BYTES = 16 << 20  # what a nested container may unpack to at least


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry and the object that holds its bytes, if there are any."""

    entry: Entry
    digest: str = ""
    size_bytes: int = 0


class DocumentReceiver:
    """Receives one attempt at one document. `close` gives the records; without it nothing stays."""

    def __init__(self, case: Case, document: Document) -> None:
        self.document = document
        self.kind = Kind("")
        self.entries: list[KeptEntry] = []
        self._case = case
        self._about: list[tuple[str, str, str]] = []
        self._pages_file: ObjectWriter | None = None
        self._pages: PageWriter | None = None
        self._read = self._texts = 0
        self._missed: dict[Cause, list[int]] = {}
        self._open: tuple[Entry, ObjectWriter] | None = None

    def take(self, part: Part) -> None:
        """Keep one part."""
        if isinstance(part, PageText | PageMissed):
            self._take_page(part)
        elif isinstance(part, EntryData):
            self._opened()[1].write(part.data)
        elif isinstance(part, Entry):
            self._take_entry(part)
        elif isinstance(part, EntryEnd):
            self._end_entry(part)
        elif isinstance(part, About):
            if len(self._about) >= MAX_ABOUT:
                raise ProtocolViolation("more statements about itself than any honest reader makes")
            self._about.append((part.name, part.value, part.source))
        elif isinstance(part, Kind):
            self.kind = part
        else:
            raise ProtocolViolation("a part that no document has")

    def _take_page(self, page: PageText | PageMissed) -> None:
        if self._pages is None:
            self._pages_file = self._case.objects.writer()
            self._pages = PageWriter(self._pages_file)
        if page.number in self._pages:
            raise ProtocolViolation("a page came twice")
        self._pages.add(page)
        self._texts += isinstance(page, PageText)
        if page.cause is None:
            self._read += 1
        else:
            self._missed.setdefault(page.cause, []).append(page.number)

    def _take_entry(self, entry: Entry) -> None:
        if entry.kind == "file" and entry.cause is None:
            self._open = (entry, self._case.objects.writer())
        else:
            self.entries.append(KeptEntry(entry))

    def _opened(self) -> tuple[Entry, ObjectWriter]:
        if self._open is None:
            raise ProtocolViolation("bytes of no entry")
        return self._open

    def _end_entry(self, end: EntryEnd) -> None:
        entry, writer = self._opened()
        self._open = None
        digest = writer.finish()
        kept = replace(entry, cause=end.cause, detail=end.detail)
        self.entries.append(KeptEntry(kept, digest, writer.size_bytes))

    def close(self, attempt: Attempt, made: Made) -> Reading:
        """The reading that this attempt gave. An entry that was open is kept as far as it came."""
        if self._open is not None:
            cause = Cause.PARTIAL if attempt.outcome in (Cause.OK, Cause.EMPTY) else attempt.outcome
            self._end_entry(EntryEnd(cause))
        seen = self._read + sum(len(numbers) for numbers in self._missed.values())
        found = len(self.entries)
        return Reading(
            document=self.document.digest,
            media_type=self.kind.media_type,
            charset=self.kind.charset,
            made=made,
            outcome=attempt.outcome,
            detail=attempt.detail,
            pages_expected=max(attempt.expected_pages, seen),
            pages_read=self._read,
            pages_with_text=self._texts,
            page_causes={cause.value: write_ranges(sorted(numbers)) for cause, numbers in self._missed.items()},
            entries_expected=max(attempt.expected_entries, found),
            entries_found=found,
            pages=self._finish_pages(),
            about=tuple(self._about),
        )

    def _finish_pages(self) -> str:
        if self._pages is None or self._pages_file is None:
            return ""
        self._pages.finish()
        return self._pages_file.finish()

    def abandon(self) -> None:
        """Half-written files are gone."""
        for writer in (self._pages_file, self._open[1] if self._open else None):
            if writer is not None:
                writer.abandon()

    def finds(self) -> list[tuple[Find, Document | None]]:
        """What was found in this container, with the documents that it holds."""
        emitted = sum(kept.size_bytes for kept in self.entries)
        return [self._find(kept, emitted) for kept in self.entries]

    def _find(self, kept: KeptEntry, emitted: int) -> tuple[Find, Document | None]:
        entry = kept.entry
        found = Find(
            parent=self.document.digest,
            ordinal=entry.number,
            name=entry.name,
            kind=entry.kind,
            role=entry.role,
            document=kept.digest,
            size_bytes=entry.size_bytes,
            modified=entry.modified,
            cause=entry.cause,
            detail=entry.detail,
            depth=self.document.depth + 1,
        )
        if not kept.digest:
            return found, None
        allowance = nested_allowance(self._case, self.document, kept.size_bytes, emitted)
        hint = hint_of(entry.name)
        return found, Document(kept.digest, kept.size_bytes, found.depth, allowance, hint)


def own_allowance(case: Case, size_bytes: int) -> int:
    """How much may come out of a container of that size that lies in the leak folder itself."""
    return (case.settings.unpacked_base_mib << 20) + case.settings.unpacked_ratio * size_bytes


def nested_allowance(case: Case, parent: Document, size_bytes: int, emitted: int) -> int:
    """The same for a container inside `parent`, of whose `emitted` bytes it has `size_bytes`.

    The parent's allowance is shared out by size, so that a bomb cannot multiply itself by nesting.
    """
    share = max(FLOOR_BYTES, parent.allowance_bytes * size_bytes // max(emitted, 1))
    return min(own_allowance(case, size_bytes), share)


def hint_of(name: bytes) -> str:
    """The extension of a name: ASCII letters and digits, lower case, at most 12; else nothing."""
    _, dot, extension = name.rpartition(b".")
    plain = extension.lower()
    return plain.decode() if dot and len(plain) <= 12 and plain.isascii() and plain.isalnum() else ""
