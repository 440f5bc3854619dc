"""Dates as files write them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.text.moments import parse_moment, write_utc


@pytest.mark.parametrize(
    ("written", "day", "offset_minutes"),
    [
        ("D:20170301102205+08'00'", "2017-03-01", 480),
        ("D:20170301102205Z", "2017-03-01", 0),
        ("D:20170301102205Z00'00'", "2017-03-01", 0),
        ("D:201703", "2017-03", None),
        ("2017", "2017", None),
        ("20170301", "2017-03-01", None),
        ("2017-03-01T10:22:05.123456789+05:30", "2017-03-01", 330),
        ("2017-03-01T10:22:05Z", "2017-03-01", 0),
        ("2017-03-01", "2017-03-01", None),
        ("2017:03:01 10:22:05", "2017-03-01", None),
        ("2017:03:01 10:22:05-04:00", "2017-03-01", -240),
        ("Wed, 01 Mar 2017 10:22:05 +0800 (CST)", "2017-03-01", 480),
        ("Wed, 01 Mar 2017 10:22:05 -0000", "2017-03-01", None),
        ("2017-00-00", "2017", None),
        ("2017-02-30", "2017-02", None),
        ("0000:00:00 00:00:00", None, None),
        ("1601-01-01T00:00:00Z", None, None),
        ("yesterday", None, None),
        ("", None, None),
    ],
)
def test_a_date_is_read_as_precisely_as_it_is_written(
    written: str, day: str | None, offset_minutes: int | None
) -> None:
    moment = parse_moment(written)
    assert (moment.day if moment else None) == day
    assert (moment.offset_minutes if moment else None) == offset_minutes


@pytest.mark.parametrize(
    ("first", "second", "is_before"),
    [
        ("2017-03-01T10:00:00+08:00", "2017-03-01T03:00:00Z", True),  # 02:00Z and 03:00Z
        ("2017-03-01T10:00:00+08:00", "2017-03-01T01:59:00Z", False),
        ("2017-03-01T10:00:00", "2017-03-01T10:00:01", True),  # neither says a zone: one clock
        ("2017-03-01T10:00:00", "2017-03-01T20:00:00Z", False),  # may be UTC-12
        ("2017-03-01T10:00:00", "2017-03-02T02:00:00Z", True),
        ("2017-03-01", "2017-03-01T23:00:00", False),
        ("2017-03", "2017-04-01", True),
        ("2017", "2017-12-31", False),
    ],
)
def test_only_what_is_surely_earlier_is_called_earlier(first: str, second: str, is_before: bool) -> None:
    left, right = parse_moment(first), parse_moment(second)
    assert left is not None
    assert right is not None
    assert left.is_surely_before(right) is is_before
    assert not (is_before and right.is_surely_before(left))


@given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_the_order_of_zoned_times_is_that_of_their_instants(local: datetime, offset: int) -> None:
    local = local.replace(microsecond=0)
    sign, hours, minutes = "-" if offset < 0 else "+", *divmod(abs(offset), 60)
    here = parse_moment(f"{local.isoformat()}{sign}{hours:02}:{minutes:02}")
    utc = local - timedelta(minutes=offset)
    later = parse_moment(write_utc(utc + timedelta(seconds=1)))
    same = parse_moment(write_utc(utc))
    assert here is not None
    assert later is not None
    assert same is not None
    assert here.is_surely_before(later)
    assert not here.is_surely_before(same)
    assert not same.is_surely_before(here)


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    parse_moment(text)
