"""Poisson regression on the cells of an overlap table, small and exact enough to be fitted thousands of times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.special import gammaln, xlogy

Floats = NDArray[np.float64]

_STEPS = 100
_CLOSE = 1e-10
_FLAT = 1e-9  # singular values below, of the largest, count as nothing


@dataclass(frozen=True, slots=True)
class PoissonFit:
    """A fit with log link. `coefficients` and `covariance` are in the order of the columns of the design."""

    coefficients: Floats
    covariance: Floats
    deviance: float
    log_likelihood: float


def fit_poisson(design: Floats, counts: Floats) -> PoissonFit | None:
    """The maximum likelihood fit by iterated weighted least squares (McCullagh and Nelder 1989, 2.5).

    `design` is (cells, coefficients), `counts` (cells). None where it does not converge or a coefficient is not
    identified; whether it exists at all says `mle_exists`.
    """
    fitted = counts + 0.5
    eta = np.log(fitted)
    before = np.inf
    for _ in range(_STEPS):
        root = np.sqrt(fitted)
        target = (eta + (counts - fitted) / fitted) * root
        coefficients, _, rank, _ = np.linalg.lstsq(design * root[:, None], target, rcond=_FLAT)
        if rank < design.shape[1]:
            return None
        eta = design @ coefficients
        if not np.isfinite(eta).all() or eta.max() > 60:
            return None
        fitted = np.exp(eta)
        deviance = 2 * float(np.sum(xlogy(counts, counts / fitted) - (counts - fitted)))
        if abs(before - deviance) < _CLOSE * (abs(deviance) + 1):
            return _finished(design, counts, np.asarray(coefficients, np.float64), deviance)
        before = deviance
    return None


def _finished(design: Floats, counts: Floats, coefficients: Floats, deviance: float) -> PoissonFit | None:
    fitted = np.exp(design @ coefficients)
    information = design.T @ (design * fitted[:, None])
    try:
        covariance = np.asarray(np.linalg.inv(information), np.float64)
    except np.linalg.LinAlgError:
        return None
    likelihood = float(np.sum(xlogy(counts, fitted) - fitted - gammaln(counts + 1)))
    return PoissonFit(coefficients, covariance, deviance, likelihood)


def mle_exists(design: Floats, counts: Floats) -> bool:
    """Whether the maximum likelihood estimate exists (Fienberg and Rinaldo 2012), by linear programming.

    It does where some vector of positive cell means has the same sufficient statistics as the counts.
    """
    cells = design.shape[0]
    statistics = design.T @ counts
    # the largest s such that design' x = statistics and x >= s
    upper = np.hstack((-np.eye(cells), np.ones((cells, 1))))
    equal = np.hstack((design.T, np.zeros((design.shape[1], 1))))
    aim = np.zeros(cells + 1)
    aim[-1] = -1.0
    bounds = [(0, None)] * cells + [(0, 1.0)]
    found = linprog(aim, A_ub=upper, b_ub=np.zeros(cells), A_eq=equal, b_eq=statistics, bounds=bounds, method="highs")
    return bool(found.status == 0 and -found.fun > 1e-9)


def is_identified(design: Floats) -> bool:
    """Whether no coefficient can be made up for by the others."""
    return bool(np.linalg.matrix_rank(design, tol=_FLAT * max(design.shape)) == design.shape[1])
