"""Findings: sentences with cites, drafted, checked and withdrawn by people who sign; nothing of them is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.errors import BadCite, NotFound
from fairwitness.custody.ledger import check_log
from fairwitness.work.findings import (
    FindingChanged,
    add_finding,
    change_finding,
    comment_on,
    finding,
    findings_citing,
    findings_of,
    move_cite,
    take_back_comment,
)
from fairwitness.work.judging import BadMark, BadSignature
from fairwitness.work.kept_marks import KeptMarks
from fairwitness.work.marking import all_marks, mark
from fairwitness.work.placing import cite_text
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.work.support import open_quietly

SENTENCE = "The canal was closed for 2 years."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("findings")
    (made / "leak").mkdir()
    (made / "leak" / "a.txt").write_text("The canal was closed in March 2017 and opened in 2019.", "utf-8")
    open_quietly(made / "leak", made / "case")
    return made / "case"


@pytest.fixture
def case(folder: Path) -> Case:
    return Case.open(folder)


@pytest.fixture
def cites(case: Case) -> list[str]:
    document = case.queries.documents(0)[0].digest
    return [str(cite_text(case, document, 1, start, start + 5)) for start in (4, 14, 24)]


def test_a_finding_keeps_its_cites_in_the_order_people_give_them(case: Case, cites: list[str]) -> None:
    made = add_finding(case, SENTENCE, "heron", cites)
    assert (made.sentence, made.by, made.cites, made.status) == (SENTENCE, "heron", tuple(cites), "draft")
    assert move_cite(case, made.id, cites[2], "tern", down=False).cites == (cites[0], cites[2], cites[1])
    assert move_cite(case, made.id, cites[0], "tern", down=False).cites == (cites[0], cites[2], cites[1])
    assert change_finding(case, made.id, "tern", remove=[cites[0]]).cites == (cites[2], cites[1])
    assert change_finding(case, made.id, "tern", add=[cites[0]]).cites == (cites[0], cites[2], cites[1])
    assert finding(case, made.id[:6]).id == made.id
    assert made.id in {one.id for one in findings_of(case)}


def test_a_cite_that_names_nothing_here_carries_no_finding(case: Case, cites: list[str]) -> None:
    before = len(findings_of(case))
    with pytest.raises(BadCite):
        add_finding(case, SENTENCE, "heron", ["somewhere"])
    with pytest.raises(NotFound):
        add_finding(case, SENTENCE, "heron", ["ab" * 8 + ":p1:c0-3:" + "cd" * 4])
    with pytest.raises(NotFound):
        add_finding(case, SENTENCE, "heron", [cites[0].replace(":p1:", ":p9:")])
    with pytest.raises(BadMark):
        add_finding(case, " \n", "heron", cites)
    with pytest.raises(BadSignature):
        add_finding(case, SENTENCE, "", cites)
    assert len(findings_of(case)) == before


def test_a_long_cite_and_its_short_form_are_one(case: Case, cites: list[str]) -> None:
    document = case.queries.documents(0)[0].digest
    long = document + cites[0][16:]
    assert add_finding(case, SENTENCE, "heron", [long, cites[0]]).cites == (cites[0],)


def test_who_checks_is_shown_and_what_changes_afterwards_is_a_draft_again(case: Case, cites: list[str]) -> None:
    made = add_finding(case, SENTENCE, "heron", cites[:1])
    own = change_finding(case, made.id, "heron", status="checked")
    assert (own.status, own.checked_by_writer) == ("checked", True)
    change_finding(case, made.id, "heron", status="draft")
    other = change_finding(case, made.id, "tern", status="checked")
    assert (other.status, other.status_by, other.checked_by_writer, other.changed) == ("checked", "tern", False, False)
    commented = comment_on(case, made.id, "Fine.", "tern")
    assert commented.status == "checked", "a comment changes nothing of what was checked"
    for change in ({"sentence": SENTENCE + " Twice."}, {"add": cites[1:2]}, {"remove": cites[:1]}):
        change_finding(case, made.id, "heron", **change)  # type: ignore[arg-type]
        changed = finding(case, made.id)
        assert (changed.status, changed.changed) == ("draft", True)
        again = change_finding(case, made.id, "tern", status="checked")
        assert (again.status, again.changed) == ("checked", False)


def test_a_finding_that_was_withdrawn_stays_in_sight(case: Case) -> None:
    made = add_finding(case, SENTENCE, "heron")
    gone = change_finding(case, made.id, "tern", status="withdrawn")
    assert (gone.status, gone.status_by) == ("withdrawn", "tern")
    assert made.id in {one.id for one in findings_of(case)}
    with pytest.raises(BadMark, match="no such status"):
        change_finding(case, made.id, "tern", status="true")


def test_two_people_do_not_overwrite_each_other_unseen(case: Case) -> None:
    made = add_finding(case, SENTENCE, "heron")
    change_finding(case, made.id, "tern", sentence="Another.", version=made.version)
    with pytest.raises(FindingChanged):
        change_finding(case, made.id, "heron", sentence="Mine.", version=made.version)
    assert finding(case, made.id).sentence == "Another."


def test_every_act_is_kept_with_who_and_told_in_the_log(case: Case, cites: list[str]) -> None:
    made = add_finding(case, SENTENCE, "heron", cites[:1])
    comment = comment_on(case, made.id, "Is 2019 sure?", "tern").comments[0]
    assert (comment.text, comment.by) == ("Is 2019 sure?", "tern")
    after = take_back_comment(case, made.id, comment.id, "tern")
    assert after.comments == ()
    acts = [(act.what.partition(":")[0], act.by) for act in after.history]
    assert acts == [("sentence", "heron"), ("cite", "heron"), ("comment", "tern"), ("comment", "tern")]
    assert check_log(case).size == case.queries.event_count()
    assert verify(case, Progress(None)).is_sound


def test_findings_are_found_by_a_document_that_they_cite_and_are_no_marks_of_it(case: Case, cites: list[str]) -> None:
    made = add_finding(case, SENTENCE, "heron", cites[:1])
    document = case.queries.documents(0)[0].digest
    assert made.id in {one.id for one in findings_citing(findings_of(case), document)}
    assert findings_citing([made], "00" * 32) == []
    assert all_marks(case).tags == {}


@pytest.mark.parametrize("beginning", ["", "zz", "%", "\x7f", "finding:"])
def test_what_begins_no_finding_finds_none(case: Case, beginning: str) -> None:
    add_finding(case, SENTENCE, "heron")
    add_finding(case, SENTENCE, "heron")
    with pytest.raises(NotFound):
        finding(case, beginning)


def test_what_is_kept_for_pages_is_what_the_case_holds_after_every_act(case: Case, cites: list[str]) -> None:
    kept = KeptMarks(case)
    before = len(kept.findings())
    assert kept.findings() is not kept.findings(), "a list that a page turns around is its own"
    made = add_finding(case, SENTENCE, "heron", cites[:1])
    assert len(kept.findings()) == before + 1
    change_finding(case, made.id, "tern", status="checked")
    assert kept.findings()[-1].status == "checked"
    document = case.queries.documents(0)[0].digest
    assert kept.marks() is kept.marks()
    mark(case, document, "heron", tags=("kept",))
    assert kept.marks().tags == {"kept": {document}}
    mark(case, document, "heron", untags=("kept",))
    assert kept.marks().tags == {}
