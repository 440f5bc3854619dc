"""Names of months in the languages of our leaks, as they stand in dates; and words for year, month and day."""

from __future__ import annotations

import re

_FORMS = [
    # English, Turkish, Uzbek and Uyghur in Latin letters
    "january|jan ocak yanvar yanwar",
    "february|feb şubat|subat fevral féwral|fewral",
    "march|mar mart",
    "april|apr nisan aprel aprél",
    "may mayıs|mayis",
    "june|jun haziran iyun",
    "july|jul temmuz iyul",
    "august|aug ağustos|agustos avgust awghust|awgust",
    "september|sept|sep eylül|eylul sentabr|sentyabr séntebir|sentebir",
    "october|oct ekim oktabr|oktyabr öktebir|oktebir",
    "november|nov kasım|kasim noyabr noyabir",
    "december|dec aralık|aralik dekabr dékabir|dekabir",
]
_CYRILLIC = [
    # Russian (also in Kyrgyz and Uzbek), Kazakh, Uyghur
    "январ[ьяе] қаңтар январ",
    "феврал[ьяе] ақпан феврал",
    "марта|марте|март наурыз",
    "апрел[ьяе] сәуір апрел",
    "мая|мае|май мамыр",
    "июн[ьяе] маусым июн",
    "июл[ьяе] шілде июл",
    "августа|августе|август тамыз авғуст",
    "сентябр[ьяе] қыркүйек сентябр сентәбир",
    "октябр[ьяе] қазан октябр өктәбир",
    "ноябр[ьяе] қараша ноябр",
    "декабр[ьяе] желтоқсан декабр декабир",
]
_ARABIC = [
    # Uyghur, Arabic
    "يانۋار يناير",
    "فېۋرال فبراير",
    "مارت مارس",
    "ئاپرېل أبريل|ابريل",
    "ماي مايو",
    "ئىيۇن يونيو",
    "ئىيۇل يوليو",
    "ئاۋغۇست أغسطس",
    "سېنتەبىر سبتمبر",
    "ئۆكتەبىر أكتوبر",
    "نويابىر نوفمبر",
    "دېكابىر ديسمبر",
]


def _spelt() -> list[tuple[str, int]]:
    found = []
    for forms in (_FORMS, _CYRILLIC, _ARABIC):
        for month, listed in enumerate(forms, 1):
            found += [(form, month) for form in re.split(r"[ |]", listed)]
    return sorted(found, key=lambda pair: -len(pair[0]))


_SPELT = _spelt()
MONTH = "|".join(form for form, _ in _SPELT)
"""Any name of a month, the longest first; for small letters."""

_WHOLE = [(re.compile(form), month) for form, month in _SPELT]

ENDING = (
    r"(?:['’ʻ][a-zı]{1,4}|(?:ning|ni|da|ta|din|tin|ga)|"
    r"[ыіиу]?(?:н?да|н?де|та|те|нан|нен|на|не|нын|нин|ның|нің|ниң|дан|ден|тан|тен"
    r"|г[ае]|ға|қа|к[ае]|дин|тин)|[ыіиу]|(?:ى|نىڭ|دا|تا|دىن|تىن|دىكى|غا|غىچە))?\b"
)
"""What may follow the name of a month: -да, -ning, -نىڭ; and there the word ends."""

WORD_ENDING = "[a-zа-яәғқңөұүһіўҳёıöü\u0621-\u06d5]{0,6}"
"""The same for the words for year, month and day."""

YEAR_WORD = (
    r"(?:жыл(?:ғы|ы|дын|дың|дағы)?|ж\.|йил(?:ниң|и|да|даги)?|yil(?:i|ning|da|dagi)?"
    r"|يىل(?:ى|نىڭ|دىكى)?|году|года|год|г\.?)"
)
"""Kazakh, Kyrgyz, Uzbek, Uyghur, Russian."""

MONTH_WORD = r"(?:ئاي|ай|ay)"
DAY_WORD = r"(?:كۈن|күн|кун|kün|kun)"


def month_of(name: str) -> int:
    """The number of the month of that name, in small letters.

    Raises:
        ValueError: if it is none.
    """
    for form, month in _WHOLE:
        if form.fullmatch(name):
            return month
    raise ValueError("not the name of a month")
