"""A page of a spreadsheet as a grid: cells at their addresses, with the formulas that the file keeps behind them.

Formulas are shown and never computed. The reader puts them on pages of their own behind the sheets, one a line:
`Sheet!B7 =SUM(B2:B6)`.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fairwitness.core.parts import PageText
from fairwitness.core.records import SheetCell
from fairwitness.work.looking import Looking

MOST_COLUMNS = 80  # shown side by side
MOST_FORMULAS = 200_000  # of one document
_REMEMBERED = 4
_ADDRESS = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")
_LINE = re.compile(r"(.{1,200})!([A-Z]{1,3})([0-9]{1,7}) (=.*)")

Formulas = Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell: code points `start` to `end` of the page's text; row and column from 0; its formula, or nothing."""

    row: int
    column: int
    start: int
    end: int
    text: str
    formula: str

    @property
    def address(self) -> str:
        """The way people write it: B17."""
        return SheetCell("", "", self.row, self.column).address


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows with cells, and the columns that are shown. `columns_from` and `columns_to` are all that there are."""

    rows: tuple[tuple[int, Mapping[int, GridCell]], ...]
    columns: range
    columns_from: int
    columns_to: int

    def letters(self, column: int) -> str:
        """The head of the column."""
        return SheetCell("", "", 0, column).address[:-1]


def grid_of(page: PageText, formulas: Formulas, first_column: int = -1) -> Grid:
    """The cells of the page; of a wide sheet those from `first_column` on."""
    rows: dict[int, dict[int, GridCell]] = {}
    low, high = 1 << 30, -1
    cells = page.cells
    for at in range(0, len(cells), 4):
        start, end, row, column = cells[at : at + 4]
        low, high = min(low, column), max(high, column)
        rows.setdefault(row, {})[column] = GridCell(
            row, column, start, end, page.text[start:end], formulas.get((row, column), "")
        )
    for row, column in formulas:  # a formula without a value stands in an empty cell
        if row in rows and column not in rows[row]:
            rows[row][column] = GridCell(row, column, 0, 0, "", formulas[row, column])
            low, high = min(low, column), max(high, column)
    if high < 0:
        return Grid((), range(0), 0, 0)
    start = min(max(low, first_column), high)
    columns = range(start, min(high + 1, start + MOST_COLUMNS))
    return Grid(tuple(sorted(rows.items())), columns, low, high + 1)


def place_of(address: str) -> tuple[int, int] | None:
    """Row and column, from 0, of an address as people write it, such as B17; None if it is none."""
    told = _ADDRESS.fullmatch(address.strip().upper())
    return (int(told[2]) - 1, _column(told[1])) if told else None


def page_with_row(looking: Looking, digest: str, number: int, row: int) -> int:
    """Number of the page that holds the row, or would, of the sheet that page `number` is of."""
    labels = looking.labels(digest)
    pages = [page for page, label in labels.items() if label == labels.get(number)]

    def first_row(page_number: int) -> int:
        page = looking.page(digest, page_number)
        return page.cells[2] if isinstance(page, PageText) and len(page.cells) else 0

    at = bisect_right(pages, row, key=first_row)
    return pages[max(0, at - 1)] if pages else number


class SheetFormulas:
    """Looks the formulas of spreadsheets up; any thread may ask."""

    def __init__(self, looking: Looking) -> None:
        self._looking = looking
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, dict[str, dict[tuple[int, int], str]]] = OrderedDict()

    def of(self, digest: str, sheet: str) -> Formulas:
        """The formulas of that sheet, by row and column from 0."""
        reading = self._looking.document(digest).reading.id
        with self._lock:
            found = self._kept.get(reading)
        if found is None:
            found = self._read(digest)
            with self._lock:
                self._kept[reading] = found
                while len(self._kept) > _REMEMBERED:
                    self._kept.popitem(last=False)
        return found.get(sheet, {})

    def _read(self, digest: str) -> dict[str, dict[tuple[int, int], str]]:
        labels = self._looking.labels(digest)
        found: dict[str, dict[tuple[int, int], str]] = {}
        total = 0
        for number, (kind, _) in labels.items():
            if kind == "sheet":
                continue
            page = self._looking.page(digest, number)
            for sheet, place, formula in _formulas(page.text if isinstance(page, PageText) else ""):
                if total >= MOST_FORMULAS:
                    return found
                found.setdefault(sheet, {})[place] = formula
                total += 1
        return found


def _formulas(text: str) -> Iterable[tuple[str, tuple[int, int], str]]:
    for line in text.splitlines():
        told = _LINE.fullmatch(line)
        if told:
            yield told[1], (int(told[3]) - 1, _column(told[2])), told[4]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
