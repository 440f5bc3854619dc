"""Pieces of writing on a level page: tight boxes, parted where a white gap is wider than the one between words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.core.tables import Box
from fairwitness.read.ocr.geometry import box_of
from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.tables.grid import Mask

_DARKER = 0.3  # of the difference between paper and writing
_LEAST_DARKER = 18.0  # of 255
_GAP = 0.55  # of the height of a line of text: wider, a gap parts pieces
_LEAST = 0.25  # of that height: what is smaller both ways is a speck
_HIGHEST = 2.5
_TRACE_PX = 5


@dataclass(frozen=True, slots=True)
class Piece:
    """A box around writing on one line, in pixels. Pieces of one line as it was found have the same `line` from 0."""

    x0: float
    y0: float
    x1: float
    y1: float
    line: int = -1

    @property
    def middle(self) -> float:
        """The middle of its height."""
        return (self.y0 + self.y1) / 2

    @property
    def height(self) -> float:
        """In pixels."""
        return self.y1 - self.y0


def letters_of(grey: Image, rulings: Mask, text_px: float) -> NDArray[np.uint8]:
    """1 where there is ink that is no ruling and no speck, shading and the dark edges of copies left out."""
    around = max(3, round(3 * text_px)) | 1
    coarse = max(1, round(text_px / 8))
    small = cv2.resize(grey, None, fx=1 / coarse, fy=1 / coarse, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((3, 3), np.uint8)), min(255, max(3, around // coarse | 1)))
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    dark = cv2.subtract(paper, cv2.blur(grey, (3, 3)))
    sample = dark[::3, ::3]
    inked = sample[sample > _LEAST_DARKER]
    usual = float(np.percentile(inked, 75)) if inked.size else 0.0
    ink = (dark > max(_LEAST_DARKER, _DARKER * usual)).astype(np.uint8)
    ink[cv2.dilate(rulings.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    keep = (np.maximum(wide, high) >= 0.12 * text_px) & (high <= _HIGHEST * text_px) & (wide <= 40 * text_px)
    keep &= stats[:, cv2.CC_STAT_AREA] >= max(4.0, 0.006 * text_px * text_px)
    keep[0] = False
    assert count == len(keep)
    return np.asarray(keep.astype(np.uint8)[labels])


def pieces_of(
    letters: NDArray[np.uint8], lines: Sequence[Quad], text_px: float, stamped: Mask | None = None
) -> list[Piece]:
    """The pieces of all lines of text, and of ink that is in none of them but as large as letters, by their tops.

    `stamped` is where a stamp was taken off: outside lines, ink there is its trace.
    """
    height, width = letters.shape
    left = letters.copy()
    if stamped is not None:
        left[cv2.dilate(stamped.astype(np.uint8), np.ones((_TRACE_PX, _TRACE_PX), np.uint8)) > 0] = 0
    found: list[Piece] = []
    for number, quad in enumerate(lines):
        box = box_of(quad, width, height)
        found.extend(_parted(letters, box, _GAP * text_px, number))
        x0, y0, x1, y1 = box
        left[y0:y1, x0:x1] = 0
    found.extend(_others(left, text_px))
    return sorted(found, key=lambda piece: (piece.middle, piece.x0))


def _parted(letters: NDArray[np.uint8], box: Box, gap: float, line: int) -> Iterator[Piece]:
    """The writing in the box, cut at each gap that is wide enough."""
    x0, y0, x1, y1 = box
    part = letters[y0:y1, x0:x1]
    for start, end in runs(np.asarray(part.any(axis=0)), gap):
        rows = np.flatnonzero(part[:, start:end].any(axis=1))
        yield Piece(x0 + start, y0 + int(rows[0]), x0 + end, y0 + int(rows[-1]) + 1, line)


def runs(on: NDArray[np.bool_], gap: float) -> Iterator[tuple[int, int]]:
    """Starts and ends of the stretches that are on, those closer than `gap` as one."""
    at = np.flatnonzero(on)
    if not len(at):
        return
    breaks = np.flatnonzero(np.diff(at) > max(1.0, gap))
    for first, last in zip([0, *(breaks + 1)], [*breaks, len(at) - 1], strict=True):
        yield int(at[first]), int(at[last]) + 1


def _others(left: NDArray[np.uint8], text_px: float) -> Iterator[Piece]:
    """Letters that no line holds: single figures are often missed by the search for lines."""
    joined = cv2.morphologyEx(left, cv2.MORPH_CLOSE, np.ones((3, max(3, round(0.4 * text_px))), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined, np.uint8), connectivity=8)
    for x, y, wide, high, _ in stats[1:]:
        if max(wide, high) >= 2 * _LEAST * text_px and high >= _LEAST * text_px and high <= 1.6 * text_px:
            yield Piece(float(x), float(y), float(x + wide), float(y + high))
