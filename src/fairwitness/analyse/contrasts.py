"""How an institution's decisions differ between groups within a list: two by two tables, alone and over strata.

A list of those who were selected cannot say what made anybody be selected, and no contrast says what would have
happened to one person. What is contrasted is what the institution recorded of groups, from ten cases on in each.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

from scipy.stats import chi2
from scipy.stats.contingency import odds_ratio

from fairwitness.analyse.intervals import wilson
from fairwitness.core.errors import FairwitnessError

SMALLEST_GROUP = 10
_Z = 1.9599639845400545
CANNOT_CONCLUDE = (
    "Everybody on the list was selected, so it cannot show what raised the chance of being selected.",
    "A difference between groups is no cause: whatever else the groups differ in may explain it.",
    "It says nothing about any one person.",
)
"""Printed with every result."""


class BadContrast(FairwitnessError):
    """A contrast that cannot be made, or is refused."""

    code = "bad_contrast"


@dataclass(frozen=True, slots=True)
class TwoByTwo:
    """Cases by group and outcome: of the first group `a` with it and `b` without, of the second `c` and `d`."""

    a: int
    b: int
    c: int
    d: int

    @property
    def total(self) -> int:
        """All cases."""
        return self.a + self.b + self.c + self.d


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with its 95 % interval; `name` says of what, `method` how."""

    name: str
    value: float
    low: float
    high: float
    method: str

    def __str__(self) -> str:
        return f"{self.name} {self.value:.4g} ({self.low:.4g} to {self.high:.4g}; {self.method})"


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two shares, in [-1, 1], with its 95 % interval."""

    value: float
    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """What can be said of two groups.

    Values that an empty cell leaves without a value are None, and `notes` says so. `e_value` is how strongly something
    unmeasured would have to go with both group and outcome, as a risk ratio, to explain the risk ratio away
    (VanderWeele and Ding 2017); `e_value_low` the same for the end of the interval nearer to 1.
    """

    table: TwoByTwo
    odds: Ratio | None
    exact_odds: Ratio
    risk: Ratio | None
    difference: Difference
    e_value: float | None
    e_value_low: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MantelHaenszel:
    """The odds ratio over strata, and the test that it is 1 (chi squared on one degree of freedom, with correction).

    `strata` were used; in `left_out` one group or one outcome is missing, so they say nothing.
    """

    odds: Ratio
    chi2: float
    p_value: float
    strata: int
    left_out: int


def contrast(table: TwoByTwo) -> Contrast:
    """The two groups held against each other.

    Raises:
        BadContrast: for counts that are none, and for groups of fewer than ten.
    """
    _check(table)
    for size in (table.a + table.b, table.c + table.d):
        if size < SMALLEST_GROUP:
            raise BadContrast(
                f"A group has {size} cases.", advice=f"Contrasts are made from {SMALLEST_GROUP} on; merge groups."
            )
    exact = odds_ratio([[table.a, table.b], [table.c, table.d]], kind="conditional")
    ends = exact.confidence_interval(0.95)
    exact_odds = Ratio("odds ratio", float(exact.statistic), float(ends.low), float(ends.high), "conditional, exact")
    odds, risk = _odds(table), _risk(table)
    notes = () if odds is not None else ("A cell is empty: only the exact odds ratio has an end.",)
    e_value, e_low = _e_values(risk) if risk is not None else (None, None)
    return Contrast(table, odds, exact_odds, risk, newcombe(table), e_value, e_low, notes)


def newcombe(table: TwoByTwo) -> Difference:
    """The difference of the shares with the outcome, by the hybrid score interval (Newcombe 1998, method 10)."""
    one, two = wilson(table.a, table.a + table.b), wilson(table.c, table.c + table.d)
    value = one.value - two.value
    low = value - sqrt((one.value - one.low) ** 2 + (two.high - two.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (two.value - two.low) ** 2)
    return Difference(value, low, high, "Newcombe")


def mantel_haenszel(strata: Sequence[TwoByTwo]) -> MantelHaenszel:
    """The odds ratio that all strata share (Mantel and Haenszel 1959; interval of Robins, Breslow and Greenland 1986).

    Raises:
        BadContrast: if no stratum has both groups and both outcomes, or a group has fewer than ten cases over all.
    """
    for table in strata:
        _check(table)
    used = [s for s in strata if min(s.a + s.b, s.c + s.d, s.a + s.c, s.b + s.d) > 0]
    above = sum(s.a * s.d / s.total for s in used)
    below = sum(s.b * s.c / s.total for s in used)
    if not above or not below:
        raise BadContrast("No stratum tells the groups apart both ways.", advice="Use fewer and larger strata.")
    if min(sum(s.a + s.b for s in used), sum(s.c + s.d for s in used)) < SMALLEST_GROUP:
        raise BadContrast("A group is too small.", advice=f"Contrasts are made from {SMALLEST_GROUP} cases on.")
    spread = sqrt(_variance(used, above, below))
    value = above / below
    odds = Ratio("odds ratio", value, value * exp(-_Z * spread), value * exp(_Z * spread), "Mantel-Haenszel")
    statistic = _mh_statistic(used)
    return MantelHaenszel(odds, statistic, float(chi2.sf(statistic, 1)), len(used), len(strata) - len(used))


def _variance(used: Sequence[TwoByTwo], above: float, below: float) -> float:
    pr = ps = qs = 0.0
    for s in used:
        p, q = (s.a + s.d) / s.total, (s.b + s.c) / s.total
        r, t = s.a * s.d / s.total, s.b * s.c / s.total
        pr, ps, qs = pr + p * r, ps + p * t + q * r, qs + q * t
    return pr / (2 * above**2) + ps / (2 * above * below) + qs / (2 * below**2)


def _mh_statistic(used: Sequence[TwoByTwo]) -> float:
    apart = variance = 0.0
    for s in used:
        first, second, with_it, without = s.a + s.b, s.c + s.d, s.a + s.c, s.b + s.d
        apart += s.a - first * with_it / s.total
        if s.total > 1:
            variance += first * second * with_it * without / (s.total**2 * (s.total - 1))
    return max(0.0, abs(apart) - 0.5) ** 2 / variance


def _check(table: TwoByTwo) -> None:
    for count in (table.a, table.b, table.c, table.d):
        try:
            fits = operator.index(count) >= 0
        except TypeError:
            fits = False
        if not fits:
            raise BadContrast("A count is negative or no whole number.", advice="Count cases.")


def _odds(table: TwoByTwo) -> Ratio | None:
    if not (table.a and table.b and table.c and table.d):
        return None
    value = table.a * table.d / (table.b * table.c)
    spread = sqrt(1 / table.a + 1 / table.b + 1 / table.c + 1 / table.d)
    return Ratio("odds ratio", value, value * exp(-_Z * spread), value * exp(_Z * spread), "Woolf 1955")


def _risk(table: TwoByTwo) -> Ratio | None:
    if not table.a or not table.c:
        return None
    first, second = table.a + table.b, table.c + table.d
    value = (table.a / first) / (table.c / second)
    spread = sqrt(1 / table.a - 1 / first + 1 / table.c - 1 / second)
    return Ratio("risk ratio", value, value * exp(-_Z * spread), value * exp(_Z * spread), "Katz 1978")


def _e_values(risk: Ratio) -> tuple[float, float]:
    near = risk.low if risk.value >= 1 else risk.high
    crosses = risk.low <= 1 <= risk.high
    return _e_value(risk.value), 1.0 if crosses else _e_value(near)


def _e_value(ratio: float) -> float:
    up = ratio if ratio >= 1 else 1 / ratio
    return up + sqrt(up * (up - 1))


def too_even(counts: Sequence[int], sizes: Sequence[int]) -> tuple[float, int, float]:
    """Whether shares differ less between offices than chance lets them: a sign of quotas.

    `counts` are the cases with the outcome in each office, `sizes` all its cases. Gives chi squared of homogeneity, its
    degrees of freedom, and how likely chance is to give so small a one. A small likelihood says that somebody evened
    the shares out, not why.

    Raises:
        BadContrast: for fewer than two offices, counts that are none, or an outcome that all or none have.
    """
    if len(counts) != len(sizes) or len(counts) < 2:
        raise BadContrast("There are fewer than two offices.", advice="Give one count and one size for each.")
    for count, size in zip(counts, sizes, strict=True):
        _check(TwoByTwo(count, size - count, 0, 0))
        if size < SMALLEST_GROUP:
            raise BadContrast(f"An office has {size} cases.", advice=f"Use offices of {SMALLEST_GROUP} cases on.")
    share = sum(counts) / sum(sizes)
    if share in (0.0, 1.0):
        raise BadContrast("All cases have the same outcome.", advice="There is nothing to compare.")
    statistic = sum((c - n * share) ** 2 / (n * share * (1 - share)) for c, n in zip(counts, sizes, strict=True))
    return statistic, len(counts) - 1, float(chi2.cdf(statistic, len(counts) - 1))
