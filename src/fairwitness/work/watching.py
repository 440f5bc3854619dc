"""Saved searches: what a query finds now that it did not find when it was last run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from fairwitness.case.case import Case
from fairwitness.case.saved import MAX_NAME_CHARS, Run, SavedSearch
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.ranges import read_ranges, write_ranges
from fairwitness.search.index import PageHit
from fairwitness.search.query import BadQuery, Node, parse
from fairwitness.work.searching import CaseSearch, Hit

KEPT_RUNS = 200


class BadName(FairwitnessError):
    """Nothing can be saved under that name."""

    code = "bad_name"
    advice = f"A name has 1 to {MAX_NAME_CHARS} characters that can be seen."


@dataclass(frozen=True, slots=True)
class Watched:
    """What a run of a saved search found. `since` is when it ran before; `problem` says why it could not run."""

    saved: SavedSearch
    since: str
    run: Run | None
    hits: tuple[Hit, ...] = ()
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        run = self.run
        return {
            "name": self.saved.name,
            "query": self.saved.query,
            "since": self.since or None,
            "total": run.total if run else None,
            "searched": run.searched if run else None,
            "new": run.new if run else None,
            "gone": run.gone if run else None,
            "problem": self.problem,
            "hits": [hit.as_json() for hit in self.hits],
        }


def save(case: Case, name: str, query: str) -> SavedSearch:
    """The query is saved with all that it finds now; only what comes later will be new.

    Raises:
        BadName: if the name is empty, too long or invisible.
        BadQuery: if the query cannot be understood.
    """
    plain = name.strip()
    if not plain or len(plain) > MAX_NAME_CHARS or not plain.isprintable():
        raise BadName("That cannot be the name of a saved search.")
    node = parse(query)
    searching = CaseSearch(case)
    with case.saved.alone():
        saved, _ = _run_again(searching, SavedSearch(plain, query), node)
        case.saved.put(saved)
    return saved


def watch(case: Case, names: Iterable[str] = (), *, limit: int = 20, keep: bool = False) -> Iterator[Watched]:
    """Yields for each saved search, or each named, what is new since its last run, with up to `limit` of the new hits.

    With `keep` the run is not remembered, so that the same is new again.

    Raises:
        NotFound: if there is none of a name.
    """
    searching = CaseSearch(case)
    for saved in [case.saved.get(name) for name in names] or case.saved.all():
        if keep:
            yield _watched(searching, saved, limit)[0]
            continue
        with case.saved.alone():
            watched, after = _watched(searching, case.saved.get(saved.name), limit)
            case.saved.put(after)
        yield watched


def _watched(searching: CaseSearch, saved: SavedSearch, limit: int) -> tuple[Watched, SavedSearch]:
    since = saved.runs[-1].at if saved.runs else ""
    try:
        node = parse(saved.query)
        after, new = _run_again(searching, saved, node)
    except BadQuery as error:  # the query language of another version
        return Watched(saved, since, None, problem=error.reason), saved
    hits = tuple(searching.hits(node, new[:limit]))
    return Watched(saved, since, after.runs[-1], hits), after


def _run_again(searching: CaseSearch, saved: SavedSearch, node: Node) -> tuple[SavedSearch, list[PageHit]]:
    """The search as it is after this run, and the hits that the run before did not have."""
    before = {document: set(read_ranges(pages)) for document, pages in saved.seen.items()}
    found: dict[str, list[int]] = {}
    new: list[PageHit] = []
    for hit in searching.pages_of(node):
        found.setdefault(hit.document, []).append(hit.number)
        if hit.number not in before.get(hit.document, ()):
            new.append(hit)
    total = sum(map(len, found.values()))
    gone = sum(map(len, before.values())) - (total - len(new))
    run = Run(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), total, searching.searched(), len(new), gone)
    seen = {document: write_ranges(pages) for document, pages in found.items()}
    return replace(saved, runs=(*saved.runs, run)[-KEPT_RUNS:], seen=seen), new
