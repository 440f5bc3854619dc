"""Plain lines for people: lists, what people entered, and how far they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from fairwitness.core.lists import List
from fairwitness.core.ranges import write_ranges
from fairwitness.work.agreeing import ColumnAgreement
from fairwitness.work.auditing import Audit
from fairwitness.work.cell_entries import STATUSES
from fairwitness.work.finding_tables import FoundTables
from fairwitness.work.kept_lists import KeptList
from fairwitness.work.keying import ListProgress
from fairwitness.work.list_values import CellValue
from fairwitness.work.merging import Merged
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


def progress(found: ListProgress, left_over: Sequence[str]) -> str:
    """A line for each column and for each person."""
    lines = []
    for column in found.columns:
        told = ", ".join(f"{number:,} {status}" for status in STATUSES if (number := column.by_status.get(status, 0)))
        asked = f"; {count(column.asked, 'question')}" if column.asked else ""
        lines.append(f"{column.column:<16} {column.decided:,} of {column.cells:,} decided: {told or 'no cells'}{asked}")
    for person, columns in found.people.items():
        modes: Counter[str] = Counter()
        for done in columns.values():
            modes.update(done)
        lines.append(f"{safe(person)}: " + ", ".join(f"{number:,} {mode}" for mode, number in sorted(modes.items())))
    if left_over:
        lines.append(f"{count(len(left_over), 'cell')} that people entered are not in the list as it is set up now")
    return "\n".join(lines)


def agreement(found: Iterable[ColumnAgreement]) -> str:
    """The coefficients of each column."""
    lines = []
    for one in found:
        lines.append(f"{one.column}: {count(one.cells, 'cell')} keyed twice, by {one.coders} people")
        if one.cells:
            lines += [f"  {each}" for each in (one.percent, one.alpha, one.ac1, one.kappa)]
        lines += [f"  {number} times {safe(a)} and {safe(b)}" for a, b, number in one.confused]
    return "\n".join(lines)


def values(found: Iterable[CellValue]) -> str:
    """A line for each cell."""
    return "\n".join(
        f"{one.row:>6}  {one.column:<16} {one.status:<12} {one.state} {safe(one.text) if one.text else ''}".rstrip()
        for one in found
    )


def audit(found: Audit) -> str:
    """The error rate of each column and of the list."""
    draw = found.draw
    lines = [f"{draw.id}  {count(found.overall.drawn, 'cell')} drawn by {safe(draw.by)}, seed {safe(draw.seed)}"]
    for one in (*found.columns, found.overall):
        told = str(one.share) if one.share is not None else f"{one.done:,} of {one.drawn:,} entered again"
        unsettled = f"; {one.unsettled:,} of the wrong ones wait for a further person" if one.unsettled else ""
        lines.append(f"  {one.column or 'the whole list':<16} {told}; {one.wrong:,} wrong{unsettled}")
    lines.append("  part of the list" if found.attached else "  not made part of the list (--attach)")
    return "\n".join(lines)


def merged(found: Merged) -> str:
    """What a merge brought."""
    lines = [f"{count(found.judgements, 'judgement')} in {count(len(found.lists), 'list')}"]
    if not found.judgements:
        lines = ["Nothing new."]
    if found.waiting:
        lines.append(f"{count(found.waiting, 'cell')} more wait for a third person to decide")
    lines += [f"{name}: the copies went different ways on its {part}" for name, part in found.conflicts]
    if found.beside:
        lines.append(f"{count(found.beside, 'judgement')} about other things (marks, findings) stay in the copy")
    if not found.same_case:
        lines.append("The other case was opened apart from this one, over the same documents.")
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


def found_tables(done: FoundTables) -> str:
    """What a search for tables found, and what it could not read."""
    lines = [f"{count(done.by_outcome.total(), 'page')} searched, {count(done.done_before, 'page')} before."]
    lines.append(f"{count(done.tables, 'table')} with {count(done.rows, 'row')} and {count(done.cells, 'cell')}.")
    if done.doubtful:
        lines.append(f"{count(done.doubtful, 'cell')} of these are doubtful, and come first at the desk.")
    lines += [f"{count(number, 'page')} not read: {why}" for why, number in _not_read(done)]
    lines += [f"Missing: {name}. Install it with: {command}" for name, command in done.missing]
    if done.left:
        lines.append(f"{count(done.left, 'page')} left; run the command again.")
    return "\n".join(lines)


def _not_read(done: FoundTables) -> list[tuple[str, int]]:
    return [(why, number) for why, number in sorted(done.by_outcome.items()) if why not in ("ok", "empty")]
