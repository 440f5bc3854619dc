from __future__ import annotations

import numpy as np
import pytest

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


@pytest.mark.parametrize("skew", [-3.0, -1.4, 0.6, 2.2])
def test_a_worn_page_gives_the_same_rows_and_columns_as_a_clean_one(drawn: Drawn, skew: float) -> None:
    flat = find_grids(worn(draw_list(seed=3, dpi=200).image, skew), 200)
    assert shape(only_grid(flat)) == (12, 9, 108)
    assert abs(flat.skew_deg + skew) < 0.1


def test_what_stands_outside_the_table_is_a_stray(drawn: Drawn) -> None:
    flat = find_grids(drawn.image, 150)
    grid = only_grid(flat)
    assert len(flat.strays) == 2  # the heading and the page number
    assert flat.strays[0][3] < grid.box[1] and flat.strays[1][1] > grid.box[3]


@pytest.mark.parametrize("rulings", ["along", "down", "head", "none"])
def test_a_table_with_some_rulings_or_none_has_the_rows_and_columns_that_were_drawn(rulings: str) -> None:
    flat = find_grids(draw_list(seed=5, dpi=200, rulings=rulings).image, 200)
    grid = only_grid(flat)
    assert (grid.rows, grid.columns, grid.header_rows) == (12, 9, 1)
    assert grid.kind == ("borderless" if rulings == "none" else "partly")
    assert len(flat.strays) == 2


@pytest.mark.parametrize("rulings", ["all", "none"])
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
