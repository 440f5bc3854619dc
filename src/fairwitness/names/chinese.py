"""What a search needs to know of Chinese names: how one is written in letters, and the characters of a syllable."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from fairwitness.names._chinese import ChineseName, Syllables, surname_reading, written_forms
from fairwitness.names._tables import characters_read, surnames
from fairwitness.text.loose import simplify


@cache
def characters_of(syllable: str) -> str:
    """The simplified characters that are read so."""
    return "".join(dict.fromkeys(char for char in characters_read().get(syllable, "") if simplify(char) == char))


@cache
def _by_reading() -> dict[Syllables, tuple[str, ...]]:
    found: dict[Syllables, list[str]] = defaultdict(list)
    for surname in surnames():
        found[surname_reading(surname)].append(surname)
    return {reading: tuple(sorted(of, key=len, reverse=True)) for reading, of in found.items()}


def surnames_read(reading: Syllables) -> tuple[str, ...]:
    """The surnames in simplified characters that are read so."""
    return _by_reading().get(reading, ())


def forms_in_letters(name: ChineseName) -> list[str]:
    """Every way to write the name in pinyin, Wade-Giles and Palladius, the surname first or last."""
    found: dict[str, None] = {}
    for system in ("pinyin", "wade", "palladius"):
        for form in written_forms(name, system):
            surname, given = form.split(" ", 1) if len(name.surname) == 1 else (form, "")
            found[form] = None
            if given:
                found[f"{given} {surname}"] = None
    return list(found)
