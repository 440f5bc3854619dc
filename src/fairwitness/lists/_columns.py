"""Which columns of a table are which columns of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from fairwitness.core.tables import Table
from fairwitness.lists._places import PageOf, Span, column_spans, overlap

_EDGE_OFF = 0.08  # of the width of the table: as far may an edge lie from where it lies on most pages
_INSIDE = 0.8  # of a column must lie in another to be a part of it


@dataclass(frozen=True, slots=True)
class Fitted:
    """For each column of a table the columns of the list that it is: none, one, or several that it covers.

    `is_sure` is False where the columns had to be told by where they lie, or lie elsewhere than on most pages.
    """

    columns: tuple[tuple[int, ...], ...]
    is_sure: bool = True


def usual_spans(tables: Sequence[tuple[PageOf, Table]], count: int) -> list[Span] | None:
    """Where the columns of a list of `count` columns lie on most pages, from 0 to 1 of the table's width.

    In the order of the page, from left to right. None if no table on a picture has so many.
    """
    found = [_relative(spans) for where, table in tables if table.columns == count
             and (spans := column_spans(where, table)) is not None]  # fmt: skip
    if not found:
        return None
    return [(median(one[at][0] for one in found), median(one[at][1] for one in found)) for at in range(count)]


def fit_columns(
    where: PageOf, table: Table, count: int, usual: list[Span] | None, right_to_left: bool
) -> Fitted | None:
    """The columns of the list for each of the table; None if the table has others, and nobody can say which.

    A table with as many columns has the columns of the list. One with more or fewer has them if each of its columns
    lies in one of the list, as where a column splits, or covers some of them, as where a ruling is lost.
    """
    turn = right_to_left and table.kind != "sheet"
    if table.kind == "sheet":
        return Fitted(tuple((at,) if at < count else () for at in range(table.columns)), table.columns <= count)
    spans = column_spans(where, table)
    if table.columns == count:
        is_sure = usual is None or spans is None or _off(_relative(spans), usual) <= _EDGE_OFF
        return Fitted(tuple((count - 1 - at if turn else at,) for at in range(count)), is_sure)
    if spans is None or usual is None:
        return None
    columns = _by_place(_relative(spans), usual)
    if columns is None:
        return None
    return Fitted(tuple(tuple(sorted(count - 1 - at if turn else at for at in some)) for some in columns), False)


def _relative(spans: list[Span]) -> list[Span]:
    left, width = spans[0][0], max(1.0, spans[-1][1] - spans[0][0])
    return [((low - left) / width, (high - left) / width) for low, high in spans]


def _off(spans: list[Span], usual: list[Span]) -> float:
    return max(max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a, b in zip(spans, usual, strict=True))


def _by_place(spans: list[Span], usual: list[Span]) -> list[tuple[int, ...]] | None:
    """For each column those of `usual` that it lies in or covers; None unless all are told so, and each is covered."""
    columns: list[tuple[int, ...]] = []
    for span in spans:
        around = [at for at, other in enumerate(usual) if overlap(span, other) >= _INSIDE]
        covered = [at for at, other in enumerate(usual) if overlap(other, span) >= _INSIDE]
        columns.append(tuple(around or covered))
    if not all(columns) or {at for some in columns for at in some} != set(range(len(usual))):
        return None
    return columns
