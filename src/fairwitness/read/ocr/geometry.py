"""Quadrilaterals on a page: their sides, parts, corners, and boxes around them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.scan import Box, Quad


def box_of(quad: Quad, width: int, height: int) -> Box:
    """The smallest upright box of whole pixels around the quad, inside the page, never empty."""
    xs, ys = [point[0] for point in quad], [point[1] for point in quad]
    x0, y0 = max(0, min(width - 1, math.floor(min(xs)))), max(0, min(height - 1, math.floor(min(ys))))
    x1, y1 = min(width, math.ceil(max(xs))), min(height, math.ceil(max(ys)))
    return x0, y0, max(x0 + 1, x1), max(y0 + 1, y1)


def quad_of(box: Box) -> Quad:
    """The corners of a box."""
    x0, y0, x1, y1 = map(float, box)
    return (x0, y0), (x1, y0), (x1, y1), (x0, y1)


def sides_of(quad: Quad) -> tuple[float, float]:
    """Width and height of the line in pixels."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    width = max(math.hypot(bx - ax, by - ay), math.hypot(cx - dx, cy - dy))
    return width, max(math.hypot(dx - ax, dy - ay), math.hypot(cx - bx, cy - by))


def ordered(points: NDArray[np.float32]) -> Quad:
    """The four points as a quad: top left, top right, bottom right, bottom left."""
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    top_left, bottom_left = left[np.argsort(left[:, 1], kind="stable")]
    top_right, bottom_right = right[np.argsort(right[:, 1], kind="stable")]
    corners = [(float(x), float(y)) for x, y in (top_left, top_right, bottom_right, bottom_left)]
    return corners[0], corners[1], corners[2], corners[3]


def place_on_page(quad: Quad, width_px: float, x0: float, x1: float) -> Quad:
    """The part of `quad` between two columns of its line image, which is `width_px` wide."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = quad
    s, t = x0 / max(1, width_px), x1 / max(1, width_px)
    return (
        (ax + (bx - ax) * s, ay + (by - ay) * s),
        (ax + (bx - ax) * t, ay + (by - ay) * t),
        (dx + (cx - dx) * t, dy + (cy - dy) * t),
        (dx + (cx - dx) * s, dy + (cy - dy) * s),
    )
