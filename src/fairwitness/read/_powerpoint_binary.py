"""Presentations before 2007 ([MS-PPT]): a stream of records, found through the list of the newest version of each.

A file saved many times keeps old versions of its slides; the user edits at its end say which one is the last.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause

DOCUMENT, SLIDE, SLIDE_ATOM, NOTES, ENVIRONMENT = 0x03E8, 0x03EE, 0x03EF, 0x03F0, 0x03F2
_PERSIST, _SLIDE_INFO, _LIST, _FOOTERS = 0x03F3, 0x03F9, 0x0FF0, 0x0FD9
_OUTLINE, _CHARS, _BYTES, _STRING, _OBJECT = 0x0F9E, 0x0FA0, 0x0FA8, 0x0FBA, 0x1011
_EDIT, _DIRECTORY, _COMMENT, _BINARY = 0x0FF5, 0x1772, 0x2EE0, 0x138B
_ENCRYPTED_MARK = 0xF3D1C4DF
_HIDDEN = 0x0004
_MAX_DEPTH = 64
_MAX_OBJECT_BYTES = 256 << 20
_SLIDES, _NOTES_LIST = 0, 2  # instances of the lists


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where its body lies in the stream. A container holds records."""

    kind: int
    instance: int
    start: int
    end: int
    is_container: bool


@dataclass(slots=True)
class SlideText:
    """What is on one slide, and beside it."""

    blocks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A slide in a list of slides, with the texts that the list keeps for it."""

    persist: int
    identifier: int
    texts: list[str]


class Presentation:
    """The records of the stream "PowerPoint Document"."""

    def __init__(self, data: bytes, current_user: bytes) -> None:
        if int.from_bytes(current_user[12:16], "little") == _ENCRYPTED_MARK:
            raise ReadError(Cause.ENCRYPTED, "needs a password")
        self._data = data
        self._places = self._persist_places(int.from_bytes(current_user[16:20], "little"))
        self._document = next((r for r in self._newest() if r.kind == DOCUMENT), None)
        if self._document is None:  # without the list of the newest versions, the last one in the stream
            documents = [r for r in self._records(0, len(data)) if r.kind == DOCUMENT]
            self._document = documents[-1] if documents else None

    def slides(self) -> Iterator[SlideText]:
        """Yield the slides in their order.

        Raises:
            ReadError: UNREADABLE if there is no document.
        """
        if self._document is None:
            raise ReadError(Cause.UNREADABLE, "no presentation in the file")
        lists = {r.instance: r for r in self._below(self._document) if r.kind == _LIST}
        notes = {entry.identifier: entry for entry in self._entries(lists.get(_NOTES_LIST))}
        for entry in self._entries(lists.get(_SLIDES)):
            yield self._slide(entry, notes)

    def objects(self) -> Iterator[bytes | None]:
        """Yield the compound files of embedded objects; None for one that is damaged."""
        newest = list(self._newest())
        records = newest if any(r.kind == _OBJECT for r in newest) else self._records(0, len(self._data))
        for record in records:
            if record.kind != _OBJECT:
                continue
            body = self._data[record.start : record.end]
            if record.instance == 0:
                yield body
                continue
            try:
                yield zlib.decompressobj().decompress(body[4:], _MAX_OBJECT_BYTES)
            except zlib.error:
                yield None

    def _slide(self, entry: _Entry, notes: dict[int, _Entry]) -> SlideText:
        found = SlideText()
        record = self._at(entry.persist)
        used: set[int] = set()
        noted = 0
        if record is not None and record.kind == SLIDE:
            for child in self._below(record):
                if child.kind == SLIDE_ATOM:
                    noted = self._u32(child.start + 16)
                elif child.kind == _SLIDE_INFO:
                    found.is_hidden = bool(self._u16(child.start + 10) & _HIDDEN)
            found.blocks = list(self._texts(record, entry.texts, used))
        found.blocks[:0] = [text for at, text in enumerate(entry.texts) if at not in used]
        page = notes.get(noted)
        if noted and page is not None and (record := self._at(page.persist)) is not None:
            used = set()
            found.notes = list(self._texts(record, page.texts, used))
            found.notes += [text for at, text in enumerate(page.texts) if at not in used]
        return found

    def _texts(self, record: Record, outline: list[str], used: set[int], depth: int = 0) -> Iterator[str]:
        """The texts below a record in their order; one that refers to the outline gives that."""
        for child in self._below(record):
            if child.kind in (_CHARS, _BYTES):
                yield self._text(child)
            elif child.kind == _OUTLINE:
                at = self._u32(child.start)
                if at < len(outline) and at not in used:
                    used.add(at)
                    yield outline[at]
            elif child.kind == _COMMENT:
                yield " ".join(filter(None, (self._text(r) for r in self._below(child) if r.kind == _STRING)))
            elif child.kind == _FOOTERS:
                yield from (self._text(r) for r in self._below(child) if r.kind == _STRING)
            elif (child.is_container or child.kind == _BINARY) and depth < _MAX_DEPTH:
                yield from self._texts(child, outline, used, depth + 1)

    def _entries(self, record: Record | None) -> list[_Entry]:
        found: list[_Entry] = []
        for child in self._below(record) if record is not None else ():
            if child.kind == _PERSIST:
                found.append(_Entry(self._u32(child.start), self._u32(child.start + 12), []))
            elif child.kind in (_CHARS, _BYTES) and found:
                found[-1].texts.append(self._text(child))
        return found

    def _text(self, record: Record) -> str:
        body = self._data[record.start : record.end]
        if record.kind == _BYTES:
            text = body.decode("latin-1")  # the low bytes of UTF-16
        else:
            text = body[: len(body) // 2 * 2].decode("utf-16-le", "replace")
        return text.replace("\r", "\n").replace("\x0b", "\n").replace("\0", "").strip("\n")

    def _newest(self) -> Iterator[Record]:
        for place in sorted(self._places.values()):
            record = self._record(place, len(self._data))
            if record is not None:
                yield record

    def _at(self, persist: int) -> Record | None:
        place = self._places.get(persist)
        return self._record(place, len(self._data)) if place is not None else None

    def _persist_places(self, edit: int) -> dict[int, int]:
        """Number -> place of the newest version of each object ([MS-PPT] 2.1.2)."""
        places: dict[int, int] = {}
        seen: set[int] = set()
        while edit and edit not in seen:
            seen.add(edit)
            record = self._record(edit, len(self._data))
            if record is None or record.kind != _EDIT:
                break
            directory = self._record(self._u32(record.start + 12), len(self._data))
            if directory is not None and directory.kind == _DIRECTORY:
                for number, place in self._directory(directory):
                    places.setdefault(number, place)
            edit = self._u32(record.start + 8)
        return places

    def _directory(self, record: Record) -> Iterator[tuple[int, int]]:
        at = record.start
        while at + 4 <= record.end:
            head = self._u32(at)
            at += 4
            for step in range(head >> 20):
                if at + 4 > record.end:
                    return
                yield (head & 0xFFFFF) + step, self._u32(at)
                at += 4

    def _below(self, record: Record) -> Iterator[Record]:
        return self._records(record.start, record.end)

    def _records(self, start: int, end: int) -> Iterator[Record]:
        while start + 8 <= end:
            record = self._record(start, end)
            if record is None:
                return
            yield record
            start = record.end

    def _record(self, start: int, end: int) -> Record | None:
        if start + 8 > min(end, len(self._data)):
            return None
        version, kind, size = struct.unpack_from("<HHI", self._data, start)
        if start + 8 + size > end:
            return None
        return Record(kind, version >> 4, start + 8, start + 8 + size, version & 0xF == 0xF)

    def _u16(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 2], "little")

    def _u32(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 4], "little")
