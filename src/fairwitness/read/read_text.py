"""Plain text in any encoding, and text with separators: pages end at form feeds, sections at empty lines or lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._sections import SECTION_CHARS, cut_sections
from fairwitness.text.encoding import decode_stream, detect_file

_SNIFFED_CHARS = 16_384
_MAX_LINE_CHARS = 1 << 16  # a longer "line" is cut: it is no line


@dataclass(frozen=True, slots=True)
class ReadText:
    """Reads plain text of any size as a stream; what cannot be decoded is shown as U+FFFD and said."""

    name: ClassVar[str] = "read-text"
    version: ClassVar[str] = "2"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections."""
        seen = _Lost(item)
        yield from _yield_sections(_paragraphs(_cut_at_form_feeds(lines_of(seen.pieces()))), seen)


@dataclass(frozen=True, slots=True)
class ReadCsv:
    """Reads comma, semicolon or tab separated text: cells parted by a tab, rows ended by a tab and a line end."""

    name: ClassVar[str] = "read-csv"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections."""
        seen = _Lost(item)
        tabs = item.media_type == "text/tab-separated-values"
        yield from _yield_sections(_rows(lines_of(seen.pieces()), "\t" if tabs else ""), seen)


class _Lost:
    """Decodes a source and notices what could not be decoded."""

    def __init__(self, item: Source) -> None:
        self._item = item
        self._encoding = item.charset or detect_file(item.file)
        self.something = False

    def pieces(self) -> Iterator[str]:
        self._item.file.seek(0)
        for piece in decode_stream(self._item.file, self._encoding):
            self.something |= "\ufffd" in piece
            yield piece.replace("\0", "\ufffd")


def _yield_sections(blocks: Iterator[str], seen: _Lost) -> Iterator[Part]:
    pages = 0
    for page in cut_sections(blocks):
        pages += 1
        yield page
    if seen.something:
        yield End(Cause.PARTIAL, "bytes that are no text in its encoding", pages)
    else:
        yield End(Cause.OK if pages else Cause.EMPTY, "", pages)


def lines_of(pieces: Iterator[str]) -> Iterator[str]:
    r"""Yield lines, each ended by "\n" but perhaps the last; a line without end in 65,536 characters is cut."""
    rest = ""
    for piece in pieces:
        rest += piece
        held_return = rest.endswith("\r")  # its "\n" may come with the next piece
        lines = (rest[:-1] if held_return else rest).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        rest = lines.pop()
        for line in lines:
            yield line + "\n"
        while len(rest) > _MAX_LINE_CHARS:
            yield rest[:_MAX_LINE_CHARS]
            rest = rest[_MAX_LINE_CHARS:]
        if held_return:
            rest += "\r"
    if rest:
        yield rest.replace("\r", "\n")


def _cut_at_form_feeds(lines: Iterator[str]) -> Iterator[str]:
    """The lines, those with form feeds inside in pieces that begin with one: printouts and reports end pages so."""
    for line in lines:
        if "\f" not in line:
            yield line
            continue
        before, *behind = line.split("\f")
        yield from filter(None, (before, *("\f" + piece for piece in behind)))


def _paragraphs(lines: Iterator[str]) -> Iterator[str]:
    """Lines up to and with the next empty one or form feed; long paragraphs line by line."""
    held: list[str] = []
    length = 0
    for line in lines:
        if held and line.startswith("\f"):
            yield "".join(held)
            held, length = [], 0
        held.append(line)
        length += len(line)
        if not line.strip() or length > SECTION_CHARS:
            yield from [("".join(held))] if length <= SECTION_CHARS else held
            held, length = [], 0
    if held:
        yield "".join(held)


def _rows(lines: Iterator[str], separator: str) -> Iterator[str]:
    head: list[str] = []
    length = 0
    for line in lines:
        head.append(line)
        length += len(line)
        if length > _SNIFFED_CHARS:
            break
    separator = separator or _separator_of(head)
    # not strict: a quote that is never closed must not swallow the rest of the file, so each line is its
    # own row
    for line in _chain(head, lines):
        yield "\t".join(_cells(line, separator)) + "\t\n"


def _cells(line: str, separator: str) -> list[str]:
    text = line.rstrip("\n")
    if '"' not in text:
        return text.split(separator)
    try:
        return next(csv.reader(io.StringIO(text), delimiter=separator), [""])
    except csv.Error:
        return text.split(separator)


def _chain(head: list[str], lines: Iterator[str]) -> Iterator[str]:
    yield from head
    yield from lines


def _separator_of(head: list[str]) -> str:
    """The sign that parts most lines into the same number of cells."""
    best, best_score = ",", 0.0
    for sign in (",", ";", "\t", "|"):
        counts = [line.count(sign) for line in head if line.strip()]
        if not counts or max(counts) == 0:
            continue
        usual = max(set(counts), key=counts.count)
        score = counts.count(usual) / len(counts) * (usual > 0) + min(usual, 50) / 1000
        if score > best_score:
            best, best_score = sign, score
    return best
