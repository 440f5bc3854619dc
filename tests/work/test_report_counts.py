"""Counts of a report: one key for one count, rows and persons held back alike, and the file that the next report reads."""

from __future__ import annotations

import json

import pytest

from fairwitness.analyse.suppression import BadTables
from fairwitness.work.report_counts import HAS, MISSING, Counts, CountsChanged, counts_from_json, has_code, tabled


def coded(yes: int, no: int, missing: int = 0):
    return tabled("t", {has_code("reason", "travel"): HAS}, {("yes",): yes, ("no",): no, (MISSING,): missing})


TRAVEL, OTHER = (("reason", "travel"),), (("reason not", "travel"),)


def test_a_count_of_persons_that_is_held_back_is_held_back_of_rows_too() -> None:
    counts = Counts(5)
    counts.add("L:row", coded(6, 30, 2))
    counts.settle({})
    assert counts.shown(("L:row", TRAVEL)) == 6
    both = Counts(5)
    both.add("L:row", coded(6, 30, 2))
    both.add("L:person", coded(4, 29, 2))  # two rows of one person
    both.settle({})
    for universe in ("L:row", "L:person"):
        assert both.shown((universe, TRAVEL)) is None and both.shown((universe, OTHER)) is None
        assert both.shown((universe, (("reason", MISSING),))) == 2
    assert (
        both.is_held([("L:row", TRAVEL)])
        and both.printed(("L:row", TRAVEL)) == "x"
        and both.printed(("L:row", ())) == "38"
    )
    assert both.held_back() == (4, 8)


def test_a_count_has_one_value_in_all_tables() -> None:
    counts = Counts(5)
    counts.add("L:row", coded(20, 30))
    counts.add("L:row", tabled("other", {"reason": ("travel", "kin")}, {("travel",): 21, ("kin",): 29}))
    with pytest.raises(BadTables):
        counts.settle({})


def test_the_digest_of_a_table_does_not_tell_what_is_held_back() -> None:
    found = []
    for small in (3, 4):
        counts = Counts(5)
        counts.add("L:row", tabled("t", {"a": ("p", "q", "r")}, {("p",): small, ("q",): 10 - small, ("r",): 50}))
        counts.settle({})
        assert counts.held_back()[0] == 2
        found.append(counts.digest([("L:row", (("a", one),)) for one in "pqr"]))
    assert found[0] == found[1]


def test_what_a_report_tells_is_read_back_and_anything_else_is_refused() -> None:
    counts = Counts(5)
    counts.add("L:row", coded(3, 30, 2))
    counts.settle({})
    told = json.loads(json.dumps(counts.as_json()))
    assert counts_from_json(told)["L:row"] == {
        key: counts.shown(("L:row", key)) for key in ((), TRAVEL, OTHER, (("reason", MISSING),))
    }
    for other in ([], {"L:row": 3}, {"L:row": [[[], "3"]]}, {"L:row": [[3, 4]]}, {"L:row": [[[["a"]], 4]]}):
        with pytest.raises(CountsChanged):
            counts_from_json(other)
