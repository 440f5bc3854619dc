"""Reads chosen pages again with another engine, and sets all readings of a page side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader
from fairwitness.core.cite import cite_of
from fairwitness.core.parts import PageText
from fairwitness.core.recognition import LINE_NUMBERS
from fairwitness.core.records import Made, TextRange
from fairwitness.text.quality import likeness, signs_of, trust_of
from fairwitness.work.current import bare_readings
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import Place, Recognised, Wish, recognise
from fairwitness.work.scans import DocumentPages
from fairwitness.work.searching import CaseSearch


@dataclass(frozen=True, slots=True)
class PageReading:
    """One of the texts that there are of one page. `counts` is True for the one that searches and cites use.

    `options` is the JSON of what it was made with: for a scan the engine, its version and the SHA-256 of each model.
    """

    cite: str
    engine: str
    step: str
    version: str
    trust: float
    doubts: tuple[str, ...]
    counts: bool
    text: str
    likeness: float
    options: str
    lines: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return plain | {"doubts": list(self.doubts), "options": json.loads(self.options), "lines": list(self.lines)}


def places_where(case: Case, query: str) -> list[Place]:
    """Pages with an image that match the query.

    Raises:
        BadQuery: if it is no query.
    """
    searching = CaseSearch(case)
    _, node = searching.ask(query, limit=0)
    types = {digest: reading.media_type for digest, reading in bare_readings(case).items()}
    return [
        (found.document, found.number)
        for found in searching.pages_of(node)
        if types[found.document] == "application/pdf" or types[found.document].startswith("image/")
    ]


def reread(case: Case, query: str, progress: Progress, wish: Wish, *, unlocked: bool = False) -> Recognised:
    """The pages that match are read with `wish.engine`; what there was of them stays, and the more trusted counts."""
    return recognise(case, progress, places_where(case, query), wish, unlocked=unlocked)


def readings_of_page(case: Case, document: str, number: int) -> list[PageReading]:
    """All texts that there are of the page, that which counts first."""
    reading = bare_readings(case)[document]
    with DocumentPages(case, reading) as pages:
        current, made_by = pages.page(number), pages.made_by(number)
    ruling = current.text if isinstance(current, PageText) else ""
    found = [
        _page_reading(document, page, name, made, name == made_by, ruling)
        for name, made, page in _texts(case, document, number)
    ]
    return sorted(found, key=lambda one: not one.counts)


def _texts(case: Case, document: str, number: int) -> Iterator[tuple[str, Made, PageText]]:
    for reading in case.queries.readings_of(document):
        if reading.pages:
            with case.objects.open(reading.pages) as file:
                page = PageReader(file).page(number)
            if isinstance(page, PageText):
                yield reading.id, reading.made, page
    for scan in case.queries.scans(document):
        if scan.page == number and scan.has_text:
            yield scan.id, scan.made, case.queries.scanned_page(scan.seq)


def _page_reading(document: str, page: PageText, name: str, made: Made, counts: bool, ruling: str) -> PageReading:
    trust = trust_of(signs_of(page))
    cite = cite_of(TextRange(document, page.number, 0, max(1, len(page.text)), name))
    engine = page.recognition.engine if page.recognition is not None else ""
    same = round(likeness(page.text, ruling), 3)
    return PageReading(
        str(cite),
        engine,
        made.step,
        made.version,
        trust.value,
        trust.reasons,
        counts,
        page.text,
        same,
        made.options,
        tuple(_lines(page)),
    )


def _lines(page: PageText) -> Iterator[dict[str, Any]]:
    """Each recognised line with its confidence, what read it, and what else it might say."""
    how = page.recognition
    for number in range(len(how) if how is not None else 0):
        assert how is not None
        start, end, confidence, engine, script = how.lines[LINE_NUMBERS * number : LINE_NUMBERS * (number + 1)]
        others = [
            {"text": other.text, "confidence": other.confidence / 1000, "engine": other.engine}
            for other in how.alternatives
            if other.line == number
        ]
        yield {
            "text": page.text[start:end],
            "confidence": confidence / 1000,
            "engine": how.engines[engine],
            "script": how.scripts[script],
            "alternatives": others,
        }
