r"""Tables that the text of a page already holds: sheets by their cells, documents by tabs and ends of rows.

Readers of DOCX, ODT, DOC, HTML and CSV part cells by a tab and end rows by a tab and a line end, and paragraphs by an
empty line. Spans of merged cells are not in the text: a row with fewer cells than others has fewer here too. The text
of a web page does not tell where a cell ends that holds paragraphs of its own; the table ends there, and what follows
is a stray or another table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from fairwitness.core.parts import PageText
from fairwitness.core.tables import MAX_CELLS, MAX_SIDE, PageTables, Stray, Table, TableCell

_FILLED = MAX_CELLS // 2  # a grid up to that size holds its empty cells too
_FAR = 1000  # empty rows between two parts of a sheet that make them two tables
_ROW_END = re.compile(r"\t[ ]*(?:\n|$)")
_PARAGRAPH = re.compile(r"\n\s*\n")
_NOWHERE = (0, 0, 0, 0)

Span = tuple[int, int]
Cells = list[tuple[int, int, Span]]  # row, column, and where the text of the cell is


def tables_in_text(page: PageText, reading: str) -> PageTables:
    """The tables of a page whose text, given by the reading of that id, holds cells; none where it holds none.

    Text between tables is a stray. Cells without text that lie in the rectangle of a table are there too, with `start`
    and `end` both where their text would be, but for the widest sheets, where only those with text are.
    """
    tables, strays = _of_sheet(page) if page.cells else _of_text(page.text)
    return PageTables(page.number, tuple(tables), tuple(strays), reading=reading)


def _of_sheet(page: PageText) -> tuple[list[Table], list[Stray]]:
    tables: list[Table] = []
    held: Cells = []
    for at in range(0, len(page.cells), 4):
        start, end, row, column = page.cells[at : at + 4]
        if held and row - held[-1][0] > _FAR:
            tables.append(_table(page.text, held))
            held = []
        held.append((row, column, (start, end)))
    return [*tables, *([_table(page.text, held)] if held else [])], []


def _of_text(text: str) -> tuple[list[Table], list[Stray]]:
    tables: list[Table] = []
    strays: list[Stray] = []
    rows: list[list[Span]] = []
    at = 0
    for end in _ROW_END.finditer(text):
        before, row = _row(text, at, end.start())
        at = end.end()
        if before is not None:
            tables += [_table(text, _cells(rows))] if rows else []
            rows = []
            strays.append(Stray(_NOWHERE, text[slice(*before)]))
        rows.append(row)
    tables += [_table(text, _cells(rows))] if rows else []
    rest = _stripped(text, at, len(text))
    if rows and rest[0] < rest[1]:
        strays.append(Stray(_NOWHERE, text[slice(*rest)]))
    return tables, strays


def _row(text: str, start: int, end: int) -> tuple[Span | None, list[Span]]:
    """Where paragraphs before the row are, if any, and where its cells are. Only the first cell can be in doubt."""
    edges = [start, *(at + 1 for at in _places(text, "\t", start, end)), end + 1]
    spans = [_stripped(text, first, last - 1) for first, last in pairwise(edges)]
    first = spans[0]
    gaps = list(_PARAGRAPH.finditer(text, *first))
    if not gaps:
        return None, spans
    return (first[0], gaps[-1].start()), [(gaps[-1].end(), first[1]), *spans[1:]]


def _places(text: str, sign: str, start: int, end: int) -> Iterator[int]:
    at = text.find(sign, start, end)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1, end)


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _cells(rows: list[list[Span]]) -> Cells:
    return [(row, column, span) for row, spans in enumerate(rows) for column, span in enumerate(spans[:MAX_SIDE])]


def _table(text: str, cells: Cells) -> Table:
    """The table of these cells, which stand row by row; it begins at its first row and at column 0."""
    first = cells[0][0]
    rows, columns = cells[-1][0] - first + 1, 1 + max(column for _, column, _ in cells)
    made = [
        TableCell(row - first, column, start=span[0], end=span[1], text=text[slice(*span)], confidence=1000)
        for row, column, span in cells[:MAX_CELLS]
    ]
    if rows * columns <= _FILLED:
        made = list(_filled(made, rows, columns))
    return Table("sheet", _NOWHERE, rows, columns, tuple(made))


def _filled(cells: list[TableCell], rows: int, columns: int) -> Iterator[TableCell]:
    there = {(cell.row, cell.column): cell for cell in cells}
    at = cells[0].start
    for row in range(rows):
        for column in range(columns):
            cell = there.get((row, column))
            at = cell.end if cell is not None else at
            yield cell or replace(TableCell(row, column, confidence=1000), start=at, end=at)
