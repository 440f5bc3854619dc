"""Numbers as a report prints them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from fairwitness.publish.report import Claim

NARROW_BLANK, BLANK, MINUS, DASH = "\u202f", "\u00a0", "\u2212", "\u2013"


def printed(value: float, unit: str) -> str:
    """The value as people read it: a share in percent, a ratio with three figures, a count with its thousands apart."""
    if unit == "share":
        return f"{_signed(100 * value, 1)}{BLANK}%"
    if unit == "ratio":
        return _signed(value, _decimals(value))
    return _signed(value, 0 if float(value).is_integer() or abs(value) >= 1000 else 1)


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Both ends as people read them, "" where there are none; an open end says so."""
    if low is None and high is None:
        return ""
    if high is None or math.isinf(high):
        return f"at least {printed(low or 0.0, unit)}"
    if low is None:
        return f"at most {printed(high, unit)}"
    if min(low, high) < 0:
        return f"{printed(low, unit)} to {printed(high, unit)}"
    start = printed(low, unit).removesuffix(f"{BLANK}%")
    return f"{start}{NARROW_BLANK}{DASH}{NARROW_BLANK}{printed(high, unit)}"


def unit_of(claim: Claim) -> str:
    """How the value of a claim of this kind is printed."""
    return {"share": "share", "count": "count", "estimate": "count", "difference": "points"}.get(claim.kind, "ratio")


def number(row: Mapping[str, object], name: str) -> float | None:
    """The number of that name in a row of a chart, None where there is none."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) else None


def _decimals(value: float) -> int:
    """So that three figures count, and small p-values are not printed as nought."""
    size = abs(value)
    if not size or math.isinf(size):
        return 2
    return max(0, 2 - math.floor(math.log10(size))) if size < 0.001 or size >= 100 else 2 if size >= 1 else 3


def _signed(value: float, decimals: int) -> str:
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    said = f"{abs(value):,.{decimals}f}"
    return said if value >= 0 or float(said.replace(",", "")) == 0 else MINUS + said
