"""The script of a piece of text, and letters that tell languages in one script apart."""

from __future__ import annotations

import unicodedata
from collections import Counter

from fairwitness.read.ocr.spans import is_han

KAZAKH = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
UYGHUR = frozenset("ۇۆۈۋېەڭگچپژ")
TURKISH = frozenset("ğĞıİşŞ")
_NAMES = {"ARABIC": "Arab", "CYRILLIC": "Cyrl", "LATIN": "Latn", "TIBETAN": "Tibt", "HANGUL": "Hang"}


def script_of(text: str) -> str:
    """ISO 15924 code of the script of most letters, "Zyyy" where there is no letter."""
    seen: Counter[str] = Counter()
    for letter in text:
        if is_han(letter) and unicodedata.category(letter) == "Lo":
            seen["Hani"] += 2
        elif letter.isalpha():
            seen[_NAMES.get(unicodedata.name(letter, "").partition(" ")[0], "Zzzz")] += 1
    return seen.most_common(1)[0][0] if seen else "Zyyy"
