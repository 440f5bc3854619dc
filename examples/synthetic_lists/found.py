"""The tables of a page as a reader that makes no mistake would give them: for tests of whatever comes after reading."""

from __future__ import annotations

from examples.synthetic_lists.layout import DPI, SetCell, SetLine, SetTable, Sheet, length_of
from examples.synthetic_lists.truth import Ruling
from fairwitness.core.tables import PageTables, Stray, Table, TableCell, TableKind

ENGINE = "truth"
_KINDS: dict[Ruling, TableKind] = {"ruled": "ruled", "horizontals": "partly", "frame": "partly", "none": "borderless"}


def perfect_tables(sheet: Sheet, number: int) -> PageTables:
    """The page of that number, from 1, with the grid and the text of every cell as they were set, at 300 dpi."""
    tables = tuple(_table(table) for table in sheet.tables)
    return PageTables(number, tables, tuple(map(_stray, sheet.strays)), sheet.width, sheet.height, DPI)


def _table(table: SetTable) -> Table:
    grid = table.grid
    box = (table.xs[0], table.ys[0], table.xs[-1], table.ys[-1])
    cells = tuple(_cell(cell, table) for cell in table.cells)
    return Table(_KINDS[grid.kind], box, grid.rows, len(grid.widths), cells, grid.header_rows)


def _cell(cell: SetCell, table: SetTable) -> TableCell:
    one, flags = cell.setting, []
    if table.grid.open_top and cell.y0 == table.ys[0]:
        flags.append("cut_above")
    if table.grid.open_bottom and cell.y1 == table.ys[-1]:
        flags.append("cut_below")
    return TableCell(
        *(one.row, one.column, one.row_span, one.column_span, (cell.x0, cell.y0, cell.x1, cell.y1)),
        text="\n".join(line.text for line in cell.lines),
        confidence=1000,
        engine=ENGINE,
        flags=tuple(flags),
    )


def _stray(line: SetLine) -> Stray:
    wide, high = round(length_of(line.text, line.script, line.size_pt)), round(line.size_pt * DPI / 72)
    return Stray((line.x, line.y - high, line.x + wide, line.y + high // 3), line.text, 1000)
