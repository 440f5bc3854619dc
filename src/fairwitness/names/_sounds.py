"""Sounds: the one alphabet into which every script is read, and the skeleton of consonants that is left of it.

A sound is one character: the vowels a e i o u, and b p f d t g k q G(gh) s z S(sh) Z(zh) j C(ch) c(ts) h y v m n N(ng)
l r. The tables spell them the long way (`sh`, `gh`, `kh` for h), so that people can edit them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import Indel

_LONG = {"sh": "S", "zh": "Z", "ch": "C", "gh": "G", "kh": "h", "ng": "N", "ts": "c", "w": "v"}
_SPELLED = re.compile("sh|zh|ch|gh|kh|ng|ts|[a-z+]")

# The consonants that the scripts mix up are one letter of the skeleton; h, y and vowels have none.
_CLASSES = {
    **dict.fromkeys("bpf", "p"),
    **dict.fromkeys("dt", "t"),
    **dict.fromkeys("gkqG", "k"),
    **dict.fromkeys("szSc", "s"),
    **dict.fromkeys("ZjC", "c"),
    **dict.fromkeys("nN", "n"),
    "v": "v",
    "m": "m",
    "l": "l",
    "r": "r",
}
SKELETON_LETTERS = "ptkscnvmlr"
_ALIKE = str.maketrans({"q": "k", "G": "g", "N": "ng", "Z": "j", "c": "s"})
_CLASSED = str.maketrans({**_CLASSES, **dict.fromkeys("eiouy", "a")})
_NO_VOWELS = str.maketrans("", "", "ah")
_AGAIN = re.compile(r"([b-gi-z])\1+")
_NK = re.compile("nk+")
_TWICE = re.compile(r"(.)\1+")


def sounds_of(spelled: str) -> str:
    """The sounds of an entry of a table; `+` keeps two letters apart that would else be one sound."""
    found = _SPELLED.findall(spelled)
    return "".join("" if part == "+" else _LONG.get(part, part) for part in found)


def chunk_of(sounds: str) -> str:
    """What a piece of a word adds to the skeleton."""
    return "".join(_CLASSES.get(sound, "") for sound in sounds)


def skeleton_of(sounds: str) -> str:
    """The consonants of a word; two of one class in a row count once, and ng, nk and their like are n."""
    return _framed(sounds).translate(_NO_VOWELS)


@lru_cache(maxsize=100_000)
def _framed(sounds: str) -> str:
    """The skeleton with `a` and `h` where vowels and h stand between its letters."""
    return _once(classed(sounds))


def classed(sounds: str) -> str:
    """The sounds by their classes, `a` for vowels and `h` for h."""
    return sounds.translate(_CLASSED)


def _once(framed: str) -> str:
    if "nk" in framed:
        framed = _NK.sub("n", framed)
    return _AGAIN.sub(r"\1", framed)


@lru_cache(maxsize=100_000)
def spoken(sounds: str) -> str:
    """The sounds, those that only the spelling tells apart made one, each run of the same once."""
    return _TWICE.sub(r"\1", sounds.translate(_ALIKE)).replace("y", "i").replace("ii", "i")


def is_vowel(sound: str) -> bool:
    """Whether the sound is a vowel, y among them."""
    return sound in "aeiouy"


def likeness(one: str, other: str) -> float:
    """Share of the letters that two strings have in common, in order; 1 when both are the same."""
    return 1.0 if one == other else float(Indel.normalized_similarity(one, other))


SHORT = 2
"""A skeleton of so few consonants says little: there it must also agree where the word begins and ends."""


@lru_cache(maxsize=100_000)
def key_of(sounds: str) -> str:
    """The skeleton; of a short one also, as `_`, whether a vowel stands before it and after it."""
    return key_of_classed(classed(sounds))


def key_of_classed(framed: str) -> str:
    """The same of sounds whose classes are known; quick, since an index asks it of every word."""
    framed = _once(framed).replace("h", "")
    skeleton = framed.replace("a", "")
    if not skeleton:
        return "_" if framed else ""
    if len(skeleton) > SHORT:
        return skeleton
    return f"{'_' if framed[0] == 'a' else ''}{skeleton}{'_' if framed[-1] == 'a' else ''}"
