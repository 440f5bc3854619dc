"""Draws pages that were set, and keeps the place of every cell and line on them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw

from examples.synthetic_lists.layout import DPI, RULE, SetCell, SetLine, SetTable, Sheet, direction_of, load_font
from examples.synthetic_lists.truth import Quad, TrueCell, TrueLine, TruePage, TrueTable

INK = 20

Segment = tuple[int, int, int, int]


def draw_sheet(sheet: Sheet) -> TruePage:
    """The page as a clean scan of 300 dpi."""
    image = Image.new("L", (sheet.width, sheet.height), 255)
    brush = ImageDraw.Draw(image)
    tables = tuple(_draw_table(brush, table) for table in sheet.tables)
    strays = tuple(_draw_line(brush, line) for line in sheet.strays)
    pixels = np.repeat(np.asarray(image)[:, :, None], 3, axis=2)
    return TruePage(pixels, DPI, tables, strays)


def rulings_of(table: SetTable) -> Iterator[Segment]:
    """The rulings of a table as x0, y0, x1, y1; those that two cells share come twice."""
    kind = table.grid.kind
    left, right, top, bottom = table.xs[0], table.xs[-1], table.ys[0], table.ys[-1]
    if kind == "frame":
        below = table.ys[table.grid.header_rows]
        yield from ((left, y, right, y) for y in (top, below, bottom))
        yield from ((x, top, x, bottom) for x in (left, right))
    if kind in ("ruled", "horizontals"):
        torn = {top} if table.grid.open_top else set()
        torn |= {bottom} if table.grid.open_bottom else set()
        for cell in table.cells:
            yield from ((cell.x0, y, cell.x1, y) for y in (cell.y0, cell.y1) if y not in torn)
            if kind == "ruled":
                yield from ((x, cell.y0, x, cell.y1) for x in (cell.x0, cell.x1))


def quad_of(x0: float, y0: float, x1: float, y1: float) -> Quad:
    """The corners of an upright rectangle."""
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _draw_table(brush: ImageDraw.ImageDraw, table: SetTable) -> TrueTable:
    for segment in sorted(set(rulings_of(table))):
        brush.line(segment, fill=INK, width=RULE)
    cells = tuple(_draw_cell(brush, cell) for cell in table.cells)
    whole = quad_of(table.xs[0], table.ys[0], table.xs[-1], table.ys[-1])
    grid = table.grid
    return TrueTable(grid.kind, grid.rows, len(grid.widths), grid.header_rows, cells, whole)


def _draw_cell(brush: ImageDraw.ImageDraw, cell: SetCell) -> TrueCell:
    one = cell.setting
    return TrueCell(
        row=one.row,
        column=one.column,
        row_span=one.row_span,
        column_span=one.column_span,
        text=one.text,
        quad=quad_of(cell.x0, cell.y0, cell.x1, cell.y1),
        lines=tuple(_draw_line(brush, line) for line in cell.lines),
        list_row=one.list_row,
        list_column=one.list_column,
        part=one.part,
    )


def _draw_line(brush: ImageDraw.ImageDraw, line: SetLine) -> TrueLine:
    font = load_font(line.script, line.size_pt)
    direction = direction_of(line.script)
    place = (line.x, line.y)
    brush.text(place, line.text, font=font, fill=INK, anchor="ls", direction=direction)
    return TrueLine(line.text, quad_of(*brush.textbbox(place, line.text, font=font, anchor="ls", direction=direction)))
