"""Boxes painted into the pixels of a page: what was there is gone, and the outline of the box says nothing of it.

A box is moved outwards so that nothing is left of what JPEG spread around the ink (the 16-pixel blocks of a scan that
was kept with coarse colour), and boxes that meet become one rectangle. Nothing here knows what is covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Rectangle = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the page, right and bottom excluded."""

GRID_PX = 16  # a block of a JPEG with its colour at half the size: nothing spreads beyond
PAD_PX = 8
BLACK = (0, 0, 0)


def snap(
    rectangles: Iterable[Rectangle], width: int, height: int, grid: int = GRID_PX, pad: int = PAD_PX
) -> tuple[Rectangle, ...]:
    """The rectangles grown by `pad` on each side, then outwards to the grid, and joined where they meet, in order.

    `width` and `height` are those of the page in pixels; what lies beyond the page is cut off there. Two that overlap
    or touch become the one rectangle around both, again and again until none meet: where one ended inside of another
    is not told.

    Raises:
        ValueError: if a rectangle is empty or nothing of it is on the page, or grid or pad cannot be used.
    """
    if grid < 1 or pad < 0:
        raise ValueError("the grid is at least 1 px and the pad at least 0")
    grown = []
    for x0, y0, x1, y1 in rectangles:
        if x0 >= x1 or y0 >= y1:
            raise ValueError("a rectangle is empty")
        if x0 >= width or y0 >= height or x1 <= 0 or y1 <= 0:
            raise ValueError("a rectangle lies outside the page")
        left, top = max(0, x0 - pad) // grid * grid, max(0, y0 - pad) // grid * grid
        right, bottom = min(width, _up(x1 + pad, grid)), min(height, _up(y1 + pad, grid))
        grown.append((left, top, right, bottom))
    return joined(grown)


def joined(rectangles: Iterable[Rectangle]) -> tuple[Rectangle, ...]:
    """The fewest rectangles that cover these and do not meet, from top to bottom, then from left to right."""
    apart: list[Rectangle] = []
    for one in rectangles:
        new = one
        while meeting := [other for other in apart if _meet(new, other)]:
            apart = [other for other in apart if other not in meeting]
            new = _around([new, *meeting])
        apart.append(new)
    return tuple(sorted(apart, key=lambda one: (one[1], one[0])))


def paint(
    pixels: NDArray[np.uint8], rectangles: Sequence[Rectangle], colour: tuple[int, int, int] = BLACK
) -> NDArray[np.uint8]:
    """New pixels with the rectangles in that one colour; everything outside of them is as it was, byte for byte.

    `pixels` is (height, width, 3), or (height, width) for grey; the colour is then its first number.

    Raises:
        ValueError: if a rectangle is empty or reaches beyond the page: nobody said then what is to be covered.
    """
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3):
        raise ValueError("pixels are rows of bytes, one or three a pixel")
    height, width = pixels.shape[:2]
    painted = np.array(pixels, order="C", copy=True)
    for x0, y0, x1, y1 in rectangles:
        if not (0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height):
            raise ValueError("a rectangle is empty or reaches beyond the page")
        painted[y0:y1, x0:x1] = colour if pixels.ndim == 3 else colour[0]
    return painted


def _up(value: int, grid: int) -> int:
    return -(-value // grid) * grid


def _meet(one: Rectangle, other: Rectangle) -> bool:
    """Whether they overlap or touch, at a corner too."""
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _around(rectangles: Sequence[Rectangle]) -> Rectangle:
    lefts, tops, rights, bottoms = zip(*rectangles, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
