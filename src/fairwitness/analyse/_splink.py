"""Splink, asked in the one way that we need: rows in, pairs with probabilities out, nothing else of it seen.

DuckDB runs in memory and is forbidden to load extensions, open files, or reach the network.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import duckdb
import pyarrow as pa
import splink.comparison_level_library as level
import splink.comparison_library as compare
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI

from fairwitness.core.errors import FairwitnessError
from fairwitness.names._parse import BadName, parse_name
from fairwitness.names.keys import keys_of
from fairwitness.text.fold import fold_text

Found = tuple[tuple[str, str], tuple[str, str], float]

_MOST_PAIRS = 400  # that a rule may bring together for each row: more says that half the list has the same value
_RANDOM_PAIRS = 1e6  # of which the model learns how often values agree by chance
_START = {  # how often each level is that of one case, before anything was learnt
    "name": (0.5, 0.2, 0.2, 0.07, 0.03),
    "date": (0.85, 0.06, 0.03, 0.03, 0.03),
    "text": (0.8, 0.08, 0.06, 0.06),
    "exact": (0.94, 0.06),
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class CannotTrain(FairwitnessError):
    """The model has too little to learn from."""

    code = "cannot_train"
    advice = "Compare more columns, or ones that more rows have; every rule that pairs rows needs some that are alike."


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a list with the values that are compared."""

    list: str
    id: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Rule:
    """What must be the same for two rows to be compared: columns, of which those in `lists` hold several values."""

    columns: tuple[str, ...]
    lists: tuple[str, ...]
    fields: frozenset[int]

    def creator(self) -> Any:
        return block_on(*self.columns, arrays_to_explode=list(self.lists) or None)


def trained_pairs(
    records: Sequence[Record],
    kinds: Sequence[tuple[str, str]],
    *,
    across: bool,
    within: bool,
    seed: int,
    least: float,
    threads: int,
) -> list[Found]:
    """Every pair that a rule brings together and the model finds at least so likely.

    `kinds` are the columns and how they are compared: "name", "date", "text" or "exact".
    """
    for name in ("splink", "sqlglot"):
        logging.getLogger(name).setLevel(logging.ERROR)
    rows = [_columns(record, kinds) for record in records]
    rules = list(_rules(rows, kinds))
    if not rules:
        raise CannotTrain("No column brings rows together, or each brings too many.")
    owners = [record.list for record in records]
    same = [_alike(owners, [row[f"f{at}"] for row in rows], within) for at in range(len(kinds))]
    connection = duckdb.connect(":memory:", config={"threads": threads})
    with closing(connection), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET enable_external_access = false")
        settings = SettingsCreator(
            link_type="dedupe_only" if not across else "link_and_dedupe" if within else "link_only",
            comparisons=[_comparison(f"f{at}", kind, bool(same[at])) for at, (_, kind) in enumerate(kinds)],
            blocking_rules_to_generate_predictions=[rule.creator() for rule in rules],
            retain_matching_columns=False,
            retain_intermediate_calculation_columns=False,
        )
        linker = Linker(_registered(DuckDBAPI(connection), records, rows, kinds), settings, log_level=None)
        _train(linker, kinds, same, seed)
        found = linker.inference.predict(threshold_match_probability=least).as_record_list()
    return [_pair(row) for row in found]


def _registered(
    api: Any, records: Sequence[Record], rows: Sequence[dict[str, Any]], kinds: Sequence[tuple[str, str]]
) -> list[Any]:
    """The lists as tables of the database, in the order of their names."""
    frames = []
    for at, name in enumerate(sorted({record.list for record in records})):
        own = [row for record, row in zip(records, rows, strict=True) if record.list == name]
        columns = {column: pa.array([row[column] for row in own], kind) for column, kind in _schema(kinds)}
        frames.append(api.register(pa.table(columns), dataset_display_name=f"list{at}", table_name=f"list{at}"))
    return frames


def _schema(kinds: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Any]]:
    yield "unique_id", pa.string()
    for at, (_, kind) in enumerate(kinds):
        yield f"f{at}", pa.string()
        if kind == "name":
            yield f"f{at}_keys", pa.list_(pa.string())
        if kind == "date":
            yield f"f{at}_year", pa.string()


def _columns(record: Record, kinds: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of a row, folded, and what brings it together with others."""
    made: dict[str, Any] = {"unique_id": f"{record.list}\n{record.id}"}
    for at, (name, kind) in enumerate(kinds):
        value = _folded(record.values[name])
        if kind == "date":
            value = value if value is not None and _DAY.fullmatch(value) else None
            made[f"f{at}_year"] = value[:4] if value else None
        if kind == "name":
            made[f"f{at}_keys"] = list(name_keys(value)) if value else None
        made[f"f{at}"] = value
    return made


def _folded(value: Any) -> str | None:
    text = "" if value is None else " ".join(fold_text(str(value)).split())
    return text or None


@lru_cache(maxsize=200_000)
def name_keys(text: str) -> tuple[str, ...]:
    """The keys of the words of a name, whatever script it is in; the words themselves where it is no name."""
    try:
        name = parse_name(text)
    except BadName:
        return tuple(sorted(set(text.split())))
    return tuple(sorted({key for way in name.ways for word in way.words for key in keys_of(word)}))


def _comparison(column: str, kind: str, has_same: bool) -> Any:
    """How a column is compared; a level that no two rows can be at would keep the model from learning the others."""
    same: list[Any] = [level.ExactMatchLevel(column)] if has_same else []
    if has_same and kind == "name":  # else the lists are in different scripts
        same.append(level.JaroWinklerLevel(column, 0.94))
    levels = [level.NullLevel(column), *same, *_near(column, kind), level.ElseLevel()]
    for one, share in zip(reversed(levels[1:]), reversed(_START[kind]), strict=False):
        one.configure(m_probability=share)
    return compare.CustomComparison(levels, output_column_name=column)


def _near(column: str, kind: str) -> list[Any]:
    """How two values can be alike that are not the same, the best first."""
    if kind == "name":  # by sound, in whatever script, or by spelling
        keys = f"{column}_keys"
        return [
            level.Or(level.ArrayIntersectLevel(keys, 2), level.JaroWinklerLevel(column, 0.92)),
            level.Or(level.ArrayIntersectLevel(keys, 1), level.JaroWinklerLevel(column, 0.85)),
        ]
    if kind == "date":
        typed = [level.DamerauLevenshteinLevel(column, 1), level.DamerauLevenshteinLevel(column, 2)]
        return [*typed, level.ExactMatchLevel(f"{column}_year")]
    if kind == "text":
        return [level.JaroWinklerLevel(column, 0.94), level.JaroWinklerLevel(column, 0.85)]
    return []


def _rules(rows: Sequence[dict[str, Any]], kinds: Sequence[tuple[str, str]]) -> Iterator[_Rule]:
    """What brings rows together: one value, or two of different columns, unless that is too many rows."""
    single = []
    for at, (_, kind) in enumerate(kinds):
        column, listed = (f"f{at}_keys", (f"f{at}_keys",)) if kind == "name" else (f"f{at}", ())
        single.append(_Rule((column,), listed, frozenset((at,))))
        if kind == "date":
            single.append(_Rule((f"f{at}_year",), (), frozenset((at,))))
    kept = [rule for rule in single if _brings(rows, rule) <= _MOST_PAIRS * len(rows)]
    yield from kept
    for one, other in combinations((rule for rule in single if rule not in kept), 2):
        both = _Rule(one.columns + other.columns, one.lists + other.lists, one.fields | other.fields)
        if len(both.fields) == 2 and len(both.lists) < 2 and _brings(rows, both) <= _MOST_PAIRS * len(rows):
            yield both


def _brings(rows: Sequence[dict[str, Any]], rule: _Rule) -> int:
    """How many pairs of rows the rule brings together, at most."""
    counts: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        values: list[tuple[str, ...]] = [()]
        for column in rule.columns:
            given = row[column]
            some = given if isinstance(given, list) else [] if given is None else [given]
            values = [(*before, one) for before in values for one in some]
        counts.update(set(values))
    return sum(count * (count - 1) // 2 for count in counts.values())


def _alike(owners: Sequence[str], values: Sequence[str | None], within: bool) -> int:
    """How many pairs of rows that are compared have the same value."""
    counts: dict[str, Counter[str]] = {}
    for owner, value in zip(owners, values, strict=True):
        if value is not None:
            counts.setdefault(value, Counter())[owner] += 1
    every = sum(one.total() * (one.total() - 1) // 2 for one in counts.values())
    inside = sum(count * (count - 1) // 2 for one in counts.values() for count in one.values())
    return every if within else every - inside


def _train(linker: Any, kinds: Sequence[tuple[str, str]], same: Sequence[int], seed: int) -> None:
    """The model knows how often values agree by chance, and how often where two rows are the same case.

    `same` says of each field how many pairs of rows have the same value: the rarest teach about the others.
    """
    fields = len(same)
    training = linker.training
    together = combinations(range(fields), min(fields, 3))
    sure = [" AND ".join(_same(f"f{at}", kinds[at][1]) for at in some) for some in together]
    with suppress(ValueError):  # where there is no such pair, what the model starts from stands
        training.estimate_probability_two_random_records_match(sure, recall=0.6)
    training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=seed)
    learnt: set[int] = set()
    for at in sorted(range(fields), key=lambda at: same[at]):
        new = set(range(fields)) - {at}
        if new <= learnt or not same[at]:
            continue
        with suppress(Exception):  # splink raises of every kind where a rule brings nothing together
            training.estimate_parameters_using_expectation_maximisation(
                block_on(f"f{at}"), fix_probability_two_random_records_match=True
            )
            learnt |= new
    if len(learnt) < fields:
        raise CannotTrain("There is a column of which the model cannot learn how often it agrees.")


def _same(column: str, kind: str) -> str:
    """What two rows of one case mostly have in common, in SQL: of a name, the sounds of two words."""
    if kind == "name":
        return f"len(list_intersect(l.{column}_keys, r.{column}_keys)) >= 2"
    return f"l.{column} = r.{column}"


def _pair(row: dict[str, Any]) -> Found:
    one, other = (str(row[f"unique_id_{side}"]).partition("\n") for side in "lr")
    return (one[0], one[2]), (other[0], other[2]), float(row["match_probability"])
