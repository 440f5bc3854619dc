"""Compares two documents of a case, or two passages, word by word, with a place for every difference."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.compare.differences import Change, Passage, Span, compare_words
from fairwitness.compare.words import Word, words_of
from fairwitness.core.cite import Cite, cite_of, parse_cite
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageText
from fairwitness.core.ranges import count_ranges
from fairwitness.core.records import Reading, TextRange
from fairwitness.work.account import names_of
from fairwitness.work.current import is_today
from fairwitness.work.scans import DocumentPages, choose, with_scans
from fairwitness.work.showing import cited_page

_DIGITS = re.compile("[0-9a-f]{4,64}")


class NothingToCompare(FairwitnessError):
    """One of the two has no text."""

    code = "nothing_to_compare"
    advice = "Look for it in: fairwitness failures CASE"


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a side, or the piece of it that a cite names: code points `start` to `end` of the page's text.

    `made_by` is the id of the reading or the scan that gave the page.
    """

    page: PageText
    start: int
    end: int
    made_by: str

    @property
    def text(self) -> str:
        """What is compared."""
        return self.page.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts. `not_compared` counts pages that are not in it, or only in part, by cause."""

    document: str
    found_as: str
    parts: tuple[Part, ...]
    words: tuple[Word, ...]
    not_compared: dict[str, int]

    @property
    def recognised(self) -> int:
        """How many of the pages text recognition read."""
        return sum(part.page.recognition is not None for part in self.parts)

    def places(self, span: Span) -> Iterator[dict[str, Any]]:
        """Yields where the words of the span stand, page by page, as plain values with a cite."""
        at, end = span
        while at < end:
            number = self.words[at].part
            last = at
            while last + 1 < end and self.words[last + 1].part == number:
                last += 1
            part = self.parts[number]
            yield self._place(part, part.start + self.words[at].start, part.start + self.words[last].end)
            at = last + 1

    def _place(self, part: Part, start: int, end: int) -> dict[str, Any]:
        place = TextRange(self.document, part.page.number, start, end, part.made_by)
        return {
            "page": part.page.number,
            "label": part.page.label,
            "cite": str(cite_of(place)),
            "text": part.page.text[start:end],
        }

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "document": self.document,
            "found_as": self.found_as,
            "pages": len(self.parts),
            "recognised": self.recognised,
            "words": len(self.words),
            "not_compared": self.not_compared,
        }


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts and all their passages in order."""

    left: Side
    right: Side
    passages: tuple[Passage, ...]
    same_words: int

    @property
    def similarity(self) -> float:
        """Share of the words of both texts that stand in the same place."""
        return 2 * self.same_words / max(1, len(self.left.words) + len(self.right.words))

    def differences(self) -> Iterator[tuple[Passage, int]]:
        """Yields every difference once, in the order of its number, and the number of the move it is within, or 0."""
        told = set()
        for passage in self.passages:
            if passage.change is Change.SAME or passage.number in told:
                continue
            told.add(passage.number)
            yield _whole(passage), 0
            for inner in passage.inner:
                if inner.change is not Change.SAME:
                    yield inner, passage.number

    def counts(self) -> dict[str, int]:
        """How many differences of each kind."""
        found = Counter(passage.change.value for passage, _ in self.differences())
        return {change.value: found[change.value] for change in Change if change is not Change.SAME}

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "left": self.left.as_json(),
            "right": self.right.as_json(),
            "same_words": self.same_words,
            "similarity": round(self.similarity, 4),
            "counts": self.counts(),
            "differences": self.differences_json(),
        }

    def differences_json(self) -> list[dict[str, Any]]:
        """The differences as plain values."""
        return [
            {
                "number": passage.number,
                "kind": passage.change.value,
                "within": within,
                "left": list(self.left.places(passage.left)),
                "right": list(self.right.places(passage.right)),
            }
            for passage, within in self.differences()
        ]


def _whole(passage: Passage) -> Passage:
    """A moved passage with both of its places."""
    if passage.other is None:
        return passage
    is_left = passage.left[0] < passage.left[1]
    left, right = (passage.left, passage.other) if is_left else (passage.other, passage.right)
    return Passage(passage.change, left, right, passage.number, None, passage.inner)


def compare(case: Case, left: str, right: str) -> Comparison:
    """How the two compare. Each is the beginning of a document's digest, or a cite, which names a piece of a page.

    Raises:
        NotFound: if the case has no such document or passage.
        BadCite: if one is neither.
        NothingToCompare: if there is no text in one of them.
    """
    return compare_sides(_side(case, left), _side(case, right))


def compare_sides(left: Side, right: Side) -> Comparison:
    """How the two texts compare."""
    found = compare_words(left.words, right.words)
    return Comparison(left, right, found.passages, found.same_words)


def side_of_page(document: str, found_as: str, page: PageText, made_by: str) -> Side:
    """One page as a side; `made_by` is the id of the reading or the scan that gave it."""
    words = tuple(words_of([page.text]))
    return Side(document, found_as, (Part(page, 0, len(page.text), made_by),), words, {})


def _side(case: Case, name: str) -> Side:
    if _DIGITS.fullmatch(name.strip().lower()):
        digest = case.queries.document_starting(name.strip().lower())
        return _of_document(case, digest)
    return _of_cite(case, parse_cite(name))


def _of_document(case: Case, digest: str) -> Side:
    bare = _reading_that_counts(case, digest)
    if bare is None:
        raise NothingToCompare(f"Document {digest[:12]} is not read.")
    reading = with_scans(bare, choose(case.queries.scans(digest)))
    with DocumentPages(case, reading) as pages:
        parts = [
            Part(page, 0, len(page.text), pages.made_by(page.number)) for page in pages if isinstance(page, PageText)
        ]
    missed = {cause: count_ranges(ranges) for cause, ranges in sorted(reading.page_causes.items())}
    unseen = reading.pages_expected - reading.pages_read - sum(missed.values())
    if unseen > 0:
        missed[Cause.PARTIAL.value] = missed.get(Cause.PARTIAL.value, 0) + unseen
    return _made_of(case, digest, parts, missed)


def _of_cite(case: Case, cite: Cite) -> Side:
    digest = case.queries.document_starting(cite.document)
    page = cited_page(case, digest, cite)
    missed = {page.cause.value: 1} if page.cause is not None else {}
    return _made_of(case, digest, [Part(page, cite.start, cite.end, cite.reading)], missed)


def _made_of(case: Case, digest: str, parts: Sequence[Part], missed: dict[str, int]) -> Side:
    words = tuple(words_of([part.text for part in parts]))
    if not words:
        raise NothingToCompare(f"Document {digest[:12]} has no text.")
    return Side(digest, names_of(case, digest)[0], tuple(parts), words, missed)


def _reading_that_counts(case: Case, digest: str) -> Reading | None:
    """The reading of today's steps, else the first by id: the one that `current_readings` takes as well."""
    document = case.queries.document(digest)
    readings = sorted(case.queries.readings_of(digest), key=lambda reading: reading.id)
    for reading in readings:
        if is_today(case, document, reading.media_type, reading.id):
            return reading
    return readings[0] if readings else None
