"""From rulings to grids: rulings that touch make one table, and where a ruling is missing, cells are one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.tables import Box
from fairwitness.tables.grid import Grid, GridCell, Mask
from fairwitness.tables.rulings import Rulings, Segment

_TOUCH = 0.6  # gap at a corner, in heights of a line of text
_SAME = 0.55  # closer than that, two rulings are one, or a double one
_BAND = 0.35  # to each side, in which the ink of a ruling is looked for
_PRESENT = 0.5  # share of the way between two crossings that must be drawn
_WHOLE = 0.9  # the same on a line that is drawn in few places
_BENT = 0.04  # heights of a line of text by which it may be bent there: more is a stamp or an arc by hand
_STRUCK = 0.3  # share of what is drawn of a line that lies in the middle of writing
_FEW = 0.3  # of the ways along a line
_WEAK = 0.2  # enough where otherwise a cell would be no rectangle
_OPEN = 0.9  # a ruling that goes on so far beyond the last one across it ends a row that is open
_FOLD = 0.97  # of the page: a line right across it
Flags = tuple[str, ...]
Share = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Line:
    """Pieces of one ruling, from one end of the table to the other."""

    at: float
    start: float
    end: float
    length: float


@dataclass(slots=True)
class _Frame:
    """The lines of one table, and how far each is drawn between its crossings with the others.

    `along[i, j]` is the share of line i between the lines down j and j + 1 that is drawn, `along_at[i, j]` where it
    runs there; `down` and `down_at` likewise, [j, i].
    """

    ys: list[float]
    xs: list[float]
    along: Share
    down: Share
    along_at: Share
    down_at: Share
    open_above: bool = False
    open_below: bool = False


def ruled_grids(rulings: Rulings, text_px: float, size: tuple[int, int]) -> list[Grid]:
    """The grids of all tables that rulings make, by their tops; `size` is width and height of the page.

    A frame without anything in it that parts it is a grid of one cell.
    """
    along, down = without_folds(rulings, text_px, size)
    found = []
    for group_along, group_down in _groups(along, down, _TOUCH * text_px):
        frame = _frame(group_along, group_down, rulings, text_px)
        if frame is not None:
            found.append(_grid(frame))
    return sorted(found, key=lambda grid: (grid.box[1], grid.box[0]))


def without_folds(
    rulings: Rulings, text_px: float, size: tuple[int, int]
) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """The pieces along and down, less those of lines that run right across the page and beyond all others."""
    return _unfolded(rulings.along, size[0], text_px), _unfolded(rulings.down, size[1], text_px)


def _unfolded(pieces: tuple[Segment, ...], across: int, text_px: float) -> tuple[Segment, ...]:
    lines = _lines(pieces, text_px)
    right_across = [line for line in lines if line.end - line.start > _FOLD * across]
    others = [line for line in lines if line not in right_across and line.length > 4 * text_px]
    if not right_across or not others:
        return pieces
    first, last = min(line.start for line in others), max(line.end for line in others)
    folds = [line.at for line in right_across if line.start < first - text_px and line.end > last + text_px]
    return tuple(one for one in pieces if all(abs(one.at - fold) > _SAME * text_px for fold in folds))


def _groups(
    along: Sequence[Segment], down: Sequence[Segment], touch: float
) -> list[tuple[list[Segment], list[Segment]]]:
    """Pieces that touch across, put together; a group has some of both directions."""
    if not along or not down:
        return []
    a = np.array([(one.start, one.end, one.at) for one in along])
    d = np.array([(one.start, one.end, one.at) for one in down])
    meets = (
        (d[None, :, 2] >= a[:, None, 0] - touch)
        & (d[None, :, 2] <= a[:, None, 1] + touch)
        & (a[:, None, 2] >= d[None, :, 0] - touch)
        & (a[:, None, 2] <= d[None, :, 1] + touch)
    )
    label = np.full(len(along), -1)
    seen_down = np.zeros(len(down), np.bool_)
    groups = []
    for start in range(len(along)):
        if label[start] >= 0 or not meets[start].any():
            continue
        mine, others = {start}, np.zeros(len(down), np.bool_)
        fresh = [start]
        while fresh:
            reached = meets[fresh].any(axis=0) & ~others
            others |= reached
            fresh = [int(i) for i in np.flatnonzero(meets[:, reached].any(axis=1)) if int(i) not in mine]
            mine.update(fresh)
        label[list(mine)] = start
        seen_down |= others
        groups.append(([along[i] for i in sorted(mine)], [down[int(i)] for i in np.flatnonzero(others)]))
    return groups


def _lines(pieces: Sequence[Segment], text_px: float) -> list[_Line]:
    """Pieces at the same height are one line; so are the two of a double ruling."""
    lines: list[list[Segment]] = []
    middle = 0.0
    for piece in sorted(pieces, key=lambda one: one.at):
        if lines and piece.at - middle < _SAME * text_px:
            lines[-1].append(piece)
        else:
            lines.append([piece])
        total = sum(one.length for one in lines[-1])
        middle = sum(one.at * one.length for one in lines[-1]) / total
    return [
        _Line(
            sum(one.at * one.length for one in line) / sum(one.length for one in line),
            min(one.start for one in line),
            max(one.end for one in line),
            _covered(line),
        )
        for line in lines
    ]


def _covered(line: Sequence[Segment]) -> float:
    """How much of the line is drawn, what is drawn twice counted once."""
    total, reach = 0.0, float("-inf")
    for piece in sorted(line, key=lambda one: one.start):
        total += max(0.0, piece.end - max(piece.start, reach))
        reach = max(reach, piece.end)
    return total


def _frame(along: Sequence[Segment], down: Sequence[Segment], rulings: Rulings, text_px: float) -> _Frame | None:
    """The lines of a table once those that part nothing are left out; None if nothing is left that makes a cell."""
    rows, columns = _lines(along, text_px), _lines(down, text_px)
    ys, xs = [line.at for line in rows], [line.at for line in columns]
    ys, above, below = _opened(ys, columns, text_px)
    xs, _, _ = _opened(xs, rows, text_px)
    while len(ys) >= 2 and len(xs) >= 2:
        frame = _measured(ys, xs, rulings, text_px)
        frame.open_above, frame.open_below = above, below
        _close_ends(frame)
        idle_y = [i for i in range(len(ys)) if not (frame.along[i] >= _PRESENT).any()]
        idle_x = [j for j in range(len(xs)) if not (frame.down[j] >= _PRESENT).any()]
        if not idle_y and not idle_x:
            return frame
        above, below = above and 0 not in idle_y, below and len(ys) - 1 not in idle_y
        ys = [y for i, y in enumerate(ys) if i not in idle_y]
        xs = [x for j, x in enumerate(xs) if j not in idle_x]
    return None


def drawn_shares(ys: Sequence[float], xs: Sequence[float], rulings: Rulings, text_px: float) -> tuple[Share, Share]:
    """For each edge of a row, and each of a column, the share that is drawn of each way between two crossings."""
    frame = _measured(list(ys), list(xs), rulings, text_px)
    return frame.along, frame.down


def ruled_grid(ys: Sequence[float], xs: Sequence[float], rulings: Rulings, text_px: float) -> Grid:
    """The grid with those edges, the places between which no ruling is drawn being one cell."""
    frame = _measured(list(ys), list(xs), rulings, text_px)
    _close_ends(frame)
    return _grid(frame)


def _opened(edges: list[float], crossing: Sequence[_Line], text_px: float) -> tuple[list[float], bool, bool]:
    """The edges, and one more at each end beyond which several lines that cross them go on; whether there is one."""
    if not edges:
        return edges, False, False
    most = max(2, len(crossing) // 2)
    before = sorted(line.start for line in crossing if line.start < edges[0] - _OPEN * text_px)
    after = sorted(line.end for line in crossing if line.end > edges[-1] + _OPEN * text_px)
    is_before, is_after = len(before) >= most, len(after) >= most
    first = [float(np.median(before))] if is_before else []
    last = [float(np.median(after))] if is_after else []
    return [*first, *edges, *last], is_before, is_after


def _close_ends(frame: _Frame) -> None:
    """Edges of the table that are not drawn count as drawn: nothing lies beyond them to be one with."""
    for shares in (frame.along, frame.down):
        shares[0], shares[-1] = np.maximum(shares[0], _PRESENT), np.maximum(shares[-1], _PRESENT)


def _measured(ys: list[float], xs: list[float], rulings: Rulings, text_px: float) -> _Frame:
    """The frame with its shares; what a line shows in few places only counts where it is whole.

    So a stroke by hand, the arc of a stamp, or strokes of letters that happen to stand in a line, part nothing.
    """
    band = max(2, round(_BAND * text_px))
    along, along_at, along_bent = _drawn(rulings.along_mask, ys, xs, band)
    down, down_at, down_bent = _drawn(rulings.down_mask.T, xs, ys, band)
    for shares, bent in ((along, along_bent), (down, down_bent)):
        few = (shares >= _PRESENT).mean(axis=1) < _FEW
        is_whole = (shares[few] >= _WHOLE) & (bent[few] <= max(0.6, _BENT * text_px))
        shares[few] = np.where(is_whole, shares[few], 0.0)
    _leave_out_strikes(along, ys, xs, rulings)
    return _Frame(ys, xs, along, down, along_at, down_at)


def _leave_out_strikes(along: Share, ys: list[float], xs: list[float], rulings: Rulings) -> None:
    """Lines that run through the middle of writing where they are drawn are no rulings: somebody struck it out."""
    for i in range(1, len(ys) - 1):
        row = rulings.words[min(len(rulings.words) - 1, max(0, round(ys[i])))]
        drawn = np.flatnonzero(along[i] >= _PRESENT)
        ways = [row[max(0, round(xs[j])) : round(xs[j + 1])] for j in drawn]
        if ways and np.concatenate(ways).mean() > _STRUCK:
            along[i] = 0.0


def _drawn(mask: NDArray[np.uint8], ats: list[float], crossings: list[float], band: int) -> tuple[Share, Share, Share]:
    """For each line and each way between two crossings: the share that is drawn, where it runs, how it is bent.

    The last is the standard deviation from a level line, in pixels.
    """
    height, width = mask.shape
    shares = np.zeros((len(ats), len(crossings) - 1))
    bent = np.zeros_like(shares)
    where = np.repeat(np.array(ats)[:, None], len(crossings) - 1, axis=1)
    for i, at in enumerate(ats):
        top = max(0, round(at) - band)
        strip = mask[top : min(height, round(at) + band + 1)] > 0
        for j in range(len(crossings) - 1):
            part = strip[:, max(0, round(crossings[j])) : min(width, round(crossings[j + 1]) + 1)]
            if not part.size:
                continue
            shares[i, j] = part.any(axis=0).mean()
            if shares[i, j] > _WEAK:
                rows = part.sum(axis=1)
                numbers = np.arange(len(rows))
                where[i, j] = top + float((rows * numbers).sum() / rows.sum())
                drawn = part.sum(axis=0)
                bent[i, j] = np.std((part * numbers[:, None]).sum(axis=0)[drawn > 0] / drawn[drawn > 0])
    return shares, where, bent


def _grid(frame: _Frame) -> Grid:
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    owner = _cells_of(frame.along >= _PRESENT, frame.down >= _PRESENT, frame)
    cells = []
    for number in np.unique(owner):
        at_rows, at_columns = np.nonzero(owner == number)
        top, bottom = int(at_rows.min()), int(at_rows.max()) + 1
        left, right = int(at_columns.min()), int(at_columns.max()) + 1
        box = (
            round(float(np.mean(frame.down_at[left, top:bottom]))),
            round(float(np.mean(frame.along_at[top, left:right]))),
            round(float(np.mean(frame.down_at[right, top:bottom]))),
            round(float(np.mean(frame.along_at[bottom, left:right]))),
        )
        flags: Flags = ("cut_above",) if frame.open_above and top == 0 else ()
        if frame.open_below and bottom == rows:
            flags = (*flags, "cut_below")
        cells.append(GridCell(top, left, bottom - top, right - left, box, flags))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    row_edges, column_edges = tuple(round(y) for y in frame.ys), tuple(round(x) for x in frame.xs)
    box = around([cell.box for cell in cells])
    return Grid("ruled", box, rows, columns, tuple(cells), row_edges, column_edges, header_rows_of(cells, rows))


def _cells_of(along: Mask, down: Mask, frame: _Frame) -> NDArray[np.int64]:
    """Which cell each place belongs to; every cell is a rectangle.

    `along[i, j]` is whether line i is drawn above place (i, j), `down[j, i]` whether line j is to its left.
    """
    rows, columns = along.shape[0] - 1, down.shape[0] - 1
    along, down = along.copy(), down.copy()
    while True:
        owner = _united(along, down, rows, columns)
        ragged = _first_ragged(owner)
        if ragged is None:
            return owner
        top, bottom, left, right = ragged
        if not _part(along, down, frame, ragged):
            along[top + 1 : bottom, left:right] = True
            down[left + 1 : right, top:bottom] = True


def _part(along: Mask, down: Mask, frame: _Frame, ragged: tuple[int, int, int, int]) -> bool:
    """Lines that are partly drawn in the ragged cell are drawn through it, weakest last; whether any was."""
    top, bottom, left, right = ragged
    ways = [(float(frame.along[i, left:right].mean()), 0, i) for i in range(top + 1, bottom)]
    ways += [(float(frame.down[j, top:bottom].mean()), 1, j) for j in range(left + 1, right)]
    for share, direction, line in sorted(ways, reverse=True):
        lines = along[line, left:right] if direction == 0 else down[line, top:bottom]
        if share > 0 and not lines.all():
            lines[:] = True
            return True
    return False


def _united(along: Mask, down: Mask, rows: int, columns: int) -> NDArray[np.int64]:
    parent = list(range(rows * columns))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for i in range(rows):
        for j in range(columns):
            if i and not along[i, j]:
                parent[root(i * columns + j)] = root((i - 1) * columns + j)
            if j and not down[j, i]:
                parent[root(i * columns + j)] = root(i * columns + j - 1)
    return np.array([root(place) for place in range(rows * columns)]).reshape(rows, columns)


def _first_ragged(owner: NDArray[np.int64]) -> tuple[int, int, int, int] | None:
    """Top, bottom, left, right of a cell that does not fill them; None if all do."""
    for number in np.unique(owner):
        rows, columns = np.nonzero(owner == number)
        top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
        if len(rows) != (bottom - top) * (right - left):
            return int(top), int(bottom), int(left), int(right)
    return None


def header_rows_of(cells: Sequence[GridCell], rows: int) -> int:
    """One, or as many as the cells of the first row span where some span more columns than one."""
    first = [cell for cell in cells if cell.row == 0]
    deepest = max((cell.row_span for cell in first), default=1)
    return deepest if deepest < rows and any(cell.column_span > 1 for cell in first) else min(1, rows)


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box around all."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
