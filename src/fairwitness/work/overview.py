"""What is in a case: how much was read, of which types, languages and times, where it lies, and what is there twice.

Sums over everything, and nothing about any person: there is no list by author, by sender or by name, and will be none.
They are kept in the case until something is added to it. A case of 100,000 documents takes seconds to sum up, so
whoever must answer at once asks `Overviews`, which gives the sums that there are and makes new ones meanwhile.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.outcome import READ
from fairwitness.core.records import Find, Reading
from fairwitness.search.index import IndexUnusable
from fairwitness.search.query import TrustRange
from fairwitness.text.encoding import decode_name
from fairwitness.work.account import BETWEEN, Account, Accounting
from fairwitness.work.current import current_key, each_reading
from fairwitness.work.dating import DateCount, Dates
from fairwitness.work.indexing import DATES
from fairwitness.work.near_duplicates import FILE as NEAR_DUPLICATES
from fairwitness.work.near_duplicates import NearDuplicates, near_duplicates_found
from fairwitness.work.scans import rules
from fairwitness.work.searching import CaseSearch

VERSION = "1"  # raised whenever the sums may differ
_FILE = "overview.json"
FOLDERS_SHOWN = 15  # the largest by files, and as many by bytes
OWN = "own"  # the date that searches go by
_STATED = ("created", "modified", "sent", "delivered", "printed", "digitised", "signed")
FILE_TIME, ENTRY_TIME = "file-time", "entry-time"
_DAY = len("2017-03-01")
_EVERY_PAGE = TrustRange(0, 1000)
_WAIT_S = 5.0  # at least, between two sums over a case that is being added to
_WAIT_COSTS = 10  # and so many times what the last one took


@dataclass(frozen=True, slots=True)
class TypeSum:
    """Files of one type: different ones by content, their bytes, their pages with text; and how many places failed."""

    type: str
    documents: int
    bytes: int
    pages: int
    files: int
    failed: int


@dataclass(frozen=True, slots=True)
class FolderSum:
    """What lies directly in a folder of the leak or in a container, with bytes as far as they are known."""

    name: str
    container: str
    files: int
    failed: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in a case; `made` in seconds since 1970. Fields are those of docs/json.md."""

    made: int
    account: dict[str, Any]
    bytes: int
    bytes_given: int
    types: tuple[TypeSum, ...]
    pages_indexed: int
    languages: tuple[tuple[str, int], ...]
    no_language: int
    engines: tuple[tuple[str, int], ...]
    dates: tuple[Dates, ...]
    folder_count: int
    folders: tuple[FolderSum, ...]
    same_bytes: tuple[int, int, int]
    near_duplicates: NearDuplicates | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        documents, places, spare = self.same_bytes
        return {
            "made": self.made,
            "account": self.account,
            "bytes": self.bytes,
            "bytes_given": self.bytes_given,
            "types": [asdict(one) for one in self.types],
            "pages_indexed": self.pages_indexed,
            "languages": [{"language": language, "pages": pages} for language, pages in self.languages],
            "no_language": self.no_language,
            "engines": [{"engine": engine, "pages": pages} for engine, pages in self.engines],
            "dates": [one.as_json() for one in self.dates],
            "folder_count": self.folder_count,
            "folders": [asdict(one) for one in self.folders],
            "same_bytes": {"documents": documents, "places": places, "spare_bytes": spare},
            "near_duplicates": asdict(self.near_duplicates) if self.near_duplicates else None,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Overview:
        """What `as_json` gave."""
        same, near = told["same_bytes"], told["near_duplicates"]
        return cls(
            **{name: told[name] for name in ("made", "account", "bytes", "bytes_given", "pages_indexed")},
            **{name: told[name] for name in ("no_language", "folder_count")},
            types=tuple(TypeSum(**one) for one in told["types"]),
            languages=tuple((one["language"], one["pages"]) for one in told["languages"]),
            engines=tuple((one["engine"], one["pages"]) for one in told["engines"]),
            dates=tuple(map(Dates.from_json, told["dates"])),
            folders=tuple(FolderSum(**one) for one in told["folders"]),
            same_bytes=(same["documents"], same["places"], same["spare_bytes"]),
            near_duplicates=NearDuplicates(**near) if near else None,
        )


def overview_of(case: Case) -> Overview:
    """The overview of the case as it is now, from what is kept or made anew."""
    key = _key(case)
    return _kept(case, key) or _make(case, key)


class Overviews:
    """Overviews of one case for many askers at once: none of them waits. Close it before the case."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._kept: tuple[str, Overview] | None = None
        self._worker: threading.Thread | None = None
        self._not_before = 0.0
        self.problem = ""

    def latest(self, wait_s: float = 0.0) -> tuple[Overview | None, bool]:
        """The last overview there is, None if the first one is being made; and whether it is of the case as it is now.

        Where it is not, a new one is being made, or soon will be. Where there is none yet, the first one is waited for
        so long: that of a small case takes less.
        """
        found = self._latest()
        worker = self._worker
        if found[0] is not None or not wait_s or worker is None:
            return found
        worker.join(wait_s)
        return self._latest()

    def _latest(self) -> tuple[Overview | None, bool]:
        key = _key(self._case)
        with self._lock:
            if self._kept is None or self._kept[0] != key:
                found = _kept(self._case, key)
                self._kept = (key, found) if found is not None else self._kept
            if self._kept is not None and self._kept[0] == key:
                return self._kept[1], True
            idle = self._worker is None or not self._worker.is_alive()
            if idle and time.monotonic() >= self._not_before:
                self._worker = threading.Thread(target=self._work, args=(key,), name="overview", daemon=True)
                self._worker.start()
            old = self._kept[1] if self._kept is not None else _kept(self._case, "")
            return old, False

    def _work(self, key: str) -> None:
        started = time.monotonic()
        try:
            made = _make(self._case, key)
            with self._lock:
                self._kept, self.problem = (key, made), ""
        except Exception as error:  # whoever asks next tries again; what went wrong is said without its text
            self.problem = type(error).__name__
        self._not_before = time.monotonic() + max(_WAIT_S, _WAIT_COSTS * (time.monotonic() - started))

    def close(self) -> None:
        """Nothing is being made any more."""
        if self._worker is not None:
            self._worker.join()


def _key(case: Case) -> str:
    """Changes whenever the sums may: with the records, the index, the near-duplicates, and the program."""
    index, near = case.index_folder / "meta.json", case.cache_path(NEAR_DUPLICATES)
    stamps = [path.stat().st_mtime_ns if path.exists() else 0 for path in (index, near)]
    return " ".join(map(str, [VERSION, case.queries.reading_event_count(), *stamps, current_key()]))


def _kept(case: Case, key: str) -> Overview | None:
    """What is kept under that key, whatever is kept if it is empty."""
    kept = case.read_cache(_FILE)
    if kept is None or (key and kept.get("key") != key):
        return None
    try:
        return Overview.from_json(kept["overview"])
    except (KeyError, TypeError, ValueError):
        return None


def _make(case: Case, key: str) -> Overview:
    made = _Summing(case).overview()
    case.write_cache(_FILE, {"key": key, "overview": made.as_json()})
    return made


@dataclass(slots=True)
class _OfType:
    documents: int = 0
    bytes: int = 0
    pages: int = 0


@dataclass(slots=True)
class _InFolder:
    files: int = 0
    failed: int = 0
    bytes: int = 0


class _Summing:
    """One pass over the readings, and one over the finds."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._sizes = dict(case.queries.sizes())
        self._accounting = Accounting(case)
        self._types: dict[str, _OfType] = {}
        self._engines: Counter[str] = Counter()
        self._folders: dict[tuple[str, bytes], _InFolder] = {}
        last = _last_day(case)
        self._dates = {kind: DateCount(kind, "document", last) for kind in (OWN, *_STATED)}
        self._file_dates = {kind: DateCount(kind, "file", last) for kind in (FILE_TIME, ENTRY_TIME)}
        self._given = 0
        self._typed: set[str] = set()

    def overview(self) -> Overview:
        """Everything summed up."""
        for reading, scans in each_reading(self._case):
            kind = self._accounting.add_reading(reading)
            self._types.setdefault(kind, _OfType()).pages += reading.pages_with_text
            self._add_dates(reading)
            recognised = Counter(_engine(scan.made.options) for scan in scans.values() if rules(scan))
            self._engines.update(recognised)
            self._engines[""] += reading.pages_with_text - recognised.total()
        for found in self._case.queries.finds():
            self._add_find(found)
        account = self._accounting.close()
        indexed, languages, no_language = _of_index(self._case)
        return Overview(
            made=int(time.time()),
            account=_without_containers(account),
            bytes=sum(self._sizes.values()),
            bytes_given=self._given,
            types=tuple(sorted(self._told_types(account), key=lambda one: (-one.files, one.type))),
            pages_indexed=indexed,
            languages=languages,
            no_language=no_language,
            engines=tuple((name, pages) for name, pages in sorted(self._engines.items()) if pages),
            dates=tuple(count.close() for count in (*self._dates.values(), *self._file_dates.values())),
            folder_count=len(self._folders),
            folders=tuple(self._largest_folders()),
            same_bytes=self._case.queries.repeated(),
            near_duplicates=near_duplicates_found(self._case),
        )

    def _add_dates(self, reading: Reading) -> None:
        told = {name: value for name, value, _ in reversed(reading.about)}
        for kind in _STATED:
            self._dates[kind].add(told.get(kind, ""))
        own = [told[name] for name in DATES if name in told]
        self._dates[OWN].add(next((value for value in own if len(value) >= _DAY), own[0] if own else ""))

    def _add_find(self, found: Find) -> None:
        cause, kind = self._accounting.add_find(found)
        if cause is None:
            return
        size = self._sizes.get(found.document, 0)
        if found.document and found.document not in self._typed:
            self._typed.add(found.document)
            of_type = self._types.setdefault(kind, _OfType())
            of_type.documents += 1
            of_type.bytes += size
        folder = self._folders.setdefault((found.parent, folder_of(found.name)), _InFolder())
        folder.files += 1
        folder.failed += cause not in READ
        folder.bytes += size
        if found.depth == 0:
            self._given += size
        self._file_dates[ENTRY_TIME if found.parent else FILE_TIME].add(found.modified)

    def _told_types(self, account: Account) -> Iterator[TypeSum]:
        for name, tally in account.by_type.items():
            told = self._types.get(name, _OfType())
            files = tally.read + tally.failed
            yield TypeSum(name, told.documents, told.bytes, told.pages, files, tally.failed)

    def _largest_folders(self) -> Iterator[FolderSum]:
        """Yields the folders with most files and those with most bytes, those with most files first."""
        by_files = sorted(self._folders.items(), key=lambda one: (-one[1].files, one[0]))
        by_bytes = sorted(self._folders.items(), key=lambda one: (-one[1].bytes, one[0]))
        for (container, path), told in dict(by_files[:FOLDERS_SHOWN] + by_bytes[:FOLDERS_SHOWN]).items():
            names = filter(None, (self._accounting.name_of(container), decode_name(path)))
            yield FolderSum(BETWEEN.join(names), container, told.files, told.failed, told.bytes)


def folder_of(name: bytes) -> bytes:
    """The part of a path before its last slash, as searches understand `folder:`; empty if there is none."""
    return name[: max(0, name.rfind(b"/"))]


def _without_containers(account: Account) -> dict[str, Any]:
    """The account without the line for each container, of which there may be any number."""
    told = account.as_json()
    return told | {"containers": len(told["containers"])}


def _last_day(case: Case) -> date:
    """The day behind the last act in this case: zones differ by about a day."""
    last = next(case.queries.events(max(0, case.queries.event_count() - 1)), None)
    at = json.loads(last)["at"] if last is not None else time.time()
    return datetime.fromtimestamp(at, UTC).date() + timedelta(days=1)


def _engine(options: str) -> str:
    return str(json.loads(options).get("engine", ""))


def _of_index(case: Case) -> tuple[int, tuple[tuple[str, int], ...], int]:
    """Pages in the index, pages by language, and pages without one; nothing where there is no index yet."""
    try:
        searching = CaseSearch(case)
        (facet,) = searching.facets(_EVERY_PAGE, ["lang"])
        return searching.searched(), facet.values, facet.none
    except IndexUnusable:
        return 0, (), 0
