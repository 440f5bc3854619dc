from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest

from fairwitness.case.case import Case
from fairwitness.core.parts import PageText
from fairwitness.work.looking import Looking
from fairwitness.work.sheets import MOST_COLUMNS, SheetFormulas, grid_of, page_with_row, place_of
from tests.read.test_read_sheet import cell, xlsx
from tests.work.support import open_quietly


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    place = tmp_path_factory.mktemp("sheets")
    (place / "leak").mkdir()
    rows = "".join(
        f'<row r="{row}">{cell(f"A{row}", str(row))}<c r="C{row}"><f>A{row}*2</f><v>{2 * row}</v></c></row>'
        for row in range(1, 1001)
    )
    (place / "leak" / "a.xlsx").write_bytes(
        xlsx(("first", rows), ("second", f'<row r="5">{cell("B5", "x", "text")}</row>'))
    )
    open_quietly(place / "leak", place / "case")
    with Case.open(place / "case") as opened:
        yield opened


def test_formulas_stand_at_their_cells(case: Case) -> None:
    (digest,) = (found.document for found in case.queries.finds())
    formulas = SheetFormulas(Looking(case)).of(digest, "first")
    assert len(formulas) == 1000
    assert formulas[16, 2] == "=A17*2"
    assert SheetFormulas(Looking(case)).of(digest, "second") == {}


def test_the_page_of_a_row_is_found_among_those_of_its_sheet(case: Case) -> None:
    (digest,) = (found.document for found in case.queries.finds())
    looking = Looking(case)
    for row in (0, 199, 200, 777, 999, 5000):
        page = looking.page(digest, page_with_row(looking, digest, 1, row))
        assert isinstance(page, PageText)
        assert page.label == "first"
        rows = page.cells[2::4]
        assert rows[0] <= row and (row in rows or row > 999)
    second = next(number for number, (_, label) in looking.labels(digest).items() if label == "second")
    assert page_with_row(looking, digest, second, 4) == second


@pytest.mark.parametrize(
    ("address", "place"), [("A1", (0, 0)), ("b17", (16, 1)), (" AA3 ", (2, 26)), ("A0", None), ("17", None), ("", None)]
)
def test_an_address_names_a_place(address: str, place: tuple[int, int] | None) -> None:
    assert place_of(address) == place


def test_a_wide_sheet_is_shown_in_part() -> None:
    cells = array("I", [number for column in range(300) for number in (column, column + 1, 3, column)])
    page = PageText(1, "sheet", "x" * 300, cells=cells)
    grid = grid_of(page, {})
    assert (grid.columns, grid.columns_from, grid.columns_to) == (range(MOST_COLUMNS), 0, 300)
    assert grid_of(page, {}, 250).columns == range(250, 300)
    assert grid.rows[0][1][27].address == "AB4"


def test_a_formula_without_a_value_has_a_cell() -> None:
    page = PageText(1, "sheet", "x", cells=array("I", [0, 1, 3, 0]))
    grid = grid_of(page, {(3, 2): "=NOW()", (9, 9): "=elsewhere"})
    assert (grid.rows[0][1][2].formula, grid.rows[0][1][2].text) == ("=NOW()", "")
    assert len(grid.rows) == 1
