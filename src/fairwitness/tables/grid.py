"""Grids of tables on a page image that was turned upright and made level.

A `Grid` says where the cells of a table lie and holds no text. Coordinates are pixels of the flat page, origin top
left, right and bottom excluded; `box_on_page` leads back to the page as it was given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.tables import Box, TableKind
from fairwitness.read.ocr.scan import Image, Quad

Mask = NDArray[np.bool_]
Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: its upper left place in the grid, what it spans, and its box between the middles of its rulings.

    `flags` are some of `core.tables.FLAGS`: "cut_above" and "cut_below" for a cell that has no ruling at the upper or
    lower end of the table though others do.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of `rows` times `columns`: every place belongs to exactly one cell. Cells stand row by row.

    `row_edges` and `column_edges` are where rows and columns begin and end in general; a bent ruling may be a few
    pixels off in the box of a single cell. `header_rows` rows from the top look like headers.
    """

    kind: TableKind
    box: Box
    rows: int
    columns: int
    cells: tuple[GridCell, ...]
    row_edges: tuple[int, ...]
    column_edges: tuple[int, ...]
    header_rows: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FlatPage:
    """A page turned clockwise by `turn_deg`, then by `skew_deg`, at full resolution, on paper large enough for all.

    `clean` is `image` with coloured stamps taken off (the same array where there are none). `lines` are the text lines
    on it, found once for everybody. `rulings` is True where the ink of a ruling is, so that it can be painted over;
    hand-drawn strikes are no rulings. `strays` are boxes of ink in no cell of any grid. `to_page` leads from a point on
    the flat page to the page as given, which is `width_px` by `height_px`: x' = a x + b y + c, y' = d x + e y + f.
    """

    image: Image
    clean: Image
    turn_deg: int
    skew_deg: float
    lines: tuple[Quad, ...]
    rulings: Mask
    grids: tuple[Grid, ...]
    strays: tuple[Box, ...]
    to_page: Affine
    width_px: int
    height_px: int


def box_on_page(flat: FlatPage, box: Box) -> Box:
    """The smallest upright rectangle of whole pixels around `box` on the page as it was given, clipped to that."""
    a, b, c, d, e, f = flat.to_page
    x0, y0, x1, y1 = box
    corners = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    xs, ys = [a * x + b * y + c for x, y in corners], [d * x + e * y + f for x, y in corners]
    left, right = _clipped(min(xs), max(xs), flat.width_px)
    top, bottom = _clipped(min(ys), max(ys), flat.height_px)
    return left, top, right, bottom


def _clipped(low: float, high: float, size: int) -> tuple[int, int]:
    """Whole numbers around the range, within [0, size]; a rounding error of a turn adds no pixel."""
    first = min(max(0, math.floor(low + 0.01)), size)
    return first, min(max(first, math.ceil(high - 0.01)), size)
