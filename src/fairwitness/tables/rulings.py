"""Rulings on a level page: thin dark lines along it and down it, faint, dotted, broken or bent a little.

Method: the page is smoothed along the direction of the ruling, which takes noise and gaps out of a line but not the
line itself; a black top hat across it (Serra 1982) keeps what is thinner than writing is high; an opening along it
keeps what is longer than strokes of letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.tables.grid import Mask

_SMOOTH = 0.15  # of the height of a line of text
_THICKEST = 0.3
_SHORTEST_ALONG = 2.5  # strokes of letters are shorter than one
_SHORTEST_DOWN = 1.5  # a row of one line is as high
_DENSE = 0.85  # share of so long a way that must be dark; lines of letters are darker nowhere
_FAINTEST = 7.0  # of 255, after smoothing
_NOISES = 4.0  # standard deviations of what is no line
_EDGE = 0.12  # of the height of a line as it was found: beyond, there is no writing
_TRACE_PX = 5
_MIDDLE = 0.3
_WRITTEN = 0.6  # share of a piece that lies in writing: that is strokes of letters, or struck words


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece: from `start` to `end` along its direction, at `at` across it, in pixels."""

    start: float
    end: float
    at: float

    @property
    def length(self) -> float:
        """In pixels."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, eq=False)
class Rulings:
    """Pieces along the page and down it, with the pixels that they come from.

    `words` is 1 in the middle of lines of text, where nothing runs but what strikes them out.
    """

    along: tuple[Segment, ...]
    down: tuple[Segment, ...]
    along_mask: NDArray[np.uint8]
    down_mask: NDArray[np.uint8]
    words: NDArray[np.uint8]

    @property
    def mask(self) -> Mask:
        """Where there is a ruling."""
        return np.asarray((self.along_mask | self.down_mask) > 0)


def find_rulings(grey: Image, text_px: float, lines: Sequence[Quad], stamped: Mask | None = None) -> Rulings:
    """The rulings of a level grey page whose lines of text are `lines`, and `text_px` high.

    `stamped` is where a stamp was taken off: its traces are no rulings either.
    """
    writing = _writing(lines, grey.shape, _EDGE)
    if stamped is not None:
        writing[cv2.dilate(stamped.astype(np.uint8), np.ones((_TRACE_PX, _TRACE_PX), np.uint8)) > 0] = 1
    along_mask, along = _direction(grey, writing, text_px, _SHORTEST_ALONG)
    down_mask, down = _direction(_transposed(grey), _transposed(writing), text_px, _SHORTEST_DOWN)
    return Rulings(along, down, along_mask, _transposed(down_mask), _writing(lines, grey.shape, _MIDDLE))


def _transposed(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.transpose(image), np.uint8)


def _writing(lines: Sequence[Quad], shape: tuple[int, ...], edge: float) -> NDArray[np.uint8]:
    """1 in each line of text, less that share of its height above and below: no ruling runs there, unless by fault."""
    writing = np.zeros(shape[:2], np.uint8)
    for quad in lines:
        top_left, top_right, bottom_right, bottom_left = np.array(quad, np.float64)
        down_left, down_right = edge * (bottom_left - top_left), edge * (bottom_right - top_right)
        middle = (top_left + down_left, top_right + down_right, bottom_right - down_right, bottom_left - down_left)
        cv2.fillConvexPoly(writing, np.round(np.array(middle)).astype(np.int32), (1.0,))
    return writing


def _direction(
    grey: NDArray[np.uint8], writing: NDArray[np.uint8], text_px: float, shortest: float
) -> tuple[NDArray[np.uint8], tuple[Segment, ...]]:
    """Mask and pieces of the rulings that run along the rows of the image."""
    smooth = max(3, round(_SMOOTH * text_px) | 1)
    thick = max(3, round(_THICKEST * text_px) | 1)
    window = max(5, round(shortest * text_px) | 1)
    blurred = cv2.blur(grey, (smooth, 1))
    dark = cv2.morphologyEx(blurred, cv2.MORPH_BLACKHAT, np.ones((thick, 1), np.uint8))
    mask = (dark > _threshold(np.asarray(dark, np.uint8))).astype(np.uint8)
    dense = (cv2.blur(255 * mask, (window, 1)) >= 255 * _DENSE).astype(np.uint8)
    around = cv2.bitwise_and(
        cv2.dilate(mask, np.ones((3, 1), np.uint8)), cv2.dilate(dense, np.ones((3, window), np.uint8))
    )
    return _pieces(np.asarray(around, np.uint8), writing, thick)


def _threshold(dark: NDArray[np.uint8]) -> float:
    """Above the noise of the paper, which most of the page is."""
    sample = dark[::4, ::4]
    low = float(np.percentile(sample, 50))
    noise = (float(np.percentile(sample, 75)) - low) / 0.67
    return max(_FAINTEST, low + _NOISES * noise)


def _pieces(
    mask: NDArray[np.uint8], writing: NDArray[np.uint8], thick: int
) -> tuple[NDArray[np.uint8], tuple[Segment, ...]]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count <= 1:
        return mask, ()
    wide, area = stats[:, cv2.CC_STAT_WIDTH].astype(np.float64), stats[:, cv2.CC_STAT_AREA]
    on = mask > 0
    written = np.bincount(labels[on], weights=writing[on], minlength=count) / np.maximum(area, 1)
    is_ruling = (area / wide <= thick + 4) & (written < _WRITTEN)
    is_ruling[0] = False
    mask = np.asarray(is_ruling.astype(np.uint8)[labels])
    at = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT] / 2
    left = stats[:, cv2.CC_STAT_LEFT]
    found = [Segment(float(left[i]), float(left[i] + wide[i]), float(at[i])) for i in np.flatnonzero(is_ruling)]
    return mask, tuple(found)
