"""Holds back the small counts of a release, and as many others as it takes that nobody can work them out.

A count below the threshold is primary. Since margins are published too, others have to go with it: which ones is the
cell suppression problem, solved as an integer program over all tables of a release at once (Kelly, Golden and Assad
1992, Networks 22, 397-417; HiGHS). What came out is attacked before it is given back: an attacker who knows every
published number, that totals add up, that no count is negative, and every earlier release, must not be able to narrow a
primary count to less than the threshold. Primary counts and those that go with them look alike: "<5" says too much.
"""

from __future__ import annotations

import operator
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from fairwitness.core.errors import FairwitnessError

ALL = "*"
"""Stands for every value of a dimension, in the key of a total."""

Key = tuple[tuple[str, str], ...]
"""Names a count by the value of each dimension that it is for, in the order of their names; () is the whole."""

_HOW = {"time_limit": 60.0, "mip_rel_gap": 0.01}
_TRIES = 5
_SILENCE = threading.Lock()


class BadTables(FairwitnessError):
    """The tables do not belong together, or are none."""

    code = "bad_tables"


class CannotSuppress(FairwitnessError):
    """No choice of counts to hold back protects the small ones."""

    code = "cannot_suppress"
    advice = "Merge categories, publish fewer tables, or let totals be held back too."


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts of one unit by some dimensions; a cell that is left out is 0. Margins follow from the cells.

    `dimensions` maps the name of each dimension to its values, in their order. The keys of `counts` have one value for
    each dimension, in that order.
    """

    name: str
    dimensions: Mapping[str, tuple[str, ...]]
    counts: Mapping[tuple[str, ...], int]

    def value(self, chosen: Sequence[str]) -> int:
        """The count of a cell or, with `ALL` among the values, of a total."""
        wanted = [
            values if one == ALL else (one,) for one, values in zip(chosen, self.dimensions.values(), strict=True)
        ]
        return sum(self.counts.get(cell, 0) for cell in product(*wanted))

    def every(self) -> Iterable[tuple[str, ...]]:
        """Every cell and every total."""
        return product(*((*values, ALL) for values in self.dimensions.values()))

    def key_of(self, chosen: Sequence[str]) -> Key:
        """The same count has the same key in every table of a release."""
        named = zip(self.dimensions, chosen, strict=True)
        return tuple(sorted((name, value) for name, value in named if value != ALL))


@dataclass(frozen=True, slots=True)
class Release:
    """What is published: every count by its key, None where it is held back.

    `equations` are the totals and their parts. `only_added` says that every count is at least what it was in the
    earlier release, and that everybody knows.
    """

    values: Mapping[Key, int | None]
    equations: tuple[tuple[Key, tuple[Key, ...]], ...]
    threshold: int
    floors: Mapping[Key, int] = field(default_factory=dict)

    @property
    def held_back(self) -> tuple[Key, ...]:
        """Keys of the counts that are not told."""
        return tuple(key for key, value in self.values.items() if value is None)

    def table(self, table: CountTable) -> dict[tuple[str, ...], int | None]:
        """The cells and totals of one table as they may be published."""
        return {chosen: self.values[table.key_of(chosen)] for chosen in table.every()}


@dataclass(frozen=True, slots=True)
class _Wishes:
    """Counts to publish if they are not small, to hold back, and to publish whatever they are."""

    keep: frozenset[Key]
    hold: frozenset[Key]
    harmless: frozenset[Key]


@dataclass(frozen=True, slots=True)
class _Problem:
    """Every count of a release as one vector; each row of `equal` (equations, counts) sums to 0."""

    keys: tuple[Key, ...]
    counts: NDArray[np.float64]
    equal: NDArray[np.float64]
    primary: tuple[int, ...]
    fixed: frozenset[int]
    floors: NDArray[np.float64]


def suppress(
    tables: Sequence[CountTable],
    *,
    threshold: int = 5,
    keep: Iterable[Key] = ((),),
    hold: Iterable[Key] = (),
    harmless: Iterable[Key] = (),
    earlier: Release | None = None,
    only_added: bool = False,
) -> Release:
    """The release of these tables in which nobody can narrow a small count to less than `threshold`.

    Counts from 1 to `threshold` - 1 are small; so are counts whose difference to the `earlier` release is. The counts
    of `keep` are published in any case, the whole by default; those of `hold` are protected as if they were small;
    `harmless` ones, such as how many could not be read, are published however small they are. With `only_added`,
    whoever reads both releases knows that no count became smaller.

    Raises:
        BadTables: if a count is negative or no whole number, or the tables give two values for one count.
        CannotSuppress: if there is no such release.
    """
    if threshold < 2:
        raise BadTables("A threshold below 2 protects nobody.", advice="Use 5, or 10 for sensitive crossings.")
    values, equations = _collected(tables)
    wishes = _Wishes(frozenset(keep), frozenset(hold), frozenset(harmless))
    problem = _problem(values, equations, threshold, wishes, earlier, only_added)
    floors = {problem.keys[at]: int(low) for at, low in enumerate(problem.floors) if low > 0}
    apart = np.full(len(problem.primary), float(threshold))
    for _ in range(_TRIES):
        held = _chosen(problem, apart) if problem.primary else frozenset()
        shown: dict[Key, int | None] = {key: None if at in held else values[key] for at, key in enumerate(problem.keys)}
        release = Release(shown, equations, threshold, floors)
        narrow = [_is_narrow(release, problem.keys[at], threshold) for at in problem.primary]
        if not any(narrow):
            return release
        apart[narrow] += threshold  # the program reckons with fractions; whole numbers can lie closer together
    raise CannotSuppress(f"{sum(narrow)} small counts can be worked out from the rest.")


def attack(release: Release, keys: Iterable[Key] | None = None) -> dict[Key, tuple[float, float]]:
    """How far somebody who has the release can narrow each count that is held back: lowest and highest whole number."""
    order = list(release.values)
    place = {key: at for at, key in enumerate(order)}
    equal = _matrix(release.equations, place)
    low = np.array([release.floors.get(key, 0) if value is None else value for key, value in release.values.items()])
    high = np.array([np.inf if value is None else value for value in release.values.values()])
    sums = LinearConstraint(equal, np.zeros(len(equal)), np.zeros(len(equal)))
    found = {}
    for key in release.held_back if keys is None else keys:
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(order))
            aim[place[key]] = sign
            solved = _solved(aim, [sums], Bounds(low, high), np.ones(len(order)))
            ends.append(round(sign * solved.fun) if solved.status == 0 else np.inf)
        found[key] = (float(ends[0]), float(ends[1]))
    return found


def _is_narrow(release: Release, key: Key, threshold: int) -> bool:
    if release.values[key] is not None:
        return True
    low, high = attack(release, [key])[key]
    return high - low < threshold


def _collected(tables: Sequence[CountTable]) -> tuple[dict[Key, int], tuple[tuple[Key, tuple[Key, ...]], ...]]:
    """Every count of all tables once, and the sums that hold between them."""
    if not tables:
        raise BadTables("There is no table.", advice="Give at least one.")
    values: dict[Key, int] = {}
    equations: dict[tuple[Key, tuple[Key, ...]], None] = {}
    for table in tables:
        _check(table)
        for chosen in table.every():
            key, value = table.key_of(chosen), table.value(chosen)
            if values.setdefault(key, value) != value:
                raise BadTables("Two tables give different values for one count.", advice="Count one unit in both.")
            for at, domain in enumerate(table.dimensions.values()):
                if chosen[at] == ALL:
                    parts = (table.key_of((*chosen[:at], one, *chosen[at + 1 :])) for one in domain)
                    equations[key, tuple(parts)] = None
    return values, tuple(equations)


def _check(table: CountTable) -> None:
    domains = tuple(table.dimensions.values())
    if any(not domain or ALL in domain or len(set(domain)) < len(domain) for domain in domains):
        raise BadTables("A dimension has no values, or one twice.", advice=f"Name each once, none of them {ALL!r}.")
    for cell, count in table.counts.items():
        if not _is_count(count):
            raise BadTables("A count is negative or no whole number.", advice="Publish counts of cases.")
        if len(cell) != len(domains) or any(one not in domain for one, domain in zip(cell, domains, strict=True)):
            raise BadTables("A cell has a value that its dimension does not have.", advice="Name all values.")


def _is_count(value: int) -> bool:
    try:
        return operator.index(value) >= 0
    except TypeError:
        return False


def _problem(
    values: Mapping[Key, int],
    equations: tuple[tuple[Key, tuple[Key, ...]], ...],
    threshold: int,
    wishes: _Wishes,
    earlier: Release | None,
    only_added: bool,
) -> _Problem:
    keys = tuple(values)
    place = {key: at for at, key in enumerate(keys)}
    before = {key: value for key, value in earlier.values.items() if value is not None} if earlier is not None else {}
    primary = []
    for at, key in enumerate(keys):
        changed = abs(values[key] - before[key]) if key in before else 0
        is_small = 0 < values[key] < threshold or 0 < changed < threshold
        if (is_small and key not in wishes.harmless) or key in wishes.hold:
            primary.append(at)
    floors = [before.get(key, 0) if only_added else 0 for key in keys]
    if any(low > values[key] for low, key in zip(floors, keys, strict=True)):
        raise BadTables("A count became smaller.", advice="Leave out only_added.")
    fixed = frozenset(place[key] for key in (*wishes.keep, *wishes.harmless) if key in place)
    if fixed & set(primary):
        raise CannotSuppress("A count that is to be published in any case is small, or changed by little.")
    counts = np.array([values[key] for key in keys], np.float64)
    return _Problem(keys, counts, _matrix(equations, place), tuple(primary), fixed, np.array(floors, np.float64))


def _matrix(equations: Sequence[tuple[Key, tuple[Key, ...]]], place: Mapping[Key, int]) -> NDArray[np.float64]:
    rows = np.zeros((len(equations), len(place)))
    for at, (total, parts) in enumerate(equations):
        rows[at, place[total]] -= 1
        for part in parts:
            rows[at, place[part]] += 1
    return rows


def _chosen(problem: _Problem, apart: NDArray[np.float64]) -> frozenset[int]:
    """Which counts are held back: as few and as small ones as it takes.

    Counts that only counts published in any case link to one another are chosen apart, which gives the same and takes
    a fraction of the time.
    """
    held: set[int] = set()
    for inside in _linked(problem):
        own = [at for at, key in enumerate(problem.primary) if key in inside]
        if own:
            held |= _chosen_among(problem, inside, own, apart)
    return frozenset(held)


def _linked(problem: _Problem) -> list[set[int]]:
    """The counts that are not fixed, by what equations link them."""
    owner = list(range(len(problem.keys)))

    def root(at: int) -> int:
        while owner[at] != at:
            owner[at] = owner[owner[at]]
            at = owner[at]
        return at

    for row in problem.equal:
        free = [int(at) for at in np.flatnonzero(row) if int(at) not in problem.fixed]
        for at in free[1:]:
            owner[root(at)] = root(free[0])
    found: dict[int, set[int]] = {}
    for at in range(len(problem.keys)):
        if at not in problem.fixed:
            found.setdefault(root(at), set()).add(at)
    return list(found.values())


def _chosen_among(problem: _Problem, inside: set[int], own: list[int], apart: NDArray[np.float64]) -> set[int]:
    rows = [row for row in problem.equal if any(int(at) in inside for at in np.flatnonzero(row))]
    also = {int(at) for row in rows for at in np.flatnonzero(row)}
    order = sorted(inside | also)
    place = {at: number for number, at in enumerate(order)}
    part = _Problem(
        tuple(problem.keys[at] for at in order),
        problem.counts[order],
        np.array([row[order] for row in rows]).reshape(len(rows), len(order)),
        tuple(place[problem.primary[at]] for at in own),
        frozenset(place[at] for at in problem.fixed if at in place),
        problem.floors[order],
    )
    return {order[at] for at in _solution(part, apart[own])}


def _solution(problem: _Problem, apart: NDArray[np.float64]) -> frozenset[int]:
    """The same of counts that are linked.

    Variables: for each count whether it goes; for each primary count two other worlds that fit everything published,
    in which that count lies so far apart.
    """
    size, worlds = len(problem.keys), 2 * len(problem.primary)
    most = float(problem.counts.max() + apart.max() + 1)
    cost = np.concatenate((1 + np.log1p(problem.counts), np.zeros(worlds * size)))
    low = np.concatenate((np.zeros(size), np.tile(problem.floors - problem.counts, worlds)))
    high = np.concatenate((np.ones(size), np.full(worlds * size, most)))
    low[list(problem.primary)] = 1
    high[list(problem.fixed)] = 0
    whole = np.concatenate((np.ones(size), np.zeros(worlds * size)))
    solved = _solved(cost, _constraints(problem, apart, most), Bounds(np.minimum(low, high), high), whole, _HOW)
    if solved.x is None:
        raise CannotSuppress("The small counts cannot be protected.")
    return frozenset(int(at) for at in np.flatnonzero(solved.x[:size] > 0.5))


def _solved(
    aim: NDArray[np.float64],
    constraints: Sequence[LinearConstraint],
    bounds: Bounds,
    whole: NDArray[np.float64],
    how: Mapping[str, float] | None = None,
) -> Any:
    """What HiGHS finds, without the line that it writes to standard output for some problems, whatever it is told."""
    sys.stdout.flush()
    with _SILENCE:
        kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 1)
            return milp(aim, constraints=constraints, bounds=bounds, integrality=whole, options=dict(how or {}))
        finally:
            os.dup2(kept, 1)
            os.close(kept)
            os.close(nowhere)


def _constraints(problem: _Problem, apart: NDArray[np.float64], most: float) -> list[LinearConstraint]:
    """Each world keeps every sum, changes only what is held back, and the two of a pair lie apart."""
    size, worlds = len(problem.keys), 2 * len(problem.primary)
    columns = size * (1 + worlds)
    at_row, at_column = np.nonzero(problem.equal)
    entries = problem.equal[at_row, at_column]
    sums = [(at_row + w * len(problem.equal), at_column + size * (1 + w), entries) for w in range(worlds)]
    every = np.arange(size)
    up: list[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]] = []
    for w in range(worlds):
        rows = every + w * size
        up += [(rows, every + size * (1 + w), np.ones(size)), (rows, every, np.full(size, -most))]
    down = [(rows, cols, -vals if at % 2 == 0 else vals) for at, (rows, cols, vals) in enumerate(up)]
    differ = []
    for pair, at in enumerate(problem.primary):
        cells = np.array([size * (1 + 2 * pair) + at, size * (2 + 2 * pair) + at])
        differ.append((np.array([pair, pair]), cells, np.array([1.0, -1.0])))
    equations, pairs = worlds * len(problem.equal), len(problem.primary)
    return [
        LinearConstraint(_sparse(sums, equations, columns), np.zeros(equations), np.zeros(equations)),
        LinearConstraint(_sparse(up, worlds * size, columns), -np.inf, np.zeros(worlds * size)),
        LinearConstraint(_sparse(down, worlds * size, columns), -np.inf, np.zeros(worlds * size)),
        LinearConstraint(_sparse(differ, pairs, columns), apart, np.inf),
    ]


def _sparse(
    parts: Sequence[tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]], rows: int, columns: int
) -> coo_array:
    at_row, at_column, entries = (np.concatenate([part[n] for part in parts]) for n in range(3))
    return coo_array((entries, (at_row, at_column)), shape=(rows, columns)).tocsc()
