"""How much of the ink of a page lies outside the lines that were found: text that may have been missed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.scan import Image, Quad

_LONG_SIDE_PX = 1200
_DARKER = 28  # than the paper around it, of 255


def ink_outside(page: Image, quads: Sequence[Quad]) -> float:
    """Share of the ink outside the quads, in [0, 1]; specks, rulings, borders and large pictures do not count."""
    scale = min(1.0, _LONG_SIDE_PX / max(page.shape[:2]))
    ink = _letters_of(page, scale)
    total = int(np.count_nonzero(ink))
    if not total:
        return 0.0
    for quad in quads:
        corners = np.round(np.array(quad, np.float32) * scale).astype(np.int32)
        cv2.fillConvexPoly(ink, corners, (0.0,))
    return float(np.count_nonzero(ink) / total)


def _letters_of(page: Image, scale: float) -> NDArray[np.uint8]:
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = small if small.ndim == 2 else small.min(axis=2)
    paper = cv2.medianBlur(cv2.resize(small, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA), 21)
    paper = cv2.resize(paper, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_LINEAR)
    mask = (cv2.subtract(paper, small) > _DARKER).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    height, width = small.shape
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    area = stats[:, cv2.CC_STAT_AREA]
    speck = (area < 6) | (np.maximum(wide, high) < 4)
    ruling = ((wide > 12 * high) & (wide > 30)) | ((high > 8 * wide) & (high > 40))
    large = (wide > 0.25 * width) | (high > 0.06 * height)
    keep = ~(speck | ruling | large)
    keep[0] = False
    assert count == len(keep)
    return np.asarray(keep.astype(np.uint8)[labels])
