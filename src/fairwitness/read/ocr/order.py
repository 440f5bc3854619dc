"""The order in which the lines of a page are read: columns, rows of tables, right-to-left pages."""

from __future__ import annotations

from collections.abc import Sequence

from fairwitness.read.ocr.scan import Quad


def reading_order(quads: Sequence[Quad], right_to_left: bool) -> list[int]:
    """Numbers of the quads in reading order. The quads are of an upright, level page."""
    boxes = [_box(quad) for quad in quads]
    rows: list[list[int]] = []
    for number in sorted(range(len(boxes)), key=lambda n: boxes[n][1] + boxes[n][3]):
        top, bottom = boxes[number][1], boxes[number][3]
        row = rows[-1] if rows else []
        if row:
            high = min(boxes[n][3] - boxes[n][1] for n in (*row, number))
            middle = sum(boxes[n][1] + boxes[n][3] for n in row) / (2 * len(row))
            if abs(middle - (top + bottom) / 2) < 0.5 * high:
                row.append(number)
                continue
        rows.append([number])
    side = -1 if right_to_left else 1
    return [number for row in rows for number in sorted(row, key=lambda n: side * (boxes[n][0] + boxes[n][2]))]


def _box(quad: Quad) -> tuple[float, float, float, float]:
    xs, ys = [point[0] for point in quad], [point[1] for point in quad]
    return min(xs), min(ys), max(xs), max(ys)
