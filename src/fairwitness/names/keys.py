"""Keys under which an index can hold the words of a page, so that a name is found in every script by one look-up.

The key of a word is its skeleton (`key_of`), once for each habit by which the word can be read. Chinese marks no ends
of words: there every part of a run of characters that write Turkic names has its keys. Two words that `compare` takes
for likely forms of one another, by their sounds, always share a key.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from fairwitness.names._letters import classes_by_habit, script_of_word, without_marks
from fairwitness.names._parse import Word, passport_readings
from fairwitness.names._sounds import is_vowel, key_of, key_of_classed, skeleton_of
from fairwitness.names._tables import pinyin_of_turkic, table_bytes, turkic_characters
from fairwitness.text.loose import simplify, with_same_key

KEYS_VERSION = 2
MAX_KEY_CHARS = 9  # longer skeletons are those of sentences without blanks, not of names
MAX_PART = 8  # characters of one word of a name
_MAX_STATES = 64


_KEPT = 200_000  # words whose keys are remembered
_TABLES = ("latin", "cyrillic", "arabic", "han_turkic", "han_readings")


@cache
def keys_version() -> str:
    """Changes when a table changes that keys are made with: an index made with another must be made again."""
    found = hashlib.sha256(f"{KEYS_VERSION}".encode())
    for name in _TABLES:
        found.update(table_bytes(name))
    return found.hexdigest()[:8]


class _Keys(dict[str, str]):
    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        self[word] = keys = " ".join(keys_of_word(word))
        return keys


NAME_KEYS = _Keys()
"""Folded words and their keys, joined by blanks, made when first asked for."""


def keys_of_word(word: str) -> tuple[str, ...]:
    """The keys of a folded word in Latin, Cyrillic or Arabic letters; none for one that no name can be."""
    word = without_marks(word)
    if len(word) < 2 or not word.isalpha() or not script_of_word(word):
        return ()
    keys = set(map(key_of_classed, classes_by_habit(word)))
    if _passport().fullmatch(word):
        keys.update(key_of(reading.sounds) for reading in passport_readings(word))
    return tuple(sorted(key for key in keys if 0 < len(key) <= MAX_KEY_CHARS))


@cache
def _passport() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(sorted(pinyin_of_turkic().sounds, key=len, reverse=True))}){{2,}}")


def keys_of(word: Word) -> tuple[str, ...]:
    """The keys of a word of a name."""
    keys = (key_of(reading.sounds) for reading in word.readings if not reading.is_stem)
    return tuple(dict.fromkeys(key for key in keys if 0 < len(key) <= MAX_KEY_CHARS))


@cache
def _run_of_characters() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(with_same_key, turkic_characters().sounds))}]{{2,}}")


def parts_of(chars: str) -> Iterator[re.Match[str]]:
    """The parts of a run of Han characters in which every character writes sounds of Turkic names."""
    return _run_of_characters().finditer(chars)


def keys_of_run(chars: str) -> frozenset[str]:
    """The keys of all words that stand in a run of Han characters, of two characters and more."""
    found: set[str] = set()
    for part in parts_of(chars):
        found |= _keys_within(simplify(part.group()))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _keys_within(part: str) -> frozenset[str]:
    found: set[str] = set()
    for start in range(len(part) - 1):
        for _, keys in keys_from(part, start):
            found |= keys
    return frozenset(found)


def keys_from(part: str, start: int) -> Iterator[tuple[int, frozenset[str]]]:
    """(end, keys) of each word of two characters and more that begins at `start` of simplified characters."""
    table = turkic_characters().sounds
    states = {""}
    for end in range(start, min(len(part), start + MAX_PART)):
        states = {_short(state + sounds) for state in states for sounds in table[part[end]]}
        states = {state for state in states if len(skeleton_of(state)) <= MAX_KEY_CHARS}
        if len(states) > _MAX_STATES:
            return
        if end > start:
            yield end + 1, frozenset(filter(None, map(key_of, states)))


@lru_cache(maxsize=100_000)
def _short(sounds: str) -> str:
    """The plainest sounds with the same key, whatever follows them; so the readings of a word stay few."""
    skeleton = skeleton_of(sounds)
    heard = sounds.replace("h", "")
    if not skeleton:
        return "a" if heard else ""
    first = "a" if is_vowel(heard[0]) else ""
    last = "a" if is_vowel(heard[-1]) else "h" if sounds[-1] == "h" else ""
    return first + "a".join(skeleton.replace("c", "j")) + last
