"""Unpacks one compressed stream: gzip, bzip2, xz, lzma, zlib, snappy by Python; zstd, lz4, compress by libarchive."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar, Protocol

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Entry, Part, Source
from fairwitness.intake._libarchive import open_archive
from fairwitness.intake._unpacking import MAX_UNPACKED_BYTES, Unpacking
from fairwitness.text.snappy import expand_frames

_READ_BYTES = 1 << 16
_PIECE_BYTES = 1 << 20
_MAX_NAME_BYTES = 4096
_MAX_LZMA_MEMORY_BYTES = 1 << 30  # the largest dictionary of xz is 1.5 GiB at -9e --lzma2=dict=1536MiB; rare


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Zlib:
    """zlib with the interface that bz2 and lzma have."""

    def __init__(self, window_bits: int) -> None:
        self._inner = zlib.decompressobj(window_bits)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        # A full answer may leave output behind even when all input is taken.
        self.needs_input = not self._inner.unconsumed_tail and len(out) < max_length
        return out


_PYTHON: dict[str, Callable[[], _Unpacker]] = {
    "application/gzip": lambda: _Zlib(31),
    "application/zlib": lambda: _Zlib(15),
    "application/x-bzip2": bz2.BZ2Decompressor,
    "application/x-xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_LZMA_MEMORY_BYTES),
    "application/x-lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MAX_LZMA_MEMORY_BYTES),
}
_LIBARCHIVE = {
    "application/zstd": "zstd",
    "application/x-lz4": "lz4",
    "application/x-compress": "compress",
}
_MAGIC = {
    b"\x1f\x8b": "application/gzip",
    b"BZh": "application/x-bzip2",
    b"\xfd7zXZ\0": "application/x-xz",
    b"\x28\xb5\x2f\xfd": "application/zstd",
    b"\x04\x22\x4d\x18": "application/x-lz4",
    b"\x1f\x9d": "application/x-compress",
    b"\x5d\0\0": "application/x-lzma",
    b"\xff\x06\0\0sNaPpY": "application/x-snappy-framed",
    b"\x78": "application/zlib",
}
# zlib and lzma have no mark of their own that could start a second stream
_MAY_REPEAT = frozenset({"application/gzip", "application/x-bzip2", "application/x-xz"})

_SNAPPY = "application/x-snappy-framed"

MEDIA_TYPES = frozenset(_PYTHON) | frozenset(_LIBARCHIVE) | {_SNAPPY}
"""The media types that are unpacked here."""


@dataclass(frozen=True, slots=True)
class UnpackStream:
    """Yields the one entry of a compressed stream, with the name and day a gzip header may hold.

    Several streams in a row are one entry, as their tools have it. What was compressed twice comes out compressed
    once: the entry is a document of its own.
    """

    name: ClassVar[str] = "unpack-stream"
    version: ClassVar[str] = "1"
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield one `Entry` of role "stream", its bytes and the `End`."""
        if item.size_bytes == 0:
            yield End(Cause.EMPTY, expected_entries=0)
            return
        unpacking = Unpacking(1, self.max_unpacked_bytes, expected_entries=1)
        yield from unpacking.finish(_entry(item, unpacking))


def _entry(item: Source, unpacking: Unpacking) -> Iterator[Part]:
    head = item.file.read(_MAX_NAME_BYTES)
    item.file.seek(0)
    media_type = item.media_type
    if media_type not in MEDIA_TYPES:
        media_type = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    if not media_type:
        raise ReadError(Cause.UNSUPPORTED, "not a compressed stream that we know")
    name, modified = _gzip_header(head) if media_type == "application/gzip" else (b"", "")
    if media_type in _LIBARCHIVE:
        pieces = _by_libarchive(item.file, _LIBARCHIVE[media_type])
    elif media_type == _SNAPPY:
        pieces = expand_frames(item.file)
    else:
        pieces = _by_python(item.file, _PYTHON[media_type], may_repeat=media_type in _MAY_REPEAT)
    yield from unpacking.file(Entry(0, name, role="stream", modified=modified), pieces)


def _by_python(file: BinaryIO, make: Callable[[], _Unpacker], *, may_repeat: bool) -> Iterator[bytes]:
    unpacker, data, came, streams = make(), b"", False, 0
    while True:
        if unpacker.eof:
            streams += 1
            data = _skip_padding(file, unpacker.unused_data) if may_repeat else b""
            if not data:
                return
            unpacker, came = make(), False
        elif unpacker.needs_input:
            data = file.read(_READ_BYTES)
            if not data:
                raise ReadError(Cause.PARTIAL if came or streams else Cause.UNREADABLE, "cut off")
        try:
            piece = unpacker.decompress(data, _PIECE_BYTES)
        except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError) as error:
            if streams and not came:
                return  # bytes behind the last stream that are no stream: the tools ignore them too
            cause = Cause.LIMIT_MEMORY if "emory usage limit" in str(error) else Cause.UNREADABLE
            raise ReadError(cause, "damaged") from None
        data = b""
        if piece:
            came = True
            yield piece


def _skip_padding(file: BinaryIO, data: bytes) -> bytes:
    """What follows behind zero bytes, which gzip (for tapes) and xz (by its format) allow between streams."""
    data = data.lstrip(b"\0")
    while not data:
        data = file.read(_READ_BYTES)
        if not data:
            return b""
        data = data.lstrip(b"\0")
    return data


def _by_libarchive(file: BinaryIO, filter_name: str) -> Iterator[bytes]:
    with open_archive(file, ("raw",), (filter_name,)) as archive:
        for entry in archive.entries():
            if not archive.has_filter:
                raise ReadError(Cause.UNREADABLE, "damaged")
            yield from entry.pieces()


def _gzip_header(head: bytes) -> tuple[bytes, str]:
    """The name and the ISO day in a gzip header (RFC 1952), empty where it has none."""
    if len(head) < 10:
        return b"", ""
    flags, seconds = head[3], struct.unpack_from("<I", head, 4)[0]
    modified = time.strftime("%Y-%m-%d", time.gmtime(seconds)) if seconds else ""
    reader = io.BytesIO(head)
    reader.seek(10)
    if flags & 4:
        length = reader.read(2)
        reader.seek(int.from_bytes(length, "little"), io.SEEK_CUR)
    if not flags & 8:
        return b"", modified
    name, end, _ = head[reader.tell() :].partition(b"\0")
    return (name if end else b""), modified
