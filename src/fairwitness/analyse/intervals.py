"""Intervals for shares, and what a sample of a finite list can show about its errors.

Sources: Wilson 1927; Clopper & Pearson 1934; Katz 1953 and Wright 1991 for the exact hypergeometric limits; Hoeffding
1956 for sums over strata; Dodge & Romig for the chance that a sampling plan lets a list pass.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scipy.special import bdtr, betaincinv, ndtri  # not scipy.stats, which takes a second to import


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `size` with the ends of an interval around the share in what was sampled; `method` says which one."""

    count: int
    size: int
    value: float
    low: float
    high: float
    method: str
    level: float = 0.95

    def __str__(self) -> str:
        ends = f"{100 * self.low:.2f} to {100 * self.high:.2f} %"
        return f"{100 * self.value:.2f} % ({ends}, {self.count:,} of {self.size:,}, {self.method})"


@dataclass(frozen=True, slots=True)
class Stratum:
    """A part of a finite list: `size` units of which `sampled` were looked at and `errors` were wrong."""

    size: int
    sampled: int
    errors: int


def wilson(count: int, size: int, level: float = 0.95) -> Share:
    """The score interval of a share of independent trials."""
    _check(count, size, level)
    z, share = float(ndtri((1 + level) / 2)), count / size
    middle = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size)) / (1 + z * z / size)
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == size else min(1.0, middle + half)
    return Share(count, size, share, low, high, "Wilson", level)


def clopper_pearson(count: int, size: int, level: float = 0.95) -> Share:
    """The exact interval of a share of independent trials; never too short."""
    _check(count, size, level)
    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, size - count + 1, tail))
    high = 1.0 if count == size else float(betaincinv(count + 1, size - count, 1 - tail))
    return Share(count, size, count / size, low, high, "Clopper-Pearson", level)


def hypergeometric(count: int, size: int, population: int, level: float = 0.95) -> Share:
    """The exact interval of the share in a finite list of `population` units, of which `size` were drawn at random.

    Its ends are those numbers of errors in the list under which what was found is not yet too unlikely.
    """
    _check(count, size, level)
    if population < size:
        raise ValueError("the list is smaller than the sample")
    tail, most = (1 - level) / 2, population - (size - count)
    low = _first(count, most, lambda wrong: 1 - _at_most(count - 1, size, wrong, population) > tail)
    high = _last(count, most, lambda wrong: _at_most(count, size, wrong, population) > tail)
    return Share(count, size, count / size, low / population, high / population, "exact, finite list", level)


def stratified(strata: Sequence[Stratum], level: float = 0.95) -> Share:
    """The share of errors in a finite list that was sampled by strata, each weighted by its size, with its interval.

    Of one stratum the interval is the hypergeometric one. Of more it is never too short and needs no guess about how
    the errors lie: the number found is a sum of independent trials of unequal chances (a hypergeometric number is one
    too, Vatutin & Mikhailov 1982), and the tails of such a sum are at most those of a binomial one of the same mean
    (Hoeffding 1956, theorem 4). If K units of the list are wrong, that mean is between K times the smallest and K
    times the largest share that was sampled of a stratum.
    """
    looked_at = [one for one in strata if one.size]
    if not looked_at or any(not 0 <= one.errors <= one.sampled <= one.size or not one.sampled for one in looked_at):
        raise ValueError("every stratum has a sample, and no more errors than that")
    population, size = sum(one.size for one in looked_at), sum(one.sampled for one in looked_at)
    errors = sum(one.errors for one in looked_at)
    value = sum(one.size * one.errors / one.sampled for one in looked_at) / population
    if len(looked_at) == 1 or size == population:
        exact = hypergeometric(errors, size, population, level)
        return Share(errors, size, value, exact.low, exact.high, exact.method, level)
    tail, parts = (1 - level) / 2, [one.sampled / one.size for one in looked_at]
    binomial = clopper_pearson(errors, size, level)
    fewest, most = binomial.low * size, binomial.high * size
    if fewest > errors - 1:  # beyond the reach of the theorem, as of one error: Markov's inequality instead
        fewest = tail * errors
    if most < errors + 1:
        most = math.inf
    low = max(errors, fewest / max(parts)) / population
    high = min(population - size + errors, most / min(parts)) / population
    return Share(errors, size, value, min(low, value), max(high, value), "exact, strata of a finite list", level)


def sample_for_no_errors(max_share: float, confidence: float = 0.95, population: int | None = None) -> int:
    """How many units must be drawn, and all be right, to show that less than `max_share` of the list is wrong.

    Without `population` the list is endless.

    Raises:
        ValueError: for a share or a confidence that is not between 0 and 1, or an empty list.
    """
    if not (0 < max_share < 1 and 0 < confidence < 1) or (population is not None and population < 1):
        raise ValueError("shares are between 0 and 1, and a list has units")
    if population is None:
        return math.ceil(math.log(1 - confidence) / math.log(1 - max_share) - 1e-12)
    wrong = max(1, math.ceil(max_share * population - 1e-9))
    return int(_first(0, population, lambda size: _at_most(0, size, wrong, population) <= 1 - confidence))


def passing_chance(size: int, allowed: int, share: float, population: int | None = None) -> float:
    """The chance that a sample of `size` has at most `allowed` errors where so large a share of the list is wrong.

    Over many shares it is the operating characteristic of the plan.
    """
    if population is None:
        return float(bdtr(allowed, size, share))
    return _at_most(allowed, size, round(share * population), population)


def _at_most(count: int, size: int, wrong: int, population: int) -> float:
    """The chance of at most `count` wrong units in a sample of a list in which `wrong` are; from whole numbers."""
    ways = sum(math.comb(wrong, one) * math.comb(population - wrong, size - one) for one in range(min(count, size) + 1))
    return ways / math.comb(population, size)


def _check(count: int, size: int, level: float) -> None:
    if not 0 <= count <= size or size < 1 or not 0 < level < 1:
        raise ValueError("counts are from 0 to the size of a sample, which is not empty")


def _first(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The smallest number from `low` to `high` for which it holds, if it holds for all behind it; else `high`."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _last(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The largest number from `low` to `high` for which it holds, if it holds for all before it; else `low`."""
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low
