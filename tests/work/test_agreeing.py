"""Agreement of a list is that of what was keyed blind, and equals what is counted by hand."""

from __future__ import annotations

import random
import shutil
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest

from fairwitness.case.case import Case
from fairwitness.core.lists import Column
from fairwitness.work.agreeing import agreement_of
from fairwitness.work.kept_lists import KeptList, lists_of
from fairwitness.work.keying import Desk, enter
from tests.work.support_lists import case_with_text, json_of, list_in, said_by

COLUMNS = (Column("verdict", kind="code", codes=("同意", "不同意")), Column("name", kind="name"), Column("sex"))


@pytest.fixture(scope="module")
def made_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("agreeing")
    with case_with_text(folder) as case:
        list_in(case, 20, columns=COLUMNS)
    return folder / "case"


@pytest.fixture
def case(made_case: Path, tmp_path: Path) -> Case:
    return Case.open(Path(shutil.copytree(made_case, tmp_path / "case")))


@pytest.fixture
def kept(case: Case) -> KeptList:
    return lists_of(case)[0]


def test_agreement_is_what_two_columns_of_paper_would_give(case: Case, kept: KeptList) -> None:
    choose = random.Random(11)
    typed: list[tuple[str, str]] = []
    for cell in Desk(case, kept).queue("heron", "key", "verdict", order="rows"):
        first = choose.choice(["同意", "不同意"])
        second = first if choose.random() < 0.8 else choose.choice(["同意", "不同意", ""])
        typed.append((first, second))
        enter(case, kept, cell, "heron", "key", "text", first)
        enter(case, kept, cell, "tern", "key", "text" if second else "blank", second)
    found = agreement_of(Desk(case, kept))[0]
    equal = sum(a == b for a, b in typed)
    assert (found.column, found.cells, found.coders) == ("verdict", 20, 2)
    assert found.percent.value == pytest.approx(equal / 20)
    every = [one for pair in typed for one in pair]
    apart = Fraction(sum(a != b for a, b in permutations(every, 2)), len(every) - 1)
    assert found.alpha.value == pytest.approx(float(1 - 2 * (20 - equal) / apart))
    chance = sum(
        Fraction(sum(a == v for a, _ in typed), 20) * Fraction(sum(b == v for _, b in typed), 20) for v in set(every)
    )
    assert found.kappa.value == pytest.approx(float((Fraction(equal, 20) - chance) / (1 - chance)))
    assert sum(number for *_, number in found.confused) == 20 - equal
    assert found.alpha.low is not None
    assert agreement_of(Desk(case, kept))[0] == found


def test_reviews_and_what_somebody_decided_stay_out(case: Case, kept: KeptList) -> None:
    one, two, three = Desk(case, kept).queue("heron", "key", "name", order="rows")[:3]
    enter(case, kept, one, "heron", "key", "text", "阿依努尔·巴图尔")
    enter(case, kept, one, "tern", "key", "text", "阿依努尔•巴图尔")  # another dot, the same name
    enter(case, kept, two, "heron", "key", "text", "a")
    enter(case, kept, two, "tern", "key", "text", "b")
    enter(case, kept, two, "gull", "adjudicate", "text", "b")
    enter(case, kept, three, "heron", "key", "text", "a")
    enter(case, kept, three, "tern", "review", "text", "a", "engine")
    _, name, sex = agreement_of(Desk(case, kept))
    assert (name.cells, name.percent.value) == (2, 0.5)
    assert (sex.cells, sex.percent.value, sex.alpha.why) == (0, None, "no_pairs")


def test_a_column_that_is_everywhere_the_same_has_no_alpha(case: Case, kept: KeptList) -> None:
    for cell in Desk(case, kept).queue("heron", "key", "sex"):
        for by in ("heron", "tern"):
            enter(case, kept, cell, by, "key", "text", "男")
    found = agreement_of(Desk(case, kept))[2]
    assert found.percent.value == 1.0
    assert (found.alpha.value, found.alpha.why, found.kappa.why) == (None, "all_equal", "all_equal")
    assert found.as_json()["alpha"] == {
        "value": None,
        "low": None,
        "high": None,
        "se": None,
        "units": 20,
        "why": "all_equal",
    }


def test_people_who_share_the_rows_are_coders_with_gaps(case: Case, kept: KeptList) -> None:
    cells = Desk(case, kept).queue("heron", "key", "sex", order="rows")
    for place, cell in enumerate(cells):
        for by in ("heron", "tern") if place < 10 else ("gull", "crane"):
            enter(case, kept, cell, by, "key", "text", "男" if by != "crane" or place % 2 else "女")
    found = agreement_of(Desk(case, kept))[2]
    assert (found.coders, found.cells, found.kappa.name) == (4, 20, "conger")
    assert found.percent.value == pytest.approx(15 / 20)


def test_the_commands_tell_progress_agreement_and_values(case: Case, kept: KeptList) -> None:
    for cell in Desk(case, kept).queue("heron", "key", "sex"):
        for by in ("heron", "tern"):
            enter(case, kept, cell, by, "key", "text", "男")
    told = json_of("list", "progress", case.folder, "Register")
    assert [column["decided"] for column in told["columns"]] == [0, 0, 20]
    assert told["people"]["tern"] == {"sex": {"key": 20}} and told["left_over"] == []
    assert json_of("list", "agreement", case.folder, "Register")["columns"][2]["percent"]["value"] == 1.0
    values = json_of("list", "values", case.folder, "Register", "--column", "sex")["cells"]
    assert {(one["status"], one["text"]) for one in values} == {("agreed", "男")} and len(values) == 20
    assert "not defined (all equal)" in said_by("list", "agreement", case.folder, "Register")
    assert "20 of 20 decided" in said_by("list", "progress", case.folder, "Register")
    assert said_by("list", "values", case.folder, "Register").count("open") == 40
