"""OpenDocument text and presentations, in packages and as one flat XML file."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, PageMissed, PageText, Part, Source
from fairwitness.read._ooxml_text import CELL_END, PARAGRAPH_END, ROW_END
from fairwitness.read._package import (
    MAX_MEMBER_BYTES,
    MAX_PACKAGE_BYTES,
    Element,
    Package,
    embedded_files,
    forget,
    local,
    take_out,
    walk_xml,
)
from fairwitness.read._package_about import about_odf, about_odf_meta
from fairwitness.read._sections import cut_sections, slide_page
from fairwitness.read.read_docx import end_of_sections

_PARAGRAPHS = frozenset({"p", "h"})
_CELLS = frozenset({"table-cell", "covered-table-cell"})
_SLIDE_END = "\f"  # behind the blocks of a slide; no paragraph holds one, XML forbids it
_PICTURE_END = "\f\f"  # the same behind a slide that holds a picture
_PAGED = ("presentation", "graphics", "impress")
_MAX_SPACES = 1000


@dataclass(frozen=True, slots=True)
class ReadOdf:
    """Reads ODT, ODP and ODG; a section of about 6,000 characters or a slide is a page, notes on their slide."""

    max_member_bytes: int = MAX_MEMBER_BYTES
    max_package_bytes: int = MAX_PACKAGE_BYTES
    name: ClassVar[str] = "read-odf"
    version: ClassVar[str] = "2"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield what the file says about itself, then its pages."""
        slides = any(kind in item.media_type for kind in _PAGED)
        if item.media_type.endswith("flat-xml"):
            yield from _about_flat(item)
            item.file.seek(0)
            yield (yield from _pages(_blocks(item.file, "document"), slides, 0))
            return
        package = Package(item, self.max_member_bytes, self.max_package_bytes)
        _refuse_encrypted(package)
        yield from about_odf(package)
        files = _files_in(package)
        end = yield from _pages(_blocks_of(package, slides), slides, len(files))
        yield from take_out(package, files)
        yield end


def _files_in(package: Package) -> list[str]:
    """Pictures and embedded objects: charts and formulas as their XML, others as they are."""
    objects = [name for name in package.names if re.fullmatch(r"[^/]+/content\.xml|object [^/]*", name)]
    return [*embedded_files(package, ("pictures/", "media/")), *objects]


def _refuse_encrypted(package: Package) -> None:
    manifest = package.tree("META-INF/manifest.xml")
    if manifest is not None and any(local(element) == "encryption-data" for element in manifest.iter()):
        raise ReadError(Cause.ENCRYPTED)


def _about_flat(item: Source) -> Iterator[About]:
    item.file.seek(0)
    try:
        for event, element in walk_xml(item.file):
            if event == "end" and local(element) == "meta":
                yield from about_odf_meta(element, "office:meta")
            if local(element) in ("meta", "body") and (event == "end" or local(element) == "body"):
                return
    except ReadError:
        return


def _blocks_of(package: Package, slides: bool) -> Iterator[str]:
    if "styles.xml" in package and not slides:  # headers and footers; those of slides are only prompts
        yield from _blocks(package.open("styles.xml"), "master-styles")
    yield from _blocks(package.open("content.xml"), "body")


def _pages(blocks: Iterator[str], slides: bool, files: int) -> Generator[Part, None, End]:
    damage: list[ReadError] = []
    pages = 0
    guarded = _until_damage(blocks, damage)
    in_sections = (block for block in guarded if not block.startswith(_SLIDE_END))
    cut: Iterator[Part] = _cut_slides(guarded) if slides else cut_sections(in_sections)
    for page in cut:
        pages += 1
        yield page
    return end_of_sections(pages, damage, files)


def _until_damage(blocks: Iterator[str], damage: list[ReadError]) -> Iterator[str]:
    try:
        yield from blocks
    except ReadError as error:
        if error.cause == Cause.LIMIT_OUTPUT:
            raise
        damage.append(error)


def _cut_slides(blocks: Iterator[str]) -> Iterator[PageText | PageMissed]:
    """A page for each slide, also for one without text; what is outside any slide joins the next."""
    held: list[str] = []
    number = 0
    for block in blocks:
        if block in (_SLIDE_END, _PICTURE_END):
            number += 1
            if block == _PICTURE_END and not held:
                yield PageMissed(number, "slide", Cause.NEEDS_OCR)
            else:
                yield slide_page(number, "".join(held))
            held = []
        else:
            held.append(block)
    if any(block.strip() for block in held):
        yield slide_page(number + 1, "".join(held))


@dataclass(slots=True)
class _Walk:
    within: str
    inside: int = 0  # depth of elements called `within`
    paragraphs: int = 0  # depth of paragraphs: only the outermost is read, with those in it
    cells: list[list[str]] = field(default_factory=list)  # lines of the open cells, innermost last
    rows: list[list[str]] = field(default_factory=list)
    pictures: int = 0  # on the open slide

    def start(self, name: str) -> None:
        if name == self.within:
            self.inside += 1
        elif name == "image":
            self.pictures += 1
        elif name in _PARAGRAPHS:
            self.paragraphs += 1
        elif self.paragraphs:
            return
        elif name == "table-row":
            self.rows.append([])
        elif name in _CELLS:
            self.cells.append([])

    def end(self, element: Element, name: str) -> Iterator[str]:
        if name == self.within:
            self.inside -= 1
        elif name in _PARAGRAPHS:
            self.paragraphs -= 1
            if self.paragraphs == 0:
                yield from self._place("".join(_flatten(element)).strip("\n"))
                forget(element)
        elif self.paragraphs:
            return
        elif name in _CELLS and self.cells:
            lines = self.cells.pop()
            if self.rows:
                self.rows[-1].append("\n".join(lines))
        elif name == "table-row" and self.rows:
            yield from self._end_row(self.rows.pop())
            forget(element)
        elif name == "page" and self.inside:
            yield _PICTURE_END if self.pictures else _SLIDE_END
            self.pictures = 0
            forget(element)

    def _place(self, text: str) -> Iterator[str]:
        if not text.strip():
            return
        if self.cells:
            self.cells[-1].append(text)
        elif self.inside:
            yield text + PARAGRAPH_END

    def _end_row(self, cells: list[str]) -> Iterator[str]:
        if not any(cell.strip() for cell in cells):
            return
        if self.cells:
            self.cells[-1].append(CELL_END.join(cells))
        elif self.inside:
            yield CELL_END.join(cells) + ROW_END


def _blocks(stream: Any, within: str) -> Iterator[str]:
    walk = _Walk(within)
    for event, element in walk_xml(stream):
        name = local(element)
        if event == "start":
            walk.start(name)
        else:
            yield from walk.end(element, name)


def _flatten(element: Element) -> Iterator[str]:
    """The text of a paragraph; a note, comment or text box in it stands on lines of its own."""
    name = local(element)
    if name in ("hidden-text", "conditional-text"):
        yield " ".join(str(value) for key, value in element.attrib.items() if "string-value" in str(key))
    elif name == "s":
        yield " " * max(1, min(_MAX_SPACES, _count(element)))
    elif name == "tab":
        yield "\t"
    elif name == "line-break":
        yield "\n"
    elif name not in ("note-citation", "annotation-end"):
        yield element.text or ""
    for child in element:
        inner = "".join(_flatten(child))
        apart = local(child) in ("note", "annotation", "frame", "custom-shape") or local(child) in _PARAGRAPHS
        yield f"\n{inner}\n" if apart and inner.strip() else inner
        yield child.tail or ""


def _count(element: Element) -> int:
    text = next((str(value) for name, value in element.attrib.items() if str(name).endswith("}c")), "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
