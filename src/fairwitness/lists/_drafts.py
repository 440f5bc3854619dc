"""Rows in the making: cells of tables in the columns of the list, before it is known which rows belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from fairwitness.core.lists import Cell, Row, RowKind, Unplaced
from fairwitness.core.tables import Stray, Table, TableCell
from fairwitness.lists._columns import Fitted
from fairwitness.lists._places import PageOf
from fairwitness.lists.values import plain_text

_LIKE_AT_TOP = 60.0  # of 100: as alike a row at the top of a table must be to the header to be one read badly
_LIKE_ANYWHERE = 85.0
_TOP_ROWS = 4
_TOTAL = re.compile(
    r"[(（]?(?:本页|本頁|累计|累計)?(?:合计|合計|总计|總計|小计|小計|共计|共計|累计|累計|承前页|过次页|"
    r"итого|всего|барлығы|жиыны|баары|жалпы|toplam|genel toplam|ara toplam|jami|total|subtotal|"
    r"جەمئىي|ئومۇمىي|ئومۇمىي سانى|المجموع)[)）]?[:：]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A row of one table: its cells by column of the list, each there once, and what is not sure about it."""

    where: PageOf
    table: int
    id: str
    cells: tuple[Cell, ...]
    kind: RowKind = "data"
    flags: tuple[str, ...] = ()
    spans_all: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds text or ink."""
        return not any(cell.text.strip() or "unread_ink" in cell.flags for cell in self.cells)

    def cell(self, column: int) -> Cell | None:
        """The cell in that column of the list."""
        return next((cell for cell in self.cells if cell.column == column), None)

    def text(self, column: int) -> str:
        """What it says, without blanks around; empty where there is no cell."""
        cell = self.cell(column)
        return cell.text.strip() if cell is not None else ""

    def flagged(self, flag: str) -> Draft:
        """The same with one more flag."""
        return self if flag in self.flags else replace(self, flags=(*self.flags, flag))

    def row(self, number: int) -> Row:
        """The row as the list holds it."""
        page = self.where.page.number
        return Row(self.id, number, self.kind, self.where.document, page, self.cells, self.flags)


def draft_rows(where: PageOf, at: int, table: Table, fitted: Fitted, count: int) -> tuple[list[Draft], list[Unplaced]]:
    """The rows of a table from top to bottom, and its cells that lie in no column of the list.

    A cell that goes over several rows or columns is in each of them, as `shared`. Rows without any cell are left out,
    and in a sheet those without text, for which there is no place.
    """
    by_row: list[list[TableCell]] = [[] for _ in range(table.rows)]
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        for row in range(cell.row, cell.row + cell.row_span):
            by_row[row].append(cell)
    drafts: list[Draft] = []
    left: list[Unplaced] = []
    without_row: dict[int, TableCell | None] = {}
    for number, cells in enumerate(by_row):
        name = where.cite_row(cells) if cells else ""
        held = [(cell, _list_columns(cell, fitted)) for cell in cells]
        left += [unplaced(where, cell, "outside_columns") for cell, columns in held
                 if not columns and cell.row == number and cell.text.strip()]  # fmt: skip
        made = _cells(where, [(cell, columns) for cell, columns in held if columns])
        if name and any(cell.places for cell in made):
            spans_all = len(cells) == 1 and count > 2 and cells[0].column_span == table.columns
            flags = ("ragged",) if _is_ragged(table, fitted, held, len(made) < count) else ()
            drafts.append(Draft(where, at, name, made, "data", flags, spans_all))
            without_row |= {id(cell): None for cell, columns in held if columns}
        else:
            without_row |= {id(cell): cell for cell, columns in held if columns and id(cell) not in without_row}
    left += [
        unplaced(where, cell, "no_place") for cell in without_row.values() if cell is not None and cell.text.strip()
    ]
    return drafts, left


def _is_ragged(table: Table, fitted: Fitted, held: list[tuple[TableCell, tuple[int, ...]]], is_short: bool) -> bool:
    """Whether cells are missing or had to be fitted; a sheet says itself which column a cell is in."""
    if table.kind == "sheet":
        return any(cell.text.strip() and not columns for cell, columns in held)
    return is_short or not fitted.is_sure


def unplaced(where: PageOf, what: TableCell | Stray, why: str) -> Unplaced:
    """The cell or stray as something that is in no row."""
    place = where.cite_cell(what) if isinstance(what, TableCell) else where.cite_box(what.box)
    return Unplaced(where.document, where.page.number, place, what.text, why)


def _list_columns(cell: TableCell, fitted: Fitted) -> tuple[int, ...]:
    covered = fitted.columns[cell.column : cell.column + cell.column_span]
    return tuple(dict.fromkeys(column for some in covered for column in some))


def _cells(where: PageOf, held: Iterable[tuple[TableCell, tuple[int, ...]]]) -> tuple[Cell, ...]:
    made: dict[int, Cell] = {}
    for cell, columns in held:
        place = where.cite_cell(cell)
        for column in columns:
            one = Cell(
                column,
                (place,) if place else (),
                *(cell.text, cell.confidence, cell.engine, cell.script, cell.alternatives, cell.flags),
                shared=cell.row_span > 1 or len(columns) > 1,
            )
            made[column] = join_cells(made[column], one) if column in made else one
    return tuple(made[column] for column in sorted(made))


def join_cells(first: Cell, second: Cell) -> Cell:
    """One cell of two: both places, the texts one below the other, as sure as the less sure one that says something."""
    if not second.places and not second.text:
        return first
    says = [cell for cell in (first, second) if cell.text.strip() or "unread_ink" in cell.flags]
    alone = says[0] if len(says) == 1 else None
    text = alone.text if alone else "\n".join(filter(None, (first.text, second.text)))
    others = alone.alternatives if alone else (
        *(replace(other, text=f"{other.text}\n{second.text}") for other in first.alternatives),
        *(replace(other, text=f"{first.text}\n{other.text}") for other in second.alternatives),
    )  # fmt: skip
    told = alone or first
    return Cell(
        first.column,
        (*first.places, *second.places),
        text,
        min((cell.confidence for cell in says), default=min(first.confidence, second.confidence)),
        told.engine,
        told.script,
        others[:20],
        tuple(dict.fromkeys((*first.flags, *second.flags))),
        first.shared or second.shared,
    )


def tell_kinds(tables: list[list[Draft]], sources: Sequence[Table], header_rows: int, titles: list[str]) -> None:
    """Each row is data, a header or a total; the drafts of `tables` are replaced in place.

    The headers of the first table are as many rows as `header_rows` says, or, if that is -1, as the search for tables
    thought. Elsewhere a row is a header if it says about the same as one of them or as the titles, so that a row
    is not lost to a wrong guess: repeated headers are read with other mistakes on every page.
    """
    known = [[plain_text(title) for title in titles]] if any(titles) and header_rows != 0 else []
    for at, (drafts, table) in enumerate(zip(tables, sources, strict=True)):
        for number, draft in enumerate(drafts):
            if draft.spans_all:
                drafts[number] = replace(draft, kind="header")
                continue
            held = {cell.column: cell.text for cell in draft.cells}
            texts = [plain_text(held.get(column, "")) for column in range(len(titles))]
            given = header_rows if header_rows >= 0 else table.header_rows
            if at == 0 and number < given:
                known.append(texts)
                drafts[number] = replace(draft, kind="header")
            elif any(_likeness(texts, other) >= (_LIKE_AT_TOP if number < _TOP_ROWS else _LIKE_ANYWHERE)
                     for other in known):  # fmt: skip
                drafts[number] = replace(draft, kind="header")
            elif is_total(draft):
                drafts[number] = replace(draft, kind="total")


def _likeness(texts: list[str], others: list[str]) -> float:
    """How alike two rows are, cell by cell, longer ones counting more; 0 to 100."""
    sizes = [max(len(text), len(other)) for text, other in zip(texts, others, strict=True)]
    alike = (fuzz.ratio(text, other) for text, other in zip(texts, others, strict=True))
    return sum(size * like for size, like in zip(sizes, alike, strict=True)) / max(1, sum(sizes))


def is_total(draft: Draft) -> bool:
    """Whether one of its first cells that say something says that the row is a sum."""
    says = [plain_text(cell.text) for cell in draft.cells if cell.text.strip()]
    return any(_TOTAL.fullmatch(text) for text in says[:2])
