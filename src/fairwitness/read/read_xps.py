"""Printed documents of Windows (XPS, OpenXPS): the text of their pages in the order in which it is drawn."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_TEXT_CHARS, End, PageMissed, PageText, Part, Source
from fairwitness.read._package import (
    MAX_MEMBER_BYTES,
    MAX_PACKAGE_BYTES,
    Element,
    Package,
    forget,
    local,
    take_out,
    walk_xml,
)
from fairwitness.read._package_about import about_ooxml

_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".wdp")
_WIDEST, _WIDEST_WIDE = 0.9, 1.2  # of the size of the letters: more than any step from one letter to the next
_SAME_LINE = 0.5  # of the size of the letters: what lies higher or lower is on another line


@dataclass(frozen=True, slots=True)
class ReadXps:
    """Reads the glyphs of each fixed page as its text; a page without any that holds a picture waits for OCR."""

    max_member_bytes: int = MAX_MEMBER_BYTES
    max_package_bytes: int = MAX_PACKAGE_BYTES
    name: ClassVar[str] = "read-xps"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, its pages, and its pictures."""
        package = Package(item, self.max_member_bytes, self.max_package_bytes)
        yield from about_ooxml(package)
        pages = _pages(package)
        for number, name in enumerate(pages, 1):
            yield _read(package, name, number)
        files = [name for name in package.names if name.endswith(_PICTURES) and "thumbnail" not in name]
        yield from take_out(package, files)
        if not pages and not files:
            raise ReadError(Cause.UNREADABLE, "no page in the package")
        yield End(Cause.OK, "", len(pages), len(files))


def _pages(package: Package) -> list[str]:
    """Names of the pages in the order of the documents; by their numbers if those do not tell."""
    found: list[str] = []
    for document in sorted((name for name in package.names if name.endswith(".fdoc")), key=_rank):
        root = package.tree(document)
        for element in root.iter() if root is not None else ():
            if local(element) == "PageContent":
                place = posixpath.join(posixpath.dirname(document), str(element.get("Source", "")).replace("\\", "/"))
                found.append(posixpath.normpath(place))
    return found or sorted((name for name in package.names if name.endswith(".fpage")), key=_rank)


def _rank(name: str) -> tuple[list[int], str]:
    return [int(digits[:9]) for digits in re.findall(r"\d+", name)], name


def _read(package: Package, name: str, number: int) -> PageText | PageMissed:
    lines = _Lines()
    pictures = 0
    try:
        for event, element in walk_xml(package.open(name)):
            kind = local(element)
            pictures += event == "start" and kind == "ImageBrush"
            if event == "start" and kind == "Glyphs":
                lines.add(element)
            elif event == "end" and kind in ("Path", "Glyphs"):
                forget(element)
    except ReadError as error:
        if error.cause == Cause.LIMIT_OUTPUT:
            raise
        return PageMissed(number, "section", Cause(error.cause))
    text = lines.text()
    if not text.strip() and pictures:
        return PageMissed(number, "section", Cause.NEEDS_OCR)
    return PageText(number, "section", text[:MAX_TEXT_CHARS], cause=Cause.PARTIAL if text[MAX_TEXT_CHARS:] else None)


class _Lines:
    """Runs of letters put together: runs at one height are one line."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._place = (0.0, 0.0)

    def add(self, element: Element) -> None:
        """One more run. A string that begins with {} means what follows (ECMA-388, 9.1.7.2)."""
        text = str(element.get("UnicodeString", "")).removeprefix("{}")
        across, down = _number(element.get("OriginX")), _number(element.get("OriginY"))
        size = max(1.0, _number(element.get("FontRenderingEmSize")))
        if self._pieces:
            same = abs(down - self._place[1]) <= _SAME_LINE * size
            self._pieces.append(_gap(self._pieces[-1], (across - self._place[0]) / size) if same else "\n")
        self._place = (across, down)
        self._pieces.append(text)

    def text(self) -> str:
        """All lines."""
        return "".join(self._pieces).strip("\n")


def _gap(before: str, step: float) -> str:
    """A space behind a run where the next begins further on than its letters reach, by `step` in their size.

    Printers put spaces into the runs and may part the letters of one word; what is left are columns.
    """
    widest = sum(_WIDEST_WIDE if letter > "\u2e7f" else _WIDEST for letter in before)
    return " " if before and not before[-1].isspace() and not 0 <= step <= widest else ""


def _number(value: Any) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0
