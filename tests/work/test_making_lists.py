"""From the tables of a document to the rows of a list in the case."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from examples.synthetic_lists import make_list

from fairwitness.case.case import Case
from fairwitness.core.cite import Cite, parse_any_cite
from fairwitness.core.errors import NotFound
from fairwitness.lists.errors import BadSetup
from fairwitness.lists.setup import parse_setup
from fairwitness.work.kept_lists import begin_list, change_list, kept_list, list_data
from fairwitness.work.keying import Desk, enter
from fairwitness.work.making_lists import guessed_setup, make_rows
from fairwitness.work.showing import cited_page
from tests.work.support import open_quietly, run_cli, run_json

LIST = make_list(3, pages=12, rows=60)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("making")
    (top / "leak").mkdir()
    rows = [[column.title for column in LIST.columns], *LIST.rows]
    (top / "leak" / "sheet.csv").write_text("".join(",".join(row) + "\n" for row in rows), "utf-8")
    (top / "leak" / "plain.txt").write_text("No table here.")
    open_quietly(top / "leak", top / "case")
    return top / "case"


@pytest.fixture
def case(opened: Path, tmp_path: Path) -> Case:
    return Case.open(Path(shutil.copytree(opened, tmp_path / "case")))


def sheet_of(case: Case) -> str:
    return next(one.document for one in case.queries.readings() if one.media_type == "text/csv")


def test_a_sheet_becomes_a_list_with_a_guessed_set_up(case: Case) -> None:
    setup = guessed_setup(case, sheet_of(case), "Register")
    kinds = [column.kind for column in parse_setup(setup).columns]
    assert kinds[:11] == [column.kind for column in LIST.columns][:11]
    kept = make_rows(case, begin_list(case, "Register", setup, "heron").id, "heron")
    made = list_data(case, kept)
    assert [[cell.text for cell in row.cells] for row in made.data_rows] == [list(row) for row in LIST.rows]
    assert [row.kind for row in made.rows].count("header") == 1 and not made.unplaced


def test_every_cell_of_a_sheet_cites_its_very_text(case: Case) -> None:
    kept = make_rows(case, begin_list(case, "Register", guessed_setup(case, sheet_of(case)), "heron").id, "heron")
    for row in list_data(case, kept).rows:
        for cell in row.cells:
            assert bool(cell.text) == bool(cell.places)
            for place in cell.places:
                cite = parse_any_cite(place)
                assert isinstance(cite, Cite)
                assert cited_page(case, sheet_of(case), cite).text[cite.start : cite.end] == cell.text


def test_what_people_said_of_cells_outlives_rows_that_are_made_again(case: Case) -> None:
    setup = guessed_setup(case, sheet_of(case))
    kept = make_rows(case, begin_list(case, "Register", setup, "heron").id, "heron")
    cell = list_data(case, kept).data_rows[3].cells[0].places[0]
    enter(case, kept, cell, "heron", "review", "text", "3", "x")
    change_list(case, kept.id, "heron", setup=setup + '\n[[rule]]\nkind = "serial"\ncolumns = ["c1"]\n')
    again = make_rows(case, kept.id, "heron")
    assert again.rows == kept.rows and Desk(case, again).state(cell).status == "reviewed"


def test_rows_are_not_made_of_nothing(case: Case) -> None:
    kept = begin_list(case, "Register", "", "heron")
    with pytest.raises(BadSetup):
        make_rows(case, kept.id, "heron")
    with pytest.raises(NotFound):
        guessed_setup(case, next(one.document for one in case.queries.readings() if one.media_type == "text/plain"))
    change_list(case, kept.id, "heron", setup='[list]\npages = ["ffffffffffffffff:1"]')
    with pytest.raises(NotFound):
        make_rows(case, kept.id, "heron")


def test_the_commands_guess_a_set_up_and_make_the_rows_of_it(case: Case, tmp_path: Path) -> None:
    guessed = run_cli("list", "guess", case.folder, sheet_of(case)[:12], "--name", "Register").stdout
    (tmp_path / "setup.toml").write_text(guessed, "utf-8")
    run_cli("list", "new", case.folder, "Register", "--setup", tmp_path / "setup.toml", "--by", "heron")
    told = run_json("list", "make", case.folder, "Register", "--by", "heron")
    assert told["row_counts"] == {"data": 60, "header": 1}
    assert kept_list(case, "Register").rows == told["rows"]
