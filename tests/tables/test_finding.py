from __future__ import annotations

import cv2
import numpy as np
import pytest
from examples.synthetic_lists.sets import SETS

from fairwitness.read.ocr.geometry import quad_of
from fairwitness.read.ocr.scan import Quad
from fairwitness.read.ocr.turn import turned, turned_back
from fairwitness.tables.finding import find_grids
from fairwitness.tables.grid import FlatPage, Grid, box_on_page
from tests.tables.drawn import Drawn, draw_list, draw_prose, worn


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    return draw_list(seed=3, dpi=150)


def shape(grid: Grid) -> tuple[int, int, int]:
    return grid.rows, grid.columns, len(grid.cells)


def only_grid(flat: FlatPage) -> Grid:
    (grid,) = flat.grids
    return grid


def test_a_ruled_page_gives_the_rows_and_columns_that_were_drawn(drawn: Drawn) -> None:
    flat = find_grids(drawn.image, 150)
    grid = only_grid(flat)
    assert shape(grid) == (12, 9, 108)
    assert np.allclose(grid.row_edges, drawn.ys, atol=2)
    assert np.allclose(grid.column_edges, drawn.xs, atol=2)
    for cell in grid.cells:
        truth = drawn.xs[cell.column], drawn.ys[cell.row], drawn.xs[cell.column + 1], drawn.ys[cell.row + 1]
        assert np.allclose(box_on_page(flat, cell.box), truth, atol=3)


@pytest.mark.parametrize("skew", [-3.0, 0.6])
def test_a_worn_page_gives_the_same_rows_and_columns_as_a_clean_one(drawn: Drawn, skew: float) -> None:
    flat = find_grids(worn(draw_list(seed=3, dpi=200).image, skew), 200)
    assert shape(only_grid(flat)) == (12, 9, 108)
    assert abs(flat.skew_deg + skew) < 0.1


def test_what_stands_outside_the_table_is_a_stray(drawn: Drawn) -> None:
    flat = find_grids(drawn.image, 150)
    grid = only_grid(flat)
    assert len(flat.strays) == 2  # the heading and the page number
    assert flat.strays[0][3] < grid.box[1] and flat.strays[1][1] > grid.box[3]


@pytest.mark.parametrize(
    "rulings", ["along", "none", *(pytest.param(one, marks=pytest.mark.slow) for one in ("down", "head"))]
)
def test_a_table_with_some_rulings_or_none_has_the_rows_and_columns_that_were_drawn(rulings: str) -> None:
    flat = find_grids(draw_list(seed=5, dpi=200, rulings=rulings).image, 200)
    grid = only_grid(flat)
    assert (grid.rows, grid.columns, grid.header_rows) == (12, 9, 1)
    assert grid.kind == ("borderless" if rulings == "none" else "partly")
    assert len(flat.strays) == 2


@pytest.mark.parametrize("rulings", [pytest.param("all", marks=pytest.mark.slow), "none"])
def test_every_place_of_a_grid_belongs_to_one_cell_inside_the_page(rulings: str) -> None:
    flat = find_grids(worn(draw_list(seed=7, dpi=150, rulings=rulings).image, 1.3), 150)
    grid = only_grid(flat)
    places = [
        (row, column)
        for cell in grid.cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    ]
    assert sorted(places) == [(row, column) for row in range(grid.rows) for column in range(grid.columns)]
    for cell in grid.cells:
        x0, y0, x1, y1 = box_on_page(flat, cell.box)
        assert 0 <= x0 < x1 <= flat.width_px and 0 <= y0 < y1 <= flat.height_px


def test_a_page_of_prose_has_no_table() -> None:
    flat = find_grids(draw_prose(), 150)
    assert flat.grids == ()
    assert len(flat.strays) == 20


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_a_page_of_one_colour_has_no_table_and_no_strays(grey: int) -> None:
    flat = find_grids(np.full((800, 600, 3), grey, np.uint8), 150)
    assert flat.grids == flat.strays == ()


@pytest.mark.parametrize("skew", [pytest.param(0.0, marks=pytest.mark.slow), -0.77])
def test_a_roll_of_paper_has_all_its_rows(skew: float) -> None:
    drawn = draw_list(seed=2, dpi=80, rows=120, height_inch=40)
    height, width = drawn.image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    page = cv2.warpAffine(drawn.image, turn, (width, height), borderValue=(255, 255, 255))
    flat = find_grids(np.asarray(page, np.uint8), 80)
    assert shape(only_grid(flat)) == (120, 9, 1080)
    assert abs(flat.skew_deg - skew) < 0.03


@pytest.mark.parametrize(
    "turn", [90, pytest.param(180, marks=pytest.mark.slow), pytest.param(270, marks=pytest.mark.slow)]
)
def test_a_page_turned_in_the_scanner_gives_the_same_cells(drawn: Drawn, turn: int) -> None:
    upright = find_grids(drawn.image, 150)
    flat = find_grids(turned(drawn.image, turn), 150)
    assert flat.turn_deg == 360 - turn
    for one, other in zip(only_grid(upright).cells, only_grid(flat).cells, strict=True):
        assert (one.row, one.column, one.row_span, one.column_span) == (
            (other.row, other.column, other.row_span, other.column_span)
        )
        x0, y0, x1, y1 = one.box
        corners = turned_back(quad_of((x0, y0, x1, y1)), 360 - turn, flat.width_px, flat.height_px)
        assert np.allclose(box_on_page(flat, other.box), [*corners_box(corners)], atol=2)


def corners_box(quad: Quad) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in quad], [y for _, y in quad]
    return min(xs), min(ys), max(xs), max(ys)


def test_the_same_page_gives_the_same_answer_twice(drawn: Drawn) -> None:
    page = worn(drawn.image, 1.1)
    first, second = find_grids(page, 150), find_grids(page, 150)
    assert (first.grids, first.strays, first.skew_deg) == (second.grids, second.strays, second.skew_deg)


@pytest.mark.parametrize(
    "name",
    [
        "two_level_header",
        "handwritten",
        pytest.param("split_column", marks=pytest.mark.slow),
        pytest.param("two_tables", marks=pytest.mark.slow),
        pytest.param("torn_open", marks=pytest.mark.slow),
        pytest.param("households", marks=pytest.mark.slow),
    ],
)
def test_made_up_lists_worn_have_the_cells_that_were_drawn(name: str) -> None:
    page = SETS[name]().page(1, "degraded")
    flat = find_grids(page.image, page.dpi)
    assert len(flat.grids) == len(page.tables)
    for grid, truth in zip(flat.grids, page.tables, strict=True):
        places = {(one.row, one.column, one.row_span, one.column_span): one.box for one in truth.cells}
        found = {(one.row, one.column, one.row_span, one.column_span): one.box for one in grid.cells}
        assert found.keys() == places.keys()
        for place, box in found.items():
            assert overlap(box_on_page(flat, box), places[place]) > 0.9


def overlap(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    both = max(0, wide) * max(0, high)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(areas) - both)


def test_cells_of_a_row_torn_by_the_page_end_say_so() -> None:
    page = SETS["torn_open"]().page(1)
    flat = find_grids(page.image, page.dpi)
    grid = only_grid(flat)
    assert {cell.row for cell in grid.cells if "cut_above" in cell.flags} == {0}
    assert {cell.row for cell in grid.cells if "cut_below" in cell.flags} == {grid.rows - 1}


def test_a_fold_across_the_page_is_no_ruling(drawn: Drawn) -> None:
    page = drawn.image.copy()
    page[400:402] = 60
    page[:, 900:902] = 60
    assert shape(only_grid(find_grids(page, 150))) == (12, 9, 108)


def test_words_that_were_struck_out_change_no_row(drawn: Drawn) -> None:
    page = drawn.image.copy()
    for at in (3, 6, 8):
        y = round(drawn.ys[at]) + 15  # the middle of the first line of text
        cv2.line(page, (round(drawn.xs[2]) + 6, y - 2), (round(drawn.xs[5]) - 9, y + 3), (30, 30, 120), 2)
    assert shape(only_grid(find_grids(page, 150))) == (12, 9, 108)


def test_a_page_that_holds_only_the_rest_of_a_torn_row_has_one_row() -> None:
    page = SETS["torn_open"](2020).page(7)
    assert {(cell.row, bool(cell.text)) for cell in page.tables[0].cells} == {(0, False), (0, True)}
    (grid,) = find_grids(page.image, page.dpi).grids
    assert (grid.rows, grid.columns) == (1, 12)
