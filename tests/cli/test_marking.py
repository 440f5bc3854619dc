"""Marks and findings on the command line: signed, told in the log, printed as people publish them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.work.support import open_quietly, run_cli, run_json


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("cli-marks")
    (made / "leak").mkdir()
    (made / "leak" / "a.txt").write_text("The canal was closed in March 2017.", "utf-8")
    open_quietly(made / "leak", made / "case")
    return made / "case"


@pytest.fixture(scope="module")
def hit(case: Path) -> dict[str, str]:
    found: dict[str, str] = run_json("search", case, "canal")["hits"][0]
    return found


def test_a_document_is_marked_and_unmarked_and_found_by_its_marks(case: Path, hit: dict[str, str]) -> None:
    document = hit["document"]
    told = run_json("mark", case, document[:12], "--star", "--tag", "су", "--note", "Ask.", "--by", "heron")
    assert (told["starred"], told["tags"], told["note"]) == (True, ["су"], "Ask.")
    assert {act["by"] for act in told["history"]} == {"heron"}
    assert run_json("marks", case) == {
        "starred": [document],
        "reviewed": [],
        "noted": [document],
        "tags": {"су": [document]},
    }
    assert run_json("search", case, "tag:су")["total"] == 1
    run_cli("mark", case, document[:12], "--star", "--tag", "су", "--note", "", "--forget", FAIRWITNESS_BY="tern")
    assert run_json("marks", case) == {"starred": [], "reviewed": [], "noted": [], "tags": {}}
    assert "tern" in run_cli("mark", case, document).stdout
    assert run_json("verify", case)["sound"]


def test_nothing_is_marked_unsigned(case: Path, hit: dict[str, str]) -> None:
    done = run_cli("mark", case, hit["document"], "--reviewed", "--json", check=False, FAIRWITNESS_BY="")
    assert (done.returncode, json.loads(done.stdout)["error"]) == (2, "bad_signature")
    assert run_json("marks", case)["reviewed"] == []


def test_a_finding_is_written_checked_and_taken_along(case: Path, hit: dict[str, str]) -> None:
    one = run_json("finding", case, "--sentence", "Closed.", "--cite", hit["cite"], "--by", "heron")
    assert (one["status"], one["cites"], one["by"]) == ("draft", [hit["cite"]], "heron")
    name = one["finding"][:8]
    assert run_json("finding", case, name, "--status", "checked", "--by", "tern")["status_by"] == "tern"
    assert run_json("finding", case, name, "--sentence", "Closed in 2017.", "--by", "heron")["changed"]
    assert len(run_json("findings", case, "--status", "draft")["findings"]) == 1
    assert "Closed in 2017." in run_cli("findings", case).stdout
    told = run_cli("findings", case, "--format", "markdown").stdout
    assert told.startswith("Closed in 2017. (draft)[^1]\n\n[^1]: “canal”")
    assert "a.txt" not in told
    assert "a.txt" in run_cli("findings", case, "--format", "footnote", "--paths").stdout
    assert json.loads(run_cli("show", case, hit["cite"], "--format", "csl-json").stdout)[0]["page"] == "1"
    assert run_cli("finding", case, name, check=False).returncode == 0
    assert run_cli("finding", case, check=False).returncode == 2
    assert run_cli("finding", case, "zz", check=False).returncode == 2
