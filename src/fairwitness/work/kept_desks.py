"""The desks of a case for those who work at them: each list is loaded once, and what came since is read on the side."""

from __future__ import annotations

import threading
from collections import OrderedDict

from fairwitness.case.case import Case
from fairwitness.work.kept_lists import kept_list
from fairwitness.work.keying import Desk

_HELD = 4  # lists; one of 8,000 cells with all that was entered takes some 30 MB


class Desks:
    """Keeps the desks of the lists that are worked on; any thread may ask."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._lock = threading.Lock()
        self._held: OrderedDict[str, tuple[int, Desk]] = OrderedDict()

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

    def _load(self, beginning: str, before: Desk | None) -> Desk:
        kept = kept_list(self._case, beginning)
        if before is not None and before.kept == kept:
            before.refresh()
            return before
        return Desk(self._case, kept)
