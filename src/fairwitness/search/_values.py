"""What stands behind date: and trust: in a query."""

from __future__ import annotations

import calendar
import datetime
import re

from fairwitness.search._nodes import BadQuery, DateRange, TrustRange

RANGE = re.compile(r"([\[{［｛])\s*(\S+?)\s+TO\s+(\S+?)\s*([\]}］｝])")
_DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_COMPARED = re.compile(r"[<>＜＞][=＝]?")
_SHARE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{0,6})?|\.[0-9]{1,6}")


def date_within(found: re.Match[str]) -> DateRange:
    """The days of a range in brackets, as `RANGE` found it."""
    low = _bound(found[2], found.start(2), first=True, included=found[1] in "[［")
    high = _bound(found[3], found.start(3), first=False, included=found[4] in "]］")
    return _ascending(low, high, found.start())


def date_range(value: str, position: int) -> DateRange:
    """The days of one year, month or day; `position` is where it stands in the query."""
    low = _bound(value, position, first=True, included=True)
    high = _bound(value, position, first=False, included=True)
    return _ascending(low, high, position)


def _ascending(low: int | None, high: int | None, position: int) -> DateRange:
    if low is not None and high is not None and low > high:
        raise BadQuery("this range ends before it begins", position)
    return DateRange(low, high)


def trust_within(found: re.Match[str]) -> TrustRange:
    """The thousandths of a range in brackets, as `RANGE` found it."""
    low = 0 if found[2] == "*" else _thousandths(found[2], found.start(2)) + (found[1] not in "[［")
    high = 1000 if found[3] == "*" else _thousandths(found[3], found.start(3)) - (found[4] not in "]］")
    return TrustRange(low, high)


def trust_range(value: str, position: int) -> TrustRange:
    """The thousandths of one number, or of all below or above it."""
    sign = _COMPARED.match(value)
    if sign is None:
        exactly = _thousandths(value, position)
        return TrustRange(exactly, exactly)
    at = _thousandths(value[sign.end() :], position + sign.end())
    if sign[0][0] in "<＜":
        return TrustRange(0, at - (len(sign[0]) == 1))
    return TrustRange(at + (len(sign[0]) == 1), 1000)


def _thousandths(value: str, position: int) -> int:
    if not _SHARE.fullmatch(value) or float(value) > 1:
        raise BadQuery("trust is a number between 0 and 1, such as trust<.6", position)
    return round(1000 * float(value))


def _bound(value: str, position: int, *, first: bool, included: bool) -> int | None:
    """The first or last day of a range as yyyymmdd, given a year, a month or a day."""
    if value == "*":
        return None
    found = _DAY.fullmatch(value)
    if found is None:
        raise BadQuery("a date looks like 2017, 2017-03 or 2017-03-01", position)
    try:
        at_start = first == included  # an excluded month begins after its last day
        day = _edge(found, at_start=at_start)
        if not included:
            day += datetime.timedelta(days=1 if first else -1)
    except (ValueError, OverflowError):
        raise BadQuery("there is no such day", position) from None
    return day.year * 10_000 + day.month * 100 + day.day


def _edge(found: re.Match[str], *, at_start: bool) -> datetime.date:
    year = int(found[1])
    month = int(found[2] or (1 if at_start else 12))
    last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 and year else 1
    return datetime.date(year, month, int(found[3] or (1 if at_start else last)))
