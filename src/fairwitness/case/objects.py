"""Originals and derived blobs, each one file named by the SHA-256 of its bytes, read-only.

A file appears under its name only when it is complete: it is written elsewhere in the same folder and renamed.
"""

from __future__ import annotations

import errno
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from fairwitness.core.errors import DiskFull, NotFound

PIECE_BYTES = 1 << 20


class ObjectStore:
    """A folder `objects/` with two levels of two hex digits, and `objects/incoming` for what is not complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"

    def prepare(self) -> None:
        """The folders exist and nothing half-written is left. Call it only with the case locked for writing."""
        self._incoming.mkdir(parents=True, exist_ok=True)
        for left in self._incoming.iterdir():
            left.unlink()

    def path(self, digest: str) -> Path:
        """Where the object of that digest is or would be."""
        return self._folder / digest[:2] / digest[2:4] / digest

    def has(self, digest: str) -> bool:
        """Whether it is there."""
        return self.path(digest).exists()

    def writer(self) -> ObjectWriter:
        """Takes bytes piece by piece; `finish` names them."""
        return ObjectWriter(self, self._incoming / secrets.token_hex(8))

    def put(self, data: bytes) -> str:
        """Digest of `data`, which is stored."""
        with self.writer() as writer:
            writer.write(data)
            return writer.finish()

    def put_file(self, file: BinaryIO) -> tuple[str, int]:
        """Digest and size of what `file` holds from here on, which is stored."""
        with self.writer() as writer:
            while piece := file.read(PIECE_BYTES):
                writer.write(piece)
            return writer.finish(), writer.size_bytes

    def open(self, digest: str) -> BinaryIO:
        """The object, open for reading.

        Raises:
            NotFound: if it is not there.
        """
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise NotFound(f"Object {digest[:12]} is not in this case.") from None

    def digests(self) -> Iterator[str]:
        """Names of all objects, in order."""
        for first in sorted(self._folder.glob("[0-9a-f][0-9a-f]")):
            for second in sorted(first.iterdir()):
                for path in sorted(second.iterdir()):
                    yield path.name

    def is_sound(self, digest: str) -> bool:
        """Whether the bytes still are what their name says."""
        hashed = hashlib.sha256()
        with self.open(digest) as file:
            while piece := file.read(PIECE_BYTES):
                hashed.update(piece)
        return hashed.hexdigest() == digest


class ObjectWriter:
    """An object that is being written. As a context manager it leaves nothing behind unless finished."""

    def __init__(self, store: ObjectStore, path: Path) -> None:
        self._store = store
        self._path = path
        self._hash = hashlib.sha256()
        self._file: BinaryIO = path.open("xb", buffering=0)
        self.size_bytes = 0

    def __enter__(self) -> ObjectWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.abandon()

    def write(self, data: bytes) -> None:
        """Add `data`.

        Raises:
            DiskFull: if it does not fit.
        """
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise_if_full(error)
            raise
        self._hash.update(data)
        self.size_bytes += len(data)

    def finish(self) -> str:
        """Digest of all that was written; the object is in the store now."""
        digest = self._hash.hexdigest()
        self._file.close()
        target = self._store.path(digest)
        if target.exists():
            self._path.unlink()
            return digest
        try:
            self._path.chmod(0o444)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.rename(target)
        except OSError as error:
            raise_if_full(error)
            raise
        return digest

    def abandon(self) -> None:
        """What was not finished is gone."""
        with suppress(OSError):
            self._file.close()
        with suppress(FileNotFoundError):
            self._path.unlink()


def raise_if_full(error: OSError) -> None:
    """Turn "no space left" into our own error.

    Raises:
        DiskFull: if `error` is one of no space or no quota.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        raise DiskFull("The disk that holds the case is full; what was done so far is kept.") from None
