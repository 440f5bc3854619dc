"""The overview says what is in a case: its sums are those of the account, and it follows the case."""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from pathlib import Path

import pytest
from examples.sample_leak import build

from fairwitness.case.case import Case
from fairwitness.work.account import account_of
from fairwitness.work.overview import Overview, Overviews, folder_of, overview_of
from tests.compare.texts import ENGLISH
from tests.work.support import open_quietly, run_cli, run_json


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("overview")
    build(folder / "leak")
    old = folder / "leak" / "старое" / "письмо.txt"
    old.parent.mkdir()
    old.write_text(ENGLISH)
    os.utime(old, (0, 0))
    with zipfile.ZipFile(folder / "leak" / "архив.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("а/письмо.txt", (1980, 1, 1, 0, 0, 0)), ENGLISH)
        archive.writestr(zipfile.ZipInfo("а/другое.txt", (2016, 5, 7, 0, 0, 0)), f"17\n{ENGLISH}")
    open_quietly(folder / "leak", folder / "case")
    return folder / "case"


def test_the_sums_are_those_of_the_account(case: Path) -> None:
    told = run_json("overview", case)
    account = run_json("account", case)
    assert told["source_marks"] == account.pop("source_marks")
    assert told["account"] == account | {"containers": len(account["containers"])}
    assert sum(one["files"] for one in told["types"]) == account["expected"]
    assert sum(one["failed"] for one in told["types"]) == account["failed"]
    assert sum(one["documents"] for one in told["types"]) == account["documents"]
    assert sum(one["bytes"] for one in told["types"]) == told["bytes"]
    assert sum(one["pages"] for one in told["types"]) == told["pages_indexed"] > 0
    assert sum(one["pages"] for one in told["engines"]) == told["pages_indexed"]
    assert {"zh", "ug", "ru"} <= {one["language"] for one in told["languages"]}
    assert sum(one["files"] for one in told["folders"]) == account["expected"]
    assert told["running"]["state"] == "ended"


def test_dates_of_disks_and_of_archives_are_kept_apart_from_those_of_documents(case: Path) -> None:
    told = {one["kind"]: one for one in run_json("overview", case)["dates"]}
    assert ("1970-01-01", 1) in [(one["day"], one["count"]) for one in told["file-time"]["odd"]]
    assert told["entry-time"]["periods"] == [{"period": "2016-05-07", "count": 1}]
    assert told["file-time"]["unit"] == "file"
    assert told["created"]["unit"] == "document"
    assert told["created"]["stated"] + told["created"]["none"] == told["own"]["stated"] + told["own"]["none"]


def test_the_same_bytes_in_two_places_are_said(case: Path) -> None:
    same = run_json("overview", case)["same_bytes"]
    assert same["documents"] >= 1
    assert same["places"] >= 2
    assert same["spare_bytes"] >= len(ENGLISH.encode())


def test_a_folder_in_an_archive_has_the_whole_way_as_its_name(case: Path) -> None:
    folders = {one["name"]: one for one in run_json("overview", case)["folders"]}
    assert folders["архив.zip > а"]["files"] == 2
    assert folders["старое"]["files"] == 1


def test_near_duplicates_are_said_once_they_were_looked_for(case: Path, tmp_path: Path) -> None:
    own = tmp_path / "case"
    shutil.copytree(case, own)
    assert run_json("overview", own)["near_duplicates"] is None
    alike = run_json("duplicates", own, "--quiet")
    near = run_json("overview", own)["near_duplicates"]
    assert near["groups"] == len(alike["groups"]) >= 1
    assert near["current"]


def test_it_is_made_anew_when_something_is_added_and_kept_until_then(case: Path, tmp_path: Path) -> None:
    own, more = tmp_path / "case", tmp_path / "more"
    shutil.copytree(case, own)
    more.mkdir()
    (more / "new.txt").write_text("one more")
    with Case.open(own) as opened:
        first = overview_of(opened)
        assert overview_of(opened) == first
        assert Overview.from_json(json.loads(json.dumps(first.as_json()))) == first
    open_quietly(more, own)
    with Case.open(own) as opened:
        assert overview_of(opened).account["expected"] == first.account["expected"] + 1


def test_nobody_waits_for_a_sum_that_is_being_made(case: Path, tmp_path: Path) -> None:
    own, more = tmp_path / "case", tmp_path / "more"
    shutil.copytree(case, own)
    (own / "cache" / "overview.json").unlink(missing_ok=True)
    with Case.open(own) as opened:
        overviews = Overviews(opened)
        assert overviews.latest() == (None, False)
        overviews.close()
        first, fresh = overviews.latest()
        assert fresh
        assert first is not None
        more.mkdir()
        (more / "new.txt").write_text("one more")
        open_quietly(more, own)
        assert overviews.latest() == (first, False)  # the old one, and it says that it is old
        overviews.close()


def test_a_case_with_nothing_in_it_has_an_overview(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    open_quietly(tmp_path / "leak", tmp_path / "case")
    told = run_json("overview", tmp_path / "case")
    assert told["account"]["expected"] == 0
    assert told["types"] == told["languages"] == told["folders"] == []
    assert run_cli("overview", tmp_path / "case").stdout


def test_the_lines_for_people_hold_every_type_and_no_control_signs(case: Path) -> None:
    printed = run_cli("overview", case).stdout
    for one in run_json("overview", case)["types"]:
        assert f"\n  {one['type']} " in printed
    assert "1970-01-01" in printed
    assert not [char for char in printed if ord(char) < 32 and char != "\n"]


@pytest.mark.parametrize(
    ("name", "folder"), [(b"a/b/c.txt", b"a/b"), (b"c.txt", b""), (b"a\\b.txt", b""), (b"/x", b"")]
)
def test_the_folder_is_what_stands_before_the_last_slash(name: bytes, folder: bytes) -> None:
    assert folder_of(name) == folder


def test_the_account_names_the_pages_that_cannot_be_trusted(tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "good.txt").write_text(ENGLISH)
    (tmp_path / "leak" / "bad.txt").write_text("Протокол заседания от 12 марта".encode().decode("cp1251", "replace"))
    account = open_quietly(tmp_path / "leak", tmp_path / "case")
    assert account["not_trusted"] == run_json("quality", tmp_path / "case")["total"] == 1
    with Case.open(tmp_path / "case") as case:
        shutil.rmtree(case.index_folder)
        assert account_of(case).not_trusted is None


def test_a_kept_overview_is_read_in_a_hundredth_of_a_second(case: Path) -> None:
    with Case.open(case) as opened:
        overview_of(opened)
        started = time.process_time()
        for _ in range(10):
            overview_of(opened)
        assert time.process_time() - started < 1.0
