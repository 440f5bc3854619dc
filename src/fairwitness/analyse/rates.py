"""How much more often people of one group are on a list than those of another, by how many there are of each elsewhere.

A list of those who were selected holds no rate of being selected. Where a count of the whole population is known from a
source that can be cited, such as a census, the ratio of the two rates can be told; never of a list by itself.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from math import exp, sqrt

from fairwitness.analyse.contrasts import SMALLEST_GROUP, Ratio
from fairwitness.core.errors import FairwitnessError

_Z = 1.9599639845400545
CANNOT_CONCLUDE = (
    "The rates are those of this list: how it came to be and who is missing from it is not known.",
    "The population was counted by somebody else, at another time and perhaps by other borders of the groups.",
    "A higher rate of a group is no cause, and says nothing about any one person.",
)
"""Printed with every result."""


class BadRates(FairwitnessError):
    """Rates that cannot be worked out, or are refused."""

    code = "bad_rates"


@dataclass(frozen=True, slots=True)
class RateRatio:
    """The share of each group that is on the list, and the ratio of the first over the second."""

    first: float
    second: float
    ratio: Ratio
    source: str


def rate_ratio(counts: tuple[int, int], population: tuple[int, int], *, source: str) -> RateRatio:
    """The ratio of two rates with its 95 % interval on the scale of logarithms, counts taken for Poisson.

    `source` says where the population is from. Method: Rothman, Greenland and Lash 2008, chapter 14.

    Raises:
        BadRates: without a source, for counts that are none, groups of fewer than ten on the list, or a population that
            is smaller than the list.
    """
    if not source.strip():
        raise BadRates("The population has no source.", advice="Say from which census or table its numbers are.")
    try:
        whole = [operator.index(one) for one in (*counts, *population)]
    except TypeError:
        raise BadRates("A count is no whole number.", advice="Count people.") from None
    if min(whole) < 0:
        raise BadRates("A count is negative.", advice="Count people.")
    if min(counts) < SMALLEST_GROUP:
        raise BadRates("A group is too small.", advice=f"Rates are told from {SMALLEST_GROUP} cases on; merge groups.")
    if any(count > size for count, size in zip(counts, population, strict=True)):
        raise BadRates("A group has more on the list than people.", advice="Look at where both numbers are from.")
    rates = counts[0] / population[0], counts[1] / population[1]
    value, spread = rates[0] / rates[1], sqrt(1 / counts[0] + 1 / counts[1])
    ends = value * exp(-_Z * spread), value * exp(_Z * spread)
    return RateRatio(*rates, Ratio("rate ratio", value, *ends, "Poisson, logarithm of the ratio"), source.strip())
