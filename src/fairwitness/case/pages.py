"""Page blobs: the text, word boxes and cells of all pages of one document in one object.

    magic | frame* | index | footer
    frame  = zlib of: head (12 unsigned numbers) label text words cells, all little endian, text in UTF-8;
             then, for recognised text, how it was recognised, as JSON to the end of the frame
    index  = for each page: number, offset, length as unsigned 64-bit, in ascending order of number
    footer = offset of the index (u64), number of pages (u64), magic

A page is read without reading the others.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterator
from hashlib import sha256
from typing import BinaryIO, Protocol, get_args

from fairwitness.core.errors import CaseError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageKind, PageMissed, PageText
from fairwitness.core.recognition import recognition_from_bytes, recognition_to_bytes

MAGIC = b"fwpages1"
_HEAD = struct.Struct("<12I")
_INDEX = struct.Struct("<3Q")
_FOOTER = struct.Struct("<2Q8s")
_MAX_LABEL_BYTES = 1000  # a label has at most 200 characters where it is made
_HEAD_BYTES = 4096  # of a frame, which hold its head and its label
_KINDS: tuple[PageKind, ...] = get_args(PageKind)
_CAUSES = tuple(Cause)


class Writable(Protocol):
    """Something that takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Take them."""
        ...


class PageWriter:
    """Writes a page blob; pages may come in any order but each number once."""

    def __init__(self, out: Writable) -> None:
        self._out = out
        self._at = len(MAGIC)
        self._index: dict[int, tuple[int, int]] = {}
        out.write(MAGIC)

    def __contains__(self, number: int) -> bool:
        return number in self._index

    def add(self, page: PageText | PageMissed) -> None:
        """One more page."""
        frame = pack_page(page)
        self._index[page.number] = (self._at, len(frame))
        self._out.write(frame)
        self._at += len(frame)

    def finish(self) -> None:
        """The blob is complete."""
        rows = [_INDEX.pack(number, *self._index[number]) for number in sorted(self._index)]
        self._out.write(b"".join(rows) + _FOOTER.pack(self._at, len(rows), MAGIC))


class PageReader:
    """Reads pages of a blob, one at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        file.seek(-_FOOTER.size, 2)
        offset, count, magic = _FOOTER.unpack(file.read(_FOOTER.size))
        if magic != MAGIC:
            raise CaseError("A page blob is damaged.", advice="Run: fairwitness verify CASE")
        file.seek(offset)
        rows = file.read(count * _INDEX.size)
        self._index = {number: (at, size) for number, at, size in _INDEX.iter_unpack(rows)}

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of the pages, ascending."""
        return tuple(self._index)

    def page(self, number: int) -> PageText | PageMissed | None:
        """The page of that number, None if there is none."""
        if number not in self._index:
            return None
        at, size = self._index[number]
        self._file.seek(at)
        return unpack_page(self._file.read(size))

    def label(self, number: int) -> tuple[PageKind, str]:
        """Kind and label of a page that is there, without unpacking its text."""
        at, size = self._index[number]
        self._file.seek(at)
        raw = zlib.decompressobj().decompress(self._file.read(min(size, _HEAD_BYTES)), _HEAD.size + _MAX_LABEL_BYTES)
        _, _, kind, _, _, _, _, _, labels, _, _, _ = _HEAD.unpack_from(raw)
        return _KINDS[kind], raw[_HEAD.size : _HEAD.size + labels].decode("utf-8", "replace")

    def __iter__(self) -> Iterator[PageText | PageMissed]:
        for number in self._index:
            page = self.page(number)
            if page is not None:
                yield page


def pack_page(page: PageText | PageMissed) -> bytes:
    """The frame of one page."""
    return zlib.compress(_pack(page), 6)


def page_digest(page: PageText | PageMissed) -> str:
    """SHA-256 in hex of the page as it is packed, before it is made smaller: the same on every machine."""
    return sha256(_pack(page)).hexdigest()


def frame_digest(frame: bytes) -> str:
    """SHA-256 in hex of what is packed in a frame; empty if it is damaged, or there is nothing in it."""
    try:
        return sha256(zlib.decompress(frame)).hexdigest() if frame else ""
    except (zlib.error, TypeError):
        return ""


def unpack_page(frame: bytes) -> PageText | PageMissed:
    """The page that `pack_page` packed."""
    return _unpack(zlib.decompress(frame))


def _pack(page: PageText | PageMissed) -> bytes:
    how = b""
    if isinstance(page, PageMissed):
        missed, label, text, words, cells = 1, b"", b"", b"", b""
    else:
        how = recognition_to_bytes(page.recognition) if page.recognition is not None else b""
        missed, label, text = 0, page.label.encode("utf-8", "replace"), page.text.encode("utf-8", "surrogatepass")
        words, cells = _little(page.words).tobytes(), _little(page.cells).tobytes()
    low, high = page.number & 0xFFFFFFFF, page.number >> 32
    sizes = (len(label), len(text), len(words), len(cells))
    cause = 0 if page.cause is None else _CAUSES.index(page.cause) + 1
    shape = (page.width_px, page.height_px, page.dpi)
    head = _HEAD.pack(low, high, _KINDS.index(page.kind), cause, *shape, missed, *sizes)
    return head + label + text + words + cells + how


def _unpack(raw: bytes) -> PageText | PageMissed:
    low, high, kind, cause, width, height, dpi, missed, labels, texts, words, cells = _HEAD.unpack_from(raw)
    number = low | high << 32
    if missed:
        return PageMissed(number, _KINDS[kind], _CAUSES[cause - 1], width, height, dpi)
    at = _HEAD.size
    label, at = raw[at : at + labels].decode("utf-8"), at + labels
    text, at = raw[at : at + texts].decode("utf-8", "surrogatepass"), at + texts
    how = raw[at + words + cells :]
    return PageText(
        number=number,
        kind=_KINDS[kind],
        text=text,
        width_px=width,
        height_px=height,
        dpi=dpi,
        words=_numbers(raw[at : at + words]),
        cells=_numbers(raw[at + words : at + words + cells]),
        label=label,
        cause=_CAUSES[cause - 1] if cause else None,
        recognition=recognition_from_bytes(how, len(text)) if how else None,
    )


def _numbers(raw: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(raw)
    return _little(numbers)


def _little(numbers: array[int]) -> array[int]:
    if sys.byteorder == "little":
        return numbers
    numbers = array("I", numbers)
    numbers.byteswap()
    return numbers
