"""Tables of PDF pages that hold their text: rulings from the drawn page, text and places of words from the file.

The page is drawn and its rulings are sought in the pixels, so that it does not matter how a program made them: as
lines, as thin rectangles, inside forms, or partly painted over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from fairwitness.core.parts import PageText
from fairwitness.core.tables import Box, Layout, PageTables, Stray, Table, TableCell
from fairwitness.read._pdfium import Geometry, draw_page
from fairwitness.read.ocr.geometry import box_of, quad_of
from fairwitness.read.ocr.scan import Quad
from fairwitness.read.ocr.turn import turned, turned_back
from fairwitness.read.read_pdf import MOST_OF_PAGE, ReadPdf, marks_on
from fairwitness.tables.finding import all_grids
from fairwitness.tables.grid import Grid
from fairwitness.tables.pieces import letters_of, pieces_of
from fairwitness.tables.rulings import find_rulings

ENGINE = "pdf"
_SURE = 1000  # thousandths: the file says it
_NEXT = 1.2  # heights of a line of text: a wider gap ends a line
_SAME_LINE = 0.6  # of that height, between the middles of two words of one line


@dataclass(frozen=True, slots=True)
class _Word:
    """Code points `start` to `end` of the text of the page, and where they stand on the upright page."""

    start: int
    end: int
    box: Box

    @property
    def x(self) -> float:
        """Middle."""
        return (self.box[0] + self.box[2]) / 2

    @property
    def y(self) -> float:
        """Middle."""
        return (self.box[1] + self.box[3]) / 2


def digital_tables(page: Any, number: int, geometry: Geometry, layout: Layout | None = None) -> PageTables | None:
    """The tables of an open PDF page with the text that the file holds; None if the page is a picture of text.

    Boxes are pixels of the image of `geometry`. What stands in no cell is among the strays.
    """
    read = ReadPdf(with_notes=False).read_page(page, number, geometry)
    if not isinstance(read, PageText) or read.cause is not None or not read.words:
        return None
    if marks_on(page).images >= MOST_OF_PAGE:  # its text is what somebody else recognised in the picture
        return None
    turn = _turn_of(_words(read, 0))
    words = _words(read, turn)
    text_px = _height(words)
    grids = _grids(page, geometry, turn, words, text_px, layout)
    held: dict[tuple[int, int], list[_Word]] = {}
    left: list[_Word] = []
    for word, place in zip(words, _places_of(words, grids), strict=True):
        (held.setdefault(place, []) if place else left).append(word)
    tables = tuple(
        _table(read, grid, turn, {at: own for (one, at), own in held.items() if one == which}, text_px)
        for which, grid in enumerate(grids)
    )
    strays = tuple(_stray(read, turn, line) for line in _lines(left, text_px))
    return PageTables(number, tables, strays, read.width_px, read.height_px, read.dpi, turn)


def _words(read: PageText, turn_deg: int) -> list[_Word]:
    """The words in the order of the text, on the page turned clockwise."""
    numbers = read.words
    return [
        _Word(numbers[at], numbers[at + 1], _turned_box((*numbers[at + 2 : at + 6],), turn_deg, read))
        for at in range(0, len(numbers), 6)
    ]


def _turned_box(box: tuple[int, ...], turn_deg: int, read: PageText) -> Box:
    """Where a box of the page as given lies once that is turned."""
    width, height = (read.width_px, read.height_px) if turn_deg % 180 == 0 else (read.height_px, read.width_px)
    whole: Box = (box[0], box[1], box[2], box[3])
    return box_of(turned_back(quad_of(whole), (360 - turn_deg) % 360, width, height), width, height)


def _given_box(box: Box, turn_deg: int, read: PageText) -> Box:
    """Where a box of the turned page lies on the page as given."""
    return box_of(turned_back(quad_of(box), turn_deg, read.width_px, read.height_px), read.width_px, read.height_px)


def _turn_of(words: Sequence[_Word]) -> int:
    """By how much the page must be turned clockwise so that most words follow one another across it."""
    steps: Counter[int] = Counter()
    for one, other in pairwise(words):
        x, y = other.x - one.x, other.y - one.y
        wide = max(one.box[2] - one.box[0], other.box[2] - other.box[0])
        high = max(one.box[3] - one.box[1], other.box[3] - other.box[1])
        if abs(x) < 3 * wide and abs(y) < 0.3 * high:
            steps[0] += 1
        elif abs(y) < 3 * high and abs(x) < 0.3 * wide:
            steps[270 if y > 0 else 90] += 1
    return max((0, 90, 270), key=lambda turn: steps[turn])


def _height(words: Sequence[_Word]) -> float:
    """How high a line of text is, in pixels; commas and dashes are lower."""
    return max(4.0, 1.2 * float(np.percentile([word.box[3] - word.box[1] for word in words], 75)))


def _grids(
    page: Any, geometry: Geometry, turn_deg: int, words: Sequence[_Word], text_px: float, layout: Layout | None
) -> tuple[Grid, ...]:
    """The grids on the drawn page, turned upright."""
    pixels = np.frombuffer(draw_page(page, geometry, grey=True), np.uint8)
    grey = turned(pixels.reshape(geometry.height_px, geometry.width_px), turn_deg)
    quads = [_quad(line) for line in _lines(words, text_px)]
    rulings = find_rulings(grey, text_px, quads)
    pieces = pieces_of(letters_of(grey, rulings.mask, text_px), quads, text_px)
    return all_grids(rulings, pieces, text_px, (grey.shape[1], grey.shape[0]), layout)


def _lines(words: Sequence[_Word], text_px: float) -> list[list[_Word]]:
    """Words that follow one another on one line."""
    lines: list[list[_Word]] = []
    for word in words:
        before = lines[-1][-1] if lines else None
        if before is not None and _goes_on(before, word, text_px):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _goes_on(before: _Word, word: _Word, text_px: float) -> bool:
    gap = max(word.box[0] - before.box[2], before.box[0] - word.box[2])
    return abs(before.y - word.y) < _SAME_LINE * text_px and gap < _NEXT * text_px


def _around(words: Sequence[_Word]) -> Box:
    boxes = [word.box for word in words]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _quad(line: Sequence[_Word]) -> Quad:
    return quad_of(_around(line))


def _places_of(words: Sequence[_Word], grids: Sequence[Grid]) -> list[tuple[int, int] | None]:
    """For each word the number of the grid and of its cell that its middle lies in; None where it lies in none."""
    places: list[tuple[int, int] | None] = [None] * len(words)
    for number, grid in enumerate(grids):
        x0, y0, x1, y1 = np.array([cell.box for cell in grid.cells]).T
        for at, word in enumerate(words):
            inside = np.flatnonzero((x0 <= word.x) & (word.x < x1) & (y0 <= word.y) & (word.y < y1))
            if len(inside) and places[at] is None:
                places[at] = number, int(inside[0])
    return places


def _table(read: PageText, grid: Grid, turn_deg: int, held: Mapping[int, Sequence[_Word]], text_px: float) -> Table:
    cells = tuple(
        TableCell(
            *(cell.row, cell.column, cell.row_span, cell.column_span, _given_box(cell.box, turn_deg, read)),
            text=_text_of(read.text, held.get(at, ()), text_px),
            confidence=_SURE,
            engine=ENGINE,
            flags=cell.flags,
        )
        for at, cell in enumerate(grid.cells)
    )
    box = _given_box(grid.box, turn_deg, read)
    return Table("digital", box, grid.rows, grid.columns, cells, grid.header_rows)


def _stray(read: PageText, turn_deg: int, line: Sequence[_Word]) -> Stray:
    return Stray(_given_box(_around(line), turn_deg, read), _text_of(read.text, line, 1e9), _SURE)


def _text_of(text: str, words: Sequence[_Word], text_px: float) -> str:
    """The words of a cell, line by line from the top; in a line in the order and with the blanks of the text."""
    lines: list[list[_Word]] = []
    for word in words:
        own = next((line for line in reversed(lines) if abs(line[0].y - word.y) < _SAME_LINE * text_px), None)
        if own is None:
            lines.append([word])
        else:
            own.append(word)
    return "\n".join(_line_of(text, line) for line in sorted(lines, key=lambda line: line[0].y))


def _line_of(text: str, words: Sequence[_Word]) -> str:
    parts = [text[words[0].start : words[0].end]]
    for before, word in pairwise(words):
        parts.append(" " if text[before.end : word.start] else "")
        parts.append(text[word.start : word.end])
    return "".join(parts)
