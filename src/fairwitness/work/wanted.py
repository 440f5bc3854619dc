"""Pages that somebody would like to have recognised soon: what a person looked at, what a query almost hit.

A wish is a line in a file of the cache, so that commands which only read a case can make one; it is lost without harm.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from typing import Literal

from fairwitness.case.case import Case

Why = Literal["looked-at", "almost-hit"]
_FILE = "wanted.jsonl"
_MAX_BYTES = 1 << 20  # older wishes are forgotten
_RANK: dict[str, int] = {"looked-at": 0, "almost-hit": 1}


def wish(case: Case, pages: Iterable[tuple[str, int]], why: Why) -> None:
    """These pages, as (document, number), are wanted; a case on a read-only disk keeps no wishes."""
    lines = "".join(json.dumps([document, number, why]) + "\n" for document, number in pages)
    if not lines:
        return
    with suppress(OSError):
        handle = os.open(case.cache_path(_FILE), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, lines.encode())
        finally:
            os.close(handle)


def wishes(case: Case) -> list[tuple[str, int]]:
    """Wanted pages, those that were looked at before those almost hit, the latest first."""
    try:
        raw = case.cache_path(_FILE).read_bytes()[-_MAX_BYTES:]
    except OSError:
        return []
    ranks: dict[tuple[str, int], tuple[int, int]] = {}
    for number, line in enumerate(raw.splitlines()):
        with suppress(ValueError, TypeError, KeyError):
            document, page, why = json.loads(line)
            at = (str(document), int(page))
            rank = (_RANK[why], -number)
            ranks[at] = min(ranks.get(at, rank), rank)
    return sorted(ranks, key=lambda at: ranks[at])
