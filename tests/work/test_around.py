from __future__ import annotations

import zipfile
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.work.around import beside, entries_of, places_of, thread_of
from tests.work.support import open_quietly


def mail(number: int, before: int = 0, *, references: int = 0) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "water"
    made["Date"] = f"Mon, 0{number} May 2017 10:00:00 +0800"
    made["Message-ID"] = f"<{number}@example.org>"
    if before:
        made["In-Reply-To"] = f"<{before}@example.org>"
    if references:
        made["References"] = f"<{references}@example.org>"
    made.set_content(f"text of mail {number}")
    if number == 3:
        made.add_attachment("attached", filename="a.txt")
        made.add_attachment("another", filename="b.txt")
    return made.as_bytes()


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    place = tmp_path_factory.mktemp("around")
    leak = place / "leak"
    (leak / "x").mkdir(parents=True)
    (leak / "x" / "y").mkdir()
    for number in range(120):
        (leak / "x" / f"{number:03}.txt").write_text(f"file number {number}")
    (leak / "x" / "y" / "deep.txt").write_text("deep")
    (leak / "x0.txt").write_text("named so that it stands right behind the folder x")
    with zipfile.ZipFile(leak / "a.zip", "w") as archive:
        archive.writestr("in/deep.txt", "deep")
        archive.writestr("mail.eml", mail(3, 2, references=1))
    for number, before in ((1, 0), (2, 1), (4, 9)):
        (leak / f"{number}.eml").write_bytes(mail(number, before))
    open_quietly(leak, place / "case")
    with Case.open(place / "case") as opened:
        yield opened


def digest_of(case: Case, name: str) -> str:
    return next(found.document for found in case.queries.finds() if found.name == name.encode())


def test_every_place_is_told_with_the_way_to_it(case: Case) -> None:
    places = places_of(case, digest_of(case, "x/y/deep.txt"))
    assert [place.full_name for place in places] == ["x/y/deep.txt", "a.zip > in/deep.txt"]
    (attached,) = places_of(case, digest_of(case, "a.txt"))
    assert attached.full_name == "a.zip > mail.eml > a.txt"
    assert [step.document for step in attached.way] == [digest_of(case, "a.zip"), digest_of(case, "mail.eml")]


def test_a_container_tells_what_it_holds_in_pieces(case: Case) -> None:
    held = entries_of(case, digest_of(case, "mail.eml"))
    assert [(one.name, one.role) for one in held.some] == [("a.txt", "attachment"), ("b.txt", "attachment")]
    second = entries_of(case, digest_of(case, "mail.eml"), start=1, limit=1)
    assert (second.total, [one.name for one in second.some]) == (2, ["b.txt"])


def test_files_of_the_same_folder_are_neighbours_and_those_below_are_not(case: Case) -> None:
    (place,) = places_of(case, digest_of(case, "x/060.txt"))
    found = beside(case, place, limit=20)
    assert found.total == 120
    assert [one.name for one in found.some] == [f"x/{number:03}.txt" for number in range(55, 75)]
    (top,) = places_of(case, digest_of(case, "x0.txt"))
    assert [one.name for one in beside(case, top).some] == ["1.eml", "2.eml", "4.eml", "a.zip", "x0.txt"]


def test_attachments_of_one_mail_are_neighbours(case: Case) -> None:
    (place,) = places_of(case, digest_of(case, "b.txt"))
    assert [one.name for one in beside(case, place).some] == ["a.txt", "b.txt"]


def test_mails_are_tied_by_their_ids_and_stand_in_their_order(case: Case) -> None:
    digest = digest_of(case, "2.eml")
    reading = case.queries.readings_of(digest)[0]
    thread = thread_of(case, digest, reading.about)
    assert [(one.document, one.by) for one in thread] == [
        (digest_of(case, "1.eml"), "answered"),
        (digest, "same"),
        (digest_of(case, "mail.eml"), "answers"),
    ]
    lonely = case.queries.readings_of(digest_of(case, "4.eml"))[0]
    assert [one.by for one in thread_of(case, lonely.document, lonely.about)] == ["same"]


def test_what_has_no_bytes_is_a_neighbour_with_its_cause(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("linked")
    (place / "leak").mkdir()
    (place / "leak" / "a.txt").write_text("a")
    (place / "leak" / "b.txt").symlink_to("a.txt")
    open_quietly(place / "leak", place / "case")
    with Case.open(place / "case") as case:
        (found,) = places_of(case, digest_of(case, "a.txt"))
        assert [(one.name, one.cause) for one in beside(case, found).some] == [
            ("a.txt", None),
            ("b.txt", Cause.SYMLINK),
        ]
