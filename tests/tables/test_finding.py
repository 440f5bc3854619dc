from __future__ import annotations

import numpy as np
import pytest

from fairwitness.tables.finding import find_grids
from fairwitness.tables.grid import FlatPage, Grid, box_on_page
from tests.tables.drawn import Drawn, draw_list, worn


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
