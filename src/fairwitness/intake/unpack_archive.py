"""Unpacks TAR, 7z, RAR, CAB, CPIO, AR, ISO and LHA, streaming, by libarchive."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Entry, Part, Source
from fairwitness.intake._libarchive import Archive, ArchiveEntry, open_archive
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking

FORMATS: dict[str, tuple[str, ...]] = {
    "application/x-tar": ("tar",),
    "application/x-7z-compressed": ("7zip",),
    "application/vnd.rar": ("rar", "rar5"),
    "application/vnd.ms-cab-compressed": ("cab",),
    "application/x-cpio": ("cpio",),
    "application/x-archive": ("ar",),
    "application/x-iso9660-image": ("iso9660",),
    "application/x-lha": ("lha",),
}
"""The media types that are unpacked here, and what libarchive calls their formats."""

_LAST_DAY_S = 253_402_300_799  # the end of the year 9999


@dataclass(frozen=True, slots=True)
class UnpackArchive:
    """Yields the entries of an archive in their order in the file.

    Links, devices and pipes are entries with a cause; a name that leads out of the archive is only a name. An archive
    that is cut off keeps what comes before the cut.
    """

    name: ClassVar[str] = "unpack-archive"
    version: ClassVar[str] = "1"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `Entry`, `EntryData`, `EntryEnd` and the `End`."""
        if item.size_bytes == 0:
            yield End(Cause.EMPTY, expected_entries=0)
            return
        formats = FORMATS.get(item.media_type) or tuple(name for names in FORMATS.values() for name in names)
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        yield from unpacking.finish(unpack_with_libarchive(item, formats, unpacking))


def unpack_with_libarchive(item: Source, formats: tuple[str, ...], unpacking: Unpacking) -> Iterator[Part]:
    """Yield the entries of `item` read as one of `formats`; see `UnpackArchive`.

    Raises:
        ReadError: when the archive is broken from some point on.
        LimitReached: when no more may come out.
    """
    with open_archive(item.file, formats, ("none",)) as archive:
        yield from _entries(archive, unpacking)
    if unpacking.expected_entries < 0 and not unpacking.damage:
        unpacking.expected_entries = unpacking.entries


def _entries(archive: Archive, unpacking: Unpacking) -> Iterator[Part]:
    for found in archive.entries():
        entry = Entry(
            0,
            found.name,
            size_bytes=found.size_bytes,
            modified=_day(found.modified_s, local_time=archive.has_local_times),
        )
        yield from _entry(found, entry, unpacking)


def _entry(found: ArchiveEntry, entry: Entry, unpacking: Unpacking) -> Iterator[Part]:
    def without_bytes(kind: str, cause: Cause | None = None, detail: str = "") -> Iterator[Part]:
        return unpacking.failed(
            Entry(0, entry.name, kind, "member", entry.size_bytes, entry.modified, cause, detail)  # type: ignore[arg-type]
        )

    match found.type:
        case "directory":
            yield from without_bytes("directory")
        case "symlink":
            yield from without_bytes("symlink", Cause.SYMLINK)
        case "hardlink":
            yield from without_bytes("special", Cause.SPECIAL, "hard link")
        case "special":
            yield from without_bytes("special", Cause.SPECIAL, "device, pipe or socket")
        case "file" if found.is_encrypted:
            yield from without_bytes("file", Cause.ENCRYPTED)
        case "file":
            yield from unpacking.file(entry, _pieces(found, unpacking))


def _pieces(found: ArchiveEntry, unpacking: Unpacking) -> Iterator[bytes]:
    try:
        yield from found.pieces()
    except ReadError as error:
        if Cause(error.cause) is Cause.PARTIAL:
            unpacking.damage = "the archive is cut off"
        raise


# A date without a zone was taken as local by libarchive, so the day as it was written is the local one.
def _day(seconds: int | None, *, local_time: bool) -> str:
    if seconds is None or not 0 < seconds <= _LAST_DAY_S:
        return ""
    return time.strftime("%Y-%m-%d", time.localtime(seconds) if local_time else time.gmtime(seconds))
