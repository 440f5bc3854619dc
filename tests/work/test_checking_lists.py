from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.work.checking_lists import check_list
from fairwitness.work.kept_lists import change_list, lists_of
from fairwitness.work.keying import Desk, enter
from tests.work.support import run_cli, run_json
from tests.work.support_lists import case_with_text, list_in

SETUP = """
[[column]]
name = "serial"
kind = "number"
[[column]]
name = "name"
kind = "name"
[[column]]
name = "day"
kind = "date"
[[rule]]
kind = "serial"
columns = ["serial"]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("checking")
    with case_with_text(made) as case:
        kept = change_list(case, list_in(case, 3).id, "heron", setup=SETUP)
        for number, row in enumerate(Desk(case, kept).list.rows):
            for cell, text in zip(row.cells, (("1", "3", "4")[number], f"Ayna {number}", "2017.3"), strict=True):
                enter(case, kept, cell.places[0], "heron", "review", "text", text, "engine")
    return made / "case"


def test_what_people_decided_is_checked_and_the_cells_are_pointed_at(folder: Path) -> None:
    with Case.open(folder) as case:
        desk = Desk(case, lists_of(case)[0])
        found = check_list(desk)
    (gap,) = found.violations
    assert gap.code == "serial_gap" and [found.row_numbers[row] for row in gap.rows] == [1, 2]
    assert all(cell in desk.cells for cell in gap.cells)
    assert (found.decided, found.proposed) == (9, 0)


def test_the_command_says_the_rule_the_rows_and_the_cells_but_no_text_of_the_list(folder: Path) -> None:
    said = run_cli("list", "check", folder, "Register").stdout
    assert "row 1, 2: \u2068serial:serial\u2069: serial numbers are left out between two rows" in said
    assert "1 violation" in said and "Ayna" not in said
    told = run_json("list", "check", folder, "Register")
    assert told["by_code"] == {"serial_gap": 1} and told["violations"][0]["row_numbers"] == [1, 2]
