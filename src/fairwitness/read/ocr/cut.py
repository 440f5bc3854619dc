"""Cuts lines out of a page, a little wider than they were found: the detector leaves out commas at their ends."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.read.ocr.geometry import place_on_page, sides_of
from fairwitness.read.ocr.scan import Image, Quad

LINE_PX = 48
_WIDER = 0.5  # of the height of the line, at each end
_FAINTEST = 20.0  # of 255: how much darker than paper the faintest writing is; noise, smoothed, stays below
_FAINT = 0.25  # of what is usual on the page: pencil beside print is darker than that, traces of a stamp are not
_RULING = 0.85  # of the height of the line: a column as dark as that is a ruling, not a letter


def cut_lines(page: Image, quads: Sequence[Quad], levelled: Sequence[Quad]) -> list[tuple[Quad, Image]]:
    """The quads made wider, up to a ruling or half the way to the next line, and their images, 48 pixels high.

    `levelled` are the same quads on the page made level. Places without any ink, as under a stamp, are left out.
    """
    cuts = [_cut(page, quad, *_room(levelled, number)) for number, quad in enumerate(quads)]
    depths = [_depth(line) for _, line in cuts]
    least = max(_FAINTEST, _FAINT * float(np.median(depths))) if depths else 0.0
    return [cut for cut, depth in zip(cuts, depths, strict=True) if depth >= least]


def _depth(line: Image) -> float:
    """How much darker than its paper the line is, of 255; noise is smoothed away."""
    dark, light = np.percentile(cv2.blur(line, (3, 3)), (0.5, 95))
    return float(light - dark)


def _room(levelled: Sequence[Quad], number: int) -> tuple[float, float]:
    """How far the line may grow to the left and to the right, as shares of its width."""
    width, height = sides_of(levelled[number])
    left, right = levelled[number][0][0], levelled[number][1][0]
    middle = (levelled[number][0][1] + levelled[number][3][1]) / 2
    room = [_WIDER * height, _WIDER * height]
    for other, quad in enumerate(levelled):
        if other == number or not quad[0][1] < middle < quad[3][1]:
            continue
        if quad[1][0] <= (left + right) / 2:
            room[0] = min(room[0], max(0.0, (left - quad[1][0]) / 2))
        elif quad[0][0] >= (left + right) / 2:
            room[1] = min(room[1], max(0.0, (quad[0][0] - right) / 2))
    return room[0] / max(1.0, width), room[1] / max(1.0, width)


def _cut(page: Image, quad: Quad, left: float, right: float) -> tuple[Quad, Image]:
    wider = place_on_page(quad, 1, -left, 1 + right)
    line = cut_line(page, wider, LINE_PX)
    width = line.shape[1]
    first = round(width * left / (1 + left + right))
    last = width - round(width * right / (1 + left + right))
    grey = line if line.ndim == 2 else np.asarray(cv2.cvtColor(line, cv2.COLOR_RGB2GRAY), np.uint8)
    dark = _rulings(grey)
    before = np.flatnonzero(dark[:first])
    after = np.flatnonzero(dark[last:])
    start = int(before[-1]) + 2 if len(before) else 0
    end = last + int(after[0]) - 1 if len(after) else width
    start, end = min(start, first), max(end, last)
    return place_on_page(wider, width, start, end), np.ascontiguousarray(line[:, start:end])


def _rulings(grey: Image) -> NDArray[np.bool_]:
    """Which columns are dark nearly from top to bottom."""
    dark, light = np.percentile(grey, (3, 85))
    return np.asarray((grey < (dark + light) / 2).mean(axis=0) > _RULING)


def cut_line(page: Image, quad: Quad, height_px: int) -> Image:
    """The line as an upright image of that height, resampled once, straight from the page."""
    width, height = sides_of(quad)
    scale = height_px / max(1.0, height)
    size = max(4, round(width * scale)), height_px
    target = np.array([(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])], np.float32)
    move = cv2.getPerspectiveTransform(np.array(quad, np.float32), target)
    if scale < 0.75:  # a warp samples points: made much smaller it would lose strokes, so cut first and shrink then
        full = cut_line(page, quad, round(height))
        return np.asarray(cv2.resize(full, size, interpolation=cv2.INTER_AREA), np.uint8)
    cut = cv2.warpPerspective(page, move, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, np.uint8)
