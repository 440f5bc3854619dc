"""The leak can be walked through as it was given: every find is in one place, whatever its name is made of."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.outcome import READ, Cause
from fairwitness.core.records import Document, Find, Made, Reading
from fairwitness.work.account import account_of, failures_of, names_of
from fairwitness.work.accounts import AccountKeeper, is_inside
from fairwitness.work.browsing import list_place
from fairwitness.work.duplicate_keeper import same_bytes
from fairwitness.work.held import HeldDocuments
from tests.work.support import open_quietly


def strange_tar() -> bytes:
    """Names that are no text, begin with a slash, or have two of them."""
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        for name in ("/abs/a.txt", "two//b.txt", "plain.txt", "\xff\xfe/c.txt"):
            entry = tarfile.TarInfo(name)
            entry.size = len(name)
            archive.addfile(entry, BytesIO(name.encode("latin-1")))
    return out.getvalue()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    folder = tmp_path_factory.mktemp("browsing")
    leak = folder / "leak"
    (leak / "会议" / "2017").mkdir(parents=True)
    (leak / "会议" / "2017" / "纪要.txt").write_text("会议记录")
    (leak / "会议" / "二.txt").write_text("second")
    (leak / "会议2.txt").write_text("not in the folder")
    (leak / "strange.tar").write_bytes(strange_tar())
    (leak / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    with zipfile.ZipFile(leak / "会议" / "outer.zip", "w") as archive:
        archive.writestr("in/strange.tar", strange_tar() + b"\0" * 512)
    open_quietly(leak, folder / "case")
    with Case.open(folder / "case") as opened:
        yield opened


def everything(case: Case, container: str = "", path: bytes = b"") -> list[tuple[str, bytes, str]]:
    """Every file there is, found by walking."""
    found = list_place(case, container, path, limit=1000)
    files = [(container, path, file.label) for file in found.files]
    for folder in found.folders:
        files += everything(case, container, folder.step.path)
    for file in found.files:
        if file.entries:
            files += everything(case, file.document)
    return files


def test_walking_comes_to_everything_in_the_account_once(case: Case) -> None:
    account = account_of(case).as_json()
    files = everything(case)
    assert len(files) == len(set(files)) == account["expected"]


def test_a_folder_holds_what_is_below_it_and_not_what_only_begins_like_it(case: Case) -> None:
    top = list_place(case, "", b"", limit=10)
    (folder,) = top.folders
    assert (folder.step.label, folder.files) == ("会议", 3)
    assert "会议2.txt" in [file.label for file in top.files]


def test_the_way_leads_through_containers_and_is_named_as_searches_name_it(case: Case) -> None:
    inside = list_place(case, "", "会议/".encode(), limit=10)
    (outer,) = [file for file in inside.files if file.label == "outer.zip"]
    within = list_place(case, outer.document, b"in/", limit=10)
    assert [step.label for step in within.way] == ["会议", "outer.zip", "in"]
    assert [step.is_container for step in within.way] == [False, True, False]
    assert within.name == "会议/outer.zip > in"
    again = list_place(case, within.way[0].container, within.way[0].path, limit=10)
    assert again.name == "会议"


def test_a_file_says_how_it_ended(case: Case) -> None:
    files = {file.label: file for file in list_place(case, "", b"", limit=10).files}
    assert files["broken.pdf"].cause is Cause.UNREADABLE
    assert files["会议2.txt"].cause in READ
    assert files["会议2.txt"].pages == 1
    assert files["strange.tar"].entries == 4


def test_a_long_folder_comes_in_pages(case: Case) -> None:
    whole = list_place(case, "", b"", limit=10)
    parts = [list_place(case, "", b"", limit=1, offset=at).files[0] for at in range(whole.total)]
    assert tuple(parts) == whole.files


@pytest.mark.parametrize(("container", "path"), [("", b"nowhere/"), ("0" * 64, b""), ("' OR 1=1 --", b"%/")])
def test_a_place_that_is_not_there_is_not_found(case: Case, container: str, path: bytes) -> None:
    with pytest.raises(NotFound):
        list_place(case, container, path, limit=10)


def test_failures_are_counted_by_cause_and_found_by_folder(case: Case) -> None:
    keeper = AccountKeeper(case)
    found = keeper.now()
    assert keeper.now() is found
    assert list(found.failures) == list(failures_of(case))
    assert found.by_cause.total() == len(found.failures)
    assert [name for _, name in found.some(Cause.UNREADABLE)] == ["broken.pdf"]
    assert not list(found.some(None, "会议"))
    assert list(found.some(None, "broken.pdf")) == list(found.some(Cause.UNREADABLE))


@pytest.mark.parametrize(
    ("name", "folder", "inside"),
    [("a/b", "a", True), ("a > b", "a", True), ("ab", "a", False), ("a", "a", True), ("a/b", "", True)],
)
def test_inside_is_below_and_not_only_alike(name: str, folder: str, inside: bool) -> None:
    assert is_inside(name, folder) is inside


def test_an_archive_that_holds_itself_has_two_names_and_what_is_in_it_one(tmp_path: Path) -> None:
    """As archives that unpack to themselves are recorded: https://research.swtch.com/zip"""
    own, inside = "a" * 64, "b" * 64
    with Case.create_or_open(tmp_path / "case") as case:
        with case.changes() as changes:
            for found in (
                Find("", 0, b"quine.zip", document=own),
                Find(own, 1, b"again.zip", document=own, depth=1),
                Find(own, 2, b"inside.txt", document=inside, depth=1),
            ):
                changes.add_find(found)
                changes.add_document(Document(found.document, 400, 0 if found.document == own else 1, 1 << 20))
            for digest in (own, inside):
                changes.add_reading(Reading(digest, "text/plain", "", Made("read", "1"), Cause.OK))
        names = ["quine.zip", "quine.zip > again.zip"]
        assert names_of(case, own) == names
        assert names_of(case, inside) == ["quine.zip > inside.txt"]
        held = HeldDocuments(case)
        assert held[inside].names == ("quine.zip > inside.txt",)
        assert list(held[own].names) == names
        assert [one.names for one in same_bytes(case, 10, 0)] == [tuple(names)]
        assert [step.label for step in list_place(case, own, b"", limit=9).way] == ["quine.zip"]
