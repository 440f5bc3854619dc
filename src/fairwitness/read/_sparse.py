"""Sheets of XLSX whose cells lie far apart: read cell by cell, because calamine fills the whole rectangle.

A sheet with one cell at A1 and one at XFD1048576 would be 17 thousand million cells. Values are given as the file
stores them, so a date is its serial number here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.read._package import Element, Package, forget, local, walk_xml

MAX_DENSE_CELLS = 20_000_000  # 24 bytes each in calamine: half a gigabyte
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension[^>]*?\sref=\"(?:[A-Z]+\d+:)?([A-Z]+)(\d+)\"")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]+)(\d+)\"")
_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_PIECE = 1 << 20
Row = tuple[int, list[tuple[int, str]]]


def is_sparse(package: Package, member: str) -> bool:
    """Whether the sheet is too large as a rectangle, by what it says of itself, else by its cells."""
    rows = columns = 0
    stream = package.open(member)
    data = stream.read(_PIECE)
    said = _DIMENSION.search(data)
    if said:
        return int(said[2]) * _column(said[1].decode()) > MAX_DENSE_CELLS
    while data:
        for column, row in _CELL.findall(data):
            rows, columns = max(rows, int(row)), max(columns, _column(column.decode()))
        more = stream.read(_PIECE)
        data = data[-100:] + more if more else b""
    return rows * columns > MAX_DENSE_CELLS


def sheet_members(package: Package) -> dict[str, str]:
    """Member name of each sheet, by its name."""
    main = package.main_part("xl/workbook.xml")
    links = package.relations_of(main)
    root = package.tree(main)
    found: dict[str, str] = {}
    for element in root.iter("{*}sheet") if root is not None else ():
        link = next((str(value) for key, value in element.items() if str(key).endswith("}id")), "")
        if link in links:
            found[str(element.get("name", ""))] = links[link][1]
    return found


def read_rows(package: Package, member: str) -> Iterator[Row]:
    """Yield the rows of one sheet that have cells: number from 0, and (column from 0, text) in order.

    Raises:
        ReadError: if the sheet is not readable XML.
    """
    shared = _shared_strings(package)
    row = -1
    cells: list[tuple[int, str]] = []
    for event, element in walk_xml(package.open(member)):
        if event != "end" or local(element) != "c":
            continue
        place = _PLACE.fullmatch(str(element.get("r", "")))
        if place is None:
            raise ReadError(Cause.UNREADABLE, "a cell without a place")
        if int(place[2]) - 1 != row:
            if cells:
                yield row, cells
            row, cells = int(place[2]) - 1, []
        text = _value(element, shared)
        if text:
            cells.append((_column(place[1]) - 1, text))
        forget(element)
    if cells:
        yield row, cells


def _value(cell: Element, shared: list[str]) -> str:
    kind = str(cell.get("t", "n"))
    stored = "".join(part.text or "" for part in cell.iter("{*}v"))
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter("{*}t"))
    if kind == "s":
        return shared[int(stored)] if stored.isdigit() and int(stored) < len(shared) else ""
    if kind == "b":
        return "TRUE" if stored == "1" else "FALSE"
    return stored


def _shared_strings(package: Package) -> list[str]:
    if "xl/sharedStrings.xml" not in package:
        return []
    found = []
    for event, element in walk_xml(package.open("xl/sharedStrings.xml")):
        if event == "end" and local(element) == "si":
            found.append("".join(part.text or "" for part in element.iter("{*}t")))
            forget(element)
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
