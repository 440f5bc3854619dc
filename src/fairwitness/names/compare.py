"""Compares two names across scripts and says how alike they are, at which level, and why.

A match is a help to find. Two mentions of one name are not one person, and nothing here ever says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from fairwitness.names._chinese import ChineseName
from fairwitness.names._parse import PASSED_OVER, Name, Reading, Way, Word, parse_name
from fairwitness.names._sounds import SHORT, key_of, likeness, spoken
from fairwitness.names.aliases import Aliases, alias_key, shipped_aliases

Level = Literal["exact", "likely", "wide"]
LEVELS: tuple[Level, ...] = ("exact", "likely", "wide")

_SKELETON_SHARE = 0.6
_ALIAS = 0.95
_OTHER_ORDER = 0.98
_JOINED = 0.97
_HOMOPHONE = 0.75  # the same syllables in other characters
_ADDED_WORD = 0.85
_NEARLY = 0.75  # of the letters of two syllables that are often taken for one another, as chen and cheng
LIKELY_SCORE = 0.75
WIDE_SCORE = 0.62


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two names are: `score` from 0 to 1, `level` the narrowest that takes the two as forms of one name.

    `level` is None where no level does. `why` is in plain words.
    """

    score: float
    level: Level | None
    why: str


@dataclass(frozen=True, slots=True)
class WordMatch:
    """How alike two words are; `step` is the narrowest level, 3 for none; `left` and `right` are the readings."""

    score: float
    step: int
    left: Reading
    right: Reading
    alias: bool = False


def is_passed_over(word: str) -> bool:
    """Whether a folded word counts for nothing in a name: an article, or whose child somebody is."""
    return word in PASSED_OVER


def is_within(level: Level | None, wanted: Level) -> bool:
    """Whether a match at `level` is taken when `wanted` was asked for."""
    return level is not None and LEVELS.index(level) <= LEVELS.index(wanted)


def compare(a: str, b: str, *, aliases: Aliases | None = None) -> Match:
    """How alike two names are. The same both ways round.

    Raises:
        BadName: if one of the two is no name.
    """
    return compare_names(parse_name(a), parse_name(b), aliases or shipped_aliases())


def compare_names(one: Name, other: Name, aliases: Aliases) -> Match:
    """The same for names that were taken apart already."""
    if one.words == other.words:
        return Match(1.0, "exact", "the same letters")
    if aliases.shared_name(alias_key(one.text), alias_key(other.text)):
        return Match(_ALIAS, "likely", "the table of aliases holds both")
    pairs = list(itertools.product(one.ways, other.ways))
    chinese = [pair for pair in pairs if pair[0].chinese and pair[1].chinese]
    best = max(
        (_compare_ways(left, right, aliases) for left, right in chinese or pairs),
        key=lambda found: (found.score, -found.step),
    )
    level: Level | None = LEVELS[best.step] if best.step < len(LEVELS) else None
    return Match(round(best.score, 4), level, _why(best))


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    step: int
    pairs: tuple[tuple[Word, Word, WordMatch], ...]
    notes: tuple[str, ...] = ()


def _compare_ways(left: Way, right: Way, aliases: Aliases) -> _Found:
    if left.chinese is not None and right.chinese is not None:
        return _compare_chinese(left, right, left.chinese, right.chinese)
    found = list(_arrangements(left, right, aliases))
    found += _joined(left, right)
    return max(found, key=lambda one: (one.score, -one.step))


def _compare_chinese(left: Way, right: Way, one: ChineseName, other: ChineseName) -> _Found:
    """Surname with surname and given name with given name, by their syllables and not by the sounds alone."""
    pairs = tuple((a, b, _syllables_alike(a, b)) for a, b in zip(left.words, right.words, strict=True))
    notes = ["the surname stands last in one of them"] if one.is_turned != other.is_turned else []
    factor = _OTHER_ORDER if notes else 1.0
    if one.chars and one.chars == other.chars:
        return _Found(1.0, 0, pairs, ("the same characters, simplified or not",))
    score = sum((a.weight + b.weight) * match.score for a, b, match in pairs) / sum(
        a.weight + b.weight for a, b, _ in pairs
    )
    step = max(match.step for _, _, match in pairs)
    if one.chars and other.chars:
        shared = sum(a == b for a, b in zip(one.chars, other.chars, strict=False))
        factor = _HOMOPHONE + 0.1 * shared / max(len(one.chars), len(other.chars))
        step = max(step, 2)
        notes.append("other characters")
    return _Found(score * factor, step, pairs, tuple(notes))


def _syllables_alike(one: Word, other: Word) -> WordMatch:
    left, right = one.readings[0], other.readings[0]
    if one.text == other.text:
        return WordMatch(1.0, 0, left, right)
    alike = likeness(one.text, other.text)
    same = left.skeleton == right.skeleton
    score = 0.9 * (
        (1 - _SKELETON_SHARE) * alike + _SKELETON_SHARE * (1.0 if same else likeness(left.skeleton, right.skeleton))
    )
    return WordMatch(score, 2 if same and alike >= _NEARLY else 3, left, right)


def _arrangements(left: Way, right: Way, aliases: Aliases) -> Iterator[_Found]:
    """The words of one against those of the other, in the same order first; some may be left over."""
    few, many = (left.words, right.words) if len(left.words) <= len(right.words) else (right.words, left.words)
    turned = few is right.words and few is not left.words
    extra = len(many) - len(few)
    if extra and len(few) < 2:
        yield from _one_of_several(few[0], many, turned, aliases)
        return
    for chosen in itertools.permutations(range(len(many)), len(few)):
        matches = [compare_words(word, many[at], aliases) for word, at in zip(few, chosen, strict=True)]
        score = _weighted(few, many, chosen, matches)
        notes: list[str] = []
        if not _is_ordered(chosen):
            score *= _OTHER_ORDER
            notes.append("words in another order")
        step = max(match.step for match in matches)
        if extra:
            score *= _ADDED_WORD
            notes.append("one of them has a word more" if extra == 1 else "one of them has more words")
            step = max(step, 2 if extra == 1 else 3)
        if step < 3 and score < (LIKELY_SCORE, LIKELY_SCORE, WIDE_SCORE)[step]:
            step = 3 if score < WIDE_SCORE else 2
        pairs = tuple((word, many[at], match) for word, at, match in zip(few, chosen, matches, strict=True))
        yield _Found(score, step, _turn(pairs) if turned else pairs, tuple(notes))


def _one_of_several(word: Word, many: tuple[Word, ...], turned: bool, aliases: Aliases) -> Iterator[_Found]:
    best = max(((other, compare_words(word, other, aliases)) for other in many), key=lambda pair: pair[1].score)
    share = best[0].weight / sum(other.weight for other in many)
    pairs = ((word, *best),)
    yield _Found(best[1].score * share, 3, _turn(pairs) if turned else pairs, ("only one of the words",))


def _turn(pairs: tuple[tuple[Word, Word, WordMatch], ...]) -> tuple[tuple[Word, Word, WordMatch], ...]:
    return tuple(
        (two, one, WordMatch(match.score, match.step, match.right, match.left, match.alias))
        for one, two, match in pairs
    )


def _is_ordered(chosen: tuple[int, ...]) -> bool:
    return all(one < two for one, two in itertools.pairwise(chosen))


def _weighted(
    few: tuple[Word, ...], many: tuple[Word, ...], chosen: tuple[int, ...], matches: list[WordMatch]
) -> float:
    weights = [word.weight + many[at].weight for word, at in zip(few, chosen, strict=True)]
    return sum(weight * match.score for weight, match in zip(weights, matches, strict=True)) / sum(weights)


def _joined(left: Way, right: Way) -> Iterator[_Found]:
    """The words of each written as one, for names that are divided differently."""
    if len(left.words) == len(right.words) and not (left.chinese or right.chinese):
        return
    if len(left.words) == 1 and len(right.words) == 1:
        return
    for turned in ("neither", "left", "right"):
        one = join_words(left.words[::-1] if turned == "left" else left.words)
        two = join_words(right.words[::-1] if turned == "right" else right.words)
        match = compare_words(one, two, None)
        step = 1 if _sounds_same(one, two) else 3
        yield _Found(match.score * _JOINED, step, ((one, two, match),), ("divided into words differently",))


def _sounds_same(one: Word, other: Word) -> bool:
    """Whether some readings of the two have the same sounds; less would make a name of many a word."""
    heard = {spoken(reading.sounds) for reading in one.readings}
    return any(spoken(reading.sounds) in heard for reading in other.readings)


@lru_cache(maxsize=20_000)
def join_words(words: tuple[Word, ...]) -> Word:
    """The words as one word; only the first readings of each, so that they stay few."""
    if len(words) == 1:
        return words[0]
    chosen = itertools.islice(itertools.product(*(word.readings[:4] for word in words)), 16)
    readings = {
        (sounds := "".join(part.sounds for part in parts)): Reading(
            sounds, "".join(part.skeleton for part in parts), parts[0].habit
        )
        for parts in chosen
    }
    return Word("".join(word.text for word in words), tuple(readings.values()))


@lru_cache(maxsize=200_000)
def _compare_words(one: Word, other: Word) -> WordMatch:
    best: tuple[float, int, Reading, Reading] | None = None
    for left, right in itertools.product(one.readings, other.readings):
        same = left.skeleton == right.skeleton
        score = (1 - _SKELETON_SHARE) * likeness(left.sounds, right.sounds)
        score += _SKELETON_SHARE * (1.0 if same else likeness(left.skeleton, right.skeleton))
        if left.is_stem or right.is_stem:
            score *= 0.9
        if best is not None and score <= best[0]:
            continue
        if left.is_stem or right.is_stem:
            step = 2 if same and left.skeleton else 3
        elif left.sounds == right.sounds:
            step = 0
        elif same:
            step = _step_of_same(left, right)
        else:
            step = 2 if one_apart(left.skeleton, right.skeleton) else 3
        best = (score, step, left, right)
    assert best is not None
    return WordMatch(*best)


def _step_of_same(left: Reading, right: Reading) -> int:
    """The level of two words with the same consonants: few of them must also agree in where the words begin and end."""
    if not left.skeleton:
        return 3
    return 1 if len(left.skeleton) > SHORT or key_of(left.sounds) == key_of(right.sounds) else 2


def compare_words(one: Word, other: Word, aliases: Aliases | None) -> WordMatch:
    """How alike two words of names are, by the two readings that agree best."""
    match = _compare_words(one, other)
    if match.step and aliases is not None and aliases.shared_word(one.text, other.text):
        return WordMatch(max(_ALIAS, match.score), min(1, match.step), match.left, match.right, True)
    return match


def one_apart(one: str, other: str) -> bool:
    """Whether two skeletons of two consonants at least differ in one that is not the first."""
    if min(len(one), len(other)) < 2 or one[0] != other[0] or abs(len(one) - len(other)) > 1 or one == other:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]


def _why(found: _Found) -> str:
    said = [_why_word(*pair) for pair in found.pairs]
    return "; ".join([*said, *found.notes])


def _why_word(one: Word, other: Word, match: WordMatch) -> str:
    if one.text == other.text and one.written == other.written:
        return f"{one.written or one.text} in both"
    said = _read_as(one, match.left) + " and " + _read_as(other, match.right)
    if match.alias:
        return said + ": the table of aliases holds both"
    if match.step == 0:
        return said + ": the same sounds"
    if match.left.skeleton == match.right.skeleton:
        ending = ", without the ending of a surname" if match.left.is_stem or match.right.is_stem else ""
        return f"{said}: the same consonants {'-'.join(match.left.skeleton)}{ending}"
    return f"{said}: consonants {'-'.join(match.left.skeleton)} and {'-'.join(match.right.skeleton)}"


_TOLD = str.maketrans({"S": "sh", "C": "ch", "Z": "zh", "G": "gh", "N": "ng", "c": "ts"})


def _read_as(word: Word, reading: Reading) -> str:
    if word.written:
        return f"{word.written} read as {word.text}"
    sounds = reading.sounds.translate(_TOLD)
    return word.text if sounds == word.text else f"{word.text} read as {sounds} ({reading.habit})"
