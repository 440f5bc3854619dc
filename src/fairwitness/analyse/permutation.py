"""Whether two facts of an institution's records go together, against chance that keeps both margins.

The answers are dealt anew over the rows, so that the number of each stays as it is; p is (b + 1) / (B + 1), where b of
B tables dealt so lie as far from independence (Davison and Hinkley 1997, 4.11). No table is too sparse for that.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln
from scipy.stats import random_table

from fairwitness.core.errors import FairwitnessError

Statistic = Literal["chi-squared", "fisher"]
CANNOT_CONCLUDE = (
    "That two facts go together does not say which of them led to the other, or whether a third did.",
    "Rows are dealt as if each had been decided by itself; whole pages that were decided at once make p too small.",
)
"""Printed with every result."""


class BadCrossing(FairwitnessError):
    """A table whose facts cannot be held against chance."""

    code = "bad_crossing"


@dataclass(frozen=True, slots=True)
class Independence:
    """How far a table lies from independence.

    `statistic` is Pearson's chi squared, or minus the logarithm of the chance of the table given its margins (Freeman
    and Halton 1951, of which Fisher's exact test is the case of two by two). `as_far` of `times` tables dealt by chance
    are as far. `cramers_v` is the strength of the association, 0 to 1.
    """

    name: Statistic
    statistic: float
    p_value: float
    as_far: int
    times: int
    total: int
    cramers_v: float

    def __str__(self) -> str:
        dealt = f"p {self.p_value:.4g} ({self.times:,} permutations)"
        return f"{self.name} {self.statistic:.4g}, {dealt}, V {self.cramers_v:.3f}"


def independence(
    table: Sequence[Sequence[int]], *, statistic: Statistic = "chi-squared", permutations: int = 1000, seed: int = 0
) -> Independence:
    """The test of independence of rows and columns.

    Raises:
        BadCrossing: for counts that are none, and for fewer than two rows or columns that hold anything.
    """
    counts = _counts(table)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        raise BadCrossing("One of the facts has one value only.", advice="There is nothing to compare.")
    if permutations < 1:
        raise BadCrossing("There are no permutations.", advice="Deal at least 1,000 times.")
    rows, columns, total = counts.sum(axis=1), counts.sum(axis=0), int(counts.sum())
    expected = np.outer(rows, columns) / total
    dealt = random_table(rows, columns, seed=np.random.default_rng(seed)).rvs(permutations).astype(np.float64)
    squared = float(((counts - expected) ** 2 / expected).sum())
    if statistic == "chi-squared":
        found, others = squared, ((dealt - expected) ** 2 / expected).sum(axis=(1, 2))
    else:
        constant = float(gammaln(rows + 1).sum() + gammaln(columns + 1).sum() - gammaln(total + 1))
        found = float(gammaln(counts + 1).sum()) - constant
        others = gammaln(dealt + 1).sum(axis=(1, 2)) - constant
    as_far = int((others >= found - 1e-9 * max(1.0, abs(found))).sum())
    strength = float(np.sqrt(squared / (total * (min(counts.shape) - 1))))
    p_value = (as_far + 1) / (permutations + 1)
    return Independence(statistic, found, p_value, as_far, permutations, total, min(1.0, strength))


def _counts(table: Sequence[Sequence[int]]) -> NDArray[np.int64]:
    width = {len(row) for row in table}
    if len(width) != 1 or width == {0}:
        raise BadCrossing("That is no table.", advice="Give rows of the same length.")
    try:
        counts = np.array([[operator.index(count) for count in row] for row in table], np.int64)
    except TypeError:
        raise BadCrossing("A count is no whole number.", advice="Count cases.") from None
    if (counts < 0).any():
        raise BadCrossing("A count is negative.", advice="Count cases.")
    return counts
