"""The order of lines on a page, from their places alone."""

from __future__ import annotations

from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.order import goes_on, reading_order
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


def test_the_next_line_of_a_column_goes_on_and_the_next_column_does_not() -> None:
    first, second, beside = (100, 100, 500, 130), (100, 150, 300, 180), (600, 100, 1000, 130)
    assert goes_on(first, second)
    assert not goes_on(second, beside)


def test_cells_of_a_row_do_not_go_on_and_pieces_of_a_line_do() -> None:
    assert not goes_on((100, 100, 200, 130), (300, 102, 380, 131))
    assert goes_on((100, 100, 200, 130), (215, 102, 380, 131))


def test_the_first_cell_of_the_next_row_does_not_go_on_with_the_last_of_this() -> None:
    assert not goes_on((700, 100, 800, 130), (100, 160, 200, 190))


def test_lines_far_below_one_another_do_not_go_on() -> None:
    assert not goes_on((100, 100, 500, 130), (100, 300, 500, 330))


def test_lines_that_run_down_the_page_go_on_beside_one_another() -> None:
    right, left, lower = (900, 100, 930, 800), (850, 100, 880, 500), (850, 1000, 880, 1500)
    assert goes_on(right, left)
    assert not goes_on(right, lower)


def test_lines_of_a_page_that_lies_upside_down_go_on_upwards() -> None:
    assert goes_on((100, 150, 500, 180), (100, 100, 500, 130))
