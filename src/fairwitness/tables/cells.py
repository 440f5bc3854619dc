"""Reads the cells of the grids on a page: what each says, how sure that is, and what else it may say.

Every line is read by the smallest network. Where that is not certain, or a column is told by which script it is in,
others read it too (docs/decisions/135-cells.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from fairwitness.core.lists import Column
from fairwitness.core.tables import MAX_ALTERNATIVES, Alternative, PageTables, Stray, Table, TableCell
from fairwitness.read.ocr.ctc import LineScores, best_path
from fairwitness.read.ocr.cut import LINE_PX, cut_line
from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.recognise_ppocr import ReadPpocr
from fairwitness.read.ocr.route import Router
from fairwitness.read.ocr.scan import Image
from fairwitness.read.ocr.script import script_of
from fairwitness.read.ocr.spans import is_han
from fairwitness.tables.cell_lines import CellLines, Inked, Piece, inked, lines_in_cells
from fairwitness.tables.choosing import CHOSEN_MOST, Chosen, Seen, choose
from fairwitness.tables.columns import ANY, DOT, IN_NAMES, Known, bare, guess_column, known_of
from fairwitness.tables.grid import FlatPage, Grid, box_on_page
from fairwitness.tables.other_scripts import read_other_scripts
from fairwitness.tables.skipped import skips_a_letter

_CERTAIN = 0.95  # of the letter that is least sure, read by the smallest network: no line so sure was read wrong
_FOREIGN = 0.90  # of a line on average: below it may be in a script that the networks do not know
_SIGNS = "0123456789Xx.-/年月日号,%" + DOT + IN_NAMES
_LIKE_A_LINE = 0.8  # of the letter that is least sure
_WITH_TRACES = 940  # thousandths, at most: somebody should look at ink that was left unread
_MOST = 0.6  # of the cells of a column with letters: their script is that of the column
_STAMPED = 0.03  # share of a cell
_NOTHING, _HARDLY_NOTHING = 995, 600  # thousandths: how sure it is that a cell without ink is empty
_OTHER_SCRIPTS = frozenset(("Arab", "Cyrl", "Latn", "Tibt", "Hang"))


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads cells with these recognisers; the first two of the router are PP-OCRv6 of two sizes."""

    router: Router
    first: ReadPpocr
    second: ReadPpocr

    def read(self, flat: FlatPage, columns: Sequence[Column] = ()) -> tuple[tuple[Table, ...], tuple[Stray, ...]]:
        """The tables of the page with their text, and what lies outside them.

        `columns` are the columns of the list from left to right; a table with another number of them is read without.
        """
        page = inked(flat)
        work = _Page(self, flat, page, columns)
        return tuple(work.table(grid) for grid in flat.grids), tuple(work.strays())


@dataclass(slots=True, eq=False)
class _Cell:
    """A cell while it is read."""

    lines: CellLines
    images: list[Image]
    known: Known = ANY
    first: list[LineScores] = field(default_factory=list)
    second: list[LineScores] = field(default_factory=list)
    left: str | None = None  # what was read of ink that counts as no line
    told: Chosen | None = None
    script: str = ""

    @property
    def plain(self) -> str:
        """What the smallest network read."""
        return "\n".join(best_path(line)[0] for line in self.first)


class _Page:
    """The work on one page."""

    def __init__(self, reader: CellReader, flat: FlatPage, page: Inked, columns: Sequence[Column]) -> None:
        self._reader = reader
        self._flat = flat
        self._page = page
        self._columns = columns
        letters = "".join(code for column in columns for code in column.codes)
        self._wanted = _SIGNS + letters

    def table(self, grid: Grid) -> Table:
        """The grid with its text."""
        found = lines_in_cells(self._page, self._flat.lines, [cell.box for cell in grid.cells])
        cells = [_Cell(lines, self._cut(lines.pieces)) for lines in found]
        for number, cell in enumerate(cells):
            cell.known = self._told(grid, number)
        for cell in cells:
            if cell.known.script not in _OTHER_SCRIPTS or cell.known.alphabet:
                cell.first = [self._scores(self._reader.first, image) for image in cell.images]
                self._leave_traces(cell)
        self._guess(grid, cells)
        self._read_foreign([(cell, cell.known.script) for cell in cells if self._is_foreign(cell)])
        self._read_foreign(list(_left_over(grid, cells)))
        made = [self._made(grid, number, cell) for number, cell in enumerate(cells)]
        return Table(
            grid.kind, box_on_page(self._flat, grid.box), grid.rows, grid.columns, tuple(made), grid.header_rows
        )

    def strays(self) -> list[Stray]:
        """What lies outside all grids: text, or ink that gave none."""
        boxes = list(self._flat.strays)
        read = self._reader.router.read([cut_line(self._page.image, quad_of(box), LINE_PX) for box in boxes])
        return [
            Stray(box_on_page(self._flat, box), one.best.text, min(1000, round(1000 * one.best.confidence)))
            for box, one in zip(boxes, read, strict=True)
        ]

    def _cut(self, pieces: Sequence[Piece]) -> list[Image]:
        return [cut_line(self._page.image, quad_of(piece.box), LINE_PX) for piece in pieces]

    def _leave_traces(self, cell: _Cell) -> None:
        """Beside lines that the detector found, other ink is a line only if it reads like one; else it stays unread.

        What is left of stamps, folds and rulings reads as a 1, an I or a stroke.
        """
        pieces = cell.lines.pieces
        if not any(piece.is_found for piece in pieces) or all(piece.is_found for piece in pieces):
            return
        keep = [
            piece.is_found or self._reads_like_a_line(piece, line)
            for piece, line in zip(pieces, cell.first, strict=True)
        ]
        if not all(keep):
            cell.left = "".join(best_path(line)[0] for line, kept in zip(cell.first, keep, strict=True) if not kept)
            cell.images = [image for image, kept in zip(cell.images, keep, strict=True) if kept]
            cell.first = [line for line, kept in zip(cell.first, keep, strict=True) if kept]

    def _reads_like_a_line(self, piece: Piece, line: LineScores) -> bool:
        text, sure, _ = best_path(line)
        wide = piece.box[2] - piece.box[0]
        return len(bare(text)) > 1 and wide > self._page.line_px and float(sure.min()) >= _LIKE_A_LINE

    def _scores(self, network: ReadPpocr, image: Image) -> LineScores:
        return network.scores(image).likely(self._wanted)

    def _told(self, grid: Grid, number: int) -> Known:
        """What a person said of the column of that cell; nothing for headers."""
        cell = grid.cells[number]
        if len(self._columns) != grid.columns or cell.row < grid.header_rows or cell.column_span > 1:
            return ANY
        return known_of(self._columns[cell.column])

    def _guess(self, grid: Grid, cells: list[_Cell]) -> None:
        """Where nobody has told what the columns hold, the page itself may."""
        if len(self._columns) == grid.columns:
            return
        for column in range(grid.columns):
            here = [
                (at, cell.row) for at, cell in enumerate(grid.cells) if cell.column == column and cell.column_span == 1
            ]
            header = "".join(cells[at].plain for at, row in here if row < grid.header_rows)
            body = [cells[at] for at, row in here if row >= grid.header_rows]
            guess = guess_column(header, [cell.plain for cell in body])
            for cell in body:
                cell.known = guess

    def _read_foreign(self, cells: Sequence[tuple[_Cell, str]]) -> None:
        read = read_other_scripts(self._reader.router, [(cell.images, script) for cell, script in cells])
        for (cell, _), (told, script) in zip(cells, read, strict=True):
            cell.told, cell.script = told, script if script != "Zyyy" else ""

    def _is_foreign(self, cell: _Cell) -> bool:
        """Whether others must read it: it is told to be in another script, or its letters may be."""
        if not cell.images or cell.known.alphabet:
            return False
        if cell.known.script in _OTHER_SCRIPTS:
            return True
        if cell.known.script:
            return False
        paths = [best_path(line) for line in cell.first]
        text = "".join(path[0] for path in paths)
        sure = np.concatenate([path[1] for path in paths]) if text else np.zeros(1)
        if any(map(is_han, text)):
            return bool(sure.mean() < _FOREIGN) and sum(map(is_han, text)) < 0.5 * len(bare(text))
        return bool(sure.mean() < _FOREIGN) or any(letter.isalpha() for letter in text)

    def _made(self, grid: Grid, number: int, cell: _Cell) -> TableCell:
        place = grid.cells[number]
        chosen = cell.told or self._chosen(cell)
        flags = {*place.flags, *chosen.flags, *cell.lines.flags}
        if self._is_stamped(cell.lines):
            flags.add("stamped")
        confidence = chosen.confidence
        alternatives = chosen.alternatives
        if cell.left is not None:
            flags.add("unread_ink")
            confidence = min(confidence, _WITH_TRACES)
            trace = Alternative(cell.left, 0, self._reader.first.name)
            alternatives = (*alternatives, trace) if cell.left else alternatives
        elif cell.images and any(map(skips_a_letter, cell.second or cell.first, cell.images)):
            flags.add("unread_ink")
            confidence = min(confidence, CHOSEN_MOST)
        if "struck" in flags:
            confidence = min(confidence, CHOSEN_MOST)
        if not chosen.text:
            if cell.lines.has_ink or cell.images:
                flags.add("unread_ink")
            else:
                confidence = _HARDLY_NOTHING if cell.lines.faint or "stamped" in flags else _NOTHING
        return TableCell(
            place.row,
            place.column,
            place.row_span,
            place.column_span,
            box_on_page(self._flat, place.box),
            text=chosen.text,
            confidence=confidence,
            engine=chosen.engine if chosen.text else "",
            script=cell.script or _script_or_nothing(chosen.text),
            alternatives=alternatives[:MAX_ALTERNATIVES],
            flags=tuple(sorted(flags)),
        )

    def _chosen(self, cell: _Cell) -> Chosen:
        if not cell.images:
            return Chosen("", 0, "")
        alone = Seen((self._reader.first.name,), (tuple(cell.first),))
        if alone.plain()[1] >= _CERTAIN:
            chosen = choose(alone, cell.known)
            if not chosen.flags:
                return chosen
        cell.second = [self._scores(self._reader.second, image) for image in cell.images]
        names = self._reader.second.name, self._reader.first.name
        return choose(Seen(names, (tuple(cell.second), tuple(cell.first))), cell.known)

    def _is_stamped(self, lines: CellLines) -> bool:
        x0, y0, x1, y1 = lines.box
        part = self._page.stamped[y0:y1, x0:x1]
        return bool(part.size) and float(part.mean()) > _STAMPED


def _left_over(grid: Grid, cells: Sequence[_Cell]) -> Iterator[tuple[_Cell, str]]:
    """Cells whose letters look like Han or Latin ones in a column that is in another script, with that script."""
    for column in range(grid.columns):
        here = [
            cell
            for place, cell in zip(grid.cells, cells, strict=True)
            if place.column == column and place.row >= grid.header_rows and any(map(str.isalpha, cell.plain))
        ]
        for script in ("Arab", "Cyrl"):
            if sum(cell.script == script for cell in here) > _MOST * len(here):
                yield from ((cell, script) for cell in here if cell.told is None and not cell.known.alphabet)


def _script_or_nothing(text: str) -> str:
    script = script_of(text)
    if script != "Zyyy":
        return script
    return "digits" if any(letter.isdigit() for letter in text) else ""


def page_tables(number: int, flat: FlatPage, dpi: int, read: tuple[tuple[Table, ...], tuple[Stray, ...]]) -> PageTables:
    """The page of that number with what was read of it."""
    tables, strays = read
    size = flat.width_px, flat.height_px
    return PageTables(number, tables, strays, *size, dpi, flat.turn_deg, round(1000 * flat.skew_deg))
