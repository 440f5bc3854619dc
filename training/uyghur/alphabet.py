"""The signs that the recogniser knows, and how text is brought to them."""

from __future__ import annotations

import re
import unicodedata

UYGHUR = "ئابپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىيە"
KAZAKH = "ءٴعحـ".replace("ـ", "")  # what Kazakh in Arabic letters has beside the Uyghur ones
ARABIC = "آأؤإةثذصضطظه"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]_{|}~«»‹›“”‘’—…•·°№،؛؟٪"
ALPHABET = " " + DIGITS + PUNCTUATION + UYGHUR + KAZAKH + ARABIC + ARABIC_DIGITS + LATIN

_SAME = str.maketrans(
    {
        "ـ": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u200e": None, "\u200f": None, "\u00ad": None,
        "\u202a": None, "\u202b": None, "\u202c": None, "\u202d": None, "\u202e": None, "\ufeff": None,
        "ک": "ك", "ی": "ي", "ھ": "ھ", "ہ": "ھ", "۔": ".", "„": "“", "‚": "‘", "–": "—", "‐": "-", "‑": "-", "−": "-",
        "٬": "،", "٫": ".", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "\n": " ", "×": "x",
        **{chr(0x6F0 + i): chr(0x660 + i) for i in range(10)},
    }
)  # fmt: skip
_MARKS = re.compile("[\u064b-\u0655\u0670]")


def normalised(text: str) -> str:
    """The text with one code point for each look: NFKC, no vowel signs, no stretching, plain spaces and dashes."""
    composed = _MARKS.sub("", unicodedata.normalize("NFC", text).translate(_SAME))
    composed = composed.replace("\u0626\u200d", "\u0626").replace("...", "…").replace("…", "...")
    if any("\ufb50" <= sign <= "\ufdff" or "\ufe70" <= sign <= "\ufeff" for sign in composed):
        composed = _MARKS.sub("", unicodedata.normalize("NFKC", composed))
    return " ".join(composed.split())
