from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause
from fairwitness.search.query import parse
from fairwitness.work import leafing
from fairwitness.work.leafing import (
    WINDOW,
    Around,
    around,
    asked_on_page,
    hit_before,
    next_hit,
    window_before,
    window_of,
)
from fairwitness.work.looking import Looking
from fairwitness.work.searching import CaseSearch
from tests.work.support import open_quietly

LINE = "the quick river ran over many stones " * 3 + "\n"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    place = tmp_path_factory.mktemp("leafing")
    (place / "leak").mkdir()
    lines = [LINE] * 4000
    for at in (10, 1500, 1501, 3900):
        lines[at] = "here is the dam\n"
    (place / "leak" / "long.txt").write_text("".join(lines))
    open_quietly(place / "leak", place / "case")
    with Case.open(place / "case") as opened:
        yield opened


@given(st.text(alphabet="ab\n", max_size=400), st.integers(0, 500))
def test_a_window_lies_in_the_text_and_holds_what_was_asked_for(text: str, at: int) -> None:
    start, end = window_of(text, at)
    assert 0 <= start <= end <= len(text)
    if text:
        assert start <= min(at, len(text) - 1) < end


def test_windows_follow_one_another_without_gaps_and_begin_with_lines() -> None:
    text = LINE * 2000
    at, seen = 0, []
    while at < len(text):
        start, end = window_of(text, at)
        assert start == at
        assert end - start <= WINDOW
        assert text[start - 1 : start] in ("", "\n")
        seen.append((start, end))
        at = end
    assert seen[-1][1] == len(text)
    before = window_before(text, seen[2][0])
    assert seen[0][0] <= before < seen[2][0]
    assert text[before - 1] == "\n"


def test_a_text_without_lines_is_cut_all_the_same() -> None:
    assert window_of("x" * 100_000, 50_000) == (50_000, 50_000 + WINDOW)
    assert window_before("x" * 100_000, 50_000) == 50_000 - WINDOW


def test_the_next_hit_and_the_one_before_are_found_across_windows(case: Case) -> None:
    (digest,) = (found.document for found in case.queries.finds())
    looking, searching = Looking(case), CaseSearch(case)
    node = searching.resolved(parse("dam"))
    numbers = searching.numbers_in(node, digest)
    places = []
    for number in numbers:
        text = looking.page(digest, number).text  # type: ignore[union-attr]
        at = text.find("dam")
        while at >= 0:
            places.append((number, at))
            at = text.find("dam", at + 1)
    assert len(places) == 4
    found, place = [], (1, 0)
    while (hit := next_hit(looking, node, digest, numbers, place)) is not None:
        found.append(hit)
        place = (hit[0], hit[1] + 3)
    assert found == places
    back, place = [], (numbers[-1], 10_000_000)
    while (hit := hit_before(looking, node, digest, numbers, place)) is not None:
        back.append(hit)
        place = hit
    assert back == places[::-1]


@pytest.mark.parametrize(
    ("number", "before", "behind"), [(1, 0, 3), (3, 0, 6), (4, 3, 6), (6, 3, 9), (9, 6, 0), (10, 9, 0)]
)
def test_pages_that_match_are_told_with_those_before_and_behind(number: int, before: int, behind: int) -> None:
    assert around([3, 6, 9], number) == Around([3, 6, 9], before, behind)


def test_what_is_no_query_is_looked_for_as_it_stands() -> None:
    assert asked_on_page("(minutes") == parse('"(minutes"')
    assert asked_on_page("a AND b") == parse("a AND b")


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause not in (Cause.OK, Cause.EMPTY)])
def test_advice_is_a_sentence_or_nothing(cause: Cause) -> None:
    told = leafing.advice_for(cause)
    assert told == "" or told[0].isupper()
