"""RTF: its text, with the code pages that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._sections import cut_sections
from fairwitness.text.rtf import read_rtf_text

MAX_RTF_BYTES = 128 << 20


@dataclass(frozen=True, slots=True)
class ReadRtf:
    """Reads the text of an RTF file in sections, notes and comments too; embedded objects are not opened."""

    name: ClassVar[str] = "read-rtf"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections."""
        if item.size_bytes > MAX_RTF_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "rtf larger than the limit")
        found = read_rtf_text(item.file.read())
        pages = 0
        for page in cut_sections(found.paragraphs):
            pages += 1
            yield page
        if found.holds_objects:
            yield End(Cause.PARTIAL, "pictures or objects in it are not read", expected_pages=pages)
        elif found.is_broken:
            yield End(Cause.PARTIAL, "some bytes fit no encoding", expected_pages=pages)
        else:
            yield End(Cause.OK if pages else Cause.EMPTY, expected_pages=pages)
