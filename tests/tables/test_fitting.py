from __future__ import annotations

import numpy as np
import pytest

from fairwitness.core.tables import Layout
from fairwitness.tables.finding import find_grids
from fairwitness.tables.grid import FlatPage
from tests.tables.drawn import Drawn, draw_list, draw_prose


def layout_of(drawn: Drawn, **more: object) -> Layout:
    width = drawn.image.shape[1]
    return Layout(tuple(round(1000 * x / width) for x in drawn.xs), **more)  # type: ignore[arg-type]


def found(page: np.ndarray, layout: Layout) -> FlatPage:
    return find_grids(np.ascontiguousarray(page), 150, layout=layout)


def moved(page: np.ndarray, x: int, y: int) -> np.ndarray:
    return np.roll(page, (y, x), axis=(0, 1))


@pytest.mark.parametrize("rulings", ["all", "along"])
def test_a_layout_from_one_page_fits_another_that_lies_elsewhere_in_the_scanner(rulings: str) -> None:
    layout = layout_of(draw_list(seed=1, rulings="all"))
    other = draw_list(seed=2, rulings=rulings)
    (grid,) = found(moved(other.image, 22, -15), layout).grids
    assert np.allclose(grid.row_edges, np.array(other.ys) - 15, atol=3)
    assert np.allclose(grid.column_edges, np.array(other.xs) + 22, atol=3 if rulings == "all" else 14)


def test_rows_begin_where_the_column_that_starts_them_has_a_line() -> None:
    drawn = draw_list(seed=4, rulings="none")
    (grid,) = found(drawn.image, layout_of(drawn, rows="first", first=0)).grids
    assert (grid.rows, grid.columns) == (12, 9)
    assert np.allclose(grid.row_edges[1:-1], drawn.ys[1:-1], atol=8)


def test_rows_that_a_person_drew_are_kept() -> None:
    drawn = draw_list(seed=4, rulings="all")
    height = drawn.image.shape[0]
    ys = tuple(round(1000 * y / height) for y in drawn.ys[:5])
    (grid,) = found(drawn.image, layout_of(drawn, rows=ys, header_rows=2)).grids
    assert (grid.rows, grid.header_rows) == (4, 2)


def test_a_layout_that_does_not_fit_changes_nothing() -> None:
    flat = find_grids(draw_prose(), 150, layout=layout_of(draw_list(seed=1)))
    assert flat.grids == ()


@pytest.mark.parametrize("columns", [(0,), (5, 5), (10, 3), (-1, 4), (0, 1001)])
def test_edges_that_do_not_rise_within_the_page_are_no_layout(columns: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="edges"):
        Layout(columns)
