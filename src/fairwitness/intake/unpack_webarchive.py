"""Takes the web archives of Safari apart: property lists that hold a page and what it shows."""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_TEXT_CHARS, End, Entry, PageText, Part, Source
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking

MAX_WEBARCHIVE_BYTES = 256 << 20
_PIECE_BYTES = 1 << 20
_MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class UnpackWebarchive:
    """Yields the page, then what it shows, then the pages in its frames, each called after its address.

    A page of text lists them with what the servers said.
    """

    name: ClassVar[str] = "unpack-webarchive"
    version: ClassVar[str] = "2"
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
        listed = "\n\n".join(filter(None, map(_listed, resources)))[:MAX_TEXT_CHARS]
        if listed:
            yield PageText(1, "section", listed)
        for part in unpacking.finish(_entries(resources, unpacking)):
            yield replace(part, expected_pages=int(bool(listed))) if isinstance(part, End) else part


def _entries(resources: list[dict[str, Any]], unpacking: Unpacking) -> Iterator[Part]:
    for resource in resources:
        data = resource["WebResourceData"]
        name = str(resource.get("WebResourceURL", "")).encode("utf-8", "replace")
        pieces = (data[start : start + _PIECE_BYTES] for start in range(0, len(data), _PIECE_BYTES))
        yield from unpacking.file(Entry(0, name, size_bytes=len(data)), pieces)


def _listed(resource: dict[str, Any]) -> str:
    """Address and type of a part, and what the server said with it: when it was sent, and by what program."""
    lines = [str(resource.get(name, "")) for name in ("WebResourceURL", "WebResourceMIMEType")]
    answer = resource.get("WebResourceResponse")
    try:
        told = plistlib.loads(answer) if isinstance(answer, bytes) else {}
    except (plistlib.InvalidFileException, ValueError, LookupError, OverflowError, TypeError):
        told = {}
    objects = told.get("$objects") if isinstance(told, dict) else None
    texts = [one for one in objects if isinstance(one, str)] if isinstance(objects, list) else []
    return "\n".join(filter(None, (*lines, *dict.fromkeys(text for text in texts if text != "$null"))))


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
