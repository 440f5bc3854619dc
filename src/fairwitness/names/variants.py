"""Lists forms of a name in every script, to show people what is looked for. A search finds more than can be listed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fairwitness.names._letters import script_of
from fairwitness.names._parse import Name, Word, parse_name
from fairwitness.names._tables import Spelling, letter_spellings, turkic_characters
from fairwitness.names.aliases import Aliases, shipped_aliases
from fairwitness.names.chinese import forms_in_letters
from fairwitness.names.compare import Level, compare_names, is_within

MAX_VARIANTS = 100
_HABITS = {"latin": "uyghur", "cyrillic": "turkic", "arabic": "uyghur"}
_USUAL = frozenset("ىسزۋتدھ")  # of the letters for one sound, those that Uyghur writes
_VOWELS = frozenset("aeiou")


@dataclass(frozen=True, slots=True)
class Variant:
    """A form of a name: how it is written, in which script (latin, cyrillic, arabic, han), and why it is one."""

    text: str
    script: str
    why: str


def variants(name: str, level: Level = "likely", *, aliases: Aliases | None = None) -> tuple[Variant, ...]:
    """Forms of the name that the level takes for it, the name itself first; at most `MAX_VARIANTS`.

    Raises:
        BadName: if it is no name.
    """
    table = aliases or shipped_aliases()
    asked = parse_name(name)
    found = {name: Variant(name, asked.script, "the name as it was given")}
    for text in _forms(asked, table):
        if text in found:
            continue
        other = parse_name(text)
        match = compare_names(asked, other, table)
        if is_within(match.level, level):
            found[text] = Variant(text, other.script, match.why)
        if len(found) == MAX_VARIANTS:
            break
    return tuple(found.values())


def _forms(name: Name, aliases: Aliases) -> Iterator[str]:
    yield from aliases.forms(name.text, whole=True)
    for way in name.ways:
        if way.chinese is not None:
            for form in forms_in_letters(way.chinese):
                yield form.title() if "'" not in form else " ".join(word.capitalize() for word in form.split())
        else:
            yield from _spelled(way.words, aliases)


def _spelled(words: tuple[Word, ...], aliases: Aliases) -> Iterator[str]:
    for script in (*_HABITS, "han"):
        choices = [
            [
                *dict.fromkeys(_written(word, script)),
                *(form for form in aliases.forms(word.text, whole=False) if script_of(form[0].lower()[0]) == script),
            ]
            for word in words
        ]
        joint = "·" if script == "han" else " "
        for parts in itertools.islice(itertools.product(*choices), MAX_VARIANTS):
            if all(parts):
                yield joint.join(part if script in ("han", "arabic") else part[0].upper() + part[1:] for part in parts)


@cache
def _letters_of(script: str) -> dict[str, str]:
    """Sounds to a usual way to write them."""
    spelling: Spelling = turkic_characters()
    if script != "han":
        (spelling,) = (one for one in letter_spellings()[script] if one.habit == _HABITS[script])
    found: dict[str, str] = {}
    for piece, readings in sorted(spelling.sounds.items(), key=lambda item: item[0] not in _USUAL):
        for sounds in readings:
            if sounds and (script != "latin" or piece.isascii()):
                found.setdefault(sounds.replace("y", "i") if script == "han" else sounds, piece)
    return found


def _written(word: Word, script: str) -> Iterator[str]:
    """The first reading of a word, written in a script; nothing where a sound has no sign."""
    table = _letters_of(script)
    sounds = word.readings[0].sounds
    out = ""
    at = 0
    while at < len(sounds):
        for length in range(4, 0, -1):
            if sounds[at : at + length] in table:
                break
        else:
            return
        if script == "arabic" and sounds[at] in _VOWELS and (not out or sounds[at - 1] in _VOWELS):
            out += "ئ"
        out += table[sounds[at : at + length]]
        at += length
    yield out
