"""The order in which the lines of a page are read: columns of running text, else row by row, as tables are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from fairwitness.read.ocr.scan import Box, Quad

_GAP = 1.0  # width of the gap between columns, in heights of a line
_RUNNING = 9.0  # median width of the lines in a column of running text, in heights; cells of tables are narrower
_LEAST_LINES = 3  # on each side of a gap
_NEXT_LINE = 2.5  # gap to the next line of the same text at most, in heights; more parts what is not one text
_SAME_LINE = 1.0  # gap between pieces of one line at most; more is the gap between cells or columns
_SAME_ROW = 0.5  # of the height of the lower one: sharing more, two lines stand beside one another


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


def reading_order(quads: Sequence[Quad], right_to_left: bool) -> list[int]:
    """Numbers of the quads in reading order. The quads are of an upright, level page."""
    rows = _rows([_item(number, quad) for number, quad in enumerate(quads)])
    order: list[int] = []
    start = 0
    while start < len(rows):
        end, columns = _columns(rows, start)
        if columns:
            for column in reversed(columns) if right_to_left else columns:
                order += [item.number for row in _rows(column) for item in _across(row, right_to_left)]
            start = end
        else:
            order += [item.number for item in _across(rows[start], right_to_left)]
            start += 1
    return order


def _item(number: int, quad: Quad) -> _Item:
    """The upright box of the middle line of the quad, as high as the line: a little skew makes no row overlap."""
    left, right = (quad[0][0] + quad[3][0]) / 2, (quad[1][0] + quad[2][0]) / 2
    top, bottom = (quad[0][1] + quad[1][1]) / 2, (quad[2][1] + quad[3][1]) / 2
    return _Item(number, min(left, right), min(top, bottom), max(left, right), max(top, bottom))


def _across(row: Sequence[_Item], right_to_left: bool) -> list[_Item]:
    side = -1 if right_to_left else 1
    return sorted(row, key=lambda item: side * (item.x0 + item.x1))


def _rows(items: Sequence[_Item]) -> list[list[_Item]]:
    """The items that stand beside one another, from top to bottom."""
    rows: list[list[_Item]] = []
    for item in sorted(items, key=lambda one: one.middle):
        row = rows[-1] if rows else []
        low = min((one.y1 - one.y0 for one in (*row, item)), default=0.0)
        if row and abs(sum(one.middle for one in row) / len(row) - item.middle) < 0.5 * low:
            row.append(item)
        else:
            rows.append([item])
    return rows


def _columns(rows: Sequence[Sequence[_Item]], start: int) -> tuple[int, list[list[_Item]]]:
    """The longest block of rows from `start` that one gap parts into columns, and these; no columns if it is short."""
    best: tuple[int, list[list[_Item]]] = (start, [])
    block: list[_Item] = []
    for end in range(start, len(rows)):
        block += rows[end]
        if len(block) < 2 * _LEAST_LINES:
            continue
        columns = _parted(block)
        if not columns and len(rows[end]) == 1 and best[1]:
            break  # a line across the gap ends the block
        if columns:
            best = end + 1, columns
    return best


def _parted(block: Sequence[_Item]) -> list[list[_Item]]:
    """The block cut at every gap that runs down all of it; nothing if a part is no column of running text."""
    height = median(item.y1 - item.y0 for item in block)
    parts: list[list[_Item]] = []
    reach = float("-inf")
    for item in sorted(block, key=lambda one: one.x0):
        if item.x0 > reach + _GAP * height:
            parts.append([])
        parts[-1].append(item)
        reach = max(reach, item.x1)
    is_running = all(
        len(part) >= _LEAST_LINES and median(item.x1 - item.x0 for item in part) >= _RUNNING * height for part in parts
    )
    return parts if len(parts) > 1 and is_running else []


def goes_on(line: Box, following: Box) -> bool:
    """Whether the second line may go on with the sentence of the first: the next one below it, or its other piece.

    Lines of another column, and cells beside one another, do not go on. Boxes are x0, y0, x1, y1; for lines that run
    down the page, or up, what is said of below holds for beside.
    """
    lies = line[2] - line[0] + following[2] - following[0] >= line[3] - line[1] + following[3] - following[1]
    along, across = (0, 1) if lies else (1, 0)
    height = max(1, min(line[across + 2] - line[across], following[across + 2] - following[across]))
    if _gap(line, following, across) < -_SAME_ROW * height:
        return _gap(line, following, along) <= _SAME_LINE * height
    return _gap(line, following, along) < 0 and _gap(line, following, across) <= _NEXT_LINE * height


def _gap(line: Box, following: Box, axis: int) -> int:
    """Pixels between the two along an axis; below 0 what they share."""
    return max(line[axis], following[axis]) - min(line[axis + 2], following[axis + 2])
