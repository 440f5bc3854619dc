"""Unpacks compiled help (CHM): its pages, pictures and lists, each as an entry."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Entry, Part, Source
from fairwitness.intake._lzx import FRAME_BYTES, unpack_frames
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking

_SPACE = b"::DataSpace/Storage/MSCompressed/"
_TABLE = _SPACE + b"Transform/{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}/InstanceData/ResetTable"
_MAX_CHUNKS = 1 << 16
_MAX_TABLE_BYTES = 64 << 20
_PIECE_BYTES = 1 << 20
_OF_THE_FORMAT = (b"::", b"/#", b"/$")  # tables for the program that shows it: indexes, titles, searched words


@dataclass(frozen=True, slots=True)
class _Member:
    name: bytes
    section: int
    offset: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class UnpackChm:
    """Yields the members of a help file in the order of their bytes; the tables of the format itself are left out."""

    name: ClassVar[str] = "unpack-chm"
    version: ClassVar[str] = "1"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `Entry`, `EntryData`, `EntryEnd` and the `End`."""
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        yield from unpacking.finish(_entries(item.file, unpacking))


def _entries(file: BinaryIO, unpacking: Unpacking) -> Iterator[Part]:
    try:
        content_at, members = _directory(file)
    except (struct.error, IndexError, ValueError, OverflowError):
        raise ReadError(Cause.UNREADABLE, "the directory is damaged") from None
    shown = [m for m in members.values() if not m.name.startswith(_OF_THE_FORMAT) and not m.name.endswith(b"/")]
    unpacking.expected_entries = len(shown)
    for member in sorted((m for m in shown if m.section == 0), key=lambda m: m.offset):
        entry = Entry(0, member.name.lstrip(b"/"), size_bytes=member.size_bytes)
        yield from unpacking.file(entry, _stored(file, content_at + member.offset, member.size_bytes))
    packed = sorted((m for m in shown if m.section == 1), key=lambda m: m.offset)
    if not packed:
        return
    stream = _Stream(_unpacked(file, content_at, members))
    for member in packed:
        entry = Entry(0, member.name.lstrip(b"/"), size_bytes=member.size_bytes)
        yield from unpacking.file(entry, stream.range(member.offset, member.size_bytes))


def _directory(file: BinaryIO) -> tuple[int, dict[bytes, _Member]]:
    file.seek(0)
    head = file.read(0x60)
    if not head.startswith(b"ITSF") or len(head) < 0x58:
        raise ReadError(Cause.UNREADABLE, "no help file")
    version = struct.unpack_from("<I", head, 4)[0]
    at, size = struct.unpack_from("<QQ", head, 0x48)
    content_at = struct.unpack_from("<Q", head, 0x58)[0] if version >= 3 else at + size
    file.seek(at)
    listing = file.read(0x54)
    if not listing.startswith(b"ITSP"):
        raise ReadError(Cause.UNREADABLE, "the directory is damaged")
    head_bytes, _, chunk_bytes = struct.unpack_from("<III", listing, 8)
    chunks = struct.unpack_from("<I", listing, 0x2C)[0]
    members: dict[bytes, _Member] = {}
    for number in range(min(chunks, _MAX_CHUNKS)):
        file.seek(at + head_bytes + number * chunk_bytes)
        chunk = file.read(min(chunk_bytes, _PIECE_BYTES))
        if chunk.startswith(b"PMGL"):
            for member in _members(chunk):
                members.setdefault(member.name, member)
    return content_at, members


def _members(chunk: bytes) -> Iterator[_Member]:
    end = len(chunk) - struct.unpack_from("<I", chunk, 4)[0]
    at = 0x14
    while at < end:
        length, at = _number(chunk, at)
        name = chunk[at : at + length]
        section, at = _number(chunk, at + length)
        offset, at = _number(chunk, at)
        size, at = _number(chunk, at)
        yield _Member(name, section, offset, size)


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(9):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            return value, at
    raise ValueError


def _stored(file: BinaryIO, at: int, left: int) -> Iterator[bytes]:
    while left > 0:
        file.seek(at)
        piece = file.read(min(left, _PIECE_BYTES))
        if not piece:
            raise ReadError(Cause.PARTIAL, "cut off")
        at, left = at + len(piece), left - len(piece)
        yield piece


def _unpacked(file: BinaryIO, content_at: int, members: dict[bytes, _Member]) -> Iterator[bytes]:
    """Yield all bytes of the packed section in order."""

    def part(name: bytes) -> bytes:
        member = members.get(name)
        if member is None or member.size_bytes > _MAX_TABLE_BYTES:
            raise ReadError(Cause.UNREADABLE, "a table is missing")
        return b"".join(_stored(file, content_at + member.offset, member.size_bytes))

    try:
        control, table = part(_SPACE + b"ControlData"), part(_TABLE)
        kind, version, interval, window = struct.unpack_from("<4sIII", control, 4)
        count, _, places_at, size, packed_bytes, frame_bytes = struct.unpack_from("<IIIQQQ", table, 4)
        places = struct.unpack_from(f"<{count}Q", table, places_at)
    except (struct.error, OverflowError):
        raise ReadError(Cause.UNREADABLE, "a table is damaged") from None
    unit = FRAME_BYTES if version >= 2 else 1
    window_bits = (window * unit).bit_length() - 1
    if kind != b"LZXC" or frame_bytes != FRAME_BYTES or not interval * unit // FRAME_BYTES:
        raise ReadError(Cause.UNSUPPORTED, "compression method")
    content = members.get(_SPACE + b"Content")
    if content is None:
        raise ReadError(Cause.UNREADABLE, "the packed pages are missing")

    def frames() -> Iterator[tuple[bytes, int]]:
        ends = [*places[1:], packed_bytes]
        for number, (start, end) in enumerate(zip(places, ends, strict=False)):
            if not start <= end <= content.size_bytes or end - start > 2 * FRAME_BYTES:
                raise ReadError(Cause.UNREADABLE, "a table is damaged")
            file.seek(content_at + content.offset + start)
            yield file.read(end - start), min(FRAME_BYTES, size - number * FRAME_BYTES)

    yield from unpack_frames(frames(), window_bits, interval * unit // FRAME_BYTES)


class _Stream:
    """The packed section as it comes; ranges are asked for in the order of their places."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held, self._at = pieces, b"", 0
        self._broken: ReadError | None = None

    def range(self, offset: int, size_bytes: int) -> Iterator[bytes]:
        """Yield those bytes.

        Raises:
            ReadError: UNREADABLE or PARTIAL, if the stream ends before them or is behind them already.
        """
        if offset < self._at:
            raise ReadError(Cause.UNREADABLE, "members overlap")
        left = size_bytes
        while left > 0:
            if not self._held:
                self._held = self._more()
            if offset > self._at:
                skipped = min(offset - self._at, len(self._held))
                self._at, self._held = self._at + skipped, self._held[skipped:]
                continue
            piece, self._held = self._held[:left], self._held[left:]
            self._at, offset, left = self._at + len(piece), offset + len(piece), left - len(piece)
            yield piece

    def _more(self) -> bytes:
        if self._broken is None:
            try:
                return next(self._pieces)
            except StopIteration:
                self._broken = ReadError(Cause.PARTIAL, "cut off")
            except ReadError as error:
                self._broken = error
        raise self._broken
