"""Forms that belong together though no rule of spelling leads from one to the other: names.csv, and the table shipped.

A row is `kind,forms`: the kind is `word` (one word of a name) or `name` (a whole name); the forms are separated by `|`.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from fairwitness.core.errors import FairwitnessError
from fairwitness.names._tables import rows
from fairwitness.text.fold import fold_text
from fairwitness.text.loose import simplify

MAX_ALIASES = 20_000


class BadAliases(FairwitnessError):
    """A table of aliases cannot be used; the message names the line."""

    code = "bad_aliases"
    advice = "A line is kind,forms: word or name, and forms separated by |. docs/names.md shows one."


@dataclass(frozen=True, slots=True, eq=False)
class Aliases:
    """For each folded form the groups it is in, and the forms of each group as they were written."""

    groups: tuple[tuple[str, ...], ...]
    words: dict[str, frozenset[int]] = field(default_factory=dict)
    names: dict[str, frozenset[int]] = field(default_factory=dict)

    def shared_word(self, one: str, other: str) -> bool:
        """Whether a group of words holds both."""
        return bool(self.words.get(one, _NONE) & self.words.get(other, _NONE))

    def shared_name(self, one: str, other: str) -> bool:
        """Whether a group of whole names holds both."""
        return bool(self.names.get(one, _NONE) & self.names.get(other, _NONE))

    def forms(self, text: str, *, whole: bool) -> tuple[str, ...]:
        """The other forms of a word, or of a whole name."""
        table = self.names if whole else self.words
        key = alias_key(text)
        found = (form for group in sorted(table.get(key, _NONE)) for form in self.groups[group])
        return tuple(dict.fromkeys(form for form in found if alias_key(form) != key))


_NONE: frozenset[int] = frozenset()


def alias_key(text: str) -> str:
    """What of a form counts when it is looked up: its letters, folded, simplified."""
    folded = simplify(fold_text(text))
    return " ".join("".join(char if char.isalnum() else " " for char in folded.replace("'", "")).split())


def _made(found: list[tuple[str, list[str]]]) -> Aliases:
    words: dict[str, set[int]] = defaultdict(set)
    names: dict[str, set[int]] = defaultdict(set)
    for number, (kind, forms) in enumerate(found):
        for form in forms:
            (words if kind == "word" else names)[alias_key(form)].add(number)
    return Aliases(
        tuple(tuple(forms) for _, forms in found),
        {key: frozenset(of) for key, of in words.items()},
        {key: frozenset(of) for key, of in names.items()},
    )


def _shipped() -> list[tuple[str, list[str]]]:
    return [(row["kind"], row["forms"].split("|")) for row in rows("aliases")]


@cache
def shipped_aliases() -> Aliases:
    """The table of the package."""
    return _made(_shipped())


def read_aliases(text: str) -> Aliases:
    """The table of the package and that of a case together.

    Raises:
        BadAliases: with the line, counted from 1.
    """
    found: list[tuple[str, list[str]]] = []
    for number, row in enumerate(csv.reader(io.StringIO(text.removeprefix("\ufeff"))), 1):
        if not any(cell.strip() for cell in row) or row[0].startswith("#") or row == ["kind", "forms"]:
            continue
        forms = [form.strip() for form in row[1].split("|") if alias_key(form)] if len(row) == 2 else []
        if row[0] not in ("word", "name") or len(forms) < 2:
            raise BadAliases(f"Row {number} of the aliases is not kind,forms with two forms at least.")
        found.append((row[0], forms))
        if len(found) > MAX_ALIASES:
            raise BadAliases(f"There are more than {MAX_ALIASES:,} rows of aliases.")
    return _made([*_shipped(), *found])
