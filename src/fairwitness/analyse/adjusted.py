"""A contrast between two groups with other facts held equal: one odds ratio, and nothing that could rate a person.

Logistic regression does the adjusting. Only the ratio of the groups leaves this module: no intercept, no other
coefficient, no fitted value, so that nobody can be given a probability with it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, xlogy
from scipy.stats import chi2

from fairwitness.analyse.contrasts import SMALLEST_GROUP, BadContrast, Ratio
from fairwitness.analyse.plain import Rows, rows_of
from fairwitness.core.lists import Column

Floats = NDArray[np.float64]

_STEPS = 200
_Z = 1.9599639845400545
_SPARSE = 10  # rarer outcomes for each coefficient below which ordinary estimates are biased (Peduzzi et al. 1996)
_WIDEST = 40.0  # of a log odds ratio


@dataclass(frozen=True, slots=True)
class AdjustedContrast:
    """The odds of the outcome in `group` over those in `against`, with everything in `adjusted_for` held equal.

    `rows` were used; in `left_out` a value is missing. `clusters` is how many groups of rows were recorded together, 0
    if none were named.
    """

    group: str
    against: str
    odds: Ratio
    adjusted_for: tuple[str, ...]
    rows: int
    left_out: int
    clusters: int
    notes: tuple[str, ...] = ()


def adjusted_contrast(
    table: Rows,
    *,
    outcome: str,
    group: str,
    adjust: Sequence[str] = (),
    cluster: str | None = None,
    columns: Sequence[Column] = (),
) -> AdjustedContrast:
    """The odds ratio of the two values of `group`, the later one over the earlier, adjusted for other columns.

    `outcome` is true or false. With `cluster`, rows of one cluster count as dependent (Liang and Zeger 1986). Where the
    rarer outcome is rare for the number of facts, or the groups are told apart completely, estimate and interval are
    those of Firth (1993) and Heinze and Schemper (2002), and a note says so.

    Raises:
        BadContrast: for other than two groups, fewer than ten rows in one, an outcome that all or none have, facts that
            decide the group, or a column that names people: kinds "name" and "identity" of `columns`, and any column
            with a value of its own in more than half of the rows.
    """
    named = [outcome, group, *adjust, *([cluster] if cluster else [])]
    _refuse_names(named, columns)
    plain = rows_of(table, named)
    whole = [row for row in plain if all(row[name] is not None for name in named)]
    _refuse_identifying(whole, [group, *adjust])
    values = sorted({row[group] for row in whole}, key=str)
    if len(values) != 2:
        raise BadContrast(f"There are {len(values)} groups.", advice="Contrast two at a time.")
    happened = _outcomes(whole, outcome)
    first = np.array([row[group] == values[1] for row in whole])
    if min(int(first.sum()), int((~first).sum())) < SMALLEST_GROUP:
        raise BadContrast("A group is too small.", advice=f"Contrasts are made from {SMALLEST_GROUP} cases on.")
    design = _design(whole, first, adjust)
    owners = [row[cluster] for row in whole] if cluster else None
    odds, notes = _odds(design, happened, owners)
    clusters = len(set(owners)) if owners is not None else 0
    left_out = len(plain) - len(whole)
    return AdjustedContrast(str(values[1]), str(values[0]), odds, tuple(adjust), len(whole), left_out, clusters, notes)


def _refuse_names(named: Sequence[str], columns: Sequence[Column]) -> None:
    if any(column.name in named and column.kind in ("name", "identity") for column in columns):
        raise BadContrast("A column names people.", advice="Groups and facts are categories, never who somebody is.")


def _refuse_identifying(rows: list[dict[str, Any]], named: Sequence[str]) -> None:
    for name in named:
        values = [row[name] for row in rows]
        if len(values) >= SMALLEST_GROUP and len(set(map(str, values))) > len(values) / 2:
            raise BadContrast("A column tells people apart.", advice="Use categories that many rows share.")


def _outcomes(rows: list[dict[str, Any]], outcome: str) -> Floats:
    values = {row[outcome] for row in rows}
    if not values <= {True, False}:
        raise BadContrast("The outcome is neither true nor false.", advice="Say which value of it is counted.")
    if len({bool(value) for value in values}) < 2:
        raise BadContrast("All rows have the same outcome.", advice="There is nothing to compare.")
    return np.array([float(bool(row[outcome])) for row in rows])


def _design(rows: list[dict[str, Any]], first: NDArray[np.bool_], adjust: Sequence[str]) -> Floats:
    """(rows, coefficients): the group, the intercept, then each value of each fact but its first."""
    parts = [first.astype(np.float64), np.ones(len(rows))]
    for name in adjust:
        levels = sorted({str(row[name]) for row in rows})
        parts += [np.array([float(str(row[name]) == level) for row in rows]) for level in levels[1:]]
    design = np.column_stack(parts)
    others = np.linalg.matrix_rank(design[:, 1:])
    if np.linalg.matrix_rank(design) == others:
        raise BadContrast("The facts decide the group.", advice="Adjust for fewer.")
    kept, rank = [0], 1
    for at in range(1, design.shape[1]):
        if np.linalg.matrix_rank(design[:, [*kept, at]]) > rank:
            kept, rank = [*kept, at], rank + 1
    return np.asarray(design[:, kept], np.float64)


def _odds(design: Floats, happened: Floats, owners: Sequence[Hashable] | None) -> tuple[Ratio, tuple[str, ...]]:
    rarer = min(float(happened.sum()), float(len(happened) - happened.sum()))
    fit = None if rarer < _SPARSE * (design.shape[1] - 1) else _fit(design, happened)
    if fit is None:
        value = _firth(design, happened)[0]
        low, high = _profile(design, happened)
        apart = ("The interval takes rows for independent.",) if owners is not None else ()
        notes = ("Sparse: penalised likelihood, Firth 1993.", *apart)
        return Ratio("odds ratio", exp(float(value[0])), exp(low), exp(high), "Firth, profile"), notes
    spread = sqrt(float(_covariance(design, happened, fit, owners)[0, 0]))
    method = "logit" if owners is None else "logit, clusters"
    middle = float(fit[0])
    return Ratio("odds ratio", exp(middle), exp(middle - _Z * spread), exp(middle + _Z * spread), method), ()


def _fit(design: Floats, happened: Floats) -> Floats | None:
    """Maximum likelihood; None where it runs off to infinity."""
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        share = expit(design @ found)
        weight = share * (1 - share)
        step = np.linalg.lstsq(design.T @ (design * weight[:, None]), design.T @ (happened - share), rcond=None)[0]
        found = found + step
        if np.abs(found).max() > _WIDEST / 2:
            return None
        if np.abs(step).max() < 1e-10:
            return np.asarray(found, np.float64)
    return None


def _covariance(design: Floats, happened: Floats, found: Floats, owners: Sequence[Hashable] | None) -> Floats:
    share = expit(design @ found)
    bread = np.linalg.inv(design.T @ (design * (share * (1 - share))[:, None]))
    if owners is None:
        return np.asarray(bread, np.float64)
    pushes = design * (happened - share)[:, None]
    place = {owner: at for at, owner in enumerate(dict.fromkeys(owners))}
    if len(place) < 2:
        raise BadContrast("There is one cluster.", advice="Name the page or the household of each row.")
    summed = np.zeros((len(place), design.shape[1]))
    np.add.at(summed, [place[owner] for owner in owners], pushes)
    rows, size = design.shape
    small = len(place) / (len(place) - 1) * (rows - 1) / (rows - size)
    return np.asarray(small * bread @ (summed.T @ summed) @ bread, np.float64)


def _firth(design: Floats, happened: Floats, fixed: float | None = None) -> tuple[Floats, float]:
    """The penalised fit and its penalised log likelihood; the first coefficient held at `fixed` where that is given."""
    found = np.zeros(design.shape[1])
    free = slice(0, None) if fixed is None else slice(1, None)
    if fixed is not None:
        found[0] = fixed
    for _ in range(_STEPS):
        share = expit(design @ found)
        weight = share * (1 - share)
        information = design.T @ (design * weight[:, None])
        inverse = np.linalg.pinv(information)
        lever = weight * np.einsum("ij,jk,ik->i", design, inverse, design)
        push = design.T @ (happened - share + lever * (0.5 - share))
        step = np.zeros_like(found)
        step[free] = np.linalg.lstsq(information[free, free], push[free], rcond=None)[0]
        step *= min(1.0, 5.0 / max(1e-12, float(np.abs(step).max())))
        found = found + step
        if np.abs(step).max() < 1e-9:
            break
    share = expit(design @ found)
    weight = share * (1 - share)
    log_det = float(np.linalg.slogdet(design.T @ (design * weight[:, None]))[1])
    likelihood = float(np.sum(xlogy(happened, share) + xlogy(1 - happened, 1 - share)))
    return np.asarray(found, np.float64), likelihood + 0.5 * log_det


def _profile(design: Floats, happened: Floats) -> tuple[float, float]:
    """Where the penalised likelihood ratio test stops refusing a log odds ratio, at 5 %."""
    found, best = _firth(design, happened)
    drop = float(chi2.ppf(0.95, 1)) / 2
    middle = float(found[0])

    def above(value: float) -> float:
        return _firth(design, happened, value)[1] - (best - drop)

    ends = []
    for sign in (-1.0, 1.0):
        far = 1.0
        while above(middle + sign * far) > 0 and far < _WIDEST:
            far *= 2
        ends.append(
            float(brentq(above, *sorted((middle, middle + sign * far)), xtol=1e-6)) if far < _WIDEST else sign * _WIDEST
        )
    return ends[0], ends[1]
