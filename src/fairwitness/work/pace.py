"""How long the rest will take, from what was done so far, and how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """Seconds that the rest will take: the best guess, and an interval that holds it in about 19 of 20 cases."""

    low_s: float
    best_s: float
    high_s: float

    def __str__(self) -> str:
        if self.best_s < 1:
            return "no time"
        return f"{duration(self.best_s)} ({duration(self.low_s)} to {duration(self.high_s)})"


class Pace:
    """Counts what each item took, with `workers` at work at a time."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._count = 0
        self._sum = self._squares = 0.0

    def add(self, seconds: float, items: int = 1) -> None:
        """So many more items are done, after that many seconds for all of them."""
        if items > 0:
            self._count += items
            self._sum += seconds
            self._squares += seconds * seconds / items

    @property
    def count(self) -> int:
        """How many items were seen."""
        return self._count

    @property
    def per_item_s(self) -> float:
        """Seconds from one item to the next."""
        return self._sum / max(self._count, 1) / self._workers

    def left(self, items: int) -> Estimate | None:
        """For so many more items; None before anything was done.

        The interval is that of the mean of what was seen (Student's t, roughly), and never narrower than a tenth: the
        pages to come may differ from those that came first.
        """
        if not self._count:
            return None
        mean = self._sum / self._count
        spread = math.sqrt(max(0.0, self._squares / self._count - mean * mean))
        wide = (2 + 6 / self._count) * spread / math.sqrt(self._count) if self._count > 1 else mean
        wide = max(wide, mean / 10)
        scale = items / self._workers
        return Estimate(max(0.0, mean - wide) * scale, mean * scale, (mean + wide) * scale)


def duration(seconds: float) -> str:
    """As people say it: 40 s, 12 min, 3.5 hours, 9 days."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} hours"
    return f"{seconds / 86400:.0f} days"
