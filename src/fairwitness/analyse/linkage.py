"""Which rows of lists are about the same case: proposals with a probability, for people to decide.

Fellegi and Sunter's model (1969), trained by expectation maximisation, by splink on DuckDB. Nothing is merged because a
machine was sure: pairs between `REVIEW` go to people, what they decide outranks the model, and every cluster shows its
weakest link. What leaves for statistics are counts (`Linkage.overlaps`): how many clusters are on which lists, in as
many likely clusterings as are asked for, so that the uncertainty of the linkage goes on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from fairwitness.analyse.overlap import Overlap
from fairwitness.analyse.plain import Rows, rows_of
from fairwitness.core.errors import FairwitnessError

FieldKind = Literal["name", "date", "text", "exact"]
REVIEW = (0.05, 0.95)
"""Probabilities between which people decide."""

RowId = tuple[str, str]
"""A row: the name of its list, and its id there."""


class NoLinkage(FairwitnessError):
    """What links lists is not installed."""

    code = "no_linkage"
    advice = 'Install it with: pip install "fairwitness[linkage]"'


class BadLinkage(FairwitnessError):
    """Lists that cannot be linked."""

    code = "bad_linkage"


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is compared, under the same name in every list.

    "name": across scripts, by sound and by spelling. "date": a day as ISO 8601. "text": by likeness of spelling.
    "exact": the same or not, such as a keyed hash of an identity number.
    """

    column: str
    kind: FieldKind


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that may be about the same case; `decided` is what a person said of them, None for nothing."""

    one: RowId
    other: RowId
    probability: float
    decided: bool | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rows that are taken for one case; `weakest` is the probability of the weakest pair that holds it together."""

    rows: tuple[RowId, ...]
    weakest: float
    contradicted: bool = False


@dataclass(frozen=True, slots=True)
class Linkage:
    """The pairs that were found. Rows that are in none are on their own."""

    lists: Mapping[str, tuple[str, ...]]
    pairs: tuple[Pair, ...]
    seed: int = 0
    _order: dict[RowId, int] = field(default_factory=dict, repr=False, compare=False)

    def queue(self, low: float = REVIEW[0], high: float = REVIEW[1]) -> tuple[Pair, ...]:
        """The pairs that wait for people, the most doubtful first."""
        waiting = (pair for pair in self.pairs if pair.decided is None and low <= pair.probability <= high)
        return tuple(sorted(waiting, key=lambda pair: (abs(pair.probability - 0.5), pair.one, pair.other)))

    def with_decisions(self, decisions: Mapping[tuple[RowId, RowId], bool]) -> Linkage:
        """The same after people decided; a pair that the model did not find is added."""
        said = {_key(*pair): same for pair, same in decisions.items()}
        known = {row for name, ids in self.lists.items() for row in ((name, one) for one in ids)}
        if any(row not in known for pair in said for row in pair):
            raise BadLinkage("A decision is about a row that is in no list.", advice="Link the lists again first.")
        pairs = [Pair(p.one, p.other, p.probability, said.pop(_key(p.one, p.other), p.decided)) for p in self.pairs]
        pairs += [Pair(one, other, 0.0, same) for (one, other), same in said.items()]
        return Linkage(self.lists, tuple(sorted(pairs, key=lambda pair: (pair.one, pair.other))), self.seed)

    def clusters(self, threshold: float = REVIEW[1]) -> tuple[Cluster, ...]:
        """What the pairs above the threshold, and those that people confirmed, put together.

        A pair that people refused joins nobody; a cluster that joins its rows all the same is `contradicted`.
        """
        joined = [p for p in self.pairs if (p.decided is None and p.probability > threshold) or p.decided]
        found = _components(joined)
        refused = {_key(p.one, p.other) for p in self.pairs if p.decided is False}
        made = []
        for rows in found:
            inside = set(rows)
            held = [p for p in joined if p.one in inside]
            against = any(one in inside and other in inside for one, other in refused)
            made.append(Cluster(tuple(sorted(rows)), _weakest(rows, held), against))
        return tuple(sorted(made, key=lambda cluster: cluster.rows))

    def draws(self, times: int = 100, seed: int | None = None) -> list[tuple[tuple[RowId, ...], ...]]:
        """So many clusterings, each pair joined as often as its probability says, decided ones always or never.

        Each clustering names the clusters of two or more rows.
        """
        random = np.random.default_rng(self.seed if seed is None else seed)
        fixed = np.array([p.probability if p.decided is None else float(p.decided) for p in self.pairs])
        made = []
        for _ in range(times):
            drawn = random.random(len(self.pairs)) < fixed
            joined = [pair for pair, is_joined in zip(self.pairs, drawn, strict=True) if is_joined]
            made.append(tuple(tuple(sorted(rows)) for rows in _components(joined)))
        return made

    def overlaps(self, times: int = 100, seed: int | None = None) -> list[Overlap]:
        """How many cases are on which lists, in each of so many clusterings: all that statistics are given.

        Raises:
            BadOverlap: for fewer than two lists.
        """
        names = list(self.lists)
        alone = {name: len(ids) for name, ids in self.lists.items()}
        found = []
        for clustering in self.draws(times, seed):
            counts: dict[str, int] = {}
            left = dict(alone)
            for rows in clustering:
                for name, _ in rows:
                    left[name] -= 1
                on = {name for name, _ in rows}
                pattern = "".join("1" if name in on else "0" for name in names)
                counts[pattern] = counts.get(pattern, 0) + 1
            for at, name in enumerate(names):
                pattern = "".join("1" if other == at else "0" for other in range(len(names)))
                counts[pattern] = counts.get(pattern, 0) + left[name]
            found.append(Overlap.of(names, counts))
        return found


def link(
    lists: Mapping[str, Rows],
    fields: Sequence[Field],
    *,
    row: str = "id",
    within: bool = True,
    seed: int = 1,
    least: float = 0.01,
    threads: int | None = None,
) -> Linkage:
    """Pairs of rows that may be about the same case, of different lists and, if `within`, of the same.

    `row` is the column with the id of a row. Pairs less probable than `least` are not told. The same lists, fields and
    seed give the same pairs.

    Raises:
        BadLinkage: for one list of fewer than two rows, an id that is there twice, or fewer than two fields.
        CannotTrain: for fields that too few rows share.
        NoLinkage: if the extra `linkage` is not installed.
    """
    try:
        from fairwitness.analyse._splink import Record, trained_pairs
    except ImportError as error:
        raise NoLinkage("Splink, DuckDB or pyarrow is missing.") from error
    if len(fields) < 2:
        raise BadLinkage("Two rows cannot be told apart by one column.", advice="Compare at least two.")
    columns = [one.column for one in fields]
    records: list[Record] = []
    ids: dict[str, tuple[str, ...]] = {}
    for name, table in lists.items():
        rows = rows_of(table, [row, *columns])
        own = tuple(str(one[row]) for one in rows)
        if len(set(own)) != len(own):
            raise BadLinkage("A list has the same id for two rows.", advice="Give each row an id of its own.")
        ids[name] = own
        records += [Record(name, key, {c: one[c] for c in columns}) for key, one in zip(own, rows, strict=True)]
    if len(records) < 2 or (len(lists) < 2 and not within):
        raise BadLinkage("There are not two rows to compare.", advice="Give two lists, or one to compare with itself.")
    kinds = [(one.column, one.kind) for one in fields]
    cpus = threads or min(4, os.cpu_count() or 1)
    found = trained_pairs(records, kinds, across=len(lists) > 1, within=within, seed=seed, least=least, threads=cpus)
    pairs = tuple(Pair(*_key(one, other), probability) for one, other, probability in found)
    return Linkage(ids, tuple(sorted(pairs, key=lambda pair: (pair.one, pair.other))), seed)


def _key(one: RowId, other: RowId) -> tuple[RowId, RowId]:
    return (one, other) if one <= other else (other, one)


def _components(pairs: Iterable[Pair]) -> list[list[RowId]]:
    """The rows that pairs join, directly or through others."""
    above: dict[RowId, RowId] = {}

    def top(row: RowId) -> RowId:
        while above.setdefault(row, row) != row:
            above[row] = above[above[row]]
            row = above[row]
        return row

    for pair in pairs:
        above[top(pair.one)] = top(pair.other)
    found: dict[RowId, list[RowId]] = {}
    for row in above:
        found.setdefault(top(row), []).append(row)
    return list(found.values())


def _weakest(rows: Sequence[RowId], pairs: Sequence[Pair]) -> float:
    """The probability of the weakest pair that cannot be spared: that of the best spanning tree (Kruskal 1956)."""
    above = {row: row for row in rows}

    def top(row: RowId) -> RowId:
        while above[row] != row:
            row = above[row]
        return row

    weakest = 1.0
    for pair in sorted(pairs, key=lambda pair: -(1.0 if pair.decided else pair.probability)):
        one, other = top(pair.one), top(pair.other)
        if one != other:
            above[one] = other
            weakest = min(weakest, 1.0 if pair.decided else pair.probability)
    return weakest


def plain_pairs(linkage: Linkage) -> list[dict[str, Any]]:
    """The pairs as plain rows, for a frame or a file that people decide in."""
    return [
        {
            "list": pair.one[0], "row": pair.one[1], "other_list": pair.other[0], "other_row": pair.other[1],
            "probability": pair.probability, "decided": pair.decided,
        }
        for pair in linkage.pairs
    ]  # fmt: skip
