"""Charts show what the numbers say: nothing is lost, nothing is more exact than it was written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.web.charts import HEIGHT_PX, LEAST_PX, MAX_BINS, Bar, bars, histogram, stack

days = st.dates(min_value=date(1000, 1, 1)).map(str)
periods = st.one_of(days, days.map(lambda day: day[:7]), days.map(lambda day: day[:4]))


def test_a_gap_takes_its_room() -> None:
    chart = histogram("own", [("2001", 3), ("2004", 5)])
    assert [(one.first, one.x, one.width) for one in chart.bins] == [("2001", 0, 25), ("2004", 75, 25)]
    assert chart.unit == "year"


def test_months_stay_months_and_years_that_know_no_month_lie_over_all_of_theirs() -> None:
    chart = histogram("own", [("2017", 12), ("2017-03", 5), ("2016-12", 1)])
    exact = {one.first: one for one in chart.bins if not one.is_vague}
    (vague,) = [one for one in chart.bins if one.is_vague]
    assert set(exact) == {"2016-12", "2017-03"}
    assert vague.count == 12
    assert vague.width == pytest.approx(12 * exact["2017-03"].width)
    assert exact["2017-03"].height == pytest.approx(5 * vague.height, rel=0.02)  # 12 over 12 months against 5 in one


def test_a_long_time_is_told_by_year_and_a_very_long_one_by_decade() -> None:
    assert histogram("own", [("1990-01", 1), ("2017-03", 1)]).unit == "year"
    chart = histogram("own", [("1203-05-01", 1), ("2017-03-04", 1)])
    assert chart.unit == "decade"
    assert [one.label for one in chart.bins] == ["1200 – 1209", "2010 – 2019"]


def test_each_bar_leads_to_what_it_stands_for() -> None:
    chart = histogram("own", [("1203", 1), ("2017", 2)], lambda first, last: f"/search?q=date:[{first} TO {last}]")
    assert [one.href for one in chart.bins] == ["/search?q=date:[1200 TO 1209]", "/search?q=date:[2010 TO 2019]"]
    assert [href for *_, href in chart.rows] == ["/search?q=date:[1203 TO 1203]", "/search?q=date:[2017 TO 2017]"]


def test_nothing_makes_an_empty_chart() -> None:
    assert histogram("own", []).bins == ()
    assert bars("types", []).bars == ()
    assert stack("account", [("read", 0, "", "read")]).parts == ()


@given(st.dictionaries(periods, st.integers(0, 10**6), max_size=40))
def test_every_count_is_in_one_bar_inside_the_picture(counts: dict[str, int]) -> None:
    chart = histogram("own", counts.items())
    assert sum(one.count for one in chart.bins) == chart.total == sum(counts.values())
    assert len({one.first for one in chart.bins if not one.is_vague}) <= MAX_BINS or chart.unit == "decade"
    for one in chart.bins:
        assert 0 <= one.x <= one.x + one.width <= 100.001
        assert LEAST_PX <= one.height <= HEIGHT_PX + 0.1
    assert all(0 <= tick.at <= 100 for tick in chart.across)
    assert all(0 < tick.at <= HEIGHT_PX + 0.1 for tick in chart.up)


@given(st.lists(st.integers(0, 10**9), max_size=30))
def test_the_parts_of_a_bar_fill_it(counts: list[int]) -> None:
    chart = stack("account", [(str(count), count, "", "read") for count in counts])
    assert chart.total == sum(counts)
    if chart.parts:
        assert chart.parts[-1].start + chart.parts[-1].width == pytest.approx(100, abs=0.05)


def test_rows_that_are_not_shown_are_counted() -> None:
    chart = bars("types", [Bar("pdf", 10, part=5), Bar("xls", 4), Bar("doc", 3), Bar("odt", 2)], shown=2)
    assert chart.rest == (2, 5)
    assert [(one.width, one.part_width) for one in chart.bars] == [(100, 50), (40, 0)]
