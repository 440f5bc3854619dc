"""Loose keys: spellings that keyboards, typists and text recognition mix up become one. For recall, never for evidence.

A key is made of a folded token (`text.fold`), letter by letter:

- Latin and Greek letters lose their accents; ø is o, đ is d, ł is l, ə is e, æ is ae, þ is th.
- Cyrillic letters of Kazakh, Kyrgyz, Uzbek, Tajik, Uyghur and Ukrainian are what one types for them on a Russian
  keyboard: қ к, ә а, ұ ү у, і ї и, ғ г, ң н, ө о, һ ҳ х, җ ҷ ж. Latin letters inside a Cyrillic word are the Cyrillic
  ones that look like them.
- Arabic script: all forms of alef are one; so are ى ي ې, the forms of waw (و ۇ ۆ ۈ ۋ ؤ), and ە ھ ة. Hamza counts
  nowhere: ئ before a vowel vanishes, since Uyghur writes it before every vowel that begins a syllable; elsewhere it is
  ي; ء and the high hamza of Kazakh vanish.
- Han characters are simplified, one by one (`data/simplified.tsv`).

`loose_key(loose_key(x)) == loose_key(x)`; a key is never empty.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache
from importlib import resources

_KEPT = 200_000  # keys remembered; more would cost memory, and the words that return are far fewer
_ASTRAL = "\U00010000"
_EQUAL = (
    "ø=o đ=d ð=d ł=l ħ=h ŧ=t ə=e ŋ=n æ=ae œ=oe þ=th ĸ=k "
    "қ=к ҡ=к ҝ=к ә=а ӓ=а ұ=у ү=у ӯ=у ў=у і=и ї=и ӣ=и ғ=г ґ=г ң=н ҥ=н ө=о һ=х ҳ=х җ=ж ҷ=ч ӂ=ж є=е ҙ=з ҫ=с "
    "آ=ا أ=ا إ=ا ٱ=ا ٲ=ا ٳ=ا ى=ي ې=ي ێ=ي ۍ=ي ے=ي ۇ=و ۆ=و ۈ=و ۋ=و ؤ=و ۉ=و ۊ=و ۅ=و ھ=ە ة=ە ۀ=ە ہ=ە ۃ=ە ۂ=ە ه=ە"
)
_NOTHING = "ءٴ\u0653\u0654\u0655"
_HAMZA = "ئ"
_HAMZA_BEFORE_VOWEL = re.compile("ئ(?=[اەوي])")
_LOOKS_CYRILLIC = str.maketrans("aceopxyikhmtb", "асеорхуикхмтв")
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_LATIN = re.compile("[a-z]")


@cache
def _simplified() -> dict[str, str]:
    text = (resources.files("fairwitness.text") / "data" / "simplified.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {char: simple for chars, simple in rows for char in chars}


@cache
def _same_simplified() -> dict[str, str]:
    found: dict[str, str] = defaultdict(str)
    for char, simple in _simplified().items():
        found[simple] += char
    return found


def with_same_key(char: str) -> str:
    """All Han characters with the same key as this one, itself among them."""
    simple = simplify(char)
    return simple + _same_simplified().get(simple, "")


class _Letters(dict[int, str]):
    """What a letter becomes; filled with those that are met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        key = _simplified().get(char, char) if code >= 0x3400 else _without_accents(char)
        self[code] = key
        return key


def _without_accents(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0]
    return base if base < "\u0400" else char  # Latin and Greek; the marks of other scripts are letters


_LETTERS = _Letters()
_LETTERS.update((ord(pair[0]), pair[2:]) for pair in _EQUAL.split())
_LETTERS.update((ord(char), "") for char in _NOTHING)
_LETTERS[ord(_HAMZA)] = _HAMZA
_LETTERS.update((code, "") for code in range(0x300, 0x370))  # accents that no letter has of its own


def simplify(chars: str) -> str:
    """The same number of characters, each Han character simplified."""
    return chars if _traditional().search(chars) is None else chars.translate(_HAN)


@cache
def _traditional() -> re.Pattern[str]:
    basic = "".join(char for char in _simplified() if char < _ASTRAL)
    return re.compile(f"[{basic}{_ASTRAL}-\U0010ffff]")  # letter by letter, those beyond would be slow to look up


class _HanLetters(dict[int, str]):
    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = key = _simplified().get(char, char)
        return key


_HAN = _HanLetters()


class _Keys(dict[str, str]):
    def __missing__(self, token: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        self[token] = key = token if token.isascii() else _key(token)
        return key


def _key(token: str) -> str:
    key = token.translate(_LETTERS)
    if _HAMZA in key:
        key = _HAMZA_BEFORE_VOWEL.sub("", key).replace(_HAMZA, "ي")
    if _CYRILLIC.search(key) and _LATIN.search(key):
        key = key.translate(_LOOKS_CYRILLIC)
    return key or token


LOOSE_KEYS = _Keys()
"""Folded tokens and their loose keys, made when first asked for."""


def loose_key(token: str) -> str:
    """The loose key of one folded token."""
    return LOOSE_KEYS[token]
