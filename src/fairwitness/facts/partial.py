"""Dates of which only a part is known; what is not written is never filled in."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass

_LEAP = 2000  # a year in which every day exists, for days without a year


@dataclass(frozen=True, slots=True)
class PartialDate:
    """Year, month and day as far as they are written; None for what is not."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """ISO 8601 as far as it goes: 2017, 2017-03, 2017-03-12; --03-12 and --03 without a year."""
        year = f"{self.year:04d}" if self.year is not None else "-"
        return "-".join([year, *(f"{part:02d}" for part in (self.month, self.day) if part is not None)])

    @property
    def is_possible(self) -> bool:
        """Whether there is such a day, month or year."""
        if self.month is None:
            return self.day is None
        if not 1 <= self.month <= 12:
            return False
        return self.day is None or 1 <= self.day <= monthrange(self.year or _LEAP, self.month)[1]

    @property
    def is_full(self) -> bool:
        """Whether year, month and day are all written."""
        return None not in (self.year, self.month, self.day)

    def fits(self, other: PartialDate) -> bool:
        """Whether both can be the same day: no part that both have differs."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(a is None or b is None or a == b for a, b in pairs)

    def differing(self, other: PartialDate) -> tuple[str, ...]:
        """Names of the parts that both have and that differ."""
        names = ("year", "month", "day")
        pairs = ((getattr(self, name), getattr(other, name)) for name in names)
        return tuple(
            name for name, (a, b) in zip(names, pairs, strict=True) if a is not None and b is not None and a != b
        )
