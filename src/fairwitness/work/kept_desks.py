"""The desks of a case for those who work at them: each list is loaded once, and what came since is read on the side."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from fairwitness.case.case import Case
from fairwitness.work.agreeing import ColumnAgreement, agreement_of
from fairwitness.work.checking_lists import CheckedList, check_list
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk

Found = TypeVar("Found")
_HELD = 4  # lists; one of 8,000 cells with all that was entered takes some 30 MB


class Desks:
    """Keeps the desks of the lists that are worked on; any thread may ask."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[int, Desk]] = OrderedDict()
        self._worked_out: OrderedDict[str, tuple[int, Any]] = OrderedDict()

    def of(self, beginning: str) -> Desk:
        """The desk of the list whose id or name begins so, with everything that was entered up to now.

        Raises:
            NotFound: if there is none, or more than one.
        """
        state = self._case.queries.event_count()
        with self._lock:  # also keeps one list from being loaded twice at once
            held = self._held.get(beginning)
            if held is None or held[0] != state:
                held = state, self._load(beginning, held[1] if held is not None else None)
                self._held[beginning] = held
            self._held.move_to_end(beginning)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
            return held[1]

    def checked(self, beginning: str) -> CheckedList:
        """What the rules of the list find in it now; worked out once until anything changes."""
        desk = self.of(beginning)
        return self._once(f"rules {desk.kept.id}", lambda: check_list(desk))

    def agreement(self, beginning: str) -> list[ColumnAgreement]:
        """How well those agreed who entered the list; worked out once until anything changes."""
        desk = self.of(beginning)
        return self._once(f"agreement {desk.kept.id}", lambda: agreement_of(desk))

    def _once(self, what: str, work_out: Callable[[], Found]) -> Found:
        state = self._case.queries.event_count()
        with self._lock:
            held = self._worked_out.get(what)
        if held is None or held[0] != state:
            held = state, work_out()
            with self._lock:
                self._worked_out[what] = held
                while len(self._worked_out) > 2 * _HELD:
                    self._worked_out.popitem(last=False)
        found: Found = held[1]
        return found

    def _load(self, beginning: str, before: Desk | None) -> Desk:
        kept = kept_list(self._case, beginning)
        if before is not None and before.kept == kept:
            before.refresh()
            return before
        return Desk(self._case, kept)
