"""Counts over time whose dates are not all exact: what is known to a period, and what is spread over several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from fairwitness.publish.report import BadReport

Unit = Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Span:
    """So many dates between two days, both included (ISO 8601); the same day where it is known.

    A `count` of None is not shown.
    """

    label: str
    earliest: str
    latest: str
    count: float | None


@dataclass(frozen=True, slots=True)
class Held:
    """How many are `known` to lie in a period; `spread` is the share of those of which only a longer one is known."""

    known: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods without a gap, by ISO name, and what each label has in each of them."""

    unit: Unit
    names: tuple[str, ...]
    counts: dict[str, tuple[Held, ...]]

    def place(self, span: Span) -> int | None:
        """The number of the period that the whole span lies in; None if it is longer."""
        first, last = (_name(_day(day), self.unit) for day in (span.earliest, span.latest))
        return self.names.index(first) if first == last else None

    def ticks(self, most: int) -> list[tuple[int, str]]:
        """At most so many periods to be named: first months of years where there are several years."""
        starts = [at for at, name in enumerate(self.names) if name[4:] in ("", "-01", "-01-01")]
        if len(starts) > 1:
            some = starts[:: -(-len(starts) // max(1, most))]
            return [(at, self.names[at][:4]) for at in some]
        fewer = max(1, most * 2 // 3) if self.unit == "day" else max(1, most)
        return [(at, self.names[at]) for at in range(0, len(self.names), -(-len(self.names) // fewer))]


def periods_of(spans: Sequence[Span], most: int) -> Periods:
    """The counts by day, month or year: the finest that half of them are known to and that makes at most `most`.

    What is known to a longer period is spread over it by days, so that a year gives January more than February.

    Raises:
        BadReport: if nothing has a count, or a date is none.
    """
    if not any(span.count is not None for span in spans):
        raise BadReport("The timeline has no counts.", advice="Leave it out, and say why in the text.")
    days = [(_day(span.earliest), _day(span.latest), span) for span in spans]
    if any(first > last for first, last, _ in days):
        raise BadReport("In a timeline something ends before it begins.", advice="Give the earliest day first.")
    start, end = min(first for first, _, _ in days), max(last for _, last, _ in days)
    unit = _unit(start, end, days, most)
    names = _names(start, end, unit)
    place = {name: at for at, name in enumerate(names)}
    known = {span.label: [0.0] * len(names) for span in spans}
    spread = {span.label: [0.0] * len(names) for span in spans}
    for first, last, span in days:
        a, b, count = place[_name(first, unit)], place[_name(last, unit)], span.count or 0.0
        if a == b:
            known[span.label][a] += count
            continue
        length = (last - first).days + 1
        for at in range(a, b + 1):
            lower, upper = max(first, _first_day(names[at])), min(last, _last_day(names[at]))
            spread[span.label][at] += count * ((upper - lower).days + 1) / length
    counts = {label: tuple(Held(*both) for both in zip(known[label], spread[label], strict=True)) for label in known}
    return Periods(unit, tuple(names), counts)


def _unit(start: date, end: date, days: Sequence[tuple[date, date, Span]], most: int) -> Unit:
    def known(unit: Unit) -> bool:
        held = [(span.count or 0.0, _name(first, unit) == _name(last, unit)) for first, last, span in days]
        return 2 * sum(count for count, is_known in held if is_known) >= sum(count for count, _ in held)

    if (end - start).days < most and known("day"):
        return "day"
    if (end.year - start.year) * 12 + end.month - start.month < most and known("month"):
        return "month"
    return "year"


def _names(start: date, end: date, unit: Unit) -> list[str]:
    if unit == "year":
        return [f"{year:04}" for year in range(start.year, end.year + 1)]
    if unit == "month":
        months = range(start.year * 12 + start.month - 1, end.year * 12 + end.month)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    return [(start + timedelta(days)).isoformat() for days in range((end - start).days + 1)]


def _name(day: date, unit: Unit) -> str:
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[unit]]


def _first_day(name: str) -> date:
    return date.fromisoformat(f"{name}{'-01-01'[max(0, len(name) - 4) :]}")


def _last_day(name: str) -> date:
    first = _first_day(name)
    if len(name) == 10:
        return first
    after = date(first.year + 1, 1, 1) if len(name) == 4 else (first + timedelta(31)).replace(day=1)
    return after - timedelta(1)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadReport("A date of a timeline is none.", advice="Dates are ISO: 2017-03-04.") from None
