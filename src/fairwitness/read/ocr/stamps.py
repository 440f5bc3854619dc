"""Takes coloured stamps off a page, so that the text under them is found and read. The page itself stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.scan import Box, Image

_LONG_SIDE_PX = 600
_ROUND = 2.5  # width to height at most: a line of black text may cut a stamp in two
_EDGE_PX = 3
_COLOURED = 40  # of 255, between the strongest and the weakest channel
_LIGHT = 0.55  # of the paper: what is darker in the colour of the stamp is black ink under it
_SMALLEST = 0.05  # of the long side of the page: headlines in red have smaller letters


def without_stamps(page: Image) -> Image:
    """The page in which the ink of stamps, red or blue, is paper; black ink stays black.

    A stamp is a coloured patch about as wide as high, larger than letters are.
    """
    if page.ndim == 2:
        return page
    scale = min(1.0, _LONG_SIDE_PX / max(page.shape[:2]))
    boxes = _stamps_of(np.asarray(cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8))
    if not boxes:
        return page
    clean = page.copy()
    for x0, y0, x1, y1 in boxes:
        rows = slice(max(0, int((y0 - _EDGE_PX) / scale)), int((y1 + _EDGE_PX) / scale) + 1)
        part = clean[rows, max(0, int((x0 - _EDGE_PX) / scale)) : int((x1 + _EDGE_PX) / scale) + 1]
        part[...] = _lightened(part)
    return clean


def _lightened(part: Image) -> Image:
    """The part without its coloured ink: that darkens its own channel by one factor, which is taken back."""
    strong = part.max(axis=2)
    paper = _paper_of(strong).astype(np.float32)
    shares = strong / np.maximum(paper, 1.0)
    coloured = _spread(part) > _COLOURED / 2
    stamped = shares[coloured & (shares > _LIGHT)]
    if not stamped.size:
        return part
    light = np.minimum(strong / max(_LIGHT, float(np.median(stamped))), paper).astype(np.uint8)
    clean = part.copy()
    clean[coloured] = light[coloured][:, None]
    return clean


def _paper_of(strong: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What the page would be without ink, pixel by pixel: shading stays, or its edge would look like ink."""
    coarse = cv2.resize(strong, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    around = max(3, min(coarse.shape) // 2 | 1)
    coarse = cv2.blur(cv2.medianBlur(coarse, min(around, 63)), (5, 5))
    return np.asarray(cv2.resize(coarse, strong.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _spread(pixels: Image) -> NDArray[np.int16]:
    return np.asarray(pixels.max(axis=2).astype(np.int16) - pixels.min(axis=2))


def _stamps_of(small: Image) -> list[Box]:
    least = _SMALLEST * max(small.shape[:2])
    mask = (_spread(small) > _COLOURED).astype(np.uint8)
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8)), np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for x, y, wide, high, area in stats[1:]:
        is_photo = area > 0.6 * wide * high and max(wide, high) > 4 * least
        if min(wide, high) >= least and max(wide, high) < _ROUND * min(wide, high) and not is_photo:
            found.append((int(x), int(y), int(x + wide), int(y + high)))
    return found
