"""The shapes of charts: where each bar begins and how long it is, as numbers that a template writes into SVG.

Three kinds: bars in the rows of a table, a histogram over time, and one bar that is made of parts. Positions are
percentages of the width, heights are pixels, so that text keeps its size on a narrow screen. Each chart is drawn by a
macro of `templates/parts/charts.html` with its data as a table, and can be saved as SVG and as CSV.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

Unit = Literal["day", "month", "year", "decade"]
Link = Callable[[str, str], str]
"""Address of what lies between two periods, both included; they are the same for a bar that stands for one period."""

HEIGHT_PX = 120
LEAST_PX = 2  # of a bar that stands for anything at all
MAX_BINS = 130  # more cannot be told apart on a narrow screen
MAX_LABELS = 8
PARTS = 6  # patterns that can be told apart
_LENGTH: dict[Unit, int] = {"day": 10, "month": 7, "year": 4, "decade": 4}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: `part` of the `count` is shown hatched, `width` is that of the bar in percent of the longest."""

    label: str
    count: int
    href: str = ""
    part: int = 0
    more: str = ""
    is_within: bool = False
    width: float = 0.0
    part_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars from the start of the line; `rest` are rows that are not shown, with the sum of their counts."""

    name: str
    bars: tuple[Bar, ...]
    rest: tuple[int, int] = (0, 0)


def bars(name: str, rows: Iterable[Bar], shown: int = 20) -> Bars:
    """A bar for each row, in the order given, the first `shown` of them."""
    every = list(rows)
    most = max((row.count for row in every), default=0) or 1
    made = tuple(
        replace(row, width=_percent(row.count, most), part_width=_percent(row.part, most)) for row in every[:shown]
    )
    left = every[shown:]
    return Bars(name, made, (len(left), sum(row.count for row in left)))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole: from `start` over `width` percent; `pattern` from 0 tells it from its neighbours."""

    label: str
    count: int
    href: str
    kind: str
    start: float
    width: float
    pattern: int


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar made of its parts."""

    name: str
    total: int
    parts: tuple[Part, ...]


def stack(name: str, rows: Iterable[tuple[str, int, str, str]]) -> Stack:
    """A bar of all rows (label, count, address, kind: what CSS colours it by) with something in them."""
    some = [row for row in rows if row[1] > 0]
    total, seen, made = sum(row[1] for row in some), 0, []
    for at, (label, count, href, kind) in enumerate(some):
        made.append(Part(label, count, href, kind, _percent(seen, total), _percent(count, total), at % PARTS))
        seen += count
    return Stack(name, total, tuple(made))


@dataclass(frozen=True, slots=True)
class Bin:
    """A stretch of time from `first` to `last`, and how many lie in it.

    `x` and `width` are percentages of the whole, `height` is in pixels. A bin that `is_vague` lies over those of the
    exact ones: its dates are known to be in that stretch and no better.
    """

    first: str
    last: str
    count: int
    x: float
    width: float
    height: float
    href: str = ""
    is_vague: bool = False

    @property
    def label(self) -> str:
        """The stretch, as people write it."""
        return self.first if self.first == self.last else f"{self.first} – {self.last}"


@dataclass(frozen=True, slots=True)
class Tick:
    """A label on an axis, `at` percent of the width or pixels from the bottom."""

    label: str
    at: float
    number: int = 0


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts over time; empty stretches take their room, so that gaps are seen. `rows` are the data as they came."""

    name: str
    unit: Unit
    total: int
    bins: tuple[Bin, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    rows: tuple[tuple[str, int, str], ...]

    @property
    def highest(self) -> Bin | None:
        """The exact bin with the most."""
        return max((one for one in self.bins if not one.is_vague), key=lambda one: one.count, default=None)


def histogram(
    name: str, periods: Iterable[tuple[str, int]], href: Link = lambda first, last: "", *, max_bins: int = MAX_BINS
) -> Histogram:
    """A bar for each day, month, year or decade, the finest of which there are not too many.

    `periods` are ISO 8601: "2017", "2017-03", "2017-03-04". What is less exact than the bars is spread over the bars
    that it may belong to, and marked as vague.
    """
    given = sorted((period, count) for period, count in periods if count > 0)
    if not given:
        return Histogram(name, "year", 0, (), (), (), ())
    unit, stretches = _finest(given, max_bins)
    place = {first: at for at, (first, _) in enumerate(stretches)}
    exact, vague = [0] * len(stretches), list[tuple[int, int, str, int]]()
    for period, count in given:
        if len(period) >= _LENGTH[unit]:
            exact[place[_start(period, unit)]] += count
        else:
            inside = [at for at, (first, _) in enumerate(stretches) if first.startswith(period)]
            vague.append((inside[0], len(inside), period, count))
    share = 100 / len(stretches)
    most = max([*exact, *(count / length for _, length, _, count in vague)])
    ticks = _ticks(most)
    scale = HEIGHT_PX / most
    made = [
        Bin(period, period, count, at * share, length * share, _height(count / length * scale), is_vague=True)
        for at, length, period, count in vague
    ]
    made += [
        Bin(first, last, count, at * share, share, _height(count * scale), href(first, last))
        for at, ((first, last), count) in enumerate(zip(stretches, exact, strict=True))
        if count
    ]
    return Histogram(
        name,
        unit,
        sum(count for _, count in given),
        tuple(made),
        tuple(_labels(stretches, share)),
        tuple(Tick(tick.label, tick.number * scale, tick.number) for tick in ticks),
        tuple((period, count, href(period, period)) for period, count in given),
    )


def _finest(given: list[tuple[str, int]], max_bins: int) -> tuple[Unit, list[tuple[str, str]]]:
    """The finest unit that some of the periods have and that makes no more bins than may be, with its stretches."""
    units: tuple[Unit, ...] = ("day", "month", "year")
    longest = max(len(period) for period, _ in given)
    for unit in units:
        if _LENGTH[unit] <= longest:
            stretches = _stretches(given[0][0], max(_end(period) for period, _ in given), unit, max_bins)
            if stretches:
                return unit, stretches
    first, last = int(given[0][0][:4]) // 10 * 10, int(given[-1][0][:4]) // 10 * 10
    return "decade", [(f"{year:04}", f"{year + 9:04}") for year in range(first, last + 1, 10)]


def _stretches(first: str, end: str, unit: Unit, most: int) -> list[tuple[str, str]]:
    """Every period of the unit between two days; none if there are more than `most`."""
    year, month, day = (int(part) for part in f"{first}{'-01-01'[max(0, len(first) - 4) :]}".split("-"))
    made: list[tuple[str, str]] = []
    while len(made) <= most:
        period = f"{year:04}-{month:02}-{day:02}"[: _LENGTH[unit]]
        if period > end[: len(period)]:
            return made
        made.append((period, period))
        year, month, day = _next(year, month, day, unit)
    return []


def _next(year: int, month: int, day: int, unit: Unit) -> tuple[int, int, int]:
    if unit == "day" and day < calendar.monthrange(year, month)[1]:
        return year, month, day + 1
    if unit in ("day", "month") and month < 12:
        return year, month + 1, 1
    return year + 1, 1, 1


def _end(period: str) -> str:
    """The last day of a period."""
    if len(period) == 4:
        return f"{period}-12-31"
    if len(period) == 7:
        return f"{period}-{calendar.monthrange(int(period[:4]), int(period[5:]))[1]:02}"
    return period


def _start(period: str, unit: Unit) -> str:
    return f"{int(period[:4]) // 10 * 10:04}" if unit == "decade" else period[: _LENGTH[unit]]


def _labels(stretches: list[tuple[str, str]], share: float) -> Iterable[Tick]:
    """Yield labels under some bins: round years where there are some, else whatever comes evenly."""
    years = [at for at, (first, _) in enumerate(stretches) if len(first) == 4 or first[4:] in ("-01", "-01-01")]
    if len(years) > 1:
        steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
        round_years = ([at for at in years if int(stretches[at][0][:4]) % step == 0] for step in steps)
        for at in next((some for some in round_years if len(some) <= MAX_LABELS), []):
            yield Tick(stretches[at][0][:4], (at + 0.5) * share)
        return
    wide = len(stretches) // 2 + 1 if len(stretches) < MAX_LABELS else MAX_LABELS - 3  # days and months are long
    for at in range(0, len(stretches), -(-len(stretches) // wide)):
        yield Tick(stretches[at][0], (at + 0.5) * share)


def _ticks(most: float) -> list[Tick]:
    """At most four round numbers that are not above the most."""
    sizes = (part * 10**zeros for zeros in range(13) for part in (1, 2, 5))
    step = max((size for size in sizes if 2 * size <= most), default=1)
    return [Tick(str(number), 0.0, number) for number in range(step, int(most) + 1, step)]


def _height(px: float) -> float:
    return round(max(px, LEAST_PX), 1)


def _percent(count: float, whole: float) -> float:
    return round(100 * count / whole, 3) if whole else 0.0
