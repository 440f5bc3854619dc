"""The account of a case: for every container, file and page what was expected, read and failed, and why.

Counted are finds: each place where a file, or something that should be one, was found. The same bytes in two places
are two finds; their pages count once. A folder that can be listed is not counted. `expected = read + failed` holds in
every line, at every moment: what has not been read yet has failed with the cause `not_read_yet`.

A file counts as read only when all of it is: one page that waits for OCR makes it failed with the cause `needs_ocr`,
and it is counted under `partly_read` if something of it was read.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.outcome import READ, Cause, Failure
from fairwitness.core.ranges import count_ranges
from fairwitness.core.records import Find, Reading
from fairwitness.intake.identify import family_of
from fairwitness.text.encoding import decode_name
from fairwitness.text.quality import LOW_TRUST
from fairwitness.work.current import current_key, each_reading
from fairwitness.work.running import is_at_work

UNKNOWN_TYPE = "unknown"
_FOR_SEARCH = "not-searched.json"
_REST_COSTS = 10  # so many times what summing up took, before it is done again while the case is being added to
BETWEEN = " > "  # between a container and what is in it, in `found_as`


@dataclass(slots=True)
class Tally:
    """Expected, read and failed of one kind of thing."""

    read: int = 0
    causes: Counter[str] = field(default_factory=Counter)

    @property
    def failed(self) -> int:
        """All that is not read."""
        return self.causes.total()

    def add(self, cause: Cause, count: int = 1) -> None:
        """So many more, read if `cause` says so."""
        if cause in READ:
            self.read += count
        else:
            self.causes[cause.value] += count

    def merge(self, other: Tally) -> None:
        """All of `other` too."""
        self.read += other.read
        self.causes.update(other.causes)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        counts = {"expected": self.read + self.failed, "read": self.read, "failed": self.failed}
        return counts | {"by_cause": dict(sorted(self.causes.items()))}


@dataclass(slots=True)
class Account:
    """The whole account; `as_json` is what `account --json` prints."""

    given: Tally = field(default_factory=Tally)
    inside: Tally = field(default_factory=Tally)
    by_type: dict[str, Tally] = field(default_factory=dict)
    pages: Tally = field(default_factory=Tally)
    containers: list[tuple[str, str, Tally]] = field(default_factory=list)
    documents: int = 0
    partly_read: int = 0
    not_trusted: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values, in a stable order."""
        whole = Tally()
        whole.merge(self.given)
        whole.merge(self.inside)
        containers = [
            {"found_as": name, "document": digest, **tally.as_json()} for name, digest, tally in self.containers
        ]
        return whole.as_json() | {
            "partly_read": self.partly_read,
            "documents": self.documents,
            "needs_ocr": self.pages.causes[Cause.NEEDS_OCR.value],
            "given": self.given.as_json(),
            "inside": self.inside.as_json(),
            "pages": self.pages.as_json(),
            "not_trusted": self.not_trusted,
            "by_type": {name: self.by_type[name].as_json() for name in sorted(self.by_type)},
            "containers": containers,
        }


@dataclass(frozen=True, slots=True)
class Ended:
    """How reading one document ended, as its finds need it."""

    cause: Cause
    type: str
    has_something: bool


class Accounting:
    """Sums an account up: every reading once, then every find; keeps names of containers alone."""

    def __init__(self, case: Case) -> None:
        self.account = Account(documents=case.queries.document_count(), not_trusted=not_trusted_pages(case))
        self._names = ContainerNames(case)
        self._ended: dict[str, Ended] = {}
        self._inside: dict[str, Tally] = {}

    def add_reading(self, reading: Reading) -> str:
        """The pages of one document, and what is missing in a container; gives its type."""
        kind = family_of(reading.media_type) if reading.media_type else UNKNOWN_TYPE
        self._ended[reading.document] = Ended(cause_of_reading(reading), kind, _has_something(reading))
        _add_pages(self.account.pages, reading)
        unseen = reading.entries_expected - reading.entries_found
        if unseen > 0:
            cause = _cause_of_unseen(reading)
            self._names.add(reading.document)
            self._inside.setdefault(reading.document, Tally()).add(cause, unseen)
            self.account.by_type.setdefault(UNKNOWN_TYPE, Tally()).add(cause, unseen)
        return kind

    def add_find(self, found: Find) -> tuple[Cause | None, str]:
        """One find, behind all readings and behind its container; how it ended, None for a folder, and its type."""
        self._names.keep(found)
        ended = self._ended.get(found.document)
        cause = _cause_of_find(found, ended.cause if ended is not None else None)
        kind = ended.type if ended is not None else type_of(found, None)
        if cause is None:
            return None, kind
        self.account.by_type.setdefault(kind, Tally()).add(cause)
        if found.parent:
            self._inside.setdefault(found.parent, Tally()).add(cause)
        else:
            self.account.given.add(cause)
        self.account.partly_read += cause not in READ and ended is not None and ended.has_something
        return cause, kind

    def name_of(self, container: str) -> str:
        """The full name of a container; empty for the leak folder itself."""
        return self._names[container]

    def close(self) -> Account:
        """The whole account."""
        for digest, tally in self._inside.items():
            self.account.inside.merge(tally)
            self.account.containers.append((self._names[digest], digest, tally))
        self.account.containers.sort(key=lambda row: row[:2])
        return self.account


def account_of(case: Case) -> Account:
    """The account as it stands now."""
    accounting = Accounting(case)
    for reading, _ in each_reading(case, about=False):
        accounting.add_reading(reading)
    for found in case.queries.finds():
        accounting.add_find(found)
    return accounting.close()


def not_trusted_pages(case: Case) -> int | None:
    """How many pages of the index have text that cannot be trusted; None where there is no index yet."""
    from fairwitness.search.index import IndexUnusable, TantivyIndex  # an account of a case without one needs no engine

    try:
        return TantivyIndex.open_reading(case.index_folder).pages_trusted_less(LOW_TRUST)
    except IndexUnusable:
        return None


class ContainerNames:
    """Full names of containers, the shallowest of each; those of other documents are not kept."""

    def __init__(self, case: Case) -> None:
        self._wanted = case.queries.containers()
        self._names: dict[str, str] = {}

    def add(self, digest: str) -> None:
        """The name of this document is kept too."""
        self._wanted.add(digest)

    def __getitem__(self, digest: str) -> str:
        return self._names.get(digest, "")

    def keep(self, found: Find) -> str:
        """The full name of a find, which comes behind its container."""
        own = decode_name(found.name)
        full = f"{self[found.parent]}{BETWEEN}{own}" if found.parent else own
        if found.document in self._wanted:
            self._names.setdefault(found.document, full)
        return full


def cause_of(found: Find, reading: Reading | None) -> Cause | None:
    """How that find ended; None for a folder, which is not counted."""
    return _cause_of_find(found, cause_of_reading(reading) if reading is not None else None)


def _cause_of_find(found: Find, ended: Cause | None) -> Cause | None:
    if found.cause is not None:
        return found.cause
    if found.kind == "directory":
        return None
    return Cause.NOT_READ_YET if ended is None else ended


def cause_of_reading(reading: Reading) -> Cause:
    """How reading a document ended, all of its pages and entries looked at."""
    if reading.outcome not in READ:
        return reading.outcome
    if reading.entries_expected > reading.entries_found:
        return Cause.PARTIAL
    if reading.page_causes:
        causes = sorted(reading.page_causes, key=lambda name: (name != Cause.NEEDS_OCR.value, name))
        return Cause(causes[0])
    return Cause.PARTIAL if reading.pages_expected > reading.pages_read else reading.outcome


def type_of(found: Find, reading: Reading | None) -> str:
    """The name of the type that people use, such as "pdf"; "unknown" for what could not be opened."""
    if reading is None or not reading.media_type:
        return found.kind if found.kind in ("symlink", "special", "directory") else UNKNOWN_TYPE
    return family_of(reading.media_type)


def _has_something(reading: Reading) -> bool:
    return reading.pages_with_text > 0 or reading.entries_found > 0


def _add_pages(pages: Tally, reading: Reading) -> None:
    pages.read += reading.pages_read
    missed = 0
    for cause, ranges in reading.page_causes.items():
        missed += count_ranges(ranges)
        pages.add(Cause(cause), count_ranges(ranges))
    unseen = reading.pages_expected - reading.pages_read - missed
    if unseen > 0:
        pages.add(_cause_of_unseen(reading), unseen)


def _cause_of_unseen(reading: Reading) -> Cause:
    return Cause.PARTIAL if reading.outcome in READ else reading.outcome


def found_names(case: Case) -> Iterator[tuple[Find, str]]:
    """Every find with its full name: the path in the leak, then the way through the containers."""
    names = ContainerNames(case)
    for found in case.queries.finds():
        yield found, names.keep(found)


def names_of(case: Case, digest: str) -> list[str]:
    """Full names of all places where one document was found, shallowest first; looks only at its containers."""
    return [_name_at(case, found) for found in case.queries.finds_of(digest)]


def _name_at(case: Case, found: Find) -> str:
    """The name of one place; a container is named by its shallowest, for there are archives that hold themselves."""
    own = decode_name(found.name)
    return f"{_name_at(case, case.queries.finds_of(found.parent)[0])}{BETWEEN}{own}" if found.parent else own


def account_for_search(case: Case, *, exact: bool = False) -> dict[str, Any]:
    """The part of the account that every search answer needs; kept in the case until something is added to it.

    `pages_with_text` is a number, `pages` and `files` count by cause what a search cannot see. While another process
    adds to the case, and unless it must be `exact`, it may be some seconds old: summing up 100,000 documents takes 2 s.
    """
    key = f"{case.queries.reading_event_count()} {current_key()}"
    kept = case.read_cache(_FOR_SEARCH)
    if kept is not None and (kept.get("key") == key or (not exact and _is_young(kept) and is_at_work(case))):
        return kept
    started = time.monotonic()
    pages, texts = Tally(), 0
    without: dict[str, Cause | None] = {}
    for reading, _ in each_reading(case, about=False):
        _add_pages(pages, reading)
        texts += reading.pages_with_text
        without[reading.document] = None if reading.outcome in READ or reading.pages_expected else reading.outcome
    files: Counter[str] = Counter()
    told: set[str] = set()
    for found in case.queries.finds():
        item = found.document or found.id
        cause = _cause_without_pages(found, without)
        if cause is not None and item not in told:
            files[cause.value] += 1
        told.add(item)
    made = {"key": key, "pages_with_text": texts, "pages": dict(pages.causes), "files": dict(files)}
    made |= {"made": time.time(), "took_s": time.monotonic() - started}
    case.write_cache(_FOR_SEARCH, made)
    return made


def _is_young(kept: dict[str, Any]) -> bool:
    """Whether it was made so lately that making it again all the time would take up a good part of the machine."""
    age_s = time.time() - float(kept.get("made", 0))
    return 0 <= age_s < _REST_COSTS * float(kept.get("took_s", 0))


def _cause_without_pages(found: Find, without: Mapping[str, Cause | None]) -> Cause | None:
    """Why a find gives no pages at all, though it may have some; None if its pages are counted, or it has none."""
    if found.kind == "directory" and found.cause is None:
        return None
    if found.document not in without:
        return found.cause or Cause.NOT_READ_YET
    return without[found.document]


def failures_of(case: Case) -> Iterator[tuple[Failure, str]]:
    """Everything that is not read, as failures with the name it was found under."""
    readings: dict[str, Reading | None] = {}  # None for what is read wholly
    for one, _ in each_reading(case, about=False):
        readings[one.document] = None if cause_of_reading(one) in READ else one
    told: set[str] = set()
    for found, name in found_names(case):
        reading = readings.get(found.document)
        wholly = reading is None and found.document in readings
        cause = found.cause if wholly else cause_of(found, reading)
        if cause is not None and cause not in READ:
            step = reading.made.step if reading is not None else "intake"
            detail = found.detail or (reading.detail if reading is not None else "")
            where = ""
            if reading is not None and cause.value in reading.page_causes:
                where = f"pages {reading.page_causes[cause.value]}"
            yield Failure(found.document or found.id, step, cause, detail, where), name
        if reading is not None and found.document not in told:
            told.add(found.document)
            yield from _further_failures(reading, cause, name)


def _further_failures(reading: Reading, told: Cause | None, name: str) -> Iterator[tuple[Failure, str]]:
    for cause, ranges in sorted(reading.page_causes.items()):
        if cause != told:
            yield Failure(reading.document, reading.made.step, Cause(cause), "", f"pages {ranges}"), name
    unseen = reading.entries_expected - reading.entries_found
    if unseen > 0:
        detail = f"{unseen} entries that the container announces did not come out"
        yield Failure(reading.document, reading.made.step, _cause_of_unseen(reading), detail), name
