"""The lines of text in each cell of a grid: those the detector found, cut at the edges of cells, and ink it missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from fairwitness.core.tables import Box
from fairwitness.read.ocr.scan import Image, Quad
from fairwitness.tables.grey_stamps import without_grey_stamps
from fairwitness.tables.grid import FlatPage

_DARKER = 24.0  # of 255, than paper: the faintest writing, as in read.ocr.cut
_FAINT = 0.30  # of what is usual on the page; traces of a stamp are fainter
_BAND = 0.22  # heights of a line, to each side of the edge of a cell: there a straight stroke is a ruling
_TRACE = 0.2  # of what is usual, smoothed: something is there, if no writing
_IN_STAMP = 0.6  # of what is usual: within the circle of a stamp, only what is as dark as print is writing
_TALL = 1.7  # heights of a line: a box as high holds several lines, or one with something beside it
_STRUCK, _STRUCK_WIDE, _BAND_OF_STRIKE = 0.85, 1.8, 0.16  # of the width, heights of a line wide, of the height
_STRUCK_LONG, _STRUCK_IN_LONG = 5.0, 0.5  # in a longer line stamps break it; without one, no run had over .35
_EDGE_PX = 2  # of a cell, in which the border of a ruling may still show
_SAME_LINE = 0.5  # share of the lower of two boxes that they have in common
_APART = 3.0  # heights of a line: what lies farther to the side is a line of its own
_OVER = 0.35  # heights of a line that writing must reach over a ruling to be cut there
_WIDER, _TALLER = 0.35, 0.06  # heights of a line: the detector leaves out commas at the ends
_SMALLEST = 0.28  # heights of a line: smaller ink outside all lines is a speck, or a dot of one
_LEAST_INK = 0.03  # of the square of the height of a line

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text within a cell: its box on the flat page, and whether the detector had found it."""

    box: Box
    is_found: bool = True


@dataclass(slots=True)
class CellLines:
    """The lines of one cell, from top to bottom; `flags` as in `core.tables.FLAGS`; `has_ink` if anything is there.

    `faint` says of a cell without ink that something much fainter than writing is there.
    """

    box: Box
    pieces: list[Piece] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    has_ink: bool = False
    faint: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Inked:
    """The page as it is read: `image` without stamps and rulings, and where there is `ink`, which is that much darker.

    `line_px` is how high a line of text is, `darker` how much darker than paper each pixel is, `stamped` where a stamp
    was.
    """

    image: Image
    ink: Mask
    line_px: float
    depth: float
    darker: NDArray[np.uint8]
    stamped: Mask


def inked(flat: FlatPage) -> Inked:
    """The page without stamps and rulings: where they were there is paper."""
    grey = flat.clean if flat.clean.ndim == 2 else np.asarray(cv2.cvtColor(flat.clean, cv2.COLOR_RGB2GRAY), np.uint8)
    paper = _paper_of(grey)
    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    darker = np.asarray(cv2.subtract(paper, smooth), np.uint8)
    boxes = [_upright(quad) for quad in flat.lines]
    heights = [y1 - y0 for _, y0, _, y1 in boxes]
    line_px = float(np.median(heights)) if heights else max(8.0, 0.012 * max(grey.shape))
    ruled = _ruled(flat, line_px)
    darker[ruled] = 0
    depths = [float(np.percentile(darker[y0:y1, x0:x1], 98)) for x0, y0, x1, y1 in boxes if y1 > y0 and x1 > x0]
    depth = float(np.median(depths)) if depths else 100.0
    coloured = None if flat.clean is flat.image else np.asarray((flat.clean != flat.image).any(axis=-1))
    stamps = without_grey_stamps(darker, depth, line_px, coloured)
    ink = stamps.darker > max(_DARKER, _FAINT * depth)
    for x0, y0, x1, y1 in stamps.zones:
        ink[y0:y1, x0:x1] &= stamps.darker[y0:y1, x0:x1] > _IN_STAMP * depth
    image = flat.clean.copy()
    grey_stamp = stamps.darker != darker
    image[grey_stamp] = _as_colour(cv2.subtract(paper, stamps.darker)[grey_stamp], image)
    image[ruled] = _as_colour(paper[ruled], image)
    return Inked(image, np.asarray(ink), line_px, depth, stamps.darker, stamps.mask)


def _as_colour(grey: NDArray[np.uint8], image: Image) -> NDArray[np.uint8]:
    return grey if image.ndim == 2 else grey[:, None]


def _ruled(flat: FlatPage, line_px: float) -> Mask:
    """Where the rulings at the edges of cells are; long strokes of letters look like rulings too, and stay."""
    edges = np.zeros(flat.rulings.shape, np.uint8)
    thick = max(9, 2 * round(_BAND * line_px) + 1)
    for grid in flat.grids:
        for cell in grid.cells:
            x0, y0, x1, y1 = cell.box
            cv2.rectangle(edges, (x0, y0), (x1, y1), (1,), thick)
    return np.asarray(cv2.dilate(flat.rulings.astype(np.uint8) & edges, np.ones((3, 3), np.uint8)) > 0)


def _paper_of(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What the page would be without ink."""
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    light = cv2.dilate(small, np.ones((5, 5), np.uint8))
    smooth = cv2.medianBlur(light, 21)
    return np.asarray(cv2.resize(smooth, grey.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def lines_in_cells(page: Inked, lines: Sequence[Quad], boxes: Sequence[Box]) -> list[CellLines]:
    """The lines of each of the cells with these boxes on the flat page."""
    cells = [CellLines(box) for box in boxes]
    inside = np.array([_shrunk(box) for box in boxes], np.int64).reshape(-1, 4)
    for quad in lines:
        _share_out(page, _upright(quad), cells, inside)
    for cell, box in zip(cells, inside.tolist(), strict=True):
        _add_missed(page, cell, tuple(box))
        if any(_is_struck(page, piece.box) for piece in cell.pieces):
            cell.flags.add("struck")
        cell.pieces = _widened(_in_order(cell.pieces), tuple(box), page.line_px)
    return cells


def _upright(quad: Quad) -> Box:
    xs, ys = [point[0] for point in quad], [point[1] for point in quad]
    return max(0, round(min(xs))), max(0, round(min(ys))), max(0, round(max(xs))), max(0, round(max(ys)))


def _shrunk(box: Box) -> Box:
    x0, y0, x1, y1 = box
    edge = min(_EDGE_PX, (x1 - x0) // 4, (y1 - y0) // 4)
    return x0 + edge, y0 + edge, x1 - edge, y1 - edge


def _share_out(page: Inked, line: Box, cells: list[CellLines], inside: NDArray[np.int64]) -> None:
    """Each cell gets the part of the line that lies in it, if there is ink in that part."""
    x0, y0, x1, y1 = line
    if not len(inside):
        return
    left, top = np.maximum(inside[:, 0], x0), np.maximum(inside[:, 1], y0)
    right, bottom = np.minimum(inside[:, 2], x1), np.minimum(inside[:, 3], y1)
    touched = np.flatnonzero((right - left > 1) & (bottom - top > 0.5 * min(y1 - y0, page.line_px)))
    parts = []
    for number in touched:
        box = int(left[number]), int(top[number]), int(right[number]), int(bottom[number])
        ink = _ink_box(page.ink, box)
        if ink is not None and _is_writing(ink, page.line_px):
            parts.append((number, (ink[0], box[1], ink[2], box[3])))
    for number, box in parts:
        cells[number].pieces += [Piece(one) for one in _levels(page, box)]
        if len(parts) > 1:
            cells[number].flags.add("over_ruling")


def _levels(page: Inked, box: Box) -> list[Box]:
    """The box, or where it is too high for a line, those of the lines in it."""
    x0, y0, x1, y1 = box
    if y1 - y0 <= _TALL * page.line_px:
        return [box]
    rows = [one for one in _rows_of(page.ink[y0:y1, x0:x1], x0, y0, page.line_px) if _is_writing(one, page.line_px)]
    return rows or [box]


def _ink_box(ink: Mask, box: Box) -> Box | None:
    x0, y0, x1, y1 = box
    part = ink[y0:y1, x0:x1]
    xs, ys = np.flatnonzero(part.any(axis=0)), np.flatnonzero(part.any(axis=1))
    return (x0 + int(xs[0]), y0 + int(ys[0]), x0 + int(xs[-1]) + 1, y0 + int(ys[-1]) + 1) if len(xs) else None


def _is_writing(box: Box, line_px: float) -> bool:
    x0, y0, x1, y1 = box
    return max(x1 - x0, y1 - y0) >= _SMALLEST * line_px


def _add_missed(page: Inked, cell: CellLines, inside: tuple[int, ...]) -> None:
    """Ink outside the lines that were found becomes a line, or makes one that it stands beside longer."""
    x0, y0, x1, y1 = inside
    ink = page.ink[y0:y1, x0:x1]
    if not ink.size:
        return
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    least = max(3.0, _LEAST_INK * page.line_px**2)
    rest = np.zeros_like(ink)
    for number in range(1, count):
        x, y, wide, high, area = (int(value) for value in stats[number])
        if area < least or max(wide, high) < _SMALLEST * page.line_px:
            continue
        cell.has_ink = True
        box = x0 + x, y0 + y, x0 + x + wide, y0 + y + high
        if not any(_covers(piece.box, box) for piece in cell.pieces):
            rest |= labels == number
    if not cell.has_ink:
        smooth = cv2.blur(page.darker[y0:y1, x0:x1], (5, 5))
        cell.faint = bool(smooth.max() > _TRACE * page.depth)
    if rest.any():
        for box in _rows_of(rest, x0, y0, page.line_px):
            cell.pieces.append(Piece(box, is_found=False))


def _is_struck(page: Inked, box: Box) -> bool:
    """Whether a line runs through the writing: ink without a gap in a thin band, where letters stand apart."""
    x0, y0, x1, y1 = box
    wide, high = x1 - x0, y1 - y0
    if wide < _STRUCK_WIDE * page.line_px or high < 4:
        return False
    least = _STRUCK if wide < _STRUCK_LONG * page.line_px else _STRUCK_IN_LONG
    part, thick = page.ink[y0:y1, x0:x1], max(2, round(_BAND_OF_STRIKE * high))
    for top in range(round(0.25 * high), round(0.75 * high), max(1, thick // 2)):
        gaps = np.flatnonzero(~part[top : top + thick].any(axis=0))
        runs = np.diff(np.concatenate(([-1], gaps, [wide])))
        if runs.max() - 1 >= least * wide:
            return True
    return False


def _covers(line: Box, ink: Box) -> bool:
    """Whether the middle of the ink lies in the line."""
    x, y = (ink[0] + ink[2]) / 2, (ink[1] + ink[3]) / 2
    return line[0] - 2 <= x <= line[2] + 2 and line[1] <= y <= line[3]


def _rows_of(ink: Mask, x0: int, y0: int, line_px: float) -> list[Box]:
    """Boxes of ink that stands side by side; rows without any ink part them."""
    wide, high = max(3, round(line_px)), max(1, round(0.15 * line_px))
    joined = cv2.dilate(ink.astype(np.uint8), np.ones((high, wide), np.uint8))
    count, labels, _, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for number in range(1, count):
        box = _ink_box(np.asarray(ink & (labels == number)), (0, 0, ink.shape[1], ink.shape[0]))
        if box is not None:
            found.append((box[0] + x0, box[1] + y0, box[2] + x0, box[3] + y0))
    return found


def _in_order(pieces: list[Piece]) -> list[Piece]:
    """From top to bottom; those side by side are one line if no wide gap parts them, else from left to right."""
    made: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: (one.box[1] + one.box[3], one.box[0])):
        for at, other in enumerate(made):
            if _beside(other.box, piece.box):
                made[at] = Piece(_around(other.box, piece.box), other.is_found or piece.is_found)
                break
        else:
            made.append(piece)
    return made if len(made) == len(pieces) else _in_order(made)


def _beside(one: Box, other: Box) -> bool:
    low, high = max(one[1], other[1]), min(one[3], other[3])
    least = min(one[3] - one[1], other[3] - other[1])
    gap = max(one[0], other[0]) - min(one[2], other[2])
    return high - low > _SAME_LINE * least and gap < _APART * max(one[3] - one[1], other[3] - other[1])


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _widened(pieces: list[Piece], inside: tuple[int, ...], line_px: float) -> list[Piece]:
    """A little wider to the sides, and as high as a line is, as far as the cell and its other lines allow."""
    made = []
    for number, piece in enumerate(pieces):
        x0, y0, x1, y1 = piece.box
        above = pieces[number - 1].box[3] if number else inside[1]
        below = pieces[number + 1].box[1] if number + 1 < len(pieces) else inside[3]
        lacking = max(0.0, line_px - (y1 - y0)) / 2 if not piece.is_found else _TALLER * (y1 - y0)
        top = max(inside[1], min(y0, above), round(y0 - lacking))
        bottom = min(inside[3], max(y1, below), round(y1 + lacking))
        wider = round(_WIDER * (bottom - top))
        made.append(Piece((max(inside[0], x0 - wider), top, min(inside[2], x1 + wider), bottom), piece.is_found))
    return made
