"""From the pages that a set-up names to the rows of a list, through the real reading of a made-up sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.lists.setup import parse_setup
from fairwitness.work.kept_lists import begin_list, kept_list, list_data
from fairwitness.work.list_making import ListMaking, setup_for
from tests.work.support import open_quietly

SHEET = "".join(f"{n},Harbour {n % 3},2017-03-{n:02}\n" for n in range(1, 13))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("making")
    (place / "leak").mkdir()
    (place / "leak" / "register.csv").write_text(SHEET, "utf-8")
    open_quietly(place / "leak", place / "case")
    return place / "case"


def document(case: Case) -> str:
    return next(found.document for found in case.queries.finds() if found.name == b"register.csv")


def test_a_set_up_that_names_no_column_gets_those_that_are_guessed(folder: Path) -> None:
    with Case.open(folder) as case:
        kept = begin_list(case, "Guessed", setup_for(case, document(case), "Guessed"), "heron")
        ListMaking(kept.id, "heron").run(folder)
        made = kept_list(case, kept.id)
        data = list_data(case, made)
        setup = parse_setup(made.setup)
    assert [column.kind for column in setup.columns][::2] == ["number", "date"]
    assert len(data.data_rows) == 12
    assert [cell.text for cell in data.data_rows[4].cells] == ["5", "Harbour 2", "2017-03-05"]
    assert [outcome for _, _, outcome in data.pages] == ["ok"]


def test_what_a_person_set_up_is_kept_as_it_is(folder: Path) -> None:
    columns = "".join(f'\n[[column]]\nname = "{name}"\nkind = "text"\n' for name in ("a", "b", "c"))
    with Case.open(folder) as case:
        text = setup_for(case, document(case), "Own") + columns
        kept = begin_list(case, "Own", text, "heron")
        ListMaking(kept.id, "heron").run(folder)
        made = kept_list(case, kept.id)
        assert made.setup == text
        assert [column.name for column in list_data(case, made).columns] == ["a", "b", "c"]


def test_a_list_is_made_in_the_background_or_says_why_not(folder: Path) -> None:
    with Case.open(folder) as case:
        kept = begin_list(case, "Behind", setup_for(case, document(case), "Behind"), "heron")
        making = ListMaking(kept.id, "heron")
        making.run(folder)
        assert (making.state, making.error, making.is_running) == ("done", None, False)
        bad = begin_list(case, "Bad", '[list]\npages = ["0000000000000000:1"]\n', "heron")
        failing = ListMaking(bad.id, "heron")
        failing.run(folder)
        assert failing.state == "failed" and failing.error is not None
