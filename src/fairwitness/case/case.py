"""A case: one folder that holds a leak, everything derived from it, and how it was derived.

It is portable: no absolute path is in it. One process at a time reads a leak into it; any number read meanwhile, and
what people mark goes in between (docs/decisions/100).
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from fairwitness.case.changes import Changes
from fairwitness.case.database import CURRENT_FORMAT, connect, has_tables, migrate, write_transaction
from fairwitness.case.derived import Derived
from fairwitness.case.kept import KeptFiles
from fairwitness.case.objects import ObjectStore, raise_if_full
from fairwitness.case.queries import Queries
from fairwitness.case.saved import SavedSearches
from fairwitness.case.secret_files import make_secret, read_secret
from fairwitness.case.settings import CaseFile, Settings, read_case_file, write_case_file
from fairwitness.core.errors import CaseBusy, CaseError, CaseTooNew, DiskFull

FileId = tuple[int, int]


class Case:
    """An open case. Use it as a context manager; `Case.create` and `Case.open` make one."""

    def __init__(
        self, folder: Path, file: CaseFile, engine: Engine, lock: int | None, database: FileId | None = None
    ) -> None:
        self.folder = folder
        self.settings = file.settings
        self.log_name = file.log
        self.objects = ObjectStore(folder / "objects")
        self.queries = Queries(engine)
        self.saved = SavedSearches(folder / "searches")
        self._engine = engine
        self._lock = lock
        self._database = database or _file_id(folder / "records.db")

    @classmethod
    def create_or_open(cls, folder: Path, settings: Mapping[str, int] | None = None) -> Case:
        """The case in `folder`, open for writing; made if there is none. `settings` replace those stored, by name.

        Raises:
            CaseError: if the folder holds something else, or another process writes to it, or it is too new.
        """
        if (folder / "case.toml").exists():
            return cls.open(folder, writing=True, settings=settings)
        if folder.exists() and any(path.name != "lock" for path in folder.iterdir()):
            raise CaseError(
                "The folder is not empty and holds no case.", advice="Name another folder for the case with --case."
            )
        try:
            for name in ("objects", "log", "index", "cache"):
                (folder / name).mkdir(parents=True, exist_ok=True)
            log = f"fairwitness/{secrets.token_hex(8)}"
            write_case_file(folder / "case.toml", CaseFile(CURRENT_FORMAT, log, Settings(**settings or {})))
        except OSError as error:
            raise_if_full(error)
            raise CaseError("The case folder cannot be made.", advice="Look at its permissions.") from None
        return cls.open(folder, writing=True)

    @classmethod
    def open(cls, folder: Path, *, writing: bool = False, settings: Mapping[str, int] | None = None) -> Case:
        """The case in `folder`.

        Raises:
            CaseError: if there is none, it is too new, or another process writes to it and we want to.
        """
        if not (folder / "case.toml").exists():
            raise CaseError("There is no case in that folder.", advice="Make one with: fairwitness open LEAK")
        found = read_case_file(folder / "case.toml")
        if found.format > CURRENT_FORMAT:
            raise CaseTooNew(f"This case has format {found.format}; this fairwitness knows up to {CURRENT_FORMAT}.")
        wanted = replace(found, format=CURRENT_FORMAT, settings=replace(found.settings, **settings or {}))
        lock = _lock(folder / "lock") if writing else None
        database = _file_id(folder / "records.db")  # before it is opened: it may be replaced meanwhile
        engine = connect(folder / "records.db")
        try:
            if writing:
                _prepare(folder, found, wanted, engine)
            elif not (folder / "records.db").exists() or not has_tables(engine):
                raise CaseError(
                    "This case was begun and never made: whatever made it was stopped.",
                    advice="Go on with: fairwitness open LEAK --case CASE",
                )
            elif found.format < CURRENT_FORMAT:
                raise CaseError(
                    f"This case has the older format {found.format}.",
                    advice="Bring it up to date with: fairwitness open LEAK --case CASE",
                )
        except BaseException:
            engine.dispose()
            if lock is not None:
                os.close(lock)
            raise
        return cls(folder, wanted, engine, lock, database)

    def __enter__(self) -> Case:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing of the case is open any more."""
        self._engine.dispose()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @contextmanager
    def changes(self) -> Iterator[Changes]:
        """A transaction: all of its additions are there afterwards, or none.

        Raises:
            DiskFull: if it does not fit.
        """
        if self._lock is None:
            raise CaseError("The case is open for reading only.")
        with self._transaction() as changes:
            yield changes

    @contextmanager
    def marking(self) -> Iterator[Changes]:
        """A short transaction for what a person does, also in a case that is open for reading.

        It needs no lock of the case, so it goes on while another process reads a leak into it; it waits for the
        transaction that this process is in, which is a moment. Add judgements and events, nothing else.

        Raises:
            CaseBusy: if others write for longer than a minute.
            CaseError: if the case was moved, or cannot be written to.
            DiskFull: if it does not fit.
        """
        if _file_id(self.folder / "records.db") != self._database:  # what is open would take it, and nobody find it
            raise CaseError("The case is not where it was.", advice="Open it again where it is now.")
        with self._transaction() as changes:
            yield changes

    @contextmanager
    def _transaction(self) -> Iterator[Changes]:
        try:
            with write_transaction(self._engine) as connection:
                yield Changes(connection)
        except OperationalError as error:
            code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
            if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
                raise DiskFull("The disk that holds the case is full; what was done so far is kept.") from None
            if code == sqlite3.SQLITE_BUSY:
                raise CaseBusy("Another process has been writing to this case for a while.") from None
            if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN):
                raise CaseError("The case cannot be written to.", advice="Look at its permissions.") from None
            raise

    @contextmanager
    def log_alone(self, wait_s: float | None = None) -> Iterator[bool]:
        """No other process adds to the log meanwhile; it waits until the other has done.

        With `wait_s` it waits for so many seconds, and yields False if the other has not done by then. This lock is not
        the one of the case: whoever marks something closes the log too.
        """
        try:
            handle = os.open(self.folder / "log" / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise_if_full(error)
            raise CaseError("The log cannot be written to.", advice="Look at the permissions of the case.") from None
        try:
            yield _taken(handle, wait_s)
        finally:
            os.close(handle)

    @property
    def index_folder(self) -> Path:
        """Where the search index lives; derived, may be deleted at any time."""
        return self.folder / "index"

    def discard_index(self) -> None:
        """No index is there; the next `open` builds it anew."""
        shutil.rmtree(self.index_folder, ignore_errors=True)
        self.index_folder.mkdir()
        with self.changes() as changes:
            changes.forget_indexed()

    def secret(self, name: str) -> bytes | None:
        """The secret of that name, 32 bytes; None if there is none. It stays in the case: no export holds it.

        Raises:
            CaseError: if the file is damaged.
        """
        return read_secret(self.folder, name)

    def make_secret(self, name: str) -> bytes:
        """The secret of that name, made by chance if there is none; a file that its owner alone can read.

        Raises:
            CaseError: if the file is damaged or cannot be written.
        """
        return make_secret(self.folder, name)

    def scratch(self) -> Path:
        """Name of a file that does not exist, in the case, for what is being derived."""
        return self.folder / "cache" / f"scratch-{secrets.token_hex(8)}"

    def cache_path(self, name: str) -> Path:
        """Where a derived file of that name is kept; it may not be there, and may be deleted at any time."""
        return self.folder / "cache" / name

    def read_cache(self, name: str) -> dict[str, Any] | None:
        """A derived JSON object that was kept under that name; None if there is none."""
        try:
            found = json.loads((self.folder / "cache" / name).read_bytes())
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def write_cache(self, name: str, value: dict[str, Any]) -> None:
        """The object is kept where that is possible; a case on a read-only disk goes without."""
        new = self.scratch()
        with suppress(OSError):
            new.write_bytes(json.dumps(value, ensure_ascii=True).encode())
            new.replace(self.folder / "cache" / name)

    def derived(self) -> Derived:
        """What was derived before and kept; the caller closes it."""
        return Derived(self.folder / "cache" / "derived.db")

    def kept_files(self, name: str, max_bytes: int) -> KeptFiles:
        """Derived files of that sort, at most so many bytes of them."""
        return KeptFiles(self.folder / "cache" / name, self.scratch, max_bytes)

    def read_log_file(self, name: str) -> bytes | None:
        """Bytes of a file of the log, None if there is none."""
        try:
            return (self.folder / "log" / name).read_bytes()
        except FileNotFoundError:
            return None

    def log_files(self, folder: str) -> list[str]:
        """Names of the files in that folder of the log, in order, each with the folder in front."""
        try:
            found = [one.name for one in (self.folder / "log" / folder).iterdir() if one.is_file()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return [f"{folder}/{name}" for name in sorted(found) if not name.endswith(".new")]

    def forget_log_folder(self, name: str) -> None:
        """There is no such folder in the log; used for parts of tiles that a whole tile has replaced."""
        shutil.rmtree(self.folder / "log" / name, ignore_errors=True)

    def write_log_file(self, name: str, data: bytes) -> None:
        """The file of the log holds `data`; it is replaced in one step."""
        path = self.folder / "log" / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(path.name + ".new")
            new.write_bytes(data)
            new.replace(path)
        except OSError as error:
            raise_if_full(error)
            raise CaseError("The log cannot be written to.", advice="Look at the permissions of the case.") from None


def _file_id(path: Path) -> FileId | None:
    """Names the file itself, whatever stands at its path later; None for none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def held_alone(folder: Path) -> Iterator[None]:
    """No process opens the case for writing meanwhile.

    Raises:
        CaseBusy: if one has it open.
    """
    handle = _lock(folder / "lock")
    try:
        yield
    finally:
        os.close(handle)


def _taken(handle: int, wait_s: float | None) -> bool:
    """Whether the lock could be had in time; None waits for ever."""
    if wait_s is None:
        fcntl.flock(handle, fcntl.LOCK_EX)
        return True
    last = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            if time.monotonic() >= last:
                return False
            time.sleep(0.02)


def _lock(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise CaseBusy("Another process is writing to this case.") from None
    return handle


def _prepare(folder: Path, found: CaseFile, wanted: CaseFile, engine: Engine) -> None:
    try:
        ObjectStore(folder / "objects").prepare()
        for name in ("log", "index", "cache"):
            (folder / name).mkdir(exist_ok=True)
        for left in (folder / "cache").glob("scratch-*"):
            left.unlink()
        with suppress(FileNotFoundError):  # of somebody who encrypted or decrypted the records, and was killed
            (folder / "records.db.new").unlink()
        migrate(engine)
        if found != wanted:
            write_case_file(folder / "case.toml", wanted)
    except OSError as error:
        raise_if_full(error)
        raise
