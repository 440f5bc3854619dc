"""Columns and rows from the white gaps between pieces of writing, where no ruling parts them.

Columns: a gap runs down all rows, or all but few that cross it (merged cells). Rows: of the white bands across the
table those are higher that part rows than those that part the lines of a cell; where all are alike, a row begins where
the column does that has the fewest lines and a line in every row, as a serial number has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import and_
from statistics import median

import numpy as np

from fairwitness.tables.pieces import Piece

_LEAST_GAP = 0.5  # of the height of a line of text, between columns
_FEW_ROWS = 5  # with fewer, a gap between words may run down all of them by chance
_FEW_ROWS_GAP = 1.0
_CROSSING = 0.12  # share of the lines that may cross a gap: headers over several columns, merged cells
_FACING = 0.5  # of the lines with writing on the emptier side of a gap that others cross, those with both
_OWN = 0.1  # share of the lines that a column beside such a gap has writing in
_OTHERS = 0.25  # share of the lines
_TWO_KINDS = 1.45  # bands between rows are higher than those between lines by this factor at least
_LEAST_HEIGHT = 0.5  # of the usual one: what is lower and was not found as text starts no row
_LOWEST = 0.35  # what is lower even if it was found as text
_LEAST_BAND = 0.2  # of a line: all that is lower is alike
_JUMP = 1.15  # between the highest band of the one kind and the lowest of the other


@dataclass(frozen=True, slots=True)
class Band:
    """Writing from `start` to `end` down the page, with a white band above and below it."""

    start: float
    end: float
    pieces: tuple[Piece, ...]

    @property
    def middle(self) -> float:
        """The middle of its height."""
        return (self.start + self.end) / 2


def bands_of(pieces: Sequence[Piece]) -> list[Band]:
    """The pieces that overlap in height, put together, from top to bottom."""
    bands: list[list[Piece]] = []
    reach = -math.inf
    for piece in sorted(pieces, key=lambda one: one.y0):
        if piece.y0 >= reach:
            bands.append([])
            reach = -math.inf
        bands[-1].append(piece)
        reach = max(reach, piece.y1)
    return [Band(min(p.y0 for p in band), max(p.y1 for p in band), tuple(band)) for band in bands]


def lines_of(pieces: Sequence[Piece]) -> list[Band]:
    """Pieces whose middles are at the same height, as lines of one column are; they may overlap a little."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: one.middle):
        last = lines[-1] if lines else []
        lowest = min((one.height for one in (*last, piece)), default=0.0)
        if last and piece.middle - sum(one.middle for one in last) / len(last) < 0.5 * lowest:
            last.append(piece)
        else:
            lines.append([piece])
    return [Band(min(p.y0 for p in line), max(p.y1 for p in line), tuple(line)) for line in lines]


def column_cuts(pieces: Sequence[Piece], text_px: float) -> list[float]:
    """Where columns part, from left to right, the outer edges left out.

    Ink that was not found as text parts nothing, unless it stands in many lines: traces of stamps do not.
    """
    found = [piece for piece in pieces if piece.line >= 0]
    others = [piece for piece in pieces if piece.line < 0]
    if found and others:
        gaps = _gaps(found, text_px)
        most = _OTHERS * len(lines_of(pieces))
        kept = list(found)
        for start, end in gaps:
            within = [piece for piece in others if piece.x1 > start and piece.x0 < end]
            kept += within if len(lines_of(within)) >= max(2.0, most) else []
        pieces = kept
    return _without_headless(_gaps(pieces, text_px), pieces, text_px * _FEW_ROWS_GAP) if pieces else []


def _gaps(pieces: Sequence[Piece], text_px: float) -> list[tuple[float, float]]:
    """The white gaps down the pieces, from left to right."""
    lines = lines_of(pieces)
    least = text_px * (_LEAST_GAP if len(lines) >= _FEW_ROWS else _FEW_ROWS_GAP)
    first = math.floor(min(piece.x0 for piece in pieces))
    count = np.zeros(math.ceil(max(piece.x1 for piece in pieces)) - first + 2, np.int64)
    for piece in pieces:
        count[math.floor(piece.x0) - first] += 1
        count[math.ceil(piece.x1) - first] -= 1
    count = np.cumsum(count)[:-2]
    gaps = [(first + float(start), first + float(end)) for start, end in _below(count, 0, least)]
    for allowed in range(1, int(_CROSSING * len(lines)) + 1):
        for start, end in _below(count, allowed, least):
            place = first + float(start), first + float(end)
            is_new = not any(place[0] - least < gap[1] and gap[0] < place[1] + least for gap in gaps)
            if is_new and _is_faced(place, lines) and _parts(place, gaps, lines):
                gaps.append(place)
    return sorted(gaps)


def _below(count: np.ndarray[tuple[int, ...], np.dtype[np.int64]], allowed: int, least: float) -> list[tuple[int, int]]:
    """Inner stretches that no more than `allowed` pieces lie in, and that are wide enough."""
    white = np.concatenate(([False], count <= allowed, [False]))
    edges = np.flatnonzero(np.diff(white.astype(np.int8)))
    found = [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return [(start, end) for start, end in found if end - start >= least and start > 0 and end < len(count)]


def _is_faced(gap: tuple[float, float], lines: Sequence[Band]) -> bool:
    """Whether no more than one line has something in the gap alone, and many have writing on both sides of it."""
    start, end = gap
    inside = sum(any(piece.x0 >= start and piece.x1 <= end for piece in line.pieces) for line in lines)
    left = [any(piece.x1 <= start for piece in line.pieces) for line in lines]
    right = [any(piece.x0 >= end for piece in line.pieces) for line in lines]
    both = sum(map(and_, left, right))
    return inside <= 1 and both >= max(2.0, _FACING * min(sum(left), sum(right)))


def _parts(gap: tuple[float, float], gaps: Sequence[tuple[float, float]], lines: Sequence[Band]) -> bool:
    """Whether writing stands between the gap and the next one on each side: lines of uneven length end nowhere else."""
    before = max((end for _, end in gaps if end <= gap[0]), default=-math.inf)
    after = min((start for start, _ in gaps if start >= gap[1]), default=math.inf)
    least = max(2.0, _OWN * len(lines))
    return all(
        sum(any(start < (piece.x0 + piece.x1) / 2 < end for piece in line.pieces) for line in lines) >= least
        for start, end in ((before, gap[0]), (gap[1], after))
    )


def _without_headless(gaps: list[tuple[float, float]], pieces: Sequence[Piece], wide: float) -> list[float]:
    """The middles of the gaps, less narrow ones beside columns without a header: a full-width comma leaves a gap too.

    A header is what stands in the first line of the table that has half as many pieces as any.
    """
    kept = list(gaps)
    lines = lines_of(pieces)
    most = max(len(line.pieces) for line in lines)
    header = next(line.pieces for line in lines if 2 * len(line.pieces) >= most)
    for gap in sorted(gaps, key=lambda one: one[1] - one[0]):
        cuts = [(start + end) / 2 for start, end in kept]
        at = kept.index(gap)
        headers = in_columns(header, cuts)
        if gap[1] - gap[0] < wide and not (headers[at] and headers[at + 1]):
            kept.remove(gap)
    return [(start + end) / 2 for start, end in kept]


def in_columns(pieces: Sequence[Piece], cuts: Sequence[float]) -> list[list[Piece]]:
    """The pieces of each column: that in which their middle lies."""
    columns: list[list[Piece]] = [[] for _ in range(len(cuts) + 1)]
    for piece in pieces:
        columns[sum((piece.x0 + piece.x1) / 2 > cut for cut in cuts)].append(piece)
    return columns


def row_cuts(pieces: Sequence[Piece], cuts: Sequence[float], first: int | None = None) -> list[float]:
    """Where rows part, from top to bottom, the outer edges left out.

    `first` is the number of a column that has a line, and one only, in each row, if somebody said so.
    """
    usual = median(piece.height for piece in pieces) if pieces else 0.0
    pieces = [piece for piece in pieces if piece.height >= (_LEAST_HEIGHT if piece.line < 0 else _LOWEST) * usual]
    bands = bands_of(pieces)
    if len(bands) < 2:
        return []
    if first is not None:
        return _cuts_at(bands, lines_of(in_columns(pieces, cuts)[first]))
    gaps = [low.start - high.end for high, low in pairwise(bands)]
    least = _between_rows([max(gap, _LEAST_BAND * usual) for gap in gaps])
    if least > 0:
        return [(high.end + low.start) / 2 for high, low in pairwise(bands) if low.start - high.end >= least]
    starts = _starting_lines(pieces, cuts, len(bands))
    if starts:
        return _cuts_at(bands, starts)
    return [(high.end + low.start) / 2 for high, low in pairwise(bands)]


def every_line(pieces: Sequence[Piece]) -> list[float]:
    """Cuts between all lines of text."""
    return [(high.end + low.start) / 2 for high, low in pairwise(bands_of(pieces))]


def _between_rows(gaps: Sequence[float]) -> float:
    """The least height of a band between rows; 0 where all bands are alike.

    The heights are parted in two where that makes both parts most alike in themselves, in logarithms (Otsu 1979).
    """
    heights = np.sort(np.log(np.array(gaps)))
    best, at = 0.0, 0
    for cut in range(1, len(heights)):
        low, high = heights[:cut], heights[cut:]
        between = cut * (len(heights) - cut) * float(high.mean() - low.mean()) ** 2
        if between > best:
            best, at = between, cut
    if not at:
        return 0.0
    factor = math.exp(float(np.median(heights[at:]) - np.median(heights[:at])))
    is_jump = math.exp(float(heights[at] - heights[at - 1])) > _JUMP
    return math.exp(float(heights[at - 1] + heights[at]) / 2) if factor > _TWO_KINDS and is_jump else 0.0


def _starting_lines(pieces: Sequence[Piece], cuts: Sequence[float], bands: int) -> list[Band]:
    """The lines of the column that starts each row: an outer one, with fewer lines than there are bands, all alike."""
    columns = [lines_of(column) for column in in_columns(pieces, cuts)]
    for lines in (columns[0], columns[-1]):
        if len(columns) > 1 and 2 <= len(lines) < bands and len(lines) >= 0.2 * bands:
            widths = [line.pieces[0].x1 - line.pieces[0].x0 for line in lines]
            heights = [line.end - line.start for line in lines]
            if max(widths) <= 5 * median(heights):
                return lines
    return []


def _cuts_at(bands: Sequence[Band], starts: Sequence[Band]) -> list[float]:
    """A cut between each two lines that start a row: in the highest white band there is between them.

    Where several are as high, it is the last one if rows begin at their top, as the first does, else the middle one;
    where writing leaves no white band, half the way.
    """
    at_top = bool(starts) and starts[0].start <= bands[0].end
    cuts = []
    for upper, lower in pairwise(starts):
        white = [
            (high.end, low.start)
            for high, low in pairwise(bands)
            if low.start > upper.middle and high.end < lower.middle
        ]
        half = (upper.middle + lower.middle) / 2
        highest = max((end - start for start, end in white), default=0.0)
        middles = [(start + end) / 2 for start, end in white if end - start > highest / _TWO_KINDS]
        if not middles:
            cuts.append(half)
        elif at_top:
            cuts.append(middles[-1])
        else:
            cuts.append(min(middles, key=lambda middle: abs(middle - half)))
    return cuts
