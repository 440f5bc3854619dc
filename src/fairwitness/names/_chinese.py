"""Chinese names as syllables: read from characters, pinyin, Wade-Giles and Palladius, and written so again."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from fairwitness.names._letters import script_of
from fairwitness.names._sounds import sounds_of
from fairwitness.names._tables import han_readings, rows, surname_readings, surnames
from fairwitness.text.loose import simplify

Syllables = tuple[str, ...]

MAX_SYLLABLES = 5
_MAX_WAYS = 8
_APART = re.compile(r"[^\w]+")
_INITIALS = (("zh", "Z"), ("ch", "C"), ("sh", "S"), ("j", "j"), ("q", "C"), ("x", "S"), ("c", "c"), ("r", "r"))


@dataclass(frozen=True, slots=True)
class ChineseName:
    """A surname and a given name in syllables; `system` is how they were written, `chars` the characters if any."""

    surname: Syllables
    given: Syllables
    system: str
    chars: str = ""
    is_turned: bool = False  # the surname stood last

    @property
    def pinyin(self) -> str:
        """The name as it is written today, in small letters."""
        return " ".join(filter(None, ("".join(self.surname), "".join(self.given))))


@cache
def _systems() -> dict[str, dict[str, tuple[str, ...]]]:
    """For each system what is written for a syllable, without apostrophes and umlauts, to the syllables it may be."""
    found: dict[str, dict[str, list[str]]] = {name: defaultdict(list) for name in ("pinyin", "wade", "palladius")}
    for row in rows("syllables"):
        for system in found:
            for written in spellings_of(row["pinyin"], system):
                if row["pinyin"] not in found[system][written]:
                    found[system][written].append(row["pinyin"])
    return {name: {written: tuple(of) for written, of in table.items()} for name, table in found.items()}


@cache
def _written() -> dict[str, dict[str, str]]:
    return {row["pinyin"]: row for row in rows("syllables")}


@cache
def spellings_of(syllable: str, system: str) -> tuple[str, ...]:
    """All that is written for a syllable in a system, with and without its signs."""
    whole = unicodedata.normalize("NFC", _written()[syllable][system])
    found = [whole]
    if system == "pinyin" and "ü" in whole:
        found += [whole.replace("ü", "v"), whole.replace("ü", "yu"), whole.replace("ü", "u")]
    if system == "wade":
        found += [whole.replace("ü", "u"), whole.replace("'", ""), whole.replace("'", "").replace("ü", "u")]
        if whole == "ssu":
            found.append("szu")
    if system == "palladius" and whole.startswith("хуэй"):
        found.append("хуэ" + "й")
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=20_000)
def _segmented(word: str, system: str) -> tuple[Syllables, ...]:
    """The ways to cut a word into written syllables of one system; few, the fewest syllables first."""
    table = _systems()[system]
    ways: list[list[Syllables]] = [[()], *([] for _ in word)]
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - 7), end):
            piece = word[start:end]
            if piece in table:
                ways[end] += [(*way, piece) for way in ways[start] if len(way) < MAX_SYLLABLES]
            elif piece.endswith("нъ") and piece[:-1] + "ь" in table:
                ways[end] += [(*way, piece[:-1] + "ь") for way in ways[start] if len(way) < MAX_SYLLABLES]
        ways[end] = sorted(ways[end], key=len)[:_MAX_WAYS]
    return tuple(ways[-1])


@cache
def surname_syllables() -> frozenset[Syllables]:
    """Every Chinese surname in syllables."""
    return frozenset(surname_reading(surname) for surname in surnames())


def surname_reading(surname: str) -> Syllables:
    """The syllables of a surname in simplified characters."""
    if surname in surname_readings():
        return tuple(surname_readings()[surname].split())
    return tuple(
        (surname_readings().get(char) if len(surname) == 1 else None) or han_readings()[char][0] for char in surname
    )


def names_in_letters(words: tuple[str, ...]) -> tuple[ChineseName, ...]:
    """The Chinese names that folded words in Latin or Cyrillic letters may be, in any system; none if it is none."""
    systems = {"latin": ("pinyin", "wade"), "cyrillic": ("palladius",)}.get(script_of(words[0][0]), ())
    found: dict[tuple[Syllables, Syllables], ChineseName] = {}
    for system in systems:
        for name in _in_system(words, system):
            found.setdefault((name.surname, name.given), name)
    return tuple(found.values())[:_MAX_WAYS]


def _in_system(words: tuple[str, ...], system: str) -> Iterator[ChineseName]:
    cut = [_segmented(word, system) for word in words]
    if not all(cut):
        return
    for ways in itertools.islice(itertools.product(*cut), _MAX_WAYS):
        orders: list[tuple[Syllables, Syllables, bool]] = []
        if len(ways) == 1:
            orders += [(ways[0][:n], ways[0][n:], False) for n in (1, 2)]
        else:
            rest = tuple(itertools.chain.from_iterable(ways[1:]))
            orders.append((ways[0], rest, False))
            if len(ways) >= 3 and len(ways[0]) == len(ways[1]) == 1:
                orders.append((ways[0] + ways[1], tuple(itertools.chain.from_iterable(ways[2:])), False))
            orders.append((ways[-1], tuple(itertools.chain.from_iterable(ways[:-1])), True))
        for surname, given, is_turned in orders:
            if 1 <= len(surname) <= 2 and 1 <= len(given) <= 2:
                yield from _read(surname, given, system, is_turned)


def _read(surname: Syllables, given: Syllables, system: str, is_turned: bool) -> Iterator[ChineseName]:
    table = _systems()[system]
    for syllables in itertools.islice(itertools.product(*(table[piece] for piece in surname + given)), 4 * _MAX_WAYS):
        if syllables[: len(surname)] in surname_syllables():
            yield ChineseName(syllables[: len(surname)], syllables[len(surname) :], system, is_turned=is_turned)


def names_in_characters(chars: str) -> tuple[ChineseName, ...]:
    """The Chinese names that two to four Han characters may be; none if they do not begin with a surname."""
    plain = simplify(chars)
    found: list[ChineseName] = []
    for length in (2, 1):
        surname, given = plain[:length], plain[length:]
        if surname in surnames() and 1 <= len(given) <= 2:
            found += [
                ChineseName(surname_reading(surname), given_read, "characters", plain)
                for given_read in syllables_of(given)[:_MAX_WAYS]
            ]
    return tuple(found)


def syllables_of(chars: str) -> tuple[Syllables, ...]:
    """The readings of characters, the usual ones first."""
    table = han_readings()
    choices = [table.get(char, ()) for char in simplify(chars)]
    return tuple(itertools.islice(itertools.product(*choices), 4 * _MAX_WAYS))


@lru_cache(maxsize=4096)
def sounds_of_syllable(syllable: str) -> str:
    """A syllable of pinyin as sounds."""
    for written, sound in _INITIALS:
        if syllable.startswith(written):
            return sound + sounds_of(syllable[len(written) :].replace("ü", "u"))
    return sounds_of(syllable.replace("ü", "u"))


def sounds_of_syllables(syllables: Iterable[str]) -> str:
    """Syllables of pinyin as the sounds of one word."""
    return "".join(map(sounds_of_syllable, syllables))


def written_forms(name: ChineseName, system: str) -> tuple[str, ...]:
    """Every way in which the name is written in a system, surname first, parts separated by blanks."""
    found: dict[str, None] = {}
    surnames_written = _joined(name.surname, system)
    for given in _joined(name.given, system):
        for surname in surnames_written:
            found[f"{surname} {given}"] = None
    return tuple(found)


def _joined(syllables: Syllables, system: str) -> tuple[str, ...]:
    """Syllables as one word, with a hyphen, with a blank: every spelling of each with every of the next."""
    found: dict[str, None] = {}
    for written in itertools.product(*(spellings_of(syllable, system) for syllable in syllables)):
        for joint in ("", "-", " ") if len(written) > 1 else ("",):
            text = joint.join(written)
            found[text.replace("ньа", "нъа").replace("ньо", "нъо").replace("ньэ", "нъэ")] = None
    return tuple(found)


def apart(word: str) -> tuple[str, ...]:
    """The parts of a word between its hyphens and apostrophes."""
    return tuple(filter(None, _APART.split(word)))
