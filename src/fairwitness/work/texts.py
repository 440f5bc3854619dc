"""The pages of a case that have text, in a fixed order, for work over the whole case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.core.records import Reading
from fairwitness.work.current import current_readings


class CaseTexts:
    """All documents with text by digest; `key` names the state of the case that they are of."""

    def __init__(self, case: Case) -> None:
        self._case = case
        readings = current_readings(case)
        self.readings: list[Reading] = [readings[digest] for digest in sorted(readings) if readings[digest].pages]
        self.key = hashlib.sha256("\n".join(reading.id for reading in self.readings).encode()).hexdigest()
        self._reader = lru_cache(maxsize=64)(self._open)

    def pages_of(self, reading: Reading) -> Iterator[PageText]:
        """Yields the pages with text of one document."""
        for page in self._reader(reading.pages):
            if isinstance(page, PageText):
                yield page

    def page(self, reading: Reading, number: int) -> PageText | PageMissed | None:
        """One page; None if there is none of that number."""
        return self._reader(reading.pages).page(number)

    def _open(self, digest: str) -> PageReader:
        return PageReader(self._case.objects.open(digest))


def is_whole(page: PageText) -> bool:
    """Whether `text` is what the page says: of a scan that waits for text recognition it may be a mere stamp."""
    return page.cause is not Cause.NEEDS_OCR


class PageTable:
    """Pages numbered through from 0: documents in their order, the pages of each ascending."""

    def __init__(self) -> None:
        self.numbers: list[list[int]] = []
        self._documents: list[int] = []
        self._positions: list[int] = []

    def add(self, numbers: list[int]) -> None:
        """The next document has pages of these numbers."""
        self._documents += [len(self.numbers)] * len(numbers)
        self._positions += range(len(numbers))
        self.numbers.append(numbers)

    def __len__(self) -> int:
        return len(self._documents)

    def place(self, page: int) -> tuple[int, int]:
        """The document of a page, and the position of the page in it, both from 0."""
        return self._documents[page], self._positions[page]
