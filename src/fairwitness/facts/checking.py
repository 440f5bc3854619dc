"""What in a page does not fit together: numbers against their check digits, dates against the calendar and each other.

Observations, not verdicts. Most come from a misread sign: an identity number whose check digit fails is the surest sign
of one that a list of people has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fairwitness.facts.dates import DATES_VERSION, DateFound, dates_in_lines, find_dates, parse_date
from fairwitness.facts.identifiers import IDENTIFIERS_VERSION, Fit, Identifier, find_identifiers

CHECK_VERSION = f"1.{DATES_VERSION}.{IDENTIFIERS_VERSION}"
CHECKSUM, DATE_IN_NUMBER, NO_SUCH_DAY, BIRTH, DATED_LATER = (
    "checksum-fails",
    "impossible-date-in-number",
    "impossible-date",
    "birth-date-differs",
    "dated-later",
)
KINDS = {
    CHECKSUM: "The check digit of an identity number does not fit: it may be misread.",
    DATE_IN_NUMBER: "The date inside an identity number is no day that there is: it may be misread.",
    NO_SUCH_DAY: "There is no such day or month.",
    BIRTH: "The date of birth inside an identity number and the one beside it differ.",
    DATED_LATER: "The document is dated after the day on which it was sent, or last changed, by what the file says.",
}

_BIRTH = re.compile(
    r"出生|生日|туған|туулган|рожд|род\.|tug.{0,2}ilgan|туғилган|doğum|birth|\bborn\b|\bdob\b|تۇغۇلغان|tughulghan|туғулған|ميلاد",
    re.IGNORECASE,
)
_CUE_CHARS = 30  # how far before its date a word such as "born" may stand
_TOLERANCE = timedelta(days=1)  # the other side of the world


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that does not fit: ranges of code points in the page, first the one that is likelier wrong.

    `masked` shows the last two signs of an identity number and no other; `parts` says which of year, month and day
    differ.
    """

    kind: str
    spans: tuple[tuple[int, int], ...]
    masked: str = ""
    parts: tuple[str, ...] = ()


def check_page(text: str) -> list[Remark]:
    """Everything in the page that does not fit together, in the order of places."""
    numbers = find_identifiers(text)
    found = [*_numbers(numbers), *_days(find_dates(text)), *_births(text, numbers)]
    return sorted(found, key=lambda remark: remark.spans)


def date_lines(text: str) -> list[DateFound]:
    """Full dates that stand alone on their line, as a letter is dated."""
    found = []
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) < 60:
            told = parse_date(line)
            if told is not None and told.state == "valid" and told.readings[0].is_full:
                shift = at + len(line) - len(line.lstrip())
                found.append(DateFound(told.start + shift, told.end + shift, told.readings, told.state))
        at += len(line)
    return found


def check_dated(text: str, last: date) -> list[Remark]:
    """Dates that stand alone on a line and are later than the last day on which the document can have been written."""
    return [
        Remark(DATED_LATER, ((found.start, found.end),))
        for found in date_lines(text)
        if date.fromisoformat(str(found.readings[0])) > last + _TOLERANCE
    ]


def _numbers(numbers: Iterable[Identifier]) -> Iterator[Remark]:
    for number in numbers:
        if number.fit in (Fit.CHECKSUM_FAILS, Fit.IMPOSSIBLE_DATE):
            kind = CHECKSUM if number.fit == Fit.CHECKSUM_FAILS else DATE_IN_NUMBER
            yield Remark(kind, ((number.start, number.end),), number.masked)


def _days(dates: Iterable[DateFound]) -> Iterator[Remark]:
    for found in dates:
        if found.state == "impossible":
            yield Remark(NO_SUCH_DAY, ((found.start, found.end),))


def _births(text: str, numbers: list[Identifier]) -> Iterator[Remark]:
    """Yield where a date of birth and the number in the same line disagree.

    A date is one of birth where a word says so shortly before it, or where the line has no other date and a line
    without a number, such as the head of a table, says so.
    """
    holding = [number for number in numbers if number.born is not None]
    if not holding:
        return
    lines = list(dates_in_lines(text))
    in_head = any(_BIRTH.search(text[start:end]) and not _within(holding, start, end) for start, end, _ in lines)
    for start, end, dates in lines:
        here = _within(holding, start, end)
        told = [found for found in dates if found.state != "impossible" and found.readings[0].year is not None]
        named = [found for found in told if _BIRTH.search(text[max(start, found.start - _CUE_CHARS) : found.start])]
        births = named or (told if in_head and len(told) == 1 else [])
        if len(here) != 1 or not births or any(found.fits(here[0].born) for found in births if here[0].born):
            continue
        number, found = here[0], births[0]
        assert number.born is not None
        parts = found.readings[0].differing(number.born)
        yield Remark(BIRTH, ((number.start, number.end), (found.start, found.end)), number.masked, parts)


def _within(numbers: list[Identifier], start: int, end: int) -> list[Identifier]:
    return [number for number in numbers if start <= number.start < end]
