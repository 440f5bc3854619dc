"""Stems of words, for the languages that have a Snowball stemmer: школами is found by школа, not пошёл by идти.

Stems are made of folded words, so they are the same for pages and queries. What folding took and a stemmer needs is put
back by rule: Arabic heh, and the Turkish ı, which vowel harmony tells from i well enough for an ending to be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

_KEPT = 100_000  # words of each language whose stems are remembered
_NAMES = {
    "en": "english",
    "ru": "russian",
    "tr": "turkish",
    "ar": "arabic",
    "fr": "french",
    "de": "german",
    "es": "spanish",
    "pt": "portuguese",
    "it": "italian",
    "nl": "dutch",
    "pl": "polish",
    "cs": "czech",
    "hu": "hungarian",
    "ro": "romanian",
    "sv": "swedish",
    "da": "danish",
    "no": "norwegian",
    "fi": "finnish",
    "lt": "lithuanian",
    "et": "estonian",
    "id": "indonesian",
}
STEMMED = frozenset(_NAMES)
"""Codes of the languages that have a stemmer."""

_CYRILLIC = re.compile("[а-я]")
_ARABIC = re.compile("[\u0620-\u064a\u06d5]")
_LATIN = re.compile("[a-zß-ɏ]")
_SCRIPTS = {"ru": _CYRILLIC, "ar": _ARABIC}  # the others are written in Latin letters
_VOWEL = re.compile("[aeioöuü]")


class _Stems(dict[str, str]):
    """Folded words and their stems in one language, behind its name; "" for what is no word of its script."""

    def __init__(self, language: str) -> None:
        import Stemmer  # few searches need it

        super().__init__()
        self._language = language
        self._stem = Stemmer.Stemmer(_NAMES[language], 0).stemWord
        self._script = _SCRIPTS.get(language, _LATIN)

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT:
            self.clear()
        term = ""
        if self._script.match(word):
            stem = self._stem(_as_written(word, self._language))
            term = f"{self._language}:{stem.replace('ı', 'i')}"
        self[word] = term
        return term


@cache
def _stems(language: str) -> _Stems:
    return _Stems(language)


def stem_of(word: str, language: str) -> str:
    """The stem of a folded word; empty if the language has no stemmer, or is not written in such letters."""
    return _stems(language)[word].partition(":")[2] if language in STEMMED else ""


def stem_terms(words: Iterable[str], languages: Iterable[str]) -> Iterator[str]:
    """Yields the distinct stems of the words as the index holds them: the language, a colon, the stem."""
    for language in languages:
        if language in STEMMED:
            yield from filter(None, dict.fromkeys(map(_stems(language).__getitem__, words)))


def _as_written(word: str, language: str) -> str:
    if language == "ar":
        return word.replace("\u06d5", "\u0647")
    return _with_dotless_i(word) if language == "tr" and "i" in word else word


def _with_dotless_i(word: str) -> str:
    """Every i behind a back vowel is ı, and so is one before the first such vowel, unless the word begins with it."""
    vowels = _VOWEL.findall(word)
    back = word[0] != "i" and next((vowel in "aou" for vowel in vowels if vowel != "i"), False)
    letters: list[str] = []
    for char in word:
        letters.append("ı" if char == "i" and back else char)
        if char in "aou":
            back = True
        elif char in "eöü":
            back = False
    return "".join(letters)
