"""Office documents as one XML file: Word 2003, Word as a flat package, Excel 2003. Many systems export them as .xls."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Part, Source
from fairwitness.read._grid import sheet_pages, show
from fairwitness.read._ole import Embedded, take_out
from fairwitness.read._ooxml_text import read_blocks
from fairwitness.read._package import Element, forget, local, walk_xml
from fairwitness.read._sections import cut_sections
from fairwitness.read._sparse import Row
from fairwitness.read.read_docx import end_of_sections
from fairwitness.text.statements import say, say_time

MAX_XML_BYTES = 256 << 20
_STATED = {
    "Title": "title", "Subject": "subject", "Author": "author", "LastAuthor": "last-modified-by", "Company": "company",
    "Keywords": "keywords", "Description": "description", "title": "title", "creator": "author",
    "lastModifiedBy": "last-modified-by", "subject": "subject", "keywords": "keywords", "description": "description",
}  # fmt: skip
_STATED_TIMES = {"Created": "created", "LastSaved": "modified", "created": "created", "modified": "modified"}
_BINARY = frozenset({"binData", "binaryData"})


@dataclass(frozen=True, slots=True)
class ReadWordXml:
    """Reads the paragraphs and tables in sections, headers and notes where they stand; pictures in it are entries."""

    name: ClassVar[str] = "read-word-xml"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the sections, then the pictures."""
        if item.size_bytes > MAX_XML_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "xml larger than the limit")
        damage: list[ReadError] = []
        pages = 0
        for page in cut_sections(_until_damage(read_blocks(_from_start(item)), damage)):
            pages += 1
            yield page
        files: list[Embedded] = []
        for one in _beside_text(item) if not damage else ():
            if isinstance(one, About):
                yield one
            else:
                files.append(one)
        yield from take_out(files)
        yield end_of_sections(pages, damage, len(files))


def _from_start(item: Source) -> Any:
    item.file.seek(0)
    return item.file


def _until_damage(blocks: Iterator[str], damage: list[ReadError]) -> Iterator[str]:
    try:
        yield from blocks
    except ReadError as error:
        damage.append(error)


def _stated(element: Element) -> Iterator[About]:
    """What the file says of itself in an element of its properties."""
    name, parent = local(element), element.getparent()
    if parent is None or local(parent) not in ("DocumentProperties", "coreProperties"):
        return
    if name in _STATED_TIMES:
        yield from say_time(_STATED_TIMES[name], element.text or "", f"document properties {name}")
    elif name in _STATED:
        yield from say(_STATED[name], element.text or "", f"document properties {name}")


def _beside_text(item: Source) -> Iterator[Embedded | About]:
    for event, element in walk_xml(_from_start(item)):
        if event == "end":
            yield from _stated(element)
        if event == "start" or local(element) not in _BINARY:
            continue
        name = _attribute(element, "name") or _attribute(element.getparent(), "name")
        try:
            data = base64.b64decode("".join((element.text or "").split()), validate=True)
        except binascii.Error:
            yield Embedded(name.rpartition("/")[2], cause=Cause.UNREADABLE, detail="damaged base64")
            continue
        finally:
            forget(element)
        yield Embedded(name.rpartition("/")[2], data)


def _attribute(element: Element | None, name: str) -> str:
    found = element.attrib.items() if element is not None else ()
    return next((str(value) for key, value in found if str(key).rpartition("}")[2] == name), "")


@dataclass(slots=True)
class _Sheets:
    """The sheets that are complete, and what is open in the one that is being read."""

    sheets: list[tuple[str, list[Row]]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)  # comments and formulas, as paragraphs and lines
    row: int = 0
    column: int = 0
    cells: list[tuple[int, str]] = field(default_factory=list)

    def start(self, element: Element, name: str) -> None:
        if name == "Worksheet":
            self.sheets.append((_attribute(element, "Name"), []))
            self.row = 0
        elif name == "Row":
            self.row, self.column, self.cells = _place(element, self.row), 0, []
        elif name == "Cell":
            self.column = _place(element, self.column)

    def end(self, element: Element, name: str) -> None:
        if not self.sheets:
            return
        if name == "Cell":
            self._cell(element)
            self.column += 1 + _whole(_attribute(element, "MergeAcross"))
        elif name == "Row":
            if self.cells:
                self.sheets[-1][1].append((self.row, self.cells))
            self.row += 1 + _whole(_attribute(element, "Span"))
            forget(element)
        elif name == "Visible" and (element.text or "") in ("SheetHidden", "SheetVeryHidden"):
            self.hidden.append(self.sheets[-1][0])

    def _cell(self, element: Element) -> None:
        place = f"{self.sheets[-1][0]}!R{self.row + 1}C{self.column + 1}"
        for child in element:
            text = "".join(map(str, child.itertext())) if local(child) in ("Data", "Comment") else ""
            if local(child) == "Data" and text:
                self.cells.append((self.column, _shown(text, _attribute(child, "Type"))))
            elif text.strip():
                author = _attribute(child, "Author")
                self.beside.append(f"{author}: {text.strip()}\n\n" if author else f"{text.strip()}\n\n")
        if formula := _attribute(element, "Formula"):
            self.beside.append(f"{place} {formula}\n")


def _shown(text: str, kind: str) -> str:
    """A value as sheets of other formats show it."""
    if kind == "Number":
        try:
            return show(float(text))
        except ValueError:
            return text
    if kind == "DateTime":
        return text.removesuffix(".000").removesuffix("T00:00:00").replace("T", " ")
    return text.replace("\t", " ")


def _place(element: Element, following: int) -> int:
    index = _whole(_attribute(element, "Index"))
    return index - 1 if index else following


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


@dataclass(frozen=True, slots=True)
class ReadSheetXml:
    """Reads the cells of every sheet of an Excel 2003 XML file; comments and formulas follow as further pages."""

    name: ClassVar[str] = "read-sheet-xml"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the pages in the order of the sheets."""
        if item.size_bytes > MAX_XML_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "xml larger than the limit")
        found = _Sheets()
        damage: list[ReadError] = []
        try:
            for event, element in walk_xml(_from_start(item)):
                if event == "end" and not found.sheets:
                    yield from _stated(element)
                (found.start if event == "start" else found.end)(element, local(element))
        except ReadError as error:
            damage.append(error)
        if found.hidden:
            yield About("sheets-hidden", ", ".join(found.hidden)[:1000], "worksheet options")
        number = 0
        for name, rows in found.sheets:
            for page in sheet_pages(iter(rows), name, number + 1):
                number = page.number
                yield page
        for section in cut_sections(found.beside, first=number + 1):
            number = section.number
            yield section
        yield end_of_sections(number, damage)
