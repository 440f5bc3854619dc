"""One document as somebody looks at it: the reading that counts, its pages by number, their images' shape.

What is asked for again and again while a person leafs through a document is remembered, and looked up anew as soon as
the document is read again or a page of it is recognised.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from fairwitness.case.case import Case
from fairwitness.case.pages import PageReader
from fairwitness.core.errors import NotFound
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import PageKind, PageMissed, PageText
from fairwitness.core.ranges import read_ranges
from fairwitness.core.records import PageScan, Reading
from fairwitness.work.current import bare_readings
from fairwitness.work.scans import choose, rules, with_scans

_REMEMBERED = 16  # documents; a scanned book of 10,000 pages takes about 10 MB

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Looked:
    """A document as it counts now. `numbers` are those of all its pages, read or not, ascending.

    `scans` are the scans that count, by page, instead of what the file says of it.
    """

    document: str
    reading: Reading
    scans: Mapping[int, PageScan]
    numbers: tuple[int, ...]

    @property
    def has_images(self) -> bool:
        """Whether its pages can be drawn."""
        return self.reading.media_type == PDF or self.reading.media_type.startswith("image/")

    def made_by(self, number: int) -> str:
        """Id of the scan or of the reading that gave the page; what a cite of it names."""
        scan = self.scans.get(number)
        return scan.id if scan is not None else self.reading.id

    def cause_of(self, number: int) -> Cause | None:
        """Why the page is not read; None if it is, or if nothing is known of it."""
        for name, ranges in self.reading.page_causes.items():
            if any(page == number for page in read_ranges(ranges)):
                return Cause(name)
        return None


@dataclass(frozen=True, slots=True)
class Shape:
    """The image of a page: its size in pixels at `dpi`, and how far it must be turned clockwise to be read.

    All three are 0 where nobody measured it.
    """

    width_px: int
    height_px: int
    dpi: int
    turn_deg: int

    @property
    def turned(self) -> tuple[int, int]:
        """Width and height once it is turned."""
        return (self.height_px, self.width_px) if self.turn_deg in (90, 270) else (self.width_px, self.height_px)


class Looking:
    """Looks documents and pages up; every method may be called from any thread."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._looked: OrderedDict[str, tuple[tuple[int, int], Looked]] = OrderedDict()
        self._labels: OrderedDict[str, dict[int, tuple[PageKind, str]]] = OrderedDict()

    def document(self, digest: str) -> Looked:
        """The document of that digest.

        Raises:
            NotFound: if there is none, or nobody has tried to read it yet.
        """
        state = self._case.queries.state_of(digest)
        with self._lock:
            held = self._looked.get(digest)
            if held is not None and held[0] == state:
                self._looked.move_to_end(digest)
                return held[1]
        looked = self._look(digest)
        with self._lock:
            self._looked[digest] = (state, looked)
            while len(self._looked) > _REMEMBERED:
                self._looked.popitem(last=False)
        return looked

    def _look(self, digest: str) -> Looked:
        reading = bare_readings(self._case, [digest]).get(digest)
        if reading is None:
            raise NotFound("Nobody has read that document yet.", advice="Go on with: fairwitness open LEAK")
        chosen = choose(self._case.queries.scans(digest))
        numbers: set[int] = set(chosen)
        if reading.pages:
            with self._case.objects.open(reading.pages) as file:
                numbers.update(PageReader(file).numbers)
        for ranges in reading.page_causes.values():
            numbers.update(read_ranges(ranges))
        ruling = {page: scan for page, scan in chosen.items() if rules(scan)}
        looked = Looked(digest, with_scans(reading, chosen), ruling, tuple(sorted(numbers)))
        if not numbers and looked.has_images:  # a file that nobody could open may still have something to show
            return Looked(digest, looked.reading, ruling, (1,))
        return looked

    def labels(self, digest: str) -> dict[int, tuple[PageKind, str]]:
        """Kind and label of each page that was read from the file itself, by number: the names of sheets."""
        looked = self.document(digest)
        with self._lock:
            kept = self._labels.get(looked.reading.id)
        if kept is None:
            kept = {}
            if looked.reading.pages:
                with self._case.objects.open(looked.reading.pages) as file:
                    reader = PageReader(file)
                    kept = {number: reader.label(number) for number in reader.numbers}
            with self._lock:
                self._labels[looked.reading.id] = kept
                while len(self._labels) > _REMEMBERED:
                    self._labels.popitem(last=False)
        return kept

    def page(self, digest: str, number: int) -> PageText | PageMissed:
        """One page, read or missed.

        Raises:
            NotFound: if the document has no page of that number.
        """
        looked = self.document(digest)
        if number not in looked.numbers:
            raise NotFound(f"Document {digest[:12]} has no page {number}.")
        scan = looked.scans.get(number)
        if scan is not None:
            return self._case.queries.scanned_page(scan.seq)
        found = self.own_page(digest, number)
        return found or PageMissed(number, "page", looked.cause_of(number) or looked.reading.outcome)

    def own_page(self, digest: str, number: int) -> PageText | PageMissed | None:
        """The page as the file itself was read, whatever was recognised of it; its size is that of the file's image."""
        looked = self.document(digest)
        if not looked.reading.pages:
            return None
        with self._case.objects.open(looked.reading.pages) as file:
            return PageReader(file).page(number)

    def shape(self, digest: str, number: int) -> Shape:
        """How the image of the page lies.

        Raises:
            NotFound: if the document has no page of that number.
        """
        page = self.page(digest, number)
        turn = page.recognition.turn_deg if isinstance(page, PageText) and page.recognition is not None else 0
        return Shape(page.width_px, page.height_px, page.dpi, turn)


Box = tuple[int, int, int, int]


def turned_box(box: Box, shape: Shape) -> Box:
    """Where the box lies on the image once that is turned."""
    x0, y0, x1, y1 = box
    width, height = shape.width_px, shape.height_px
    if shape.turn_deg == 90:
        return height - y1, x0, height - y0, x1
    if shape.turn_deg == 180:
        return width - x1, height - y1, width - x0, height - y0
    if shape.turn_deg == 270:
        return y0, width - x1, y1, width - x0
    return box
