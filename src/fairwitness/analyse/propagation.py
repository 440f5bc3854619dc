"""What errors of reading and typing do to a share: corrected by an audit, with an interval that holds its doubt.

An audit enters a random sample of cells again. Held against what was published, that says which part of each published
value is really which, and so what the shares would be without errors (calibration; Kuha and Skinner 1997).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.errors import FairwitnessError

Floats = NDArray[np.float64]

_PRIOR = 0.5  # Jeffreys: an audit that found no error does not show that there is none


class BadAudit(FairwitnessError):
    """An audit that cannot correct anything."""

    code = "bad_audit"


@dataclass(frozen=True, slots=True)
class Corrected:
    """A share as published and as corrected, with 95 % over audit and list; `moved` is the difference."""

    value: Hashable
    published: float
    corrected: float
    low: float
    high: float

    @property
    def moved(self) -> float:
        """How far errors had moved the share."""
        return self.published - self.corrected

    def __str__(self) -> str:
        return f"{self.published:.1%} published, {self.corrected:.1%} corrected ({self.low:.1%} to {self.high:.1%})"


def corrected_shares(
    counts: Mapping[Hashable, int],
    audit: Mapping[tuple[Hashable, Hashable], int],
    *,
    samples: int = 2000,
    seed: int = 0,
    is_census: bool = False,
) -> tuple[Corrected, ...]:
    """The shares of the values of `counts`, corrected by an audit.

    `audit` counts the cells that were entered again: (as published, as it is) -> how many. The interval is that of what
    the audit leaves open and, unless the list is a census of its document, of the list too. A value that nobody
    published and the audit found is told behind the others.

    Raises:
        BadAudit: for counts that are none, or a published value that the audit has not looked at.
    """
    values = list(counts)
    true = [*values, *(one for one in dict.fromkeys(right for _, right in audit) if one not in counts)]
    table = np.array([[audit.get((said, right), 0) for right in true] for said in values], np.float64)
    published = np.array([counts[value] for value in values], np.float64)
    _check(published, table)
    middle = _corrected(published, table)
    random = np.random.default_rng(seed)
    drawn = np.array([_drawn(published, table, random, is_census) for _ in range(samples)])
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    shares = np.append(published / published.sum(), np.zeros(len(true) - len(values)))
    ends = zip(true, shares, middle, np.minimum(low, middle), np.maximum(high, middle), strict=True)
    return tuple(Corrected(one[0], *(float(number) for number in one[1:])) for one in ends)


def _corrected(published: Floats, table: Floats) -> Floats:
    """The share of each true value: of all that was published as one, the audit shows which part is really which."""
    seen = table.sum(axis=1, keepdims=True)
    right = np.divide(table, seen, out=np.zeros_like(table), where=seen > 0)
    return np.asarray(published / published.sum() @ right, np.float64)


def _drawn(published: Floats, table: Floats, random: np.random.Generator, is_census: bool) -> Floats:
    right = np.array([random.dirichlet(row + _PRIOR / len(row)) for row in table])
    shares = published / published.sum()
    if not is_census:
        shares = random.multinomial(int(published.sum()), shares) / published.sum()
    return np.asarray(shares @ right, np.float64)


def _check(published: Floats, table: Floats) -> None:
    if not published.size or published.sum() <= 0 or (published < 0).any() or (table < 0).any():
        raise BadAudit("There is nothing to correct.", advice="Give counts of cases.")
    if (table.sum(axis=1)[published > 0] == 0).any():
        raise BadAudit("The audit has not looked at every value.", advice="Draw cells of each value.")
