"""Says what can be said about how many people share a name. There are no data on populations here, so: classes.

`common.csv` lists names that are common among Uyghurs, Kazakhs, Russians, Turks, Uzbeks, Chinese and in English, from
general public knowledge; `surnames.csv` lists Chinese surnames. A name that is not there may be rare, or only missing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fairwitness.names._chinese import syllables_of
from fairwitness.names._parse import Name, Word, parse_name
from fairwitness.names._tables import rows, surnames
from fairwitness.names.chinese import surnames_read
from fairwitness.names.compare import compare_words
from fairwitness.names.keys import keys_of

Shared = Literal["very many", "many", "unknown"]
_RANKS = ("very common", "common", "known")

WARNING = "People share names: two mentions of a name are not one person."


@dataclass(frozen=True, slots=True)
class Sharing:
    """How many people may share a name: a class, and a sentence that says on what it rests."""

    people: Shared
    text: str


def how_shared(text: str) -> Sharing:
    """What can be said about how many people share the name.

    Raises:
        BadName: if it is no name.
    """
    name = parse_name(text)
    ranks = [_rank(name, number) for number in range(len(name.ways[0].words))]
    in_letters = name.ways[0].chinese is not None and not name.ways[0].chinese.chars
    more = " In letters, names in different characters look the same." if in_letters else ""
    if len(ranks) == 1:
        return Sharing("very many", "One word of a name: very many people share it." + more)
    if all(rank == "very common" for rank in ranks):
        return Sharing("very many", "A very common combination: very many people share it." + more)
    if all(ranks):
        return Sharing("many", "All its parts are common: many people may share it." + more)
    said = "Part of it is" if any(ranks) else "Its parts are"
    return Sharing(
        "unknown", f"{said} not in our list of common names: rare, or only missing there. Others may share it." + more
    )


def _rank(name: Name, number: int) -> str:
    """How common a word of the name is; empty if the lists do not know it."""
    chinese = name.ways[0].chinese
    if chinese is None:
        found = {rank for way in name.ways if number < len(way.words) for rank in _ranks_of(way.words[number])}
    elif number == 0:
        found = {surnames()[surname] for surname in surnames_read(chinese.surname)}
    else:
        chars = chinese.chars[len(chinese.surname) :]
        found = {_given().get(chars or "".join(chinese.given), "common" if len(chinese.given) == 1 else "")}
    return next((rank for rank in _RANKS if rank in found), "")


@cache
def _given() -> dict[str, str]:
    """Common Chinese given names, in characters and in pinyin."""
    found: dict[str, str] = {}
    for row in rows("common"):
        if row["tradition"] == "chinese":
            found[row["forms"]] = row["how_common"]
            found.setdefault("".join(syllables_of(row["forms"])[0]), row["how_common"])
    return found


def _ranks_of(word: Word) -> set[str]:
    return {
        rank for key in keys_of(word) for other, rank in _common()[key] if compare_words(word, other, None).step <= 1
    }


@cache
def _common() -> dict[str, list[tuple[Word, str]]]:
    found: dict[str, list[tuple[Word, str]]] = defaultdict(list)
    for row in rows("common"):
        for form in row["forms"].split("|") if row["tradition"] != "chinese" else ():
            for way in parse_name(form).ways:
                if len(way.words) == 1:
                    for key in keys_of(way.words[0]):
                        found[key].append((way.words[0], row["how_common"]))
    return found
