"""Turns a page upright and makes it level, on paper large enough that no corner is lost."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.detect import Detector
from fairwitness.read.ocr.layout import find_layout
from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.read.ocr.stamps import without_stamps
from fairwitness.read.ocr.turn import turned
from fairwitness.tables.grid import Affine, Mask

Sureness = Callable[[Image], float]
Matrix = NDArray[np.float64]
_EDGE = 0.004  # of the long side: so near to the edge of the page there is no writing, but there are shadows
_LONG = 2.0  # times the short side
_SEARCHES = ((70, 0.1, 1500), (12, 0.01, 5000))  # steps to each side, degrees a step, height of the image
_FINE_DARK = 20
_LEAST_DEG = 0.02  # a pixel over the long side of A4 at 300 dpi: less is level


def certain(_: Image) -> float:
    """A sureness for who has no model that reads: the classifier alone says which way up a page is."""
    return 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Levelled:
    """The page before anybody looked for tables; fields as in `fairwitness.tables.grid.FlatPage`."""

    image: Image
    clean: Image
    turn_deg: int
    skew_deg: float
    lines: tuple[Quad, ...]
    to_page: Affine


def level_page(page: Image, detector: Detector, sureness: Sureness = certain) -> Levelled:
    """The page upright and level, with its text lines."""
    clean = without_stamps(page)
    found = find_layout(clean, detector, sureness)
    skew = refined_skew(found.upright, found.skew_deg)
    move, size = _levelling(skew, found.upright.shape[1], found.upright.shape[0])
    flat_clean = _warped(found.upright, move, size)
    flat = flat_clean if clean is page else _warped(turned(page, found.turn_deg), move, size)
    lines = tuple(_moved(quad, move) for quad in found.quads)
    back = _to_given(found.turn_deg, page.shape[1], page.shape[0]) @ np.linalg.inv(move)
    a, b, c, d, e, f = (float(value) for value in back[:2].ravel())
    return Levelled(flat, flat_clean, found.turn_deg, skew, lines, (a, b, c, d, e, f))


def paper_of(flat: Levelled, width: int, height: int) -> Mask:
    """Where the flat page shows the page as given, `width` by `height`, but for its edges: copies are black there."""
    inset = _EDGE * max(width, height)
    x0, y0, x1, y1 = inset, inset, width - inset, height - inset
    a, b, c, d, e, f = flat.to_page
    back = np.linalg.inv(np.array(((a, b, c), (d, e, f), (0.0, 0.0, 1.0))))
    corners = np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1))) @ back[:2, :2].T + back[:2, 2]
    paper = np.zeros(flat.image.shape[:2], np.uint8)
    cv2.fillConvexPoly(paper, np.round(corners).astype(np.int32), (1.0,))
    return paper > 0


def refined_skew(upright: Image, skew_deg: float) -> float:
    """The skew, 0 where it is less than anybody can see; of a long page measured again, by its long side.

    Method: as `fairwitness.read.ocr.turn.skew_of`, on a larger image and along the longer side: there a tenth of a
    degree moves rulings by more than a line.
    """
    height, width = upright.shape[:2]
    if max(height, width) > _LONG * min(height, width):
        standing = upright if height > width else turned(upright, 90)
        skew_deg = 0.0
        for steps, step_deg, long_px in _SEARCHES:
            angles = [skew_deg + step * step_deg for step in range(-steps, steps + 1)]
            skew_deg = _sharpest(standing, angles, long_px)
    return skew_deg if abs(skew_deg) >= _LEAST_DEG else 0.0


def _sharpest(standing: Image, angles: Sequence[float], long_px: int) -> float:
    """The angle at which the columns of a standing page, made `long_px` high, are sharpest."""
    scale = min(1.0, long_px / standing.shape[0])
    grey = standing if standing.ndim == 2 else cv2.cvtColor(standing, cv2.COLOR_RGB2GRAY)
    wide = max(1, round(standing.shape[1] * scale))
    small = cv2.resize(grey, (wide, max(1, round(standing.shape[0] * scale))), interpolation=cv2.INTER_AREA)
    dark = cv2.morphologyEx(small, cv2.MORPH_BLACKHAT, np.ones((1, 7), np.uint8))
    ys, xs = np.nonzero(dark > _FINE_DARK)
    if not len(xs):
        return angles[len(angles) // 2]
    middle = standing.shape[0] * scale / 2

    def sharpness(angle: float) -> float:
        columns = np.round(xs - (ys - middle) * math.tan(math.radians(angle))).astype(np.int64)
        return float(np.square(np.diff(np.bincount(columns - columns.min()))).sum())

    return max(angles, key=sharpness)


def _levelling(skew_deg: float, width: int, height: int) -> tuple[Matrix, tuple[int, int]]:
    """The matrix that turns the page clockwise by the skew, and the size of the paper that holds all of it."""
    if not skew_deg:
        return np.eye(3), (width, height)
    angle = math.radians(abs(skew_deg))
    wide = math.ceil(width * math.cos(angle) + height * math.sin(angle))
    high = math.ceil(height * math.cos(angle) + width * math.sin(angle))
    move = np.eye(3)
    move[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), -skew_deg, 1.0)
    move[:2, 2] += (wide - width) / 2, (high - height) / 2
    return move, (wide, high)


def _warped(page: Image, move: Matrix, size: tuple[int, int]) -> Image:
    """The page moved; new corners are of the colour of its paper."""
    if size == (page.shape[1], page.shape[0]):
        return page
    step_y, step_x = max(1, page.shape[0] // 200), max(1, page.shape[1] // 200)
    paper = np.median(page[::step_y, ::step_x].reshape(-1, page.shape[2] if page.ndim == 3 else 1), axis=0)
    value = tuple(float(one) for one in paper)
    return np.asarray(cv2.warpAffine(page, move[:2], size, flags=cv2.INTER_LINEAR, borderValue=value), np.uint8)


def _moved(quad: Quad, move: Matrix) -> Quad:
    points = np.array(quad, np.float64) @ move[:2, :2].T + move[:2, 2]
    corners = [(float(x), float(y)) for x, y in points]
    return corners[0], corners[1], corners[2], corners[3]


def _to_given(turn_deg: int, width: int, height: int) -> Matrix:
    """From the upright page back to the page as given, which is `width` by `height`."""
    rows = {
        0: ((1, 0, 0), (0, 1, 0)),
        90: ((0, 1, 0), (-1, 0, height)),
        180: ((-1, 0, width), (0, -1, height)),
        270: ((0, -1, width), (1, 0, 0)),
    }[turn_deg]
    return np.array((*rows, (0, 0, 1)), np.float64)
