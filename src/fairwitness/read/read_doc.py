"""Word files before 2007 (DOC, DOT): text with notes, comments and boxes; pictures and embedded objects as entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._ole import (
    Embedded,
    Ole,
    object_in,
    open_ole,
    pictures_in,
    storages_below,
    stream_of,
    take_out,
)
from fairwitness.read._ole_about import about_ole
from fairwitness.read._sections import cut_sections
from fairwitness.read._word_binary import read_word


@dataclass(frozen=True, slots=True)
class ReadDoc:
    """Reads the binary format of Word 6 to 2003; sections of about 6,000 characters, since only layout makes pages.

    Text that was deleted or inserted while changes were tracked is all there, as the file holds it.
    """

    name: ClassVar[str] = "read-doc"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, its sections, and what is embedded in it."""
        with open_ole(item.file) as ole:
            yield from about_ole(ole)  # first: macros are worth knowing of where the text cannot be read
            main = stream_of(ole, "WordDocument")
            found = read_word(main, {number: stream_of(ole, f"{number}Table") for number in (0, 1)})
            pages = 0
            for page in cut_sections(found.blocks()):
                pages += 1
                yield page
            files = [*_objects(ole), *_pictures(ole, main)]
            yield from take_out(files)
        yield End(Cause.OK if pages or files else Cause.EMPTY, "", pages, len(files))


def _objects(ole: Ole[Any]) -> list[Embedded]:
    """What lies in the pool of objects, in the order of its numbers."""
    return [object_in(ole, path, f"object{path[-1]}") for path in storages_below(ole, "ObjectPool")]


def _pictures(ole: Ole[Any], main: bytes) -> list[Embedded]:
    """Pictures in the line of text are in the stream Data, those beside it in the main stream."""
    in_line = pictures_in(stream_of(ole, "Data"))
    return in_line + pictures_in(main, len(in_line) + 1)
