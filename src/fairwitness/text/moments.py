"""Dates and times as files write them, with the zone and the precision that they give and no other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_PDF = re.compile(
    r"(?:D:)?(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)(?P<second>\d\d)?)?"
    r"(?P<zone>Z(?:00'?(?:00'?)?)?|[+-]\d\d'?(?:\d\d'?)?)?)?)?)?"
)
_ISO = re.compile(
    r"(?P<year>\d{4})(?:[-:/](?P<month>\d{1,2})(?:[-:/](?P<day>\d{1,2}))?)?"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d\d:?(?:\d\d)?)?"
)
_MAIL_ZONE = re.compile(r"\d\s*(?:\+\d{4}|-(?!0000)\d{4}|[A-Z]{2,4})\b")
_YEARS = range(1900, 2200)
_NOTHING = timedelta(0)
_LARGEST_OFFSET = timedelta(hours=14)  # the largest that is in use, UTC+14


@dataclass(frozen=True, slots=True)
class Moment:
    """The span of time that a written date can mean: from `start` until before `end`, clock time in the zone written.

    `offset_minutes` is None where no zone is written.
    """

    start: datetime
    end: datetime
    offset_minutes: int | None = None

    @property
    def day(self) -> str:
        """ISO 8601, cut to the day, month or year that is written."""
        length = self.end - self.start
        if length > timedelta(days=31):
            return f"{self.start:%Y}"
        return f"{self.start:%Y-%m}" if length > timedelta(days=1) else f"{self.start:%Y-%m-%d}"

    def is_surely_before(self, other: Moment, by: timedelta = _NOTHING) -> bool:
        """Whether it is earlier by so much, whatever is meant by what the two leave open.

        Two moments without a zone are taken for readings of one clock; one without is taken for any zone there is.
        """
        if self.offset_minutes is None and other.offset_minutes is None:
            return self.end + by <= other.start
        return self._last_utc() + by <= other._first_utc()

    def _first_utc(self) -> datetime:
        offset = self.offset_minutes
        return self.start - (_LARGEST_OFFSET if offset is None else timedelta(minutes=offset))

    def _last_utc(self) -> datetime:
        offset = self.offset_minutes
        return self.end + (_LARGEST_OFFSET if offset is None else -timedelta(minutes=offset))


def parse_moment(text: str) -> Moment | None:
    """The moment that is written as in PDF, ISO 8601, Exif or a mail header; None if it is none."""
    text = text.strip()[:100]
    for pattern in (_PDF, _ISO):
        found = pattern.fullmatch(text)
        if found:
            return _from_parts(found.groupdict())
    return _from_mail(text)


def _from_parts(parts: dict[str, str | None]) -> Moment | None:
    written = [name for name in ("year", "month", "day", "hour", "minute", "second") if parts.get(name)]
    numbers = [int(parts[name] or 0) for name in written]
    if numbers[0] not in _YEARS:
        return None
    while len(numbers) > 1 and not _is_date(numbers):  # "2017-00-00" and the like: what can be meant is kept
        numbers.pop()
    if len(numbers) < 3:
        month = numbers[1] if len(numbers) == 2 else 1
        start = datetime(numbers[0], month, 1)
        end = (
            datetime(numbers[0] + month // 12, month % 12 + 1, 1)
            if len(numbers) == 2
            else datetime(numbers[0] + 1, 1, 1)
        )
        return Moment(start, end)
    start = datetime(*numbers)  # type: ignore[arg-type]
    step = {3: timedelta(days=1), 4: timedelta(hours=1), 5: timedelta(minutes=1)}.get(
        len(numbers), timedelta(seconds=1)
    )
    fraction = parts.get("fraction")
    if fraction and len(numbers) == 6:
        start += timedelta(microseconds=int(fraction[:6].ljust(6, "0")))
        step = timedelta(microseconds=1)
    return Moment(start, start + step, _offset(parts.get("zone")) if len(numbers) > 3 else None)


def _is_date(numbers: list[int]) -> bool:
    try:
        datetime(*(numbers + [1, 1][len(numbers) - 1 :]))  # type: ignore[arg-type]
    except ValueError:
        return False
    return True


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone[0] in "ZU":
        return 0
    digits = re.sub(r"\D", "", zone)
    minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
    return minutes if zone[0] == "+" else -minutes


def _from_mail(text: str) -> Moment | None:
    try:
        parsed = parsedate_tz(text)
        start = datetime(*parsed[:6]) if parsed else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if parsed is None or start is None or start.year not in _YEARS:
        return None
    offset = parsed[9] if _MAIL_ZONE.search(text) else None  # "-0000" says that the zone is not known (RFC 5322, 3.3)
    return Moment(start, start + timedelta(seconds=1), None if offset is None else offset // 60)


def write_utc(instant: datetime) -> str:
    """ISO 8601 with Z, to the microsecond where there is one."""
    zoned = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    return zoned.isoformat().replace("+00:00", "Z")
