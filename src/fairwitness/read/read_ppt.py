"""Presentations before 2007 (PPT, PPS, POT): one page for each slide with its notes and comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._ole import Embedded, Ole, object_in, open_ole, pictures_in, stream_of, take_out
from fairwitness.read._ole_about import about_ole
from fairwitness.read._powerpoint_binary import Presentation, SlideText
from fairwitness.read._sections import slide_page
from fairwitness.text.statements import say

_BOTH = "PP97_DUALSTORAGE"  # where a file for PowerPoint 95 and 97 keeps the newer version


@dataclass(frozen=True, slots=True)
class ReadPpt:
    """Reads the binary format of PowerPoint 97 to 2003; slides in order, hidden ones included and named."""

    name: ClassVar[str] = "read-ppt"
    version: ClassVar[str] = "2"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, a page for each slide, and what is embedded in it."""
        with open_ole(item.file) as ole:
            where = (_BOTH,) if ole.exists(_BOTH) else ()
            data = stream_of(ole, *where, "PowerPoint Document")
            if not data:
                raise ReadError(Cause.UNSUPPORTED, "presentation before powerpoint 97")
            found = Presentation(data, stream_of(ole, *where, "Current User") or stream_of(ole, "Current User"))
            yield from about_ole(ole)
            hidden: list[str] = []
            number = 0
            for number, slide in enumerate(found.slides(), 1):
                if slide.is_hidden:
                    hidden.append(str(number))
                yield slide_page(number, _page(slide))
            if hidden:
                yield from say("slides-hidden", ", ".join(hidden), "slide show information")
            files = [*_objects(found), *_pictures(ole, where)]
            yield from take_out(files)
        yield End(Cause.OK if number or files else Cause.EMPTY, "", number, len(files))


def _page(slide: SlideText) -> str:
    return "".join(f"{block}\n\n" for block in (*slide.blocks, *slide.notes) if block.strip())


def _objects(found: Presentation) -> Iterator[Embedded]:
    for number, data in enumerate(found.objects(), 1):
        label = f"object{number}"
        if data is None:
            yield Embedded(label, cause=Cause.UNREADABLE, detail="damaged object")
            continue
        try:
            with open_ole(BytesIO(data)) as inner:
                if inner.exists("VBA"):  # the macros of the presentation lie among its objects
                    continue
                yield object_in(inner, (), label)
        except ReadError as error:
            yield Embedded(label, cause=Cause(error.cause), detail=error.detail)


def _pictures(ole: Ole[Any], where: tuple[str, ...]) -> list[Embedded]:
    return pictures_in(stream_of(ole, *where, "Pictures"))
