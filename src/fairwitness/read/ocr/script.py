"""The script of a piece of text, and letters that tell languages in one script apart."""

from __future__ import annotations

import unicodedata
from collections import Counter

from fairwitness.read.ocr.spans import is_han

KAZAKH = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
UYGHUR = frozenset("ۇۆۈۋېەڭگچپژ")
TURKISH = frozenset("ğĞıİşŞ")
TRADITIONAL = frozenset(
    "國會個們來這對時說為與學開關電長門書東車馬風飛語義議員總發經權體還過進動種條應產業務實際統廣場萬兩從後無見聽讀"
    "寫買賣錢銀鐵難題類給結終點區縣鄉醫師歲兒孫張劉陳楊趙黃吳選舉護愛憲並當歸處質變達遠運連適選擇數樣機構極標樂藝"
)
"""Han letters that stand in traditional script only, among the commonest; a line of it has several."""
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
