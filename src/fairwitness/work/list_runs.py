"""Long lists asked in the background, one after the other, while somebody looks at what is known so far.

A list and its answers are kept in memory alone, and are gone with who keeps the run.
"""

from __future__ import annotations

import atexit
import itertools
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.search.query import unparse
from fairwitness.work.batch import BadList, Entry, Kind, ask_all, entries_of
from fairwitness.work.searching import CaseSearch

MAX_LINES = 100_000  # of one list; some 50 MB of memory
_END_WAIT_S = 5.0
State = Literal["waiting", "running", "done", "stopped", "failed"]
Sort = Literal["line", "-line", "text", "-text", "pages", "-pages"]
SORTS: tuple[Sort, ...] = ("line", "-line", "text", "-text", "pages", "-pages")
Show = Literal["all", "found", "none", "bad"]
SHOWS: tuple[Show, ...] = ("all", "found", "none", "bad")


@dataclass(frozen=True, slots=True)
class ListLine:
    """How one line ended: pages that match, exactly, or what is wrong with it. `query` finds the same by itself."""

    line: int
    text: str
    query: str
    pages: int | None
    problem: str

    @property
    def end(self) -> Show:
        """Found, none, or bad."""
        return "bad" if self.pages is None else "found" if self.pages else "none"


class ListRun:
    """One list that is being asked, or was; safe to be looked at from any thread."""

    def __init__(self, name: str, kind: Kind, entries: list[Entry]) -> None:
        self.id = secrets.token_hex(6)
        self.name = name
        self.kind = kind
        self.total = len(entries)
        self.searched = 0
        self.state: State = "waiting"
        self._entries = entries
        self._lines: list[ListLine] = []
        self._ends: Counter[Show] = Counter()
        self._stop = threading.Event()

    @property
    def done(self) -> int:
        """Lines that are answered."""
        return len(self._lines)

    @property
    def is_running(self) -> bool:
        """Whether more lines will be answered."""
        return self.state in ("waiting", "running")

    def count(self, end: Show) -> int:
        """How many lines ended so, as far as they are answered."""
        return self.done if end == "all" else self._ends[end]

    def stop(self) -> None:
        """No further line is asked."""
        self._stop.set()

    def lines(self, sort: Sort = "line", show: Show = "all") -> list[ListLine]:
        """The lines answered so far that ended so, in that order; bad ones last by pages."""
        lines = [line for line in self._lines[:] if show in ("all", line.end)]
        field, is_down = sort.removeprefix("-"), sort.startswith("-")
        if field == "text":
            return sorted(lines, key=lambda line: line.text.casefold(), reverse=is_down)
        if field == "pages":
            sign = -1 if is_down else 1
            return sorted(lines, key=lambda line: (line.pages is None, sign * (line.pages or 0)))
        return lines[::-1] if is_down else lines

    def _ask(self, folder: Path) -> None:
        """All lines are answered, unless it is stopped."""
        try:
            with Case.open(folder) as case:
                searching = CaseSearch(case)
                self.searched = searching.searched()
                for answered in ask_all(searching, self._unless_stopped()):
                    entry = answered.entry
                    query = unparse(entry.node) if entry.node is not None else ""
                    line = ListLine(entry.line, entry.text, query, answered.pages, entry.problem)
                    self._ends[line.end] += 1
                    self._lines.append(line)
        except FairwitnessError:  # the case was moved, or is being brought up to date
            self.state = "failed"
        else:
            self.state = "stopped" if self._stop.is_set() else "done"
        finally:
            self._entries = []

    def _unless_stopped(self) -> Iterator[Entry]:
        return itertools.takewhile(lambda _: not self._stop.is_set(), self._entries)


class ListRunner:
    """Asks lists in a thread, one at a time in the order in which they came."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._runs: list[ListRun] = []
        self._threads: list[threading.Thread] = []
        atexit.register(self.close)

    def start(self, folder: Path, run: ListRun) -> None:
        """The list is asked of the case in that folder as soon as those before it are done."""

        def ask() -> None:
            with self._turn:
                run.state = "running"
                run._ask(folder)

        thread = threading.Thread(target=ask, name="list", daemon=True)
        self._runs = [*(one for one in self._runs if one.is_running), run]
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()

    def close(self) -> None:
        """Nothing is asked any more."""
        for run in self._runs:
            run.stop()
        for thread in self._threads:
            thread.join(_END_WAIT_S)


def run_of(name: str, data: bytes, suffix: str, kind: Kind, column: str = "") -> ListRun:
    """A run of the list in these bytes, not started.

    Raises:
        BadList: if it is empty, too long, or has no such column.
    """
    entries = list(itertools.islice(entries_of(data, suffix, kind, column), MAX_LINES + 1))
    if not entries:
        raise BadList("There is no entry in this list.")
    if len(entries) > MAX_LINES:
        raise BadList(
            f"The list has more than {MAX_LINES:,} entries.",
            advice="Cut it into several, or use: fairwitness batch CASE LIST",
        )
    return ListRun(name, kind, entries)
