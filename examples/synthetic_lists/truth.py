"""What is known of a made-up list: its rows, and where each cell of them was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ruling = Literal["ruled", "horizontals", "frame", "none"]
"""All rulings; only the horizontal ones; an outer frame and a line below the header; none."""

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Top left, top right, bottom right, bottom left as the paper has them, in pixels of the image as it is given."""


@dataclass(frozen=True, slots=True)
class TrueColumn:
    """A column; the fields are those of `fairwitness.core.lists.Column`, and its width on paper in points."""

    name: str
    title: str
    kind: str
    script: str
    width_pt: int
    scheme: str = ""
    codes: tuple[str, ...] = ()
    centred: bool = True


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake of the (made-up) writer that rules can find: the row and column, counted from 0, and what it is."""

    row: int
    column: int
    what: str


@dataclass(frozen=True, slots=True)
class TrueList:
    """The rows of a list, and which of them are on which page: `pages` holds (first row, row after the last).

    A cell is one logical text without line ends; where it is drawn over several lines, they are that text cut.
    """

    title: str
    columns: tuple[TrueColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    pages: tuple[tuple[int, int], ...]
    right_to_left: bool = False
    slips: tuple[Slip, ...] = ()

    def column(self, name: str) -> int:
        """The number of the column with that name, from 0."""
        return [column.name for column in self.columns].index(name)


@dataclass(frozen=True, slots=True)
class TrueLine:
    """One drawn line of text and its quad; the ink lies inside of it."""

    text: str
    quad: Quad


@dataclass(frozen=True, slots=True)
class TrueCell:
    """A cell of a drawn table.

    `row` and `column` count from the top left of the upright page, also where the list is written from right to left.
    `list_row` and `list_column` say which cell of the list it is, -1 for headers. `text` is what stands in it here;
    of a row torn by a page end that is part 1 or 2 of the cell (`part`), else all of it (`part` 0). `quad` goes from
    the middle of one ruling to the middle of the next, or where they would be. `marks` is what a hand drew over it.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    quad: Quad
    lines: tuple[TrueLine, ...] = ()
    list_row: int = -1
    list_column: int = -1
    part: int = 0
    marks: tuple[str, ...] = ()

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The smallest upright rectangle around the cell: x0, y0, x1, y1."""
        return box_of(self.quad)


@dataclass(frozen=True, slots=True)
class TrueTable:
    """A drawn table."""

    kind: Ruling
    rows: int
    columns: int
    header_rows: int
    cells: tuple[TrueCell, ...]
    quad: Quad

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The smallest upright rectangle around the table: x0, y0, x1, y1."""
        return box_of(self.quad)


@dataclass(frozen=True, slots=True)
class TruePage:
    """An image of a page, (height, width, 3), and what is on it.

    It was turned clockwise by `turn_deg` (0, 90, 180, 270) and then by `skew_deg`: to be upright it must be turned the
    other way. `jpeg` is the file whose pixels `image` has, empty for a clean page. `strays` is text in no table.
    `marks` says what was drawn over it: "stamp", "fold", "tick", "circle", "strike".
    """

    image: NDArray[np.uint8]
    dpi: int
    tables: tuple[TrueTable, ...]
    strays: tuple[TrueLine, ...] = ()
    turn_deg: int = 0
    skew_deg: float = 0.0
    jpeg: bytes = b""
    marks: tuple[tuple[str, Quad], ...] = ()


def box_of(quad: Quad) -> tuple[int, int, int, int]:
    """The smallest upright rectangle of whole pixels around a quad."""
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return int(np.floor(min(xs))), int(np.floor(min(ys))), int(np.ceil(max(xs))), int(np.ceil(max(ys)))
