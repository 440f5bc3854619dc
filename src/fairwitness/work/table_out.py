"""Writes tables as CSV that spreadsheet programs open without running anything in them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TextIO

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """The value as text; one that a spreadsheet program would take for a formula gets an apostrophe in front.

    Source: OWASP, CSV Injection. A leading apostrophe is how such programs mark text themselves.
    """
    text = "" if value is None else str(value)
    is_number = isinstance(value, int | float | Decimal)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) and not is_number else text


class TableOut:
    """A CSV table (RFC 4180, line ends CR LF) that is written row by row."""

    def __init__(self, out: TextIO, head: Iterable[str], *, mark: bool = False) -> None:
        """The head is written; with `mark` a byte order mark before it, without which Excel takes UTF-8 for ANSI."""
        if mark:
            out.write("\ufeff")
        self._writer = csv.writer(out, lineterminator="\r\n")
        self._writer.writerow(head)

    def add(self, values: Iterable[Any]) -> None:
        """One more row."""
        self._writer.writerow([safe_cell(value) for value in values])
