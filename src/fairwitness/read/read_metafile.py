"""Windows metafiles (EMF, WMF): the text that they draw; bitmaps in them come out as files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, PageMissed, PageText, Part, Source
from fairwitness.read._metafile import Metafile, read_emf, read_wmf
from fairwitness.read._ole import Embedded, bitmap_file, take_out

MAX_METAFILE_BYTES = 256 << 20
_SOME_POINTS = 40  # as on PDF pages: two drawn letters have more, a border has fewer


@dataclass(frozen=True, slots=True)
class ReadMetafile:
    """Reads what a metafile draws as text, as one page; its bitmaps are entries.

    A drawing of outlines without text or bitmaps is a page that is not read: nothing here draws it.
    """

    name: ClassVar[str] = "read-metafile"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the page, then the bitmaps."""
        if item.size_bytes > MAX_METAFILE_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "metafile larger than the limit")
        item.file.seek(0)
        data = item.file.read()
        found = read_emf(data) if item.media_type == "image/emf" else read_wmf(data)
        yield from _page(found)
        files = [Embedded(f"bitmap{number}.bmp", bitmap_file(raw)) for number, raw in enumerate(found.bitmaps, 1)]
        yield from take_out(files)
        yield _end(found, len(files))


def _page(found: Metafile) -> Iterator[Part]:
    text = found.text().strip()
    if text:
        yield PageText(1, "body", text)
    elif found.points >= _SOME_POINTS and not found.bitmaps:
        yield PageMissed(1, "body", Cause.UNSUPPORTED)


def _end(found: Metafile, files: int) -> End:
    pages = 1 if found.text().strip() or (found.points >= _SOME_POINTS and not files) else 0
    if found.is_torn:
        return End(Cause.PARTIAL if pages or files else Cause.UNREADABLE, "records are damaged", pages, files)
    return End(Cause.OK if pages or files else Cause.EMPTY, "", pages, files)
