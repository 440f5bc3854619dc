from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.custody.ledger import check_log
from fairwitness.work.deciding import BadLanguage, decide_language, decided_language, language_of_document
from fairwitness.work.indexing import bring_index_up_to_date
from fairwitness.work.progress import Progress
from fairwitness.work.searching import CaseSearch
from fairwitness.work.verifying import verify
from tests.work.support import open_quietly, run_cli, run_json

QUIET = Progress(None)
NOTE = "Kelishim bir nusxada 2017"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    leak = tmp_path / "leak"
    leak.mkdir()
    (leak / "a.txt").write_text(NOTE, "utf-8")
    (leak / "b.txt").write_text("Список жителей деревни у реки", "utf-8")
    open_quietly(leak, tmp_path / "case")
    return tmp_path / "case"


def document_of(case: Path, query: str) -> str:
    return str(run_json("search", case, query)["hits"][0]["document"])


def found(case: Path, query: str) -> int:
    return int(run_json("search", case, query)["total"])


def test_what_a_person_sets_is_found_at_once_and_shown(case: Path) -> None:
    document = document_of(case, "kelishim")
    before = found(case, "lang:ug")
    told = run_json("language", case, document[:12], "--set", "ug", "--quiet")
    assert (told["decided"], told["indexed_pages"]) == ("ug", 1)
    assert found(case, "lang:ug") == before + 1
    hit = run_json("search", case, "kelishim")["hits"][0]
    assert (hit["languages"], hit["language_decided"]) == (["ug"], True)
    other = run_json("search", case, "деревни")["hits"][0]
    assert (other["languages"], other["language_decided"]) == (["ru"], False)
    assert "ug, decided by a person" in run_cli("language", case, document).stdout


def test_what_is_forgotten_counts_no_more_and_stays_in_the_history(case: Path) -> None:
    document = document_of(case, "kelishim")
    run_json("language", case, document, "--set", "zh-hant", "--quiet")
    assert found(case, "lang:zh kelishim") == 1
    told = run_json("language", case, document, "--forget", "--quiet")
    assert told["decided"] is None
    assert [one["language"] for one in told["history"]] == ["zh-Hant", None]
    assert found(case, "lang:zh kelishim") == 0


def test_a_decision_is_in_the_log_and_outlives_the_index(case: Path) -> None:
    document = document_of(case, "kelishim")
    with Case.open(case, writing=True) as opened:
        assert decide_language(opened, document, "KK")
        assert not decide_language(opened, document, "kk"), "nothing new was decided"
        assert check_log(opened).problems == ()
        assert verify(opened, QUIET).is_sound
        assert sum(b'"type":"judge"' in body for body in opened.queries.events()) == 1
        opened.discard_index()
        bring_index_up_to_date(opened, QUIET)
        assert decided_language(opened, document) == "kk"
        assert CaseSearch(opened).ask("lang:kk kelishim")[0].total == 1
        assert bring_index_up_to_date(opened, QUIET) == 0, "the index holds it"


def test_a_decision_outlives_another_reading(case: Path) -> None:
    document = document_of(case, "kelishim")
    run_json("language", case, document, "--set", "ug", "--quiet")
    with Case.open(case, writing=True) as opened, opened.changes() as changes:
        changes.forget_readings([document])
    run_json("open", case, "--quiet")
    assert found(case, "lang:ug kelishim") == 1


@pytest.mark.parametrize("code", ["klingon language", "u", "ug-", "../x", "zh-Latn"])
def test_what_is_no_code_is_refused_with_a_sentence(case: Path, code: str) -> None:
    with Case.open(case, writing=True) as opened, pytest.raises(BadLanguage, match="no code"):
        decide_language(opened, document_of(case, "kelishim"), code)


def test_without_a_decision_the_pages_speak(case: Path) -> None:
    with Case.open(case) as opened:
        told = language_of_document(opened, document_of(case, "деревни"))
    assert (told.decided, told.pages, told.history) == ("", {"ru": 1}, ())
