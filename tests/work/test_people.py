"""People in a case: handles without names, two signatures, children, withdrawals that reach what was published."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError, NotFound
from fairwitness.core.lists import Cell, Column, List, Row
from fairwitness.core.records import Judgement
from fairwitness.work.judging import BadSignature
from fairwitness.work.kept_lists import KeptList, begin_list, change_list, kept_list
from fairwitness.work.keying import Desk, enter
from fairwitness.work.people import (
    BadConsent,
    BadRelease,
    add_person,
    date_list,
    people_of,
    person,
    person_of_row,
    set_consent,
    sign_field,
    take_back,
)
from fairwitness.work.people_ages import ages_in
from fairwitness.work.people_releases import NotReleased, finish_task, note_release, releases_of, tasks_of
from tests.work.support_lists import case_with_text, json_of, said_by

COLUMNS = (
    Column("serial", kind="number", personal=False),
    Column("name", kind="name"),
    Column("birth_date", kind="date"),
    Column("age", kind="number"),
)
TYPED = (
    ("1", "Aynur Sınama", "1980-01-01", ""),
    ("2", "Batur Deneme", "2005-06-01", ""),
    ("3", "Cemal Örnek", "", "17"),
    ("4", "Dilnar Örnek", "", ""),
    ("5", "Erkin Örnek", "1999", "44"),
)


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    with case_with_text(folder) as case:
        document = case.queries.documents(0)[0].digest
        kept = begin_list(case, "Register", "", "heron")
        kept = change_list(case, kept.id, "heron", rows=_rows(document))
        for row, texts in zip(Desk(case, kept).list.rows, TYPED, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                for by in ("heron", "tern"):
                    enter(case, kept, cell.places[0], by, "key", "text" if text else "blank", text)
    return folder / "case"


def _rows(document: str) -> List:
    rows = []
    for number in range(1, len(TYPED) + 1):
        cells = tuple(
            Cell(at, (f"{document[:16]}:p1:r{100 * at},{20 * number},{100 * at + 90},{20 * number + 9}@200",))
            for at in range(len(COLUMNS))
        )
        rows.append(Row(cells[0].places[0], number, "data", document, 1, cells))
    return List(COLUMNS, tuple(rows), pages=((document, 1, "ok"),))


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Iterator[Case]:
    import shutil

    shutil.copytree(made_case, tmp_path / "case")
    with Case.open(tmp_path / "case") as opened:
        yield opened


@pytest.fixture
def kept(case: Case) -> KeptList:
    return kept_list(case, "Register")


def _row(case: Case, kept: KeptList, number: int) -> tuple[str, tuple[str, str]]:
    row = Desk(case, kept).list.data_rows[number - 1].id
    return person_of_row(kept.id, row), (kept.id, row)


def _agreed(case: Case, handle: str, row: tuple[str, str], child: str = "") -> None:
    set_consent(case, handle, "asked", "heron", row=row)
    set_consent(case, handle, "given", "heron", scope=("name",), channel="lawyer", day="2026-01-01")
    for by in ("heron", "tern"):
        sign_field(case, handle, "name", "consented", by, child=child)


def test_everything_personal_is_withheld_until_two_people_sign(case: Case, kept: KeptList) -> None:
    date_list(case, kept.id, "2018-01-01", "heron")
    told = json_of("people", "show", case.folder, "Register:1")
    assert told["released"] == {} and told["consent"]["state"] == "unknown" and told["age"] == "adult"
    for state, more in (("asked", []), ("given", ["--field", "name", "--channel", "lawyer", "--date", "2026-01-02"])):
        json_of("people", "consent", case.folder, "Register:1", state, *more, "--by", "heron")
    once = json_of("people", "sign", case.folder, "Register:1", "name", "--basis", "consented", "--by", "heron")
    assert once["released"] == {} and once["withheld"] == {"name": "one person has signed"}
    again = json_of("people", "sign", case.folder, "Register:1", "name", "--basis", "consented", "--by", "HERON")
    assert again["released"] == {}
    twice = json_of("people", "sign", case.folder, "Register:1", "name", "--basis", "consented", "--by", "tern")
    assert twice["released"]["name"]["basis"] == "consented"


def test_random_acts_of_one_person_release_nothing(case: Case, kept: KeptList) -> None:
    random_acts = random.Random(7)
    handle, row = _row(case, kept, 1)
    date_list(case, kept.id, "2018", "heron")
    for _ in range(40):
        by = random_acts.choice(("heron", "Heron", "h\u0435ron"))
        try:
            if random_acts.random() < 0.4:
                state = random_acts.choice(("asked", "given", "withdrawn"))
                set_consent(case, handle, state, by, scope=("name",), channel="x", day="2026-01-01", row=row)
            else:
                basis = random_acts.choice(("consented", "already_public", "public_interest"))
                sign_field(case, handle, "name", basis, by, child="public_interest", note="why", row=row)
        except FairwitnessError:
            continue
    assert [one.released() for one in people_of(case)] == [{}]


def test_consent_goes_one_way_and_wants_field_channel_and_day(case: Case, kept: KeptList) -> None:
    handle, row = _row(case, kept, 1)
    with pytest.raises(BadConsent):
        set_consent(case, handle, "given", "heron", scope=("name",), channel="x", day="2026-01-01", row=row)
    set_consent(case, handle, "asked", "heron", row=row)
    for bad in ({"channel": "x", "day": "2026-01-01"}, {"scope": ("name",), "day": "2026-01-01"}):
        with pytest.raises(BadConsent):
            set_consent(case, handle, "given", "heron", **bad)  # type: ignore[arg-type]
    with pytest.raises(BadConsent):
        set_consent(case, handle, "given", "heron", scope=("name",), channel="x", day="2026-02-31")
    with pytest.raises(BadRelease):
        sign_field(case, handle, "name", "consented", "heron")
    with pytest.raises(BadSignature):
        set_consent(case, handle, "withdrawn", "")


def test_children_and_those_whose_age_nobody_knows_are_told_from_the_list(case: Case, kept: KeptList) -> None:
    ages = list(ages_in(case, Desk(case, kept)).values())
    assert ages == ["unknown", "unknown", "child", "unknown", "adult"]
    date_list(case, kept.id, "2018-03", "heron")
    assert list(ages_in(case, Desk(case, kept)).values()) == ["adult", "child", "child", "unknown", "adult"]
    date_list(
        case, kept.id, "2016", "heron"
    )  # born at some time of 1999, so perhaps a child: the age says no, and loses
    assert list(ages_in(case, Desk(case, kept)).values())[4] == "child"


def test_a_child_is_not_published_on_the_basis_of_an_adult(case: Case, kept: KeptList, tmp_path: Path) -> None:
    date_list(case, kept.id, "2018-03", "heron")
    handle, row = _row(case, kept, 2)
    _agreed(case, handle, row)
    with pytest.raises(NotReleased) as refused:
        note_release(case, "spring", [(handle, "name")], "heron")
    assert "a child" in str(refused.value) and "Batur" not in str(refused.value)
    for by in ("heron", "tern"):
        sign_field(case, handle, "name", "consented", by, child="guardian_consented")
    note_release(case, "spring", [(handle, "name")], "heron")
    assert releases_of(case) == {"spring": ((handle, "name"),)}


def test_a_withdrawal_raises_a_task_for_every_release_and_again_after_it_was_done(case: Case, kept: KeptList) -> None:
    date_list(case, kept.id, "2018-03", "heron")
    handle, row = _row(case, kept, 1)
    _agreed(case, handle, row)
    for name in ("spring", "summer"):
        note_release(case, name, [(handle, "name")], "heron")
    assert tasks_of(case) == []
    set_consent(case, handle, "withdrawn", "egret")
    assert [(one.release, one.person, one.field) for one in tasks_of(case)] == [
        ("spring", handle, "name"),
        ("summer", handle, "name"),
    ]
    assert len(json_of("people", "tasks", case.folder)["tasks"]) == 2
    left = json_of("people", "done", case.folder, "spring", handle, "name", "--by", "tern")["tasks"]
    assert [one["release"] for one in left] == ["summer"]
    with pytest.raises(NotReleased):
        note_release(case, "autumn", [(handle, "name")], "heron")
    set_consent(case, handle, "asked", "heron")
    set_consent(case, handle, "given", "heron", scope=("name",), channel="x", day="2026-05-05")
    assert len(tasks_of(case)) == 1  # consent alone opens nothing
    for by in ("heron", "tern"):
        sign_field(case, handle, "name", "consented", by)
    assert tasks_of(case) == []
    set_consent(case, handle, "withdrawn", "egret")
    assert len(tasks_of(case)) == 2
    with pytest.raises(NotFound):
        finish_task(case, "winter", handle, "name", "tern")


def test_a_signature_that_is_taken_back_raises_a_task_too(case: Case, kept: KeptList) -> None:
    date_list(case, kept.id, "2018-03", "heron")
    handle, row = _row(case, kept, 1)
    _agreed(case, handle, row)
    note_release(case, "spring", [(handle, "name")], "heron")
    take_back(case, handle, "name", "tern")
    assert [one.why for one in tasks_of(case)] == ["one person has signed"]


def test_an_export_holds_of_personal_columns_what_was_let_go_and_is_noted(
    case: Case, kept: KeptList, tmp_path: Path
) -> None:
    date_list(case, kept.id, "2018-03", "heron")
    handle, row = _row(case, kept, 1)
    _agreed(case, handle, row)
    file = tmp_path / "rows.csv"
    told = json_of("list", "export", case.folder, "Register", file, "--released", "--by", "tern")
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    assert [one["name"] for one in rows] == ["Aynur Sınama", "", "", "", ""]
    assert {one["name_status"] for one in rows[1:]} == {"withheld"}
    assert not [word for word in ("Batur", "Cemal", "1980", "2005") if word in file.read_text("utf-8")]
    assert list(releases_of(case)) == [f"export-{told['sha256'][:16]}"]
    set_consent(case, handle, "withdrawn", "egret")
    assert len(tasks_of(case)) == 1
    said_by("list", "export", case.folder, "Register", file, "--released", "--by", "tern")
    assert "Aynur" not in file.read_text("utf-8")


def test_somebody_who_is_in_no_list_is_a_handle_with_places(case: Case) -> None:
    document = case.queries.documents(0)[0].digest
    handle = add_person(case, [f"{document[:16]}:p1:r1,1,9,9@200"], "heron")
    assert person(case, handle[:6]).age == "unknown"
    for bad in ([], ["nonsense"]):
        with pytest.raises(FairwitnessError):
            add_person(case, bad, "heron")
    with pytest.raises(NotFound):
        set_consent(case, "0" * 16, "asked", "heron")


def test_the_log_tells_of_every_act_and_of_no_name(case: Case, kept: KeptList) -> None:
    handle, row = _row(case, kept, 1)
    before = case.queries.event_count()
    _agreed(case, handle, row)
    events = [body.decode() for body in case.queries.events()][before:]
    assert len(events) == 5 and not [body for body in events if "Aynur" in body]


@pytest.mark.parametrize(
    "value", ["[]", "{", '{"basis": ["consented"], "child": "", "note": ""}', '{"basis": 7}', "null"]
)
def test_records_that_no_command_wrote_open_nothing_and_break_nothing(case: Case, kept: KeptList, value: str) -> None:
    handle, row = _row(case, kept, 1)
    set_consent(case, handle, "asked", "heron", row=row)
    with case.marking() as changes:
        for by in ("heron", "tern"):
            changes.add_judgement(Judgement(f"person:{handle}", f"sign:name:{by}", value, 1, "", by))
        changes.add_judgement(Judgement(f"person:{handle}", "sign:name:egret", BASIS, 1, "", "tern"))
        changes.add_judgement(Judgement(f"person:{handle}", "sign:name:tern", BASIS, 2, "", "egret"))
        changes.add_judgement(Judgement(f"person:{handle}", "consent", value, 1, "", "tern"))
    assert person(case, handle).released() == {}


BASIS = '{"basis": "already_public", "child": "known_adult", "note": ""}'
