"""Pages that text recognition read: which scan of a page counts, and what a reading is worth with its scans.

Every scan stays. Of several scans of one page the one with the highest trust counts, of equals the last. Where a file
holds text for a page and the pixels were recognised too, the pixels rule if the two differ: people saw the pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader, PageWriter
from fairwitness.core.outcome import READ, Cause
from fairwitness.core.parts import PageMissed, PageText
from fairwitness.core.ranges import read_ranges, write_ranges
from fairwitness.core.records import PageScan, Reading
from fairwitness.text.quality import signs_from, trust_of

SAME = 800  # thousandths of likeness from which on a text layer says what the pixels say


def choose(scans: Iterable[PageScan], upto: int | None = None) -> dict[int, PageScan]:
    """The scan that counts, by page, of the scans of one document up to number `upto`."""
    best: dict[int, tuple[tuple[bool, float, int], PageScan]] = {}
    for scan in scans:
        if upto is not None and scan.seq > upto:
            continue
        rank = (scan.outcome in READ, trust_of(signs_from(scan.signs)).value if scan.has_text else 0.0, scan.seq)
        if scan.page not in best or rank > best[scan.page][0]:
            best[scan.page] = (rank, scan)
    return {page: scan for page, (_, scan) in best.items()}


def waiting_pages(reading: Reading) -> set[int]:
    """Numbers of the pages whose pixels hold text that the file does not."""
    return set(read_ranges(reading.page_causes.get(Cause.NEEDS_OCR.value, "")))


def rules(scan: PageScan) -> bool:
    """Whether the scan counts instead of what the file says of its page: nothing, or something else."""
    return scan.has_text and signs_from(scan.signs).layer < SAME


def with_scans(reading: Reading, scans: Mapping[int, PageScan]) -> Reading:
    """The reading as its scans complete it: pages that waited are read, or have the cause their scan ended with."""
    waiting = waiting_pages(reading)
    told = [scan for page, scan in scans.items() if page in waiting]
    if not told:
        return reading
    causes = {name: ranges for name, ranges in reading.page_causes.items() if name != Cause.NEEDS_OCR.value}
    missed: dict[str, list[int]] = {Cause.NEEDS_OCR.value: sorted(waiting - {scan.page for scan in told})}
    for scan in told:
        if scan.outcome not in READ:
            missed.setdefault(scan.outcome.value, []).append(scan.page)
    for name, numbers in missed.items():
        if numbers:
            causes[name] = write_ranges(sorted({*read_ranges(causes.get(name, "")), *numbers}))
    new_texts = sum(scan.has_text and signs_from(scan.signs).layer < 0 for scan in told)
    return replace(
        reading,
        page_causes=causes,
        pages_read=reading.pages_read + sum(scan.outcome in READ for scan in told),
        pages_with_text=reading.pages_with_text + new_texts,
    )


class DocumentPages:
    """The pages of one document as they count: those of its reading, and of its scans up to number `upto`.

    `scan_of` names the scan that a page comes from. Use it as a context manager, or close it.
    """

    def __init__(
        self, case: Case, reading: Reading, upto: int | None = None, scans: Iterable[PageScan] | None = None
    ) -> None:
        """`scans` are those of the document, if they are at hand."""
        self._case = case
        self._file = case.objects.open(reading.pages) if reading.pages else None
        self._reader = PageReader(self._file) if self._file is not None else None
        chosen = choose(case.queries.scans(reading.document) if scans is None else scans, upto)
        self._scans = {page: scan for page, scan in chosen.items() if rules(scan)}
        self.reading = reading

    def __enter__(self) -> DocumentPages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """The file is closed."""
        if self._file is not None:
            self._file.close()

    @property
    def numbers(self) -> list[int]:
        """Numbers of all pages, ascending."""
        return sorted({*(self._reader.numbers if self._reader is not None else ()), *self._scans})

    def scan_of(self, number: int) -> PageScan | None:
        """The scan that the page comes from; None where it comes from the file."""
        return self._scans.get(number)

    def made_by(self, number: int) -> str:
        """Id of the scan or of the reading that gave the page; what a cite of it names."""
        scan = self._scans.get(number)
        return scan.id if scan is not None else self.reading.id

    def page(self, number: int) -> PageText | PageMissed | None:
        """The page of that number, None if there is none."""
        scan = self._scans.get(number)
        if scan is not None:
            return self._case.queries.scanned_page(scan.seq)
        return self._reader.page(number) if self._reader is not None else None

    def __iter__(self) -> Iterator[PageText | PageMissed]:
        for number in self.numbers:
            page = self.page(number)
            if page is not None:
                yield page

    def write(self, path: Path) -> None:
        """A page blob with all of them is at `path`."""
        with path.open("wb") as out:
            writer = PageWriter(out)
            for page in self:
                writer.add(page)
            writer.finish()

    @property
    def has_scans(self) -> bool:
        """Whether any page comes from a scan."""
        return bool(self._scans)
