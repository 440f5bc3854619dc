"""Word documents (DOCX and its kin): body, headers, footers, notes, comments, boxes, charts, what pictures show."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Part, Source
from fairwitness.read._ooxml_text import read_blocks
from fairwitness.read._package import (
    MAX_MEMBER_BYTES,
    MAX_PACKAGE_BYTES,
    Package,
    other_files,
    take_out,
)
from fairwitness.read._package_about import about_ooxml
from fairwitness.read._sections import cut_sections

# In reading order; numbers in names count, so header10 comes after header2.
_BEFORE = re.compile(r"header\d*\.xml")
_AFTER = re.compile(r"(footnotes|endnotes|comments|footer\d*|diagrams/data\d*|charts/chart\d*|glossary/document)\.xml")
_ORDER = ("footnotes", "endnotes", "comments", "footer", "diagrams", "charts", "glossary")
_CHART_TEXT = frozenset({"v"})


@dataclass(frozen=True, slots=True)
class ReadDocx:
    """Reads a WordprocessingML package; sections of about 6,000 characters, since only layout makes pages."""

    max_member_bytes: int = MAX_MEMBER_BYTES
    max_package_bytes: int = MAX_PACKAGE_BYTES
    name: ClassVar[str] = "read-docx"
    version: ClassVar[str] = "3"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, its sections, and the files embedded in it."""
        package = Package(item, self.max_member_bytes, self.max_package_bytes)
        main = package.main_part("word/document.xml")
        if main not in package:
            raise ReadError(Cause.UNREADABLE, "no document in the package")
        folder = posixpath.dirname(main).lower() + "/"
        yield from about_ooxml(package)
        damage: list[ReadError] = []
        pages = 0
        for page in cut_sections(self._blocks(package, main, folder, damage)):
            pages += 1
            yield page
        files = other_files(package)
        yield from take_out(package, files)
        yield end_of_sections(pages, damage, len(files))

    def _blocks(self, package: Package, main: str, folder: str, damage: list[ReadError]) -> Iterator[str]:
        for part in _parts_in_order(package, main, folder):
            also = _CHART_TEXT if "charts/" in part else frozenset()
            try:
                yield from read_blocks(package.open(part), also)
            except ReadError as error:
                if part == main and error.cause in (Cause.ENCRYPTED, Cause.LIMIT_OUTPUT):
                    raise
                damage.append(error)


def end_of_sections(pages: int, damage: list[ReadError], entries: int = 0) -> End:
    """How a document of several parts ended: PARTIAL if some part was damaged and there is text all the same."""
    if damage and pages:
        return End(Cause.PARTIAL, damage[0].detail or "a part is damaged", pages, entries)
    if damage:
        return End(Cause(damage[0].cause), damage[0].detail, 0, entries)
    return End(Cause.OK if pages or entries else Cause.EMPTY, "", pages, entries)


def _parts_in_order(package: Package, main: str, folder: str) -> list[str]:
    inside = {name.removeprefix(folder): name for name in package.names if name.startswith(folder)}
    before = sorted((name for name in inside if _BEFORE.fullmatch(name)), key=_rank)
    after = sorted((name for name in inside if _AFTER.fullmatch(name)), key=_rank)
    return [*(inside[name] for name in before), main, *(inside[name] for name in after)]


def _rank(name: str) -> tuple[int, int, str]:
    kind = next((at for at, word in enumerate(_ORDER) if name.startswith(word)), -1)
    digits = re.search(r"\d+", name)
    return kind, int(digits[0]) if digits else 0, name
