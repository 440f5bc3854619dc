"""Finds the grids of all tables on a page image."""

from __future__ import annotations

from statistics import median

import cv2
import numpy as np

from fairwitness.read.ocr.detect import Detector
from fairwitness.read.ocr.geometry import sides_of
from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.tables.flat import Sureness, certain, level_page
from fairwitness.tables.grid import FlatPage
from fairwitness.tables.ruled import ruled_grids
from fairwitness.tables.rulings import find_rulings
from fairwitness.tables.strays import strays_of

_USUAL_TEXT = 0.0085  # of the long side, where too few lines tell how high text is
_LEAST_LINES = 5


def find_grids(
    page: Image,
    dpi: int,
    *,
    detector: Detector | None = None,
    sureness: Sureness = certain,
) -> FlatPage:
    """The page upright and level, its text lines and the grids of its tables in reading order.

    `dpi` 0 means that nobody knows it. `sureness` says how well a line image can be read, in [0, 1], and tells pages
    on their heads in scripts that the classifier does not know (`fairwitness.read.ocr.route.Router.sureness`).
    """
    flat = level_page(page, detector or Detector(), sureness)
    grey = flat.clean if flat.clean.ndim == 2 else np.asarray(cv2.cvtColor(flat.clean, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = grey.shape
    text_px = text_height(flat.lines, max(height, width))
    rulings = find_rulings(grey, text_px, flat.lines)
    grids = tuple(grid for grid in ruled_grids(rulings, text_px, (width, height)) if len(grid.cells) > 1)
    mask = rulings.mask
    return FlatPage(
        flat.image,
        flat.clean,
        flat.turn_deg,
        flat.skew_deg,
        flat.lines,
        mask,
        grids,
        strays_of(grey, mask, flat.lines, grids),
        flat.to_page,
        page.shape[1],
        page.shape[0],
    )


def text_height(lines: tuple[Quad, ...], long_side_px: int) -> float:
    """How high a line of text is, in pixels: the median."""
    if len(lines) < _LEAST_LINES:
        return _USUAL_TEXT * long_side_px
    return median(min(sides_of(quad)) for quad in lines)
