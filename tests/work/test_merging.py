"""Copies of a case on which people worked apart merge to the same, in whatever order, and a hostile copy to nothing."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError, FairwitnessError
from fairwitness.core.records import Judgement
from fairwitness.work.cell_entries import value_of
from fairwitness.work.judging import BadSignature
from fairwitness.work.kept_lists import begin_list, change_list, kept_list, list_data, lists_of, settle
from fairwitness.work.keying import Desk, enter, undo
from fairwitness.work.marking import mark, marks_of
from fairwitness.work.merging import DamagedCopy, Merged, OtherCase, merge
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.work.support import open_quietly
from tests.work.support_lists import case_with_text, json_of, list_in, rows_of, said_by

numbers = count()


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("merging")
    with case_with_text(folder) as case:
        kept = list_in(case, 2)
        cell = next(iter(Desk(case, kept).cells))
        enter(case, kept, cell, "heron", "key", "text", "1")
    return folder / "case"


def copy_of(folder: Path, at: Path) -> Path:
    return Path(shutil.copytree(folder, at / f"copy-{next(numbers)}"))


def merged(here: Path, there: Path) -> Merged:
    with Case.open(here) as case:
        return merge(case, there, "egret")


def records(folder: Path) -> tuple[Any, ...]:
    """What the case holds of lists: the judgements, what follows for every cell, and the lists as they are."""
    with Case.open(folder) as case:
        lists = lists_of(case)
        states = {
            (kept.id, cell): (desk.state(cell).status, desk.state(cell).value, desk.state(cell).entries)
            for kept in lists
            for desk in [Desk(case, kept)]
            for cell in desk.cells
        }
        return {one.id for one in case.queries.judgements()}, states, lists


Act = tuple[str, str, int, str, str]
PEOPLE, MODES = ["heron", "tern", "gull"], ["key", "review", "adjudicate", "undo", "name"]
acts = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(MODES), st.integers(0, 2), st.sampled_from("ab"), st.just("")),
    max_size=7,
)


def work(folder: Path, what: list[Act]) -> None:
    """People do this on a copy, as far as they may."""
    with Case.open(folder) as case:
        kept = lists_of(case)[0]
        for by, mode, place, text, _ in what:
            desk = Desk(case, kept)
            cell = list(desk.cells)[place]
            with suppress(FairwitnessError):
                if mode == "undo":
                    undo(case, kept, by)
                elif mode == "name":
                    change_list(case, kept.id, by, name=f"Register {text}")
                else:
                    replaces = desk.shown_to(by, mode, cell).replaces  # type: ignore[arg-type]
                    prefilled = "engine" if mode == "review" else ""
                    enter(case, kept, cell, by, mode, "text", text, prefilled, replaces)  # type: ignore[arg-type]


@given(acts, acts)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_two_copies_merge_to_the_same_in_either_order_and_twice_changes_nothing(
    origin: Path, tmp_path: Path, here: list[Act], there: list[Act]
) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    work(one, here)
    work(other, there)
    old = copy_of(one, tmp_path)
    merged(one, other)
    merged(other, old)
    assert records(one) == records(other)
    with Case.open(one) as case:
        events = case.queries.event_count()
        assert merge(case, other, "egret").judgements == 0
        assert case.queries.event_count() == events
        assert verify(case, Progress(None)).is_sound


@given(acts, acts, acts)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_three_copies_merge_to_the_same_whoever_comes_first(
    origin: Path, tmp_path: Path, a: list[Act], b: list[Act], c: list[Act]
) -> None:
    copies = [copy_of(origin, tmp_path) for _ in range(3)]
    for folder, done in zip(copies, (a, b, c), strict=True):
        work(folder, done)
    left, right = copy_of(copies[0], tmp_path), copy_of(copies[1], tmp_path)
    merged(left, copies[1])
    merged(left, copies[2])  # (a + b) + c
    merged(right, copies[2])
    first = copy_of(copies[0], tmp_path)
    merged(first, right)  # a + (b + c)
    assert records(left) == records(first)


def test_two_who_key_on_two_copies_meet_and_their_difference_waits_for_a_third(origin: Path, tmp_path: Path) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(other) as case:
        kept = lists_of(case)[0]
        first, second = list(Desk(case, kept).cells)[:2]
        enter(case, kept, first, "tern", "key", "text", "7")
        enter(case, kept, second, "tern", "key", "text", "b")
    with Case.open(one) as case:
        enter(case, kept, second, "heron", "key", "text", "b")
        found = merge(case, other, "egret")
        assert (found.judgements, found.lists, found.waiting, found.same_case) == (2, (kept.id,), 1, True)
        desk = Desk(case, kept)
        assert [desk.state(cell).status for cell in (first, second)] == ["differs", "agreed"]
        assert desk.queue("gull", "adjudicate") == [first]
        told = [json.loads(body) for body in case.queries.events()]
        (event,) = [one for one in told if one["type"] == "merge"]
        assert (event["by"], event["judgements"], event["log"]) == ("egret", 2, case.log_name)
        assert len(event["root"]) == 64 and event["size"] > 0


def test_rows_come_along_and_a_conflict_of_set_ups_is_said_and_settled(origin: Path, tmp_path: Path) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(other) as case:
        document = case.queries.documents(0)[0].digest
        kept = change_list(case, "Register", "tern", rows=rows_of(document, 3), setup='[list]\nname = "b"\n')
        new = begin_list(case, "Second", "", "tern")
    with Case.open(one) as case:
        change_list(case, "Register", "heron", rows=rows_of(document, 5), setup='[list]\nname = "a"\n')
        found = merge(case, other, "egret")
        assert set(found.conflicts) == {(kept.id, "setup"), (kept.id, "rows")}
        assert case.objects.has(kept.rows)
        assert {one.name for one in lists_of(case)} == {"Register", "Second"} and kept_list(
            case, new.id
        ).name == "Second"
        now = kept_list(case, kept.id)
        assert set(now.conflicts) == {"setup", "rows"} and len(list_data(case, now).rows) in (3, 5)
        settled = settle(case, kept.id, "rows", "gull")
        assert settled.conflicts == ("setup",) and settled.rows == now.rows
        assert change_list(case, kept.id, "gull", setup='[list]\nname = "c"\n').conflicts == ()
        assert verify(case, Progress(None)).is_sound


def test_marks_stay_where_they_are_and_are_counted(origin: Path, tmp_path: Path) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(other) as case:
        document = case.queries.documents(0)[0].digest
        mark(case, document, "tern", starred=True)
    with Case.open(one) as case:
        found = merge(case, other, "egret")
        assert (found.judgements, found.beside) == (0, 1)
        assert not marks_of(case, document).starred


def test_another_case_is_refused_unless_its_documents_are_here(origin: Path, tmp_path: Path) -> None:
    (tmp_path / "leak").mkdir()
    (tmp_path / "leak" / "b.txt").write_text("something else\n", "utf-8")
    open_quietly(tmp_path / "leak", tmp_path / "strange")
    with Case.open(tmp_path / "strange") as case:
        list_in(case, 2)
    here = copy_of(origin, tmp_path)
    with pytest.raises(OtherCase):
        merged(here, tmp_path / "strange")
    (tmp_path / "leak" / "a.txt").write_text("1 Aynur 2017-03-04\n2 Batur 2018-01-01\n", "utf-8")
    open_quietly(tmp_path / "leak", tmp_path / "larger")
    with Case.open(tmp_path / "larger") as case:
        found = merge(case, here, "egret")
        assert not found.same_case and found.judgements == 3  # its name, its rows, one entry


def test_the_copy_is_left_as_it_is_also_while_somebody_has_it_open(origin: Path, tmp_path: Path) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(other) as case:
        kept = lists_of(case)[0]
        cell = next(iter(Desk(case, kept).cells))
        enter(case, kept, cell, "tern", "key", "text", "1")
        assert (other / "records.db-wal").stat().st_size > 0
        before = {path: path.read_bytes() for path in other.rglob("*") if path.is_file()}
        assert merged(one, other).judgements == 1
        assert {path: path.read_bytes() for path in other.rglob("*") if path.is_file()} == before
        assert [path.name for path in (one / "cache").iterdir() if path.name.startswith("scratch")] == []


def forge(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "records.db")) as connection, connection:
        connection.execute(statement, values)


def add(folder: Path, one: Judgement, **other: object) -> None:
    row = {name: getattr(one, name) for name in ("id", "about", "what", "value", "at", "replaces", "by")} | other
    names = ", ".join(f'"{name}"' for name in row)
    forge(folder, f"INSERT INTO judgement ({names}) VALUES ({', '.join('?' * len(row))})", *row.values())


def said(**changed: Any) -> Judgement:
    fields = {"what": "key:tern", "value": value_of("text", "x", ""), "at": 1_600_000_000, "by": "tern"}
    return Judgement(**({"about": ABOUT} | fields | changed))


ABOUT = ""
HOSTILE: dict[str, Any] = {
    "another text under the old id": lambda f: forge(f, "UPDATE judgement SET value = replace(value, '1', '2')"),
    "a number for a text": lambda f: add(f, said(), value=5),
    "bytes for a text": lambda f: add(f, said(), value=b"\xff"),
    "a time to come": lambda f: add(f, said(at=9_000_000_000)),
    "no name": lambda f: add(f, said(by="")),
    "the name of another": lambda f: add(f, said(by="gull")),
    "a name that cannot be seen": lambda f: add(f, said(what="key:te\u202ern", by="te\u202ern")),
    "no state": lambda f: add(f, said(value='{"state":"gone","text":"","prefilled":""}')),
    "no JSON": lambda f: add(f, said(value="[" * 5000)),
    "a question we do not know": lambda f: add(f, said(what="score:tern")),
    "the codes of another": lambda f: add(f, said(what="code:book@1:gull", value="{}")),
    "a cell of no list": lambda f: add(f, said(about="cell:" + "ab" * 8 + ABOUT[21:])),
    "no cell": lambda f: add(f, said(about=ABOUT[:22] + "../../etc/passwd")),
    "what it replaces is not there": lambda f: add(f, said(replaces="ab" * 32)),
    "rows that are not there": lambda f: add(f, said(about="list:" + ABOUT[5:21], what="rows", value="ab" * 32)),
    "a sample that is none": lambda f: add(f, said(about="list:" + ABOUT[5:21], what="draw:" + "ab" * 8, value="{}")),
    "a view in place of the table": lambda f: [
        forge(f, "ALTER TABLE judgement RENAME TO old"),
        forge(f, "CREATE VIEW judgement AS SELECT * FROM old"),
    ],
    "no table": lambda f: forge(f, "DROP TABLE judgement"),
    "no database": lambda f: (f / "records.db").write_bytes(b"SQLite format 3\0" + os.urandom(4096)),
    "another checkpoint": lambda f: (f / "log" / "checkpoint").write_text("something"),
}


@pytest.mark.parametrize("how", HOSTILE)
def test_nothing_is_taken_from_a_copy_that_somebody_tampered_with(origin: Path, tmp_path: Path, how: str) -> None:
    global ABOUT  # noqa: PLW0603  the name of a cell of the case, which is made once
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(one) as case:
        kept = lists_of(case)[0]
        ABOUT = f"cell:{kept.id}:{list(Desk(case, kept).cells)[1]}"
    add(other, said(what="key:crane", by="crane"))  # sound, and not taken either
    HOSTILE[how](other)
    before = records(one)
    with pytest.raises(DamagedCopy):
        merged(one, other)
    assert records(one) == before


def test_an_entry_cannot_take_away_what_somebody_else_said(origin: Path, tmp_path: Path) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(other) as case:
        kept = lists_of(case)[0]
        cell = next(iter(Desk(case, kept).cells))
        (entry,) = Desk(case, kept).entries(cell)
    add(
        other,
        Judgement(f"cell:{kept.id}:{cell}", "key:tern", value_of("text", "9", ""), 1_600_000_000, entry.id, "tern"),
    )
    with pytest.raises(DamagedCopy):
        merged(one, other)


def test_rows_behind_a_link_or_damaged_are_refused(origin: Path, tmp_path: Path) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(other) as case:
        document = case.queries.documents(0)[0].digest
        kept = change_list(case, "Register", "tern", rows=rows_of(document, 7))
        path = case.objects.path(kept.rows)
    good = path.read_bytes()
    path.unlink()
    for made in (
        lambda: path.symlink_to(tmp_path / "elsewhere"),
        lambda: os.mkfifo(path),
        lambda: path.write_bytes(b"{}"),
    ):
        (tmp_path / "elsewhere").write_bytes(good)
        made()
        with pytest.raises(DamagedCopy):
            merged(one, other)
        path.unlink()
    path.write_bytes(good)
    assert merged(one, other).judgements == 1


def test_who_merges_signs_and_a_folder_without_a_case_is_said(origin: Path, tmp_path: Path) -> None:
    one, other = copy_of(origin, tmp_path), copy_of(origin, tmp_path)
    with Case.open(one) as case, pytest.raises(BadSignature):
        merge(case, other, " ")
    with pytest.raises(CaseError):
        merged(one, tmp_path)
    with Case.open(other) as case:
        kept = lists_of(case)[0]
        enter(case, kept, list(Desk(case, kept).cells)[2], "tern", "key", "blank")
    told = json_of("merge", one, other, "--by", "egret")
    assert (told["judgements"], told["lists"], told["same_case"]) == (1, [kept.id], True)
    assert "Nothing new" in said_by("merge", one, other, "--by", "egret")
