"""Plain lines for people: lists, what people entered, and how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from fairwitness.core.lists import List
from fairwitness.core.ranges import write_ranges
from fairwitness.work.kept_lists import KeptList
from fairwitness.work.printing import count, safe


def lists(found: Iterable[KeptList]) -> str:
    """A line for each list."""
    return "\n".join(map(_list, found)) or "No lists."


def list_with_rows(found: KeptList, data: List) -> str:
    """The list with its columns, and what of its pages is in no row."""
    lines = [_list(found)]
    lines += [f"  {column.name:<16} {column.kind:<9} {safe(column.title)}".rstrip() for column in data.columns]
    kinds = Counter(row.kind for row in data.rows)
    if found.rows:
        lines.append(
            f"  {count(kinds['data'], 'row')}, {count(kinds['header'], 'header')}, {count(kinds['total'], 'total')}"
        )
        lines.append(f"  {count(len(data.pages), 'page')}")
    for outcome, places in _pages_by_outcome(data).items():
        if outcome != "ok":
            lines += [f"  {safe(outcome)}: pages {pages} of {document}" for document, pages in places.items()]
    for why, number in Counter(left.why for left in data.unplaced).items():
        lines.append(f"  {count(number, 'piece')} of text in no cell: {safe(why)}")
    return "\n".join(lines)


def counts_of(data: List) -> dict[str, Any]:
    """What `list show --json` says of the rows."""
    return {
        "columns": [asdict(column) | {"codes": list(column.codes)} for column in data.columns],
        "row_counts": dict(Counter(row.kind for row in data.rows)),
        "pages": _pages_by_outcome(data),
        "unplaced": dict(Counter(left.why for left in data.unplaced)),
    }


def _list(found: KeptList) -> str:
    told = "" if found.rows else "; no rows yet"
    if found.conflicts:
        told += f"; two copies said different things: {', '.join(found.conflicts)}"
    return f"{found.id}  {safe(found.name)}{told}"


def _pages_by_outcome(data: List) -> dict[str, dict[str, str]]:
    pages: dict[str, dict[str, list[int]]] = {}
    for document, page, outcome in data.pages:
        pages.setdefault(outcome, {}).setdefault(document[:16], []).append(page)
    return {
        outcome: {document: write_ranges(sorted(numbers)) for document, numbers in found.items()}
        for outcome, found in pages.items()
    }
