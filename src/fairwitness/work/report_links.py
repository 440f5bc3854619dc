"""Counts of one column under several names, linked: groups of a variable are sums of the values that others print.

A report may show a column by its values, in two kinds of groups, and as an outcome of several values. Whoever holds
these tables side by side can subtract; so suppression has to know that they are of one column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fairwitness.work.report_counts import HAS, MISSING, Counts, Table, code_of, has_code, tabled
from fairwitness.work.report_tables import Answers, Lists

_Dimension = tuple[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Used:
    """A variable as a table has it: its codes, and the other dimension of the table, if there is one."""

    variable: str
    codes: tuple[str, ...]
    beside: _Dimension | None


def link_columns(lists: Lists, counts: Counts) -> None:
    """Counts of the values of each column that stands in tables under several names are collected too, as sums.

    They are not printed: they only tell suppression what can be worked out.
    """
    for name in lists.tables:
        universe = f"{name}:row"
        known = {key[1]: answers for key, answers in lists.known.items() if key[0] == name}
        by_column: dict[str, list[_Used]] = {}
        for used in _used(counts.tables(universe), known):
            by_column.setdefault(known[used.variable].column, []).append(used)
        for column, some in by_column.items():
            for beside in dict.fromkeys(used.beside for used in some):
                same = [used for used in some if used.beside == beside]
                if len({(used.variable, used.codes) for used in same}) > 1:
                    for used in dict.fromkeys(same):
                        _link(counts, universe, known, column, used)


def _used(tables: Sequence[Table], known: Mapping[str, Answers]) -> Iterator[_Used]:
    """Yields every variable of every table: alone, since totals are printed, and beside the other dimension."""
    for table in tables:
        dimensions = [(name, tuple(values)) for name, values in table.dimensions.items()]
        for at, (name, values) in enumerate(dimensions):
            variable, code = code_of(name)
            if table.total or variable not in known or not known[variable].atoms:
                continue
            codes = (code,) if code else tuple(one for one in values if one != MISSING)
            yield _Used(variable, codes, None)
            if len(dimensions) == 2:
                yield _Used(variable, codes, dimensions[1 - at])


def _link(counts: Counts, universe: str, known: Mapping[str, Answers], column: str, used: _Used) -> None:
    answers = known[used.variable]
    inner = f"(values of {column})"
    for code in used.codes:
        wanted = {code} if code in answers.scheme.codes else set(code.split("+"))
        rows = [at for at, value in enumerate(answers.values) if value is not None and value & wanted]
        atoms = tuple(sorted({atom for at in rows if (atom := answers.atoms[at]) is not None}))
        if not atoms:
            continue
        dimensions: dict[str, tuple[str, ...]] = {inner: atoms}
        beside = [""] * len(answers.values)
        if used.beside is not None:
            dimensions[used.beside[0]] = used.beside[1]
            other = known.get(code_of(used.beside[0])[0])
            if other is None:
                continue
            beside = _values(other, used.beside)
        cells = Counter((answers.atoms[at] or "", beside[at])[: len(dimensions)] for at in rows)
        counts.add(universe, tabled(code, dimensions, cells, total=code, total_of=used.variable))


def _values(answers: Answers, dimension: _Dimension) -> list[str]:
    """What each row has in the dimension."""
    name, domain = dimension
    code = code_of(name)[1]
    if not code:
        return [next(iter(value)) if value else MISSING for value in answers.values]
    wanted = {code} if code in answers.scheme.codes else set(code.split("+"))
    assert domain == HAS and name == has_code(answers.name, code)
    return [MISSING if value is None else "yes" if value & wanted else "no" for value in answers.values]
