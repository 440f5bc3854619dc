"""Property lists of Apple programs, binary and XML: each value as a line with the way that leads to it."""

from __future__ import annotations

import datetime
import plistlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from xml.parsers.expat import ExpatError

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._inside import extension_of, file_inside, show_bytes
from fairwitness.read._sections import cut_sections

MAX_LIST_BYTES = 64 << 20
_MAX_VALUES = 2_000_000  # a list may name the same value many times
_MAX_DEPTH = 200
_LEAST_FILE_BYTES = 64
_DAMAGED = (
    ValueError,
    TypeError,
    LookupError,
    OverflowError,
    AttributeError,
    ExpatError,
    plistlib.InvalidFileException,
)


@dataclass(frozen=True, slots=True)
class ReadPlist:
    """Reads a property list in sections; data of 64 bytes or more are entries, called after the way to them."""

    name: ClassVar[str] = "read-plist"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections, then the data."""
        if item.size_bytes > MAX_LIST_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "list larger than the limit")
        item.file.seek(0)
        try:
            root = plistlib.load(item.file)
        except _DAMAGED:
            raise ReadError(Cause.UNREADABLE, "the list is damaged") from None
        files: list[tuple[str, bytes]] = []
        pages = 0
        for page in cut_sections(_lines(root, files)):
            pages = page.number
            yield page
        for number, (name, data) in enumerate(files, 1):
            yield from file_inside(number, name, data)
        outcome = Cause.OK if pages or files else Cause.EMPTY
        yield End(outcome, expected_pages=pages, expected_entries=len(files))


def _lines(root: Any, files: list[tuple[str, bytes]]) -> Iterator[str]:
    waiting: list[tuple[str, Any, int]] = [("", root, 0)]
    seen = 0
    while waiting:
        way, value, depth = waiting.pop()
        seen += 1
        if seen > _MAX_VALUES or depth > _MAX_DEPTH:
            raise ReadError(Cause.LIMIT_OUTPUT, "more values than any honest list has")
        if isinstance(value, dict):
            inner = [(f"{way}.{key}" if way else str(key), below, depth + 1) for key, below in value.items()]
            waiting.extend(reversed(inner))
        elif isinstance(value, list):
            waiting.extend(reversed([(f"{way}[{at}]", below, depth + 1) for at, below in enumerate(value)]))
        elif isinstance(value, bytes) and (len(value) >= _LEAST_FILE_BYTES or extension_of(value)):
            extension = extension_of(value)
            files.append((f"{way}.{extension}" if extension else way or "data", value))
        else:
            yield f"{way}: {_shown(value)}\n" if way else f"{_shown(value)}\n"


def _shown(value: Any) -> str:
    if isinstance(value, bytes):
        return show_bytes(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, plistlib.UID):
        return f"#{value.data}"
    return str(value).replace("\0", "\ufffd")
