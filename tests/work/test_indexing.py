"""The index follows the reading, and is there from the beginning."""

from __future__ import annotations

import time
from pathlib import Path

from fairwitness.case.case import Case
from fairwitness.work.indexing import IndexNowAndThen, have_index
from fairwitness.work.searching import CaseSearch, not_searched
from tests.work.support import open_quietly


def made(tmp_path: Path) -> Path:
    (tmp_path / "leak").mkdir()
    for number in range(3):
        (tmp_path / "leak" / f"{number}.txt").write_text(f"письмо {number}")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    return tmp_path / "case"


def test_a_new_case_can_be_searched_before_anything_is_read(tmp_path: Path) -> None:
    with Case.create_or_open(tmp_path / "case") as case:
        have_index(case)
        assert CaseSearch(case).ask("письмо")[0].total == 0
        have_index(case)


def test_what_was_read_is_found_while_the_rest_waits(tmp_path: Path) -> None:
    with Case.open(made(tmp_path), writing=True) as case:
        case.discard_index()
        have_index(case)
        searching = CaseSearch(case)
        assert not_searched(case, searching.searched())["pages"] == {"not_indexed": 3}
        index = IndexNowAndThen(case, every_s=0.0)
        index.maybe()
        searching.refresh()
        assert index.pages == searching.ask("письмо")[0].total == 3


def test_it_rests_between(tmp_path: Path) -> None:
    with Case.open(made(tmp_path), writing=True) as case:
        case.discard_index()
        index = IndexNowAndThen(case, every_s=0.3)
        index.maybe()
        assert index.pages == 0
        time.sleep(0.31)
        index.maybe()
        assert index.pages == 3
