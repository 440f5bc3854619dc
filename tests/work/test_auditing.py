"""An audit draws a sample before anybody looks, has it entered blind, and says how many cells are wrong."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from fairwitness.analyse.intervals import hypergeometric
from fairwitness.case.case import Case
from fairwitness.core.errors import NotFound
from fairwitness.core.lists import Column
from fairwitness.work.auditing import (
    AuditUnfinished,
    NothingToAudit,
    attach_audit,
    audit_of,
    audit_queue,
    begin_audit,
    error_rates,
)
from fairwitness.work.draws import drawn, draws_of, frame_digest, parse_draw
from fairwitness.work.kept_lists import KeptList, lists_of
from fairwitness.work.keying import Desk, NotBlind, OwnEntry, enter
from fairwitness.work.progress import Progress
from fairwitness.work.verifying import verify
from tests.work.support_lists import case_with_text, json_of, list_in, said_by

COLUMNS = (Column("name", kind="name"), Column("verdict"))


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list of 30 rows: names keyed by two people, verdicts reviewed by one."""
    folder = tmp_path_factory.mktemp("auditing")
    with case_with_text(folder) as case:
        kept = list_in(case, 30, columns=COLUMNS)
        for name, placed in Desk(case, kept).cells.items():
            if placed.column.name == "name":
                for by in ("heron", "tern"):
                    enter(case, kept, name, by, "key", "text", placed.cell.text)
            else:
                enter(case, kept, name, "gull", "review", "text", placed.cell.text, "engine")
    return folder / "case"


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Case:
    return Case.open(Path(shutil.copytree(made_case, tmp_path / "case")))


@pytest.fixture
def kept(case: Case) -> KeptList:
    return lists_of(case)[0]


def audited(case: Case, kept: KeptList, wrong: int, by: str = "egret") -> list[str]:
    """The whole sample is entered; in so many cells of the first column something else. Those."""
    desk, other = Desk(case, kept), []
    (draw, *_) = reversed(draws_of(case, kept))
    for cell in audit_queue(desk, by):
        differs = desk.cells[cell].column.name == "name" and len(other) < wrong
        other += [cell] if differs else []
        text = "something else" if differs else desk.cells[cell].cell.text
        enter(case, kept, cell, by, "audit", "text", text, draw=draw.id)
    return other


def test_the_sample_is_told_before_anybody_looks_and_can_be_drawn_again(case: Case, kept: KeptList) -> None:
    draw = begin_audit(case, kept, "egret", 20, seed="1234")
    event = json.loads(list(case.queries.events())[-1])
    assert event["what"] == f"draw:{draw.id}" and event["by"] == "egret"
    told = parse_draw(event["value"])
    assert (told.seed, told.frame, told.cells) == ("1234", draw.frame, draw.cells)
    desk = Desk(case, kept)
    frame: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for name, value in desk.decided().items():
        column = desk.cells[name].column.name
        who = "heron+tern" if column == "name" else "gull"
        frame.setdefault((column, "fair", who), []).append((name, value.id))
    assert frame_digest(frame) == draw.frame
    assert drawn(frame, 20, "1234") == draw.strata
    assert draw.cells != begin_audit(case, kept, "egret", 20, seed="1235").cells
    assert draws_of(case, kept)[0] == draw or draws_of(case, kept)[1] == draw


def test_every_stratum_is_sampled_by_the_same_share(case: Case, kept: KeptList) -> None:
    frame = {("a", "good", "x"): 100, ("a", "poor", "x"): 37, ("a", "poor", "y"): 3, ("b", "good", "x"): 60}
    cells = {key: [(f"{key}{n}", "e") for n in range(size)] for key, size in frame.items()}
    strata = drawn(cells, 20, "s")
    assert [(one.column, one.quality, one.transcriber, one.size, len(one.cells)) for one in strata] == [
        ("a", "good", "x", 100, 10), ("a", "poor", "x", 37, 4), ("a", "rest", "", 3, 1), ("b", "good", "x", 60, 6),
    ]  # fmt: skip
    hit = Counter(cell for n in range(400) for one in drawn(cells, 20, str(n)) for cell, _ in one.cells)
    assert len(hit) == 200  # every cell can be drawn: a share of a tenth, 400 times


def test_the_sample_shows_less_than_one_percent_unless_another_size_is_asked_for(case: Case, kept: KeptList) -> None:
    # A sample of 57 of 60 misses one wrong cell (more than 1 %) with a chance of 3/60, and half of 57 is rounded up.
    assert len(begin_audit(case, kept, "egret").cells) == 58
    assert len(begin_audit(case, kept, "egret", 10).cells) == 10


def test_only_somebody_who_entered_nothing_of_a_cell_audits_it_and_sees_nothing(case: Case, kept: KeptList) -> None:
    draw = begin_audit(case, kept, "egret", 20)
    desk = Desk(case, kept)
    names = [cell for cell in draw.cells if desk.cells[cell].column.name == "name"]
    assert set(audit_queue(desk, "egret")) == set(draw.cells)
    assert set(audit_queue(desk, "gull")) == set(names)
    with pytest.raises(NotBlind):
        enter(case, kept, names[0], "heron", "audit", "text", "x", draw=draw.id)
    with pytest.raises(NotBlind):
        desk.shown_to("tern", "audit", names[0], draw.id)
    shown = desk.shown_to("egret", "audit", names[0], draw.id)
    assert (shown.proposal, shown.answers, shown.own) == (None, (), None)
    enter(case, kept, names[0], "egret", "audit", "text", "x", draw=draw.id)
    assert Desk(case, kept).state(names[0]).status == "agreed"
    own = Desk(case, kept).shown_to("egret", "audit", names[0]).own  # of the last sample, if none is named
    assert own is not None and own.text == "x"
    assert names[0] not in audit_queue(Desk(case, kept), "gull")


def test_an_audit_gives_a_rate_with_its_interval_once_all_is_entered(case: Case, kept: KeptList) -> None:
    begin_audit(case, kept, "egret", 20)
    with pytest.raises(AuditUnfinished):
        attach_audit(case, kept, "egret")
    assert audit_of(case, kept).overall.share is None and error_rates(case, kept) is None
    wrong = audited(case, kept, 2)
    found = attach_audit(case, kept, "egret")
    by_column = {one.column: one for one in found.columns}
    name, verdict = by_column["name"], by_column["verdict"]
    assert (name.cells, name.drawn, name.done, name.wrong, name.unsettled) == (30, 10, 10, 2, 2)
    expected = hypergeometric(2, 10, 30)
    assert name.share is not None and (name.share.low, name.share.high) == (expected.low, expected.high)
    assert verdict.share is not None and (verdict.wrong, verdict.share.low) == (0, 0.0)
    assert found.overall.share is not None and found.overall.share.value == pytest.approx(2 / 20)
    assert found.overall.share.low < 0.1 < found.overall.share.high
    assert found.attached and error_rates(case, kept) == found
    assert set(Desk(case, kept).queue("crane", "adjudicate")) == set(wrong)
    assert verify(case, Progress(None)).is_sound


def test_what_an_audit_found_is_decided_by_a_further_person(case: Case, kept: KeptList) -> None:
    begin_audit(case, kept, "egret", 20)
    one, two = audited(case, kept, 2)
    desk = Desk(case, kept)
    with pytest.raises(OwnEntry):
        enter(case, kept, one, "egret", "adjudicate", "text", "something else")
    assert ("text", "something else") in desk.shown_to("crane", "adjudicate", one).answers
    enter(case, kept, one, "crane", "adjudicate", "text", "something else")
    enter(case, kept, two, "crane", "adjudicate", "text", desk.cells[two].cell.text)
    found = audit_of(case, kept).overall
    assert (found.wrong, found.unsettled) == (1, 0)
    desk = Desk(case, kept)
    assert desk.queue("ibis", "adjudicate") == []
    assert desk.decided()[one].text == "something else"


def test_there_is_nothing_to_audit_before_anything_is_decided(tmp_path: Path) -> None:
    with case_with_text(tmp_path) as case:
        kept = list_in(case, 3)
        with pytest.raises(NothingToAudit):
            begin_audit(case, kept, "egret")
        with pytest.raises(NotFound):
            audit_of(case, kept)
        assert Desk(case, kept).queue("egret", "audit") == []


def test_the_command_draws_tells_and_attaches(case: Case, kept: KeptList) -> None:
    begun = json_of("list", "audit", case.folder, "Register", "--new", "--cells", 20, "--seed", "7", "--by", "egret")
    assert (begun["seed"], begun["overall"]["drawn"], begun["overall"]["share"]) == ("7", 20, None)
    audited(case, kept, 0)
    done = json_of("list", "audit", case.folder, "Register", begun["draw"][:8], "--attach", "--by", "egret")
    assert done["attached"] and done["overall"]["share"]["value"] == 0
    assert "0.00 %" in said_by("list", "audit", case.folder, "Register")


def test_a_data_package_carries_the_error_rates_and_the_agreement(case: Case, kept: KeptList, tmp_path: Path) -> None:
    begin_audit(case, kept, "egret", 20)
    audited(case, kept, 1)
    attach_audit(case, kept, "egret")
    said_by("list", "export", case.folder, "Register", tmp_path / "list.zip", "--format", "package")
    with zipfile.ZipFile(tmp_path / "list.zip") as package:
        text = package.read("datapackage.json").decode()
    about = json.loads(text)["fairwitness"]
    rates = {one["column"]: one for one in about["error_rates"]}
    assert set(rates) == {"name", "verdict", ""} and rates["name"]["wrong"] == 1
    assert rates[""]["share"]["low"] < 1 / 20 < rates[""]["share"]["high"]
    (agreed,) = about["agreement"]
    assert (agreed["column"], agreed["cells"], agreed["percent"]["value"]) == ("name", 30, 1.0)
    assert "r0 c0" not in text and "something else" not in text  # what people typed is in the table alone
