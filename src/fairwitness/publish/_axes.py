"""Axes with round numbers: linear from nought for shares and counts, logarithmic about one for ratios."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fairwitness.publish._numbers import BLANK


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled value, `at` that share of the axis; `is_null` where there is no effect, or nothing."""

    value: float
    label: str
    at: float
    is_null: bool


@dataclass(frozen=True, slots=True)
class Axis:
    """The values that an axis holds, and its ticks."""

    domain: tuple[float, float]
    ticks: tuple[Tick, ...]
    is_log: bool = False

    def inside(self, value: float | None, *, at_start: bool) -> float:
        """The value, or the end of the axis where it lies beyond that or is open."""
        if value is None:
            return self.domain[0] if at_start else self.domain[1]
        return min(max(value, self.domain[0]), self.domain[1])


def axis_of(values: Sequence[float], unit: str, wide_px: float, *, most: int = 0) -> Axis:
    """An axis that holds the values that are finite, with at most a tick for each 56 pixels, or `most`."""
    finite = [value for value in values if math.isfinite(value)]
    room = most or max(2, int(wide_px // 56))
    if unit == "ratio" and any(value > 0 for value in finite):
        return _log_axis([value for value in finite if value > 0], room)
    low, high = min([0.0, *finite]), max([0.0, *finite])
    if unit == "share" and low >= 0 and 0.5 <= high <= 1:
        high = 1.0
    high = high if high > low else low + 1
    step = next(step for step in _steps(unit) if (high - low) / step <= room)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    domain = (first * step, last * step)
    span = domain[1] - domain[0]
    ticks = [
        Tick(at * step, _label(at * step, unit, step), (at * step - domain[0]) / span, at == 0)
        for at in range(first, last + 1)
    ]
    return Axis(domain, tuple(ticks))


def _steps(unit: str) -> list[float]:
    sizes = [part * 10.0**zeros for zeros in range(-6, 13) for part in (1, 2, 2.5, 5)]
    return [size for size in sizes if unit == "share" or (size >= 1 and size.is_integer()) or unit != "count"]


def _label(value: float, unit: str, step: float) -> str:
    if unit == "share":
        decimals = max(0, -math.floor(math.log10(step * 100) + 1e-9)) if step < 0.01 else (1 if step == 0.025 else 0)
        return f"{100 * value:.{decimals}f}{BLANK}%".replace("-", "\u2212")
    return f"{value:,.0f}".replace("-", "\u2212") if step >= 1 else f"{value:g}".replace("-", "\u2212")


def _log_axis(values: Sequence[float], room: int) -> Axis:
    low, high = min([1.0, *values]), max([1.0, *values])
    marks = [part * 10.0**zeros for zeros in range(-9, 10) for part in (1, 2, 5)]
    start = max((mark for mark in marks if mark <= low), default=low)
    end = min((mark for mark in marks if mark >= high), default=high)
    start, end = (start, end) if start < end else (0.5, 2.0)
    inside = [mark for mark in marks if start <= mark <= end]
    while len(inside) > max(room, 2):
        inside = [mark for at, mark in enumerate(inside) if mark == 1 or (at % 2 == 0 and len(inside) > 2)]
        if len(inside) <= 3:
            break
    span = math.log(end / start)
    ticks = [Tick(mark, f"{mark:g}", math.log(mark / start) / span, mark == 1) for mark in inside]
    return Axis((start, end), tuple(ticks), is_log=True)
