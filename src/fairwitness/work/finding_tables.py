"""Finds and reads the tables of the pages of one document; may be stopped and goes on anywhere.

Pages that are pictures are read in a locked child each, once for each way of reading (step, version, models, columns,
layout), and what could not be read stays with its cause. What holds its tables as text needs no search: a sheet, say.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import READ, Cause
from fairwitness.core.parts import PageText, Part, Tables
from fairwitness.core.records import Made, TableSearch, table_search_id
from fairwitness.core.tables import PageTables, page_tables_to_bytes
from fairwitness.custody.ledger import close_log
from fairwitness.lists.setup import Setup
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Attempt, Task
from fairwitness.tables.from_text import tables_in_text
from fairwitness.tables.options import columns_to_json, layout_to_json
from fairwitness.work.current import bare_readings
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import Facts, facts_of, models_sandbox
from fairwitness.work.running import told_to_others
from fairwitness.work.scans import DocumentPages
from fairwitness.work.stating import statement_of

ENGINE = "hybrid"
_MODULE = "fairwitness.tables.read_tables"
_STEP = "read-tables"


class NotRead(FairwitnessError):
    """The document has not been read, so nobody knows its pages."""

    code = "not_read"
    advice = "Run: fairwitness open CASE"


@dataclass(slots=True)
class FoundTables:
    """What one search did: how many of the pages it tried ended how, what it found, and what it left."""

    by_outcome: Counter[str] = field(default_factory=Counter)
    tables: int = 0
    rows: int = 0
    cells: int = 0
    doubtful: int = 0
    done_before: int = 0
    left: int = 0
    seconds: float = 0.0
    missing: tuple[tuple[str, str], ...] = ()

    def add(self, page: PageTables) -> None:
        """Count the tables of one more page."""
        self.tables += len(page.tables)
        self.rows += sum(table.rows for table in page.tables)
        cells = [cell for table in page.tables for cell in table.cells]
        self.cells += len(cells)
        self.doubtful += sum(cell.confidence < DOUBTFUL for cell in cells)

    def __iadd__(self, other: FoundTables) -> FoundTables:
        self.by_outcome += other.by_outcome
        for name in ("tables", "rows", "cells", "doubtful", "done_before", "left", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.missing = other.missing or self.missing
        return self

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "pages": self.by_outcome.total(),
            "by_outcome": dict(sorted(self.by_outcome.items())),
            "tables": self.tables,
            "rows": self.rows,
            "cells": self.cells,
            "doubtful": self.doubtful,
            "done_before": self.done_before,
            "left": self.left,
            "seconds": round(self.seconds, 1),
            "missing": [{"name": name, "install": command} for name, command in self.missing],
        }


DOUBTFUL = 950
"""Thousandths of confidence below which a cell is doubtful (docs/decisions/136-confidence.md)."""


def page_tables(case: Case, document: str) -> dict[int, PageTables | Cause]:
    """By page, the tables that were found last, or why there are none; pages nobody searched are NOT_READ_YET.

    Raises:
        NotRead: if the document has not been read.
    """
    reading = _reading_of(case, document)
    if not _is_picture(reading.media_type):
        with DocumentPages(case, reading) as pages:
            return {
                page.number: tables_in_text(page, pages.made_by(page.number))
                if isinstance(page, PageText)
                else page.cause
                for page in pages
            }
    found: dict[int, PageTables | Cause] = dict.fromkeys(range(1, _page_count(reading) + 1), Cause.NOT_READ_YET)
    searches = sorted(case.queries.table_searches(document), key=lambda one: (one.page, one.outcome in READ, one.seq))
    last = {page: list(group)[-1] for page, group in groupby(searches, key=lambda one: one.page)}
    found |= {page: one.outcome for page, one in last.items()}
    pages_of = {one.seq: page for page, one in last.items()}
    found |= {pages_of[seq]: page for seq, page in case.queries.found_tables(pages_of)}
    return found


def find_tables(
    case: Case,
    progress: Progress,
    document: str,
    pages: Sequence[int] = (),
    setup: Setup | None = None,
    engine: str = ENGINE,
    *,
    again: bool = False,
    unlocked: bool = False,
) -> FoundTables:
    """The tables of these pages of the document, or of all, are found, as far as they are not yet in the same way.

    `setup` says what the columns hold and where the table lies; with `again` pages that could not be read are tried
    once more.

    Raises:
        NotRead: if the document has not been read.
        NoEngine: if the engine cannot be used.
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    reading = _reading_of(case, document)
    if not _is_picture(reading.media_type):
        return _in_text(case, document, pages)
    wanted = list(dict.fromkeys(pages)) or list(range(1, _page_count(reading) + 1))
    with (
        told_to_others(case, "list find", progress),
        models_sandbox(_MODULE, "warm_tables", {"engine": engine}, unlocked=unlocked) as sandbox,
    ):
        told = setup or Setup()
        columns = told.columns[:: -1 if told.right_to_left else 1]
        options = {"columns": columns_to_json(columns), "layout": layout_to_json(told.layout)}
        work = _Work(
            case,
            progress,
            document,
            reading.media_type,
            facts_of(sandbox, engine, f"{_MODULE}:DescribeTables"),
            options,
        )
        return work.run(sandbox, wanted, again=again, locked=not unlocked)


def find_tables_of(
    case: Case,
    progress: Progress,
    setup: Setup,
    engine: str = ENGINE,
    *,
    again: bool = False,
    unlocked: bool = False,
) -> FoundTables:
    """The same for all pages that the set-up names."""
    pages: dict[str, list[int]] = {}
    for one in setup.pages:
        digest = case.queries.document_starting(one.document)
        pages.setdefault(digest, []).extend(range(one.first, one.last + 1))
    done = FoundTables()
    for digest, numbers in pages.items():
        done += find_tables(case, progress, digest, numbers, setup, engine, again=again, unlocked=unlocked)
    return done


def _in_text(case: Case, document: str, pages: Sequence[int]) -> FoundTables:
    """What the text of the document holds; nothing has to be done for it."""
    done = FoundTables()
    for number, page in page_tables(case, document).items():
        if pages and number not in pages:
            continue
        done.by_outcome[page.value if isinstance(page, Cause) else Cause.OK.value] += 1
        if isinstance(page, PageTables):
            done.add(page)
    return done


def _reading_of(case: Case, document: str) -> Any:
    reading = bare_readings(case, [document]).get(document)
    if reading is None:
        raise NotRead(f"Document {document[:8]} has not been read.")
    return reading


def _is_picture(media_type: str) -> bool:
    return media_type == "application/pdf" or media_type.startswith("image/")


def _page_count(reading: Any) -> int:
    return max(1, int(reading.pages_expected))


class _TablesReceiver:
    def __init__(self) -> None:
        self.page: PageTables | None = None

    def take(self, part: Part) -> None:
        if isinstance(part, Tables):
            self.page = part.page


class _Work:
    """One search through pages of one document."""

    def __init__(
        self,
        case: Case,
        progress: Progress,
        document: str,
        media_type: str,
        facts: Facts,
        told: Mapping[str, str],
    ) -> None:
        self.done = FoundTables(missing=facts.missing)
        self._case = case
        self._sandbox = ""
        self._progress = progress
        self._document = document
        self._media_type = media_type
        options = {name: value for name, value in facts.options.items() if name != "number"} | dict(told)
        self._made = Made(_STEP, facts.version, canonical_json(options).decode())
        self._options = {name: options[name] for name in ("engine", "dpi", "max_side_px", "columns", "layout")}

    def run(self, sandbox: SandboxRunner, pages: Sequence[int], *, again: bool, locked: bool) -> FoundTables:
        """Those of the pages are searched that were not before."""
        self._sandbox = sandbox.profile
        todo = self._todo(pages, again=again)
        self.done.done_before, self.done.left = len(pages) - len(todo), len(todo)
        if not todo:
            return self.done
        with self._case.changes() as changes:
            told = {"fairwitness": __version__, "document": self._document, "pages": len(todo), "locked": locked}
            changes.add_event("find-tables", told)
        started = time.monotonic()
        self._progress.begin("Reading tables", len(todo))
        try:
            for attempt, receiver in sandbox.run(self._tasks(todo), lambda _: _TablesReceiver()):
                self._keep(attempt, receiver.page)
                self.done.left -= 1
                self.done.seconds = time.monotonic() - started
                self._progress.advance()
        except KeyboardInterrupt:
            self._progress.say("Stopped; what was found is kept.")
        self._progress.end()
        close_log(self._case)
        return self.done

    def _todo(self, pages: Sequence[int], *, again: bool) -> list[int]:
        """Pages that were not searched in this way; with `again` those of which that failed are forgotten first."""
        there = {one.id: one for one in self._case.queries.table_searches(self._document)}
        failed = [name for name, one in there.items() if one.outcome not in READ and one.made == self._made]
        failed = [name for name in failed if again and there[name].page in set(pages)]
        if failed:
            with self._case.changes() as changes:
                changes.forget_page_tables(failed)
                changes.add_event("retry-tables", {"document": self._document, "pages": len(failed)})
        known = set(there) - set(failed)
        return [page for page in pages if table_search_id(self._document, page, self._made) not in known]

    def _tasks(self, pages: Iterable[int]) -> Iterator[Task]:
        settings = self._case.settings
        memory_bytes = settings.scan_memory_mib << 20
        for page in pages:
            yield Task(
                key=str(page),
                step=f"{_MODULE}:ReadTables",
                path=self._case.objects.path(self._document),
                options=self._options | {"number": page},
                media_type=self._media_type,
                limits=Limits(memory_bytes=memory_bytes, cpu_s=settings.scan_cpu_s, wall_s=settings.wall_s),
            )

    def _keep(self, attempt: Attempt, page: PageTables | None) -> None:
        number = int(attempt.task.key)
        if page is not None and page.number != number:
            page = None  # a child that answers for another page is not believed
        is_read = page is not None and attempt.outcome in READ
        outcome = attempt.outcome if is_read or attempt.outcome not in READ else Cause.PROTOCOL_VIOLATION
        search = TableSearch(self._document, number, self._made, outcome, attempt.detail, int(attempt.seconds * 1000))
        self.done.by_outcome[outcome.value] += 1
        if page is not None and is_read:
            self.done.add(page)
        with self._case.changes() as changes:
            changes.add_page_tables(search, page if is_read else None)
            changes.add_event("derive", _told(search, attempt, page if is_read else None, self._sandbox))


def _told(search: TableSearch, attempt: Attempt, page: PageTables | None, sandbox: str) -> dict[str, Any]:
    """What the log says of a search. Options may hold the words of a list, so only their digest is told."""
    subject = {"record": search.id}
    if page is not None:
        subject["page"] = hashlib.sha256(page_tables_to_bytes(page)).hexdigest()
    options = {"options_sha256": hashlib.sha256(search.made.options.encode()).hexdigest()}
    return {
        "document": search.document,
        "page": search.page,
        "tables": search.id,
        "statement": statement_of(search.made, search.document, subject, sandbox, options),
        "outcome": search.outcome.value,
        "milliseconds": search.milliseconds,
        "peak_bytes": attempt.peak_bytes,
    }
