"""Takes a name apart: its words, and the ways in which they can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from fairwitness.core.errors import FairwitnessError
from fairwitness.names._chinese import (
    ChineseName,
    names_in_characters,
    names_in_letters,
    sounds_of_syllables,
    syllables_of,
)
from fairwitness.names._letters import pieces, read, script_of, script_of_word, sounds_by_habit, without_marks
from fairwitness.names._sounds import skeleton_of, spoken
from fairwitness.names._tables import pinyin_of_turkic, turkic_characters
from fairwitness.text.fold import fold_text
from fairwitness.text.loose import simplify

MAX_NAME_CHARS = 200
MAX_WORDS = 6
_DOTS = "·•・．‧∙⋅ᐧ・."
_BREAK = re.compile(rf"[\s{_DOTS},،/_\-‐‑‒–]+")
_APOSTROPHES = re.compile("['’‘ʼʻ`´ʿʾ′]")
_STRAY = re.compile(r"[^\w\s']")
_ARTICLES = frozenset(["al", "el", "ul", "ar", "as", "az", "аль", "эль", "ال"])
_SONS = frozenset(
    re.split(
        " ",
        "oghli oghlu ogli oglu ughli qizi kizi kyzy qyzy uly ulu ugli o'g'li uulu bin ibn bint binti "
        "оглы оглу угли улы уулу кызы қызы ұлы кизи бин ибн ئوغلى قىزى ۇلى بن",
    )
)
"""Words that say whose son or daughter somebody is."""
PASSED_OVER = _SONS | _ARTICLES
_PINYIN_LIKE = re.compile("ai|ao|ei|er|ie|iu|ou|ua|ui|uo|[qx]|z[hi]")  # else it is read as it is written anyway
_SUFFIX_SOUNDS = re.compile(r"(?<=..)(?:[oe]v[ai]?|[oe]f|ina?|[oe]viC)$")


class BadName(FairwitnessError):
    """What was given cannot be looked for as a name; `reason` says why."""

    code = "bad_name"
    advice = "Give a name of two characters at least, in letters of one of the scripts that docs/names.md lists."

    def __init__(self, reason: str) -> None:
        super().__init__(f"This is no name that can be looked for: {reason}.")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a word: its sounds as compared, its consonants, and by what habit it was read."""

    sounds: str
    skeleton: str
    habit: str
    is_stem: bool = False  # what is left without the ending of a surname


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name as it was written (folded), and its readings, the usual one first."""

    text: str
    readings: tuple[Reading, ...]
    written: str = ""  # where the text is the pinyin of characters, the characters

    @property
    def weight(self) -> int:
        """How much of the name the word is."""
        return 1 + len(self.readings[0].skeleton)


@dataclass(frozen=True, slots=True)
class Way:
    """The name read in one of the ways: as Chinese, or as a name spelled by sound."""

    words: tuple[Word, ...]
    chinese: ChineseName | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name, its words, and all the ways in which it can be read. `script` is that of its first letter."""

    text: str
    words: tuple[str, ...]
    script: str
    ways: tuple[Way, ...]


@lru_cache(maxsize=50_000)
def parse_name(text: str) -> Name:
    """The name taken apart.

    Raises:
        BadName: for what is no name: too short, too long, digits, letters of no script that we read.
    """
    if len(text) > MAX_NAME_CHARS:
        raise BadName(f"it has more than {MAX_NAME_CHARS} characters")
    folded = _APOSTROPHES.sub("'", without_marks(fold_text(text)))
    if any(char.isdigit() for char in folded):
        raise BadName("it holds digits")
    folded = _STRAY.sub(" ", _BREAK.sub(" ", simplify(folded)))
    words = tuple(word for part in folded.split() if (word := part.strip("'")))
    if not words:
        raise BadName("it holds no letter")
    if len(words) > MAX_WORDS:
        raise BadName(f"it has more than {MAX_WORDS} words")
    scripts = [script_of_word(word.replace("'", "")) for word in words]
    if not all(scripts):
        raise BadName("a word of it mixes scripts, or is in a script that cannot be read here")
    if sum(map(len, words)) < 2:
        raise BadName("one character is too little; give the other part of the name too")
    ways = _ways(words, scripts)
    if not ways:
        raise BadName("no word of it can be read")
    return Name(text, words, scripts[0], ways)


def _ways(words: tuple[str, ...], scripts: list[str]) -> tuple[Way, ...]:
    if all(script == "han" for script in scripts):
        return _han_ways(words)
    ways = [_chinese_way(name) for name in (names_in_letters(words) if len(set(scripts)) == 1 else ())]
    kept = [word for word in words if word not in PASSED_OVER] or list(words)
    spelled = [
        spelled_word(word.replace("'", "")) if script_of(word[0]) != "han" else turkic_word(word) for word in kept
    ]
    if all(word.readings for word in spelled):
        ways.append(Way(tuple(spelled)))
    return tuple(ways)


def _han_ways(words: tuple[str, ...]) -> tuple[Way, ...]:
    chars = "".join(words)
    ways: list[Way] = []
    if len(words) == 1 or max(map(len, words)) <= 2:
        ways += [_chinese_way(name) for name in names_in_characters(chars)]
    known = turkic_characters().sounds
    if len(words) > 1 or not ways or all(char in known for char in chars):
        ways.append(Way(tuple(map(turkic_word, words))))
    return tuple(way for way in ways if all(word.readings for word in way.words))


def _chinese_way(name: ChineseName) -> Way:
    cut = len(name.surname)
    return Way(
        (
            _chinese_word(name.surname, name.system, name.chars[:cut]),
            _chinese_word(name.given, name.system, name.chars[cut:]),
        ),
        name,
    )


def _chinese_word(syllables: tuple[str, ...], system: str, chars: str) -> Word:
    return Word("".join(syllables), (_reading(sounds_of_syllables(syllables), system),), chars)


def _reading(sounds: str, habit: str) -> Reading:
    return Reading(spoken(sounds), skeleton_of(sounds), habit)


def _distinct(readings: list[Reading]) -> tuple[Reading, ...]:
    found: dict[tuple[str, bool], Reading] = {}
    for reading in readings:
        if reading.sounds:
            found.setdefault((reading.sounds, reading.is_stem), reading)
    return tuple(found.values())


@lru_cache(maxsize=50_000)
def spelled_word(word: str) -> Word:
    """A word in letters, by each habit of spelling, with and without the ending of a Russian surname."""
    readings = [_reading(sounds, habit) for sounds, habit in sounds_by_habit(word).items()]
    stems = []
    for reading in readings:
        stem = _SUFFIX_SOUNDS.sub("", reading.sounds)
        if stem != reading.sounds and skeleton_of(stem):
            stems.append(replace(_reading(stem, reading.habit), is_stem=True))
    return Word(word, _distinct([*readings, *passport_readings(word), *stems]))


def passport_readings(word: str) -> list[Reading]:
    """The readings of a Turkic name in the pinyin of the characters that write it, such as Maimaiti."""
    if not _PINYIN_LIKE.search(word):
        return []
    spelling = pinyin_of_turkic()
    cut = pieces(word, spelling) if script_of(word[0]) == "latin" else []
    if len(cut) < 2 or not all(piece in spelling.sounds for piece in cut):
        return []
    return [_reading(sounds, spelling.habit) for sounds in read(word, spelling)[:12]]


@lru_cache(maxsize=50_000)
def turkic_word(word: str) -> Word:
    """A word in Han characters that stand for sounds; characters that no table knows are read in pinyin."""
    spelling = turkic_characters()
    known = [char for char in word if char in spelling.sounds]
    readings = []
    if len(known) == len(word):
        readings = [_reading(sounds, spelling.habit) for sounds in read(word, spelling)]
    readings += [_reading(sounds_of_syllables(way), "pinyin") for way in syllables_of(word)[:2]]
    return Word(word, _distinct(readings))
