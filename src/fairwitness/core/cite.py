"""Cites: short names of a place in a document that anybody with the case can look up again.

`3fa9c1d2e4b5a697:p3:c120-131:1a2b3c4d` is: the first 16 hex digits of the document's SHA-256, the page, the range of
code points in its text, and the first 8 digits of the id of the reading that gave this text. A later reading of the
same page gives other cites; old ones keep their meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fairwitness.core.errors import BadCite
from fairwitness.core.records import TextRange

_FORM = re.compile(r"([0-9a-f]{16,64}):p([0-9]{1,9}):c([0-9]{1,9})-([0-9]{1,9}):([0-9a-f]{8,64})")


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


def cite_of(place: TextRange) -> Cite:
    """The cite of a text range."""
    return Cite(place.document[:16], place.page, place.start, place.end, place.reading[:8])


def parse_cite(text: str) -> Cite:
    """The cite that `text` spells.

    Raises:
        BadCite: if it has not the form of one.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None or int(match[3]) >= int(match[4]):
        raise BadCite("This is not a cite.")
    return Cite(match[1], int(match[2]), int(match[3]), int(match[4]), match[5])
