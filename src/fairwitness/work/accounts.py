"""The account and all failures of one case, for many askers at once, made anew when the case was added to."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fairwitness.case.case import Case
from fairwitness.core.outcome import Cause, Failure
from fairwitness.work.account import BETWEEN, Account, account_of, failures_of
from fairwitness.work.current import current_key

_WAIT_S = 10.0  # at least, between two accounts of a case that is being added to
_WAIT_COSTS = 10  # and so many times what the last one took


@dataclass(frozen=True)
class Accounts:
    """The account at one moment, with every failure and the name that it was found under, in the order of finds."""

    made: float
    account: Account
    failures: tuple[tuple[Failure, str], ...]

    @cached_property
    def by_cause(self) -> Counter[Cause]:
        """How many failures there are for which cause."""
        return Counter(failure.cause for failure, _ in self.failures)

    def some(self, cause: Cause | None = None, folder: str = "") -> Iterator[tuple[Failure, str]]:
        """Yields those of that cause, in that folder or container or below it."""
        for failure, name in self.failures:
            if (cause is None or failure.cause is cause) and is_inside(name, folder):
                yield failure, name


def is_inside(name: str, folder: str) -> bool:
    """Whether a full name is that of the folder or container, or of something in it."""
    return not folder or name == folder or name.startswith((f"{folder}/", f"{folder}{BETWEEN}"))


class AccountKeeper:
    """Gives the account of one case to any thread. While a case is added to, one may be some seconds old."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._kept: tuple[str, Accounts] | None = None
        self._not_before = 0.0

    def now(self) -> Accounts:
        """The account; the first one of a case of 100,000 documents takes some seconds."""
        key = f"{self._case.queries.reading_event_count()} {current_key()}"
        with self._lock:
            kept = self._kept
            if kept is not None and (kept[0] == key or time.monotonic() < self._not_before):
                return kept[1]
            started = time.monotonic()
            made = Accounts(time.time(), account_of(self._case), tuple(failures_of(self._case)))
            self._kept = key, made
            self._not_before = time.monotonic() + max(_WAIT_S, _WAIT_COSTS * (time.monotonic() - started))
            return made
