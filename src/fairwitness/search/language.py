"""Which languages a page is in: by script, letters that only one language has, and the commonest small words.

What these rules cannot tell is asked of py3langid, restricted to languages written in the script (docs/decisions/009).
Meant for filters such as `lang:kk`, not as a statement about anybody. A page that neither can tell is "und".
"""

from __future__ import annotations

import io
import lzma
import re
import unicodedata
from array import array
from collections import Counter
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from fairwitness.search.analyser import fold_for_pattern, is_han

LANGUAGE_VERSION = "2"

_REAL_SHARE = 0.15  # of the letters: a letterhead or a quoted name makes no second language
_HAN_WEIGHT = 3  # a Han character says about as much as three letters
_WORD = re.compile(r"[^\W\d_]+")

_UYGHUR = frozenset("ېۈۆۇڭۋھ")  # heh is folded into Uyghur e, so that letter tells nothing here
_KAZAKH_ARABIC = frozenset("ٵٶٷٸ")
_KAZAKH = frozenset("әұі")
_TURKIC = frozenset("ғқңөүһўҳҷ")  # shared with Kyrgyz, Uzbek, Uyghur and others in Cyrillic script, which are "und"
_UKRAINIAN = frozenset("їєґ")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SMALL_WORDS = {
    "en": _words("the of and to in is that for with on as by are was this be it at from or not have has"),
    "tr": _words("ve bir bu için ile de da olarak her hakkı olan veya şahsın gibi ise kadar sonra"),
    "ru": _words("и в не на что с по для из к от о за или его как это при был все"),
}
_UYGHUR_LATIN = _words("we bilen üchün hem yaki bolup bolghan qilish kérek uning hemde herqandaq erkin adem")
_SMALL_SHARE = {"en": 0.10, "tr": 0.04, "ru": 0.06}  # of the words; running text has two to four times as many
_TURKISH = frozenset("ğış")

_BY_SCRIPT = {
    "LATIN": "en fr de es pt it nl pl cs sk hu ro sv da no fi tr az uz tk id ms vi sq hr sl lt lv et",
    "CYRILLIC": "ru uk be bg sr mk kk ky uz tg tt ba mn",
    "ARABIC": "ar fa ur ps ug sdh",
}
_SURE = 0.8
_ENOUGH_LETTERS = 40
_ASKED_CHARS = 800


@cache
def _script(char: str) -> str:
    if is_han(char):
        return "kana" if "\u3040" <= char <= "\u30ff" else "han"
    name = unicodedata.name(char, "").split(" ", 1)[0]
    return name if name in {"ARABIC", "CYRILLIC", "LATIN", "HANGUL", "TIBETAN"} else "other"


def languages_of(text: str) -> tuple[str, ...]:
    """Language codes of the page, most used script first: zh, ja, ko, bo, ug, ar, kk, ru, uk, tr, en, or und.

    Several where each has a real share of the page; never empty.
    """
    lower = text.lower()
    counted = Counter(lower if lower.isascii() else unicodedata.normalize("NFKC", text).lower())
    letters = Counter({char: count for char, count in counted.items() if char.isalpha()})
    shares: Counter[str] = Counter()
    for char, count in letters.items():
        script = _script(char)
        shares[script] += count * (_HAN_WEIGHT if script in {"han", "kana"} else 1)
    total = sum(shares.values())
    if not total:
        return ("und",)
    words = Counter(_WORD.findall(lower.replace("i̇", "i")))
    found: list[str] = []
    for script, count in shares.most_common():
        if count >= _REAL_SHARE * total or (script == "kana" and "han" in shares):
            told = _languages(script, shares, letters, words)
            found.extend(_asked(script, text) if _is_doubtful(script, told, letters) else told)
    known = [code for code in dict.fromkeys(found) if code != "und"]
    return tuple(known) or ("und",)


def _languages(script: str, shares: Counter[str], letters: Counter[str], words: Counter[str]) -> list[str]:
    if script in {"han", "kana"}:
        return ["ja" if shares["kana"] >= _REAL_SHARE * (shares["han"] + shares["kana"]) else "zh"]
    if script == "ARABIC":
        return [_arabic(shares[script], letters, words)]
    if script == "CYRILLIC":
        return _cyrillic(shares[script], letters, words)
    if script == "LATIN":
        return _latin(shares[script], letters, words)
    return {"HANGUL": ["ko"], "TIBETAN": ["bo"]}.get(script, ["und"])


def _is_doubtful(script: str, told: list[str], letters: Counter[str]) -> bool:
    """Whether the rules could not tell, or called Russian what has letters that Russian has not."""
    return script in _BY_SCRIPT and (told == ["und"] or (told == ["ru"] and any(letters[char] for char in _TURKIC)))


@cache
def _model() -> dict[str, Any]:
    """The arrays of the model. The package unpacks them into a file in the system's folder for such; we write none."""
    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        raw = io.BytesIO(packed.read())
    with np.load(raw, allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def _numbers(values: NDArray[Any]) -> array[int]:
    return array({2: "H", 4: "I", 8: "L"}[values.dtype.itemsize], np.ascontiguousarray(values).tobytes())


@cache
def _identifier(script: str) -> LanguageIdentifier:
    model = _model()
    found = LanguageIdentifier(
        model["ptc"],
        model["pc"],
        model["classes"].tolist(),
        _numbers(model["nextmove"]),
        model["out_feat"].tolist(),
        norm_probs=True,
        tk_row=_numbers(model["nextmove_row"]),
    )
    found.set_languages(_BY_SCRIPT[script].split())
    return found


def _asked(script: str, text: str) -> list[str]:
    """What the words of that script say; und where they are few, or say it without certainty."""
    words = [word for word in _WORD.findall(text) if _script(word[0]) == script]
    if sum(map(len, words)) < _ENOUGH_LETTERS:
        return ["und"]
    lower = [word.lower() for word in words]
    if script == "LATIN" and sum(word in _UYGHUR_LATIN for word in lower) >= 0.06 * len(lower):
        return ["ug"]
    language, share = _identifier(script).classify(" ".join(words)[:_ASKED_CHARS])
    return [str(language)] if share >= _SURE else ["und"]


def _arabic(total: int, letters: Counter[str], words: Counter[str]) -> str:
    if sum(letters[char] for char in _KAZAKH_ARABIC) >= 0.01 * total:
        return "kk"
    if sum(letters[char] for char in _UYGHUR) >= 0.05 * total:
        return "ug"
    folded = Counter[str]()
    for word, count in words.items():
        if _script(word[0]) == "ARABIC":
            folded[fold_for_pattern(word)] += count
    articles = sum(count for word, count in folded.items() if word.startswith(("ال", "وال", "بال")))
    return "ar" if articles >= 0.1 * sum(folded.values()) and not letters["پ"] + letters["چ"] else "und"


def _small_words(code: str, words: Counter[str], script: str) -> bool:
    total = sum(count for word, count in words.items() if _script(word[0]) == script)
    small = sum(words[word] for word in _SMALL_WORDS[code])
    return small >= max(1.0, _SMALL_SHARE[code] * total)


def _cyrillic(total: int, letters: Counter[str], words: Counter[str]) -> list[str]:
    if sum(letters[char] for char in _UKRAINIAN) >= 0.01 * total:
        return ["uk"]
    if sum(letters[char] for char in _KAZAKH) < 0.015 * total:
        return ["und"] if sum(letters[char] for char in _TURKIC) >= 0.02 * total else ["ru"]
    return ["kk", "ru"] if _small_words("ru", words, "CYRILLIC") else ["kk"]


def _latin(total: int, letters: Counter[str], words: Counter[str]) -> list[str]:
    found = [code for code in ("en", "tr") if _small_words(code, words, "LATIN")]
    if "tr" in found and sum(letters[char] for char in _TURKISH) < 0.01 * total:
        found.remove("tr")  # "de" and "da" are small words of other languages too
    return found or ["und"]
