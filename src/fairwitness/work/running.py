"""What is at work on a case, told by one process and read by others: how far it is and how long the rest takes.

Whoever works writes its state to a small file in `cache/`, at most once a second, and holds a lock on a file beside it
for as long as it lives. The kernel lets go of the lock when the process ends, however it ends, so that a reader can
tell work that goes on from work that was killed.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

from fairwitness.case.case import Case
from fairwitness.work.pace import Estimate, Pace
from fairwitness.work.progress import Progress

State = Literal["running", "stopped", "ended"]
_FILE = "progress.json"
_LOCK = "progress.lock"
_EVERY_S = 1.0
_LEAST_SEEN = 10  # items, before anything is said about those to come


@dataclass(frozen=True, slots=True)
class Running:
    """Work on a case. `what` is the stretch of it, `total` 0 where it is not known; times in seconds since 1970.

    `state` is "running", "ended", or "stopped" if its process ended before the work did; `left` is of this stretch.
    """

    command: str
    state: State
    what: str
    done: int
    total: int
    started: int
    updated: int
    left: Estimate | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "command": self.command,
            "state": self.state,
            "what": self.what,
            "done": self.done,
            "total": self.total,
            "started": self.started,
            "updated": self.updated,
            "left_seconds": round(self.left.best_s) if self.left else None,
            "left_seconds_low": round(self.left.low_s) if self.left else None,
            "left_seconds_high": round(self.left.high_s) if self.left else None,
        }


@contextmanager
def told_to_others(case: Case, command: str, progress: Progress) -> Iterator[None]:
    """Other processes can see how far the work within is; `command` is what goes on with it if it is stopped.

    Work within work is part of the outer one. A case on a disk that cannot be written to tells nothing.
    """
    if progress.is_told:
        yield
        return
    lock = _hold(case)
    telling = _Telling(case, command)
    progress.tell(telling)
    try:
        yield
        telling.end("ended")
    except BaseException:
        telling.end("stopped")
        raise
    finally:
        progress.tell(None)
        if lock is not None:
            os.close(lock)


def running_in(case: Case) -> Running | None:
    """What is at work on the case, or was the last to be; None if nothing ever told."""
    kept = case.read_cache(_FILE)
    if kept is None:
        return None
    try:
        left = kept["left_s"]
        state: State = kept["state"]
        if state == "running" and not _is_held(case):
            state = "stopped"
        numbers = {name: int(kept[name]) for name in ("done", "total", "started", "updated")}
        estimate = Estimate(*map(float, left)) if left else None
        return Running(command=str(kept["command"]), state=state, what=str(kept["what"]), left=estimate, **numbers)
    except (KeyError, TypeError, ValueError):
        return None


def is_at_work(case: Case) -> bool:
    """Whether some process adds to the case now."""
    found = running_in(case)
    return found is not None and found.state == "running"


class _Telling:
    """Keeps the state of the work in the case."""

    def __init__(self, case: Case, command: str) -> None:
        self._case = case
        self._command = command
        self._started = int(time.time())
        self._what, self._done, self._total = "", 0, 0
        self._pace = Pace(1)
        self._last = self._written = time.monotonic()
        self._write("running")

    def begin(self, what: str, total: int) -> None:
        """A new stretch of work."""
        self._what, self._done, self._total = what, 0, total
        self._pace = Pace(1)
        self._last = time.monotonic()
        self._write("running")

    def advance(self, done: int) -> None:
        """So many more are done."""
        now = time.monotonic()
        if self._done:  # the first one waits for models and processes to start, and says nothing of the others
            self._pace.add(now - self._last, done)
        self._done += done
        self._last = now
        if now - self._written >= _EVERY_S:
            self._write("running")

    def end(self, state: State) -> None:
        """The work is over."""
        self._write(state)

    def _write(self, state: State) -> None:
        surely = self._pace.count >= _LEAST_SEEN and self._total > self._done
        left = self._pace.left(self._total - self._done) if surely else None
        self._written = time.monotonic()
        self._case.write_cache(
            _FILE,
            {
                "command": self._command,
                "state": state,
                "what": self._what,
                "done": self._done,
                "total": self._total,
                "started": self._started,
                "updated": int(time.time()),
                "left_s": [left.low_s, left.best_s, left.high_s] if left and state == "running" else None,
            },
        )


def _hold(case: Case) -> int | None:
    """A handle that keeps the lock as long as it is open. A reader holds it for a moment only, so we wait for it."""
    handle = None
    with suppress(OSError):
        handle = os.open(case.cache_path(_LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def _is_held(case: Case) -> bool:
    try:
        handle = os.open(case.cache_path(_LOCK), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False
