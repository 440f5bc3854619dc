"""What all pages share: the case, the searches that are lent out, and the settings of the server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.requests import Request

from fairwitness.case.case import Case
from fairwitness.core.errors import CaseError
from fairwitness.web.guard import say_where
from fairwitness.web.sessions import Sessions
from fairwitness.work.accounts import AccountKeeper
from fairwitness.work.duplicate_keeper import DuplicateKeeper
from fairwitness.work.kept_desks import Desks
from fairwitness.work.kept_marks import KeptMarks
from fairwitness.work.list_making import ListMaker
from fairwitness.work.looking import Looking
from fairwitness.work.overview import Overviews
from fairwitness.work.picturing import PageImages
from fairwitness.work.redaction_drawing import PageDrawer
from fairwitness.work.searching import CaseSearch
from fairwitness.work.sheets import SheetFormulas

MAX_SEARCHES = 3  # at once: a slow question leaves room for quick ones, and each holds pages in memory
WAIT_S = 30
PAUSE_S = 1.0


class CaseMoved(CaseError):
    """The folder of the case is no longer where the server found it."""

    code = "case_moved"
    advice = "Put it back, or stop the server and start it with the new place: fairwitness serve CASE"


class RoomBusy(CaseError):
    """Too many slow questions at once."""

    code = "room_busy"
    advice = "Wait until the other searches are done, and ask again."


class Room:
    """One case, open for reading. Every method may be called from any thread; `close` once all requests are done."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self.case = Case.open(folder)
        self.sessions = sessions
        self.looking = Looking(self.case)
        self.marked = KeptMarks(self.case)
        self.overviews = Overviews(self.case)
        self.formulas = SheetFormulas(self.looking)
        self.accounts = AccountKeeper(self.case)
        self.duplicates = DuplicateKeeper(self.case)
        self.desks = Desks(self.case)
        self.making = ListMaker(folder)
        self._pictures: PageImages | None = None
        self._drawer: PageDrawer | None = None
        self._later: threading.Timer | None = None
        self._free: list[tuple[tuple[int, int], CaseSearch]] = []
        self._slots = threading.BoundedSemaphore(MAX_SEARCHES)
        self._lock = threading.Lock()

    def close(self) -> None:
        """Nothing of the case is open any more."""
        with self._lock:
            if self._later is not None:
                self._later.cancel()
            self._free.clear()
        self.overviews.close()
        if self._pictures is not None:
            self._pictures.close()
        if self._drawer is not None:
            self._drawer.close()
        self.case.close()

    @property
    def pictures(self) -> PageImages:
        """Makes images of pages.

        Raises:
            NoSandbox: if this machine lacks a lock; all else works without it.
        """
        with self._lock:
            if self._pictures is None:
                self._pictures = PageImages(self.case, self.looking)
            return self._pictures

    @property
    def drawer(self) -> PageDrawer:
        """Draws pages that are to be redacted.

        Raises:
            NoSandbox: if this machine lacks a lock.
        """
        with self._lock:
            if self._drawer is None:
                self._drawer = PageDrawer(self.case, self.looking)
            return self._drawer

    def after_a_pause(self, act: Callable[[], None]) -> None:
        """`act` is called once nobody has asked for this for a second; of several that were asked for, the last one."""

        def acting() -> None:
            try:
                act()
            except Exception as error:  # what is done on the side stops nobody
                say_where(error)

        timer = threading.Timer(PAUSE_S, acting)
        timer.daemon = True
        with self._lock:
            if self._later is not None:
                self._later.cancel()
            self._later = timer
        timer.start()

    def check(self) -> None:
        """The case is where it was.

        Raises:
            CaseMoved: if not.
        """
        if not (self.case.folder / "case.toml").is_file():
            raise CaseMoved("The case is no longer in its folder.")

    @contextmanager
    def searching(self) -> Iterator[CaseSearch]:
        """A search that sees what the case holds now, for one thread at a time.

        Raises:
            RoomBusy: if none came free in time.
        """
        if not self._slots.acquire(timeout=WAIT_S):
            raise RoomBusy("All searches are in use.")
        try:
            state = self._state()
            with self._lock:
                seen, searching = self._free.pop() if self._free else ((-1, -1), None)
            if searching is None:
                searching = CaseSearch(self.case)
            elif seen != state:
                searching.refresh()
            yield searching
            with self._lock:
                self._free.append((state, searching))
        finally:
            self._slots.release()

    def _state(self) -> tuple[int, int]:
        """Changes whenever the records or the index may have."""
        try:
            index = (self.case.index_folder / "meta.json").stat().st_mtime_ns
        except OSError:
            index = 0
        return self.case.queries.event_count(), index


def room_of(request: Request) -> Room:
    """The room that the request was made in."""
    room: Room = request.app.state.room
    return room
