"""RTF: its text, with the code pages that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from striprtf.striprtf import rtf_to_text

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._sections import cut_sections

MAX_RTF_BYTES = 64 << 20
_EMBEDDED = re.compile(r"\\(objdata|pict)\b")


@dataclass(frozen=True, slots=True)
class ReadRtf:
    """Reads the text of an RTF file in sections; embedded objects are not opened."""

    name: ClassVar[str] = "read-rtf"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections."""
        if item.size_bytes > MAX_RTF_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "rtf larger than the limit")
        source = item.file.read().decode("latin-1")
        text: str = rtf_to_text(source, encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call]  # striprtf has no types
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # RTF writes pairs as two escapes
        pages = 0
        for page in cut_sections(_paragraphs(text)):
            pages += 1
            yield page
        if _EMBEDDED.search(source):
            yield End(Cause.PARTIAL, "pictures or objects in it are not read", expected_pages=pages)
        elif "\ufffd" in text:
            yield End(Cause.PARTIAL, "some bytes fit no encoding", expected_pages=pages)
        else:
            yield End(Cause.OK if pages else Cause.EMPTY, expected_pages=pages)


def _paragraphs(text: str) -> Iterator[str]:
    """Paragraphs with a blank line behind each; rows of tables, which striprtf ends with a bar, with a tab."""
    for line in text.split("\n"):
        yield f"{line.removesuffix('|')}\t\n" if line.endswith("|") else f"{line}\n\n"
