"""Sets a list that flows over its pages: where a page ends, a row is torn, and goes on on the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from examples.synthetic_lists.layout import (
    DPI,
    HEIGHT,
    LEADING,
    MARGIN,
    PAD_X,
    PAD_Y,
    SIZE_PT,
    WIDTH,
    Grid,
    Setting,
    scaled_widths,
    script_of,
    wrapped,
)
from examples.synthetic_lists.truth import TrueList

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A row, or the first or second part of a torn one (`part` 1 or 2), as lines by column."""

    row: int
    part: int
    cells: tuple[Lines, ...]

    @property
    def height(self) -> int:
        """Lines of its tallest cell, at least one."""
        return max(1, *map(len, self.cells))


def flowing_grids(one: TrueList, *, top: int, repeats_header: bool, is_open: bool, lowest: int) -> list[Grid]:
    """A table for each page that the rows need; a row that does not fit on its page is torn where the page ends.

    `lowest` is how far down a page goes. With `is_open` the table has no ruling where a row is torn.
    """
    widths = scaled_widths([column.width_pt for column in one.columns], WIDTH - 2 * MARGIN)
    step = round(SIZE_PT * DPI / 72 * LEADING)
    header = step + 2 * PAD_Y
    grids: list[Grid] = []
    waiting = list(_pieces(one, widths))
    while waiting:
        has_header = repeats_header or not grids
        room = min(lowest, HEIGHT - MARGIN) - top - has_header * header
        taken: list[Piece] = []
        while waiting and room >= step + 2 * PAD_Y:
            piece = waiting.pop(0)
            fitting = (room - 2 * PAD_Y) // step
            if piece.height > fitting:
                piece, rest = _torn(piece, fitting)
                waiting.insert(0, rest)
            taken.append(piece)
            room -= piece.height * step + 2 * PAD_Y
        grids.append(_grid(one, widths, taken, has_header=has_header, is_open=is_open))
    return grids


def _pieces(one: TrueList, widths: tuple[int, ...]) -> Iterator[Piece]:
    for number, row in enumerate(one.rows):
        cut = (
            wrapped(text, width - 2 * PAD_X, script_of(text), SIZE_PT) for text, width in zip(row, widths, strict=True)
        )
        yield Piece(number, 0, tuple(cut))


def _torn(piece: Piece, fitting: int) -> tuple[Piece, Piece]:
    """What goes on this page, and what on the next; a row long enough for three pages is not made."""
    assert piece.part == 0, "a row goes over two pages at most"
    above = tuple(lines[:fitting] for lines in piece.cells)
    below = tuple(lines[fitting:] for lines in piece.cells)
    return Piece(piece.row, 1, above), Piece(piece.row, 2, below)


def _grid(one: TrueList, widths: tuple[int, ...], taken: list[Piece], *, has_header: bool, is_open: bool) -> Grid:
    cells = [Setting(0, number, column.title) for number, column in enumerate(one.columns)] if has_header else []
    for at, piece in enumerate(taken, start=int(has_header)):
        for number, lines in enumerate(piece.cells):
            is_centred = one.columns[number].centred
            cells.append(
                Setting(at, number, "".join(lines), 1, 1, piece.row, number, piece.part, is_centred, lines=lines)
            )
    return Grid(
        widths,
        tuple(cells),
        int(has_header),
        to_top=True,
        open_top=is_open and taken[0].part == 2 and not has_header,
        open_bottom=is_open and taken[-1].part == 1,
    )
