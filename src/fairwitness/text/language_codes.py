"""Codes of languages, and the version of what tells them; apart from `language`, so that a search imports no more."""

from __future__ import annotations

from collections.abc import Iterable

LANGUAGE_VERSION = "4"  # raised whenever the languages of a page may differ
UND = "und"
EXPECTED = frozenset(["ar", "en", "kk", "ky", "ru", "tr", "ug", "uz"])
"""The languages of the leaks that this is made for; a word that several languages have is taken for one of theirs."""
LANGUAGES = (
    "ar az be bg bo ckb cs da de el en es et fa fi fr he hr hu hy id it ja ka kk ko ky lt lv mk mn ms nl no pl ps pt "
    "ro ru sk sl sq sr sv th tg tk tr tt ug uk ur uz vi zh zh-Hans zh-Hant"
)
"""What a page can be told to be in, one word each; a person may say any other code."""


def with_general(languages: Iterable[str]) -> list[str]:
    """The codes in lower case, and before "zh-hans" also "zh", each once: what a filter can ask for."""
    found: dict[str, None] = {}
    for language in map(str.lower, languages):
        found[language.partition("-")[0]] = None
        found[language] = None
    return list(found)


def without_general(languages: Iterable[str]) -> list[str]:
    """The codes as we write them, and no "zh" beside "zh-Hans": what `with_general` was made of."""
    given = list(languages)
    special = {code.partition("-")[0] for code in given if "-" in code}
    return [written(code) for code in given if code not in special]


def written(code: str) -> str:
    """The code as it is written: kk, zh-Hans."""
    language, _, script = code.partition("-")
    return f"{language.lower()}-{script.title()}" if script else language.lower()
