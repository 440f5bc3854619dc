"""Decides about a page from its sequence as a string, without taking it apart, where that can be done exactly.

In a sequence words stand between blanks, and a part of a Han run is a part of the string. So Chinese strings,
patterns and fuzzy words are looked for at once, and only where items of `near` stand are units counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import re2

from fairwitness.search._near import is_near
from fairwitness.search._nodes import Fuzzy, Near, NearItem, Phrase, Regex, Term, TextLeaf, Wildcard
from fairwitness.search._patterns import (
    Chars,
    FuzzyWord,
    Pattern,
    Repeat,
    Sequence,
    compile_bounded,
    fuzzy_of,
    is_han_pattern,
    pattern_of,
)
from fairwitness.search._patterns import Choice as Either
from fairwitness.search._view import Range, unit_of
from fairwitness.search.analyser import HAN_CLASS, RUN_BREAK, has_han, is_han

MAX_VARIED = 8  # characters of a fuzzy Chinese word whose variants are listed
_HAN = Chars(tuple((part[0], part[-1]) for part in re.findall(".-.|.", HAN_CLASS)), False)
_UNIT = re.compile(f"[{HAN_CLASS}]|[^ {RUN_BREAK}{HAN_CLASS}]+")

Decider = Callable[[str], bool | None]
"""Whether the page of a sequence matches; None where only taking it apart can tell."""

Variant = tuple[str, ...]
"""A spelling, character by character; an empty one stands for any character."""


def decider(leaf: TextLeaf) -> Decider | None:
    """Decides whether the page of a sequence matches; nothing for leaves for which each page must be taken apart."""
    if isinstance(leaf, Near):
        return _near(leaf)
    if isinstance(leaf, Wildcard | Regex) and is_han_pattern(pattern_of(leaf)):
        return _searched(*_on_sequences(leaf))
    if isinstance(leaf, Fuzzy):
        fuzzy = fuzzy_of(leaf)
        if fuzzy.han and len(fuzzy.text) <= MAX_VARIED:
            return _varied(_any_variant(fuzzy), fuzzy.distance == 1)
    return None


def _searched(wanted: re.Pattern[str] | None, is_exact: bool) -> Decider | None:
    if wanted is None:
        return None
    search, found = wanted.search, True if is_exact else None
    return lambda sequence: False if search(sequence) is None else found


def _varied(wanted: re.Pattern[bytes] | None, is_exact: bool) -> Decider | None:
    """In bytes: the engine would count characters up to each find in a text, which nobody asks for."""
    if wanted is None:
        return None
    search, found = wanted.search, True if is_exact else None
    return lambda sequence: False if search(sequence.encode()) is None else found


@lru_cache(maxsize=256)
def _on_sequences(leaf: Wildcard | Regex) -> tuple[re.Pattern[str] | None, bool]:
    """What to look for in sequences, and whether every find is a match; nothing for what matches nothing at all."""
    pattern = pattern_of(leaf)
    wanted = compile_bounded(_within_runs(pattern))
    return (None, False) if wanted.fullmatch("") else (wanted, not _is_negated(pattern))


def _within_runs(pattern: Pattern) -> Pattern:
    if isinstance(pattern, Chars):
        return _HAN if pattern.negated else pattern
    if isinstance(pattern, Repeat):
        return Repeat(_within_runs(pattern.part), pattern.low, pattern.high)
    if isinstance(pattern, (Sequence, Either)):
        return type(pattern)(tuple(map(_within_runs, pattern.parts)))
    return pattern


def _is_negated(pattern: Pattern) -> bool:
    """Whether some class leaves characters out; that of any character does not."""
    if isinstance(pattern, Chars):
        return pattern.negated and bool(pattern.ranges)
    if isinstance(pattern, Repeat):
        return _is_negated(pattern.part)
    return isinstance(pattern, (Sequence, Either)) and any(map(_is_negated, pattern.parts))


def variants(wanted: FuzzyWord) -> frozenset[Variant]:
    """Every spelling at most so many changes away; for two changes perhaps more, which may be three away."""
    found = {tuple(wanted.text)}
    for _ in range(wanted.distance):
        found = {changed for variant in found for changed in _changed(variant)}
    return frozenset(found)


def _changed(variant: Variant) -> set[Variant]:
    found = set()
    for i in range(len(variant)):
        found.add(variant[:i] + variant[i + 1 :])
        found.add((*variant[:i], "", *variant[i + 1 :]))
        if i:
            found.add((*variant[:i], "", *variant[i:]))
            found.add((*variant[: i - 1], variant[i], variant[i - 1], *variant[i + 1 :]))
    return found


@lru_cache(maxsize=64)
def _any_variant(wanted: FuzzyWord) -> re.Pattern[bytes] | None:
    any_han = f"[{HAN_CLASS}]"
    spelled = {"".join(char or any_han for char in variant) for variant in variants(wanted)}
    options = re2.Options()
    options.max_mem = 64 << 20
    options.log_errors = False
    try:
        made: re.Pattern[bytes] = re2.compile("|".join(sorted(spelled)).encode(), options)
    except re2.error:
        return None
    return None if made.fullmatch(b"") else made


def _near(leaf: Near) -> Decider | None:
    items = [_looked_for(item) for item in leaf.items]
    wanted = [item for item in items if item]
    if len(wanted) < len(items):
        return None

    def decide(sequence: str) -> bool:
        padded = f" {sequence} "
        found: list[list[Range]] = []
        for text, margin in wanted:
            places = _all_of(text, padded, margin)
            if not places:
                return False
            found.append(places)
        unit = _unit_of_places(padded, {place for places in found for both in places for place in both})
        in_units = [[(unit[low], unit[high]) for low, high in places] for places in found]
        return is_near(in_units, leaf.slop, ordered=leaf.ordered)

    return decide


def _unit_of_places(padded: str, places: set[int]) -> dict[int, int]:
    """The number of units before each of the places, counted from the first of them."""
    units: dict[int, int] = {}
    before = count = 0
    for place in sorted(places):
        count += len(_UNIT.findall(padded[before:place])) if units else 0
        units[place] = count
        before = place
    return units


def _looked_for(item: NearItem) -> tuple[str, int] | None:
    """The string that stands in padded sequences where the item does, and its margin; None where there is no such."""
    if not isinstance(item, Term | Phrase):
        return None
    unit = unit_of(item.text)
    if all(map(is_han, unit)):
        is_one_run = all(one[-1] == two[0] and len(one) == len(two) == 2 for one, two in pairwise(unit))
        return (unit[0] + "".join(pair[1:] for pair in unit[1:]), 0) if is_one_run else None
    return None if any(map(has_han, unit)) or RUN_BREAK in unit else (f" {' '.join(unit)} ", 1)


def _all_of(wanted: str, padded: str, margin: int) -> list[Range]:
    found = []
    at = padded.find(wanted)
    while at >= 0:
        found.append((at + margin, at + len(wanted) - margin))
        at = padded.find(wanted, at + 1)
    return found
