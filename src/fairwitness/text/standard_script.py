"""Writes Uyghur in Latin letters and Kazakh in Arabic letters in the script that most texts of the language are in.

For models alone, which know few texts in the other scripts: what is stored, shown and cited stays as it was read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_UYGHUR = (
    dict(zip("abdfghijklmnopqrstuwxyz", "ابدفگھىجكلمنوپقرستۇۋخيز", strict=True))
    | {"e": "ە", "é": "ې", "ë": "ې", "ö": "ۆ", "ü": "ۈ"}
    | {"ch": "چ", "sh": "ش", "gh": "غ", "ng": "ڭ", "zh": "ژ"}
)
_UYGHUR_PIECE = re.compile("ch|sh|gh|ng|zh|['’]?[a-zéëöü]", re.IGNORECASE)
_UYGHUR_WORD = re.compile("[a-zéëöü]+(?:['’][a-zéëöü]+)*", re.IGNORECASE)
_UYGHUR_VOWELS = frozenset("aeéëioöuü")
_HAMZA = "ئ"

_KAZAKH = dict(zip("ابۆگعدەجزيكقلمنڭوپرستۋۇفحھچشى", "абвгғдежзйкқлмнңопрстуұфхһчшы", strict=True))
_KAZAKH_FRONT = _KAZAKH | {"ا": "ә", "و": "ө", "ۇ": "ү", "ى": "і"}
_KAZAKH_VOWELS = frozenset("اەوۇىۋ")
_FRONT = frozenset("ٴەگك")
_ARABIC_WORD = re.compile("[\u0621-\u064a\u066e-\u06d5\u0674]+")

_LATIN = re.compile("[a-zà-ɏ]", re.IGNORECASE)
_ARABIC = re.compile("[\u0620-\u06d5]")
_CYRILLIC = re.compile("[Ѐ-ӿ]")
_NOT_LATIN = frozenset({"ug", "zh", "kk", "ru", "ky", "ar", "bo", "ja", "ko", "uk", "und"})


def other_script(text: str, languages: Collection[str]) -> str:
    """What the page is in, if in no other language in these letters: "ug-Latn", "kk-Arab"; else nothing."""
    plain = {code.partition("-")[0] for code in languages}
    arabic = len(_ARABIC.findall(text))
    if "ug" in plain and plain <= _NOT_LATIN and len(_LATIN.findall(text)) > arabic + len(_CYRILLIC.findall(text)):
        return "ug-Latn"
    if "kk" in plain and not plain & {"ug", "ar", "fa"} and arabic > len(_CYRILLIC.findall(text)):
        return "kk-Arab"
    return ""


def in_standard_script(text: str, script: str) -> str:
    """The text for a model; `script` is what `other_script` said of its page."""
    if script == "ug-Latn":
        return _UYGHUR_WORD.sub(lambda found: _uyghur(found.group().lower()), unicodedata.normalize("NFKC", text))
    if script == "kk-Arab":
        return _ARABIC_WORD.sub(lambda found: _kazakh(found.group()), unicodedata.normalize("NFKC", text))
    return text


def _uyghur(word: str) -> str:
    letters: list[str] = []
    after_vowel = True  # a vowel that begins a word or follows another carries a hamza
    for piece in _UYGHUR_PIECE.findall(word):
        letter = piece.lstrip("'’")
        is_vowel = letter in _UYGHUR_VOWELS
        if is_vowel and (after_vowel or letter != piece):
            letters.append(_HAMZA)
        letters.append(_UYGHUR.get(letter, letter))
        after_vowel = is_vowel
    return "".join(letters)


def _kazakh(word: str) -> str:
    table = _KAZAKH_FRONT if _FRONT.intersection(word) else _KAZAKH
    letters: list[str] = []
    before = ""
    for letter in word.replace("ٴ", ""):
        is_vowel = letter == "ي" and before != "" and before not in _KAZAKH_VOWELS
        letters.append("и" if is_vowel else table.get(letter, letter))
        before = letter
    return "".join(letters)
