"""Dates are told no more exactly than they are written, each kind for itself, and none is lost."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from fairwitness.work.dating import FUTURE, NO_DATE, TOO_EARLY, Dates, spread

TODAY = date(2026, 11, 23)


def test_a_year_is_not_told_as_a_month() -> None:
    found = spread(["2017", "2017-03", "2017-03-04", "2010-01-31"], "created", "document", TODAY)
    assert found.periods == (("2010-01", 1), ("2017", 1), ("2017-03", 2))
    assert found.precision == {"day": 2, "month": 1, "year": 1}


def test_dates_that_lie_close_together_are_told_by_day() -> None:
    found = spread(["2017-03-04", "2017-03-04T10:00:00Z", "2017-05-01"], "sent", "document", TODAY)
    assert found.periods == (("2017-03-04", 2), ("2017-05-01", 1))


def test_a_clock_that_was_never_set_makes_no_bar() -> None:
    zeros = ["1601-01-01", "1970-01-01", "1980-01-01", "1970-01-01"]
    found = spread([*zeros, "1980-01", "1970-01-02"], "created", "document", TODAY)
    assert [(day, count) for day, _, count in found.odd] == [("1601-01-01", 1), ("1970-01-01", 2), ("1980-01-01", 1)]
    assert dict(found.periods) == {"1980-01": 1, "1970-01": 1}


def test_days_to_come_and_what_is_no_day_are_counted_for_themselves() -> None:
    found = spread(
        ["2031-02-03", "2026-11-24", "2017-02-30", "1203-01-01", "soon", "", ""], "created", "document", TODAY
    )
    assert sorted((why, count) for _, why, count in found.odd) == sorted(
        [(FUTURE, 1), (FUTURE, 1), (NO_DATE, 2), (TOO_EARLY, 1)]
    )
    assert (found.stated, found.none) == (5, 2)


written = st.one_of(st.dates().map(str), st.sampled_from(["", "2017", "2017-00", "x" * 40]), st.text(max_size=12))


@given(st.lists(written, max_size=30))
def test_every_value_is_counted_once_and_survives_being_kept(values: list[str]) -> None:
    found = spread(values, "created", "document", TODAY)
    assert found.stated + found.none == len(values)
    assert sum(found.precision.values()) == sum(count for _, count in found.periods)
    assert Dates.from_json(found.as_json()) == found
