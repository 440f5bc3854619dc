"""Recognises the text of page images, in the order in which people need it; may be stopped and goes on anywhere.

What is to be done is always the pages that wait less the scans there are. The pages that somebody looked at come
first, then those that a search almost hit, then the first page of every document, then the rest in the order of the
leak. Each page is read in a locked child of its own, forked from a parent that holds the models.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from fairwitness import __version__
from fairwitness.case.case import Case
from fairwitness.case.pages import page_digest
from fairwitness.core.canonical import canonical_json
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import READ, Cause
from fairwitness.core.parts import About, PageText, Part
from fairwitness.core.records import Made, PageScan, scan_id
from fairwitness.custody.ledger import close_log
from fairwitness.run.lock import Limits
from fairwitness.run.sandbox import SandboxRunner
from fairwitness.run.task import Attempt, Task
from fairwitness.text.quality import signs_of
from fairwitness.work.account import account_for_search
from fairwitness.work.current import bare_readings
from fairwitness.work.indexing import IndexNowAndThen, bring_index_up_to_date
from fairwitness.work.pace import Estimate, Pace
from fairwitness.work.progress import Progress
from fairwitness.work.running import told_to_others
from fairwitness.work.scans import waiting_pages
from fairwitness.work.stating import statement_of
from fairwitness.work.wanted import wishes

ENGINE = "hybrid"
SECOND = "tesseract"
_MODULE = "fairwitness.read.read_scan"
_STEP = "read-scan"
_TESSDATA = "FAIRWITNESS_TESSDATA"

Place = tuple[str, int]  # digest of the document, number of the page


class NoEngine(FairwitnessError):
    """Text recognition cannot be used."""

    code = "no_engine"
    advice = "Run: fairwitness ocr CASE --engines"


@dataclass(frozen=True, slots=True)
class Wish:
    """How to recognise: the engine, the share of pages that a second engine reads too, and when to stop."""

    engine: str = ENGINE
    second: str = SECOND
    second_share: float = 0.02
    max_pages: int | None = None
    max_minutes: float | None = None


@dataclass(slots=True)
class Recognised:
    """What one run did. `missing` are models by name, with the command that installs each."""

    by_outcome: Counter[str] = field(default_factory=Counter)
    left: int = 0
    seconds: float = 0.0
    estimate: Estimate | None = None
    missing: tuple[tuple[str, str], ...] = ()

    @property
    def pages(self) -> int:
        """Pages that were tried."""
        return self.by_outcome.total()

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "pages": self.pages,
            "by_outcome": dict(sorted(self.by_outcome.items())),
            "left": self.left,
            "seconds": round(self.seconds, 1),
            "left_seconds": round(self.estimate.best_s) if self.estimate else None,
            "left_seconds_low": round(self.estimate.low_s) if self.estimate else None,
            "left_seconds_high": round(self.estimate.high_s) if self.estimate else None,
            "missing": [{"name": name, "install": command} for name, command in self.missing],
        }


@dataclass(frozen=True, slots=True)
class Facts:
    """What an engine says of itself: the version of the step, its options, and models that are missing."""

    version: str
    options: dict[str, Any]
    missing: tuple[tuple[str, str], ...] = ()

    def made(self, second: str) -> Made:
        """What a scan of any page is made with; the page is no option, it is what is read."""
        options = {name: value for name, value in self.options.items() if name != "number"} | {"second": second}
        return Made(_STEP, self.version, canonical_json(options).decode())


class _AboutReceiver:
    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def take(self, part: Part) -> None:
        if isinstance(part, About):
            self.said.append((part.name, part.value))


class _PageReceiver:
    def __init__(self) -> None:
        self.page: PageText | None = None

    def take(self, part: Part) -> None:
        if isinstance(part, PageText):
            self.page = part


def scan_sandbox(engine: str, second: str, *, unlocked: bool = False) -> SandboxRunner:
    """A sandbox whose warmed parent holds the models of these engines."""
    return models_sandbox(_MODULE, "warm_scan", {"engine": engine, "second": second}, unlocked=unlocked)


def models_sandbox(module: str, warm: str, options: dict[str, Any], *, unlocked: bool = False) -> SandboxRunner:
    """A sandbox for the steps of a module, whose parent was warmed by that function of it and holds the models."""
    told = {_TESSDATA: os.environ[_TESSDATA]} if _TESSDATA in os.environ else {}
    return SandboxRunner([module], warm=[(f"{module}:{warm}", options)], environment=told, unlocked=unlocked)


def facts_of(sandbox: SandboxRunner, engine: str, step: str = f"{_MODULE}:DescribeEngine") -> Facts:
    """What the engine says of itself, asked by that step.

    Raises:
        NoEngine: if there is no such engine, or it lacks what it cannot do without.
    """
    task = Task("", step, Path(os.devnull), {"engine": engine})
    ((attempt, receiver),) = sandbox.run([task], lambda _: _AboutReceiver())
    said = dict(receiver.said)
    lacks = [value.partition("\t")[::2] for name, value in receiver.said if name == "missing"]
    missing = tuple((name, command) for name, command in lacks)
    if attempt.outcome is not Cause.OK:
        raise NoEngine(f"There is no engine for text recognition named {engine!r}.")
    if "options" not in said:
        command = missing[0][1] if missing else ""
        raise NoEngine(f"The engine {engine!r} lacks its models.", advice=f"Install them with: {command}")
    return Facts(said["version"], json.loads(said["options"]), missing)


def recognise_waiting(
    case: Case, progress: Progress, wish: Wish | None = None, *, documents: Sequence[str] = (), unlocked: bool = False
) -> Recognised:
    """The pages that wait are recognised, or those of `documents`; what was done is indexed and logged.

    Raises:
        NoEngine: if the engine cannot be used.
        NoSandbox: if this machine has no lock and `unlocked` is not given.
    """
    places = list(waiting(case, documents))
    return recognise(case, progress, places, wish or Wish(), unlocked=unlocked)


def waiting(case: Case, documents: Sequence[str] = ()) -> Iterator[Place]:
    """Pages whose pixels hold text that nobody has read yet, of all documents or of these."""
    queries = case.queries
    read: dict[str, set[int]] = {}
    for scan in chain.from_iterable(map(queries.scans, documents)) if documents else queries.scans():
        if scan.outcome in READ:
            read.setdefault(scan.document, set()).add(scan.page)
    for digest, reading in bare_readings(case, documents).items():
        yield from ((digest, number) for number in sorted(waiting_pages(reading) - read.get(digest, set())))


def recognise(
    case: Case, progress: Progress, places: Sequence[Place], wish: Wish, *, unlocked: bool = False
) -> Recognised:
    """These pages are recognised, as far as they are not yet by the same engine, models and options."""
    if not places:
        return Recognised()
    with told_to_others(case, "ocr", progress):
        return _recognise(case, progress, places, wish, unlocked)


def _recognise(case: Case, progress: Progress, places: Sequence[Place], wish: Wish, unlocked: bool) -> Recognised:
    with scan_sandbox(wish.engine, wish.second if wish.second_share > 0 else "", unlocked=unlocked) as sandbox:
        work = _Work(case, progress, wish, facts_of(sandbox, wish.engine))
        todo = work.not_done(places)
        work.done.left = len(todo)
        if not todo:
            return work.done
        with case.changes() as changes:
            changes.add_event("recognise", {"fairwitness": __version__, "engine": wish.engine, "locked": not unlocked})
        try:
            work.run(sandbox, todo)
        except KeyboardInterrupt:
            progress.say("Stopped; what was recognised is kept.")
    progress.end()
    bring_index_up_to_date(case, progress)
    close_log(case)
    account_for_search(case, exact=True)
    return work.done


class _Work:
    """One run over pages."""

    def __init__(self, case: Case, progress: Progress, wish: Wish, facts: Facts) -> None:
        self.case = case
        self.wish = wish
        self.done = Recognised(missing=facts.missing)
        self._facts = facts
        self._progress = progress
        self._readings = bare_readings(case)
        self._pace = Pace(os.cpu_count() or 1)
        self._started = time.monotonic()
        self._index = IndexNowAndThen(case)
        self._sandbox = ""

    def not_done(self, places: Iterable[Place]) -> dict[Place, None]:
        """Those without a scan of today's making, in the order in which they are to be read."""
        there = {scan.id for scan in self.case.queries.scans()}
        order = {found.document: at for at, found in enumerate(self.case.queries.finds()) if found.document}
        left = [place for place in places if scan_id(*place, self._made(place)) not in there]
        first: dict[str, int] = {}
        for document, number in left:
            first[document] = min(number, first.get(document, number))
        left.sort(key=lambda place: (place[1] != first[place[0]], order.get(place[0], 0), place[1]))
        return dict.fromkeys(left)

    def _made(self, place: Place) -> Made:
        return self._facts.made(self._second_for(place))

    def _second_for(self, place: Place) -> str:
        """The second engine for the pages that are in the sample: the same pages in every run."""
        drawn = int(scan_id(*place, Made("sample", "1"))[:8], 16) / 0x1_0000_0000
        return self.wish.second if drawn < self.wish.second_share else ""

    def run(self, sandbox: SandboxRunner, todo: dict[Place, None]) -> None:
        """The pages are read, as far as the limits of the run allow."""
        self._sandbox = sandbox.profile
        total = len(todo) if self.wish.max_pages is None else min(len(todo), self.wish.max_pages)
        self._progress.begin("Recognising", total)
        for attempt, receiver in sandbox.run(self._tasks(todo, total), lambda _: _PageReceiver()):
            self._keep(attempt, receiver.page)
            self.done.left -= 1
            self._pace.add(attempt.seconds)
            self.done.estimate = self._pace.left(self.done.left)
            self.done.seconds = time.monotonic() - self._started
            self._progress.advance(note=f"{self.done.left:,} left on the whole: {self.done.estimate}")
            self._index.maybe()

    def _tasks(self, todo: dict[Place, None], total: int) -> Iterator[Task]:
        """A task at a time: what somebody wishes for meanwhile comes next."""
        for _ in range(total):
            if self.wish.max_minutes is not None and time.monotonic() - self._started > 60 * self.wish.max_minutes:
                return
            place = next((wanted for wanted in wishes(self.case) if wanted in todo), None) or next(iter(todo))
            del todo[place]
            yield self._task(place)

    def _task(self, place: Place) -> Task:
        settings = self.case.settings
        options = {
            name: value for name, value in self._facts.options.items() if name in ("engine", "dpi", "max_side_px")
        }
        return Task(
            key=json.dumps(place),
            step=f"{_MODULE}:ReadScan",
            path=self.case.objects.path(place[0]),
            options=options | {"number": place[1], "second": self._second_for(place)},
            media_type=self._readings[place[0]].media_type,
            limits=Limits(
                memory_bytes=settings.scan_memory_mib << 20, cpu_s=settings.scan_cpu_s, wall_s=settings.wall_s
            ),
        )

    def _keep(self, attempt: Attempt, page: PageText | None) -> None:
        document, number = json.loads(attempt.task.key)
        outcome = page.cause if page is not None and page.cause and attempt.outcome in READ else attempt.outcome
        scan = PageScan(
            document=document,
            page=number,
            made=self._made((document, number)),
            outcome=outcome,
            detail=attempt.detail,
            has_text=page is not None and attempt.outcome in READ,
            signs=signs_of(page).as_pairs() if page is not None else (),
            milliseconds=int(attempt.seconds * 1000),
        )
        self.done.by_outcome[outcome.value] += 1
        with self.case.changes() as changes:
            changes.add_scan(scan, page if scan.has_text else None)
            changes.add_event("derive", _told(scan, attempt, page if scan.has_text else None, self._sandbox))


def _told(scan: PageScan, attempt: Attempt, page: PageText | None, sandbox: str) -> dict[str, Any]:
    """What the log says of a scan."""
    subject = {"record": scan.id} | ({"page": page_digest(page)} if page is not None else {})
    return {
        "document": scan.document,
        "page": scan.page,
        "scan": scan.id,
        "statement": statement_of(scan.made, scan.document, subject, sandbox),
        "outcome": scan.outcome.value,
        "milliseconds": scan.milliseconds,
        "peak_bytes": attempt.peak_bytes,
    }
