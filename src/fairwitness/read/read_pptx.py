"""Presentations (PPTX and its kin): one page for each slide, its notes and comments on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, PageMissed, PageText, Part, Source
from fairwitness.read._ooxml_text import read_blocks
from fairwitness.read._package import (
    MAX_MEMBER_BYTES,
    MAX_PACKAGE_BYTES,
    Package,
    local,
    other_files,
    take_out,
)
from fairwitness.read._package_about import about_ooxml
from fairwitness.read._sections import slide_page
from fairwitness.text.statements import say

_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HIDDEN = re.compile(rb"<(?:\w+:)?sld\s[^>]*?\bshow=\"(?:0|false)\"")
_HEAD_BYTES = 8192
_BESIDE = ("diagramData", "chart", "notesSlide", "comments")
_TEXT = {"comments": frozenset({"text"}), "chart": frozenset({"v"})}


@dataclass(frozen=True, slots=True)
class ReadPptx:
    """Reads a PresentationML package; slides in the order of the presentation, hidden ones included."""

    max_member_bytes: int = MAX_MEMBER_BYTES
    max_package_bytes: int = MAX_PACKAGE_BYTES
    name: ClassVar[str] = "read-pptx"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, a page for each slide, and the files embedded in it."""
        package = Package(item, self.max_member_bytes, self.max_package_bytes)
        main = package.main_part("ppt/presentation.xml")
        slides = _slides(package, main)
        yield from about_ooxml(package)
        hidden = [str(number) for number, slide in enumerate(slides, 1) if _is_hidden(package, slide)]
        if hidden:
            yield from say("slides-hidden", ", ".join(hidden), "slide show")
        for number, slide in enumerate(slides, 1):
            yield _read_slide(package, slide, number)
        files = other_files(package)
        yield from take_out(package, files)
        if not slides and main not in package:
            raise ReadError(Cause.UNREADABLE, "no presentation in the package")
        yield End(Cause.OK if slides or files else Cause.EMPTY, "", len(slides), len(files))


def _slides(package: Package, main: str) -> list[str]:
    """Names of the slides in order; by their numbers if the presentation does not tell."""
    relations = package.relations_of(main)
    root = package.tree(main)
    found = []
    if root is not None:
        for element in root.iter():
            if local(element) == "sldId":
                kind, part = relations.get(element.get(_ID, ""), ("", ""))
                found.append(part if kind == "slide" else "")
    if found:
        return found
    numbered = {
        int(match[1]): name for name in package.names if (match := re.search(r"/slides/slide(\d+)\.xml$", name))
    }
    return [numbered[number] for number in sorted(numbered)]


def _is_hidden(package: Package, slide: str) -> bool:
    try:
        return slide in package and _HIDDEN.search(package.open(slide).read(_HEAD_BYTES)) is not None
    except ReadError:
        return False  # told when its text is read


def _read_slide(package: Package, slide: str, number: int) -> PageText | PageMissed:
    try:
        blocks = list(read_blocks(package.open(slide)))
    except ReadError as error:
        if error.cause == Cause.LIMIT_OUTPUT:
            raise
        return PageMissed(number, "slide", Cause(error.cause))
    relations = sorted(package.relations_of(slide).values(), key=lambda one: (_rank(one[0]), one[1]))
    for kind, part in relations:
        if kind in _BESIDE and part in package:
            try:
                blocks.extend(read_blocks(package.open(part), _TEXT.get(kind, frozenset())))
            except ReadError as error:
                if error.cause == Cause.LIMIT_OUTPUT:
                    raise
                return PageMissed(number, "slide", Cause(error.cause))
    if not blocks and any(kind == "image" for kind, _ in relations):
        return PageMissed(number, "slide", Cause.NEEDS_OCR)
    return slide_page(number, "".join(blocks))


def _rank(kind: str) -> int:
    return _BESIDE.index(kind) if kind in _BESIDE else -1
