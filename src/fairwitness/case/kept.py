"""Derived files of which so many bytes are kept under `cache/`, those used last; they may be deleted at any time.

A file is named by the SHA-256 of its key, so that no name says anything. Several processes may use one folder. Where
the disk cannot be written to, a few files are kept in memory.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

_MAGIC = b"fwkept1\n"
_LOOKED_AT_S = 3600.0  # how late the time of the last use may be: one write an hour, not one for each use
_ROOM = 0.9  # of the bound is left when files are removed
IN_MEMORY_BYTES = 24 << 20


class KeptFiles:
    """Bytes by key, at most `max_bytes` of them and a tenth; thread-safe."""

    def __init__(self, folder: Path, scratch: Callable[[], Path], max_bytes: int) -> None:
        self._folder = folder
        self._scratch = scratch
        self._max_bytes = max_bytes
        self._written = max_bytes  # so that the first file that is kept has what others left counted
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """What was kept under that key; None if nothing is, or nothing whole."""
        name = _name(key)
        with self._lock:
            if name in self._memory:
                self._memory.move_to_end(name)
                return self._memory[name]
        path = self._path(name)
        try:
            with path.open("rb") as file:
                raw = file.read()
                if time.time() - os.fstat(file.fileno()).st_mtime > _LOOKED_AT_S:
                    with suppress(OSError):
                        os.utime(path)
        except OSError:
            return None
        head, data = raw[: len(_MAGIC) + 8], raw[len(_MAGIC) + 8 :]
        return data if head == _MAGIC + len(data).to_bytes(8, "little") else None

    def put(self, key: str, data: bytes) -> None:
        """The bytes are kept under that key, for a while."""
        name = _name(key)
        try:
            self._write(name, data)
        except OSError:  # read-only, or full
            self._remember(name, data)
            return
        with self._lock:
            self._written += len(data)
            due = self._written > self._max_bytes * (1 - _ROOM)
            if due:
                self._written = 0
        if due:
            self._remove_oldest()

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _write(self, name: str, data: bytes) -> None:
        new, path = self._scratch(), self._path(name)
        try:
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(_MAGIC + len(data).to_bytes(8, "little"))
                file.write(data)
            path.parent.mkdir(parents=True, exist_ok=True)
            new.replace(path)
        except OSError:
            with suppress(OSError):
                new.unlink()
            raise

    def _remember(self, name: str, data: bytes) -> None:
        with self._lock:
            self._memory[name] = data
            while sum(map(len, self._memory.values())) > IN_MEMORY_BYTES:
                self._memory.popitem(last=False)

    def _remove_oldest(self) -> None:
        """No more than the bound is left; another process may be doing the same."""
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        if total <= self._max_bytes:
            return
        for _, size, path in files:
            if total <= self._max_bytes * _ROOM:
                return
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108  a string, as scandir gives it
            total -= size

    def _files(self) -> Iterator[tuple[float, int, str]]:
        """Yields the time of the last use, the size and the path of each file."""
        with suppress(OSError):
            for folder in list(os.scandir(self._folder)):
                with suppress(OSError):
                    for entry in os.scandir(folder):
                        with suppress(OSError):
                            told = entry.stat()
                            yield told.st_mtime, told.st_size, entry.path


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
