"""Where cells and rows stand: their cites, and their boxes on the page as it would lie upright and level."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from fairwitness.core.cite import Cite, RegionCite
from fairwitness.core.tables import Box, PageTables, Table, TableCell

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page of a document, as cites of its cells need it."""

    document: str
    page: PageTables

    def cite_box(self, box: Box) -> str:
        """The cite of a box; empty for a box without any size, which nobody can look at."""
        x0, y0, x1, y1 = box
        if x0 >= x1 or y0 >= y1:
            return ""
        return str(RegionCite(self.document[:16], self.page.number, x0, y0, x1, y1, self.page.dpi))

    def cite_cell(self, cell: TableCell) -> str:
        """The cite of a cell; empty for a cell of a sheet that holds nothing: its row is its place."""
        if self.page.reading and not any(cell.box):
            return self.cite_range(cell.start, cell.end)
        return self.cite_box(cell.box)

    def cite_row(self, cells: Sequence[TableCell]) -> str:
        """The cite of the row that these cells make; cells that go over more rows only where there are no others."""
        own = [cell for cell in cells if cell.row_span == 1] or list(cells)
        if self.page.reading and not any(any(cell.box) for cell in own):
            held = [cell for cell in own if cell.start < cell.end] or own
            return self.cite_range(min(cell.start for cell in held), max(cell.end for cell in held)) if held else ""
        return self.cite_box(union(cell.box for cell in own))

    def cite_range(self, start: int, end: int) -> str:
        """The cite of a range of the text of the page; empty for an empty one."""
        if start >= end:
            return ""
        return str(Cite(self.document[:16], self.page.number, start, end, self.page.reading[:8]))

    def upright(self, box: Box) -> Box:
        """The box on the page turned upright."""
        return turned(box, self.page.width_px, self.page.height_px, self.page.turn_deg)

    def level(self, box: Box) -> tuple[Span, Span]:
        """From where to where the box goes across and down the page that is upright and level, about in pixels."""
        x0, y0, x1, y1 = self.upright(box)
        angle = math.radians(self.page.skew_mdeg / 1000)
        sine, cosine = math.sin(angle), math.cos(angle)
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        width = max(1.0, (x1 - x0) - abs(sine) * (y1 - y0)) / 2
        height = max(1.0, (y1 - y0) - abs(sine) * (x1 - x0)) / 2
        across, down = x * cosine - y * sine, x * sine + y * cosine
        return (across - width, across + width), (down - height, down + height)


def turned(box: Box, width: int, height: int, turn_deg: int) -> Box:
    """The box after the page of that size is turned clockwise by a quarter, a half or three quarters."""
    x0, y0, x1, y1 = box
    if turn_deg == 90:
        return height - y1, x0, height - y0, x1
    if turn_deg == 180:
        return width - x1, height - y1, width - x0, height - y0
    if turn_deg == 270:
        return y0, width - x1, y1, width - x0
    return box


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all that have a size."""
    sized = [box for box in boxes if box[0] < box[2] and box[1] < box[3]]
    if not sized:
        return 0, 0, 0, 0
    x0, y0, x1, y1 = zip(*sized, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def column_spans(where: PageOf, table: Table) -> list[Span] | None:
    """From where to where each column goes across the level page; None if a column has no cell of its own."""
    sides: list[list[Span]] = [[] for _ in range(table.columns)]
    for cell in table.cells:
        if cell.column_span == 1 and cell.box[0] < cell.box[2]:
            sides[cell.column].append(where.level(cell.box)[0])
    return None if not all(sides) else [(median(s[0] for s in side), median(s[1] for s in side)) for side in sides]


def row_spans(where: PageOf, table: Table) -> list[Span | None]:
    """From where to where each row goes down the level page; None for a row without a cell of its own."""
    sides: list[list[Span]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        if cell.row_span == 1 and cell.box[0] < cell.box[2]:
            sides[cell.row].append(where.level(cell.box)[1])
    return [(median(s[0] for s in side), median(s[1] for s in side)) if side else None for side in sides]


def overlap(one: Span, other: Span) -> float:
    """How much of `one` lies in `other`, from 0 to 1."""
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return max(0.0, shared) / max(1e-9, one[1] - one[0])
