"""One page as the index holds it: its tokens, and where they stand, counted in units.

A unit is a word, or one character of a Han run. The index keeps of each page its sequence: words, and Han runs in one
piece, joined by blanks. From it every query can be decided without the text of the page. A view of a text knows for
each unit its place in the text, too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from fairwitness.search.analyser import HAN_CLASS, RUN_BREAK, analyse, han_runs, is_han, parts_of
from fairwitness.text.loose import LOOSE_KEYS, loose_key, simplify

Unit = tuple[str, ...]
Range = tuple[int, int]

HAN_MARK = RUN_BREAK
"""Stands in the field "han" of every page that holds a Han character or kana."""

_SEAM = re.compile(f"(?<=[{HAN_CLASS}])([{HAN_CLASS}]) \\1(?=[{HAN_CLASS}])")
_LOWEST_HAN = "\u2e80"


def sequence_of(tokens: str) -> str:
    """The sequence of a page, given its tokens joined by blanks."""
    return tokens if tokens.isascii() else _SEAM.sub(r"\1", tokens)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where tokens stand: position of the first, and the range of units."""

    position: int
    start: int
    end: int


def unit_of(text: str) -> Unit:
    """The tokens of `text`."""
    return tuple(token.text for token in analyse(text))


def loose_unit_of(text: str) -> Unit:
    """The loose keys of the tokens of `text`."""
    return tuple(map(loose_key, unit_of(text)))


def han_word_of(text: str) -> str:
    """The characters of a word in Han characters."""
    return "".join(run.chars for run in han_runs(text))


def units_of(text: str) -> list[Unit]:
    """The words between the quotes of a phrase, each as its tokens; words of punctuation alone are left out."""
    return [unit for unit in map(unit_of, text.split()) if unit]


def is_single_han(token: str) -> bool:
    """Whether the token is a Han run of one character."""
    return len(token) == 1 and is_han(token)


def is_doubled_han(unit: Unit) -> bool:
    """Whether the unit is twice the same Han character, each alone."""
    return len(unit) == 2 and unit[0] == unit[1] and is_single_han(unit[0])


def _begins_run(part: str) -> bool:
    return part[0] >= _LOWEST_HAN and is_han(part)


class View:
    """The tokens of one page. `places`, where they are known, are the ranges of the units in the text."""

    def __init__(self, parts: Sequence[str], places: list[Range] | None = None, text: str = "") -> None:
        self._parts = parts
        self._text = text
        self.runs: list[tuple[int, str]] = []  # the unit at which each Han run begins, and its characters
        self.places = places
        unit = 0
        for part in parts:
            if _begins_run(part):
                self.runs.append((unit, part))
                unit += len(part)
            elif part != RUN_BREAK:
                unit += 1
        self.size = unit
        """Number of units."""

    @property
    def tokens(self) -> list[str]:
        """The tokens in order."""
        return self._tokens[0]

    @property
    def starts(self) -> list[int]:
        """The unit at which each token begins."""
        return self._tokens[1]

    @cached_property
    def _tokens(self) -> tuple[list[str], list[int]]:
        """Both; what is asked of Han runs alone can do without."""
        tokens: list[str] = []
        starts: list[int] = []
        unit = 0
        for part in self._parts:
            if _begins_run(part):
                tokens.extend([part[i : i + 2] for i in range(len(part) - 1)] or [part])
                starts.extend(range(unit, unit + max(1, len(part) - 1)))
                unit += len(part)
            else:
                tokens.append(part)
                starts.append(unit)
                unit += part != RUN_BREAK
        return tokens, starts

    @classmethod
    def of_sequence(cls, sequence: str) -> Self:
        """The view of a page of the index."""
        return cls(sequence.split(" ") if sequence else ())

    @classmethod
    def of_text(cls, text: str) -> Self:
        """The view of a text, with the places of its units."""
        return cls(*parts_of(text), text)

    def written(self, units: Range) -> str:
        """The units as they stand in the index."""
        return " ".join("".join(self._written[units[0] : units[1]]).split())

    @cached_property
    def _written(self) -> list[str]:
        """Each unit; words have a blank on both sides."""
        found: list[str] = []
        for part in self._parts:
            if part != RUN_BREAK:
                found += part if _begins_run(part) else [f" {part} "]
        return found

    def source(self, units: Range) -> Range:
        """The range in the text of a range of units."""
        assert self.places is not None
        return self.places[units[0]][0], self.places[units[1] - 1][1]

    @cached_property
    def loose(self) -> View:
        """The same page in loose keys, unit for unit."""
        return View([simplify(part) if _begins_run(part) else LOOSE_KEYS[part] for part in self._parts], self.places)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the text, if this is the view of a text."""
        from fairwitness.text.language import (
            languages_of,
        )  # with numpy and its table, which most searches can do without

        return languages_of(self._text)

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Positions of each token."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, token in enumerate(self.tokens):
            found[token].append(position)
        return found

    @cached_property
    def han_characters(self) -> dict[str, list[Occurrence]]:
        """Every Han character with the position of the pair it begins, or of the last pair of its run."""
        found: dict[str, list[Occurrence]] = defaultdict(list)
        position = 0
        for unit, run in self.runs:
            while self.starts[position] < unit or self.tokens[position] == RUN_BREAK:
                position += 1
            last = max(0, len(run) - 2)
            for index, char in enumerate(run):
                found[char].append(Occurrence(position + min(index, last), unit + index, unit + index + 1))
            position += last + 1
        return found

    @cached_property
    def pieces(self) -> list[tuple[int, str, bool]]:
        """The words and Han runs in order: the unit at which each begins, its text, whether it is a Han run."""
        found = []
        unit = 0
        for part in self._parts:
            if part != RUN_BREAK:
                han = _begins_run(part)
                found.append((unit, part, han))
                unit += len(part) if han else 1
        return found

    @cached_property
    def words(self) -> dict[str, list[int]]:
        """The units of each word; Han runs are no words."""
        found: dict[str, list[int]] = defaultdict(list)
        for token, start in zip(self.tokens, self.starts, strict=True):
            if token != RUN_BREAK and not _begins_run(token):
                found[token].append(start)
        return found

    def occurrences(self, unit: Unit) -> list[Occurrence]:
        """Where the tokens of `unit` stand one after the other.

        A Han character alone at an end of the unit may there be the end, or the beginning, of a longer run.
        """
        if len(unit) == 1:
            if is_single_han(unit[0]):
                return self.han_characters.get(unit[0], [])
            return [Occurrence(at, self.starts[at], self._end(at)) for at in self.positions.get(unit[0], ())]
        return [self._edged(start, unit) for start in self._anchored(unit) if self._stands(start, unit)]

    def _anchored(self, unit: Unit) -> Iterator[int]:
        anchor = 1 if is_single_han(unit[0]) else 0
        if anchor and len(unit) == 2 and is_single_han(unit[1]):
            yield from range(len(self.tokens))
        else:
            for position in self.positions.get(unit[anchor], ()):
                yield position - anchor

    def _end(self, position: int) -> int:
        token = self.tokens[position]
        return self.starts[position] + (len(token) if _begins_run(token) else 1)

    def _stands(self, start: int, unit: Unit) -> bool:
        if start < 0 or start + len(unit) > len(self.tokens):
            return False
        last = len(unit) - 1
        if is_doubled_han(unit) and self._end(start) > self.starts[start + 1]:
            return False  # two pairs of one run share the character: it stands there once
        for index, wanted in enumerate(unit):
            token = self.tokens[start + index]
            if token == wanted:
                continue
            if not is_single_han(wanted) or not is_han(token):
                return False
            if not ((index == 0 and token[-1] == wanted) or (index == last and token[0] == wanted)):
                return False
        return True

    def _edged(self, start: int, unit: Unit) -> Occurrence:
        last = start + len(unit) - 1
        low = self.starts[start] if self.tokens[start] == unit[0] else self._end(start) - 1
        high = self._end(last) if self.tokens[last] == unit[-1] else self.starts[last] + 1
        return Occurrence(start, low, high)
