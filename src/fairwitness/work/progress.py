"""Progress on standard error: how much of what is done, how fast, and when it will be over."""

from __future__ import annotations

import time
from typing import TextIO


class Progress:
    """One line that is written over on a terminal, and a line every ten seconds elsewhere. `out` None says nothing."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out
        self._terminal = out is not None and out.isatty()
        self._what, self._total, self._done = "", 0, 0
        self._started = self._said = time.monotonic()

    def begin(self, what: str, total: int = 0) -> None:
        """A new stretch of work; `total` 0 means unknown."""
        self.end()
        self._what, self._total, self._done = what, total, 0
        self._started = self._said = time.monotonic()

    def advance(self, done: int = 1) -> None:
        """So many more are done."""
        self._done += done
        now = time.monotonic()
        if self._out is not None and now - self._said >= (0.2 if self._terminal else 10):
            self._said = now
            self._write(f"\r\x1b[K{self._line(now)}" if self._terminal else f"{self._line(now)}\n")

    def end(self) -> None:
        """The stretch is over."""
        if self._out is not None and self._what and self._done:
            line = f"{self._what}: {self._done:,} in {time.monotonic() - self._started:.1f} s"
            self._write(f"\r\x1b[K{line}\n" if self._terminal else f"{line}\n")
        self._what = ""

    def _line(self, now: float) -> str:
        speed = self._done / max(now - self._started, 0.001)
        if not self._total:
            return f"{self._what}: {self._done:,}, {speed:,.0f}/s"
        left = (self._total - self._done) / max(speed, 0.001)
        return f"{self._what}: {self._done:,} of {self._total:,}, {speed:,.0f}/s, about {_duration(left)} left"

    def _write(self, text: str) -> None:
        if self._out is not None:
            self._out.write(text)
            self._out.flush()


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
