"""Writes all hits of a query to a file, one after the other; nothing is kept, so there may be any number."""

from __future__ import annotations

import json
from collections.abc import Iterable
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


def write_csv(hits: Iterable[Hit], out: TextIO, *, excel: bool = False) -> int:
    """The number of hits, all in a table now; `excel` puts a byte order mark before it."""
    table = TableOut(out, COLUMNS, mark=excel)
    count = 0
    for count, hit in enumerate(hits, 1):  # noqa: B007  the last number is the answer
        values = hit.as_json()
        table.add(_cell(values[name]) for name in COLUMNS)
    return count


def write_jsonl(hits: Iterable[Hit], out: TextIO) -> int:
    """The number of hits, each on a line now."""
    count = 0
    for count, hit in enumerate(hits, 1):  # noqa: B007
        out.write(json.dumps(hit.as_json(), ensure_ascii=False) + "\n")
    return count


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return " ".join(value.split()) if isinstance(value, str) else value
