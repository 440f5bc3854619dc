"""How many are missing from all lists: never one number, but a table of estimates with what speaks against each.

Every estimate of this kind rests on an assumption about how the lists depend on one another that the lists themselves
cannot test (Aleshin-Guendel, Sadinle and Wakefield 2021, arXiv 2101.09304). Lists that were cut from one database are
no separate looks at the same people. So a headline is refused unless somebody states, for each list, who collected it
and that it was not derived from another one, and where the methods do not agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fairwitness.analyse.chao import chao_bound
from fairwitness.analyse.dga import Dga, dga
from fairwitness.analyse.loglinear import MAX_LISTS, loglinear
from fairwitness.analyse.overlap import BadOverlap, Overlap
from fairwitness.analyse.stepwise import stepwise
from fairwitness.core.errors import FairwitnessError

METHODS = ("dga", "loglinear-bic", "stepwise", "chao-lb")
DISAGREE = 1.5  # how many times the smallest estimate the largest may be for a headline
_NEAR_BIC = 6.0  # models within that of the lowest are told beside it
_MOST_MODELS = 5
CANNOT_CONCLUDE = (
    "Every estimate assumes how the lists depend on one another, which the lists cannot show.",
    "It says nothing about whether a certain person is among those missing.",
    "It holds for those who could have been on these lists, and for nobody else.",
)
"""Printed with every result."""


class NoHeadline(FairwitnessError):
    """The estimates do not carry a headline."""

    code = "no_headline"
    advice = "Publish the whole table with its diagnostics, or no estimate."


@dataclass(frozen=True, slots=True)
class ListStatement:
    """What somebody states about a list: who collected it and how, and whether it was derived from another one."""

    name: str
    collected_by: str
    how: str
    is_independent: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate of the total. `variant` says with what it was made; a `is_bound` is a lower bound.

    `is_main` ones are what methods are compared by; the others show how far the answer moves.
    """

    method: str
    variant: str
    total: float
    low: float | None
    high: float | None
    is_main: bool = False
    is_bound: bool = False

    def __str__(self) -> str:
        span = f" ({self.low:,.0f} to {self.high:,.0f})" if self.low is not None and self.high is not None else ""
        least = "at least " if self.is_bound else ""
        return f"{self.method:14} {self.variant:28} {least}{self.total:,.0f}{span}"


@dataclass(frozen=True, slots=True)
class Headline:
    """The range that all methods cover together. `total` is the median of the average over graphs."""

    total: float
    low: float
    high: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Estimates:
    """Everything that was found.

    `diagnostics` and `refusals` are sentences of ours; each refusal forbids a headline.
    """

    observed: int
    table: tuple[Estimate, ...]
    diagnostics: tuple[str, ...]
    refusals: tuple[str, ...]

    @property
    def headline(self) -> Headline:
        """The range to publish.

        Raises:
            NoHeadline: if anything forbids it; the message says what.
        """
        if self.refusals:
            raise NoHeadline(" ".join(self.refusals))
        main = [one for one in self.table if one.is_main and not one.is_bound]
        low = min(one.total if one.low is None else one.low for one in main)
        high = max(one.total if one.high is None else one.high for one in main)
        total = next(one.total for one in main)
        missing = f"{low - self.observed:,.0f} to {high - self.observed:,.0f}"
        sentence = f"Beside the {self.observed:,} on at least one list, an estimated {missing} are on none."
        return Headline(total, low, high, sentence)

    def __str__(self) -> str:
        lines = [f"{self.observed:,} observed", *(str(one) for one in self.table)]
        lines += [f"! {said}" for said in self.diagnostics]
        lines += [f"no headline: {said}" for said in self.refusals]
        return "\n".join([*lines, *CANNOT_CONCLUDE])


def mse(
    overlap: Overlap,
    *,
    methods: Sequence[str] = METHODS,
    provenance: Sequence[ListStatement] = (),
    linkage: Sequence[Overlap] = (),
    bootstrap: int = 200,
    seed: int = 0,
) -> Estimates:
    """The estimates of these methods, how they move with prior, lists and linkage, and what forbids a headline.

    `linkage` are the overlaps of other clusterings that are as likely (`draws` of a linkage).

    Raises:
        BadOverlap: if nobody is on two lists, or a method is unknown.
    """
    unknown = sorted(set(methods) - set(METHODS))
    if unknown or not methods:
        raise BadOverlap("There is no such method.", advice=f"There are: {', '.join(METHODS)}.")
    work = _Work(overlap)
    if "dga" in methods:
        work.add_dga(linkage)
    if "loglinear-bic" in methods:
        work.add_loglinear()
    if "stepwise" in methods:
        work.add_stepwise(bootstrap, seed)
    if "chao-lb" in methods:
        work.add_chao()
    work.compare()
    work.ask_provenance(provenance)
    return Estimates(overlap.observed, tuple(work.table), tuple(work.diagnostics), tuple(work.refusals))


class _Work:
    """The table as it grows."""

    def __init__(self, overlap: Overlap) -> None:
        self.overlap = overlap
        self.table: list[Estimate] = []
        self.diagnostics: list[str] = []
        self.refusals: list[str] = []
        if not overlap.has_overlap:
            raise BadOverlap("Nobody is on two lists.", advice="Without overlap nothing tells how many are missing.")
        if len(overlap.lists) == 2:
            self.refusals.append("With two lists, nothing can show whether they depend on one another.")

    def add_dga(self, linkage: Sequence[Overlap]) -> None:
        """The average over graphs, with each prior, without each list, and over the linkage."""
        smallest = 2.0 ** -len(self.overlap.lists)
        for delta in (smallest, 0.5, 1.0):
            found = dga(self.overlap, delta)
            self._add(_from_dga(found, f"delta {delta:g}", is_main=delta == smallest))
            if found.at_edge:
                self.refusals.append(
                    f"With delta {delta:g} the posterior sits at an edge: the total is not identified."
                )
            if len(found.modes) > 1:
                peaks = " and ".join(f"{mode:,}" for mode in found.modes)
                self.diagnostics.append(f"With delta {delta:g} the posterior has peaks at {peaks}.")
        if len(self.overlap.lists) > 2:
            for name in self.overlap.lists:
                fewer = self.overlap.without(name)
                if fewer.has_overlap and all(fewer.size(1 << at) for at in range(len(fewer.lists))):
                    self._add(_from_dga(dga(fewer, smallest), f"without list {self.overlap.lists.index(name) + 1}"))
        if linkage:
            self._add_linkage([dga(one, smallest) for one in linkage])

    def _add_linkage(self, found: list[Dga]) -> None:
        medians = sorted(one.median for one in found)
        low, high = min(one.low for one in found), max(one.high for one in found)
        middle = medians[len(medians) // 2]
        self._add(Estimate("dga", f"over {len(found)} linkages", middle, low, high, is_main=True))

    def add_loglinear(self) -> None:
        """The model with the lowest BIC, and those that are nearly as good."""
        if len(self.overlap.lists) > MAX_LISTS:
            self.diagnostics.append("There are too many log-linear models of these lists to fit them all.")
            return
        found = loglinear(self.overlap)
        if not found.models:
            self.refusals.append("No log-linear model has an estimate.")
            return
        best = found.models[0]
        for one in found.models[:_MOST_MODELS]:
            if one.bic <= best.bic + _NEAR_BIC:
                self._add(Estimate("loglinear-bic", one.name, one.total, one.low, one.high, is_main=one is best))
        near = [one.total for one in found.models if one.bic <= best.bic + _NEAR_BIC]
        if max(near) > DISAGREE * min(near):
            self.refusals.append("Log-linear models that fit about as well disagree by more than half.")
        if found.unfitted:
            self.diagnostics.append(f"{len(found.unfitted)} log-linear models have no estimate.")

    def add_stepwise(self, bootstrap: int, seed: int) -> None:
        """The model of pairs that the search chooses."""
        found = stepwise(self.overlap, bootstrap=bootstrap, seed=seed)
        low, high = (found.low, found.high) if bootstrap else (found.model.low, found.model.high)
        if high == float("inf"):
            self.refusals.append("The bootstrap of the stepwise search has no upper end.")
            high = None
        self._add(Estimate("stepwise", found.model.name, found.model.total, low, high, is_main=True))
        if found.failed:
            self.diagnostics.append(f"{found.failed} of {found.samples} bootstrap samples have no estimate.")

    def add_chao(self) -> None:
        """The lower bound."""
        if not self.overlap.seen(2):
            self.diagnostics.append("Nobody is on exactly two lists, so there is no lower bound.")
            return
        found = chao_bound(self.overlap)
        self._add(Estimate("chao-lb", "f1, f2", found.total, None, None, is_main=True, is_bound=True))
        if found.by_lists is not None:
            one = found.by_lists
            self._add(Estimate("chao-lb", "lists differ", one.total, one.low, one.high, is_bound=True))

    def compare(self) -> None:
        """Whether the methods agree."""
        main = [one.total for one in self.table if one.is_main and not one.is_bound]
        if not main:
            self.refusals.append("There is a lower bound and no estimate.")
        elif max(main) > DISAGREE * min(main):
            self.refusals.append(f"The methods disagree by {max(main) / min(main):.1f} times.")
        moved = [one.total for one in self.table if one.method == "dga" and one.variant.startswith("delta")]
        if moved and max(moved) > DISAGREE * min(moved):
            self.refusals.append(f"The prior alone moves the estimate by {max(moved) / min(moved):.1f} times.")

    def ask_provenance(self, stated: Sequence[ListStatement]) -> None:
        """Whether somebody states for each list where it comes from."""
        known = {one.name: one for one in stated}
        for at, name in enumerate(self.overlap.lists, start=1):
            one = known.get(name)
            if one is None or not one.collected_by.strip() or not one.how.strip():
                self.refusals.append(f"Nobody states who collected list {at}, and how.")
            elif not one.is_independent:
                self.refusals.append(f"List {at} was derived from another one.")

    def _add(self, one: Estimate) -> None:
        self.table.append(one)


def _from_dga(found: Dga, variant: str, *, is_main: bool = False) -> Estimate:
    return Estimate("dga", variant, found.median, found.low, found.high, is_main=is_main)
