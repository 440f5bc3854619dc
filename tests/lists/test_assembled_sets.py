"""Made lists of every kind, read without mistakes, become the list that they were made from."""

from functools import cache

import pytest
from examples.synthetic_lists import SETS, perfect_tables

from fairwitness.core.cite import RegionCite, parse_any_cite
from fairwitness.lists.assembling import assemble
from fairwitness.lists.values import comparison_form
from tests.lists.true_tables import DOCUMENT, setup_of

WHOLE = pytest.param("whole_list", marks=pytest.mark.slow)  # 137 pages
WITH_COLUMNS = (WHOLE, "borderless", "torn", "torn_bare", "torn_open", "two_level_header", "households")
WITH_COLUMNS += ("two_tables", "split_column", "missing_page", "uyghur", "cyrillic", "turkish")


@cache
def made(name: str):
    one = SETS[name]()
    found = {(DOCUMENT, number): perfect_tables(sheet, number) for number, sheet in enumerate(one.sheets, 1)}
    return one, assemble(found, setup_of(one.list))


@pytest.mark.parametrize("name", WITH_COLUMNS)
def test_every_row_and_cell_of_a_made_list_is_found_and_no_other(name):
    one, assembled = made(name)
    columns = assembled.columns
    got = [[comparison_form(columns[c.column], c.text) for c in row.cells] for row in assembled.data_rows]
    assert got == [[comparison_form(c, t) for c, t in zip(columns, row, strict=True)] for row in one.list.rows]
    assert {left.why for left in assembled.unplaced} <= {"stray", "other_columns"}
    assert not any("ragged" in row.flags or "may_go_on" in row.flags for row in assembled.rows)


@pytest.mark.parametrize("name", ["torn", "torn_bare", "torn_open"])
def test_every_row_that_was_torn_is_joined_and_no_other(name):
    one, assembled = made(name)
    parts: dict[int, set[int]] = {}
    for page, sheet in enumerate(one.sheets, 1):
        for table in sheet.tables:
            for cell in table.cells:
                if cell.setting.list_row >= 0:
                    parts.setdefault(cell.setting.list_row, set()).add(page)
    torn = {row for row, pages in parts.items() if len(pages) > 1}
    assert len(torn) >= 5
    assert {n for n, row in enumerate(assembled.data_rows) if "joined" in row.flags} == torn


@pytest.mark.parametrize("name", [WHOLE, "borderless"])
def test_every_cell_of_a_list_cites_the_pixels_in_which_it_was_set(name):
    one, assembled = made(name)
    true = {}
    for page, sheet in enumerate(one.sheets, 1):
        for cell in (cell for table in sheet.tables for cell in table.cells):
            true[page, cell.setting.list_row, cell.setting.list_column] = (cell.x0, cell.y0, cell.x1, cell.y1)
    seen = 0
    for number, row in enumerate(assembled.data_rows):
        for cell in row.cells:
            cite = parse_any_cite(cell.places[0])
            assert isinstance(cite, RegionCite) and cite.document == DOCUMENT[:16]
            assert (cite.x0, cite.y0, cite.x1, cite.y1) == true[cite.page, number, cell.column]
            seen += 1
    assert seen == len(one.list.rows) * len(one.list.columns)


def test_the_second_table_of_a_page_is_said_to_be_none_of_the_list():
    one, assembled = made("two_tables")
    said = sorted(left.text for left in assembled.unplaced if left.why == "other_columns")
    cells = [cell for sheet in one.sheets for cell in perfect_tables(sheet, 1).tables[1].cells]
    assert said == sorted(cell.text for cell in cells if cell.text)
