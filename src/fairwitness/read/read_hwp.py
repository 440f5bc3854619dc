"""Hangul word processor files, version 5 (HWP): the text of their sections, and the files embedded in them."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._ole import Embedded, Ole, open_ole, stream_of, take_out
from fairwitness.read._ole_about import about_ole
from fairwitness.read._sections import cut_sections

_MAX_SECTION_BYTES = 256 << 20
_PACKED, _LOCKED, _FOR_DISTRIBUTION = 1, 2, 4
_PARAGRAPH_TEXT = 67
# Controls of one unit; all others below 32 take eight, the first and last of which are the control.
_SINGLE = {10: "\n", 13: "\n", 24: "-", 30: "\u00a0", 31: " "}
_ONE_UNIT = frozenset({0, 10, 13, *range(24, 32)})
_TAB = 9


@dataclass(frozen=True, slots=True)
class ReadHwp:
    """Reads the paragraphs of every section in their order; files enciphered for distribution are named."""

    name: ClassVar[str] = "read-hwp"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, its sections, and what is embedded in it."""
        with open_ole(item.file) as ole:
            head = stream_of(ole, "FileHeader")
            flags = int.from_bytes(head[36:40], "little")
            if flags & (_LOCKED | _FOR_DISTRIBUTION):
                raise ReadError(Cause.ENCRYPTED, "needs a password" if flags & _LOCKED else "locked for distribution")
            packed = bool(flags & _PACKED)
            yield from about_ole(ole)
            pages = 0
            for page in cut_sections(_blocks(ole, packed)):
                pages += 1
                yield page
            files = [_embedded(ole, name, packed) for name in _streams(ole, "BinData")]
            yield from take_out(files)
        yield End(Cause.OK if pages or files else Cause.EMPTY, "", pages, len(files))


def _streams(ole: Ole[Any], storage: str) -> list[str]:
    names = [names[1] for names in ole.listdir() if len(names) == 2 and names[0] == storage]
    return sorted(names, key=lambda name: (int((re.findall(r"\d+", name) or ["0"])[0]), name))


def _embedded(ole: Ole[Any], name: str, packed: bool) -> Embedded:
    data = stream_of(ole, "BinData", name)
    try:
        return Embedded(name, _expand(data) if packed else data)
    except ReadError as error:
        return Embedded(name, cause=Cause(error.cause), detail=error.detail)


def _blocks(ole: Ole[Any], packed: bool) -> Iterator[str]:
    for name in _streams(ole, "BodyText"):
        data = stream_of(ole, "BodyText", name)
        yield from _paragraphs(_expand(data) if packed else data)


def _expand(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(-15)
    try:
        found = unpacker.decompress(data, _MAX_SECTION_BYTES)
    except zlib.error:
        raise ReadError(Cause.UNREADABLE, "damaged section") from None
    if unpacker.unconsumed_tail:
        raise ReadError(Cause.LIMIT_OUTPUT, "section grows too large")
    return found


def _paragraphs(data: bytes) -> Iterator[str]:
    at = 0
    while at + 4 <= len(data):
        head = int.from_bytes(data[at : at + 4], "little")
        at += 4
        size = head >> 20
        if size == 0xFFF:
            size = int.from_bytes(data[at : at + 4], "little")
            at += 4
        if head & 0x3FF == _PARAGRAPH_TEXT:
            text = _text(data[at : at + size]).strip("\n")
            if text.strip():
                yield text + "\n\n"
        at += size


def _text(raw: bytes) -> str:
    units = struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
    found: list[str] = []
    at = 0
    while at < len(units):
        unit = units[at]
        if unit >= 32:
            found.append(chr(unit))
        elif unit == _TAB:
            found.append("\t")
        elif unit in _SINGLE:
            found.append(_SINGLE[unit])
        at += 1 if unit >= 32 or unit in _ONE_UNIT else 8
    return "".join(found).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
