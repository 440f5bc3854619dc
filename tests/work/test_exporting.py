"""A small case, asked, exported and explained through the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.work.exporting import COLUMNS, write_csv, write_jsonl
from fairwitness.work.searching import CaseSearch
from tests.work.support import open_quietly, run_cli, run_json


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    leak = folder / "leak"
    leak.mkdir()
    (leak / "=HYPERLINK(1).txt").write_text("=cmd() report on 环境保护", "utf-8")
    (leak / "b.txt").write_text("@sum report on отчёт\fsecond report", "utf-8")
    (leak / "c.txt").write_text("colour of the report", "utf-8")
    (leak / "c2.txt").write_text("colour of the river", "utf-8")
    open_quietly(leak, folder / "case")
    return folder / "case"


def test_an_export_has_every_hit_in_order_with_cites_that_can_be_looked_up(case: Path) -> None:
    listed = run_json("search", case, "report", "--sort", "document")
    table = run_cli("export", case, "report", "--csv", "-").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["cite"] for row in rows] == [hit["cite"] for hit in listed["hits"]]
    assert len(rows) == listed["total"] == 4
    lines = run_cli("export", case, "report", "--jsonl", "-").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [hit | {"score": 0} for hit in listed["hits"]]
    assert run_json("show", case, rows[0]["cite"])["quote"] == "report"


def test_no_cell_of_an_export_is_a_formula(case: Path, tmp_path: Path) -> None:
    told = run_json("export", case, "report", "--csv", tmp_path / "hits.csv", "--excel")
    written = (tmp_path / "hits.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert tuple(rows[0]) == COLUMNS
    assert told["written"] == told["total"] == len(rows) - 1
    assert "'=HYPERLINK(1).txt" in [row[0] for row in rows]
    assert {"'=cmd() report on 环境保护", "'@sum report on отчёт"} <= {row[COLUMNS.index("snippet")] for row in rows}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_goes_to_one_place(case: Path) -> None:
    assert run_cli("export", case, "report", check=False).returncode == 2
    assert run_cli("export", case, "report", "--csv", "a", "--jsonl", "b", check=False).returncode == 2


def test_an_export_writes_each_hit_before_it_looks_at_the_next(case: Path) -> None:
    with Case.open(case) as opened:
        searching = CaseSearch(opened)
        _, node = searching.ask("report")
        for write in (write_csv, write_jsonl):
            out = io.StringIO()
            before: list[int] = []

            def watched(out: io.StringIO = out, before: list[int] = before):  # type: ignore[no-untyped-def]
                for hit in searching.all_hits(node):
                    before.append(len(out.getvalue().splitlines()))
                    yield hit

            assert write(watched(), out) == 4
            assert [count - before[0] for count in before] == [0, 1, 2, 3]


def test_an_answer_names_its_facets_spellings_and_cursor(case: Path) -> None:
    answer = run_json(
        "search",
        case,
        "/reports?/ OR colour~1",
        "--sort",
        "path",
        "--limit",
        2,
        "--facet",
        "type",
        "--histogram",
        "year",
    )
    assert [hit["found_as"] for hit in answer["hits"]] == ["=HYPERLINK(1).txt", "b.txt"]
    assert [facet["facet"] for facet in answer["facets"]] == ["type", "year"]
    assert (
        answer["facets"][0]["values"] == [{"value": "txt", "pages": 5}]
        or answer["facets"][0]["values"][0]["pages"] == 5
    )
    assert [found["part"] for found in answer["spellings"]] == ["/reports?/", "colour~1"]
    rest = run_json("search", case, "/reports?/ OR colour~1", "--sort", "path", "--after", answer["after"])
    assert [hit["found_as"] for hit in rest["hits"]] == ["b.txt", "c.txt", "c2.txt"]
    printed = run_cli(
        "search", case, "/reports?/ OR colour~1", "--facet", "type", "--sort", "path", "--limit", 1
    ).stdout
    assert "colour 2" in printed.replace("\u2068", "").replace("\u2069", "")
    assert "By type:" in printed and "--after path." in printed


def test_nothing_found_is_never_silent(case: Path) -> None:
    answer = run_json("search", case, "环境保护 raport")
    assert answer["total"] == 0
    assert [(part["part"], part["pages"]) for part in answer["parts"]] == [("环境保护", 1), ("raport", 0)]
    assert answer["parts"][1]["meant"][0] == {"form": "report", "pages": 4}
    printed = run_cli("search", case, "环境保护 raport").stdout.replace("\u2068", "").replace("\u2069", "")
    assert "Alone: 环境保护 1, raport 0 (did you mean: report 4)." in printed
    both = run_cli("search", case, "环境保护 отчёт").stdout
    assert "No page matches all of it." in both


def test_a_query_may_begin_with_a_minus(case: Path) -> None:
    assert run_json("search", case, "-colour report")["total"] == 3
    assert run_cli("search", case, "report", "--no-such-option", check=False).returncode == 2


def test_similar_pages_are_found_by_a_cite(case: Path) -> None:
    cite = run_json("search", case, "river")["hits"][0]["cite"]
    answer = run_json("search", case, f"like:{cite}")
    assert [hit["found_as"] for hit in answer["hits"]] == ["c.txt"]
    assert set(answer["similar_words"]) >= {"colour", "of", "the"}
    assert answer["hits"][0]["marks"]
    assert run_json("search", case, f"-like:{cite}")["total"] == 4
    refused = run_cli("search", case, "like:0123456789abcdef:p1:c0-5:00000000", "--json", check=False)
    assert refused.returncode == 2 and json.loads(refused.stdout)["error"] == "bad_query"
