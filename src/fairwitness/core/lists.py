"""Lists: tables over one page or many, put together into columns and rows, each cell with its place.

What a machine read of a cell is a proposal. What it says is what people decide (`fairwitness.work.keying`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from fairwitness.core.canonical import canonical_json
from fairwitness.core.tables import Alternative

ColumnKind = Literal["text", "name", "date", "number", "identity", "code", "free"]
COLUMN_KINDS: tuple[ColumnKind, ...] = ("text", "name", "date", "number", "identity", "code", "free")
RowKind = Literal["data", "header", "total"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column as a person set it up, or as its header reads.

    `name` is what rules and exports call it: lower case ASCII letters, figures and underscores. `script` is ISO 15924
    (Hani, Arab, Cyrl, Latn), "digits", or empty for whatever it may be. `codes` is the closed vocabulary of a "code"
    column. `scheme` says which numbers an "identity" column holds (`fairwitness.facts.identifiers`, such as
    cn-resident), or the order of the parts of a date ("ymd", "dmy"). A `personal` column is withheld from every export
    unless somebody says otherwise; so is every column of the kinds "name" and "identity".
    """

    name: str
    title: str = ""
    kind: ColumnKind = "text"
    script: str = ""
    codes: tuple[str, ...] = ()
    scheme: str = ""
    personal: bool = True
    required: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row.

    `places` are cites (`fairwitness.core.cite`) of where it stands, in reading order: more than one where a page end
    tears it, none where the table has no such cell and a person added the row. The first names the cell for good. The
    rest is as in `fairwitness.core.tables.TableCell`; `shared` says that a merged cell gives this text to more rows
    or columns than one.
    """

    column: int
    places: tuple[str, ...]
    text: str = ""
    confidence: int = 0
    engine: str = ""
    script: str = ""
    alternatives: tuple[Alternative, ...] = ()
    flags: tuple[str, ...] = ()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list; `number` counts data rows from 1 and is 0 for headers and totals.

    `id` is the cite of the place of the row, on its first page where it goes over two. `flags` say what the machine
    is not sure of: "joined" (over a page end), "may_go_on" (the last of a page, and may), "ragged" (cells that are
    missing, or do not fit the columns), "repeated" (the same place was given twice, and is kept once).
    """

    id: str
    number: int
    kind: RowKind
    document: str
    page: int
    cells: tuple[Cell, ...]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Something on the pages of the list that is in none of its cells, with the reason: a code of ours."""

    document: str
    page: int
    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class List:
    """The rows of one list in their order.

    `pages` are the pages that were asked for, as (digest, page number, outcome): outcome "ok", or the cause why a page
    gave no rows. Nothing on them is dropped: what is in no cell is in `unplaced`.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unplaced: tuple[Unplaced, ...] = ()
    pages: tuple[tuple[str, int, str], ...] = ()

    @property
    def data_rows(self) -> tuple[Row, ...]:
        """The rows that are neither headers nor totals."""
        return tuple(row for row in self.rows if row.kind == "data")


def list_to_bytes(one: List) -> bytes:
    """Canonical JSON: the same list has the same digest on every machine."""
    plain = {
        "columns": [_plain_column(column) for column in one.columns],
        "rows": [_plain_row(row) for row in one.rows],
        "unplaced": [[left.document, left.page, left.place, left.text, left.why] for left in one.unplaced],
        "pages": [list(page) for page in one.pages],
    }
    return canonical_json(plain)


def list_from_bytes(raw: bytes) -> List:
    """What `list_to_bytes` wrote.

    Raises:
        ValueError: if it is nothing of the kind.
    """
    try:
        plain = json.loads(raw)
        columns = tuple(
            Column(name, title, kind, script, tuple(codes), scheme, personal, required)
            for name, title, kind, script, codes, scheme, personal, required in plain["columns"]
        )
        rows = tuple(
            Row(name, number, kind, document, page, tuple(_cell(cell) for cell in cells), tuple(flags))
            for name, number, kind, document, page, cells, flags in plain["rows"]
        )
        unplaced = tuple(Unplaced(*left) for left in plain["unplaced"])
        return List(columns, rows, unplaced, tuple((digest, page, how) for digest, page, how in plain["pages"]))
    except (KeyError, TypeError) as error:
        raise ValueError("not a list") from error


def _plain_column(column: Column) -> list[Any]:
    named = [column.name, column.title, column.kind, column.script, list(column.codes)]
    return [*named, column.scheme, column.personal, column.required]


def _plain_row(row: Row) -> list[Any]:
    cells = [_plain_cell(cell) for cell in row.cells]
    return [row.id, row.number, row.kind, row.document, row.page, cells, list(row.flags)]


def _plain_cell(cell: Cell) -> list[Any]:
    others = [[other.text, other.confidence, other.engine] for other in cell.alternatives]
    read = [cell.text, cell.confidence, cell.engine, cell.script, others]
    return [cell.column, list(cell.places), *read, list(cell.flags), cell.shared]


def _cell(plain: list[Any]) -> Cell:
    column, places, text, confidence, engine, script, others, flags, shared = plain
    alternatives = tuple(Alternative(*other) for other in others)
    return Cell(column, tuple(places), text, confidence, engine, script, alternatives, tuple(flags), shared)
