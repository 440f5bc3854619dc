"""What packages of spreadsheets hold beside the values of cells: comments, drawings, formulas, headers, hidden rows."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fairwitness.core.parts import About
from fairwitness.read._biff import header_text
from fairwitness.read._package import Element, Package, forget, local, walk_xml
from fairwitness.read._sparse import sheet_members
from fairwitness.text.statements import say

_BESIDE = re.compile(
    r"xl/(comments\d*|comments/comment\d*|threadedcomments/threadedcomment\d*|drawings/drawing\d*|charts/chart\d*"
    r"|diagrams/data\d*)\.xml"
)
_TEXTS = frozenset({"t", "v", "text"})
_BLOCKS = frozenset({"comment", "threadedComment", "p", "ser"})
_HEADER = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)(?:\s[^>]*)?>([^<]{1,2000})</")
_FORMULA = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3}\d{1,7})\"[^>]*>\s*<(?:\w+:)?f(?:\s[^>]*)?>([^<]+)</")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\bhidden=\"(?:1|true)\"")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col\s[^>]*?\bhidden=\"(?:1|true)\"")
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row|sheetData)[\s>]")
_DRAWN = frozenset({"annotation", "frame", "custom-shape", "caption"})
_MAX_CARRIED = 1 << 20


def beside_xlsx(package: Package) -> Iterator[str | About]:
    """Yield the texts of an XLSX that are in no cell, as paragraphs and lines, and statements on hidden rows.

    A formula is a line of its sheet, its cell and what it computes.
    """
    for name in sorted(package.names):
        if _BESIDE.fullmatch(name):
            yield from _texts(package, name)
    for sheet, member in sheet_members(package).items():
        if member.endswith(".xml") and member in package:
            yield from _scan(package, member, sheet)


def _texts(package: Package, name: str) -> Iterator[str]:
    block: list[str] = []
    for event, element in walk_xml(package.open(name)):
        if event == "start":
            text = str(element.get("descr", "")) if local(element) == "cNvPr" else ""
            if text.strip():
                yield text + "\n\n"
        elif local(element) in _TEXTS:
            block.append(element.text or "")
        elif local(element) in _BLOCKS and block:
            yield "".join(block) + "\n\n"
            block = []
    if block:
        yield " ".join(block) + "\n\n"


def _scan(package: Package, member: str, sheet: str) -> Iterator[str | About]:
    """One pass over the sheet as bytes: parsing it as XML would cost more than reading its cells."""
    stream, held = package.open(member), b""
    rows = columns = 0
    while True:
        data = stream.read()
        piece, held = _whole_cells(held + data) if data else (held, b"")
        for cell, formula in _FORMULA.findall(piece):
            yield f"{sheet}!{cell.decode('ascii')} ={html.unescape(formula.decode('utf-8', 'replace'))}\n"
        for found in _HEADER.findall(piece):
            if text := header_text(html.unescape(found.decode("utf-8", "replace"))):
                yield text + "\n\n"
        rows += len(_HIDDEN_ROW.findall(piece))
        columns += len(_HIDDEN_COLUMNS.findall(piece))
        if not data:
            break
    if rows:
        yield from say("rows-hidden", f"{sheet}: {rows}", "sheet rows")
    if columns:
        yield from say("columns-hidden", f"{sheet}: {columns}", "sheet columns")


def _whole_cells(data: bytes) -> tuple[bytes, bytes]:
    """What can be looked at now, and the rest that begins with the last cell or row."""
    at = max((found.start() for found in _CELL.finditer(data, max(0, len(data) - _MAX_CARRIED))), default=0)
    if at == 0 and len(data) > _MAX_CARRIED:
        return data, b""
    return data[:at], data[at:]


def beside_ods(package: Package) -> Iterator[str | About]:
    """Yield the comments, the text in drawings and the formulas of an ODS, and statements on hidden rows."""
    walk = _OdsWalk()
    for event, element in walk_xml(package.open("content.xml")):
        if event == "start":
            yield from walk.start(element, local(element))
        else:
            yield from walk.end(element, local(element))


@dataclass(slots=True)
class _OdsWalk:
    """Where in the sheet we are, from 0, and the comments and drawings that are open."""

    sheet: str = ""
    row: int = 0
    column: int = 0
    hidden: int = 0
    inside: list[Element] = field(default_factory=list)

    def start(self, element: Element, name: str) -> Iterator[str]:
        if name == "table":
            self.sheet, self.hidden, self.row = _attribute(element, "name"), 0, 0
        elif name == "table-row":
            self.column = 0
            self.hidden += _attribute(element, "visibility") in ("collapse", "filter")
        elif name in _DRAWN:
            self.inside.append(element)
        elif name == "table-cell" and (formula := _attribute(element, "formula")):
            yield f"{self.sheet}!{_letters(self.column)}{self.row + 1} {formula.removeprefix('of:')}\n"

    def end(self, element: Element, name: str) -> Iterator[str | About]:
        if self.inside and element is self.inside[-1]:
            self.inside.pop()
            text = "\n".join("".join(part.itertext()) for part in element.iter() if local(part) in ("creator", "p"))
            if text.strip() and not self.inside:
                yield text.strip("\n") + "\n\n"
        elif name in ("table-cell", "covered-table-cell"):
            self.column += _count(element, "number-columns-repeated")
        elif name == "table-row":
            self.row += _count(element, "number-rows-repeated")
            if not self.inside:
                forget(element)
        elif name == "table" and self.hidden:
            yield from say("rows-hidden", f"{self.sheet}: {self.hidden}", "table visibility")


def _attribute(element: Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def _count(element: Element, name: str) -> int:
    text = _attribute(element, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text
