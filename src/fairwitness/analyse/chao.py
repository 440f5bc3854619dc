"""Chao's lower bound of the total (Chao 1987; for lists that differ in size Rivest and Baillargeon 2007).

A bound, and one only where people who are on one list are rather more likely to be on another, or differ in how likely
they are to be listed at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fairwitness.analyse.loglinear import LogLinear, answer_of
from fairwitness.analyse.overlap import BadOverlap, Overlap
from fairwitness.analyse.poisson import fit_poisson


@dataclass(frozen=True, slots=True)
class ChaoBound:
    """`total` is observed + (t - 1) / t * f1^2 / (2 f2) for t lists, f1 and f2 the cases seen once and twice.

    `by_lists` allows the lists to differ in size; None where it cannot be fitted.
    """

    total: float
    by_lists: LogLinear | None

    def __str__(self) -> str:
        return f"at least about {self.by_lists.total if self.by_lists else self.total:,.0f}"


def chao_bound(overlap: Overlap) -> ChaoBound:
    """The bound.

    Raises:
        BadOverlap: if nobody is on exactly two lists.
    """
    once, twice, lists = overlap.seen(1), overlap.seen(2), len(overlap.lists)
    if not twice:
        raise BadOverlap("Nobody is on exactly two lists.", advice="Without them the bound is infinite.")
    total = overlap.observed + (lists - 1) / lists * once**2 / (2 * twice)
    return ChaoBound(total, _by_lists(overlap))


def _by_lists(overlap: Overlap) -> LogLinear | None:
    """Log-linear with an effect for each list, and one for each number of lists from three on, not below 0."""
    lists = len(overlap.lists)
    patterns = range(1, 1 << lists)
    effects = [[1.0, *(float(at >> one & 1) for one in range(lists))] for at in patterns]
    more = [[max(0.0, at.bit_count() - times) for times in range(2, lists)] for at in patterns]
    counts = np.array([overlap.counts[at] for at in patterns], np.float64)
    kept = list(range(lists - 2))
    while True:
        rows = [effect + [extra[at] for at in kept] for effect, extra in zip(effects, more, strict=True)]
        fit = fit_poisson(np.array(rows), counts)
        if fit is None:
            return None
        below = [at for at, value in zip(kept, fit.coefficients[lists + 1 :], strict=True) if value < 0]
        if not below:
            return answer_of("chao", fit, overlap.observed, len(rows[0]))
        kept.remove(below[0])
