"""Log-linear models of pairs, chosen step by step, for tables in which many overlaps are empty.

After Chan, Silverman and Vincent (2021, JASA 116, 1297-1306): a pair of lists that share nobody has an interaction of
minus infinity, which is dealt with by leaving out the cells that it makes impossible; whether an estimate exists is
decided by linear programming (Fienberg and Rinaldo 2012); and the choice of the model is part of the uncertainty, since
every bootstrap sample chooses anew (BCa, DiCiccio and Efron 1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from math import sqrt

import numpy as np
from scipy.stats import norm

from fairwitness.analyse.loglinear import LogLinear, answer_of, design_of, model_name
from fairwitness.analyse.overlap import BadOverlap, Overlap
from fairwitness.analyse.poisson import Floats, PoissonFit, fit_poisson, is_identified, mle_exists

THRESHOLD = 0.02  # of the p value below which a pair enters; the one of the paper


class Existence(IntEnum):
    """Whether a model of an overlap has an estimate."""

    EXISTS = 0
    NO_ESTIMATE = 1
    NOT_IDENTIFIED = 2


@dataclass(frozen=True, slots=True)
class Stepwise:
    """The chosen model's answer and, where asked for, what the bootstrap says of it.

    `pairs` are the chosen pairs of lists, from 0. `low` and `high` are the BCa interval at `confidence` over
    `samples`; of these, `failed` gave no estimate, and are counted as infinitely many.
    """

    model: LogLinear
    pairs: tuple[tuple[int, int], ...]
    low: float | None = None
    high: float | None = None
    confidence: float = 0.95
    samples: int = 0
    failed: int = 0

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return str(self.model)
        return (
            f"{self.model.name} {self.model.total:,.1f} ({self.low:,.0f} to {self.high:,.0f}, "
            f"{self.samples} samples, the model chosen in each)"
        )


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a model that can hold anybody, and its finite coefficients: the intercept first, then the terms."""

    design: Floats
    counts: Floats
    terms: tuple[int, ...]


def existence(overlap: Overlap, pairs: Sequence[tuple[int, int]]) -> Existence:
    """Whether the model of these pairs (lists from 0) has an estimate for this table."""
    return _existence(_cells(overlap.counts, len(overlap.lists), pairs))


def stepwise(
    overlap: Overlap,
    *,
    threshold: float = THRESHOLD,
    bootstrap: int = 0,
    seed: int = 0,
    confidence: float = 0.95,
) -> Stepwise:
    """The model that grows from independence, pair by pair, while the next has a p value below `threshold`.

    `bootstrap` samples, drawn with `seed`, choose their own models.

    Raises:
        BadOverlap: if nobody is on two lists, or not even independence has an estimate.
    """
    if not overlap.has_overlap:
        raise BadOverlap("Nobody is on two lists.", advice="Without overlap nothing tells how many are missing.")
    counts = np.array(overlap.counts, np.float64)
    chosen = _chosen(counts, len(overlap.lists), threshold)
    if chosen is None:
        raise BadOverlap("No model of pairs has an estimate.", advice="Leave out the list with the least overlap.")
    pairs, fit, coefficients = chosen
    model = answer_of(_name(pairs, len(overlap.lists)), fit, overlap.observed, coefficients)
    if not bootstrap:
        return Stepwise(model, pairs)
    low, high, failed = _bca(counts, len(overlap.lists), threshold, model.total, bootstrap, seed, confidence)
    return Stepwise(model, pairs, low, high, confidence, bootstrap, failed)


def _name(pairs: Sequence[tuple[int, int]], lists: int) -> str:
    masks = [1 << one | 1 << other for one, other in pairs]
    covered = {at for pair in pairs for at in pair}
    return model_name([*masks, *(1 << at for at in range(lists) if at not in covered)])


def _cells(counts: Sequence[float] | Floats, lists: int, pairs: Sequence[tuple[int, int]]) -> _Cells:
    masks = [1 << one | 1 << other for one, other in pairs]
    empty = {m for m in masks if not sum(n for at, n in enumerate(counts) if at & m == m)}
    patterns = [at for at in range(1, 1 << lists) if not any(at & mask == mask for mask in empty)]
    terms = (0, *(1 << at for at in range(lists)), *(mask for mask in masks if mask not in empty))
    return _Cells(design_of(terms, patterns), np.array([counts[at] for at in patterns], np.float64), terms)


def _existence(cells: _Cells) -> Existence:
    if not is_identified(cells.design):
        return Existence.NOT_IDENTIFIED
    if not cells.counts.all() and not mle_exists(cells.design, cells.counts):
        return Existence.NO_ESTIMATE
    return Existence.EXISTS


def _fit(cells: _Cells) -> PoissonFit | None:
    return fit_poisson(cells.design, cells.counts) if _existence(cells) is Existence.EXISTS else None


def _chosen(counts: Floats, lists: int, threshold: float) -> tuple[tuple[tuple[int, int], ...], PoissonFit, int] | None:
    """The pairs, their fit and how many coefficients are finite; None where nothing can be fitted."""
    left = list(combinations(range(lists), 2))
    pairs: tuple[tuple[int, int], ...] = ()
    cells = _cells(counts, lists, pairs)
    fit = _fit(cells)
    while left:
        best: tuple[float, tuple[int, int], _Cells, PoissonFit] | None = None
        for pair in left:
            tried = _cells(counts, lists, (*pairs, pair))
            new = _fit(tried)
            if new is None:
                continue
            p_value = _p_value(pair, tried, new, cells, fit)
            if best is None or p_value < best[0]:
                best = p_value, pair, tried, new
        if best is None or best[0] > threshold:
            break
        _, pair, cells, fit = best
        pairs = (*pairs, pair)
        left.remove(pair)
    return None if fit is None else (pairs, fit, len(cells.terms))


def _p_value(pair: tuple[int, int], tried: _Cells, new: PoissonFit, before: _Cells, old: PoissonFit | None) -> float:
    """How well the table could be like this without the pair.

    Of a finite coefficient, two-sided from its standard error. Of minus infinity, how likely it is that nobody is on
    both lists, given the fit without the pair.
    """
    mask = 1 << pair[0] | 1 << pair[1]
    if mask in tried.terms:
        at = tried.terms.index(mask)
        spread = sqrt(max(float(new.covariance[at, at]), 1e-300))
        return float(2 * norm.sf(abs(new.coefficients[at]) / spread))
    if old is None:
        return 0.0
    fitted = np.exp(before.design @ old.coefficients)
    on_both = before.design[:, 1 + pair[0]] * before.design[:, 1 + pair[1]]
    return float(np.exp(-(fitted @ on_both)))


def _total(counts: Floats, lists: int, threshold: float) -> float:
    found = _chosen(counts, lists, threshold)
    return float(counts.sum() + np.exp(found[1].coefficients[0])) if found is not None else np.inf


def _bca(
    counts: Floats, lists: int, threshold: float, total: float, samples: int, seed: int, confidence: float
) -> tuple[float, float, int]:
    """The BCa interval of the total, and how many samples gave no estimate."""
    draws = np.random.default_rng(seed).multinomial(int(counts.sum()), counts / counts.sum(), size=samples)
    totals = np.sort([_total(draw.astype(np.float64), lists, threshold) for draw in draws])
    failed = int(np.isinf(totals).sum())
    share = (np.sum(totals < total) + 0.5 * np.sum(totals == total)) / samples
    bias = float(norm.ppf(min(max(share, 0.5 / samples), 1 - 0.5 / samples)))
    acceleration = _acceleration(counts, lists, threshold)
    ends = []
    for tail in ((1 - confidence) / 2, (1 + confidence) / 2):
        moved = bias + float(norm.ppf(tail))
        level = float(norm.cdf(bias + moved / (1 - acceleration * moved)))
        ends.append(float(np.quantile(totals, level, method="inverted_cdf")))
    return ends[0], ends[1], failed


def _acceleration(counts: Floats, lists: int, threshold: float) -> float:
    """From leaving out one case at a time; cases of one pattern are alike, so each pattern is left out once."""
    kept = np.flatnonzero(counts)
    left_out = []
    for at in kept:
        fewer = counts.copy()
        fewer[at] -= 1
        left_out.append(_total(fewer, lists, threshold))
    weights, values = counts[kept], np.array(left_out)
    finite = np.isfinite(values)
    weights, values = weights[finite], values[finite]
    if not values.size:
        return 0.0
    away = np.average(values, weights=weights) - values
    below = 6 * float(weights @ away**2) ** 1.5
    return float(weights @ away**3) / below if below else 0.0
