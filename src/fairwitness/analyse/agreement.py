"""How far people who said something of the same units independently agree, beyond chance.

Each coefficient takes ratings (units by coders, with gaps) and gives a number, or says why there is none: where
everybody gave the same answer everywhere, chance agreement is complete and kappa and alpha are not defined.

Sources: Cohen 1960; Fleiss, Cohen & Everitt 1969 (its standard error); Fleiss 1971; Conger 1980; Krippendorff 2011
(alpha); Gwet 2008 and 2014 (AC1, AC2, gaps, and standard errors over units).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Metric = Literal["nominal", "ordinal", "interval", "ratio"]
Why = Literal["", "no_pairs", "all_equal", "one_coder", "not_numbers", "undefined_in_samples"]
MISSING = -1
Z95 = 1.959963984540054
MAX_WEIGHTED = 2000  # categories of a weighted coefficient: their matrix is square


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Who said what: `codes` is (units, coders), the place of the answer in `values`, -1 where there is none."""

    codes: Ints
    values: tuple[Hashable, ...]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Hashable | None]]) -> Ratings:
        """The ratings of units (rows) by coders (columns); None where a coder said nothing.

        Answers that can be sorted are, which is what an ordinal scale is.
        """
        found = {value for row in rows for value in row if value is not None}
        try:
            values = tuple(sorted(found))  # type: ignore[type-var]
        except TypeError:
            values = tuple(sorted(found, key=repr))
        place = {value: number for number, value in enumerate(values)}
        coders = max((len(row) for row in rows), default=0)
        codes = np.full((len(rows), coders), MISSING, dtype=np.int64)
        for unit, row in enumerate(rows):
            codes[unit, : len(row)] = [MISSING if value is None else place[value] for value in row]
        return cls(codes, values)

    @property
    def answered(self) -> Ints:
        """How many coders said something of each unit."""
        return np.asarray((self.codes != MISSING).sum(axis=1), dtype=np.int64)

    @property
    def pairable(self) -> int:
        """How many units at least two coders said something of."""
        return int((self.answered > 1).sum())


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A measure of agreement over `units` units that at least two people answered.

    `value` is None where it is not defined, and `why` says so: no_pairs, all_equal (everybody gave one and the same
    answer), one_coder, not_numbers. `se` is its standard error over units, None where we have none; `low` and `high`
    are the ends of a 95 % interval, None where there is none.
    """

    name: str
    value: float | None
    units: int
    se: float | None = None
    low: float | None = None
    high: float | None = None
    why: Why = ""

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name}: not defined ({self.why.replace('_', ' ')}), {self.units:,} units"
        interval = "" if self.low is None or self.high is None else f" ({self.low:.3f} to {self.high:.3f})"
        return f"{self.name}: {self.value:.3f}{interval}, {self.units:,} units"


def percent(ratings: Ratings) -> Coefficient:
    """The share of agreeing pairs among all pairs of answers on a unit, each unit counting the same."""
    return _whole(ratings, "percent", _percent)


def alpha(ratings: Ratings, metric: Metric = "nominal") -> Coefficient:
    """Krippendorff's alpha; for interval and ratio the values must be numbers, for ordinal they are in their order."""
    if metric in ("interval", "ratio") and not all(isinstance(value, int | float) for value in ratings.values):
        return Coefficient(f"alpha {metric}", None, ratings.pairable, why="not_numbers")
    return _whole(ratings, f"alpha {metric}", alpha_statistic(metric))


def cohen(ratings: Ratings) -> Coefficient:
    """Cohen's kappa of the first two coders, with its standard error (Fleiss, Cohen & Everitt 1969)."""
    if ratings.codes.shape[1] < 2:
        return Coefficient("cohen", None, 0, why="one_coder")
    both = ratings.codes[(ratings.codes[:, :2] != MISSING).all(axis=1), :2]
    if not len(both):
        return Coefficient("cohen", None, 0, why="no_pairs")
    count, size = len(both), len(ratings.values)
    first, second = (np.bincount(both[:, coder], minlength=size) / count for coder in (0, 1))
    observed, expected = float((both[:, 0] == both[:, 1]).mean()), float(first @ second)
    if math.isclose(expected, 1.0):
        return Coefficient("cohen", None, count, why="all_equal")
    kappa = (observed - expected) / (1 - expected)
    margins = (first + second) / 2
    agreed = both[both[:, 0] == both[:, 1], 0]
    one = float(margins[agreed].sum()) / count - observed * expected
    two = float((((second[both[:, 0]] + first[both[:, 1]]) / 2) ** 2).mean()) - expected**2
    variance = observed * (1 - observed) - 4 * (1 - kappa) * one + 4 * (1 - kappa) ** 2 * two
    return _with_error("cohen", kappa, count, math.sqrt(max(variance, 0.0) / count) / (1 - expected))


def fleiss(ratings: Ratings) -> Coefficient:
    """Fleiss' kappa, gaps allowed, with Gwet's standard error over units."""
    return _chance_corrected(ratings, "fleiss", _fleiss_chance)


def conger(ratings: Ratings) -> Coefficient:
    """Conger's kappa: Cohen's for any number of coders, each with shares of their own; gaps allowed."""
    if ratings.codes.shape[1] < 2:
        return Coefficient("conger", None, 0, why="one_coder")
    return _chance_corrected(ratings, "conger", _conger_chance)


def ac1(ratings: Ratings) -> Coefficient:
    """Gwet's AC1, which stays near the share of agreement where one answer is far more common than the others."""
    return _chance_corrected(ratings, "ac1", _ac1_chance)


def ac2(ratings: Ratings, weights: Floats, name: str = "ac2") -> Coefficient:
    """Gwet's AC2: AC1 where some disagreements count less; `weights` is square over the values, 1 on its diagonal.

    Raises:
        ValueError: if the weights do not fit.
    """
    size = len(ratings.values)
    if weights.shape != (size, size) or size > MAX_WEIGHTED or not np.allclose(np.diagonal(weights), 1):
        raise ValueError("weights are square over the values, with ones on the diagonal")
    if size < 2 or not ratings.pairable:
        return Coefficient(name, None, ratings.pairable, why="all_equal" if size == 1 else "no_pairs")
    rated = ratings.codes[ratings.answered > 0]
    counts = np.zeros((len(rated), size))
    for coder in range(rated.shape[1]):
        there = rated[:, coder] != MISSING
        np.add.at(counts, (np.flatnonzero(there), rated[there, coder]), 1)
    many = counts.sum(axis=1)
    close = counts @ weights
    pairs = np.divide((counts * (close - 1)).sum(axis=1), many * (many - 1), out=np.zeros(len(rated)), where=many > 1)
    shares = (counts / many[:, None]).mean(axis=0)
    scale = float(weights.sum()) / (size * (size - 1))
    per_unit = scale * ((counts / many[:, None]) @ (1 - shares))
    return _gwet(name, pairs, many, scale * float(shares @ (1 - shares)), 2 * per_unit)


def quadratic_weights(size: int) -> Floats:
    """Weights by which answers that stand far apart in the order of the values count as the worse disagreements."""
    apart = np.subtract.outer(np.arange(size), np.arange(size)) / max(size - 1, 1)
    return np.asarray(1 - apart**2, dtype=np.float64)


def confusion(ratings: Ratings, first: int = 0, second: int = 1) -> Ints:
    """How often one coder said the value of the row and the other that of the column: (values, values)."""
    size = len(ratings.values)
    both = ratings.codes[:, [first, second]]
    both = both[(both != MISSING).all(axis=1)]
    return np.bincount(both[:, 0] * size + both[:, 1], minlength=size * size).reshape(size, size)


Statistic = Callable[[Ratings, Floats], float | Why]
"""A coefficient of the ratings in which unit u counts `weights[u]` times; or why there is none."""


def alpha_statistic(metric: Metric) -> Statistic:
    """Alpha of ratings whose units count more than once."""
    if metric == "nominal":
        return _alpha_nominal
    return lambda ratings, weights: _alpha_by_distance(ratings, weights, metric)


def _whole(ratings: Ratings, name: str, statistic: Statistic) -> Coefficient:
    found = statistic(ratings, np.ones(len(ratings.codes)))
    if isinstance(found, str):
        return Coefficient(name, None, ratings.pairable, why=found)
    return Coefficient(name, found, ratings.pairable)


def _percent(ratings: Ratings, weights: Floats) -> float | Why:
    pairs, many = _agreeing(ratings.codes), ratings.answered
    counted = weights * (many > 1)
    return float((pairs * counted).sum() / counted.sum()) if counted.sum() else "no_pairs"


def _alpha_nominal(ratings: Ratings, weights: Floats) -> float | Why:
    """With D_o and D_e in counts: no matrix of values is made, so that names of 10,000 people are no problem."""
    many = ratings.answered
    counted = weights * (many > 1)
    total = float((counted * many).sum())
    if total < 2:
        return "no_pairs"
    values = _totals(ratings, counted)
    apart = total**2 - float((values**2).sum())
    if apart <= 0:
        return "all_equal"
    observed = float((counted * many * (1 - _agreeing(ratings.codes))).sum())
    return 1 - (total - 1) * observed / apart


def _alpha_by_distance(ratings: Ratings, weights: Floats, metric: Metric) -> float | Why:
    many = ratings.answered
    counted = weights * (many > 1)
    values = _totals(ratings, counted)
    total = float(values.sum())
    if total < 2:
        return "no_pairs"
    distance = _distances(ratings, values, metric)
    expected = float(values @ distance @ values)
    if expected <= 0:
        return "all_equal"
    observed = 0.0
    per_pair = np.divide(counted, many - 1, out=np.zeros(len(many)), where=many > 1)
    for first in range(ratings.codes.shape[1]):
        for second in range(first):
            a, b = ratings.codes[:, first], ratings.codes[:, second]
            there = (a != MISSING) & (b != MISSING)
            observed += 2 * float((distance[a[there], b[there]] * per_pair[there]).sum())
    return 1 - (total - 1) * observed / expected


def _distances(ratings: Ratings, values: Floats, metric: Metric) -> Floats:
    """Squared differences between values, as Krippendorff defines them."""
    if metric == "ordinal":
        middle = np.cumsum(values) - values / 2
        return np.subtract.outer(middle, middle) ** 2
    numbers = np.array(ratings.values, dtype=np.float64)
    apart: Floats = np.subtract.outer(numbers, numbers)
    if metric == "ratio":
        sums = np.add.outer(numbers, numbers)
        apart = np.divide(apart, sums, out=np.zeros_like(apart), where=sums != 0)
    return apart**2


def _agreeing(codes: Ints) -> Floats:
    """For each unit the share of its pairs of answers that agree; 0 where there is no pair."""
    agree, pairs = np.zeros(len(codes)), np.zeros(len(codes))
    for first in range(codes.shape[1]):
        for second in range(first):
            both = (codes[:, first] != MISSING) & (codes[:, second] != MISSING)
            pairs += both
            agree += both & (codes[:, first] == codes[:, second])
    return np.divide(agree, pairs, out=np.zeros(len(codes)), where=pairs > 0)


def _totals(ratings: Ratings, counted: Floats) -> Floats:
    """How often each value was said, units counting so often."""
    there = ratings.codes != MISSING
    often = np.broadcast_to(counted[:, None], ratings.codes.shape)[there]
    return np.bincount(ratings.codes[there], weights=often, minlength=len(ratings.values)).astype(np.float64)


Chance = Callable[[Ints, int], tuple[float, Floats]]
"""Of codes and the number of values: the agreement by chance, and what each unit adds to it (twice, for two shares)."""


def _chance_corrected(ratings: Ratings, name: str, chance: Chance) -> Coefficient:
    rated = ratings.codes[ratings.answered > 0]
    many = (rated != MISSING).sum(axis=1).astype(np.float64)
    if not (many > 1).any():
        return Coefficient(name, None, 0, why="no_pairs")
    if len(ratings.values) < 2:
        return Coefficient(name, None, int((many > 1).sum()), why="all_equal")
    expected, per_unit = chance(rated, len(ratings.values))
    return _gwet(name, _agreeing(rated), many, expected, per_unit)


def _gwet(name: str, pairs: Floats, many: Floats, expected: float, per_unit: Floats) -> Coefficient:
    """The coefficient and its standard error over units (Gwet 2014, chapter 5), for any agreement by chance.

    Of two coders who answered everything the error is that of Gwet 2008, by the number of units, like Cohen's; of
    more, or with gaps, by one less.
    """
    paired, count = many > 1, len(many)
    units = int(paired.sum())
    if math.isclose(expected, 1.0):
        return Coefficient(name, None, units, why="all_equal")
    observed = float(pairs[paired].mean())
    value = (observed - expected) / (1 - expected)
    each = np.where(paired, count / units * (pairs - expected) / (1 - expected), 0.0)
    each = each - (1 - value) * (per_unit - per_unit.mean()) / (1 - expected)
    if count < 2:
        return Coefficient(name, value, units)
    free = count if (many == 2).all() else count - 1
    error = math.sqrt(float(((each - value) ** 2).sum()) / count / free)
    return _with_error(name, value, units, error)


def _fleiss_chance(codes: Ints, size: int) -> tuple[float, Floats]:
    shares, mean_of = _shares(codes, size)
    return float((shares**2).sum()), 2 * mean_of(shares)


def _ac1_chance(codes: Ints, size: int) -> tuple[float, Floats]:
    shares, mean_of = _shares(codes, size)
    return float((shares * (1 - shares)).sum()) / (size - 1), 2 * mean_of(1 - shares) / (size - 1)


def _shares(codes: Ints, size: int) -> tuple[Floats, Callable[[Floats], Floats]]:
    """The mean share of each value over units, and the mean of a number of values over the answers of each unit."""
    there = codes != MISSING
    part = there / there.sum(axis=1, keepdims=True)
    shares = np.bincount(codes[there], weights=part[there], minlength=size) / len(codes)
    return shares, lambda numbers: np.asarray((np.where(there, numbers[codes], 0.0) * part).sum(axis=1))


def _conger_chance(codes: Ints, size: int) -> tuple[float, Floats]:
    """The mean over pairs of coders of the agreement that their own shares give."""
    there = codes != MISSING
    answered = there.sum(axis=0)
    coders = np.flatnonzero(answered)
    shares = {g: np.bincount(codes[there[:, g], g], minlength=size) / answered[g] for g in coders}
    every = np.sum(list(shares.values()), axis=0)
    pairs = len(coders) * (len(coders) - 1)
    if not pairs:
        return 1.0, np.zeros(len(codes))
    expected = float((every**2).sum() - sum(float((one**2).sum()) for one in shares.values())) / pairs
    per_unit = np.zeros(len(codes))
    for g in coders:
        others = every - shares[g]
        mean = float(shares[g] @ others)
        part = np.where(there[:, g], others[codes[:, g]] - mean, 0.0) * len(codes) / answered[g]
        per_unit += 2 * part / pairs
    return expected, per_unit


def _with_error(name: str, value: float, units: int, error: float) -> Coefficient:
    low, high = max(-1.0, value - Z95 * error), min(1.0, value + Z95 * error)
    return Coefficient(name, value, units, error, low, high)


def bootstrapped(
    ratings: Ratings, clusters: Sequence[Any], name: str, statistic: Statistic, *, seed: int, samples: int = 2000
) -> Coefficient:
    """The coefficient with a 95 % percentile interval over samples of whole clusters, such as pages.

    Units of one page are not independent: whoever misreads a hand misreads it again. `clusters` names that of each
    unit. An interval is only given where the coefficient is defined in 19 of 20 samples, and there are two clusters.
    """
    whole = _whole(ratings, name, statistic)
    names, cluster_of = np.unique(np.array([str(one) for one in clusters]), return_inverse=True)
    if whole.value is None or len(names) < 2:
        return whole
    source = np.random.default_rng(seed)
    found = []
    for _ in range(samples):
        drawn = np.bincount(source.integers(0, len(names), len(names)), minlength=len(names))
        value = statistic(ratings, drawn[cluster_of].astype(np.float64))
        if not isinstance(value, str):
            found.append(value)
    if len(found) < 0.95 * samples:
        return Coefficient(name, whole.value, whole.units, why="undefined_in_samples")
    low, high = np.quantile(np.array(found), [0.025, 0.975])
    return Coefficient(name, whole.value, whole.units, None, float(low), float(high))


PERCENT: Statistic = _percent
