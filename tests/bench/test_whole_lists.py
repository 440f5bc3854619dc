"""Pages as a reader that makes no mistake gives them: what is lost then, is lost in putting them together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bench._whole_lists import score_list
from examples.synthetic_lists import SETS, perfect_tables

from fairwitness.core.tables import PageTables


def pages_of(name: str) -> dict[int, PageTables]:
    return {number: perfect_tables(sheet, number) for number, sheet in enumerate(SETS[name]().sheets, 1)}


@pytest.mark.parametrize("name", sorted(set(SETS) - {"whole_list", "huge", "song", "ming"}))
def test_perfect_pages_of_a_set_make_its_list(name: str) -> None:
    score = score_list(SETS[name](), pages_of(name), ())
    assert (score.cells.rows_found, score.cells.rows_invented) == (score.cells.rows, 0)
    assert score.cells.exact == score.cells.cells
    assert score.joined + score.flagged >= score.torn


@pytest.mark.parametrize("seed", [2019, 2020, 2021, 2022])
@pytest.mark.parametrize("name", ["torn", "torn_bare", "torn_open"])
def test_all_torn_rows_of_a_numbered_list_are_joined(name: str, seed: int) -> None:
    made = SETS[name](seed)
    pages = {number: perfect_tables(sheet, number) for number, sheet in enumerate(made.sheets, 1)}
    score = score_list(made, pages, ())
    assert score.torn >= 4
    assert score.joined == score.torn
    assert score.cells.rows_invented == 0
    assert score.cells.exact == score.cells.cells


def test_the_score_notices_a_page_that_is_not_there() -> None:
    made, pages = SETS["dense"](), pages_of("dense")
    first, last = made.list.pages[1]
    del pages[2]
    score = score_list(made, pages, ())
    assert score.cells.rows - score.cells.rows_found == last - first


def test_the_score_notices_a_cell_that_was_read_wrongly() -> None:
    made, pages = SETS["dense"](), pages_of("dense")
    table = pages[1].tables[0]
    cells = tuple(replace(cell, text="x") if (cell.row, cell.column) == (3, 2) else cell for cell in table.cells)
    pages[1] = replace(pages[1], tables=(replace(table, cells=cells),))
    score = score_list(made, pages, ())
    assert score.cells.cells - score.cells.exact == 1
