"""Unpacks ZIP by its central directory; without one, by streaming what is there."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import OPENED, End, Entry, EntryKind, Part, Source
from fairwitness.intake._libarchive import open_archive
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking
from fairwitness.intake._zip_crypto import method_of, open_member
from fairwitness.intake.unpack_archive import unpack_with_libarchive

_PIECE_BYTES = 1 << 20
_LOCAL_HEADER_BYTES = 30
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_MADE_ON_UNIX = (3, 19)  # Unix and Darwin keep the mode in the upper half of the external attributes
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_BY_LIBARCHIVE = frozenset({93, 95, 98})  # zstd, xz, PPMd: methods that Python does not have
# What zipfile and the codecs raise on damaged input, found by flipping bytes; RuntimeError is "encrypted".
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    OverflowError,
    LookupError,
)


@dataclass(frozen=True, slots=True)
class UnpackZip:
    """Yields the members of a ZIP in the order of its central directory.

    Names are the bytes in the directory. Members whose bytes overlap with the next one are refused: that is how a
    small file pretends to hold much.
    """

    name: ClassVar[str] = "unpack-zip"
    version: ClassVar[str] = "2"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `Entry`, `EntryData`, `EntryEnd` and the `End`."""
        if item.size_bytes == 0:
            yield End(Cause.EMPTY, expected_entries=0)
            return
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        yield from unpacking.finish(_entries(item, unpacking))


def _entries(item: Source, unpacking: Unpacking) -> Iterator[Part]:
    try:
        archive = zipfile.ZipFile(item.file)
    except (*_DAMAGED, NotImplementedError):
        unpacking.damage = "the central directory is missing or damaged"
        item.file.seek(0)
        yield from unpack_with_libarchive(item, ("zip",), unpacking)
        return
    with archive:
        members = archive.infolist()
        unpacking.expected_entries = len(members)
        unlocked = False
        overlapping = _overlapping(members, archive.start_dir)
        for index, member in enumerate(members):
            entry = _entry_of(member)
            opened = _opened(archive, member, item.passwords) if entry.cause is Cause.ENCRYPTED else None
            if opened is not None:
                unlocked = True
                entry = replace(entry, cause=None, detail="")
            if entry.cause is None and index in overlapping:
                entry = Entry(
                    0,
                    entry.name,
                    size_bytes=entry.size_bytes,
                    cause=Cause.UNREADABLE,
                    detail="overlapping entries",
                )
            if entry.cause is Cause.UNSUPPORTED and member.compress_type in _BY_LIBARCHIVE:
                entry = replace(entry, cause=None, detail="")
                yield from unpacking.file(entry, _pieces_by_libarchive(item, entry.name))
            elif entry.kind == "file" and entry.cause is None:
                yield from unpacking.file(entry, _pieces(archive, member, opened))
            else:
                yield from unpacking.failed(entry)
        if unlocked:
            yield OPENED


def _overlapping(members: list[zipfile.ZipInfo], start_of_directory: int) -> frozenset[int]:
    """The indices of members that reach into the next one; Python does this check itself from 3.12 on."""
    found = set()
    limit = start_of_directory
    for index in sorted(range(len(members)), key=lambda i: members[i].header_offset, reverse=True):
        member = members[index]
        least_end = member.header_offset + _LOCAL_HEADER_BYTES + member.compress_size
        if least_end > limit:
            found.add(index)
        limit = member.header_offset
    return frozenset(found)


def _entry_of(member: zipfile.ZipInfo) -> Entry:
    """The entry as the directory tells it, with a cause if its bytes cannot be had."""
    kind: EntryKind = "directory" if member.orig_filename.endswith("/") else "file"
    cause, detail = None, ""
    if member.create_system in _MADE_ON_UNIX:
        mode = member.external_attr >> 16
        if stat.S_ISLNK(mode):
            kind, cause = "symlink", Cause.SYMLINK
        elif stat.S_ISDIR(mode):
            kind = "directory"
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            kind, cause, detail = "special", Cause.SPECIAL, "device, pipe or socket"
    if kind == "directory" and member.file_size:
        kind = "file"  # it says it is a folder and has bytes: they are not to be lost
    if kind == "file" and member.flag_bits & _ENCRYPTED_FLAG:
        cause = Cause.ENCRYPTED
    elif kind == "file" and member.compress_type not in _METHODS:
        cause, detail = Cause.UNSUPPORTED, f"compression method {member.compress_type}"
    if cause is Cause.ENCRYPTED and method_of(member) not in _METHODS:
        detail = f"compression method {method_of(member)}"
    return Entry(0, _raw_name(member), kind, "member", member.file_size, _day(member), cause, detail)


def _raw_name(member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & _UTF8_FLAG:
        return member.orig_filename.encode("utf-8", "surrogatepass")
    return member.orig_filename.encode("cp437")


def _day(member: zipfile.ZipInfo) -> str:
    year, month, day = member.date_time[:3]
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 and year > 1980 else ""


def _opened(archive: zipfile.ZipFile, member: zipfile.ZipInfo, passwords: tuple[str, ...]) -> IO[bytes] | None:
    """The member as a stream if one of the passwords fits, else None: it stays encrypted."""
    if method_of(member) not in _METHODS:
        return None
    try:
        return open_member(archive, member, passwords)
    except (ReadError, NotImplementedError, *_DAMAGED):
        return None


def _pieces_by_libarchive(item: Source, name: bytes) -> Iterator[bytes]:
    """The bytes of the first member of that name; found by going through the archive, since these are rare."""
    item.file.seek(0)
    with open_archive(item.file, ("zip",), ("none",)) as archive:
        for found in archive.entries():
            if found.name == name:
                yield from found.pieces()
                return
    raise ReadError(Cause.UNREADABLE, "not where the directory says")


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, opened: IO[bytes] | None) -> Iterator[bytes]:
    try:
        with opened or archive.open(member) as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
    except NotImplementedError:
        raise ReadError(Cause.UNSUPPORTED, "compression method or feature") from None
    except ReadError:
        raise
    except _DAMAGED as error:
        if isinstance(error, EOFError):
            raise ReadError(Cause.PARTIAL, "cut off") from None
        raise ReadError(Cause.UNREADABLE, "checksum or compressed data are wrong") from None
