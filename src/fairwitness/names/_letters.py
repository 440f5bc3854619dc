"""Reads words in Latin, Cyrillic and Arabic letters, and the characters that write Turkic names, as sounds."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from fairwitness.names._tables import Spelling, letter_spellings

MAX_READINGS = 24
_SCRIPTS = {"LATIN": "latin", "CYRILLIC": "cyrillic", "ARABIC": "arabic", "CJK": "han"}


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script of a letter: latin, cyrillic, arabic, han; empty for every other."""
    return _SCRIPTS.get(unicodedata.name(char, "").split(" ", 1)[0].split("-", 1)[0], "")


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


@lru_cache(maxsize=50_000)
def readings_of(word: str) -> tuple[tuple[str, str], ...]:
    """(sounds, habit of spelling) for a folded word in letters; empty where no table knows its script."""
    found: dict[str, str] = {}
    for spelling in letter_spellings().get(script_of(word[0]), ()):
        for sounds in read(word, spelling):
            found.setdefault(sounds, spelling.habit)
    return tuple(found.items())
