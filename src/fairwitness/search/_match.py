"""Finds on the text of one page everything that a leaf of a query matches: for verification and for highlighting.

Distances between words count tokens. For "a b c"~n, let the units be the words between the quotes, o_i the number of
tokens in the units before unit i, and p_i the position of the first token of an occurrence of unit i, all different:
the page matches if they can be chosen so that max(p_i - o_i) - min(p_i - o_i) <= n. For two words this is Lucene's
definition (words in reverse order are 2 apart).

A Han character that stands alone in a query occurs wherever the character occurs; its position is that of the pair
it begins, or, at the end of a run, of the pair it ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from fairwitness.search._nodes import Fuzzy, HanWord, Loose, Phrase, Regex, Stemmed, Term, TextLeaf, Wildcard
from fairwitness.search._patterns import FuzzyWord, compiled, fuzzy_of, is_han_pattern, pattern_of
from fairwitness.search.analyser import (
    RUN_BREAK,
    HanRun,
    Token,
    analyse,
    han_runs,
    is_han,
    loose_run,
    loosened,
    same_stem,
    words_in_han,
)
from fairwitness.search.language import languages_of
from fairwitness.text.loose import loose_key

Unit = tuple[str, ...]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a unit stands: position of its first token, and its range in the text of the page."""

    position: int
    start: int
    end: int


def unit_of(text: str) -> Unit:
    """The tokens of `text`."""
    return tuple(token.text for token in analyse(text))


def loose_unit_of(text: str) -> Unit:
    """The loose keys of the tokens of `text`."""
    return tuple(map(loose_key, unit_of(text)))


def units_of(text: str) -> list[Unit]:
    """The words between the quotes of a phrase, each as its tokens; words of punctuation alone are left out."""
    return [unit for unit in map(unit_of, text.split()) if unit]


def han_word_of(text: str) -> str:
    """The characters of a word in Han characters."""
    return "".join(run.chars for run in han_runs(text))


def is_single_han(token: str) -> bool:
    """Whether the token is a Han run of one character."""
    return len(token) == 1 and is_han(token)


def is_doubled_han(unit: Unit) -> bool:
    """Whether the unit is twice the same Han character, each alone."""
    return len(unit) == 2 and unit[0] == unit[1] and is_single_han(unit[0])


def matches_leaf(leaf: TextLeaf, text: str) -> bool:
    """Whether the page with this text matches."""
    return bool(ranges_of(leaf, PageView(text)))


class PageView:
    """The text of one page, analysed once and only as far as is asked for."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens."""
        return analyse(self.text)

    @cached_property
    def runs(self) -> list[HanRun]:
        """All runs of Han characters."""
        return list(han_runs(self.text))

    @cached_property
    def loose(self) -> PageView:
        """The same page in loose keys, at the same places."""
        return _LooseView(self)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the page."""
        return languages_of(self.text)

    @cached_property
    def positions(self) -> dict[str, list[int]]:
        """Positions of each token."""
        found: dict[str, list[int]] = defaultdict(list)
        for position, token in enumerate(self.tokens):
            found[token.text].append(position)
        return found

    @cached_property
    def han_characters(self) -> dict[str, list[Occurrence]]:
        """Every Han character with the position of the pair it begins, or of the last pair of its run."""
        found: dict[str, list[Occurrence]] = defaultdict(list)
        position = 0
        for run in self.runs:
            while not is_han(self.tokens[position].text):
                position += 1
            last = max(0, len(run.chars) - 2)
            for index, char in enumerate(run.chars):
                found[char].append(Occurrence(position + min(index, last), *run.places[index]))
            position += last + 1
        return found

    def words(self) -> Iterator[Token]:
        """The tokens that are words."""
        return (token for token in self.tokens if not is_han(token.text) and token.text != RUN_BREAK)

    def occurrences(self, unit: Unit) -> list[Occurrence]:
        """Where the tokens of `unit` stand one after the other.

        A Han character alone at an end of the unit may there be the end, or the beginning, of a longer run.
        """
        if len(unit) == 1:
            if is_single_han(unit[0]):
                return self.han_characters.get(unit[0], [])
            return [self._occurrence(position, 1) for position in self.positions.get(unit[0], ())]
        anchor = 1 if is_single_han(unit[0]) else 0
        if anchor and len(unit) == 2 and is_single_han(unit[1]):
            starts: Iterable[int] = range(len(self.tokens))
        else:
            starts = (position - anchor for position in self.positions.get(unit[anchor], ()))
        return [self._edged(start, unit) for start in starts if self._stands(start, unit)]

    def _stands(self, start: int, unit: Unit) -> bool:
        if start < 0 or start + len(unit) > len(self.tokens):
            return False
        last = len(unit) - 1
        if is_doubled_han(unit) and self.tokens[start].end > self.tokens[start + 1].start:
            return False  # two pairs of one run share the character: it stands there once
        for index, wanted in enumerate(unit):
            token = self.tokens[start + index].text
            if token == wanted:
                continue
            if not is_single_han(wanted) or not is_han(token):
                return False
            if not ((index == 0 and token[-1] == wanted) or (index == last and token[0] == wanted)):
                return False
        return True

    def _occurrence(self, position: int, length: int) -> Occurrence:
        return Occurrence(position, self.tokens[position].start, self.tokens[position + length - 1].end)

    def _edged(self, start: int, unit: Unit) -> Occurrence:
        whole = self._occurrence(start, len(unit))
        low, high = whole.start, whole.end
        first, last = self.tokens[start], self.tokens[start + len(unit) - 1]
        if first.text != unit[0]:
            low = self._character(first, -1)[0]
        if last.text != unit[-1]:
            high = self._character(last, 0)[1]
        return Occurrence(start, low, high)

    def _character(self, token: Token, index: int) -> Range:
        """Range of the first or last character of a pair."""
        run = next(han_runs(self.text[token.start : token.end]))
        low, high = run.places[index]
        return token.start + low, token.start + high


class _LooseView(PageView):
    """A page in loose keys. Tokens and runs stand where those of the page stand."""

    def __init__(self, page: PageView) -> None:
        super().__init__(page.text)
        self.tokens = loosened(page.tokens)
        self.runs = list(map(loose_run, page.runs))


def ranges_of(leaf: TextLeaf, page: PageView) -> list[Range]:
    """Source ranges of all that `leaf` matches on the page; empty exactly if the page does not match."""
    if isinstance(leaf, Term) or (isinstance(leaf, Phrase) and not leaf.slop):
        return [(found.start, found.end) for found in page.occurrences(unit_of(leaf.text))]
    if isinstance(leaf, Phrase):
        return _near(leaf, page)
    if isinstance(leaf, Fuzzy):
        return _fuzzy(fuzzy_of(leaf), page)
    if isinstance(leaf, Loose):
        return [(found.start, found.end) for found in page.loose.occurrences(loose_unit_of(leaf.text))]
    if isinstance(leaf, HanWord):
        wanted = han_word_of(leaf.text)
        return [(word.start, word.end) for word in words_in_han(page.text) if word.text == wanted]
    if isinstance(leaf, Stemmed):
        (stem,) = unit_of(leaf.text)
        return [(word.start, word.end) for word in page.words() if same_stem(stem, word.text, page.languages)]
    return _pattern(leaf, page)


def _pattern(leaf: Wildcard | Regex, page: PageView) -> list[Range]:
    wanted = compiled(leaf)
    if not is_han_pattern(pattern_of(leaf)):
        return [(token.start, token.end) for token in page.words() if wanted.fullmatch(token.text)]
    return [
        (run.places[found.start()][0], run.places[found.end() - 1][1])
        for run in page.runs
        for found in wanted.finditer(run.chars)
        if found.end() > found.start()
    ]


def _fuzzy(wanted: FuzzyWord, page: PageView) -> list[Range]:
    if not wanted.han:
        near = {t.text: False for t in page.words()}
        for text in near:
            near[text] = osa_distance(wanted.text, text, wanted.distance) <= wanted.distance
        return [(token.start, token.end) for token in page.words() if near[token.text]]
    return [
        (run.places[low][0], run.places[high - 1][1])
        for run in page.runs
        for low, high in _fuzzy_parts(wanted.text, run.chars, wanted.distance)
    ]


def osa_distance(one: str, other: str, limit: int) -> int:
    """Optimal string alignment distance, or some number above `limit` if it is above `limit`."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    before: list[int] = []
    last: list[int] = []
    row = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        before, last, row = last, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (char != against))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == against:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(last) > limit:  # a transposition looks back two rows
            return limit + 1
    return row[-1]


def _fuzzy_parts(wanted: str, chars: str, limit: int) -> list[Range]:
    """Parts of `chars` that differ from `wanted` in at most `limit` places, the nearest of those that overlap.

    Method: Sellers 1980, with the transpositions of the optimal string alignment distance.
    """
    size = len(wanted)
    distinct = set(wanted)
    if len(distinct.intersection(chars)) < len(distinct) - limit:  # one change can cost one character
        return []
    before: list[Range] = []
    column: list[Range] = [(i, 0) for i in range(size + 1)]  # (distance, minus the start) of wanted[:i] ending here
    found: list[tuple[int, int, int]] = []
    for j, char in enumerate(chars, 1):
        new: list[Range] = [(0, -j)]
        for i in range(1, size + 1):
            best = min(
                (column[i][0] + 1, column[i][1]),
                (new[i - 1][0] + 1, new[i - 1][1]),
                (column[i - 1][0] + (wanted[i - 1] != char), column[i - 1][1]),
            )
            if i > 1 and j > 1 and wanted[i - 2] == char and wanted[i - 1] == chars[j - 2]:
                best = min(best, (before[i - 2][0] + 1, before[i - 2][1]))
            new.append(best)
        before, column = column, new
        if column[size][0] <= limit:
            found.append((column[size][0], -column[size][1], j))
    kept: list[Range] = []
    for _, low, high in sorted(found):
        if all(high <= other_low or low >= other_high for other_low, other_high in kept):
            kept.append((low, high))
    return sorted(kept)


def _near(leaf: Phrase, page: PageView) -> list[Range]:
    units = units_of(leaf.text)
    if len(units) == 1:
        return [(found.start, found.end) for found in page.occurrences(units[0])]
    entries: list[tuple[int, int, Occurrence]] = []  # adjusted position, unit, occurrence
    offset = 0
    for index, unit in enumerate(units):
        found = page.occurrences(unit)
        if not found:
            return []
        entries.extend((occurrence.position - offset, index, occurrence) for occurrence in found)
        offset += len(unit)
    entries.sort(key=lambda entry: entry[:2])
    ranges: list[Range] = []
    marked = 0
    end = 0
    for start, (low, _, _) in enumerate(entries):
        while end < len(entries) and entries[end][0] <= low + leaf.slop:
            end += 1
        if end > marked and _can_choose(entries[start:end], len(units)):
            first = max(start, marked)
            ranges.extend((found.start, found.end) for _, _, found in entries[first:end])
            marked = end
    return ranges


def _can_choose(entries: list[tuple[int, int, Occurrence]], units: int) -> bool:
    """Whether every unit can have an occurrence of its own. Method: augmenting paths, Kuhn 1955."""
    choices: list[list[Range]] = [[] for _ in range(units)]
    for _, unit, occurrence in entries:
        choices[unit].append((occurrence.position, occurrence.start))
    if not all(choices):
        return False
    owner: dict[Range, int] = {}

    def settle(unit: int, seen: set[Range]) -> bool:
        for choice in choices[unit]:
            if choice in seen:
                continue
            seen.add(choice)
            if choice not in owner or settle(owner[choice], seen):
                owner[choice] = unit
                return True
        return False

    return all(settle(unit, set()) for unit in range(units))
