"""Reads words in Latin, Cyrillic and Arabic letters, and the characters that write Turkic names, as sounds."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from fairwitness.names._sounds import classed
from fairwitness.names._tables import Spelling, letter_spellings

MAX_READINGS = 24
_SCRIPTS = {"LATIN": "latin", "CYRILLIC": "cyrillic", "ARABIC": "arabic", "CJK": "han"}


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script of a letter: latin, cyrillic, arabic, han; empty for every other."""
    return _SCRIPTS.get(unicodedata.name(char, "").split(" ", 1)[0].split("-", 1)[0], "")


def script_of_word(word: str) -> str:
    """The script of all letters of a word; empty if there are two, or one that we do not read."""
    scripts = {script_of(char) for char in word}
    return scripts.pop() if len(scripts) == 1 else ""


def without_marks(word: str) -> str:
    """The word without marks that stand on letters, such as the stress in Ива́н."""
    if word.isascii():
        return word
    return "".join(char for char in word if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def plain_letter(char: str) -> str:
    """The letter without its accents."""
    return unicodedata.normalize("NFD", char)[0]


def pieces(word: str, spelling: Spelling) -> list[str]:
    """The pieces of writing that the word consists of, the longest that fit first; what is unknown is left out."""
    found = []
    at = 0
    while at < len(word):
        for length in range(min(spelling.longest, len(word) - at), 0, -1):
            piece = word[at : at + length]
            if piece in spelling.sounds:
                break
        else:
            piece = word[at]
        found.append(piece)
        at += len(piece)
    return found


def read(word: str, spelling: Spelling) -> tuple[str, ...]:
    """The sounds of a folded word, the usual reading first; at most `MAX_READINGS`."""
    readings = [""]
    for piece in pieces(word, spelling):
        sounds = spelling.sounds.get(piece) or spelling.sounds.get(plain_letter(piece), ("",))
        if len(readings) * len(sounds) > MAX_READINGS:
            sounds = sounds[: max(1, MAX_READINGS // len(readings))]
        readings = [reading + sound for reading in readings for sound in sounds]
    return tuple(dict.fromkeys(readings))


class _Habit:
    """A spelling in which every piece has one reading, made ready for words by the million."""

    def __init__(self, spelling: Spelling) -> None:
        self.name = spelling.habit
        pairs = {piece: sounds[0] for piece, sounds in spelling.sounds.items() if len(piece) > 1}
        self._codes = {piece: chr(0xF0000 + number) for number, piece in enumerate(pairs)}
        self._pieces = re.compile("|".join(sorted(pairs, key=len, reverse=True)) or "(?!)")
        table = {ord(self._codes[piece]): sounds for piece, sounds in pairs.items()}
        table |= {ord(piece): sounds[0] for piece, sounds in spelling.sounds.items() if len(piece) == 1}
        self._table = _Sounds(table)
        self._classes = _Sounds({code: classed(sounds) for code, sounds in table.items()})

    def sounds(self, word: str) -> str:
        """The sounds of a folded word."""
        return self._pieces.sub(lambda found: self._codes[found[0]], word).translate(self._table)

    def classes(self, word: str) -> str:
        """The classes of these sounds."""
        if self._pieces.search(word):
            word = self._pieces.sub(lambda found: self._codes[found[0]], word)
        return word.translate(self._classes)


class _Sounds(dict[int, str]):
    """Sounds by code point; of letters with accents that the table does not know, those of the letter without."""

    def __missing__(self, code: int) -> str:
        plain = plain_letter(chr(code))
        self[code] = sounds = self[ord(plain)] if ord(plain) != code else ""
        return sounds


@cache
def _habits() -> dict[str, tuple[_Habit, ...]]:
    return {script: tuple(map(_Habit, spellings)) for script, spellings in letter_spellings().items()}


def classes_by_habit(word: str) -> set[str]:
    """The classes of the sounds of a folded word in letters, by every habit."""
    return {habit.classes(word) for habit in _habits().get(script_of(word[0]), ())}


def sounds_by_habit(word: str) -> dict[str, str]:
    """The sounds of a folded word in letters, and the first habit that reads it so; empty for an unknown script."""
    found: dict[str, str] = {}
    for habit in _habits().get(script_of(word[0]), ()):
        found.setdefault(habit.sounds(word), habit.name)
    return found
