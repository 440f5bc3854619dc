"""Searches that people saved in a case, each a small file of its own with what was seen of its hits.

They are notes for whoever works with the case and no records: two people may keep different ones in two copies, and
they can be written while another process reads a leak into the case (docs/decisions/090).
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fairwitness.case.objects import raise_if_full
from fairwitness.core.errors import CaseError, NotFound

MAX_NAME_CHARS = 100
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a saved search: when (UTC), how many pages matched of how many, and what changed since the last."""

    at: str
    total: int
    searched: int
    new: int
    gone: int


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query under a name. `seen` holds the pages that the last run found, as ranges by document."""

    name: str
    query: str
    runs: tuple[Run, ...] = ()
    seen: dict[str, str] = field(default_factory=dict)


class SavedSearches:
    """The saved searches of one case."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[SavedSearch]:
        """Every one, by name."""
        files = self._folder.glob(f"*{_SUFFIX}") if self._folder.is_dir() else ()
        return sorted(map(_read, files), key=lambda saved: saved.name)

    def count(self) -> int:
        """How many there are."""
        return sum(1 for _ in self._folder.glob(f"*{_SUFFIX}")) if self._folder.is_dir() else 0

    def get(self, name: str) -> SavedSearch:
        """The one of that name.

        Raises:
            NotFound: if there is none.
        """
        path = self._path(name)
        if not path.is_file():
            raise NotFound("There is no saved search of that name.", advice="Run: fairwitness saved CASE")
        return _read(path)

    def put(self, saved: SavedSearch) -> None:
        """It is kept in place of what had its name; all or nothing.

        Raises:
            CaseError: if the disk cannot be written to.
        """
        path = self._path(saved.name)
        new = path.with_suffix(f".{secrets.token_hex(4)}.new")
        try:
            self._folder.mkdir(exist_ok=True)
            new.write_text(json.dumps(asdict(saved), ensure_ascii=False), "utf-8")
            new.replace(path)
        except OSError as error:
            raise_if_full(error)
            raise CaseError("The saved search cannot be written.", advice="Look at the permissions.") from None

    def remove(self, name: str) -> None:
        """There is none of that name.

        Raises:
            NotFound: if there was none.
        """
        self.get(name)
        self._path(name).unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other process runs or changes a saved search meanwhile; it waits until the other has done."""
        try:
            self._folder.mkdir(exist_ok=True)
            handle = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            raise CaseError("Saved searches cannot be written.", advice="Look at the permissions.") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _path(self, name: str) -> Path:
        plain = unicodedata.normalize("NFC", name)
        return self._folder / f"{hashlib.sha256(plain.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}{_SUFFIX}"


def _read(path: Path) -> SavedSearch:
    try:
        raw = json.loads(path.read_bytes())
        runs = tuple(Run(**run) for run in raw["runs"])
        return SavedSearch(raw["name"], raw["query"], runs, dict(raw["seen"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CaseError(
            "A saved search is damaged.", advice=f"Delete the file {path.name} in the folder searches of the case."
        ) from None
