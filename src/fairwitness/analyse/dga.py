"""How many are on no list, averaged over decomposable graphs (Madigan and York 1997, Biometrika 84, 19-31).

The hidden count is a parameter, each graph says which lists depend on which, and both are averaged over. Everything has
a closed form; what is left is a sum over a grid of hidden counts that grows finer where the mass is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from fairwitness.analyse.graphs import Graph, decomposable_graphs
from fairwitness.analyse.overlap import BadOverlap, Overlap

Floats = NDArray[np.float64]
LogPrior = Callable[[Floats], Floats]
"""Logarithm of the prior of the total, up to a constant, for an array of totals."""

_LAST_MASS = 1e-4  # at the last hidden count looked at: more, and the grid was cut off
_FEW = 2_000  # hidden counts up to here are looked at one by one
_STEPS = 1_200  # further ones: so many, the steps between them growing
_FINE = 2e-3  # of the mass: no step that is longer than 1 may hold more
_MOST_UNSEEN = 1 << 31
_CHUNK = 2_048  # graphs at a time


@dataclass(frozen=True, slots=True)
class GraphWeight:
    """What one graph contributes: its probability, and the total that it alone would give.

    `estimate` is E[1/N] / E[1/N^2], which minimises the expected squared relative error; `mode` the likeliest total.
    """

    name: str
    weight: float
    estimate: float
    mode: int


@dataclass(frozen=True, slots=True)
class Dga:
    """The posterior of the total, with what says how far to trust it.

    `low` and `high` hold 95 %. `modes` are the totals where the posterior has a peak of its own, the highest first.
    `at_edge` says that it sits at the first or the last hidden count: then the data do not say how many are missing.
    """

    delta: float
    observed: int
    mean: float
    median: float
    mode: int
    low: float
    high: float
    estimate: float
    modes: tuple[int, ...]
    at_edge: bool
    graphs: tuple[GraphWeight, ...]

    def __str__(self) -> str:
        edge = ", at the edge: not identified" if self.at_edge else ""
        peaks = f", {len(self.modes)} peaks" if len(self.modes) > 1 else ""
        return f"{self.median:,.0f} ({self.low:,.0f} to {self.high:,.0f}; delta {self.delta:g}{peaks}{edge})"


def inverse_total(total: Floats) -> Floats:
    """The prior 1/N."""
    return -np.log(total)


def poisson_gamma(shape: float, scale: float) -> LogPrior:
    """The prior of a Poisson count whose mean is gamma distributed with that shape and scale."""

    def log_prior(total: Floats) -> Floats:
        grown: Floats = gammaln(total + shape) - gammaln(total + 1) + total * np.log(scale / (1 + scale))
        return grown

    return log_prior


def dga(
    overlap: Overlap,
    delta: float | None = None,
    *,
    prior: LogPrior = inverse_total,
    unseen: Sequence[int] | None = None,
    saturated: bool = False,
    best: int = 10,
) -> Dga:
    """The posterior of the total over all decomposable graphs of the lists.

    `delta` is the count added to each cell by the prior, 2**-p for p lists if None. `unseen` are the hidden counts to
    look at; None finds them. The saturated graph, under which anything can be hidden, is left out unless asked for.
    `best` is how many graphs are told.

    Raises:
        BadOverlap: if nobody is on two lists, `delta` is not positive, or `unseen` does not ascend.
    """
    if not overlap.has_overlap:
        raise BadOverlap("Nobody is on two lists.", advice="Without overlap nothing tells how many are missing.")
    lists = len(overlap.lists)
    chosen = 2.0**-lists if delta is None else delta
    if not 0 < chosen < np.inf:
        raise BadOverlap("delta is not a positive number.", advice="Use 2**-p, 0.5 or 1.")
    graphs = [graph for graph in decomposable_graphs(lists) if saturated or not graph.is_saturated]
    model = _Model(overlap, chosen, graphs, prior)
    if unseen is not None:
        hidden = np.asarray(unseen, np.float64)
        if hidden.size < 2 or hidden[0] < 0 or (np.diff(hidden) <= 0).any():
            raise BadOverlap("The hidden counts do not ascend.", advice="Give them such as range(0, 1000).")
    else:
        hidden = _grid_for(model)
    return _summary(model, hidden, best)


class _Model:
    """The joint posterior of graph and hidden count, up to a constant."""

    def __init__(self, overlap: Overlap, delta: float, graphs: list[Graph], prior: LogPrior) -> None:
        self.overlap = overlap
        self.delta = delta
        self.graphs = graphs
        self.prior = prior
        self._lists = len(overlap.lists)
        subsets = 1 << self._lists
        self._times = np.zeros((len(graphs), subsets))
        for at, graph in enumerate(graphs):
            for clique in graph.cliques:
                self._times[at, clique] += 1
            for separator in graph.separators:
                self._times[at, separator] -= 1
        self._times[:, 0] = 0

    def over_graphs(self, hidden: Floats) -> Floats:
        """(hidden counts): the logarithm of the posterior of the hidden count, up to a constant."""
        return self._summed(hidden, None)[0]

    def by_graph(self, hidden: Floats, width: Floats) -> Floats:
        """(graphs): the logarithm of the posterior of each graph, up to the same constant."""
        return self._summed(hidden, width)[1]

    def _summed(self, hidden: Floats, width: Floats | None) -> tuple[Floats, Floats]:
        total = self.overlap.observed + hidden
        parts = np.vstack([self._marginal(mask, hidden) for mask in range(1 << self._lists)])
        base = gammaln(total + 1) - gammaln(hidden + 1) + self.prior(total)
        over = np.full(hidden.shape, -np.inf)
        of_graphs = []
        for start in range(0, len(self.graphs), _CHUNK):
            rows = self._times[start : start + _CHUNK] @ parts + base
            if width is None:
                over = np.logaddexp(over, logsumexp(rows, axis=0))
            else:
                of_graphs.append(logsumexp(rows + np.log(width), axis=1))
        return over, np.concatenate(of_graphs) if of_graphs else np.empty(0)

    def _marginal(self, mask: int, hidden: Floats) -> Floats:
        """The logarithm of the marginal likelihood of the lists of the mask, with the hidden added to its zero cell."""
        if not mask:
            return np.zeros_like(hidden)
        whole = self.delta * 2**self._lists
        cell = self.delta * 2 ** (self._lists - mask.bit_count())
        table: dict[int, int] = {}
        for pattern, count in enumerate(self.overlap.counts):
            table[pattern & mask] = table.get(pattern & mask, 0) + count
        fixed = sum(float(gammaln(count + cell) - gammaln(cell)) for part, count in table.items() if part)
        zero = gammaln(table.get(0, 0) + hidden + cell) - gammaln(cell)
        total = self.overlap.observed + hidden
        return np.asarray(gammaln(whole) - gammaln(total + whole) + fixed + zero, np.float64)


def _grid_for(model: _Model) -> Floats:
    """Hidden counts, each one where the mass is and wider apart elsewhere, up to where there is no mass left."""
    last = max(_FEW, 4 * model.overlap.observed)
    while True:
        far = np.unique(np.round(np.geomspace(_FEW, last, _STEPS)))
        hidden = np.concatenate((np.arange(_FEW, dtype=np.float64), far))
        mass = _masses(model.over_graphs(hidden), _widths(hidden))
        if mass[-1] < _LAST_MASS * _LAST_MASS or last >= _MOST_UNSEEN:
            break
        last = min(_MOST_UNSEEN, 8 * last)
    for _ in range(12):
        width = _widths(hidden)
        coarse = np.flatnonzero((_masses(model.over_graphs(hidden), width) > _FINE) & (width > 1.5)).tolist()
        if not coarse:
            break
        last_at = hidden.size - 1
        new = [np.round(np.linspace(hidden[max(0, at - 1)], hidden[min(at + 1, last_at)], 9)) for at in coarse]
        hidden = np.unique(np.concatenate((hidden, *new)))
    return hidden


def _widths(hidden: Floats) -> Floats:
    """How many whole counts each point of the grid stands for."""
    edges = np.concatenate(((hidden[0] - 0.5,), (hidden[1:] + hidden[:-1]) / 2, (hidden[-1] + 0.5,)))
    return np.asarray(np.diff(edges), np.float64)


def _masses(log_density: Floats, width: Floats) -> Floats:
    log_mass = log_density + np.log(width)
    return np.asarray(np.exp(log_mass - logsumexp(log_mass)), np.float64)


def _summary(model: _Model, hidden: Floats, best: int) -> Dga:
    width = _widths(hidden)
    density = model.over_graphs(hidden)
    mass = _masses(density, width)
    total = model.overlap.observed + hidden
    peaks = _peaks(density, mass)
    top = int(np.argmax(density))
    low, median, high = (_quantile(total, mass, width, share) for share in (0.025, 0.5, 0.975))
    return Dga(
        delta=model.delta,
        observed=model.overlap.observed,
        mean=float(mass @ total),
        median=median,
        mode=int(total[top]),
        low=low,
        high=high,
        estimate=float((mass @ (1 / total)) / (mass @ total**-2.0)),
        modes=tuple(int(total[at]) for at in peaks),
        at_edge=top == 0 or float(mass[-1]) > _LAST_MASS,
        graphs=_best_graphs(model, hidden, width, best),
    )


def _best_graphs(model: _Model, hidden: Floats, width: Floats, best: int) -> tuple[GraphWeight, ...]:
    weights = model.by_graph(hidden, width)
    weights = np.exp(weights - logsumexp(weights))
    total = model.overlap.observed + hidden
    told = []
    for at in np.argsort(-weights, kind="stable")[:best]:
        one = _Model(model.overlap, model.delta, [model.graphs[at]], model.prior)
        density = one.over_graphs(hidden)
        mass = _masses(density, width)
        estimate = float((mass @ (1 / total)) / (mass @ total**-2.0))
        told.append(
            GraphWeight(model.graphs[at].name(), float(weights[at]), estimate, int(total[int(np.argmax(density))]))
        )
    return tuple(told)


def _peaks(density: Floats, mass: Floats) -> list[int]:
    """Where the posterior has a peak that is more than a ripple: the valley before a higher one is a tenth lower."""
    order = [at for at in range(len(density)) if _is_top(density, at)]
    order.sort(key=lambda at: -float(density[at]))
    kept: list[int] = []
    for at in order:
        deep = all(density[min(at, other) : max(at, other) + 1].min() < density[at] - 0.1 for other in kept)
        if deep and density[at] > density[order[0]] - 4.6:  # a hundredth of the highest
            kept.append(at)
    return kept


def _is_top(density: Floats, at: int) -> bool:
    before = density[at - 1] if at else -np.inf
    after = density[at + 1] if at + 1 < len(density) else -np.inf
    return bool(density[at] > before and density[at] >= after)


def _quantile(total: Floats, mass: Floats, width: Floats, share: float) -> float:
    """The smallest total below which at least that share of the mass lies; within a wide step, in proportion."""
    below = np.cumsum(mass)
    at = int(np.searchsorted(below, share))
    if width[at] <= 1.0:
        return float(total[at])
    before = below[at] - mass[at]
    return float(total[at] - width[at] / 2 + width[at] * (share - before) / mass[at])
