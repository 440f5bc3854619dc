"""Finds dates in a text: Chinese, Uyghur, Kazakh, Kyrgyz, Uzbek, Russian, Turkish, English, Arabic, and in figures.

Each with its exact range and the readings that it can have. Nothing that is not written is filled in, and what cannot
be a day is found too, as impossible. Years of two digits are left alone: "12.03.17" says neither century nor order.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from fairwitness.facts._months import DAY_WORD, ENDING, MONTH, MONTH_WORD, WORD_ENDING, YEAR_WORD, month_of
from fairwitness.facts.partial import PartialDate

DATES_VERSION = "1"

State = Literal["valid", "ambiguous", "impossible"]


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in a text: code points `start` to `end` (excluded).

    One reading, or two where order of day and month is not known ("03/04/2017"); `state` "impossible" where no reading
    is a day that there is.
    """

    start: int
    end: int
    readings: tuple[PartialDate, ...]
    state: State

    def fits(self, other: PartialDate) -> bool:
        """Whether one of the readings can be that day."""
        return any(reading.fits(other) for reading in self.readings)


_YEAR = r"(1[0-9]{3}|20[0-9]{2}|21[0-9]{2})"
_NO_DIGIT_BEFORE, _NO_DIGIT_AFTER = r"(?<![0-9])", r"(?![0-9])"
_GAP = r"[ \u00a0]?"
_HAN_DIGITS = {
    c: n for n, cs in enumerate(("〇零○ΟO", "一", "二", "三", "四", "五", "六", "七", "八", "九")) for c in cs
}
_HAN = "".join(_HAN_DIGITS)
_NO_NUMBER = 99  # of no day and no month
_HAN_NUMBER = "[一二三四五六七八九十廿卅]{1,3}"

_HAN_DATE = re.compile(
    rf"(?:{_NO_DIGIT_BEFORE}((?:1|2){_GAP}[0-9]{_GAP}[0-9]{_GAP}[0-9])|(?<![{_HAN}])([一二][{_HAN}]{{3}})){_GAP}年"
    rf"(?:{_GAP}(?:([01]?{_GAP}[0-9])|({_HAN_NUMBER})){_GAP}月(?:份)?"
    rf"(?:{_GAP}(?:([0-3]?{_GAP}[0-9])|({_HAN_NUMBER})){_GAP}[日号號])?)?"
)
_HAN_DAY = re.compile(
    rf"(?:{_NO_DIGIT_BEFORE}([01]?[0-9])|(?<![{_HAN}十廿卅])({_HAN_NUMBER})){_GAP}月{_GAP}"
    rf"(?:([0-3]?[0-9])|({_HAN_NUMBER})){_GAP}[日号號]"
)
_YEAR_FIRST = re.compile(
    rf"{_NO_DIGIT_BEFORE}{_YEAR}(?P<mark>[-./])([0-9]{{1,2}})(?P=mark)([0-9]{{1,2}}){_NO_DIGIT_AFTER}"
)
_YEAR_LAST = re.compile(
    rf"(?<![0-9.])([0-9]{{1,2}}){_GAP}(?P<mark>[-./]){_GAP}([0-9]{{1,2}}){_GAP}(?P=mark){_GAP}{_YEAR}{_NO_DIGIT_AFTER}"
)
_DAY_MONTH_YEAR = re.compile(
    rf"(?:{_NO_DIGIT_BEFORE}([0-9]{{1,2}})(?:st|nd|rd|th)?(?:[-.]|{_GAP}){_GAP}(?:of )?)?\b({MONTH}){ENDING}"
    rf"[.,]?{_GAP}{_YEAR}{_NO_DIGIT_AFTER}"
)
_MONTH_DAY_YEAR = re.compile(rf"\b({MONTH})\.?{_GAP}([0-9]{{1,2}})(?:st|nd|rd|th)?,{_GAP}{_YEAR}{_NO_DIGIT_AFTER}")
_YEAR_DAY_MONTH = re.compile(
    rf"{_NO_DIGIT_BEFORE}{_YEAR}[-–]?{_GAP}{YEAR_WORD}[,]?{_GAP}(?:([0-9]{{1,2}})[-–]?{_GAP})?\b({MONTH}){ENDING}"
)
_YEAR_MONTH_NUMBER = re.compile(
    rf"{_NO_DIGIT_BEFORE}{_YEAR}[-–]?{_GAP}{YEAR_WORD}[,]?{_GAP}([0-9]{{1,2}})[-–]?{_GAP}{MONTH_WORD}{WORD_ENDING}"
    rf"(?:{_GAP}([0-9]{{1,2}})[-–]?{_GAP}{DAY_WORD}{WORD_ENDING})?"
)
_DAY_MONTH = re.compile(rf"{_NO_DIGIT_BEFORE}([0-9]{{1,2}})(?:[-.]|st|nd|rd|th)?{_GAP}\b({MONTH}){ENDING}")
_YEAR_ALONE = re.compile(rf"{_NO_DIGIT_BEFORE}{_YEAR}[-–]?{_GAP}{YEAR_WORD}(?![a-zа-яәғқңөұүһі])")
_MAY_BE = re.compile("may|mar")

Reader = Callable[[re.Match[str]], tuple[PartialDate, ...]]


def find_dates(text: str) -> list[DateFound]:
    """Every date of the text, in order, none overlapping another; the longer ones win."""
    plain = plain_figures(text)
    if not _has_figures(plain):
        return []
    taken = bytearray(len(plain))
    found = []
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(plain):
            start, end = match.span()
            readings = () if taken.find(1, start, end) >= 0 else read(match)
            if readings:
                taken[start:end] = b"\x01" * (end - start)
                found.append(_judged(start, end, readings))
    return sorted(found, key=lambda date: date.start)


def parse_date(text: str) -> DateFound | None:
    """The date that the whole text is, None if it is none."""
    stripped = text.strip().rstrip(".")
    for found in find_dates(stripped):
        if found.end - found.start >= len(stripped.rstrip(" г.ж")):
            return found
    return None


def _judged(start: int, end: int, readings: tuple[PartialDate, ...]) -> DateFound:
    possible = tuple(dict.fromkeys(reading for reading in readings if reading.is_possible))
    if not possible:
        return DateFound(start, end, readings[:1], "impossible")
    return DateFound(start, end, possible, "valid" if len(possible) == 1 else "ambiguous")


@cache
def _figure(char: str) -> str:
    """The same figure or sign in ASCII, the same letter in small; one sign for one."""
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    normal = unicodedata.normalize("NFKC", char) if "\uff00" <= char <= "\uffef" else char
    low = normal.lower()
    return low if len(low) == 1 else normal if len(normal) == 1 else char


def plain_figures(text: str) -> str:
    """The text with figures, signs and letters in their plain form, of the same length."""
    if text.isascii():
        return text.lower()
    return "".join(map(_figure, text))


def _has_figures(plain: str) -> bool:
    return re.search(r"[0-9]", plain) is not None or "年" in plain or "月" in plain


def _number(figures: str | None, han: str | None) -> int | None:
    if figures:
        return int(re.sub(r"\D", "", figures))
    return _han_number(han) if han else None


def _han_number(han: str) -> int:
    """The value of a numeral up to 39: 十二, 二十三, 廿三, 三十."""
    han = han.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = han.partition("十")
    if not ten:
        return int("".join(str(_HAN_DIGITS[char]) for char in han))
    return 10 * _HAN_DIGITS.get(tens or "一", _NO_NUMBER) + (_HAN_DIGITS.get(ones, _NO_NUMBER) if ones else 0)


def _han_year(han: str | None) -> str | None:
    return "".join(str(_HAN_DIGITS[char]) for char in han) if han else None


def _read_han(match: re.Match[str]) -> tuple[PartialDate, ...]:
    year = _number(match[1] or _han_year(match[2]), None)
    return (PartialDate(year, _number(match[3], match[4]), _number(match[5], match[6])),)


def _read_han_day(match: re.Match[str]) -> tuple[PartialDate, ...]:
    return (PartialDate(None, _number(match[1], match[2]), _number(match[3], match[4])),)


def _read_year_first(match: re.Match[str]) -> tuple[PartialDate, ...]:
    return (PartialDate(int(match[1]), int(match[3]), int(match[4])),)


def _read_year_last(match: re.Match[str]) -> tuple[PartialDate, ...]:
    """Dots part day, month and year in this order wherever we know them; strokes do so in some countries."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    day_first = PartialDate(year, second, first)
    return (day_first,) if match["mark"] == "." else (day_first, PartialDate(year, first, second))


def _read_day_month_year(match: re.Match[str]) -> tuple[PartialDate, ...]:
    return (PartialDate(int(match[3]), month_of(match[2]), int(match[1]) if match[1] else None),)


def _read_month_day_year(match: re.Match[str]) -> tuple[PartialDate, ...]:
    return (PartialDate(int(match[3]), month_of(match[1]), int(match[2])),)


def _read_year_day_month(match: re.Match[str]) -> tuple[PartialDate, ...]:
    return (PartialDate(int(match[1]), month_of(match[3]), int(match[2]) if match[2] else None),)


def _read_year_month_number(match: re.Match[str]) -> tuple[PartialDate, ...]:
    return (PartialDate(int(match[1]), int(match[2]), int(match[3]) if match[3] else None),)


def _read_day_month(match: re.Match[str]) -> tuple[PartialDate, ...]:
    if _MAY_BE.fullmatch(match[2]):  # "article 5 may be", "12 mar": words as well
        return ()
    return (PartialDate(None, month_of(match[2]), int(match[1])),)


def _read_year(match: re.Match[str]) -> tuple[PartialDate, ...]:
    return (PartialDate(int(match[1])),)


_PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_HAN_DATE, _read_han),
    (_YEAR_FIRST, _read_year_first),
    (_YEAR_LAST, _read_year_last),
    (_YEAR_DAY_MONTH, _read_year_day_month),
    (_YEAR_MONTH_NUMBER, _read_year_month_number),
    (_DAY_MONTH_YEAR, _read_day_month_year),
    (_MONTH_DAY_YEAR, _read_month_day_year),
    (_HAN_DAY, _read_han_day),
    (_DAY_MONTH, _read_day_month),
    (_YEAR_ALONE, _read_year),
)


def dates_in_lines(text: str) -> Iterator[tuple[int, int, list[DateFound]]]:
    """Yields the lines of the text as start, end, and the dates in them."""
    found = find_dates(text)
    at = 0
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        yield at, end, [date for date in found if at <= date.start < end]
        at = end
