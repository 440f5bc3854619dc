from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.cite import parse_cite
from fairwitness.work.comparing import compare
from fairwitness.work.duplicates import duplicates_of
from fairwitness.work.progress import Progress
from fairwitness.work.recognising import Wish, recognise_waiting
from fairwitness.work.showing import look_up
from tests.compare.texts import ALL, CHINESE, ENGLISH, RUSSIAN, form, misread
from tests.work.support import open_quietly, run_cli, run_json
from tests.work.test_recognising import picture


def write_leak(folder: Path) -> None:
    folder.mkdir()
    for language, text in ALL.items():
        (folder / f"{language}.txt").write_text(text)
    (folder / "second").mkdir()
    for language in ("zh", "ug"):
        copy = f"17\n{misread(ALL[language], 0.04)}\n- 3 -"
        (folder / "second" / f"{language}.txt").write_text(copy)
    for number in range(5):
        (folder / f"form {number}.txt").write_text(form(number))
    (folder / "note.txt").write_text("- 7 -")
    (folder / "locked.pdf").write_bytes(b"%PDF-1.4 nothing")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("duplicates")
    write_leak(folder / "leak")
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def found_in(case: Path, **options: float) -> dict[str, object]:
    with Case.open(case) as opened:
        return duplicates_of(opened, Progress(None), **options).as_json()


def test_copies_are_grouped_with_cites_that_show_the_whole_page(case: Path) -> None:
    answer = run_json("duplicates", case, "--quiet")
    names = [sorted(page["found_as"] for page in group["pages"]) for group in answer["groups"]]
    assert sorted(names) == [["second/ug.txt", "ug.txt"], ["second/zh.txt", "zh.txt"]]
    for group in answer["groups"]:
        assert group["similarity"] == min(page["similarity"] for page in group["pages"]) > 0.85
        with Case.open(case) as opened:
            for page in group["pages"]:
                shown = look_up(opened, parse_cite(page["cite"]))
                assert (shown.found_as, shown.page, shown.before, shown.after) == (page["found_as"], 1, "", "")
            assert look_up(opened, parse_cite(group["shared"]["cite"])).quote == group["shared"]["text"]


def test_forms_filled_in_differently_stand_apart(case: Path) -> None:
    (group,) = run_json("duplicates", case, "--quiet")["forms"]
    assert sorted(page["found_as"] for page in group["pages"]) == [f"form {number}.txt" for number in range(5)]
    assert all(page["slots"] >= 4 for page in group["pages"][1:])


def test_the_differences_of_a_group_are_shown_when_asked_for(case: Path) -> None:
    assert "differences" not in run_json("duplicates", case, "--quiet")["groups"][0]["pages"][1]
    answer = run_json("duplicates", case, "--quiet", "--differences")
    for group in answer["groups"] + answer["forms"]:
        first, *others = group["pages"]
        assert first["differences"] == []
        assert all(page["differences"] for page in others)
    form = answer["forms"][0]["pages"][1]
    assert {difference["kind"] for difference in form["differences"]} == {"changed"}
    assert len(form["differences"]) == form["slots"] == 9
    place = form["differences"][0]["right"][0]
    with Case.open(case) as opened:
        shown = look_up(opened, parse_cite(place["cite"]))
    assert (shown.quote, shown.found_as) == (place["text"], form["found_as"])
    printed = run_cli("duplicates", case, "--quiet", "--differences").stdout
    assert "           changed: " in printed
    assert "... and 3 other differences" in printed


def test_what_was_not_compared_is_said(case: Path) -> None:
    answer = run_json("duplicates", case, "--quiet")
    assert answer["compared"] == 11
    assert answer["not_compared_pages"] == {"too_short": 1}
    assert answer["not_compared"] == 1 + sum(answer["not_compared_files"].values()) > 1
    printed = run_cli("duplicates", case, "--quiet").stdout
    assert printed.startswith("11 pages compared; not compared: 1 page too_short, 1 file ")


def test_asking_for_more_likeness_finds_less(case: Path) -> None:
    assert len(found_in(case, min_similarity=0.99)["groups"]) == 0  # type: ignore[arg-type]
    assert len(found_in(case)["groups"]) == 2  # type: ignore[arg-type]


def test_a_second_run_and_a_case_without_its_cache_give_the_same(case: Path, tmp_path: Path) -> None:
    first = found_in(case)
    assert found_in(case) == first
    shutil.copytree(case, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "cache")
    assert found_in(tmp_path / "copy") == first
    assert not (tmp_path / "copy" / "cache").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is writable for root")
def test_a_case_on_a_read_only_disk_is_compared_too(case: Path, tmp_path: Path) -> None:
    shutil.copytree(case, tmp_path / "copy")
    (tmp_path / "copy" / "cache").chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert found_in(tmp_path / "copy") == found_in(case)


def test_what_is_new_in_the_case_is_in_the_next_answer(tmp_path: Path) -> None:
    write_leak(tmp_path / "leak")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    before = found_in(tmp_path / "case")
    (tmp_path / "leak" / "late.txt").write_text(f"{RUSSIAN}\nstamp 88")
    open_quietly(tmp_path / "leak", tmp_path / "case")
    after = found_in(tmp_path / "case")
    assert len(after["groups"]) == len(before["groups"]) + 1  # type: ignore[arg-type]


def test_a_report_that_comes_twice_is_two_versions_with_the_pages_that_match(tmp_path: Path) -> None:
    leak = tmp_path / "leak"
    leak.mkdir()
    pages = [ENGLISH, RUSSIAN, CHINESE * 2, form(1)]
    (leak / "first.txt").write_text("\n\n".join(page * 12 for page in pages))
    (leak / "second.txt").write_text("\n\n".join(misread(page * 12, 0.03) for page in pages))
    open_quietly(leak, tmp_path / "case")
    (group,) = found_in(tmp_path / "case")["documents"]  # type: ignore[misc]
    one, other = group["documents"]
    (pair,) = group["pairs"]
    assert group["kind"] == "versions"
    assert pair["pages_alike"] == one["pages"] == other["pages"] > 1
    assert pair["left_pages"] == pair["right_pages"] == f"1-{one['pages']}"
    assert f"pages 1-{one['pages']} of A are pages 1-" in run_cli("duplicates", tmp_path / "case").stdout


def test_a_scan_is_compared_once_it_was_recognised(tmp_path: Path) -> None:
    lines = [line for line in ENGLISH.replace(". ", ".\n").split("\n") if len(line) < 60]
    (tmp_path / "leak").mkdir()
    picture(tuple(lines)).save(tmp_path / "leak" / "scan.png", dpi=(100, 100))
    (tmp_path / "leak" / "typed.txt").write_text("\n".join(lines))
    open_quietly(tmp_path / "leak", tmp_path / "case")
    before = found_in(tmp_path / "case")
    assert (before["compared"], before["not_compared_pages"], before["groups"]) == (1, {"needs_ocr": 1}, [])
    with Case.open(tmp_path / "case", writing=True) as case:
        recognise_waiting(case, Progress(None), Wish(second_share=0.0))
    after = found_in(tmp_path / "case")
    assert (after["compared"], after["not_compared_pages"]) == (2, {})
    (group,) = after["groups"]  # type: ignore[misc]
    cites = [page["cite"] for page in group["pages"]]
    with Case.open(tmp_path / "case") as case:
        assert {look_up(case, parse_cite(cite)).found_as for cite in cites} == {"scan.png", "typed.txt"}
        found = compare(case, *(page["document"] for page in group["pages"]))
        assert found.left.recognised + found.right.recognised == 1
        assert found.similarity > 0.8
        for side, span in ((found.left, (0, 3)), (found.right, (0, 3))):
            for place in side.places(span):
                assert look_up(case, parse_cite(place["cite"])).quote == place["text"]
        assert compare(case, cites[0], cites[0]).similarity == 1
