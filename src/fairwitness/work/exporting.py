"""Writes all hits of a query to a file, one after the other; nothing is kept, so there may be any number."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from fairwitness.work.searching import Hit
from fairwitness.work.table_out import TableOut

COLUMNS = (
    "found_as",
    "page",
    "label",
    "cite",
    "snippet",
    "trust",
    "doubts",
    "type",
    "recognised_by",
    "cells",
    "also_found_as",
    "document",
)
"""Of the CSV file; the names are those of a hit in JSON."""


def csv_rows(hits: Iterable[Hit], *, excel: bool = False) -> Iterator[str]:
    """Yields the head of a table and a row for each hit; `excel` puts a byte order mark before it."""
    out = io.StringIO()
    table = TableOut(out, COLUMNS, mark=excel)
    yield out.getvalue()
    for hit in hits:
        out.seek(0)
        out.truncate()
        values = hit.as_json()
        table.add(_cell(values[name]) for name in COLUMNS)
        yield out.getvalue()


def jsonl_rows(hits: Iterable[Hit]) -> Iterator[str]:
    """Yields a line for each hit."""
    for hit in hits:
        yield json.dumps(hit.as_json(), ensure_ascii=False) + "\n"


def write_csv(hits: Iterable[Hit], out: TextIO, *, excel: bool = False) -> int:
    """The number of hits, all in a table now; `excel` puts a byte order mark before it."""
    return sum(out.write(row) > 0 for row in csv_rows(hits, excel=excel)) - 1  # the head is no hit


def write_jsonl(hits: Iterable[Hit], out: TextIO) -> int:
    """The number of hits, each on a line now."""
    return sum(out.write(row) > 0 for row in jsonl_rows(hits))


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return " ".join(value.split()) if isinstance(value, str) else value
