"""Whether an institution decided like cases alike, from its own records.

Two cases are alike where the record states the same facts about both. Under the institution's own rule they should have
the same decision. How often they do not is held against chance: the same decisions, dealt anew. The answer is one
number about the institution; which cases differ is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fairwitness.core.errors import FairwitnessError

SMALLEST = 10
CANNOT_CONCLUDE = (
    "The facts are those that a clerk wrote down; others may have counted.",
    "Unlike decisions do not show which of them was wrong.",
    "It says nothing about any one case.",
)
"""Printed with every result."""


class BadCases(FairwitnessError):
    """Cases of which consistency cannot be worked out."""

    code = "bad_cases"


@dataclass(frozen=True, slots=True)
class Consistency:
    """How alike like cases were decided.

    `unlike` is the share of pairs of like cases with different decisions, `by_chance` the same where decisions are
    dealt anew. `value` is 1 - unlike / by_chance: 1 where facts decide, 0 where they tell nothing. `low` and `high`
    hold 95 % of bootstrap samples; `p_value` is how often chance is as consistent. `alone` cases have no like one.
    """

    value: float
    low: float | None
    high: float | None
    p_value: float
    unlike: float
    by_chance: float
    cases: int
    groups: int
    alone: int

    def __str__(self) -> str:
        span = f" ({self.low:.2f} to {self.high:.2f})" if self.low is not None and self.high is not None else ""
        return (
            f"consistency {self.value:.2f}{span}: {self.unlike:.1%} of the pairs of like cases were decided "
            f"differently, {self.by_chance:.1%} by chance; {self.cases - self.alone:,} cases in {self.groups:,} "
            f"groups, {self.alone:,} without a like one"
        )


def consistency(
    facts: Sequence[Hashable],
    decisions: Sequence[Hashable],
    *,
    clusters: Sequence[Hashable] | None = None,
    permutations: int = 500,
    bootstrap: int = 500,
    seed: int = 0,
) -> Consistency:
    """How alike cases with the same facts were decided.

    `facts` has one value for each case, such as a tuple of codes; `clusters` names what cases were recorded together
    (a page, a household), which the bootstrap draws as a whole.

    Raises:
        BadCases: for fewer than ten cases that have a like one, for one decision only, or lists of different length.
    """
    if len(facts) != len(decisions) or (clusters is not None and len(clusters) != len(facts)):
        raise BadCases("There is not one decision for each case.", advice="Give lists of the same length.")
    groups, choices = _numbered(facts), _numbered(decisions)
    if not len(choices) or choices.max() == 0:
        raise BadCases("All cases have the same decision.", advice="There is nothing to compare.")
    sizes = np.bincount(groups)
    alone = int((sizes == 1).sum())
    if len(facts) - alone < SMALLEST:
        raise BadCases(
            f"{len(facts) - alone} cases have a like one.",
            advice=f"{SMALLEST} are needed; describe cases by fewer facts.",
        )
    random = np.random.default_rng(seed)
    unlike = _unlike(groups, choices)
    dealt = np.array([_unlike(groups, random.permutation(choices)) for _ in range(permutations)])
    by_chance = float(dealt.mean())
    p_value = float((1 + (dealt <= unlike).sum()) / (1 + permutations))
    low, high = _bootstrapped(groups, choices, clusters, bootstrap, random)
    value = 1 - unlike / by_chance
    return Consistency(
        *(value, low, high, p_value, unlike, by_chance, len(facts), int((sizes > 1).sum()), alone),
    )


def copied(texts: Sequence[str]) -> tuple[int, int]:
    """How many of the texts stand word for word in another case too, and how many there are that are not empty."""
    plain = [" ".join(text.split()) for text in texts]
    counts = Counter(text for text in plain if text)
    return sum(count for count in counts.values() if count > 1), counts.total()


def _numbered(values: Sequence[Hashable]) -> NDArray[np.intp]:
    place: dict[Hashable, int] = {}
    return np.array([place.setdefault(value, len(place)) for value in values], np.intp)


def _unlike(groups: NDArray[np.intp], choices: NDArray[np.intp]) -> float:
    """The share of pairs within a group that differ."""
    width = int(choices.max()) + 1
    together = np.bincount(groups * width + choices).astype(np.float64)
    sizes = np.bincount(groups).astype(np.float64)
    pairs = float((sizes * (sizes - 1)).sum())
    return 1.0 - float((together * (together - 1)).sum()) / pairs


def _bootstrapped(
    groups: NDArray[np.intp],
    choices: NDArray[np.intp],
    clusters: Sequence[Hashable] | None,
    samples: int,
    random: np.random.Generator,
) -> tuple[float | None, float | None]:
    """The percentile interval over clusters drawn anew; a case that is drawn twice is not its own like one.

    Chance is worked out for each sample in closed form: the share of all pairs that differ.
    """
    if not samples:
        return None, None
    owners = _numbered(clusters) if clusters is not None else np.arange(len(groups), dtype=np.intp)
    found = []
    for _ in range(samples):
        times = np.bincount(random.integers(0, owners.max() + 1, owners.max() + 1), minlength=int(owners.max()) + 1)
        weight = times[owners].astype(np.float64)
        value = _weighted(groups, choices, weight)
        if value is not None:
            found.append(value)
    if len(found) < 0.9 * samples:
        return None, None
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def _weighted(groups: NDArray[np.intp], choices: NDArray[np.intp], weight: NDArray[np.float64]) -> float | None:
    width = int(choices.max()) + 1
    own = weight**2
    cells = np.bincount(groups * width + choices, weight)
    same = float((cells**2).sum() - own.sum())
    sizes = np.bincount(groups, weight)
    pairs = float((sizes**2).sum() - own.sum())
    all_same = float((np.bincount(choices, weight) ** 2).sum() - own.sum())
    all_pairs = float(weight.sum() ** 2 - own.sum())
    if pairs <= 0 or all_pairs <= all_same:
        return None
    return 1 - (1 - same / pairs) / (1 - all_same / all_pairs)
