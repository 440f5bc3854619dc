"""What text recognition gives of one page, and what an engine must be able to do.

All coordinates are pixels of the page image as it was given, origin top left, right and bottom excluded. A line is
text in reading order of its script: the text of a right-to-left line starts at its right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Image: TypeAlias = NDArray[np.uint8]  # (height, width) grey or (height, width, 3) RGB
Box: TypeAlias = tuple[int, int, int, int]  # x0, y0, x1, y1
Quad: TypeAlias = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Word:
    """Code points `start` to `end` (excluded) of the text of its line, and where they are."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another engine, or a second pass, read in the same place."""

    text: str
    confidence: float
    engine: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text. `confidence` is in [0, 1]; `engine` names what read it, `script` is ISO 15924."""

    text: str
    box: Box
    quad: Quad  # top left, top right, bottom right, bottom left as the line is read upright
    confidence: float
    engine: str
    script: str
    words: tuple[Word, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """One page. `turn_deg` (0, 90, 180, 270) and `skew_deg` say how far it must be turned clockwise to be upright.

    `ink_outside` is the share, in [0, 1], of the ink of the page that lies outside the boxes of all lines.
    """

    lines: tuple[Line, ...]
    turn_deg: int
    skew_deg: float
    ink_outside: float


@dataclass(frozen=True, slots=True)
class LineText:
    """What a recogniser read in one upright line image: the text, its confidence in [0, 1], and word spans.

    `spans` are (start, end, x0, x1): code points of the text, then the columns of the line image. `least` is the
    confidence of the letter that is least sure, 0 where a recogniser does not tell.
    """

    text: str
    confidence: float
    spans: tuple[tuple[int, int, int, int], ...] = ()
    least: float = 0.0


class Recogniser(Protocol):
    """Reads upright line images. `models` maps the file name of each model that it uses to its SHA-256 in hex."""

    @property
    def name(self) -> str:
        """What results call it."""
        ...

    @property
    def scripts(self) -> frozenset[str]:
        """The scripts that it knows, ISO 15924."""
        ...

    @property
    def models(self) -> dict[str, str]:
        """File name and SHA-256 of each model."""
        ...

    def read(self, lines: Sequence[Image], /) -> list[LineText]:
        """One answer for each line image."""
        ...


class Engine(Protocol):
    """Reads whole pages. `options` is what a result depends on beside the pixels and the models: plain JSON."""

    @property
    def name(self) -> str:
        """What settings call it."""
        ...

    @property
    def version(self) -> str:
        """Raised whenever the output may differ."""
        ...

    @property
    def models(self) -> dict[str, str]:
        """File name and SHA-256 of each model that a page may meet."""
        ...

    def read(self, page: Image, dpi: int, /) -> Scan:
        """All text of the page; a page without text gives no lines."""
        ...
