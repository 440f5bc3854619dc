"""Rows of cells as pages: what spreadsheets and databases have in common."""

from __future__ import annotations

import datetime
from array import array
from collections.abc import Iterator

from fairwitness.core.parts import PageText
from fairwitness.read._sparse import Row

_ROWS_PER_PAGE = 200
_CHARS_PER_PAGE = 20_000
Value = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta | None


def sheet_pages(rows: Iterator[Row], name: str, number: int) -> Iterator[PageText]:
    """Yield the pages of one sheet or table, numbered from `number`; one page if it has no rows."""
    page, started = _Page(name), False
    for row, cells in rows:
        page.add_row(row, cells)
        if page.rows >= _ROWS_PER_PAGE or page.length >= _CHARS_PER_PAGE:
            yield page.finish(number)
            number, page = number + 1, _Page(name)
            started = True
    if page.cells or not started:  # an empty sheet is there all the same, with its name
        yield page.finish(number)


class _Page:
    """The page that is being filled."""

    def __init__(self, name: str) -> None:
        self.rows = 0
        self.length = 0
        self.cells: array[int] = array("I")
        self._name = name
        self._text: list[str] = []

    def add_row(self, row: int, cells: list[tuple[int, str]]) -> None:
        """One more row that has cells."""
        for column, text in cells:
            self.cells.extend((self.length, self.length + len(text), row, column))
            self._append(f"{text}\t")
        self._append("\n")
        self.rows += 1

    def _append(self, text: str) -> None:
        self._text.append(text)
        self.length += len(text)

    def finish(self, number: int) -> PageText:
        """The page."""
        return PageText(number, "sheet", "".join(self._text), cells=self.cells, label=self._name[:200])


def show(value: Value) -> str:
    """A value as plain text: whole numbers without a point, dates as ISO 8601, truth as TRUE and FALSE."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value).replace("\t", " ").replace("\0", "")  # Works writes 16-bit text as if it were 8-bit
