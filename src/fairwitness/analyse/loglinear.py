"""Hierarchical log-linear models of an overlap table, all of them, ranked by BIC (Fienberg 1972; Bishop et al. 1975).

A model is named by its generators, the largest sets of lists that may depend on one another. The model in which all
depend on one another is left out: it says nothing about the unseen. Which model is chosen matters more than the
interval of any one: look at the whole table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import exp, log, sqrt

import numpy as np

from fairwitness.analyse.overlap import BadOverlap, Overlap
from fairwitness.analyse.poisson import Floats, PoissonFit, fit_poisson, is_identified, mle_exists

MAX_LISTS = 5  # 6 lists have 7,785,061 hierarchical models


@dataclass(frozen=True, slots=True)
class LogLinear:
    """One model's answer. `low` and `high` hold 95 % on the logarithmic scale of the hidden count (Chao 1987).

    `bic` is -2 log likelihood + coefficients times the logarithm of the observed cases.
    """

    name: str
    total: float
    standard_error: float
    low: float
    high: float
    deviance: float
    bic: float
    coefficients: int

    def __str__(self) -> str:
        return f"{self.name} {self.total:,.1f} ({self.low:,.0f} to {self.high:,.0f}; BIC {self.bic:.3f})"


@dataclass(frozen=True, slots=True)
class LogLinearModels:
    """All models that could be fitted, the lowest BIC first; `unfitted` names those for which no estimate exists."""

    models: tuple[LogLinear, ...]
    unfitted: tuple[str, ...]


@cache
def hierarchical_models(lists: int) -> tuple[tuple[int, ...], ...]:
    """The generators of every hierarchical model with all main effects, as bit masks; the saturated one is left out.

    1 for 2 lists, 8 for 3, 113 for 4, 6,893 for 5.

    Raises:
        BadOverlap: for more than 5 lists.
    """
    if lists > MAX_LISTS:
        raise BadOverlap(
            f"All models of {lists} lists are millions.", advice="Use the stepwise search, or leave lists out."
        )
    singles = [1 << at for at in range(lists)]
    larger = sorted((mask for mask in range(1 << lists) if mask.bit_count() >= 2), key=lambda m: (m.bit_count(), m))
    found = [_with_singles(chosen, singles) for chosen in _antichains(larger, ())]
    whole = (1 << lists) - 1
    return tuple(sorted((model for model in found if model != (whole,)), key=lambda m: (len(m), m)))


def _antichains(masks: Sequence[int], chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Every choice of sets of which none holds another."""
    yield chosen
    for at, mask in enumerate(masks):
        if all(mask & other != other for other in chosen):
            yield from _antichains(masks[at + 1 :], (*chosen, mask))


def _with_singles(chosen: tuple[int, ...], singles: list[int]) -> tuple[int, ...]:
    covered = 0
    for mask in chosen:
        covered |= mask
    return tuple(sorted((*chosen, *(one for one in singles if not one & covered))))


def model_name(generators: Iterable[int]) -> str:
    """The generators, lists counted from 1: [123,14,34]."""
    parts = ["".join(str(at + 1) for at in range(8) if mask >> at & 1) for mask in generators]
    return f"[{','.join(sorted(parts, key=lambda part: (-len(part), part)))}]"


def terms_of(generators: Iterable[int]) -> tuple[int, ...]:
    """Every set of lists that one of the generators holds, the empty one (the intercept) first."""
    found = {part for mask in generators for part in _parts(mask)}
    return tuple(sorted(found, key=lambda mask: (mask.bit_count(), mask)))


def _parts(mask: int) -> list[int]:
    bits = [1 << at for at in range(8) if mask >> at & 1]
    return [sum(some) for size in range(len(bits) + 1) for some in combinations(bits, size)]


def design_of(terms: Sequence[int], patterns: Sequence[int]) -> Floats:
    """(patterns, terms): 1 where the pattern is on all lists of the term. The intercept is log of the hidden count."""
    return np.array([[float(pattern & term == term) for term in terms] for pattern in patterns])


def fit_model(overlap: Overlap, generators: Sequence[int]) -> LogLinear | None:
    """The fit of one model; None where no estimate exists."""
    terms = terms_of(generators)
    patterns = range(1, len(overlap.counts))
    design = design_of(terms, patterns)
    counts = np.array([overlap.counts[pattern] for pattern in patterns], np.float64)
    if len(terms) > len(patterns) or (not counts.all() and not (mle_exists(design, counts) and is_identified(design))):
        return None
    fit = fit_poisson(design, counts)
    return None if fit is None else answer_of(model_name(generators), fit, overlap.observed, len(terms))


def answer_of(name: str, fit: PoissonFit, observed: int, coefficients: int) -> LogLinear:
    """What a fit with the hidden count as its first coefficient says of the total."""
    hidden = exp(fit.coefficients[0])
    variance = hidden + hidden**2 * float(fit.covariance[0, 0])
    spread = exp(1.959964 * sqrt(log(1 + variance / hidden**2)))
    bic = -2 * fit.log_likelihood + coefficients * log(observed)
    total = observed + hidden
    return LogLinear(
        *(name, total, sqrt(variance), observed + hidden / spread, observed + hidden * spread),
        *(fit.deviance, bic, coefficients),
    )


def loglinear(overlap: Overlap) -> LogLinearModels:
    """Every hierarchical model of the lists, ranked.

    Raises:
        BadOverlap: if nobody is on two lists, or there are more than 5.
    """
    if not overlap.has_overlap:
        raise BadOverlap("Nobody is on two lists.", advice="Without overlap nothing tells how many are missing.")
    fitted, unfitted = [], []
    for generators in hierarchical_models(len(overlap.lists)):
        answer = fit_model(overlap, generators)
        if answer is None:
            unfitted.append(model_name(generators))
        else:
            fitted.append(answer)
    return LogLinearModels(tuple(sorted(fitted, key=lambda one: (one.bic, one.name))), tuple(unfitted))


def no_highest_interaction(overlap: Overlap) -> float | None:
    """The total where everything but the highest interaction is free: hidden = odd cells / even cells, multiplied.

    None where a cell among the divisors is empty.
    """
    lists = len(overlap.lists)
    product = 0.0
    for pattern in range(1, len(overlap.counts)):
        count = overlap.counts[pattern]
        sign = 1 if pattern.bit_count() % 2 else -1
        if not count:
            return None
        product += sign * log(count)
    return overlap.observed + exp(product) if lists else None
