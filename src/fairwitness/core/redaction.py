"""Boxes: the places of a page that are to be covered before it leaves, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal["person", "number", "contact", "address", "face", "mark", "source", "signature", "other"]
REASONS: tuple[Reason, ...] = ("person", "number", "contact", "address", "face", "mark", "source", "signature", "other")
FoundBy = Literal["hand", "search", "recogniser", "column"]
Width = Literal["fixed", "cell", "line", "exact"]
"""How wide a box is painted: as wide as the widest of its group, the whole cell, to the end of the line, or as given.

"exact" is for places whose width says nothing, such as a face or a stamp; a name never is one.
"""


@dataclass(frozen=True, slots=True)
class Box:
    """A place to be covered.

    `place` is the cite of a rectangle (`fairwitness.core.cite.RegionCite`), in pixels of the page at its dpi, right and
    bottom excluded. `group` is the column, search or recogniser by which boxes get one width; empty for one that stands
    alone. `withheld` holds the text that is covered, where it is known, so that the gate can look for it in every form:
    it is kept in the case and in nothing that leaves.
    """

    place: str
    reason: Reason
    found_by: FoundBy
    width: Width
    group: str = ""
    withheld: str = ""
