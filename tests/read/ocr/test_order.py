"""The order of lines on a page, from their places alone."""

from __future__ import annotations

from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.order import reading_order
from fairwitness.read.ocr.scan import Box


def order(boxes: list[Box], right_to_left: bool = False) -> list[int]:
    return reading_order([quad_of(box) for box in boxes], right_to_left)


def column(left: int, right: int, lines: int, top: int = 100, step: int = 40) -> list[Box]:
    return [(left, top + n * step, right, top + n * step + 24) for n in range(lines)]


def test_two_columns_are_read_one_after_the_other() -> None:
    boxes = column(100, 500, 6) + column(560, 960, 6)
    assert order(boxes) == list(range(12))


def test_columns_whose_lines_do_not_stand_beside_one_another_are_columns_too() -> None:
    boxes = column(100, 500, 6) + column(560, 960, 6, top=118)
    assert order(boxes) == list(range(12))


def test_on_a_right_to_left_page_the_right_column_comes_first() -> None:
    boxes = column(100, 500, 5) + column(560, 960, 5)
    assert order(boxes, right_to_left=True) == [5, 6, 7, 8, 9, 0, 1, 2, 3, 4]


def test_a_heading_across_the_columns_stays_first_and_a_footer_last() -> None:
    boxes = [(100, 40, 960, 70), *column(100, 500, 5), *column(560, 960, 5), (100, 400, 960, 424)]
    assert order(boxes) == list(range(12))


def test_a_table_is_read_row_by_row() -> None:
    cells = [(100 + 200 * c, 100 + 40 * r, 180 + 200 * c, 124 + 40 * r) for r in range(5) for c in range(4)]
    assert order(cells) == list(range(20))
    by_row_from_right = [row * 4 + c for row in range(5) for c in (3, 2, 1, 0)]
    assert order(cells, right_to_left=True) == by_row_from_right


def test_pieces_of_one_line_are_read_along_it() -> None:
    assert order([(400, 102, 700, 126), (100, 100, 380, 124), (100, 160, 700, 184)]) == [1, 0, 2]


def test_no_lines_have_no_order() -> None:
    assert order([]) == []
