"""Takes the web archives of Safari apart: property lists that hold a page and what it shows."""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Entry, Part, Source
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking

MAX_WEBARCHIVE_BYTES = 256 << 20
_PIECE_BYTES = 1 << 20
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class UnpackWebarchive:
    """Yields the page, then what it shows, then the pages in its frames, each called after its address."""

    name: ClassVar[str] = "unpack-webarchive"
    version: ClassVar[str] = "1"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the entries and the `End`."""
        if item.size_bytes > MAX_WEBARCHIVE_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "larger than the limit")
        try:
            root = plistlib.loads(item.file.read())
        except (plistlib.InvalidFileException, ValueError, LookupError, OverflowError, TypeError) as error:
            raise ReadError(Cause.UNREADABLE, "damaged property list") from error
        resources = list(_resources(root, 0))
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes, expected_entries=len(resources))
        yield from unpacking.finish(_entries(resources, unpacking))


def _entries(resources: list[dict[str, Any]], unpacking: Unpacking) -> Iterator[Part]:
    for resource in resources:
        data = resource["WebResourceData"]
        name = str(resource.get("WebResourceURL", "")).encode("utf-8", "replace")
        pieces = (data[start : start + _PIECE_BYTES] for start in range(0, len(data), _PIECE_BYTES))
        yield from unpacking.file(Entry(0, name, size_bytes=len(data)), pieces)


def _resources(archive: Any, depth: int) -> Iterator[dict[str, Any]]:
    if not isinstance(archive, dict) or depth > _MAX_DEPTH:
        return
    others = archive.get("WebSubresources")
    for resource in (archive.get("WebMainResource"), *(others if isinstance(others, list) else ())):
        if isinstance(resource, dict) and isinstance(resource.get("WebResourceData"), bytes):
            yield resource
    frames = archive.get("WebSubframeArchives")
    for frame in frames if isinstance(frames, list) else ():
        yield from _resources(frame, depth + 1)
