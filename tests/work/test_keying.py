"""Two people key each cell without seeing anything, a third decides; what counts follows from what was said alone."""

from __future__ import annotations

import itertools
import shutil
import time
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import List
from fairwitness.core.records import Judgement
from fairwitness.work.cell_entries import Entry, Mode, State, state_of, value_of
from fairwitness.work.judging import BadSignature
from fairwitness.work.kept_lists import KeptList, change_list, lists_of
from fairwitness.work.keying import BadEntry, CellDecided, Desk, EntryStale, NotBlind, OwnEntry, enter, part_of, undo
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.work.support_lists import case_with_text, list_in, rows_of


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keying")
    with case_with_text(folder) as case:
        list_in(case, 6)
    return folder / "case"


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Case:
    return Case.open(Path(shutil.copytree(made_case, tmp_path / "case")))


@pytest.fixture
def kept(case: Case) -> KeptList:
    return lists_of(case)[0]


@pytest.fixture
def cell(case: Case, kept: KeptList) -> str:
    return next(iter(Desk(case, kept).cells))


def test_two_who_key_alike_agree_and_two_who_do_not_differ(case: Case, kept: KeptList) -> None:
    one, two, three = list(Desk(case, kept).cells)[:3]
    for cell, first, second in ((one, "张 三", "张\n三 "), (two, "张三", "张二")):
        enter(case, kept, cell, "heron", "key", "text", first)
        assert Desk(case, kept).state(cell).status == "once"
        enter(case, kept, cell, "tern", "key", "text", second)
    enter(case, kept, three, "heron", "key", "blank")
    enter(case, kept, three, "tern", "key", "illegible")
    desk = Desk(case, kept)
    assert [desk.state(cell).status for cell in (one, two, three)] == ["agreed", "differs", "differs"]
    value = desk.state(one).value
    assert value is not None and value.text in ("张 三", "张\n三 ")
    assert desk.state(two).value is None
    assert set(desk.decided()) == {one}
    assert verify(case, Progress(None)).is_sound


def test_only_a_third_person_decides_and_sees_the_answers_without_names(case: Case, kept: KeptList, cell: str) -> None:
    enter(case, kept, cell, "heron", "key", "text", "1")
    with pytest.raises(NotFound):
        enter(case, kept, list(Desk(case, kept).cells)[1], "gull", "adjudicate", "text", "1")
    enter(case, kept, cell, "tern", "key", "text", "7")
    desk = Desk(case, kept)
    for keyer in ("heron", "tern"):
        assert desk.queue(keyer, "adjudicate") == []
        with pytest.raises(OwnEntry):
            desk.shown_to(keyer, "adjudicate", cell)
        with pytest.raises(OwnEntry):
            enter(case, kept, cell, keyer, "adjudicate", "text", "1")
    assert desk.queue("gull", "adjudicate") == [cell]
    shown = desk.shown_to("gull", "adjudicate", cell)
    assert sorted(shown.answers) == [("text", "1"), ("text", "7")]
    assert shown.proposal is None and shown.own is None
    enter(case, kept, cell, "gull", "adjudicate", "text", "7")
    assert desk.refresh()
    assert desk.state(cell).status == "adjudicated"
    assert desk.decided()[cell].text == "7"
    with pytest.raises(NotBlind):
        desk.shown_to("gull", "key", cell)


def test_who_keys_sees_neither_the_proposal_nor_another_entry(case: Case, kept: KeptList, cell: str) -> None:
    enter(case, kept, cell, "heron", "key", "text", "secret-1")
    desk = Desk(case, kept)
    shown = desk.shown_to("tern", "key", cell)
    assert (shown.proposal, shown.answers, shown.own, shown.asked) == (None, (), None, ())
    assert desk.shown_to("heron", "key", cell).own is not None
    assert cell in desk.queue("tern", "key") and cell not in desk.queue("heron", "key")
    with pytest.raises(BadEntry):
        enter(case, kept, cell, "tern", "key", "text", "r0 c0", "engine")


def test_who_reviewed_a_cell_cannot_key_it_even_after_taking_it_back(case: Case, kept: KeptList, cell: str) -> None:
    assert (proposal := Desk(case, kept).shown_to("heron", "review", cell).proposal) is not None
    assert (proposal.text, proposal.engine) == ("r0 c0", "engine")
    enter(case, kept, cell, "heron", "review", "text", "r0 c0", "engine")
    assert Desk(case, kept).state(cell).status == "reviewed"
    undo(case, kept, "heron")
    desk = Desk(case, kept)
    assert desk.state(cell).status == "open"
    assert cell not in desk.queue("heron", "key")
    for attempt in (
        lambda: desk.shown_to("heron", "key", cell),
        lambda: enter(case, kept, cell, "heron", "key", "blank"),
    ):
        with pytest.raises(NotBlind):
            attempt()


def test_a_review_that_says_something_else_than_the_keyed_entry_waits_for_a_third(
    case: Case, kept: KeptList, cell: str
) -> None:
    enter(case, kept, cell, "heron", "key", "text", "1")
    enter(case, kept, cell, "tern", "review", "text", "2", "engine")
    assert Desk(case, kept).state(cell).status == "differs"


def test_an_entry_names_the_own_entry_that_it_replaces(case: Case, kept: KeptList, cell: str) -> None:
    first = enter(case, kept, cell, "heron", "key", "text", "1")
    with pytest.raises(EntryStale):
        enter(case, kept, cell, "heron", "key", "text", "2")
    second = enter(case, kept, cell, "heron", "key", "text", "2", replaces=first.id)
    with pytest.raises(EntryStale):
        enter(case, kept, cell, "heron", "key", "text", "3", replaces=first.id)
    assert Desk(case, kept).entries(cell) == (second,)


def test_undo_goes_back_through_the_own_acts_alone(case: Case, kept: KeptList) -> None:
    one, two, three = list(Desk(case, kept).cells)[:3]
    first = enter(case, kept, one, "heron", "key", "text", "1")
    enter(case, kept, one, "heron", "key", "text", "2", replaces=first.id)
    enter(case, kept, two, "heron", "key", "blank")
    enter(case, kept, three, "tern", "key", "blank")
    back = [undo(case, kept, "heron"), undo(case, kept, "heron")]
    assert [(entry.cell, entry.text) for entry in back if entry] == [(two, ""), (one, "2")]
    assert undo(case, kept, "heron") is None
    desk = Desk(case, kept)
    assert [desk.state(cell).status for cell in (one, two, three)] == ["open", "open", "once"]
    assert {one, two} <= set(desk.queue("heron", "key"))
    again = enter(case, kept, one, "heron", "key", "text", "3")
    assert Desk(case, kept).state(one).entries == (again,)
    assert verify(case, Progress(None)).is_sound


def test_a_question_is_no_answer_and_waits_for_whoever_decides(case: Case, kept: KeptList, cell: str) -> None:
    enter(case, kept, cell, "heron", "key", "ask", note="Is that a 7?")
    desk = Desk(case, kept)
    assert desk.state(cell).status == "open" and len(desk.state(cell).asked) == 1
    assert cell in desk.queue("gull", "adjudicate") and cell not in desk.queue("heron", "key")
    assert desk.shown_to("gull", "adjudicate", cell).asked == ("Is that a 7?",)
    assert desk.progress().columns[0].asked == 1
    enter(case, kept, cell, "gull", "adjudicate", "text", "7")
    desk.refresh()
    assert desk.state(cell).status == "adjudicated" and desk.state(cell).asked == ()


@pytest.mark.parametrize(
    ("mode", "state", "text"),
    [
        ("key", "text", " "),
        ("key", "blank", "1"),
        ("key", "text", "a\x00"),
        ("key", "gone", ""),
        ("guess", "blank", ""),
    ],
)
def test_what_cannot_be_said_of_a_cell_is_refused(
    case: Case, kept: KeptList, cell: str, mode: Mode, state: State, text: str
) -> None:
    with pytest.raises(BadEntry):
        enter(case, kept, cell, "heron", mode, state, text)
    with pytest.raises(BadSignature):
        enter(case, kept, cell, "", "key", "blank")
    assert Desk(case, kept).entries(cell) == ()


def test_doubtful_cells_come_first_and_rows_in_their_order(case: Case, kept: KeptList) -> None:
    desk = Desk(case, kept)
    confidences = [desk.cells[name].cell.confidence for name in desk.queue("heron", "review")]
    assert confidences == sorted(confidences) and len(confidences) == 18
    assert desk.queue("heron", "review", order="rows") == list(desk.cells)
    day = desk.queue("heron", "review", column="day", order="rows")
    assert [desk.cells[name].column.name for name in day] == ["day"] * 6


def test_groups_of_people_share_the_rows_and_nothing_is_left_over(case: Case, kept: KeptList) -> None:
    desk = Desk(case, kept)
    parts = [desk.queue("heron", "key", part=(part, 3)) for part in (1, 2, 3)]
    assert sorted(itertools.chain(*parts)) == sorted(desk.cells)
    row = next(iter(desk.cells.values())).row.id
    assert len({part for part in (1, 2, 3) if set(parts[part - 1]) & {row}}) == 1 == len({part_of(row, 3)} & {1, 2, 3})


def test_entries_outlive_a_new_set_up_and_what_has_no_cell_any_more_is_said(case: Case, kept: KeptList) -> None:
    desk = Desk(case, kept)
    first, *_, last = desk.cells
    enter(case, kept, first, "heron", "key", "text", "1")
    enter(case, kept, last, "heron", "key", "text", "2")
    old = desk.list
    newer = change_list(case, kept.id, "tern", rows=List(old.columns, old.rows[:-1], pages=old.pages))
    desk = Desk(case, newer)
    assert desk.state(first).status == "once"
    assert desk.left_over() == [last]
    with pytest.raises(NotFound):
        desk.state(last)


def test_progress_counts_every_cell_once(case: Case, kept: KeptList) -> None:
    one, two = list(Desk(case, kept).cells)[:2]
    enter(case, kept, one, "heron", "key", "text", "1")
    enter(case, kept, one, "tern", "key", "text", "1")
    enter(case, kept, two, "heron", "review", "text", "1", "engine")
    found = Desk(case, kept).progress()
    assert [(column.column, column.cells, column.decided) for column in found.columns] == [
        ("serial", 6, 1), ("name", 6, 1), ("day", 6, 0),
    ]  # fmt: skip
    assert found.columns[0].by_status == {"agreed": 1, "open": 5}
    assert found.people == {"heron": {"serial": {"key": 1}, "name": {"review": 1}}, "tern": {"serial": {"key": 1}}}


def test_two_adjudications_of_two_copies_are_a_conflict_that_a_further_one_settles(
    case: Case, kept: KeptList, cell: str
) -> None:
    enter(case, kept, cell, "heron", "key", "text", "1")
    enter(case, kept, cell, "tern", "key", "text", "2")
    here = enter(case, kept, cell, "gull", "adjudicate", "text", "1")
    there = Judgement(f"cell:{kept.id}:{cell}", "adjudicate", value_of("text", "2", ""), here.at, "", "crane")
    with case.marking() as changes:  # as a merge brings it
        changes.add_judgement(there)
    desk = Desk(case, kept)
    assert (desk.state(cell).status, desk.state(cell).value) == ("conflict", None)
    assert cell in desk.queue("egret", "adjudicate")
    with pytest.raises(EntryStale):
        enter(case, kept, cell, "egret", "adjudicate", "text", "2", replaces=here.id)
    both = desk.shown_to("egret", "adjudicate", cell).replaces
    assert set(both.split()) == {here.id, there.id}
    enter(case, kept, cell, "egret", "adjudicate", "text", "2", replaces=both)
    desk.refresh()
    assert (desk.state(cell).status, desk.decided()[cell].by) == ("adjudicated", "egret")


def test_nothing_is_keyed_behind_an_adjudication(case: Case, kept: KeptList, cell: str) -> None:
    first = enter(case, kept, cell, "heron", "key", "text", "1")
    enter(case, kept, cell, "tern", "key", "text", "2")
    enter(case, kept, cell, "gull", "adjudicate", "text", "2")
    for by, replaces in (("heron", first.id), ("crane", "")):
        with pytest.raises(CellDecided):
            enter(case, kept, cell, by, "key", "text", "2", replaces=replaces)


def test_columns_are_queued_as_the_set_up_says(case: Case, kept: KeptList) -> None:
    setup = '[list]\nname = "Register"\n\n[[column]]\nname = "serial"\nkeying = "review"\n\n[[column]]\nname = "name"\n'
    kept = change_list(case, kept.id, "heron", setup=setup)
    desk = Desk(case, kept)
    assert {desk.cells[cell].column.name for cell in desk.queue("heron", "key")} == {"name", "day"}
    assert {desk.cells[cell].column.name for cell in desk.queue("heron", "review")} == {"serial"}
    assert len(desk.queue("heron", "review", "name")) == 6


def said(by: str, mode: Mode, text: str, at: int = 1) -> Entry:
    prefilled = "engine" if mode == "review" else ""
    return Entry("c", by, mode, "text", text, prefilled, at, f"{by}{mode}{text}")


def test_an_adjudication_by_somebody_who_keyed_on_another_copy_does_not_count() -> None:
    entries = [said("heron", "key", "1"), said("tern", "key", "2"), said("heron", "adjudicate", "1")]
    assert state_of(entries, str.strip).status == "conflict"
    assert state_of([*entries, said("gull", "adjudicate", "2")], str.strip).status == "adjudicated"


def test_who_saw_the_proposal_on_another_copy_does_not_key_independently() -> None:
    assert state_of([said("heron", "key", "1"), said("tern", "key", "1")], str).status == "agreed"
    entries = [said("heron", "key", "1"), said("tern", "key", "1"), said("tern", "review", "1")]
    assert state_of(entries, str).status == "reviewed"


def test_what_follows_does_not_depend_on_the_order_of_the_entries() -> None:
    entries = [said("heron", "key", "1"), said("tern", "key", "2"), said("gull", "adjudicate", "1", 3)]
    assert {state_of(order, str).status for order in itertools.permutations(entries)} == {"adjudicated"}


def test_eight_thousand_cells_with_three_entries_each_are_there_in_half_a_second(tmp_path: Path) -> None:
    case = case_with_text(tmp_path)
    document = case.queries.documents(0)[0].digest
    kept = list_in(case, 4)
    kept = change_list(case, kept.id, "heron", rows=rows_of(document, 2667))
    names = list(Desk(case, kept).cells)
    assert len(names) == 8001
    said = (("key:heron", "heron"), ("key:tern", "tern"), ("adjudicate", "gull"))
    with case.marking() as changes:
        changes.add_judgements([
            Judgement(f"cell:{kept.id}:{name}", what, value_of("text", name[-8:], ""), 1_600_000_000, "", by)
            for name in names
            for what, by in said
        ])  # fmt: skip
    desk = Desk(case, kept)  # once for whatever is read for the first time
    begun = time.process_time()
    desk = Desk(case, kept)
    assert desk.progress().columns[0].by_status == {"adjudicated": 2667}
    loaded_s = time.process_time() - begun
    begun = time.process_time()
    for name in names[:20]:
        enter(case, kept, name, "crane", "review", "text", "x", "engine")
    entered_s = (time.process_time() - begun) / 20
    print(f"loaded in {loaded_s:.2f} s, entered in {entered_s * 1000:.1f} ms")
    assert loaded_s < 2 and entered_s < 0.2  # on a busy machine; measured: see docs/decisions/142
