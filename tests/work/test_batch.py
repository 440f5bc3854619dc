"""A list of queries is asked to its end, whatever single lines are, and every line says how it ended."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.case.case import Case
from fairwitness.work.batch import BadList, ask_all, read_list
from fairwitness.work.searching import CaseSearch
from fairwitness.work.table_out import TableOut, safe_cell
from tests.thorough import examples
from tests.work.support import open_quietly, run_cli

TEXTS = {
    "a.txt": "关于环境保护的会议记录",
    "b.txt": "Протокол совещания о воде, 12 марта 2017 года",
    "c.txt": "سۇ باشقۇرۇش ھەققىدىكى يىغىن خاتىرىسى",
    "d.txt": "Minutes of the meeting on water, room =SUM(1)",
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    (folder / "leak").mkdir()
    for name, text in TEXTS.items():
        (folder / "leak" / name).write_text(text, "utf-8")
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def listed(tmp_path: Path, text: str | bytes, name: str = "list.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def asked(case: Path, *arguments: object) -> tuple[list[tuple[int, int | None]], dict[str, int], int]:
    """Line number and pages of each entry, the last object, and the status."""
    done = run_cli("batch", case, *arguments, "--json", check=False)
    *entries, told = map(json.loads, done.stdout.splitlines())
    return [(entry["line"], entry["pages"]) for entry in entries], told, done.returncode


def test_bad_lines_are_reported_by_number_and_the_rest_is_done(case: Path, tmp_path: Path) -> None:
    lines = [
        "环境 OR вод*",
        "(unbalanced",
        "",
        "# a note",
        '"not closed',
        "meeting AND water",
        "/(a+)+b/",
        "nosuchword",
    ]
    entries, told, status = asked(case, listed(tmp_path, "\n".join(lines)), "--as", "query")
    assert entries == [(1, 2), (2, None), (5, None), (6, 1), (7, None), (8, 0)]
    assert (told["found"], told["not_found"], told["bad"], status) == (2, 1, 3, 1)


def test_a_phrase_means_its_words_whatever_signs_are_in_the_line(case: Path, tmp_path: Path) -> None:
    entries, told, status = asked(
        case, listed(tmp_path, 'meeting (on) "water"\nOR\n环境保护\nwater minutes\nсовещания о\n')
    )
    assert entries == [(1, 1), (2, 0), (3, 1), (4, 0), (5, 1)]
    assert (told["bad"], status) == (0, 0)


def test_names_are_found_in_every_script_and_what_is_none_is_told(case: Path, tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    for number, text in enumerate(
        ["名单：买买提·吐尔逊到会", "مەمەت تۇرسۇن كەلدى", "пришёл Мемет Турсун", "no name here"]
    ):
        (tmp_path / "leak" / f"{number}.txt").write_text(text, "utf-8")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    names = listed(tmp_path, 'Memet Tursun\n7\nA\nAbliz "Qurban"\n')
    entries, told, _ = asked(tmp_path / "case", names, "--as", "name")
    assert (entries, told["bad"]) == ([(1, 3), (2, None), (3, None), (4, 0)], 2)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_the_encoding_of_the_list_is_found_out(case: Path, tmp_path: Path, encoding: str) -> None:
    text = "环境保护\n会议记录\n关于环境保护的会议记录\n"
    assert asked(case, listed(tmp_path, text.encode(encoding)))[0] == [(1, 1), (2, 1), (3, 1)]


def test_of_a_table_one_column_counts_and_a_quote_costs_one_line(case: Path, tmp_path: Path) -> None:
    table = 'id;name\n1;环境保护\n2;"water\n3\n4;"meeting"\n'
    entries, _, status = asked(case, listed(tmp_path, table, "list.csv"), "--column", "name")
    assert (entries, status) == ([(2, 1), (3, None), (4, None), (5, 1)], 1)
    assert asked(case, listed(tmp_path, table, "list.csv"), "--column", "2")[0][1:] == entries
    told = run_cli("batch", case, listed(tmp_path, table, "list.csv"), "--column", "nosuch", "--json", check=False)
    assert json.loads(told.stdout)["error"] == "bad_list"


def test_the_table_has_a_row_for_every_hit_and_for_every_line_without_one(case: Path, tmp_path: Path) -> None:
    names = listed(tmp_path, "water\nnosuchword\n((\n=SUM\n")
    run_cli("batch", case, names, "--hits", "5", "--csv", tmp_path / "out.csv", "--excel", check=False)
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfline,text,pages,problem,found_as,page,cite")
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))[1:]
    assert [(row[0], row[1], row[2], row[4]) for row in rows] == [
        ("1", "water", "1", "d.txt"),
        ("2", "nosuchword", "0", ""),
        ("3", "((", "", ""),
        ("4", "'=SUM", "1", "d.txt"),
    ]


@given(st.lists(st.text(max_size=30), max_size=5), st.text(max_size=30))
@settings(max_examples=examples(200))
def test_no_cell_is_a_formula_and_every_cell_comes_back(cells: list[str], start: str) -> None:
    out = io.StringIO(newline="")
    TableOut(out, ["a"]).add([start, *cells, "=1+1", "+7 900", "-5", "@x", -5])
    (_, row) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert [cell.removeprefix("'") for cell in row] == [
        text.removeprefix("'") for text in [start, *cells, "=1+1", "+7 900", "-5", "@x", "-5"]
    ]
    assert all(cell[0] not in "=+-@\t\r" for cell in row[:-1] if cell)
    assert row[-1] == "-5"
    assert safe_cell(None) == ""


def test_five_megabytes_of_lines_are_answered(case: Path, tmp_path: Path) -> None:
    with Case.open(case) as opened:
        searching = CaseSearch(opened)
        path = listed(tmp_path, "".join(f"environment {number} вода\n" for number in range(150_000)) + "环境保护\n")
        assert path.stat().st_size > 4_000_000
        *_, last = read_list(path)
        assert last.line == 150_001
        one_line = listed(tmp_path, "环境 " * 800_000)
        (answered,) = ask_all(searching, read_list(one_line))
        assert answered.pages is None
        assert "200000 characters" in answered.entry.problem


def test_what_is_no_list_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadList):
        list(read_list(tmp_path / "nosuch.txt"))
    assert list(read_list(listed(tmp_path, ""))) == []
    assert list(read_list(listed(tmp_path, "\n\n", "x.csv"))) == []


def test_a_thousand_names_take_less_than_a_second(case: Path, tmp_path: Path) -> None:
    path = listed(tmp_path, "".join(f"Memet Tursun {number}\n" for number in range(1000)))
    with Case.open(case) as opened:
        searching = CaseSearch(opened)
        start = time.process_time()
        assert sum(1 for _ in ask_all(searching, read_list(path))) == 1000
        assert time.process_time() - start < 1
