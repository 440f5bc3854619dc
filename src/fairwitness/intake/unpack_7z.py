"""Unpacks 7z: by libarchive, and here what that cannot: archives with a password and those packed with BZip2."""

from __future__ import annotations

import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import OPENED, Entry, EntryKind, Part, Source
from fairwitness.intake._mapi import time_of
from fairwitness.intake._seven_zip import AES, BZIP2, DEFLATE64, Directory, Folder, Item, Keys, decode
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking
from fairwitness.intake.unpack_archive import unpack_with_libarchive

_HAS_UNIX_MODE = 0x8000


@dataclass(frozen=True, slots=True)
class Unpack7z:
    """Yields the entries of a 7z archive in their order in the file; links are entries with a cause."""

    name: ClassVar[str] = "unpack-7z"
    version: ClassVar[str] = "1"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `Entry`, `EntryData`, `EntryEnd` and the `End`."""
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        yield from unpacking.finish(_entries(item, unpacking))


def _entries(item: Source, unpacking: Unpacking) -> Iterator[Part]:
    keys = Keys(item.passwords)
    directory = _directory_for_us(item, keys)
    if directory is None:
        item.file.seek(0)
        yield from unpack_with_libarchive(item, ("7zip",), unpacking)
        return
    unpacking.expected_entries = len(directory.items)
    waiting = iter([found for found in directory.items if found.has_bytes])
    for found in directory.items:
        if not found.has_bytes:
            yield from _without_bytes(found, unpacking)
    for folder in directory.folders:
        files = [found for _, found in zip(folder.sizes, waiting, strict=False)]
        yield from _folder(item, folder, files, keys, unpacking)
    if keys.was_used:
        yield OPENED


def _directory_for_us(item: Source, keys: Keys) -> Directory | None:
    """The directory, if the archive is one that libarchive cannot unpack; damage is left to libarchive."""
    try:
        directory = Directory(item.file, item.size_bytes, keys)
    except ReadError as error:
        if Cause(error.cause) is Cause.ENCRYPTED:
            raise
        return None
    methods = {method for folder in directory.folders for method in folder.methods}
    return directory if directory.is_encrypted or methods & {AES, BZIP2, DEFLATE64} else None


def _folder(item: Source, folder: Folder, files: list[Item], keys: Keys, unpacking: Unpacking) -> Iterator[Part]:
    try:
        password = keys.fitting(item.file, folder)
        cause, detail = (Cause.ENCRYPTED, "") if password is None else (None, "")
    except ReadError as error:
        password, cause, detail = None, Cause(error.cause), error.detail
    if password is None:
        for found in files:
            entry = _entry(found)
            yield from unpacking.failed(
                Entry(0, entry.name, entry.kind, "member", modified=entry.modified, cause=cause, detail=detail)
            )
        return
    stream = _Stream(decode(item.file, folder, keys, password))
    for found, size, crc in zip(files, folder.sizes, folder.crcs, strict=False):
        entry = _entry(found, size)
        if entry.cause is None:
            yield from unpacking.file(entry, stream.next_file(size, crc))
        else:
            for _ in stream.next_file(size, None):
                pass
            yield from unpacking.failed(entry)


class _Stream:
    """The files of one folder, one behind the other."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._held = pieces, b""
        self._broken: ReadError | None = None

    def next_file(self, size: int, crc: int | None) -> Iterator[bytes]:
        """Yield the bytes of the next file.

        Raises:
            ReadError: UNREADABLE if its checksum is wrong, or whatever the stream ended with before.
        """
        seen, left = 0, size
        while left > 0:
            if not self._held:
                self._held = self._more()
            piece, self._held = self._held[:left], self._held[left:]
            left -= len(piece)
            seen = zlib.crc32(piece, seen)
            yield piece
        if crc is not None and seen != crc:
            raise ReadError(Cause.UNREADABLE, "checksum is wrong")

    def _more(self) -> bytes:
        if self._broken is not None:
            raise self._broken
        try:
            return next(self._pieces)
        except StopIteration:
            self._broken = ReadError(Cause.PARTIAL, "cut off")
        except ReadError as error:
            self._broken = error
        raise self._broken


def _without_bytes(found: Item, unpacking: Unpacking) -> Iterator[Part]:
    entry = _entry(found, 0)
    if found.is_directory or entry.cause is not None:
        yield from unpacking.failed(entry)
    else:
        yield from unpacking.file(entry, iter(()))


def _entry(found: Item, size: int = -1) -> Entry:
    kind: EntryKind = "directory" if found.is_directory else "file"
    cause, detail = None, ""
    if found.attributes & _HAS_UNIX_MODE:
        mode = found.attributes >> 16
        if stat.S_ISLNK(mode):
            kind, cause = "symlink", Cause.SYMLINK
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            kind, cause, detail = "special", Cause.SPECIAL, "device, pipe or socket"
    modified = time_of(found.modified)
    day = modified.date().isoformat() if modified is not None else ""
    return Entry(0, found.name.encode("utf-8", "replace"), kind, "member", size, day, cause, detail)
