"""Finds the pages of a case that say the same, and the documents that are versions of one another.

The sketches of a document are kept by the key of its reading and its scans, so that a second run, or one after an
interruption, makes only those that are missing; the groups are kept by the key of the whole case.
"""

from __future__ import annotations

import dataclasses
import json
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from fairwitness.case.case import Case
from fairwitness.case.derived import Derived
from fairwitness.compare.candidates import CANDIDATES_VERSION
from fairwitness.compare.finding import find_duplicates, sketch_of_text
from fairwitness.compare.groups import GROUPING_VERSION, Grouping, Member, Versions, find_versions, relate
from fairwitness.compare.likeness import LIKENESS_VERSION, MIN_SIMILARITY, Kind, Likeness
from fairwitness.compare.passages import longest_shared
from fairwitness.compare.sketch import SKETCH_VERSION, Hashes
from fairwitness.core.cite import cite_of
from fairwitness.core.parts import PageText
from fairwitness.core.ranges import write_ranges
from fairwitness.core.records import Reading, TextRange
from fairwitness.work.account import account_for_search, names_of
from fairwitness.work.alike import keep_alike
from fairwitness.work.comparing import Side, compare_sides, side_of_page
from fairwitness.work.near_duplicates import keep_found, near_duplicates_found
from fairwitness.work.progress import Progress
from fairwitness.work.texts import CaseTexts, PageTable

BATCH_DOCUMENTS = 200  # after which sketches are kept
SHARED_AMONG = 12  # pages of a group that are looked at for what they share
MAX_SHARED = 240  # code points of a quote
_NAMES = 4096  # documents whose names are remembered
_SKETCHES = "sketches "
_GROUPS = "duplicates "


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Groups of pages and of documents, ready to be printed; the plain values of docs/json.md."""

    compared: int
    not_compared_pages: dict[str, int]
    not_compared_files: dict[str, int]
    min_similarity: float
    documents: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    forms: list[dict[str, Any]]

    @property
    def not_compared(self) -> int:
        """Pages and files that are not in the answer."""
        return sum(self.not_compared_pages.values()) + sum(self.not_compared_files.values())

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return dataclasses.asdict(self) | {"not_compared": self.not_compared}


def duplicates_of(
    case: Case, progress: Progress, *, min_similarity: float = MIN_SIMILARITY, differences: int = 0
) -> Duplicates:
    """All groups of the case as it was read; takes a few seconds for a thousand pages the first time.

    Of the first so many groups of each sort every page has its `differences` to the first page of its group.
    """
    event = case.queries.reading_event_count()
    texts = CaseTexts(case)
    derived = case.derived()
    try:
        table, sketches = _sketches(texts, derived, progress)
        grouping = _grouping(texts, table, sketches, derived, progress, min_similarity)
    finally:
        derived.close()
    found = FoundDuplicates(case, texts, table, sketches, grouping)
    keep_found(
        case,
        event,
        min_similarity,
        compared=found.compared,
        groups=found.group_count,
        pages=sum(map(len, grouping.duplicates)),
        documents=len(found.documents),
        forms=found.form_count,
    )
    pages, files = not_compared(case)
    if found.too_short:
        pages["too_short"] = found.too_short
    told = Duplicates(
        compared=found.compared,
        not_compared_pages=dict(sorted(pages.items())),
        not_compared_files=dict(sorted(files.items())),
        min_similarity=min_similarity,
        documents=found.documents,
        groups=[found.group(at, at < differences) for at in range(found.group_count)],
        forms=[found.form(at, at < differences) for at in range(found.form_count)],
    )
    keep_alike(case, event, told.documents, told.groups)
    return told


class FoundDuplicates:
    """All groups of a case, told one at a time: telling one reads its pages."""

    def __init__(
        self, case: Case, texts: CaseTexts, table: PageTable, sketches: list[Hashes], grouping: Grouping
    ) -> None:
        self.too_short = sum(not len(sketch) for sketch in sketches)
        self.compared = len(table) - self.too_short
        self._grouping = grouping
        self._told = _Telling(case, texts, table, sketches)
        self.documents = list(self._told.documents(grouping))

    @property
    def group_count(self) -> int:
        """How many groups of near-duplicates there are."""
        return len(self._grouping.duplicates)

    @property
    def form_count(self) -> int:
        """How many groups of forms there are."""
        return len(self._grouping.forms)

    def group(self, at: int, with_differences: bool = False) -> dict[str, Any]:
        """One group of near-duplicates."""
        return self._told.group(self._grouping.duplicates[at], with_differences)

    def form(self, at: int, with_differences: bool = False) -> dict[str, Any]:
        """One group of forms."""
        return self._told.group(self._grouping.forms[at], with_differences)


def kept_duplicates(case: Case) -> FoundDuplicates | None:
    """What the last run found; None if there was none, or something was added to the case since."""
    near = near_duplicates_found(case)
    if near is None or not near.current:
        return None
    texts = CaseTexts(case)
    derived = case.derived()
    try:
        grouping = _kept_grouping(texts, derived, near.min_similarity)
        if grouping is None:
            return None
        table, sketches = _sketches(texts, derived, Progress(None))
    finally:
        derived.close()
    return FoundDuplicates(case, texts, table, sketches, grouping)


def not_compared(case: Case) -> tuple[Counter[str], Counter[str]]:
    """Pages and files by cause that cannot be compared, since they are not read."""
    account = account_for_search(case)
    return Counter(account["pages"]), Counter(account["files"])


def _made_with() -> str:
    return f"{SKETCH_VERSION} {unicodedata.unidata_version}"


def _sketches(texts: CaseTexts, derived: Derived, progress: Progress) -> tuple[PageTable, list[Hashes]]:
    """The pages that can be compared, with their sketches; empty ones for pages that say too little."""
    kind = _SKETCHES + _made_with()
    derived.forget_other_kinds(_SKETCHES, kind)
    progress.begin("Sketching pages", sum(reading.pages_with_text for reading in texts.readings))
    table = PageTable()
    sketches: list[Hashes] = []
    new: list[tuple[str, bytes]] = []
    for reading in texts.readings:
        key = texts.key_of(reading)
        kept = derived.get(kind, key)
        if kept is None:
            kept = _pack({page.number: sketch_of_text(page.text) for page in texts.whole_pages(reading)})
            new.append((key, kept))
        if len(new) >= BATCH_DOCUMENTS:
            derived.put(kind, new)
            new = []
        found = _unpack(kept)
        table.add(list(found))
        sketches += found.values()
        progress.advance(len(found))
    derived.put(kind, new)
    progress.end()
    return table, sketches


def _pack(sketches: dict[int, Hashes]) -> bytes:
    """Number of pages, then for each its number and its number of hashes, then all hashes; 64-bit little endian."""
    head = [len(sketches), *(part for number, sketch in sketches.items() for part in (number, len(sketch)))]
    return b"".join(
        [np.array(head, "<u8").tobytes(), *(sketch.astype("<u8").tobytes() for sketch in sketches.values())]
    )


def _unpack(raw: bytes) -> dict[int, Hashes]:
    numbers = np.frombuffer(raw, "<u8").astype(np.uint64)
    count = int(numbers[0])
    head, at, found = numbers[1 : 1 + 2 * count].tolist(), 1 + 2 * count, {}
    for number, size in zip(head[0::2], head[1::2], strict=True):
        found[number] = numbers[at : at + size]
        at += size
    return found


def _grouping(
    texts: CaseTexts, table: PageTable, sketches: list[Hashes], derived: Derived, progress: Progress, least: float
) -> Grouping:
    kind = _groups_kind()
    derived.forget_other_kinds(_GROUPS, kind)
    kept = _kept_grouping(texts, derived, least)
    if kept is not None:
        return kept
    progress.begin("Comparing pages", len(table))
    at = 0

    def seen(page: int) -> None:
        nonlocal at
        progress.advance(page - at)
        at = page

    def text_of(page: int) -> str:
        document, position = table.place(page)
        return texts.page(texts.readings[document], table.numbers[document][position]).text

    grouping = find_duplicates(sketches, text_of, min_similarity=least, seen=seen)
    progress.end()
    derived.put(kind, [(_groups_key(texts, least), zlib.compress(json.dumps(dataclasses.astuple(grouping)).encode()))])
    return grouping


def _groups_kind() -> str:
    return _GROUPS + " ".join([_made_with(), CANDIDATES_VERSION, LIKENESS_VERSION, GROUPING_VERSION])


def _groups_key(texts: CaseTexts, least: float) -> str:
    return f"{texts.key} {least}"


def _kept_grouping(texts: CaseTexts, derived: Derived, least: float) -> Grouping | None:
    kept = derived.get(_groups_kind(), _groups_key(texts, least))
    return _grouping_from(json.loads(zlib.decompress(kept))) if kept is not None else None


def _grouping_from(plain: list[Any]) -> Grouping:
    def members(group: list[Any]) -> tuple[Member, ...]:
        return tuple(Member(page, Likeness(kind and Kind(kind), *rest)) for page, (kind, *rest) in group)

    duplicates, forms = (tuple(members(group) for group in groups) for groups in plain)
    return Grouping(duplicates, forms)


class _Telling:
    """Makes plain values of groups, with the names and the cites of their pages."""

    def __init__(self, case: Case, texts: CaseTexts, table: PageTable, sketches: list[Hashes]) -> None:
        self._texts = texts
        self._table = table
        self._sizes = _compared_pages(table, sketches)
        self._names = lru_cache(maxsize=_NAMES)(partial(names_of, case))

    def group(self, group: tuple[Member, ...], with_differences: bool) -> dict[str, Any]:
        """A group of pages."""
        pages = [self._page(member) for member in group]
        if with_differences:
            first = self._side(group[0])
            for page, member in zip(pages, group, strict=True):
                page["differences"] = compare_sides(first, self._side(member)).differences_json()
        return {"similarity": min(page["similarity"] for page in pages), "shared": self._shared(group), "pages": pages}

    def _text(self, number: int) -> tuple[Reading, PageText]:
        document, position = self._table.place(number)
        reading = self._texts.readings[document]
        return reading, self._texts.page(reading, self._table.numbers[document][position])

    def _page(self, member: Member) -> dict[str, Any]:
        reading, page = self._text(member.page)
        like = member.likeness
        return self._document(reading) | {
            "page": page.number,
            "label": page.label,
            "cite": self._cite(reading, page, 0, len(page.text)),
            "same_text": like.kind is Kind.SAME_TEXT,
            "similarity": round(like.similarity, 3),
            "contained": round(like.contained, 3),
            "slots": like.slots,
            "replaced": round(like.replaced, 3),
        }

    def _side(self, member: Member) -> Side:
        reading, page = self._text(member.page)
        name = self._names(reading.document)[0]
        return side_of_page(reading.document, name, page, self._texts.of(reading).made_by(page.number))

    def _document(self, reading: Reading) -> dict[str, Any]:
        names = self._names(reading.document)
        return {"document": reading.document, "found_as": names[0], "also_found_as": names[1:]}

    def _cite(self, reading: Reading, page: PageText, start: int, end: int) -> str:
        made_by = self._texts.of(reading).made_by(page.number)
        return str(cite_of(TextRange(reading.document, page.number, start, end, made_by)))

    def _shared(self, group: tuple[Member, ...]) -> dict[str, str] | None:
        """The longest passage of the first page that the others have too, with its cite."""
        reading, page = self._text(group[0].page)
        others = (self._text(member.page)[1].text for member in group[1:SHARED_AMONG])
        found = longest_shared(page.text, others)
        if found is None:
            return None
        start, end = found[0], min(found[1], found[0] + MAX_SHARED)
        return {"text": page.text[start:end], "cite": self._cite(reading, page, start, end)}

    def documents(self, grouping: Grouping) -> Iterator[dict[str, Any]]:
        """Yields groups of documents with pages alike in the same order, those with most such pages first."""
        groups = [[member.page for member in group] for group in grouping.duplicates]
        for related in relate(find_versions(groups, self._table.place, self._sizes), self._sizes):
            yield {
                "kind": "versions" if related.is_versions else "contained",
                "documents": [
                    self._document(self._texts.readings[document]) | {"pages": self._sizes[document]}
                    for document in related.documents
                ],
                "pairs": [self._pair(pair) for pair in related.pairs],
            }

    def _pair(self, pair: Versions) -> dict[str, Any]:
        sides = {"left": (pair.left, 0), "right": (pair.right, 1)}
        told: dict[str, Any] = {"pages_alike": len(pair.pages)}
        for name, (document, side) in sides.items():
            numbers = [self._table.numbers[document][pages[side]] for pages in pair.pages]
            told |= {name: self._texts.readings[document].document, f"{name}_pages": write_ranges(numbers)}
        return told


def _compared_pages(table: PageTable, sketches: list[Hashes]) -> list[int]:
    """For each document how many of its pages were compared."""
    sizes = [0] * len(table.numbers)
    for page, sketch in enumerate(sketches):
        sizes[table.place(page)[0]] += len(sketch) > 0
    return sizes
