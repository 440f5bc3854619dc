"""How often an institution gave which reason: by row, by person, by mention, each a function of its own.

One row may have several codes, so shares of persons do not add up to 1; every result says so. What could not be read is
in no share, and bounds say how far it could move each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fairwitness.analyse.intervals import wilson
from fairwitness.analyse.plain import Rows, rows_of
from fairwitness.core.errors import FairwitnessError

Unit = Literal["row", "person", "mention"]
CANNOT_CONCLUDE = (
    "A stated reason is what a clerk wrote. It is not the cause.",
    "A blank is not the absence of a reason.",
    "The list is one office's; it gives no rate for a region.",
)
"""Printed with every result."""


class CodesDoNotMatch(FairwitnessError):
    """The data have codes that the codebook does not have, or units that are there twice."""

    code = "codes_do_not_match"


@dataclass(frozen=True, slots=True)
class Coding:
    """A codebook variant as it was used: its name and version, and the codes that it has."""

    name: str
    version: str
    codes: tuple[str, ...]

    @property
    def id(self) -> str:
        """What figures name it by."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Tally:
    """One code: how many units have it, of how many.

    `low` and `high` hold 95 % (Wilson) and are None in a census, where every unit of the document was read: then chance
    has no part in it. `least` and `most` are the shares if none, or all, of what is missing had the code.
    """

    code: str
    count: int
    share: float
    low: float | None
    high: float | None
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Tabulation:
    """Counts by code. `denominator` units have an answer, `missing` have none, and `total` is both together."""

    unit: Unit
    coding: str
    denominator: int
    missing: int
    tallies: tuple[Tally, ...]
    is_census: bool
    answers: int

    @property
    def total(self) -> int:
        """All units, read or not."""
        return self.denominator + self.missing

    @property
    def sums_to(self) -> float:
        """What the shares add up to; above 1 where units have several codes."""
        return self.answers / self.denominator

    def as_rows(self) -> list[dict[str, Any]]:
        """Plain rows, for a frame: polars.DataFrame(found.as_rows())."""
        named = ("code", "count", "share", "low", "high", "least", "most")
        about = {"unit": self.unit, "of": self.denominator, "missing": self.missing, "codebook": self.coding}
        return [{name: getattr(one, name) for name in named} | about for one in self.tallies]

    def __str__(self) -> str:
        head = f"{self.denominator:,} {self.unit}s of {self.total:,}, {self.missing:,} without an answer, {self.coding}"
        lines = [head, *(_line(one) for one in self.tallies)]
        if self.sums_to > 1:
            lines.append(f"Shares add up to {self.sums_to:.0%}: one {self.unit} may have several codes.")
        return "\n".join([*lines, *CANNOT_CONCLUDE])


def _line(one: Tally) -> str:
    span = f" ({one.low:.1%} to {one.high:.1%})" if one.low is not None and one.high is not None else ""
    return f"  {one.code:24} {one.count:7,} {one.share:7.1%}{span}, with the missing {one.least:.1%} to {one.most:.1%}"


def tabulate_rows(rows: Rows, column: str, coding: Coding, *, is_census: bool = False) -> Tabulation:
    """Of the rows with an answer, how many have each code; `column` holds a code, several of them, or None."""
    return _tabulated("row", codes_by_unit(rows, column, coding), coding, is_census)


def tabulate_persons(rows: Rows, column: str, coding: Coding, *, person: str, is_census: bool = False) -> Tabulation:
    """Of the persons with an answer, how many have each code in any of their rows.

    `person` is the column that names whose row it is, by a pseudonym; rows without one are one person each.
    """
    return _tabulated("person", codes_by_unit(rows, column, coding, person=person), coding, is_census)


def codes_by_unit(
    rows: Rows, column: str, coding: Coding, *, person: str | None = None
) -> tuple[frozenset[str] | None, ...]:
    """The codes of each row or, with `person`, of each person over all their rows; None where there is no answer.

    Raises:
        CodesDoNotMatch: if the data have codes that the codebook does not have.
    """
    if person is None:
        return tuple(_codes(row[column], coding) for row in rows_of(rows, [column]))
    together: dict[Hashable, frozenset[str] | None] = {}
    for at, row in enumerate(rows_of(rows, [column, person])):
        key = ("row", at) if row[person] is None else ("person", row[person])
        codes = _codes(row[column], coding)
        before = together.get(key)
        together[key] = codes if before is None else before | (codes or frozenset())
    return tuple(together.values())


def tabulate_mentions(rows: Rows, column: str, coding: Coding, *, is_census: bool = False) -> Tabulation:
    """Of all codes given, how many are each: shares of mentions, which add up to 1.

    A row without an answer counts as one that is missing, though it may have held several.
    """
    found = [_codes(row[column], coding) for row in rows_of(rows, [column])]
    mentions = [frozenset((code,)) for codes in found if codes is not None for code in sorted(codes)]
    return _tabulated("mention", [*mentions, *(None for codes in found if codes is None)], coding, is_census)


@dataclass(frozen=True, slots=True)
class Multiverse:
    """One share under every codebook variant: its lowest and highest value, and each by its variant."""

    what: str
    unit: Unit
    low: float
    high: float
    by_coding: Mapping[str, tuple[int, int]]

    def __str__(self) -> str:
        each = ", ".join(f"{book} {count:,} of {of:,}" for book, (count, of) in self.by_coding.items())
        return f"{self.what}: {self.low:.1%} to {self.high:.1%} of {self.unit}s, by codebook ({each})"


def multiverse(
    what: str, rows: Rows, variants: Sequence[tuple[Coding, str, Collection[str]]], *, person: str | None = None
) -> Multiverse:
    """The share of units with any of some codes, under every variant.

    Each variant is its coding, the column that holds its codes, and those of its codes that say `what`. With `person`
    the unit is the person, without it the row.

    Raises:
        CodesDoNotMatch: if a variant lacks one of its codes, or there is none.
    """
    if not variants:
        raise CodesDoNotMatch("There is no codebook.", advice="Give at least one.")
    found: dict[str, tuple[int, int]] = {}
    for coding, column, codes in variants:
        if not codes or not set(codes) <= set(coding.codes):
            raise CodesDoNotMatch("A codebook lacks a code that was asked for.", advice="Look at its codes.")
        merged = Coding(coding.name, coding.version, ("yes", "no"))
        wanted = frozenset(codes)
        named = [column] if person is None else [column, person]
        plain = [row | {column: _either(_codes(row[column], coding), wanted)} for row in rows_of(rows, named)]
        tabled = (
            tabulate_rows(plain, column, merged)
            if person is None
            else tabulate_persons(plain, column, merged, person=person)
        )
        found[coding.id] = (tabled.tallies[0].count, tabled.denominator)
    shares = [count / of for count, of in found.values()]
    return Multiverse(what, "row" if person is None else "person", min(shares), max(shares), found)


def _either(codes: frozenset[str] | None, wanted: frozenset[str]) -> str | None:
    return None if codes is None else "yes" if codes & wanted else "no"


def _codes(value: Any, coding: Coding) -> frozenset[str] | None:
    """The codes of a cell; None where nothing was read. An empty collection is an answer: no code."""
    if value is None:
        return None
    codes = frozenset((value,)) if isinstance(value, str) else frozenset(value)
    if not codes <= set(coding.codes):
        raise CodesDoNotMatch(
            f"{len(codes - set(coding.codes))} codes of the data are not in {coding.id}.",
            advice="Use the codebook, and the version of it, that the rows were coded with.",
        )
    return codes


def share_of(code: str, count: int, of: int, missing: int, *, is_census: bool = False) -> Tally:
    """The share `count / of` with its interval and with the bounds that `missing` units could move it to.

    Raises:
        CodesDoNotMatch: if no unit has an answer, or the counts are none.
    """
    if of < 1:
        raise CodesDoNotMatch("No unit has an answer.", advice="Publish that nothing could be read, not 0 %.")
    if not 0 <= count <= of or missing < 0:
        raise CodesDoNotMatch("A count is negative, or larger than its whole.", advice="Give counts of units.")
    return _tally(code, count, of, missing, is_census)


def _tabulated(unit: Unit, found: Iterable[frozenset[str] | None], coding: Coding, is_census: bool) -> Tabulation:
    given = list(found)
    answered = [codes for codes in given if codes is not None]
    missing = len(given) - len(answered)
    if not answered:
        raise CodesDoNotMatch("No unit has an answer.", advice="Publish that nothing could be read, not 0 %.")
    counts = Counter(code for codes in answered for code in codes)
    tallies = tuple(_tally(code, counts[code], len(answered), missing, is_census) for code in coding.codes)
    return Tabulation(unit, coding.id, len(answered), missing, tallies, is_census and not missing, counts.total())


def _tally(code: str, count: int, of: int, missing: int, is_census: bool) -> Tally:
    told = wilson(count, of)
    low, high = (None, None) if is_census and not missing else (told.low, told.high)
    total = of + missing
    return Tally(code, count, count / of, low, high, count / total, (count + missing) / total)
