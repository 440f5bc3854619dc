"""Tables as a faultless machine would find them on made-up pages, and small ones made by hand."""

from __future__ import annotations

from dataclasses import replace

from examples.synthetic_lists import TrueList, TruePage

from fairwitness.core.lists import Column
from fairwitness.core.tables import PageTables, Stray, Table, TableCell
from fairwitness.lists.setup import Setup

DOCUMENT = "0123456789abcdef" * 4


def found_page(page: TruePage, number: int, *, cut: bool = False) -> PageTables:
    """The page with every cell at its true place and with its true text; `cut` flags the parts of torn rows."""
    tables = []
    for table in page.tables:
        cells = tuple(
            TableCell(
                *(cell.row, cell.column, cell.row_span, cell.column_span, clipped(cell.box, page)),
                text=cell.text,
                confidence=990,
                engine="truth",
                flags=(("", "cut_below", "cut_above")[cell.part],) if cut and cell.part else (),
            )
            for cell in table.cells
        )
        kind = "ruled" if table.kind == "ruled" else "borderless" if table.kind == "none" else "partly"
        box = clipped(table.box, page)
        tables.append(Table(kind, box, table.rows, table.columns, cells, table.header_rows))
    height, width = page.image.shape[:2]
    strays = tuple(Stray(clipped(box_of_line(line.quad), page), line.text) for line in page.strays)
    back = (360 - page.turn_deg) % 360
    return PageTables(number, tuple(tables), strays, width, height, page.dpi, back, round(-1000 * page.skew_deg))


def box_of_line(quad) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return int(min(xs)), int(min(ys)), int(max(xs)) + 1, int(max(ys)) + 1


def clipped(box, page: TruePage):
    height, width = page.image.shape[:2]
    x0, y0, x1, y1 = box
    return max(0, x0), max(0, y0), min(width, x1), min(height, y1)


def setup_of(one: TrueList, **rest) -> Setup:
    columns = tuple(
        Column(column.name, column.title, column.kind, column.script, column.codes, column.scheme)
        for column in one.columns
    )
    return Setup(name="A list", columns=columns, right_to_left=one.right_to_left, **rest)


def hand_made(
    rows: list[list[str]], number: int = 1, *, header_rows: int = 0, flags: dict | None = None, x0: int = 0
) -> PageTables:
    """A ruled table of one text a cell, 100 by 20 pixels each; `flags` by (row, column)."""
    cells = tuple(
        TableCell(
            *(r, c, 1, 1, (x0 + 100 * c, 100 + 20 * r, x0 + 100 * c + 100, 120 + 20 * r)),
            text=text,
            confidence=900,
            flags=(flags or {}).get((r, c), ()),
        )
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    )
    box = (x0, 100, x0 + 100 * len(rows[0]), 100 + 20 * len(rows))
    table = Table("ruled", box, len(rows), len(rows[0]), cells, header_rows)
    return PageTables(number, (table,), (), 2000, 3000, 200)


def with_tables(first: PageTables, *others: PageTables) -> PageTables:
    """One page with the tables of all, those of each shifted down."""
    tables = list(first.tables)
    for at, other in enumerate(others, 1):
        for table in other.tables:
            cells = tuple(replace(cell, box=_down(cell.box, 1000 * at)) for cell in table.cells)
            tables.append(replace(table, cells=cells, box=_down(table.box, 1000 * at)))
    return replace(first, tables=tuple(tables))


def _down(box, by: int):
    return box[0], box[1] + by, box[2], box[3] + by
