"""The pages of a case that have text, in a fixed order, for work over the whole case."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.parts import PageText
from fairwitness.core.records import Reading
from fairwitness.work.current import each_reading
from fairwitness.work.scans import DocumentPages, waiting_pages


class CaseTexts:
    """All documents with text, by digest, as they count today; `key` names the state of the case that they are of."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._scans = case.queries.last_scans()
        self.readings = [reading for reading, _ in each_reading(case, about=False) if reading.pages_with_text]
        self.key = hashlib.sha256("\n".join(map(self.key_of, self.readings)).encode()).hexdigest()
        self._by_document = {reading.document: reading for reading in self.readings}
        self._pages = lru_cache(maxsize=64)(self._open)

    def key_of(self, reading: Reading) -> str:
        """Names the pages of the document as they count; others after another reading or scan."""
        return f"{reading.id} {self._scans.get(reading.document, 0)}"

    def whole_pages(self, reading: Reading) -> Iterator[PageText]:
        """Yields the pages whose text is what they say: not the stamp on a scan that waits for text recognition."""
        waiting = waiting_pages(reading)
        for page in self.of(reading):
            if isinstance(page, PageText) and page.number not in waiting:
                yield page

    def page(self, reading: Reading, number: int) -> PageText:
        """One page that has text."""
        page = self.of(reading).page(number)
        if not isinstance(page, PageText):
            raise NotFound("That page was not read.")
        return page

    def of(self, reading: Reading) -> DocumentPages:
        """All pages of one document."""
        return self._pages(reading.document)

    def _open(self, document: str) -> DocumentPages:
        return DocumentPages(self._case, self._by_document[document], self._scans.get(document, 0))


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
