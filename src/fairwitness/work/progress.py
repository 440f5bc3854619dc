"""Progress on standard error: how much of what is done, how fast, and when it will be over."""

from __future__ import annotations

import time
from typing import Protocol, TextIO

from fairwitness.work.pace import duration


class Listener(Protocol):
    """Whoever else is told of progress; see `work.running`."""

    def begin(self, what: str, total: int) -> None:
        """A new stretch of work."""

    def advance(self, done: int) -> None:
        """So many more are done."""


class Progress:
    """One line that is written over on a terminal, and a line every ten seconds elsewhere. `out` None says nothing."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out
        self._terminal = out is not None and out.isatty()
        self._what, self._total, self._done, self._note = "", 0, 0, ""
        self._started = self._said = time.monotonic()
        self._listener: Listener | None = None

    @property
    def is_told(self) -> bool:
        """Whether somebody else is told too."""
        return self._listener is not None

    def tell(self, listener: Listener | None) -> None:
        """From now on `listener` is told too; nobody for None."""
        self._listener = listener

    def begin(self, what: str, total: int = 0) -> None:
        """A new stretch of work; `total` 0 means unknown."""
        self.end()
        self._what, self._total, self._done = what, total, 0
        self._started = self._said = time.monotonic()
        if self._listener is not None:
            self._listener.begin(what, total)

    def advance(self, done: int = 1, note: str = "") -> None:
        """So many more are done; `note` is added to the line."""
        self._done += done
        self._note = note
        if self._listener is not None:
            self._listener.advance(done)
        now = time.monotonic()
        if self._out is not None and now - self._said >= (0.2 if self._terminal else 10):
            self._said = now
            self._write(f"\r\x1b[K{self._line(now)}" if self._terminal else f"{self._line(now)}\n")

    def say(self, line: str) -> None:
        """The line stands, and progress goes on below it."""
        if self._out is not None:
            self._write(f"\r\x1b[K{line}\n" if self._terminal else f"{line}\n")

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
        pace = f"{speed:,.0f}/s" if speed >= 2 else f"{60 * speed:,.0f}/min"
        line = f"{self._what}: {self._done:,} of {self._total:,}, {pace}, about {duration(left)} left"
        return f"{line}; {self._note}" if self._note else line

    def _write(self, text: str) -> None:
        if self._out is not None:
            self._out.write(text)
            self._out.flush()
