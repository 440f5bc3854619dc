"""How the dates that documents state are spread over time, each kind of date for itself, no surer than it is written.

A date is what somebody's program wrote. When a file says it was made, when a mail says it was sent and when a disk says
that a file was changed last are different things, so they are never put into one sum. A statement that gives a month
only counts for that month and for no day. Days from which clocks count, and days that had not come yet, are counted
for themselves: as a rule they say that a clock was not set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

Precision = Literal["year", "month", "day"]
_WRITTEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?")
_FIRST_DAY = "2000-01-01"
_PRECISION: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
FIRST_YEAR = 1900
DAYS_SHOWN = timedelta(days=92)  # dates that lie closer together are told by day, others by month

ZERO_DAYS = {
    "0001-01-01": "the first day of a calendar",
    "1600-12-31": "the day from which Windows counts",
    "1601-01-01": "the day from which Windows counts",
    "1899-12-30": "the day from which office programs count",
    "1899-12-31": "the day from which office programs count",
    "1900-01-01": "the day from which office programs count",
    "1904-01-01": "the day from which films and old Macs count",
    "1969-12-31": "the day from which Unix counts",
    "1970-01-01": "the day from which Unix counts",
    "1979-11-30": "the day from which DOS and ZIP count",
    "1979-12-31": "the day from which DOS and ZIP count",
    "1980-01-01": "the day from which DOS and ZIP count",
}
FUTURE = "later than anything that was done in this case"
TOO_EARLY = f"before {FIRST_YEAR}"
NO_DATE = "not a date"


@dataclass(frozen=True, slots=True)
class Dates:
    """One kind of date over all that state it.

    `unit` is what is counted, "document" or "file" (a place where something was found); `none` state no such date.
    `periods` are years, months or days as written, in their order: "2017" stands for a date that gives the year only.
    `precision` says how many are written how exactly, `odd` which are no honest day and why: (day, why, how many).
    """

    kind: str
    unit: str
    none: int
    periods: tuple[tuple[str, int], ...]
    precision: dict[str, int]
    odd: tuple[tuple[str, str, int], ...]

    @property
    def stated(self) -> int:
        """How many state such a date, odd ones among them."""
        return sum(count for _, count in self.periods) + sum(count for *_, count in self.odd)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "stated": self.stated,
            "none": self.none,
            "precision": self.precision,
            "periods": [{"period": period, "count": count} for period, count in self.periods],
            "odd": [{"day": day, "why": why, "count": count} for day, why, count in self.odd],
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Dates:
        """What `as_json` gave."""
        return cls(
            told["kind"],
            told["unit"],
            told["none"],
            tuple((one["period"], one["count"]) for one in told["periods"]),
            told["precision"],
            tuple((one["day"], one["why"], one["count"]) for one in told["odd"]),
        )


@dataclass(slots=True)
class DateCount:
    """Counts the dates of one kind; `last_day` is the last that can be true."""

    kind: str
    unit: str
    last_day: date
    none: int = 0
    _written: Counter[str] = field(default_factory=Counter)
    _odd: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, value: str) -> None:
        """One more, as it is written: a year, a month or a day of ISO 8601, a time behind it or not; empty for none."""
        if not value:
            self.none += 1
            return
        written, why = _read(value, self.last_day)
        if why:
            self._odd[written, why] += 1
        else:
            self._written[written] += 1

    def close(self) -> Dates:
        """The count."""
        first = sorted(date.fromisoformat(f"{written}{_FIRST_DAY[len(written) :]}") for written in self._written)
        by_day = bool(first) and first[-1] - first[0] <= DAYS_SHOWN
        periods: Counter[str] = Counter()
        precision: Counter[str] = Counter()
        for written, count in self._written.items():
            precision[_PRECISION[len(written)]] += count
            periods[written if by_day else written[:7]] += count
        odd = sorted((day, why, count) for (day, why), count in self._odd.items())
        order = tuple(sorted(periods.items()))
        return Dates(self.kind, self.unit, self.none, order, dict(sorted(precision.items())), tuple(odd))


def _read(value: str, last_day: date) -> tuple[str, str]:
    """Year, month or day that is written, and why it is odd; empty if it is not."""
    found = _WRITTEN.fullmatch(value)
    if not found:
        return "", NO_DATE
    year, month, day = found.groups()
    written = "-".join(filter(None, (year, month, day)))
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return "", NO_DATE
    if written in ZERO_DAYS:
        return written, ZERO_DAYS[written]
    if first.year < FIRST_YEAR:
        return "", TOO_EARLY
    return (written[:7], FUTURE) if first > last_day else (written, "")


def spread(values: Iterable[str], kind: str, unit: str, last_day: date) -> Dates:
    """The dates counted."""
    count = DateCount(kind, unit, last_day)
    for value in values:
        count.add(value)
    return count.close()
