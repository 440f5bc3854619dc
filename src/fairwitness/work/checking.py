"""Checks documents against themselves: identity numbers, dates of birth, days that there are not, dates of letters.

Counts and places only: an identity number is never printed, and nobody is listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from fairwitness.case.case import Case
from fairwitness.core.cite import cite_of
from fairwitness.core.parts import PageText
from fairwitness.core.records import Reading, TextRange
from fairwitness.facts.checking import KINDS, Remark, check_dated, check_page
from fairwitness.text.moments import parse_moment
from fairwitness.work.account import names_of
from fairwitness.work.current import bare_readings
from fairwitness.work.progress import Progress
from fairwitness.work.scans import DocumentPages

MAX_REMARKS = 10_000  # kept of one document; all are counted
_LAST_DAYS = (("sent", "delivered"), ("modified", "created"))  # the first group that says anything


@dataclass(frozen=True, slots=True)
class Remarked:
    """A remark with its places as cites; the first is the one that is likelier wrong."""

    kind: str
    text: str
    page: int
    cites: tuple[str, ...]
    masked: str
    parts: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"cites": list(self.cites), "masked": self.masked or None, "parts": list(self.parts)}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one document. `counts` is complete; `remarks` are the first `MAX_REMARKS`."""

    document: str
    found_as: str
    pages: int
    counts: dict[str, int]
    remarks: tuple[Remarked, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "document": self.document,
            "found_as": self.found_as,
            "pages": self.pages,
            "counts": self.counts,
            "remarks": [remark.as_json() for remark in self.remarks],
        }


def check(case: Case, progress: Progress, beginning: str = "") -> Iterator[Checked]:
    """Yield every document that has text, checked, or the one whose digest begins so, in the order of digests.

    Raises:
        NotFound: if no document begins so, or more than one.
    """
    chosen = [case.queries.document_starting(beginning)] if beginning else []
    readings = [reading for _, reading in sorted(bare_readings(case, chosen).items())]
    progress.begin("Checking", len(readings))
    for reading in readings:
        found = _check(case, reading)
        progress.advance()
        if found.pages:
            yield found
    progress.end()


def _check(case: Case, reading: Reading) -> Checked:
    last = last_day(reading)
    counts: Counter[str] = Counter()
    remarks: list[Remarked] = []
    number_of_pages = 0
    with DocumentPages(case, reading) as pages:
        for page in pages:
            if not isinstance(page, PageText):
                continue
            number_of_pages += 1
            made_by = pages.made_by(page.number)
            for remark in [*check_page(page.text), *(check_dated(page.text, last) if last else ())]:
                counts[remark.kind] += 1
                if len(remarks) < MAX_REMARKS:
                    remarks.append(_cited(reading.document, page.number, made_by, remark))
    names = names_of(case, reading.document)
    counted = {kind: counts[kind] for kind in KINDS if counts[kind]}
    return Checked(reading.document, names[0] if names else "", number_of_pages, counted, tuple(remarks))


def _cited(document: str, page: int, made_by: str, remark: Remark) -> Remarked:
    cites = tuple(str(cite_of(TextRange(document, page, *span, made_by))) for span in remark.spans)
    return Remarked(remark.kind, KINDS[remark.kind], page, cites, remark.masked, remark.parts)


def last_day(reading: Reading) -> date | None:
    """The last day on which the document was written, by what it says of itself; None if it says nothing.

    That it was sent ends the writing of a mail; of other files the last change does.
    """
    for names in _LAST_DAYS:
        moments = [parse_moment(value) for name, value, _ in reading.about if name.removesuffix("-time") in names]
        days = [moment.end.date() for moment in moments if moment is not None]
        if days:
            return max(days)
    return None
