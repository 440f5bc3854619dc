"""Compound files (OLE2) of old office programs: streams, properties, embedded objects and pictures."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import olefile

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_DATA_BYTES, Entry, EntryData, EntryEnd, Part
from fairwitness.text.compound import write_compound
from fairwitness.text.encoding import decode_bytes, detect_encoding

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
MAX_STREAM_BYTES = 512 << 20
MAX_OBJECTS = 10_000
DAMAGE = (OSError, ValueError, LookupError, struct.error, TypeError, AttributeError, RecursionError, OverflowError)

Ole = olefile.OleFileIO
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file inside of a file: its bytes, or the cause why there are none."""

    name: str
    data: bytes = b""
    cause: Cause | None = None
    detail: str = ""


@contextmanager
def open_ole(file: BinaryIO) -> Iterator[Ole[Any]]:
    """The open compound file.

    Raises:
        ReadError: UNREADABLE if it is none; also for whatever olefile raises while it is read.
    """
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as ole:
            yield ole
    except DAMAGE as error:
        raise ReadError(Cause.UNREADABLE, "the compound file is damaged") from error


def stream_of(ole: Ole[Any], *path: str) -> bytes:
    """A whole stream, b"" if it is missing.

    Raises:
        ReadError: LIMIT_MEMORY if it is larger than any honest one, UNREADABLE if it is damaged.
    """
    name = list(path)
    try:
        if not ole.exists(name) or ole.get_type(name) != olefile.STGTY_STREAM:
            return b""
        if ole.get_size(name) > MAX_STREAM_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "stream larger than the limit")
        return bytes(ole.openstream(name).read())
    except DAMAGE as error:
        raise ReadError(Cause.UNREADABLE, "a stream is damaged") from error


# --- embedded objects


def storages_below(ole: Ole[Any], *parents: str, prefix: str = "") -> list[Path]:
    """Paths of the storages directly below `parents` whose names begin with `prefix`, in the order of the file."""
    depth = len(parents) + 1
    found = []
    for names in ole.listdir(streams=False, storages=True):
        if len(names) == depth and tuple(names[:-1]) == parents and names[-1].startswith(prefix):
            found.append(tuple(names))
    return found[:MAX_OBJECTS]


def object_in(ole: Ole[Any], path: Path, label: str) -> Embedded:
    """The file that a storage holds: a package, the file in an OLE 1 wrapper, or the storage as a file of its own.

    The contents are not looked into: what they are is found out when they are opened.
    """
    try:
        return _object_in(ole, path, label)
    except ReadError as error:
        return Embedded(label, cause=Cause(error.cause), detail=error.detail)
    except DAMAGE:
        return Embedded(label, cause=Cause.UNREADABLE, detail="damaged object")


def _object_in(ole: Ole[Any], path: Path, label: str) -> Embedded:
    for name in ("Package", "CONTENTS"):
        if data := stream_of(ole, *path, name):
            return Embedded(label, data)
    native = stream_of(ole, *path, "\x01Ole10Native")
    if native:
        return native_file(native, label)
    streams: dict[Path, bytes] = {}
    clsids: dict[Path, bytes] = {}
    total = 0
    for names in ole.listdir(streams=True, storages=True):
        place = tuple(names)
        if place[: len(path)] != path or len(place) == len(path):
            continue
        if ole.get_type(names) == olefile.STGTY_STREAM:
            streams[place[len(path) :]] = stream_of(ole, *place)
            total += len(streams[place[len(path) :]])
            if total > MAX_STREAM_BYTES:
                raise ReadError(Cause.LIMIT_MEMORY, "object larger than the limit")
    if not any(streams.values()):
        return Embedded(label, cause=Cause.UNSUPPORTED, detail="only a reference, the content is elsewhere")
    return Embedded(label, write_compound(streams, clsids))


def native_file(native: bytes, label: str) -> Embedded:
    """The file in an Ole10Native stream ([MS-OLEDS] 2.3.6): its size, then flags, names, and its bytes."""
    size = int.from_bytes(native[:4], "little")
    body = native[4 : 4 + size]
    if body[:2] == b"\2\0":
        found = _packaged_file(body)
        if found is not None:
            return found
    return Embedded(label, body)


def _packaged_file(body: bytes) -> Embedded | None:
    """A file put in by the Packager: label, path, temporary path, each ended by a zero byte, then the file."""
    try:
        end = body.index(b"\0", 2)
        name = body[2:end]
        end = body.index(b"\0", end + 1)  # path from which it came
        length = int.from_bytes(body[end + 5 : end + 9], "little")
        start = end + 9 + length
        size = int.from_bytes(body[start : start + 4], "little")
    except ValueError:
        return None
    data = body[start + 4 : start + 4 + size]
    if not data or len(data) < size:
        return None
    text = decode_bytes(name, detect_encoding(name, complete=True)) if name else ""
    return Embedded(re.split(r"[\\/]", text)[-1][:200], data)


def take_out(files: Iterable[Embedded], first: int = 1) -> Iterator[Part]:
    """Yield each file as an attachment with its bytes."""
    for number, one in enumerate(files, first):
        name = one.name.encode("utf-8", "replace")
        if one.cause is not None:
            yield Entry(number, name, role="attachment", cause=one.cause, detail=one.detail)
            continue
        yield Entry(number, name, role="attachment", size_bytes=len(one.data))
        for start in range(0, len(one.data), MAX_DATA_BYTES):
            yield EntryData(one.data[start : start + MAX_DATA_BYTES])
        yield EntryEnd()


# --- pictures

# Instance of the record -> (extension, identifiers of 16 bytes in front); [MS-ODRAW] 2.2.23 and after.
_BITMAPS = {
    0x46A: ("jpg", 1), 0x46B: ("jpg", 2), 0x6E2: ("jpg", 1), 0x6E3: ("jpg", 2), 0x6E0: ("png", 1), 0x6E1: ("png", 2),
    0x7A8: ("dib", 1), 0x7A9: ("dib", 2), 0x6E4: ("tif", 1), 0x6E5: ("tif", 2),
}  # fmt: skip
_METAFILES = {
    0x3D4: ("emf", 1), 0x3D5: ("emf", 2), 0x216: ("wmf", 1), 0x217: ("wmf", 2), 0x542: ("pict", 1), 0x543: ("pict", 2),
}  # fmt: skip
_BLIP = re.compile(rb"[\x1a-\x1f\x29\x2a]\xf0")  # the kind of the record, behind its version and instance
_MAX_METAFILE_BYTES = 64 << 20


def pictures_in(data: bytes, first: int = 1) -> list[Embedded]:
    """The pictures in a stream, found by the headers of their records: the tables that point to them may be lost.

    Each is a file of its own again; the header that a bitmap or metafile lost on its way in is put in front.
    """
    found: list[Embedded] = []
    seen: set[bytes] = set()
    end = 0
    for match in _BLIP.finditer(data):
        at = match.start() - 2
        if at < end or at + 8 > len(data):
            continue
        version, _, size = struct.unpack_from("<HHI", data, at)
        known = _BITMAPS.get(version >> 4) or _METAFILES.get(version >> 4)
        start = at + 8
        if known is None or version & 0xF or not 17 < size <= len(data) - start:
            continue
        body = data[start : start + size]
        identifier = body[:16]
        end = start + size
        if identifier in seen:  # used twice in the document, stored twice
            continue
        seen.add(identifier)
        picture = _bitmap(body, *known) if version >> 4 in _BITMAPS else _metafile(body, *known)
        found.append(Embedded(f"picture{first + len(found)}.{known[0].replace('dib', 'bmp')}", picture))
        if len(found) >= MAX_OBJECTS:
            break
    return found


def _bitmap(body: bytes, extension: str, identifiers: int) -> bytes:
    data = body[16 * identifiers + 1 :]
    return bitmap_file(data) if extension == "dib" else data


def bitmap_file(data: bytes) -> bytes:
    """A device-independent bitmap with the header that makes it a BMP file."""
    if len(data) < 40:
        return data
    header, colours, depth = int.from_bytes(data[:4], "little"), 0, int.from_bytes(data[14:16], "little")
    if depth <= 8:
        colours = int.from_bytes(data[32:36], "little") or 1 << depth
    return b"BM" + struct.pack("<IHHI", 14 + len(data), 0, 0, 14 + header + 4 * colours) + data


def _metafile(body: bytes, extension: str, identifiers: int) -> bytes:
    at = 16 * identifiers
    compression, data = body[at + 32], body[at + 34 :]
    if compression == 0:
        try:
            data = zlib.decompressobj().decompress(data, _MAX_METAFILE_BYTES)
        except zlib.error:
            return data
    if extension == "wmf" and len(body) >= at + 20:
        return _placeable(struct.unpack_from("<4i", body, at + 4)) + data
    return bytes(512) + data if extension == "pict" else data


def _placeable(bounds: tuple[int, ...]) -> bytes:
    """The header that a WMF file has and its record has not ([MS-WMF] 2.3.2.3)."""
    left, top, right, bottom = (max(-32768, min(32767, value)) for value in bounds)
    head = struct.pack("<IHhhhhHI", 0x9AC6CDD7, 0, left, top, right, bottom, 1440, 0)
    check = 0
    for (word,) in struct.iter_unpack("<H", head):
        check ^= word
    return head + struct.pack("<H", check)
