from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.analyse.plain import BadTable
from fairwitness.analyse.tabulate import (
    CodesDoNotMatch,
    Coding,
    multiverse,
    tabulate_mentions,
    tabulate_persons,
    tabulate_rows,
)

BOOK = Coding("reasons", "1", ("birth", "faith", "travel"))
ROWS = [
    {"who": "p1", "why": ["birth", "faith"]},
    {"who": "p1", "why": "travel"},
    {"who": "p2", "why": ["birth"]},
    {"who": "p3", "why": None},
    {"who": "p4", "why": []},
]


def counts(found):
    return {one.code: one.count for one in found.tallies}


def test_rows_persons_and_mentions_of_one_list_are_counted_apart():
    """By hand: 4 rows, 3 persons and 4 mentions have an answer."""
    rows = tabulate_rows(ROWS, "why", BOOK)
    persons = tabulate_persons(ROWS, "why", BOOK, person="who")
    mentions = tabulate_mentions(ROWS, "why", BOOK)
    assert (rows.denominator, persons.denominator, mentions.denominator) == (4, 3, 4)
    assert (rows.missing, persons.missing, mentions.missing) == (1, 1, 1)
    assert counts(rows) == counts(persons) == counts(mentions) == {"birth": 2, "faith": 1, "travel": 1}
    assert [one.share for one in persons.tallies] == pytest.approx([2 / 3, 1 / 3, 1 / 3])
    assert mentions.sums_to == 1
    assert "add up to 133%" in str(persons)
    assert "A blank is not the absence of a reason" in str(rows)


def test_a_person_whose_first_row_was_not_read_still_counts_by_the_second():
    rows = [{"who": "a", "why": None}, {"who": "a", "why": "birth"}, {"who": None, "why": "birth"}]
    found = tabulate_persons(rows, "why", BOOK, person="who")
    assert (found.denominator, found.missing, counts(found)["birth"]) == (2, 0, 2)


def test_a_census_has_no_interval_unless_something_is_missing():
    whole = [row for row in ROWS if row["why"] is not None]
    assert tabulate_rows(whole, "why", BOOK, is_census=True).tallies[0].low is None
    assert tabulate_rows(ROWS, "why", BOOK, is_census=True).tallies[0].low is not None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.sets(st.sampled_from(BOOK.codes))), min_size=1, max_size=40))
def test_bounds_hold_the_point_and_every_way_to_fill_what_is_missing(answers):
    rows = [{"why": None if one is None else sorted(one)} for one in answers]
    if all(one is None for one in answers):
        with pytest.raises(CodesDoNotMatch):
            tabulate_rows(rows, "why", BOOK)
        return
    found = tabulate_rows(rows, "why", BOOK)
    assert found.total == len(rows)
    direct = Counter(code for one in answers if one is not None for code in one)
    for one in found.tallies:
        assert one.count == direct[one.code]
        assert one.least <= one.share <= one.most
        assert 0 <= one.low <= one.share <= one.high <= 1
        filled = [{"why": [one.code] if row["why"] is None else row["why"]} for row in rows]
        assert tabulate_rows(filled, "why", BOOK).tallies[BOOK.codes.index(one.code)].share == pytest.approx(one.most)
        assert not math.isnan(one.share)


def test_the_same_share_is_told_under_every_codebook():
    other = Coding("reasons", "2", ("private", "other"))
    rows = [row | {"coarse": None if row["why"] is None else ["private"] if row["why"] else ["other"]} for row in ROWS]
    found = multiverse("private life", rows, [(BOOK, "why", ["birth", "faith"]), (other, "coarse", ["private"])])
    assert found.by_coding == {"reasons@1": (2, 4), "reasons@2": (3, 4)}
    assert (found.low, found.high) == (0.5, 0.75)
    persons = multiverse("private life", rows, [(BOOK, "why", ["birth"])], person="who")
    assert persons.by_coding == {"reasons@1": (2, 3)}


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], BadTable),
        ("why", BadTable),
        ([{"who": 1}], BadTable),
        ([{"why": "theft"}], CodesDoNotMatch),
        ([{"why": None}], CodesDoNotMatch),
    ],
)
def test_what_cannot_be_tabulated_is_refused_with_advice(rows, error):
    with pytest.raises(error) as refused:
        tabulate_rows(rows, "why", BOOK)
    assert refused.value.advice


def test_frames_are_tables_and_their_nothing_is_nothing():
    class Frame:
        def to_dict(self, how):
            assert how == "records"
            return [{"why": float("nan")}, {"why": "birth"}]

    found = tabulate_rows(Frame(), "why", BOOK)
    assert (found.denominator, found.missing) == (1, 1)
