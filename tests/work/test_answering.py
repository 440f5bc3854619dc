from __future__ import annotations

from pathlib import Path

import pytest

from .support import open_quietly, run_cli, run_json


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answering")
    (folder / "leak").mkdir()
    for name, text in {"a.txt": "環境保護", "b.txt": "环境保护", "c.txt": "кагаз қағаз"}.items():
        (folder / "leak" / name).write_text(text)
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def test_an_answer_of_few_pages_says_how_many_more_there_are_in_other_spellings(case: Path) -> None:
    answer = run_json("search", case, "环境 -отчет")
    assert (answer["total"], answer["looser"]["pages"]) == (1, 2)
    assert run_json("search", case, answer["looser"]["query"])["total"] == 2
    assert "In other spellings too 2 pages" in run_cli("search", case, "环境").stdout


def test_an_answer_that_no_other_spelling_would_enlarge_says_nothing_of_them(case: Path) -> None:
    assert run_json("search", case, "кагаз")["looser"] is None
    assert run_json("search", case, "环*")["looser"] is None
