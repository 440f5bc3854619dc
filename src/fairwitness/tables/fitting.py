"""Puts the layout that a person drew on one page onto another page like it.

The edges are shifted and stretched a little to where most of them meet rulings or white gaps, then each is moved to the
ruling or to the middle of the gap next to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.tables import Layout
from fairwitness.tables.gaps import every_line, row_cuts
from fairwitness.tables.grid import Grid
from fairwitness.tables.loose import make_grid, table_bands
from fairwitness.tables.pieces import Piece
from fairwitness.tables.ruled import drawn_shares, ruled_grid
from fairwitness.tables.rulings import Rulings, Segment

_SHIFT = 0.06  # of the side of the page, either way
_STRETCH = 0.04  # either way
_STEPS = 17  # of the stretch
_NEAR = 0.8  # heights of a line of text: an edge moves so far to a ruling
_LEAST_FIT = 0.6  # of the edges, on average: with less it is another kind of page
_SPANNING = 0.5  # of the width of the table: a ruling that parts rows
_LONG = 8.0  # heights of a line of text
_RULED = 0.5  # share of the ways along the edges that are drawn, of a ruled table
Profile = NDArray[np.float64]


def fitted_grid(
    layout: Layout, rulings: Rulings, pieces: Sequence[Piece], text_px: float, size: tuple[int, int]
) -> Grid | None:
    """The grid of the layout on a level page of `size` (width, height); None if the page is not like it."""
    width, height = size
    top, bottom = layout.top * height / 1000, (layout.bottom or 1000) * height / 1000
    reach = _SHIFT * height if layout.top or layout.bottom else 0.0
    near = [piece for piece in pieces if top - reach <= piece.middle <= bottom + reach]
    spans = [(piece.x0, piece.x1) for piece in near]
    lines = rulings.down, _ends(rulings.along, text_px)
    xs = _fitted([edge * width / 1000 for edge in layout.columns], lines, spans, text_px, width)
    if xs is None:
        return None
    inside = [piece for piece in near if xs[0] <= (piece.x0 + piece.x1) / 2 <= xs[-1]]
    ys = _row_edges(layout, xs, rulings, inside, text_px, height)
    if len(ys) < 2:
        return None
    inside = [piece for piece in inside if ys[0] <= piece.middle <= ys[-1]]
    headers = layout.header_rows if layout.header_rows >= 0 else min(1, len(ys) - 2)
    along, down = drawn_shares(ys, xs, rulings, text_px)
    is_ruled = len(xs) > 2 and float((down[1:-1] >= _RULED).mean()) >= _RULED
    if is_ruled and float((along >= _RULED).mean()) >= _RULED:
        grid = ruled_grid(ys, xs, rulings, text_px)
        return replace(grid, header_rows=min(headers, grid.rows)) if layout.header_rows >= 0 else grid
    return make_grid("partly", xs, ys, inside, text_px, headers)


def _row_edges(
    layout: Layout, xs: Sequence[float], rulings: Rulings, inside: Sequence[Piece], text_px: float, height: int
) -> list[float]:
    if isinstance(layout.rows, tuple):
        spans = [(piece.y0, piece.y1) for piece in inside]
        edges = [edge * height / 1000 for edge in layout.rows]
        return _fitted(edges, (rulings.along, _ends(rulings.down, text_px)), spans, text_px, height) or []
    lines = _spanning(rulings.along, xs[0], xs[-1], text_px)
    if layout.top or layout.bottom:
        reach = _SHIFT * height
        low, high = layout.top * height / 1000 - reach, (layout.bottom or 1000) * height / 1000 + reach
        lines = [line for line in lines if low <= line <= high]
    if layout.rows == "rulings":
        return lines
    bands = table_bands(inside, xs[1:-1], text_px)
    if not bands:
        return []
    held = [piece for band in bands for piece in band.pieces]
    cuts = every_line(held) if layout.rows == "lines" else row_cuts(held, xs[1:-1], layout.first)
    edge = 0.3 * text_px
    return [bands[0].start - edge, *cuts, bands[-1].end + edge]


def _spanning(along: Sequence[Segment], left: float, right: float, text_px: float) -> list[float]:
    """Where rulings run along most of the table, from top to bottom, each once."""
    found: list[tuple[float, float]] = []  # height and length, of a line
    for piece in sorted(along, key=lambda one: one.at):
        length = min(piece.end, right) - max(piece.start, left)
        if length <= 0:
            continue
        if found and piece.at - found[-1][0] < 0.5 * text_px:
            at, before = found[-1]
            found[-1] = (at * before + piece.at * length) / (before + length), before + length
        else:
            found.append((piece.at, length))
    return [at for at, length in found if length >= _SPANNING * (right - left)]


def _fitted(
    edges: Sequence[float],
    lines: tuple[Sequence[Segment], Sequence[Segment]],
    spans: Sequence[tuple[float, float]],
    text_px: float,
    side: int,
) -> list[float] | None:
    """The edges where they fit best, in pixels; None if they fit nowhere.

    `lines` are the rulings along the edges, and places where those across them end.
    """
    ruled, ends = (_ruled_profile(some, text_px, side) for some in lines)
    white = _white_profile(spans, text_px, side)
    fit = np.maximum(np.maximum(ruled, ends), white)
    start = np.array(edges)
    middle = (start[0] + start[-1]) / 2
    shifts = np.arange(-_SHIFT * side, _SHIFT * side + 1, max(1.0, 0.1 * text_px))
    best, place = -1.0, start
    for stretch in 1 + np.linspace(-_STRETCH, _STRETCH, _STEPS):
        moved = (start - middle) * stretch + middle
        places = moved[None, :] + shifts[:, None]
        scores = fit[np.clip(np.round(places), 0, side - 1).astype(np.int64)]
        # a layout that lies as it was drawn is the likeliest, and holds the middle of wide gaps
        totals = scores.mean(axis=1) - 0.1 * np.abs(shifts) / (_SHIFT * side) - 0.1 * abs(stretch - 1) / _STRETCH
        at = int(totals.argmax())
        if totals[at] > best:
            best, place = float(totals[at]), places[at]
    if float(fit[np.clip(np.round(place), 0, side - 1).astype(np.int64)].mean()) < _LEAST_FIT:
        return None
    moved_edges = [_settled(edge, [*lines[0], *lines[1]], white, text_px) for edge in place]
    return moved_edges if all(low < high for low, high in pairwise(moved_edges)) else [float(one) for one in place]


def _ends(across: Sequence[Segment], text_px: float) -> list[Segment]:
    """A piece as long as a letter where each long ruling begins, and where it ends: there are the outer edges."""
    long = [line for line in across if line.length > _LONG * text_px]
    return [Segment(0.0, text_px, at) for line in long for at in (line.start, line.end)]


def _ruled_profile(lines: Sequence[Segment], text_px: float, side: int) -> Profile:
    """For each pixel whether a ruling is near, by its length; 1 for the longest."""
    profile = np.zeros(side)
    for line in lines:
        low, high = max(0, round(line.at - 0.3 * text_px)), min(side, round(line.at + 0.3 * text_px) + 1)
        profile[low:high] += line.length
    return profile / max(1.0, float(profile.max()))


def _white_profile(spans: Sequence[tuple[float, float]], text_px: float, side: int) -> Profile:
    """For each pixel 0.9 where no writing is, less the more writing lies over it: a ruling counts more than a gap."""
    count = np.zeros(side + 1)
    for low, high in spans:
        count[min(side, max(0, round(low)))] += 1
        count[min(side, max(0, round(high)))] -= 1
    covered = np.cumsum(count)[:side]
    usual = max(1.0, float(np.percentile(covered, 75)))
    return np.asarray(0.9 * np.maximum(0.0, 1 - 3 * covered / usual))


def _settled(edge: float, lines: Sequence[Segment], white: Profile, text_px: float) -> float:
    """The edge at the longest ruling near to it, or else in the middle of the gap where it lies, if that is narrow."""
    near = [line for line in lines if abs(line.at - edge) < _NEAR * text_px]
    if near:
        return max(near, key=lambda line: line.length).at
    at = min(len(white) - 1, max(0, round(edge)))
    least = float(white[at])
    low = high = at
    reach = round(2 * text_px)
    while low > max(0, at - reach) and white[low - 1] >= least:
        low -= 1
    while high < min(len(white) - 1, at + reach) and white[high + 1] >= least:
        high += 1
    is_gap = low > at - reach and high < at + reach
    return (low + high) / 2 if is_gap else float(edge)
