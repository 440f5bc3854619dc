"""Every count of a report, so that all of them go through suppression together, and what of them may be printed.

Counts of rows and of persons are kept apart, since they have other totals; a count that is held back of one of them is
held back of both, for a row is mostly a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairwitness.analyse.suppression import ALL, BadTables, CannotSuppress, CountTable, Key, Release, suppress
from fairwitness.core.canonical import canonical_json

MISSING, MENTIONS = "(missing)", "(mentions)"
HELD = "x"
Count = tuple[str, Key]
"""The name of a universe (list and unit) and the key of a count in it."""
_ROUNDS = 6


class CountsChanged(BadTables):
    """The counts of the report before cannot be read."""

    code = "bad_earlier"
    advice = "Give the file claims.json that `fairwitness report` wrote."


OTHER = " not"
_CODE = "\n"


def has_code(variable: str, code: str) -> str:
    """The name of the dimension that says whether a unit has the code; its values are yes, no and missing."""
    return f"{variable}{_CODE}{code}"


HAS = ("yes", "no", MISSING)


@dataclass(frozen=True, slots=True)
class Table(CountTable):
    """Counts by variables and by codes of variables; one count has the same key in whichever table it stands.

    With `total`, its first dimension has some of the values of a variable, which together are that one; of the variable
    `total_of`, if it is another one.
    """

    total: str = ""
    total_of: str = ""

    def key_of(self, chosen: Sequence[str]) -> Key:
        """The key of the count."""
        found = []
        for at, (name, value) in enumerate(zip(self.dimensions, chosen, strict=True)):
            variable, _, code = name.partition(_CODE)
            if value == ALL and at == 0 and self.total:
                found.append((self.total_of or variable, self.total))
            elif value != ALL and (not code or value == MISSING):
                found.append((variable, value))
            elif value != ALL:
                found.append((variable + OTHER * (value == "no"), code))
        return tuple(sorted(found))


def code_of(dimension: str) -> tuple[str, str]:
    """The variable and the code that `has_code` put together; no code for the name of a variable."""
    variable, _, code = dimension.partition(_CODE)
    return variable, code


def tabled(
    name: str, dimensions: Mapping[str, tuple[str, ...]], counts: Mapping[Any, int], total: str = "", total_of: str = ""
) -> Table:
    """A table with these cells, their keys one value for each dimension."""
    return Table(name, dimensions, dict(counts), total, total_of)


class Counts:
    """Counts as they are collected, and what may be printed once they are settled."""

    def __init__(self, threshold: int) -> None:
        """There are no counts yet."""
        self.threshold = threshold
        self._tables: dict[str, list[Table]] = {}
        self._shown: dict[str, Release] = {}

    def tables(self, universe: str) -> tuple[Table, ...]:
        """The tables of a universe so far."""
        return tuple(self._tables.get(universe, ()))

    def add(self, universe: str, table: Table) -> None:
        """The table is one of those that are printed."""
        self._tables.setdefault(universe, []).append(table)

    @property
    def any(self) -> bool:
        """Whether there is a table."""
        return bool(self._tables)

    def settle(self, earlier: Mapping[str, Mapping[Key, int | None]]) -> None:
        """It is known what may be printed; `earlier` are the counts of the report before, by universe.

        Raises:
            BadTables: if two tables give different values for one count.
            CannotSuppress: if no choice of counts protects the small ones.
        """
        hold: dict[str, frozenset[Key]] = {}
        for _ in range(_ROUNDS):
            for name, tables in self._tables.items():
                held = hold.get(name, frozenset())
                if name not in self._shown or not held <= set(self._shown[name].held_back):
                    before = Release(dict(earlier[name]), (), self.threshold) if name in earlier else None
                    self._shown[name] = _settled(tables, self.threshold, held, before)
            wanted = {name: self._elsewhere(name) for name in self._tables}
            if all(some <= set(self._shown[name].held_back) for name, some in wanted.items()):
                return
            hold = {name: hold.get(name, frozenset()) | some for name, some in wanted.items()}
        raise CannotSuppress("Counts of rows and of persons do not go together.")

    def shown(self, count: Count) -> int | None:
        """The count, or None where it is held back."""
        name, key = count
        return self._shown[name].values[key]

    def is_held(self, counts: Iterable[Count]) -> bool:
        """Whether any of them is held back."""
        return any(self.shown(one) is None for one in counts)

    def printed(self, count: Count) -> str:
        """As it stands in a table."""
        value = self.shown(count)
        return HELD if value is None else f"{value:,}"

    def digest(self, counts: Iterable[Count]) -> str:
        """SHA-256 over the counts as they are printed: those that are held back cannot be guessed from it."""
        plain = [[name, [list(pair) for pair in key], self.shown((name, key))] for name, key in counts]
        return hashlib.sha256(canonical_json(plain)).hexdigest()

    def held_back(self) -> tuple[int, int]:
        """How many counts are held back, and of how many."""
        every = [v for release in self._shown.values() for key, v in release.values.items() if not _is_inner(key)]
        return sum(value is None for value in every), len(every)

    def as_json(self) -> dict[str, Any]:
        """The counts as they are printed, for `earlier` of the next report."""
        told = {}
        for name, release in sorted(self._shown.items()):
            printed = sorted((key, value) for key, value in release.values.items() if not _is_inner(key))
            told[name] = [[[list(pair) for pair in key], value] for key, value in printed]
        return told

    def _elsewhere(self, name: str) -> frozenset[Key]:
        """What other units of the same list hold back, as far as this one has it."""
        list_name = name.rpartition(":")[0]
        held: set[Key] = set()
        for other, release in self._shown.items():
            if other != name and other.rpartition(":")[0] == list_name:
                held |= set(release.held_back)
        return frozenset(key for key in held if key in self._shown[name].values)


def counts_from_json(plain: Any) -> dict[str, dict[Key, int | None]]:
    """What `Counts.as_json` wrote.

    Raises:
        CountsChanged: if it is nothing of the kind.
    """
    try:
        made: dict[str, dict[Key, int | None]] = {}
        for name, counts in plain.items():
            made[name] = {}
            for key, value in counts:
                if value is not None and type(value) is not int:
                    raise TypeError
                made[name][tuple((str(one), str(other)) for one, other in key)] = value
    except (AttributeError, TypeError, ValueError):
        raise CountsChanged("That holds no counts of a report.") from None
    return made


def _is_inner(key: Key) -> bool:
    """Whether the count is of values that no table prints, collected to link those that are."""
    return any(name.startswith("(") for name, _ in key)


def _settled(tables: Sequence[Table], threshold: int, hold: frozenset[Key], earlier: Release | None) -> Release:
    """First with all totals that are not small published, which is quicker and tells more; else without."""
    values = _values(tables)
    harmless = {key for key in values if any(value in (MISSING, MENTIONS) for _, value in key)}
    before = earlier.values if earlier is not None else {}
    near = [key for key, value in values.items() if 0 < abs(value - (before.get(key) or value)) < threshold]
    whole: set[Key] = {()}
    if before and values[()] >= threshold:  # that rows were added says nothing of them; what they say is held back
        harmless.add(())
    keep = {key for key in values if len(key) == 1 and values[key] >= threshold} - hold - set(near)
    keep = {key for key in keep if not _stands_by_small(values, key, threshold)}
    wishes: dict[str, Any] = {"threshold": threshold, "hold": hold, "harmless": harmless - hold, "earlier": earlier}
    try:
        return suppress(tables, keep=keep | whole, **wishes)
    except CannotSuppress:
        return suppress(tables, keep=whole, **wishes)


def _values(tables: Sequence[Table]) -> dict[Key, int]:
    return {table.key_of(chosen): table.value(chosen) for table in tables for chosen in table.every()}


def _stands_by_small(values: Mapping[Key, int], key: Key, threshold: int) -> bool:
    """Whether another count of the same dimension is small, which this one may have to guard."""
    ((name, _),) = key
    return any(0 < value < threshold for other, value in values.items() if len(other) == 1 and other[0][0] == name)
