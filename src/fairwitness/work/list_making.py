"""Makes lists in the background, one after the other: the tables of their pages are found, and put together."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from fairwitness.case.case import Case
from fairwitness.core.errors import FairwitnessError
from fairwitness.core.tables import PageTables
from fairwitness.lists.guessing import guess_setup
from fairwitness.lists.setup import PageRange, Setup, parse_setup, write_setup
from fairwitness.work.finding_tables import find_tables_of
from fairwitness.work.kept_lists import KeptList, change_list, kept_list
from fairwitness.work.looking import Looking
from fairwitness.work.making_lists import make_rows, tables_of
from fairwitness.work.progress import Progress

_END_WAIT_S = 5.0
State = Literal["waiting", "finding", "putting together", "done", "failed"]


def setup_for(case: Case, document: str, name: str, looking: Looking | None = None) -> str:
    """A set-up, as TOML, that names every page of the document and nothing else yet."""
    numbers = (looking or Looking(case)).document(document).numbers
    pages = tuple(PageRange(document[:16], first, last) for first, last in _stretches(numbers))
    return write_setup(Setup(name=name, pages=pages))


def _guess_columns(case: Case, kept: KeptList, by: str) -> None:
    """Where the set-up names no columns yet, those that are guessed stand in it, for people to correct."""
    setup = parse_setup(kept.setup)
    if setup.columns:
        return
    documents = [case.queries.document_starting(one.document) for one in setup.pages]
    first = guess_setup(page for page in tables_of(case, documents).values() if isinstance(page, PageTables))
    if first.columns:
        turned = setup.right_to_left or first.right_to_left
        headers = setup.header_rows if setup.header_rows >= 0 else first.header_rows
        guessed = replace(setup, columns=first.columns, right_to_left=turned, header_rows=headers)
        change_list(case, kept.id, by, setup=write_setup(guessed), version=kept.version)


def _stretches(numbers: Iterable[int]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if made and made[-1][1] == number - 1:
            made[-1] = made[-1][0], number
        else:
            made.append((number, number))
    return made


class ListMaking:
    """One list that is being made, or was; safe to be looked at from any thread. `error` says why it failed."""

    def __init__(self, list_id: str, by: str) -> None:
        self.list = list_id
        self.by = by
        self.state: State = "waiting"
        self.done = 0
        self.total = 0
        self.error: FairwitnessError | None = None

    @property
    def is_running(self) -> bool:
        """Whether more will come of it."""
        return self.state in ("waiting", "finding", "putting together")

    def begin(self, what: str, total: int) -> None:
        """A new stretch of work."""
        self.done, self.total = 0, total

    def advance(self, done: int) -> None:
        """So many more are done."""
        self.done += done

    def run(self, folder: Path) -> None:
        """The list is made, or `error` is set."""
        try:
            self.state = "finding"
            with Case.open(folder, writing=True) as case:
                kept = kept_list(case, self.list)
                find_tables_of(case, _Told(self), parse_setup(kept.setup))
                self.state = "putting together"
                _guess_columns(case, kept, self.by)
                make_rows(case, kept.id, self.by)
        except FairwitnessError as error:
            self.error, self.state = error, "failed"
        except BaseException:
            self.state = "failed"
            raise
        else:
            self.state = "done"


class _Told(Progress):
    """Progress that one list being made hears of, beside those that follow the work on the case."""

    def __init__(self, making: ListMaking) -> None:
        super().__init__(None)
        self._making = making

    def begin(self, what: str, total: int = 0) -> None:
        super().begin(what, total)
        self._making.begin(what, total)

    def advance(self, done: int = 1, note: str = "") -> None:
        super().advance(done, note)
        self._making.advance(done)


class ListMaker:
    """Makes lists of one case in a thread, one at a time in the order in which they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._last: dict[str, ListMaking] = {}
        self._threads: list[threading.Thread] = []
        atexit.register(self.close)

    def start(self, list_id: str, by: str) -> ListMaking:
        """The list will be made; if it is being made already, that goes on."""
        with self._lock:
            last = self._last.get(list_id)
            if last is not None and last.is_running:
                return last
            making = self._last[list_id] = ListMaking(list_id, by)

        def make() -> None:
            with self._turn:
                making.run(self._folder)

        thread = threading.Thread(target=make, name="list-making", daemon=True)
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()
        return making

    def last(self, list_id: str) -> ListMaking | None:
        """What was begun last for that list, by this server."""
        with self._lock:
            return self._last.get(list_id)

    def close(self) -> None:
        """Nobody waits for what is being made; what was found so far is kept."""
        for thread in self._threads:
            thread.join(_END_WAIT_S)
