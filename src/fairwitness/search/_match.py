"""Finds on one page everything that a leaf of a query matches: to decide about candidates, and to mark hits.

A Han character that stands alone in a query occurs wherever the character occurs; its position is that of the pair
it begins, or, at the end of a run, of the pair it ends.
"""

from __future__ import annotations

from collections.abc import Callable

from rapidfuzz.distance import OSA

from fairwitness.search._names import name_ranges
from fairwitness.search._near import near_of_words, near_ranges, slop_of_words, slop_ranges
from fairwitness.search._nodes import (
    Fuzzy,
    HanWord,
    Loose,
    Named,
    Near,
    Phrase,
    Regex,
    Stemmed,
    Term,
    TextLeaf,
    Wildcard,
)
from fairwitness.search._patterns import FuzzyWord, compiled, fixed_size, fuzzy_of, is_han_pattern, pattern_of
from fairwitness.search._sequence import decider
from fairwitness.search._view import Range, Unit, View, han_word_of, loose_unit_of, unit_of, units_of
from fairwitness.search.analyser import has_han, is_han, same_stem
from fairwitness.search.han_words import cut_han


def plain_words(leaf: TextLeaf) -> list[str] | None:
    """The words of a proximity whose items are single words without Han, all different; else None."""
    if isinstance(leaf, Near):
        units = [unit_of(item.text) for item in leaf.items if isinstance(item, Term | Phrase)]
        if len(units) < len(leaf.items):
            return None
    elif isinstance(leaf, Phrase) and leaf.slop:
        units = units_of(leaf.text)
    else:
        return None
    words = [unit[0] for unit in units if len(unit) == 1 and not is_han(unit[0])]
    return words if len(words) == len(units) == len(set(words)) > 1 else None


def matcher(leaf: TextLeaf) -> Callable[[str], bool]:
    """Whether the page of a sequence matches; made once for many pages."""
    decide = decider(leaf)
    words = plain_words(leaf)

    def taken_apart(sequence: str) -> bool:
        return bool(ranges_of(leaf, View.of_sequence(sequence)))

    def matches(sequence: str) -> bool:
        if words is not None and (sequence.isascii() or not has_han(sequence)):
            return _near_words(leaf, words, sequence)
        decided = decide(sequence) if decide else None
        return taken_apart(sequence) if decided is None else decided

    return matches


def _near_words(leaf: TextLeaf, words: list[str], sequence: str) -> bool:
    if isinstance(leaf, Near):
        return near_of_words(words, leaf.slop, sequence, ordered=leaf.ordered)
    assert isinstance(leaf, Phrase)
    return slop_of_words(words, leaf.slop, sequence)


def ranges_of(leaf: TextLeaf, page: View) -> list[Range]:
    """Ranges of units of all that `leaf` matches on the page; empty exactly if the page does not match."""
    if isinstance(leaf, Named):
        return name_ranges(leaf, page)
    if isinstance(leaf, Near):
        return near_ranges([ranges_of(item, page) for item in leaf.items], leaf.slop, ordered=leaf.ordered)
    if isinstance(leaf, Phrase) and leaf.slop:
        return slop_ranges(units_of(leaf.text), leaf.slop, page)
    if isinstance(leaf, Term | Phrase):
        return _unit_ranges(unit_of(leaf.text), page)
    if isinstance(leaf, Fuzzy):
        return _fuzzy(fuzzy_of(leaf), page)
    if isinstance(leaf, Loose):
        return _unit_ranges(loose_unit_of(leaf.text), page.loose)
    if isinstance(leaf, HanWord):
        return _han_words(han_word_of(leaf.text), page)
    if isinstance(leaf, Stemmed):
        (stem,) = unit_of(leaf.text)
        return _word_ranges([word for word in page.words if same_stem(stem, word, page.languages)], page)
    return _pattern(leaf, page)


def _unit_ranges(unit: Unit, page: View) -> list[Range]:
    return sorted({(found.start, found.end) for found in page.occurrences(unit)})


def _han_words(wanted: str, page: View) -> list[Range]:
    return [
        (unit + low, unit + high)
        for unit, run in page.runs
        if wanted in run
        for low, high in cut_han(run)
        if run[low:high] == wanted
    ]


def _pattern(leaf: Wildcard | Regex, page: View) -> list[Range]:
    wanted = compiled(leaf)
    pattern = pattern_of(leaf)
    if not is_han_pattern(pattern):
        return _word_ranges([word for word in page.words if wanted.fullmatch(word)], page)
    size = fixed_size(pattern)
    if size:  # all of them, those that overlap too
        return [
            (unit + at, unit + at + size)
            for unit, run in page.runs
            if wanted.search(run)
            for at in range(len(run) - size + 1)
            if wanted.fullmatch(run[at : at + size])
        ]
    return [
        (unit + found.start(), unit + found.end())
        for unit, run in page.runs
        for found in wanted.finditer(run)
        if found.end() > found.start()
    ]


def _word_ranges(words: list[str], page: View) -> list[Range]:
    return sorted((unit, unit + 1) for word in words for unit in page.words[word])


def is_like(wanted: FuzzyWord, word: str) -> bool:
    """Whether the word is near enough to what a fuzzy query looks for."""
    if not wanted.free and word[0] != wanted.text[0]:
        return False
    return OSA.distance(wanted.text, word, score_cutoff=wanted.distance) <= wanted.distance


def _fuzzy(wanted: FuzzyWord, page: View) -> list[Range]:
    if not wanted.han:
        return _word_ranges([word for word in page.words if is_like(wanted, word)], page)
    return [
        (unit + low, unit + high)
        for unit, run in page.runs
        for low, high in _fuzzy_parts(wanted.text, run, wanted.distance)
    ]


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
    found: list[tuple[int, int, Range]] = []  # distance, difference in length, place
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
            low = -column[size][1]
            found.append((column[size][0], abs(j - low - size), (low, j)))
    kept: list[Range] = []
    for _, _, (low, high) in sorted(found):
        if all(high <= other_low or low >= other_high for other_low, other_high in kept):
            kept.append((low, high))
    return sorted(kept)
