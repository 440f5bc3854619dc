"""Takes grey stamps off a page: those of a photocopy, which no colour tells from writing.

A stamp is lighter than print and its strokes are broader. Colour stamps are taken off before (`read.ocr.stamps`).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.core.tables import Box

_LIGHTEST, _DARKEST = 0.2, 0.8  # of the usual depth of print
_BROAD = 0.28  # heights of a line: strokes of print, and what is left between blurred ones, are thinner
_LONG = 1.3  # heights of a line: no letter is as long
_LEAST = 1.5  # heights of a line, of the smaller side: anything smaller is no stamp
_ABOUT = 1.0  # heights of a line, within which parts of a stamp belong together

Mask = NDArray[np.bool_]
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """How much darker than paper each pixel is without the stamps, where they were, and boxes around each of them."""

    darker: Grey
    mask: Mask
    zones: tuple[Box, ...]


def without_grey_stamps(darker: Grey, depth: float, line_px: float, coloured: Mask | None) -> Stamps:
    """The page without broad patches of grey; `coloured` is where a coloured stamp was taken off already."""
    middle = (darker > _LIGHTEST * depth) & (darker < _DARKEST * depth)
    size = max(3, 2 * round(_BROAD * line_px / 2) + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    core = np.asarray(cv2.morphologyEx(middle.astype(np.uint8), cv2.MORPH_OPEN, kernel), np.uint8)
    core = _without_letters(core, _LONG * line_px)
    colour_zones = _zones(coloured.astype(np.uint8), line_px) if coloured is not None else []
    for x0, y0, x1, y1 in colour_zones:  # there print is lighter since the stamp was taken off
        core[y0:y1, x0:x1] = 0
    grey_zones = _zones(core, line_px)
    zones = [*grey_zones, *colour_zones]
    mask = np.zeros(darker.shape, bool) if coloured is None else coloured.copy()
    made = darker
    for x0, y0, x1, y1 in grey_zones:
        made = made if made is not darker else darker.copy()
        part, here = made[y0:y1, x0:x1], core[y0:y1, x0:x1]
        near = cv2.dilate(here, np.ones((size, size), np.uint8)) > 0
        part[...] = _lightened(part, here, near, depth)
        mask[y0:y1, x0:x1] |= near
    return Stamps(made, mask, tuple(zones))


def _without_letters(core: Grey, least_px: float) -> Grey:
    """Only the patches that are longer than a letter: the blurred strokes of one run together too."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(core, connectivity=8)
    keep = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= least_px
    keep[0] = False
    return np.asarray(keep[labels], np.uint8)


def _lightened(part: Grey, core: Grey, near: Mask, depth: float) -> Grey:
    """What is darker than the stamp around it is print under it, as dark as print is elsewhere."""
    spread = (31, 31)
    weight = cv2.blur(core.astype(np.float32), spread)
    level = cv2.blur(part.astype(np.float32) * core, spread) / np.maximum(weight, 1e-3)
    room = np.maximum(depth - level, 1.0)
    clean = np.clip((part - 1.15 * level) * depth / room, 0, 255)
    return np.asarray(np.where(near & (weight > 1e-3), clean, part), np.uint8)


def _zones(mask: Grey, line_px: float) -> list[Box]:
    """Boxes around what lies together, small things left out."""
    step = max(1, round(line_px / 8))
    small = cv2.resize(mask, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    about = max(3, 2 * round(_ABOUT * line_px / step) + 1)
    joined = cv2.dilate((small > 0).astype(np.uint8), np.ones((about, about), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    edge = about // 2
    found = []
    for x, y, wide, high, _ in stats[1:].tolist():
        box = (x + edge) * step, (y + edge) * step, (x + wide - edge) * step, (y + high - edge) * step
        if min(box[2] - box[0], box[3] - box[1]) >= _LEAST * line_px:
            height, width = mask.shape
            found.append((max(0, box[0]), max(0, box[1]), min(width, box[2]), min(height, box[3])))
    return found
