"""The lines of cells: cut at edges, found where the detector missed them, and known to be struck through."""

from __future__ import annotations

import cv2
import numpy as np

from fairwitness.core.tables import Box
from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.scan import Image
from fairwitness.tables.cell_lines import CellLines, inked, lines_in_cells
from fairwitness.tables.grid import FlatPage, Grid, GridCell

LEFT, RIGHT = (40, 40, 400, 140), (400, 40, 760, 140)


def page_of(image: Image, lines: tuple[Box, ...], boxes: tuple[Box, ...] = (LEFT, RIGHT)) -> list[CellLines]:
    """The lines of the cells with these boxes."""
    cells = tuple(GridCell(0, at, 1, 1, box) for at, box in enumerate(boxes))
    grid = Grid("ruled", (40, 40, 760, 140), 1, len(boxes), cells, (40, 140), (40, 400, 760))
    quads = tuple(quad_of(box) for box in lines)
    rulings = np.zeros(image.shape[:2], bool)
    flat = FlatPage(image, image, 0, 0.0, quads, rulings, (grid,), (), (1, 0, 0, 0, 1, 0), 800, 180)
    return lines_in_cells(inked(flat), quads, boxes)


def paper() -> Image:
    return np.full((180, 800, 3), 250, np.uint8)


def write(image: Image, text: str, x: int) -> Box:
    """The text is on the image; its box."""
    cv2.putText(image, text, (x, 105), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (10, 10, 10), 2)
    (wide, high), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 2)
    return x - 2, 105 - high - 4, x + wide + 2, 105 + below


def test_a_line_over_a_ruling_is_cut_there_and_each_cell_gets_its_part() -> None:
    image = paper()
    one, other = write(image, "1234", 320), write(image, "5678", 410)
    left, right = page_of(image, ((one[0], one[1], other[2], other[3]),))
    assert len(left.pieces) == len(right.pieces) == 1
    assert left.pieces[0].box[2] <= 400 <= right.pieces[0].box[0]
    assert left.flags == right.flags == {"over_ruling"}


def test_what_the_detector_missed_is_a_line_too() -> None:
    image = paper()
    found = write(image, "1234", 60)
    write(image, "7", 560)
    left, right = page_of(image, (found,))
    assert [piece.is_found for piece in left.pieces] == [True]
    assert [piece.is_found for piece in right.pieces] == [False]
    assert right.has_ink and right.pieces[0].box[0] <= 562


def test_a_cell_without_ink_has_no_lines() -> None:
    image = paper()
    left, right = page_of(image, (write(image, "1234", 60),))
    assert (right.pieces, right.has_ink, right.faint) == ([], False, False)
    assert left.has_ink


def test_a_line_through_the_writing_is_told() -> None:
    image = paper()
    one, other = write(image, "12 34 56", 60), write(image, "12 34 56", 420)
    cv2.line(image, (other[0], 92), (other[2], 96), (10, 10, 10), 3)
    left, right = page_of(image, (one, other))
    assert (left.flags, right.flags) == (set(), {"struck"})
