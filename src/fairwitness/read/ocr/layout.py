"""Where the lines of a page are, once it is upright and level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.cut import LINE_PX, cut_line
from fairwitness.read.ocr.detect import Detector
from fairwitness.read.ocr.geometry import sides_of
from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.read.ocr.turn import is_lying, skew_of, turn_shares, turned

_LEVEL_DEG = 0.15  # a smaller skew does not matter
_SAMPLES = 3  # lines that are read both ways up
_CLEAR = 0.85  # of a reading, on average: that way is up
_UNSURE = 0.8  # of what the classifier says: below that the profile of the ink tells lines from columns
_MARGIN = 0.03  # by which the other way up must be read better


@dataclass(frozen=True, slots=True)
class Layout:
    """The page turned clockwise by `turn_deg`; the skew that is left in it, and the lines on it, in its pixels."""

    turn_deg: int
    upright: Image
    skew_deg: float
    quads: list[Quad]


def find_layout(page: Image, detector: Detector, sureness: Callable[[Image], float]) -> Layout:
    """The lines of a page that lies any way round. `sureness` says how well a line image can be read, in [0, 1].

    The classifier tells standing from lying pages in every script, but has learnt "which way up" from Han and Latin
    pages: it takes Uyghur pages for ones on their heads. So the longest lines are read both ways up where it matters.
    """
    shares = turn_shares(page)
    turn = int(shares.argmax())
    if shares[turn] < _UNSURE:
        lying = is_lying(page)
        turn = max((1, 3) if lying else (0, 2), key=lambda quarter: shares[quarter])
    layout = _find(page, 90 * turn, detector)
    if _is_lying(layout.quads):
        layout = _find(page, (layout.turn_deg + (90 if shares[1] >= shares[3] else 270)) % 360, detector)
    return _on_its_head(layout) if _reads_better_turned(layout, sureness) else layout


def _find(page: Image, turn_deg: int, detector: Detector) -> Layout:
    upright = turned(page, turn_deg)
    skew = skew_of(upright)
    return Layout(turn_deg, upright, skew, find_level(detector, upright, skew))


def _is_lying(quads: Sequence[Quad]) -> bool:
    """Whether more of the text stands in columns than in lines."""
    sizes = [sides_of(quad) for quad in quads]
    tall = sum(height for width, height in sizes if height > 1.5 * width)
    return tall > sum(width for width, height in sizes if width > 1.5 * height)


def _reads_better_turned(layout: Layout, sureness: Callable[[Image], float]) -> bool:
    longest = sorted(layout.quads, key=lambda quad: -sides_of(quad)[0])[:_SAMPLES]
    lines = [cut_line(layout.upright, quad, LINE_PX) for quad in longest]
    as_is = [sureness(line) for line in lines]
    if sum(as_is) >= _CLEAR * len(lines):
        return False
    other = [sureness(turned(line, 180)) for line in lines]
    return sum(other) > sum(as_is) + _MARGIN * len(lines)


def _on_its_head(layout: Layout) -> Layout:
    height, width = layout.upright.shape[:2]

    def move(point: tuple[float, float]) -> tuple[float, float]:
        return width - point[0], height - point[1]

    quads = [(move(c), move(d), move(a), move(b)) for a, b, c, d in layout.quads]
    upright = turned(layout.upright, 180)
    return Layout((layout.turn_deg + 180) % 360, upright, layout.skew_deg, quads)


def find_level(detector: Detector, page: Image, skew_deg: float) -> list[Quad]:
    """The lines of an upright page, found on the page made level, in pixels of the page as it is."""
    if abs(skew_deg) < _LEVEL_DEG:
        return detector.find(page)
    height, width = page.shape[:2]
    sample = page[:: max(1, height // 200), :: max(1, width // 200)].reshape(-1, page.shape[2] if page.ndim == 3 else 1)
    paper = tuple(float(value) for value in np.median(sample, axis=0))
    flat = cv2.warpAffine(page, _turning(skew_deg, page), (width, height), flags=cv2.INTER_LINEAR, borderValue=paper)
    return [level(quad, -skew_deg, page) for quad in detector.find(np.asarray(flat, np.uint8))]


def level(quad: Quad, skew_deg: float, page: Image) -> Quad:
    """The quad after the page was turned clockwise by `skew_deg` about its middle."""
    move = _turning(skew_deg, page)
    corners = [(float(x), float(y)) for x, y in np.array(quad, np.float64) @ move[:, :2].T + move[:, 2]]
    return corners[0], corners[1], corners[2], corners[3]


def _turning(skew_deg: float, page: Image) -> NDArray[np.float64]:
    height, width = page.shape[:2]
    return np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1.0), np.float64)
