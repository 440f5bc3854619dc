"""Cites: short names of a place in a document that anybody with the case can look up again.

`3fa9c1d2e4b5a697:p3:c120-131:1a2b3c4d` is: the first 16 hex digits of the document's SHA-256, the page, the range of
code points in its text, and the first 8 digits of the id of the reading that gave this text. A later reading of the
same page gives other cites; old ones keep their meaning.

`3fa9c1d2e4b5a697:p3:r120,80,640,410@200` is a rectangle on the image of page 3 drawn at 200 dpi: left, top, right and
bottom in pixels, right and bottom excluded. Of an image file, which is drawn at its own size, the dpi are 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fairwitness.core.errors import BadCite
from fairwitness.core.records import Region, TextRange

_FORM = re.compile(r"([0-9a-f]{16,64}):p([0-9]{1,9}):c([0-9]{1,9})-([0-9]{1,9}):([0-9a-f]{8,64})")
_REGION = re.compile(
    r"([0-9a-f]{16,64}):p([0-9]{1,9}):r([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6}),([0-9]{1,6})@([0-9]{1,5})"
)


@dataclass(frozen=True, slots=True)
class Cite:
    """The parts of a cite; `document` and `reading` are beginnings of hex digests."""

    document: str
    page: int
    start: int
    end: int
    reading: str

    def __str__(self) -> str:
        return f"{self.document}:p{self.page}:c{self.start}-{self.end}:{self.reading}"


@dataclass(frozen=True, slots=True)
class RegionCite:
    """The parts of a cite of a rectangle; `document` is the beginning of a hex digest."""

    document: str
    page: int
    x0: int
    y0: int
    x1: int
    y1: int
    dpi: int

    def __str__(self) -> str:
        return f"{self.document}:p{self.page}:r{self.x0},{self.y0},{self.x1},{self.y1}@{self.dpi}"


AnyCite = Cite | RegionCite


def cite_of(place: TextRange) -> Cite:
    """The cite of a text range."""
    return Cite(place.document[:16], place.page, place.start, place.end, place.reading[:8])


def region_cite_of(place: Region) -> RegionCite:
    """The cite of a rectangle on a page."""
    return RegionCite(place.document[:16], place.page, place.x0, place.y0, place.x1, place.y1, place.dpi)


def parse_any_cite(text: str) -> AnyCite:
    """The cite that `text` spells, of a range of text or of a rectangle.

    Raises:
        BadCite: if it has not the form of one.
    """
    match = _REGION.fullmatch(text.strip())
    if match is None:
        return parse_cite(text)
    page, x0, y0, x1, y1, dpi = (int(number) for number in match.groups()[1:])
    if x0 >= x1 or y0 >= y1:
        raise BadCite("This rectangle is empty.")
    return RegionCite(match[1], page, x0, y0, x1, y1, dpi)


def parse_cite(text: str) -> Cite:
    """The cite of a range of text that `text` spells.

    Raises:
        BadCite: if it has not the form of one.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None or int(match[3]) >= int(match[4]):
        raise BadCite("This is not a cite.")
    return Cite(match[1], int(match[2]), int(match[3]), int(match[4]), match[5])
