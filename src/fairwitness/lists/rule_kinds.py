"""The kinds of rules that a list can be checked by, with the columns and options that each takes.

Declarations only; `fairwitness.lists.rules` does what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from fairwitness.core.lists import ColumnKind

Option = str | int | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a list: its kind, the columns it speaks of by name, and what else it needs, sorted by key.

    `name` is how violations call it; empty, it is made of the kind and the columns.
    """

    kind: str
    columns: tuple[str, ...] = ()
    name: str = ""
    options: tuple[tuple[str, Option], ...] = ()

    @property
    def called(self) -> str:
        """The name, made up if nobody gave one."""
        return self.name or ":".join((self.kind, *self.columns))

    def option(self, key: str) -> Option:
        """The option, or what it is where nobody set it."""
        return dict(self.options).get(key, RULE_KINDS[self.kind].options[key])

    def texts(self, key: str) -> tuple[str, ...]:
        """An option that is a list of texts."""
        value = self.option(key)
        return value if isinstance(value, tuple) else ()


@dataclass(frozen=True, slots=True)
class RuleKind:
    """What a kind of rule says in a sentence, how many columns it takes, and its options with their defaults.

    `needs` are the kinds that its columns must be of, the last for all further ones; None for any. A rule about
    columns of other kinds would never find anything, and nobody would know.
    """

    says: str
    least_columns: int
    most_columns: int
    options: Mapping[str, Option] = field(default_factory=dict)
    needs: tuple[ColumnKind | None, ...] = (None,)


_MANY = 1000

RULE_KINDS: Mapping[str, RuleKind] = {
    "date_order": RuleKind(
        "the dates of the columns follow one another; `strict`: no two on one day",
        2,
        _MANY,
        {"strict": False},
        needs=("date",),
    ),
    "date_range": RuleKind("the date lies from `first` to `last`", 1, 1, {"first": "", "last": ""}, needs=("date",)),
    "number_range": RuleKind(
        "the number lies from `least` to `most`", 1, 1, {"least": "", "most": ""}, needs=("number",)
    ),
    "checksum": RuleKind(
        "the number fits its own checksum; `scheme` says which", 1, 1, {"scheme": ""}, needs=("identity",)
    ),
    "birth_date": RuleKind(
        "the date inside the number of the first column is that of the second", 2, 2, needs=("identity", "date")
    ),
    "sex": RuleKind(
        "the sex figure inside the number of the first column agrees with the second: `male` and `female` list what "
        "stands there",
        2,
        2,
        {
            "male": ("男", "ئەر", "ер", "муж", "м", "erkek", "male", "m"),
            "female": ("女", "ئايال", "әйел", "жен", "ж", "kadın", "female", "f"),
        },
        needs=("identity", None),
    ),
    "region": RuleKind(
        "the number of the first column begins with the figures of the second, or with those that `prefixes` gives "
        'for its text, as in "653222 墨玉县"',
        2,
        2,
        {"digits": 6, "prefixes": ()},
        needs=("identity", None),
    ),
    "row_sum": RuleKind("the first column is the sum of the others", 2, _MANY, needs=("number",)),
    "column_sum": RuleKind(
        "rows of totals hold the sum of the rows above them; `carried`: of all rows since the beginning, as lists do "
        "that carry their sum over to the next page",
        1,
        1,
        {"carried": False},
        needs=("number",),
    ),
    "count": RuleKind(
        "rows of totals hold the number of rows above them; `carried`: since the beginning", 1, 1, {"carried": False}
    ),
    "serial": RuleKind(
        'the numbers go up by one from `start`; `restart` is "", "page", or the name of a column at whose changes they '
        "begin again",
        1,
        1,
        {"start": 1, "restart": ""},
    ),
    "unique": RuleKind("no two rows have the same in all of the columns", 1, _MANY),
    "duplicate_rows": RuleKind("no two rows are the same in all columns but those of `except`", 0, 0, {"except": ()}),
    "carry": RuleKind("what is written once holds for the empty cells below it, over page ends too", 1, 1),
    "vocabulary": RuleKind("the cell holds one of `values`", 1, 1, {"values": ()}),
    "required": RuleKind("the cell is not empty", 1, 1),
    "pattern": RuleKind("the whole cell matches the regular expression `pattern` (RE2)", 1, 1, {"pattern": ""}),
}
