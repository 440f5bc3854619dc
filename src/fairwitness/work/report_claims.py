"""The claims of a report as they are made: numbered, checked to be numbers, withheld with the counts they are built on.

Texts point to a figure by what it is, such as {share of travel}; where two parts have such a figure, by the name of the
part too: {share of travel in reasons}.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from fairwitness.core.errors import FairwitnessError
from fairwitness.lists.errors import BadRecipe
from fairwitness.publish.report import Claim, ClaimKind, Figure
from fairwitness.work.recipes import PartAsked, refusal
from fairwitness.work.report_counts import Count, Counts

HELD_BACK = "held back"
Evidence = tuple[tuple[str, tuple[str, ...]], ...]
"""For each row behind a claim its id and the cites of the cells that were counted."""
_POINTER = re.compile(r"\{([^{}\n]{1,200})\}")


class NotANumber(FairwitnessError):
    """A result that is no number; it never reaches a report."""

    code = "not_a_number"
    advice = "Merge categories or use fewer facts, so that the result has a value."


@dataclass(frozen=True, slots=True)
class Drafted:
    """What a claim says; `counts` are those that it can be worked out from, `rows` those that it is about.

    `figures` are the words by which texts point to it, with what is printed then; `labels` are what they are of.
    """

    sentence: str
    kind: ClaimKind
    unit: str
    value: float
    numerator: int | None
    denominator: int | None
    missing: int
    low: float | None
    high: float | None
    interval: str
    least: float | None
    most: float | None
    method: str
    source: str
    source_digest: str
    figures: Mapping[str, str]
    labels: tuple[str, ...] = ("",)
    counts: tuple[Count, ...] = ()
    codebook: str = ""
    codebook_digest: str = ""
    table_digest: str = ""
    seed: int | None = None
    cannot: tuple[str, ...] = ()
    level: float = 0.95
    rows: Evidence = ()


@dataclass(slots=True)
class Claims:
    """The claims so far, in the order of the report, what they rest on, and the words that point to them."""

    counts: Counts
    made: list[Claim] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    withheld: int = 0
    _words: dict[tuple[str, str], list[tuple[str, Figure | str]]] = field(default_factory=dict)

    def add(self, part: PartAsked, one: Drafted) -> Claim | None:
        """The claim with its number; None where it is built on a count that is held back.

        Raises:
            NotANumber: if one of its numbers is none.
        """
        held = self.counts.is_held(one.counts)
        name = "" if held else f"c{len(self.made) + 1}"
        for what, text in one.figures.items():
            for label in dict.fromkeys(label.casefold() for label in one.labels):
                shown = HELD_BACK if held else Figure(text, name)
                self._words.setdefault((what, label), []).append((part.name, shown))
        if held:
            self.withheld += 1
            return None
        numbers = (one.value, one.low, one.high, one.least, one.most)
        if any(number is not None and not math.isfinite(number) for number in numbers):
            raise NotANumber("A result is no number.")
        claim = Claim(
            name, one.sentence, one.kind, one.unit, one.value, one.numerator, one.denominator, one.missing, one.low,
            one.high, one.level, one.interval, one.least, one.most, one.method, one.source, one.source_digest,
            one.codebook, one.codebook_digest, one.table_digest, one.seed, one.cannot,
        )  # fmt: skip
        self.made.append(claim)
        self.evidence[name] = one.rows
        return claim

    def parts_of(self, part: PartAsked, text: str) -> tuple[str | Figure, ...]:
        """The text with its figures.

        Raises:
            BadRecipe: if it points to a figure that the report does not have, or to more than one.
        """
        made: list[str | Figure] = []
        at = 0
        for match in _POINTER.finditer(text):
            made += [text[at : match.start()], self._figure(part, match[1].strip())]
            at = match.end()
        return tuple(one for one in (*made, text[at:]) if one)

    def _figure(self, part: PartAsked, words: str) -> str | Figure:
        found = _found(self._words, words)
        if not found:
            near = sorted({_spelt(*key) for key in self._words if key[1] and key[1] in words.casefold()})
            advice = f"There are: {', '.join(near[:8])}." if near else "Name it as in {share of travel in reasons}."
            raise refusal(part.section, "text", f"no part has the figure {{{words}}}", advice)
        if len({name for name, _ in found}) > 1 or len(found) > 1:
            names = ", ".join(sorted({name or "(a part without name)" for name, _ in found}))
            advice = f"Say in which part: {{{words} in NAME}}; there are: {names}."
            raise refusal(part.section, "text", f"several parts have the figure {{{words}}}", advice)
        return found[0][1]


def percent(value: float) -> str:
    """A share as it is printed."""
    return f"{100 * value:.1f} %"


def span(low: float | None, high: float | None, form: str = "share") -> str:
    """An interval as it is printed; empty for none."""
    if low is None or high is None:
        return ""
    return f"{100 * low:.1f} to {100 * high:.1f} %" if form == "share" else f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """A ratio or a coefficient as it is printed: three figures that count, no exponent."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if value and abs(value) < 0.001:
        return f"{value:.7f}".rstrip("0") if abs(value) >= 1e-7 else "under 0.0000001"
    return f"{value:.3g}" if abs(value) >= 100 else f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"


def wrapped(part: PartAsked, error: FairwitnessError) -> BadRecipe:
    """An error of an analysis as one of the part that asked for it."""
    if isinstance(error, BadRecipe):
        return error
    made = refusal(part.section, "kind", f"{part.kind}: {error.message}", error.advice or None or BadRecipe.advice)
    assert isinstance(made, BadRecipe)
    return made


def labels_of(*names: str) -> tuple[str, ...]:
    """Each name once."""
    return tuple(dict.fromkeys(names))


def _found(
    words: Mapping[tuple[str, str], Sequence[tuple[str, str | Figure]]], asked: str
) -> list[tuple[str, str | Figure]]:
    """Labels may have "of" and "in" inside, so every way to read the words is tried."""
    plain = " ".join(asked.casefold().split())
    found: list[tuple[str, str | Figure]] = []
    for (what, label), figures in words.items():
        whole = _spelt(what, label)
        if plain == whole:
            found += figures
        else:
            found += [(name, one) for name, one in figures if name and plain == f"{whole} in {name.casefold()}"]
    return found


def _spelt(what: str, label: str) -> str:
    return f"{what} of {label}" if label else what


def rows_behind(ids: Sequence[str], cites: Iterable[Sequence[tuple[str, ...]]], chosen: Iterable[int]) -> Evidence:
    """The rows with the cites of the cells of the columns that were counted."""
    columns = list(cites)
    return tuple((ids[at], tuple(dict.fromkeys(c for column in columns for c in column[at]))) for at in chosen)
