"""Boxes on a page: dark rectangles with nothing in them, about as high as a line of text."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

cv2.setNumThreads(1)  # the warmed parent of the sandbox must have one thread
_DARK = 90
_LEAST_PT, _LOWEST_PT, _HIGHEST_PT = 16, 7, 45
_RING_PX = 4
_FULL = 0.97  # of the rectangle around it that a box fills

Box = tuple[int, int, int, int]


def find_boxes(pixels: NDArray[np.uint8], dpi: int) -> list[Box]:
    """The boxes on a page, left, top, right, bottom in its pixels."""
    dark = (pixels.max(axis=2) < _DARK).astype(np.uint8)
    unit = dpi / 72
    high, wide = (2 * round(side * unit / 2) + 1 for side in (5, 10))  # odd, so that it has a middle
    kernel: Any = np.ones((high, wide), np.uint8)
    solid = cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel)
    count, _, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    found = []
    for at in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[at])
        if width < _LEAST_PT * unit or not _LOWEST_PT * unit <= height <= _HIGHEST_PT * unit:
            continue
        if area >= _FULL * width * height and _stands_alone(dark, (x, y, x + width, y + height)):
            found.append((x, y, x + width, y + height))
    return found


def _stands_alone(dark: NDArray[np.uint8], box: Box) -> bool:
    """Whether it is dark within and light on each side: no part of a dark head of a table, nor of a photograph."""
    x0, y0, x1, y1 = box
    sides = (
        dark[y0:y1, max(0, x0 - _RING_PX) : max(0, x0 - 1)],
        dark[y0:y1, x1 + 1 : x1 + _RING_PX],
        dark[max(0, y0 - _RING_PX) : max(0, y0 - 1), x0:x1],
        dark[y1 + 1 : y1 + _RING_PX, x0:x1],
    )
    return float(dark[y0:y1, x0:x1].mean()) > 0.95 and all(not side.size or float(side.mean()) < 0.4 for side in sides)
