"""Lists of a case: named, set up and filled by people who sign; nothing of them is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError, NotFound
from fairwitness.core.records import Judgement
from fairwitness.custody.ledger import check_log
from fairwitness.work.heads import heads
from fairwitness.work.judging import BadMark, BadSignature
from fairwitness.work.kept_lists import ListChanged, begin_list, change_list, kept_list, list_data, lists_of
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.work.support import run_cli
from tests.work.support_lists import case_with_text, json_of, list_in, rows_of, said_by


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    case_with_text(folder).close()
    return folder / "case"


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Case:
    return Case.open(Path(shutil.copytree(made_case, tmp_path / "case")))


def test_a_list_keeps_its_name_its_set_up_and_its_rows(case: Case) -> None:
    begun = begin_list(case, "  Register of 2017 ", "[list]\r\n", "heron")
    assert (begun.name, begun.setup, begun.rows, begun.by) == ("Register of 2017", "[list]\n", "", "heron")
    assert list_data(case, begun).rows == ()
    rows = rows_of(case.queries.documents(0)[0].digest, 6)
    filled = change_list(case, begun.id[:5], "tern", rows=rows)
    assert list_data(case, filled) == rows
    assert (filled.name, filled.setup, filled.by) == (begun.name, begun.setup, "heron")
    assert filled.version != begun.version
    assert kept_list(case, "Register of 2017") == filled == lists_of(case)[0]
    found = verify(case, Progress(None))
    assert found.is_sound and check_log(case).size == check_log(case).events


def test_old_rows_stay_when_new_ones_come(case: Case) -> None:
    made = list_in(case, 4)
    newer = change_list(case, made.id, "tern", rows=rows_of(case.queries.documents(0)[0].digest, 5))
    assert len(list_data(case, newer).rows) == 5
    assert case.objects.has(made.rows)
    assert [one.value for one in case.queries.judgements("rows", newer.about)] == [made.rows, newer.rows]


def test_saying_the_same_again_adds_nothing(case: Case) -> None:
    made = list_in(case, 4)
    count = case.queries.event_count()
    assert change_list(case, made.id, "tern", name="Register", rows=list_data(case, made)) == made
    assert case.queries.event_count() == count


def test_a_change_made_to_an_older_version_is_refused(case: Case) -> None:
    made = list_in(case, 4)
    change_list(case, made.id, "tern", name="Other", version=made.version)
    with pytest.raises(ListChanged):
        change_list(case, made.id, "heron", name="Third", version=made.version)
    assert kept_list(case, made.id).name == "Other"


def test_what_cannot_be_kept_is_refused(case: Case) -> None:
    with pytest.raises(BadMark):
        begin_list(case, " \n", "", "heron")
    with pytest.raises(BadMark):
        begin_list(case, "Register", "x" * 200_000, "heron")
    with pytest.raises(BadSignature):
        begin_list(case, "Register", "", " ")
    with pytest.raises(NotFound):
        kept_list(case, "")
    assert lists_of(case) == []


def test_rows_that_somebody_changed_on_the_disk_are_refused(case: Case) -> None:
    made = list_in(case, 4)
    path = case.objects.path(made.rows)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"r1 c1", b"r1 c9"))
    with pytest.raises(CaseError):
        list_data(case, made)
    path.unlink()
    assert verify(case, Progress(None)).missing == (made.rows,)


def test_two_copies_that_went_different_ways_are_a_conflict_until_somebody_decides(case: Case) -> None:
    made = list_in(case, 4)
    (old,) = case.queries.judgements("name", made.about)
    with case.marking() as changes:
        for at, name in ((old.at + 1, "North"), (old.at + 2, "South")):
            one = Judgement(made.about, "name", name, at, old.id, "tern")
            changes.add_judgement(one)
            changes.add_event("judge", {"judgement": one.id})
    found = kept_list(case, made.id)
    assert (found.name, found.conflicts) == ("South", ("name",))
    settled = change_list(case, made.id, "heron", name="South")
    assert (settled.name, settled.conflicts) == ("South", ())
    last = list(case.queries.judgements("name", made.about))[-1]
    assert len(last.replaces.split()) == 2


def test_heads_do_not_depend_on_the_order_in_which_judgements_came() -> None:
    first = Judgement("list:0", "name", "a", 5)
    left, right = (Judgement("list:0", "name", value, 6, first.id, "tern") for value in "bc")
    both = Judgement("list:0", "name", "d", 6, f"{left.id} {right.id}", "heron")
    assert heads([first, left, right]) == heads([right, left, first]) == sorted([left, right], key=lambda one: one.id)
    assert heads([both, first, right, left]) == [both]


def test_the_commands_keep_a_list(case: Case, tmp_path: Path) -> None:
    (tmp_path / "set-up.toml").write_text("[list]\n")
    made = json_of("list", "new", case.folder, "Register", "--setup", tmp_path / "set-up.toml", "--by", "heron")
    assert (made["name"], made["setup"], made["rows"]) == ("Register", "[list]\n", "")
    changed = json_of("list", "set", case.folder, made["list"][:6], "--name", "Second", "--by", "tern")
    assert json_of("lists", case.folder) == {"lists": [changed]}
    change_list(case, made["list"], "heron", rows=rows_of(case.queries.documents(0)[0].digest, 6))
    shown = json_of("list", "show", case.folder, "Second")
    assert shown["row_counts"] == {"data": 6}
    assert shown["columns"][1]["name"] == "name"
    assert "6 rows" in said_by("list", "show", case.folder, "Second")
    assert run_cli("list", "show", case.folder, "Third", check=False).returncode == 2
