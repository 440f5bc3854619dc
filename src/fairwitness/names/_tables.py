"""Reads the tables beside this module: plain CSV that a linguist can edit, and the aliases that a case adds."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fairwitness.names._sounds import sounds_of
from fairwitness.text.fold import fold_text

Row = dict[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of a table of the package, by the names of its columns."""
    return tuple(csv.DictReader(io.StringIO(table_bytes(name).decode())))


def table_bytes(name: str) -> bytes:
    """The file of a table."""
    return (resources.files("fairwitness.names") / "tables" / f"{name}.csv").read_bytes()


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to read a script: pieces of writing and the sounds that each may stand for, the usual one first."""

    script: str
    habit: str
    sounds: dict[str, tuple[str, ...]]
    longest: int


def _spellings(script: str) -> tuple[Spelling, ...]:
    habits = [column for column in rows(script)[0] if column != "letters"]
    made = []
    for habit in habits:
        sounds: dict[str, tuple[str, ...]] = {}
        for row in rows(script):
            letters = fold_text(row["letters"])
            if row[habit] or len(letters) == 1:
                sounds[letters] = (sounds_of(row[habit]),)
        made.append(Spelling(script, habit, sounds, max(map(len, sounds))))
    return tuple(made)


@cache
def letter_spellings() -> dict[str, tuple[Spelling, ...]]:
    """How words in letters are read, by script."""
    return {script: _spellings(script) for script in ("latin", "cyrillic", "arabic")}


@cache
def turkic_characters() -> Spelling:
    """How the Han characters are read that write Uyghur, Kazakh and other Turkic names."""
    sounds: dict[str, tuple[str, ...]] = {}
    for row in rows("han_turkic"):
        for char in row["characters"]:
            sounds[char] = tuple(map(sounds_of, row["sounds"].split("|")))
    return Spelling("han", "characters that write Turkic names", sounds, 1)


@cache
def pinyin_of_turkic() -> Spelling:
    """How the pinyin of such characters is read: names went into passports as Maimaiti Tuerxun."""
    sounds: dict[str, tuple[str, ...]] = {}
    for char, of in turkic_characters().sounds.items():
        for syllable in han_readings().get(char, ())[:1]:
            kept = sounds.setdefault(syllable.replace("ü", "u"), ())
            sounds[syllable.replace("ü", "u")] = tuple(dict.fromkeys((*kept, *of)))
    return Spelling("latin", "pinyin of the characters", sounds, max(map(len, sounds)))


@cache
def han_readings() -> dict[str, tuple[str, ...]]:
    """Pinyin of Han characters without tones, the usual reading first."""
    found: dict[str, list[str]] = defaultdict(list)
    for column in ("characters", "also"):
        for row in rows("han_readings"):
            for char in row[column]:
                found[char].append(row["pinyin"])
    return {char: tuple(readings) for char, readings in found.items()}


@cache
def characters_read() -> dict[str, str]:
    """The characters of each syllable of pinyin, the other way round."""
    found: dict[str, list[str]] = defaultdict(list)
    for char, readings in han_readings().items():
        for reading in readings:
            found[reading].append(char)
    return {reading: "".join(chars) for reading, chars in found.items()}


@cache
def surname_readings() -> dict[str, str]:
    """How characters are read when they are a surname, where that is not their usual reading."""
    return {row["characters"]: row["pinyin"] for row in rows("surname_readings")}


@cache
def surnames() -> dict[str, str]:
    """Chinese surnames in simplified characters, and how common each is."""
    found: dict[str, str] = {}
    for row in rows("surnames"):
        step = 2 if row["how_common"] == "two characters" else 1
        chars = row["characters"]
        for at in range(0, len(chars), step):
            found.setdefault(chars[at : at + step], row["how_common"])
    return found
