"""Which way up a page is, and how far it is askew."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.models import PAGE_TURN, session_of
from fairwitness.read.ocr.scan import Image, Quad

_MEAN = np.array((0.485, 0.456, 0.406), np.float32)
_SPREAD = np.array((0.229, 0.224, 0.225), np.float32)
_SKEW_PX = 900  # long side of the image on which the skew is measured
_MOST_DEG = 7.0
_LEAST_INK = 200  # pixels of the small page: fewer show no lines


def turn_shares(page: Image) -> NDArray[np.float32]:
    """How likely the page must be turned clockwise by 0, 90, 180, 270 degrees: four shares that sum to 1."""
    height, width = page.shape[:2]
    scale = 256 / min(height, width)
    size = max(224, round(width * scale)), max(224, round(height * scale))
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    if small.ndim == 2:
        small = cv2.cvtColor(small, cv2.COLOR_GRAY2RGB)
    y, x = (small.shape[0] - 224) // 2, (small.shape[1] - 224) // 2
    pixels = (small[y : y + 224, x : x + 224].astype(np.float32) / 255.0 - _MEAN) / _SPREAD
    scores = session_of(PAGE_TURN).run(None, {"x": np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])})[0][0]
    return np.asarray(scores[[0, 3, 2, 1]], np.float32)  # it says by how much the page has been turned already


def turned(page: Image, turn_deg: int) -> Image:
    """The page turned clockwise by a multiple of 90 degrees."""
    return np.ascontiguousarray(np.rot90(page, -(turn_deg // 90)))


def turned_back(quad: Quad, turn_deg: int, width: int, height: int) -> Quad:
    """Where `quad` of the turned page lies on the page as given, which is `width` by `height`."""

    def back(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        if turn_deg == 90:
            return y, height - x
        if turn_deg == 180:
            return width - x, height - y
        if turn_deg == 270:
            return width - y, x
        return x, y

    return back(quad[0]), back(quad[1]), back(quad[2]), back(quad[3])


def skew_of(page: Image) -> float:
    """Angle by which the page must be turned clockwise, in degrees, in [-7, 7]; 0 where nothing shows it.

    Method: the profile of the ink across the page is sharpest when its lines are level (Postl 1986).
    """
    xs, ys, weights = _ink_of(page)
    if len(xs) < _LEAST_INK:
        return 0.0
    best = _sharpest(xs, ys, weights, np.arange(-_MOST_DEG, _MOST_DEG + 0.1, 0.5))
    return float(_sharpest(xs, ys, weights, best + np.arange(-0.5, 0.51, 0.1)))


def is_lying(page: Image) -> bool:
    """Whether the ink stands in columns rather than in lines, whatever little skew there is."""
    xs, ys, weights = _ink_of(page)
    if len(xs) < _LEAST_INK:
        return False
    angles = np.arange(-_MOST_DEG, _MOST_DEG + 0.1, 0.5)
    across = max(_sharpness(xs, ys, weights, angle) for angle in angles)
    return max(_sharpness(ys, xs, weights, angle) for angle in angles) > across


def _ink_of(page: Image) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """Columns, rows and darkness of the pixels with ink, on the page made small."""
    scale = min(1.0, _SKEW_PX / max(page.shape[:2]))
    grey = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    paper = cv2.blur(small, (41, 41)).astype(np.float32)
    ink = np.clip(paper - small.astype(np.float32) - 12, 0, 80)
    ys, xs = np.nonzero(ink > 8)
    return xs, ys, np.asarray(ink[ys, xs], np.float32)


def _sharpest(
    xs: NDArray[np.int64], ys: NDArray[np.int64], weights: NDArray[np.float32], angles: NDArray[np.float64]
) -> float:
    return float(max(angles, key=lambda angle: _sharpness(xs, ys, weights, angle)))


def _sharpness(xs: NDArray[np.int64], ys: NDArray[np.int64], weights: NDArray[np.float32], angle: float) -> float:
    rows = np.round(ys + xs * np.tan(np.deg2rad(angle))).astype(np.int64)
    return float(np.square(np.diff(np.bincount(rows - rows.min(), weights))).sum())
