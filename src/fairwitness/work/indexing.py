"""Brings the search index up to what was read; the index is derived and may be thrown away at any time."""

from __future__ import annotations

import time
from collections.abc import Iterator

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError
from fairwitness.core.parts import Part, Tokens
from fairwitness.core.records import Indexed, Judgement, Reading
from fairwitness.intake.identify import family_of
from fairwitness.run.pool import PoolRunner, can_share_locks
from fairwitness.run.serial import SerialRunner
from fairwitness.run.task import Task
from fairwitness.search.analyse_pages import ANALYSE_PAGES, LANGUAGES, TRUST
from fairwitness.search.index import IndexedPage, IndexUnusable, TantivyIndex
from fairwitness.work.current import current_readings
from fairwitness.work.deciding import decided_languages
from fairwitness.work.progress import Progress
from fairwitness.work.scans import DocumentPages

COMMIT_PAGES = 5_000
POOL_PAGES = 2_000  # below, starting a pool costs more than it saves
INDEX_EVERY_S = 60
DATES = ("sent", "created", "modified")


class TokenReceiver:
    """Keeps the tokens of one document until they are added to the index."""

    def __init__(self) -> None:
        self.pages: list[Tokens] = []

    def take(self, part: Part) -> None:
        """Keep one page."""
        if isinstance(part, Tokens):
            self.pages.append(part)


class IndexNowAndThen:
    """Lets the index follow long work: a few minutes behind, for at most about a twentieth of the time.

    `pages` counts those that it added.
    """

    def __init__(self, case: Case, every_s: float = INDEX_EVERY_S) -> None:
        self._case = case
        self._every_s = every_s
        self._last = time.monotonic()
        self._takes_s = 0.0
        self.pages = 0

    def maybe(self) -> None:
        """What was read so far can be searched, if that was not made so lately."""
        now = time.monotonic()
        if now - self._last < max(self._every_s, 20 * self._takes_s):
            return
        self.pages += bring_index_up_to_date(self._case, Progress(None))
        self._last = time.monotonic()
        self._takes_s = self._last - now


def have_index(case: Case) -> None:
    """There is an index, if only an empty one: searches answer from now on, and say what they do not see."""
    if not (case.index_folder / "meta.json").exists():
        TantivyIndex.create_or_open(case.index_folder).close()


def bring_index_up_to_date(case: Case, progress: Progress) -> int:
    """Number of pages added; every page that was read is in the index, and marked so only after its commit."""
    if not _is_usable(case):
        case.discard_index()
        TantivyIndex.create_or_open(case.index_folder).close()
    indexed, scans = case.queries.indexed(), case.queries.last_scans()
    decided = decided_languages(case)
    todo = {}
    for reading in current_readings(case).values():
        held = indexed.get(reading.document, Indexed())
        wanted = _held(reading, held.pages, scans, decided)
        if reading.pages_with_text and held != wanted:
            todo[reading.document] = reading
    if not todo:
        return 0
    progress.begin("Indexing", sum(reading.pages_with_text for reading in todo.values()))
    index = TantivyIndex.create_or_open(case.index_folder)
    try:
        return _add_all(case, index, todo, progress)
    finally:
        index.close()


def _add_all(case: Case, index: TantivyIndex, todo: dict[str, Reading], progress: Progress) -> int:
    many = sum(reading.pages_with_text for reading in todo.values()) >= POOL_PAGES
    runner = PoolRunner() if many and can_share_locks() else SerialRunner()
    scans, decided = case.queries.last_scans(), decided_languages(case)
    waiting: list[tuple[Reading, int]] = []
    total = since_commit = 0
    for attempt, receiver in runner.run(_tasks(case, todo, scans), lambda _: TokenReceiver()):
        reading = todo[attempt.task.key]
        if reading.document in scans:
            attempt.task.path.unlink(missing_ok=True)
        elif len(receiver.pages) != reading.pages_with_text:
            raise CaseError(f"The pages of {reading.document[:12]} are damaged.", advice="Run: fairwitness verify CASE")
        index.delete_document(reading.document)
        index.add(_pages(reading, receiver.pages, decided.get(reading.document)))
        waiting.append((reading, len(receiver.pages)))
        total, since_commit = total + len(receiver.pages), since_commit + len(receiver.pages)
        progress.advance(len(receiver.pages))
        if since_commit >= COMMIT_PAGES:
            _commit(case, index, waiting, scans, decided)
            since_commit = 0
    _commit(case, index, waiting, scans, decided)
    return total


def _tasks(case: Case, todo: dict[str, Reading], scans: dict[str, int]) -> Iterator[Task]:
    """A task for each document; where pages come from scans too, its file is one of ours that holds them all."""
    for digest, reading in todo.items():
        path = case.objects.path(reading.pages)
        if digest in scans:
            path = case.scratch()
            with DocumentPages(case, reading, scans[digest]) as pages:
                pages.write(path)
        yield Task(digest, ANALYSE_PAGES, path)


def _commit(
    case: Case,
    index: TantivyIndex,
    waiting: list[tuple[Reading, int]],
    scans: dict[str, int],
    decided: dict[str, Judgement],
) -> None:
    index.commit()
    with case.changes() as changes:
        for reading, pages in waiting:
            changes.mark_indexed(reading.document, _held(reading, pages, scans, decided))
    waiting.clear()


def _held(reading: Reading, pages: int, scans: dict[str, int], decided: dict[str, Judgement]) -> Indexed:
    """What the index holds once these pages of the reading are in it."""
    judgement = decided.get(reading.document)
    return Indexed(reading.id, pages, scans.get(reading.document, 0), judgement.seq if judgement is not None else 0)


def _pages(reading: Reading, pages: list[Tokens], decided: Judgement | None) -> Iterator[IndexedPage]:
    family, date = family_of(reading.media_type), date_of(reading)
    for page in pages:
        fields = dict(page.fields)
        told, trust = tuple(fields.pop(LANGUAGES).split()), int(fields.pop(TRUST))
        languages = (decided.value,) if decided is not None and decided.value else told
        yield IndexedPage(reading.document, page.number, family, languages, date, tuple(fields.items()), trust)


def date_of(reading: Reading) -> int | None:
    """The day the document gives itself as yyyymmdd: sent, else created, else last changed; None if it gives none."""
    about = {name: value for name, value, _ in reversed(reading.about)}
    for name in DATES:
        digits = about.get(name, "")[:10].replace("-", "")
        if len(digits) == 8 and digits.isascii() and digits.isdigit():
            return int(digits)
    return None


def _is_usable(case: Case) -> bool:
    """Whether the index that is there was made by today's analyser and holds what the records say it does."""
    pages = sum(held.pages for held in case.queries.indexed().values())
    try:
        return TantivyIndex.open_reading(case.index_folder).page_count() >= pages
    except IndexUnusable:
        return False
