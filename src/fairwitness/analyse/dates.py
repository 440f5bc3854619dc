"""Days on which an institution decided far more than on others, and days that are rounder than the calendar.

Counts by day alone. If decisions came one by one, the days of one weekday would share that weekday's decisions evenly;
what is told is how far the days of the record are from that: their dispersion, single days that stand out, and how many
fall on the 1st, 10th, 15th, 20th and last of a month. Chance is drawn with the number on each weekday held fixed.
"""

from __future__ import annotations

import operator
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtrc

from fairwitness.core.errors import FairwitnessError

LEAST_DATES, LEAST_DAYS, MOST_DAYS = 20, 14, 20_000
ROUND_DAYS = (1, 10, 15, 20)
LEVEL = 0.05
CANNOT_CONCLUDE = (
    "Many decisions on one day show that they were made, signed or dated together, and not why.",
    "A date is what a clerk wrote down; it may be that of the form, of a batch or of a campaign.",
    "A record that was left over shows whom it still holds, so it tells no trend over time.",
)
"""Printed with every result."""


class BadDates(FairwitnessError):
    """Dates of which nothing can be said."""

    code = "bad_dates"


@dataclass(frozen=True, slots=True)
class DayPattern:
    """How the decisions lie over the days from `first` to `last`.

    `dispersion` is the variance of the days over what Poisson counts would have (1 where chance alone deals), given the
    weekday, and `p_value` how often chance is as uneven. `spikes` are days with more than chance gives even to the
    fullest of all days, in 95 of 100 draws, with their counts. `round_share` of the dates fall on round days,
    `round_expected` of them would by the calendar, and `round_p` is how likely chance is to give as many.
    """

    first: date
    last: date
    total: int
    dispersion: float
    p_value: float
    spikes: tuple[tuple[date, int], ...]
    round_count: int
    round_share: float
    round_expected: float
    round_p: float
    times: int

    def __str__(self) -> str:
        days = ", ".join(f"{day} ({count:,})" for day, count in self.spikes) or "none"
        return (
            f"{self.total:,} dates, {self.first} to {self.last}: dispersion {self.dispersion:.2f} "
            f"(p {self.p_value:.4g}); days that stand out: {days}; "
            f"round days {self.round_share:.1%}, {self.round_expected:.1%} by the calendar"
        )


def day_pattern(counts: Mapping[date, int], *, permutations: int = 1000, seed: int = 0) -> DayPattern:
    """How the decisions lie over the days; `counts` holds how many there are of each day, and nothing of anybody.

    Raises:
        BadDates: for counts that are none, fewer than twenty dates, or days that span less than a fortnight.
    """
    held = {day: _whole(count) for day, count in counts.items()}
    held = {day: count for day, count in held.items() if count}
    total = sum(held.values())
    if total < LEAST_DATES:
        raise BadDates(f"There are {total} dates.", advice=f"{LEAST_DATES} are needed.")
    first, last = min(held), max(held)
    size = (last - first).days + 1
    if not LEAST_DAYS <= size <= MOST_DAYS:
        raise BadDates(
            f"The dates span {size} days.", advice=f"{LEAST_DAYS} to {MOST_DAYS:,} are needed; look for misread years."
        )
    days = [first + timedelta(days=at) for at in range(size)]
    found = np.array([held.get(day, 0) for day in days], np.int64)
    weekday = np.array([day.weekday() for day in days])
    expected = _expected(found, weekday)
    random = np.random.default_rng(seed)
    unevenness, fullest = _unevenness(found, expected), _standing(found, expected)
    dealt = [_dealt(found, weekday, random) for _ in range(permutations)]
    as_uneven = sum(_unevenness(one, expected) >= unevenness - 1e-9 for one in dealt)
    tops = np.array([float(_standing(one, expected).max()) for one in dealt])
    bar = float(np.quantile(tops, 1 - LEVEL, method="higher"))
    spikes = tuple((day, int(count)) for day, count, high in zip(days, found, fullest, strict=True) if high > bar)
    rounds = np.array([is_round(day) for day in days])
    rounded, by_calendar = int(found[rounds].sum()), float(expected[rounds].sum()) / total
    likely = float(bdtrc(rounded - 1, total, by_calendar)) if rounded else 1.0
    free = max(1, int((expected > 0).sum()) - len(set(weekday[expected > 0].tolist())))
    return DayPattern(
        first, last, total, unevenness / free, (as_uneven + 1) / (permutations + 1), spikes, rounded, rounded / total,
        by_calendar, likely, permutations,
    )  # fmt: skip


def _expected(found: NDArray[np.int64], weekday: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each day the mean of its weekday."""
    sums, sizes = np.bincount(weekday, found, 7), np.bincount(weekday, minlength=7)
    return np.asarray((sums / np.maximum(sizes, 1))[weekday], np.float64)


def _unevenness(found: NDArray[np.int64], expected: NDArray[np.float64]) -> float:
    used = expected > 0
    return float(((found[used] - expected[used]) ** 2 / expected[used]).sum())


def _standing(found: NDArray[np.int64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each day lies above the mean of its weekday, in Poisson standard deviations."""
    return np.where(expected > 0, (found - expected) / np.sqrt(np.maximum(expected, 1e-12)), 0.0)


def _dealt(found: NDArray[np.int64], weekday: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """The decisions of each weekday dealt anew over its days."""
    dealt = np.zeros_like(found)
    for one in range(7):
        at = np.flatnonzero(weekday == one)
        if at.size and found[at].sum():
            dealt[at] = random.multinomial(int(found[at].sum()), np.full(at.size, 1 / at.size))
    return dealt


def is_round(day: date) -> bool:
    """Whether the day is the 1st, 10th, 15th, 20th or last of its month."""
    return day.day in ROUND_DAYS or day.day == monthrange(day.year, day.month)[1]


def _whole(count: int) -> int:
    try:
        number = operator.index(count)
    except TypeError:
        raise BadDates("A count is no whole number.", advice="Count decisions by day.") from None
    if number < 0:
        raise BadDates("A count is negative.", advice="Count decisions by day.")
    return number
