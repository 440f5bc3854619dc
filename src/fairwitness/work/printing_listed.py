"""Plain lines for people about lists of queries and saved searches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from fairwitness.case.saved import SavedSearch
from fairwitness.work.batch import Answered
from fairwitness.work.printing import count, hit, safe
from fairwitness.work.searching import Hit
from fairwitness.work.watching import Watched

HEAD = ("line", "text", "pages", "problem")
HIT_HEAD = ("found_as", "page", "cite", "snippet", "trust", "recognised_by")


def batch_lines(answers: Iterable[Answered]) -> Iterator[str]:
    """One line for each entry, and one for each of its hits that was asked for."""
    for answered in answers:
        pages = "      bad" if answered.pages is None else f"{answered.pages:>9,}"
        problem = f"   line {answered.entry.line}: {answered.entry.problem}" if answered.entry.problem else ""
        yield f"{pages}  {safe(answered.entry.text[:200])}{problem}"
        for found in answered.hits:
            yield f"           {safe(found.found_as)}, page {found.page}, cite {found.cite}"


def batch_rows(answered: Answered, *, with_hits: bool) -> Iterator[list[Any]]:
    """Rows of a table: one for each entry, or one for each hit; an entry without hits has a row, too."""
    head = [answered.entry.line, answered.entry.text, answered.pages, answered.entry.problem]
    if not with_hits:
        yield head
    elif not answered.hits:
        yield head + [None] * len(HIT_HEAD)
    else:
        yield from (head + _cells(found) for found in answered.hits)


def _cells(found: Hit) -> list[Any]:
    return [found.found_as, found.page, found.cite, found.snippet, found.trust, found.recognised_by]


def batch_foot(told: dict[str, Any]) -> str:
    """What was asked, and what was not searched."""
    line = f"{count(told['entries'], 'entry') if told['entries'] == 1 else str(told['entries']) + ' entries'} asked of"
    line = f"{line} {count(told['searched'], 'page')}: {told['found']} found, {told['not_found']} not found"
    line += f", {told['bad']} bad." if told["bad"] else "."
    missing = told["not_searched"]
    return f"{line} {missing:,} pages and files were not searched: see fairwitness search." if missing else line


def saved_line(saved: SavedSearch) -> str:
    """A saved search and its last run."""
    last = saved.runs[-1]
    return f"{safe(saved.name)}  {safe(saved.query)}\n    {count(last.total, 'page')} of {last.searched:,} at {last.at}"


def watched(found: Watched) -> str:
    """What is new since when."""
    head = f"{safe(found.saved.name)}  {safe(found.saved.query)}"
    if found.run is None:
        return f"{head}\n    cannot be run: {found.problem}"
    run = found.run
    lines = [head, f"    {run.new:,} new since {found.since}; {count(run.total, 'page')} of {run.searched:,} match"]
    if run.gone:
        lines[-1] += f"; {run.gone:,} no longer match, because their text was read again"
    lines += map(hit, found.hits)
    if run.new > len(found.hits):
        lines.append(f"\n    and {run.new - len(found.hits):,} more")
    return "\n".join(lines)
