"""Ink in no cell of any table: nothing on a page is left out, not even what nobody can read."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.core.tables import Box
from fairwitness.read.ocr.geometry import box_of
from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.tables.grid import Grid, Mask

_LONG_SIDE_PX = 1200
_DARKER = 28  # than the paper around it, of 255
_JOIN_PX = 9  # on the small page: ink that is closer is one stray
_LEAST_PX = 6


def strays_of(grey: Image, rulings: Mask, lines: Sequence[Quad], grids: Sequence[Grid]) -> tuple[Box, ...]:
    """Boxes of the text lines outside all grids, and of other ink outside, by their tops."""
    inside = [cell.box for grid in grids for cell in grid.cells]
    boxes = [box for box in (_upright(quad, grey.shape) for quad in lines) if not _is_in(_middle(box), inside)]
    boxes += _other_ink(grey, rulings, boxes, inside)
    return tuple(sorted(boxes, key=lambda box: (box[1], box[0])))


def _other_ink(grey: Image, rulings: Mask, boxes: Sequence[Box], inside: Sequence[Box]) -> list[Box]:
    """Patches of ink that are in no line and in no cell, specks left out."""
    height, width = grey.shape
    scale = min(1.0, _LONG_SIDE_PX / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.medianBlur(cv2.resize(small, None, fx=0.25, fy=0.25), 21), size)
    ink = (cv2.subtract(paper, small) > _DARKER).astype(np.uint8)
    ruled = cv2.resize(rulings.astype(np.uint8), size, interpolation=cv2.INTER_AREA)
    ink[cv2.dilate(ruled, np.ones((3, 3), np.uint8)) > 0] = 0
    for x0, y0, x1, y1 in (*boxes, *inside):
        ink[max(0, int(y0 * scale) - 1) : int(y1 * scale) + 2, max(0, int(x0 * scale) - 1) : int(x1 * scale) + 2] = 0
    return [_scaled(box, scale, width, height) for box in _patches(np.asarray(ink, np.uint8))]


def _patches(ink: NDArray[np.uint8]) -> list[Box]:
    """Boxes of patches of ink, what lies close together as one."""
    ink = np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)), np.uint8)
    joined = cv2.dilate(ink, np.ones((_JOIN_PX, _JOIN_PX), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    edge = _JOIN_PX // 2
    found = []
    for x, y, wide, high, _ in stats[1:]:
        if min(wide, high) - 2 * edge >= 2 and max(wide, high) - 2 * edge >= _LEAST_PX:
            found.append((int(x) + edge, int(y) + edge, int(x + wide) - edge, int(y + high) - edge))
    return found


def _scaled(box: Box, scale: float, width: int, height: int) -> Box:
    x0, y0, x1, y1 = (side / scale for side in box)
    return max(0, int(x0)), max(0, int(y0)), min(width, int(x1) + 1), min(height, int(y1) + 1)


def _upright(quad: Quad, shape: tuple[int, ...]) -> Box:
    return box_of(quad, shape[1], shape[0])


def _middle(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def _is_in(point: tuple[float, float], boxes: Sequence[Box]) -> bool:
    return any(box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3] for box in boxes)
