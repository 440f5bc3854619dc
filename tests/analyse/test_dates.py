"""Days that stand out and round days: of dates that chance dealt, and of dates to which something was added."""

from __future__ import annotations

from datetime import date, timedelta
from math import comb
from random import Random

import pytest

from fairwitness.analyse.dates import BadDates, day_pattern

FIRST = date(2017, 1, 2)


def dealt(chance: Random, days: int = 120, each: int = 4) -> dict[date, int]:
    counts: dict[date, int] = {}
    for _ in range(days * each):
        day = FIRST + timedelta(days=chance.randrange(days))
        if day.weekday() < 5:  # offices are closed at weekends, which is no spike
            counts[day] = counts.get(day, 0) + 1
    return counts


def test_dates_that_chance_dealt_over_working_days_are_even_and_have_no_spike():
    p_values = [day_pattern(dealt(Random(seed)), permutations=200, seed=seed).p_value for seed in range(12)]
    assert sum(p <= 0.05 for p in p_values) <= 2 and max(p_values) > 0.3
    assert sum(bool(day_pattern(dealt(Random(seed)), permutations=200).spikes) for seed in range(12)) <= 3


def test_a_day_with_a_batch_is_found_with_its_count_and_no_other():
    counts = dealt(Random(5))
    busy = FIRST + timedelta(days=30)
    counts[busy] = counts.get(busy, 0) + 40
    found = day_pattern(counts, permutations=300, seed=1)
    assert found.spikes == ((busy, counts[busy]),) and found.p_value < 0.01 and found.dispersion > 2
    assert found == day_pattern(counts, permutations=300, seed=1)


def test_round_days_are_held_against_the_calendar():
    """Ten dates on each of 30 days of April: 5 of 30 days are round (1, 10, 15, 20, 30); then 20 more on the 15th."""
    even = {date(2019, 4, day): 10 for day in range(1, 31)}
    found = day_pattern(even, permutations=100)
    assert found.round_count == 50 and found.round_share == pytest.approx(1 / 6)
    assert found.round_expected == pytest.approx(1 / 6)
    assert found.round_p == pytest.approx(sum(comb(300, k) * 5 ** (300 - k) for k in range(50, 301)) / 6**300)
    assert found.dispersion == 0 and found.p_value == 1


@pytest.mark.parametrize(
    "counts",
    [
        {},
        {FIRST: 19},
        {FIRST: 40},
        {FIRST: 20, FIRST + timedelta(days=20): -1},
        {FIRST: 20, FIRST + timedelta(days=20): 1.5},
        {date(1900, 1, 1): 20, date(2019, 1, 1): 20},
    ],
)
def test_what_nothing_can_be_said_of_is_refused(counts):
    with pytest.raises(BadDates):
        day_pattern(counts)
