"""Finds the grids of all tables on a page image."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import cv2
import numpy as np

from fairwitness.core.tables import Box, Layout
from fairwitness.read.ocr.detect import Detector
from fairwitness.read.ocr.geometry import sides_of
from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.tables.fitting import fitted_grid
from fairwitness.tables.flat import Levelled, Sureness, certain, level_page, paper_of
from fairwitness.tables.grid import FlatPage, Grid, Mask
from fairwitness.tables.loose import borderless_grids, frame_grid, stacked_grids
from fairwitness.tables.pieces import Piece, letters_of, pieces_of
from fairwitness.tables.ruled import ruled_grids, without_folds
from fairwitness.tables.rulings import Rulings, find_rulings
from fairwitness.tables.strays import strays_of
from fairwitness.tables.tiles import TileDetector

_USUAL_TEXT = 0.0085  # of the long side, where too few lines tell how high text is
_LEAST_LINES = 5


def find_grids(
    page: Image,
    dpi: int,
    *,
    detector: Detector | None = None,
    sureness: Sureness = certain,
    layout: Layout | None = None,
) -> FlatPage:
    """The page upright and level, its text lines and the grids of its tables in reading order.

    `dpi` 0 means that nobody knows it. `sureness` says how well a line image can be read, in [0, 1], and tells pages
    on their heads in scripts that the classifier does not know (`fairwitness.read.ocr.route.Router.sureness`). With
    a `layout`, the table that it describes is looked for first; where it does not fit, the page is as any other.
    """
    flat = level_page(page, detector or TileDetector(), sureness)
    grey = flat.clean if flat.clean.ndim == 2 else np.asarray(cv2.cvtColor(flat.clean, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = grey.shape
    text_px = text_height(flat.lines, (width, height))
    stamped = _stamped(flat)
    rulings = find_rulings(grey, text_px, flat.lines, stamped)
    paper = paper_of(flat, page.shape[1], page.shape[0])
    pieces = pieces_of(letters_of(grey, rulings.mask, text_px) * paper, flat.lines, text_px, stamped)
    grids = all_grids(rulings, pieces, text_px, (width, height), layout)
    mask = rulings.mask
    return FlatPage(
        flat.image,
        flat.clean,
        flat.turn_deg,
        flat.skew_deg,
        flat.lines,
        mask,
        grids,
        strays_of(grey, mask | ~paper, flat.lines, grids),
        flat.to_page,
        page.shape[1],
        page.shape[0],
    )


def _stamped(flat: Levelled) -> Mask | None:
    """Where a stamp was taken off the page."""
    if flat.clean is flat.image:
        return None
    return np.asarray(cv2.absdiff(flat.image, flat.clean).max(axis=2) > 0)


def all_grids(
    rulings: Rulings, pieces: Sequence[Piece], text_px: float, size: tuple[int, int], layout: Layout | None = None
) -> tuple[Grid, ...]:
    """First the table that a person drew, then those that are ruled, those with rulings along them, those without."""
    drawn = fitted_grid(layout, rulings, pieces, text_px, size) if layout else None
    grids = [drawn] if drawn else []
    for frame in ruled_grids(rulings, text_px, size):
        grid = frame_grid(frame, pieces, text_px)
        if grid is not None and len(grid.cells) > 1 and not (drawn and _overlap(grid.box, drawn.box)):
            grids.append(grid)
    if drawn:  # what that person left out is no other table
        return tuple(sorted(grids, key=lambda grid: (grid.box[1], grid.box[0])))
    along, _ = without_folds(rulings, text_px, size)
    free = [one for one in along if not _is_in(((one.start + one.end) / 2, one.at), grids)]
    grids += stacked_grids(free, _outside(pieces, grids), text_px)
    grids += borderless_grids(_outside(pieces, grids), text_px)
    return tuple(sorted(grids, key=lambda grid: (grid.box[1], grid.box[0])))


def _overlap(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _outside(pieces: Sequence[Piece], grids: Sequence[Grid]) -> list[Piece]:
    return [one for one in pieces if not _is_in(((one.x0 + one.x1) / 2, one.middle), grids)]


def _is_in(point: tuple[float, float], grids: Sequence[Grid]) -> bool:
    x, y = point
    return any(box[0] <= x <= box[2] and box[1] - 1 <= y <= box[3] + 1 for box in (grid.box for grid in grids))


def text_height(lines: tuple[Quad, ...], size: tuple[int, int]) -> float:
    """How high a line of text is, in pixels: the median; `size` is that of the page."""
    if len(lines) < _LEAST_LINES:
        return max(6.0, _USUAL_TEXT * min(max(size), 1.42 * min(size)))
    return median(min(sides_of(quad)) for quad in lines)
