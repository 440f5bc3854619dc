"""Tables as a machine found them on one page: cells with their place, their text, and what else it might say.

Nothing here is a finding yet: a `List` (`fairwitness.core.lists`) puts tables of many pages together, and people say
what its cells hold.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from fairwitness.core.canonical import canonical_json

TableKind = Literal["ruled", "partly", "borderless", "digital", "sheet"]
KINDS: tuple[TableKind, ...] = ("ruled", "partly", "borderless", "digital", "sheet")
FLAGS = frozenset(
    (
        "unread_ink",  # ink in the cell that gave no text
        "over_ruling",  # writing that crosses a ruling of the cell, and was cut there
        "stamped",  # a stamp, or its trace, lies over the cell
        "struck",  # a line runs through the writing
        "constrained",  # the text was chosen among readings by what its column allows
        "misfit",  # no reading fits what its column allows
        "cut_above",  # the cell is open at the upper end of the table, as a row torn by a page end is
        "cut_below",
    )
)
MAX_CELLS = 200_000
MAX_SIDE = 20_000  # rows or columns of one table
MAX_TEXT_CHARS = 100_000
MAX_ALTERNATIVES = 20
_NAME = re.compile(r"[A-Za-z0-9 .+_-]{0,60}")

Box = tuple[int, int, int, int]
"""x0, y0, x1, y1: origin top left, right and bottom excluded."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else the cell may say; `confidence` in thousandths."""

    text: str
    confidence: int
    engine: str


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table on a page.

    `row` and `column` count from 0 and name its upper left corner in the grid; a merged cell spans more than one. Of a
    picture, `box` is in pixels of the page image as it was given (not turned), the smallest upright rectangle around
    the cell; of a sheet or a text it is all 0, and `start` and `end` are code points of the text of the page. `text`
    is raw: lines in reading order, joined by line ends. `confidence` is in thousandths, 1000 for text that the file
    itself holds; of an empty cell it says how sure it is that nothing stands there.
    """

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    box: Box = (0, 0, 0, 0)
    start: int = 0
    end: int = 0
    text: str = ""
    confidence: int = 0
    engine: str = ""
    script: str = ""
    alternatives: tuple[Alternative, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stray:
    """Text on the page that lies in no cell, such as a heading or a page number; or ink that gave no text."""

    box: Box
    text: str
    confidence: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A grid of `rows` times `columns`. `header_rows` is how many of them, from the top, look like headers."""

    kind: TableKind
    box: Box
    rows: int
    columns: int
    cells: tuple[TableCell, ...]
    header_rows: int = 0


LayoutRows = Literal["rulings", "lines", "first"]
LAYOUT_ROWS: tuple[LayoutRows, ...] = ("rulings", "lines", "first")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a person says that the table lies, on one page; it is shifted and stretched to fit each page like it.

    All in thousandths of the page once it is turned upright and made level: `columns` are the edges of the columns of
    its width, from left to right, outer ones included; `top` and `bottom` of its height, 0 and 0 for wherever the
    table begins and ends. `rows` is "rulings" (where horizontal rulings run), "lines" (each line of text is a row),
    "first" (a row begins where the column number `first` holds a line, as a serial number does), or the edges of the
    rows in thousandths of the height, for a form that is the same on every page. `header_rows` is how many rows are
    headers, -1 for "find out".
    """

    columns: tuple[int, ...]
    top: int = 0
    bottom: int = 0
    rows: LayoutRows | tuple[int, ...] = "rulings"
    first: int = 0
    header_rows: int = -1

    def __post_init__(self) -> None:
        """Raise a ValueError if edges are no edges of a table."""
        edges = [self.columns, *([self.rows] if isinstance(self.rows, tuple) else [])]
        for one in edges:
            rising = all(low < high for low, high in pairwise(one))
            if not (2 <= len(one) <= MAX_SIDE and rising and one[0] >= 0 and one[-1] <= 1000):
                raise ValueError("edges must rise from 0 to 1000, and be two at least")
        if not isinstance(self.rows, tuple) and self.rows not in LAYOUT_ROWS:
            raise ValueError("no way to tell rows")
        if not 0 <= self.top <= self.bottom <= 1000 or not 0 <= self.first < len(self.columns) - 1:
            raise ValueError("a number of a layout is out of range")


@dataclass(frozen=True, slots=True)
class PageTables:
    """All tables of one page, in reading order, and what lies outside them.

    The page image has `width_px`, `height_px` and `dpi` (0 for a page that is no picture, and for the dpi of an image
    that is drawn at its own size); it must be turned clockwise by `turn_deg` and then by `skew_mdeg` thousandths of a
    degree to be upright. `reading` is empty, or the id of the reading whose text `start` and `end` of cells count in.
    """

    number: int
    tables: tuple[Table, ...] = ()
    strays: tuple[Stray, ...] = ()
    width_px: int = 0
    height_px: int = 0
    dpi: int = 0
    turn_deg: int = 0
    skew_mdeg: int = 0
    reading: str = ""


def page_tables_to_bytes(page: PageTables) -> bytes:
    """Canonical JSON."""
    head = [page.number, page.width_px, page.height_px, page.dpi, page.turn_deg, page.skew_mdeg, page.reading]
    tables = [_plain_table(table) for table in page.tables]
    strays = [[list(stray.box), stray.text, stray.confidence] for stray in page.strays]
    return canonical_json({"page": head, "tables": tables, "strays": strays})


def page_tables_from_bytes(untrusted_raw: bytes) -> PageTables:
    """What `page_tables_to_bytes` wrote; every field is checked.

    Raises:
        ValueError: if anything in it is not as it must be.
    """
    try:
        plain = json.loads(untrusted_raw)
        number, width, height, dpi, turn, skew, reading = plain["page"]
        size = (_within(width, 0, 1_000_000), _within(height, 0, 1_000_000))
        if turn not in (0, 90, 180, 270) or not re.fullmatch(r"(?:[0-9a-f]{64})?", reading):
            raise ValueError("the head of a page of tables is not as it must be")
        tables = tuple(_table(one, size) for one in _some(plain["tables"], 1000))
        strays = tuple(_stray(one, size) for one in _some(plain["strays"], 100_000))
        if sum(len(table.cells) for table in tables) > MAX_CELLS:
            raise ValueError("too many cells")
        return PageTables(
            _within(number, 1, 1_000_000_000),
            tables,
            strays,
            *size,
            _within(dpi, 0, 100_000),
            turn,
            _within(skew, -90_000, 90_000),
            reading,
        )
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not a page of tables") from error


def _plain_table(table: Table) -> list[Any]:
    cells = [
        [
            *(cell.row, cell.column, cell.row_span, cell.column_span, list(cell.box), cell.start, cell.end),
            *(cell.text, cell.confidence, cell.engine, cell.script),
            [[other.text, other.confidence, other.engine] for other in cell.alternatives],
            list(cell.flags),
        ]
        for cell in table.cells
    ]
    return [table.kind, list(table.box), table.rows, table.columns, table.header_rows, cells]


def _table(value: Any, size: tuple[int, int]) -> Table:
    kind, box, rows, columns, header_rows, cells = value
    if kind not in KINDS:
        raise ValueError("no kind of table")
    _within(rows, 1, MAX_CELLS), _within(columns, 1, MAX_SIDE), _within(header_rows, 0, rows)
    made = tuple(_cell(one, rows, columns, size) for one in _some(cells, MAX_CELLS))
    if len({(cell.row, cell.column) for cell in made}) != len(made):
        raise ValueError("two cells in one place")
    return Table(kind, _box(box, size), rows, columns, made, header_rows)


def _cell(value: Any, rows: int, columns: int, size: tuple[int, int]) -> TableCell:
    row, column, row_span, column_span, box, start, end, text, confidence, engine, script, others, flags = value
    _within(row, 0, rows - 1), _within(column, 0, columns - 1), _within(start, 0, _within(end, 0, 1 << 31))
    _within(row_span, 1, rows - row), _within(column_span, 1, columns - column)
    alternatives = tuple(Alternative(_text(t), _within(c, 0, 1000), _name(e)) for t, c, e in _some(others, 20))
    if not FLAGS.issuperset(_some(flags, len(FLAGS))):
        raise ValueError("no flag of a cell")
    return TableCell(
        *(row, column, row_span, column_span, _box(box, size), start, end),
        *(_text(text), _within(confidence, 0, 1000), _name(engine), _name(script), alternatives, tuple(flags)),
    )


def _stray(value: Any, size: tuple[int, int]) -> Stray:
    box, text, confidence = value
    return Stray(_box(box, size), _text(text), _within(confidence, 0, 1000))


def _some(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError("not a list, or too long")
    return value


def _within(value: Any, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError("a number is out of range")
    return value


def _box(value: Any, size: tuple[int, int]) -> Box:
    x0, y0, x1, y1 = value
    _within(x0, 0, _within(x1, 0, size[0])), _within(y0, 0, _within(y1, 0, size[1]))
    return x0, y0, x1, y1


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > MAX_TEXT_CHARS:
        raise ValueError("not a text, or too long")
    value.encode()  # raises a ValueError for lone surrogates
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError("not a name")
    return value
