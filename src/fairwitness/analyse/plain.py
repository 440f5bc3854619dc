"""Plain tables in: polars, pandas, or any sequence of mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from fairwitness.core.errors import FairwitnessError

Rows: TypeAlias = Any
"""A polars or pandas frame, or a sequence of mappings from column to value."""


class BadTable(FairwitnessError):
    """A table that is none, is empty, or lacks a column."""

    code = "bad_table"


def rows_of(table: Rows, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows with these columns; what frames write for "nothing" (NaN, NaT) is None.

    Raises:
        BadTable: if it is no table, has no rows, or lacks one of the columns.
    """
    if hasattr(table, "to_dicts"):
        plain = table.to_dicts()
    elif hasattr(table, "to_dict"):
        plain = table.to_dict("records")
    else:
        plain = table
    if not isinstance(plain, Sequence) or isinstance(plain, str) or not all(isinstance(row, Mapping) for row in plain):
        raise BadTable("That is no table.", advice="Give a polars or pandas frame, or a list of mappings.")
    if not plain:
        raise BadTable("The table is empty.", advice="Say that there are no rows; a share of nothing does not exist.")
    lacking = [name for name in columns if any(name not in row for row in plain)]
    if lacking:
        raise BadTable(f"{len(lacking)} of the columns asked for are not there.", advice="Look at their names.")
    return [{name: _value(row[name]) for name in columns} for row in plain]


def _value(value: Any) -> Any:
    return (
        None if value is None or (not isinstance(value, list | tuple | set | frozenset) and value != value) else value
    )
