"""Reads archives with libarchive from an open file, entry by entry, without touching the file system.

The library is the one in the wheel `archi` (3.8 with zstd, lz4 and xz, without encryption and bzip2). It is called
by ctypes directly: libarchive-c takes whatever library it finds first, searches for it with temporary files, and logs
what libarchive says, which quotes names out of the archive.
"""

from __future__ import annotations

import ctypes
import importlib.util
import locale
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import (
    CFUNCTYPE,
    POINTER,
    byref,
    c_char_p,
    c_int,
    c_int64,
    c_size_t,
    c_ssize_t,
    c_void_p,
    c_wchar_p,
)
from pathlib import Path
from typing import Any, BinaryIO, Literal

from fairwitness.core.errors import FairwitnessError, ReadError
from fairwitness.core.outcome import Cause


def find_library() -> str:
    """The path of the shared library that comes with `archi`, found without importing `archi`."""
    spec = importlib.util.find_spec("archi")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        # Linux wheels keep it in archi.libs, macOS wheels in .dylibs
        for pattern in ("archi.libs/libarchive-*.so*", "archi/.dylibs/libarchive*", ".dylibs/libarchive*"):
            for found in sorted(folder.glob(pattern)):
                return str(found)
    raise FairwitnessError(
        "The library libarchive is not there.", advice="Install the package archi, which brings it along."
    )


_library = ctypes.CDLL(find_library())

_OK, _EOF, _RETRY, _WARN, _FAILED, _FATAL = 0, 1, -10, -20, -25, -30  # archive.h
_READ_CALLBACK = CFUNCTYPE(c_ssize_t, c_void_p, c_void_p, POINTER(c_void_p))
_SEEK_CALLBACK = CFUNCTYPE(c_int64, c_void_p, c_void_p, c_int64, c_int)

# libarchive turns UTF-16 names into those of the locale; with "C" all letters but ASCII would be lost.
if "utf" not in locale.nl_langinfo(locale.CODESET).lower():
    for _name in ("C.UTF-8", "en_US.UTF-8"):
        try:
            locale.setlocale(locale.LC_CTYPE, _name)
            break
        except locale.Error:
            continue


_BLOCK_BYTES = 1 << 16
_MAX_BROKEN_HEADERS = 100  # in a row; then the archive is taken to be broken to its end
_MAX_GAP_BYTES = 1 << 20


def _function(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    function = _library["archive_" + name]
    function.restype = result
    function.argtypes = arguments
    return function


_new = _function("read_new", c_void_p)
_free = _function("read_free", c_int, c_void_p)
_set_seek = _function("read_set_seek_callback", c_int, c_void_p, _SEEK_CALLBACK)
_open = _function("read_open", c_int, c_void_p, c_void_p, c_void_p, _READ_CALLBACK, c_void_p)
_next_header = _function("read_next_header", c_int, c_void_p, POINTER(c_void_p))
_data_block = _function("read_data_block", c_int, c_void_p, POINTER(c_void_p), POINTER(c_size_t), POINTER(c_int64))
_error_string = _function("error_string", c_char_p, c_void_p)
_filter_code = _function("filter_code", c_int, c_void_p, c_int)
_format = _function("format", c_int, c_void_p)
_has_encrypted = _function("read_has_encrypted_entries", c_int, c_void_p)
_pathname = _function("entry_pathname", c_char_p, c_void_p)
_pathname_utf8 = _function("entry_pathname_utf8", c_char_p, c_void_p)
_pathname_w = _function("entry_pathname_w", c_wchar_p, c_void_p)
_hardlink_is_set = _function("entry_hardlink_is_set", c_int, c_void_p)
_filetype = _function("entry_filetype", c_int, c_void_p)
_size = _function("entry_size", c_int64, c_void_p)
_size_is_set = _function("entry_size_is_set", c_int, c_void_p)
_mtime = _function("entry_mtime", c_int64, c_void_p)
_mtime_is_set = _function("entry_mtime_is_set", c_int, c_void_p)
_is_encrypted = _function("entry_is_encrypted", c_int, c_void_p)

_FORMATS = {
    name: _function("read_support_format_" + name, c_int, c_void_p)
    for name in ("tar", "7zip", "rar", "rar5", "cab", "cpio", "ar", "iso9660", "lha", "zip", "raw")
}
_FILTERS = {
    name: _function("read_support_filter_" + name, c_int, c_void_p) for name in ("none", "zstd", "lz4", "compress")
}

_FORMAT_MASK = 0xFF0000
_LOCAL_TIME_FORMATS = frozenset({0x050000, 0x0B0000, 0x0C0000, 0x0D0000})  # zip, lha, cab, rar before 5

EntryType = Literal["file", "directory", "symlink", "hardlink", "special"]
_TYPES: dict[int, EntryType] = {0o100000: "file", 0: "file", 0o040000: "directory", 0o120000: "symlink"}


class ArchiveEntry:
    """The current entry of an archive; valid until the next one is asked for."""

    def __init__(self, archive: int, entry: int) -> None:
        self._archive = archive
        self._entry = entry

    @property
    def name(self) -> bytes:
        """The name as its bytes are in the archive, or UTF-8 where the format holds UTF-16."""
        raw = _pathname(self._entry) or _pathname_utf8(self._entry)
        if raw is None:
            wide = _pathname_w(self._entry)
            raw = wide.encode("utf-8", "surrogatepass") if wide else b""
        return bytes(raw)

    @property
    def type(self) -> EntryType:
        """What it is; a hard link only if it brings no bytes of its own (in cpio and pax it may)."""
        if _hardlink_is_set(self._entry) and self.size_bytes <= 0:
            return "hardlink"
        return _TYPES.get(_filetype(self._entry), "special")

    @property
    def size_bytes(self) -> int:
        """What the archive claims, -1 if nothing."""
        size = int(_size(self._entry)) if _size_is_set(self._entry) else -1
        return max(size, -1)

    @property
    def modified_s(self) -> int | None:
        """Seconds since 1970 as libarchive computes them: from local time in formats that know no zone."""
        return int(_mtime(self._entry)) if _mtime_is_set(self._entry) else None

    @property
    def is_encrypted(self) -> bool:
        """Whether bytes or name of it are encrypted."""
        return bool(_is_encrypted(self._entry))

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes; holes come as zeros.

        Raises:
            ReadError: PARTIAL where the archive is cut off, else ENCRYPTED, UNSUPPORTED or UNREADABLE.
        """
        buffer, size, offset = c_void_p(), c_size_t(), c_int64()
        at, warned = 0, False
        while True:
            size.value = offset.value = 0
            result = _data_block(self._archive, byref(buffer), byref(size), byref(offset))
            if result not in (_OK, _WARN, _EOF):
                raise _error(self._archive)
            warned |= result == _WARN
            while at < offset.value:
                gap = min(offset.value - at, _MAX_GAP_BYTES)
                yield bytes(gap)
                at += gap
            if result == _EOF:
                break
            if size.value and buffer.value:
                yield ctypes.string_at(buffer.value, size.value)
                at += size.value
            elif result == _WARN:
                break  # no bytes and no end: nothing makes it go on
        if warned:
            raise ReadError(Cause.UNREADABLE, "checksum or structure is wrong")


class Archive:
    """An open archive."""

    def __init__(self, archive: int) -> None:
        self._archive = archive

    @property
    def has_local_times(self) -> bool:
        """Whether the format has dates without a zone, which libarchive takes as local; known after an entry."""
        return _format(self._archive) & _FORMAT_MASK in _LOCAL_TIME_FORMATS

    @property
    def has_filter(self) -> bool:
        """Whether the outermost layer was recognised as compressed; known after the first entry."""
        return bool(_filter_code(self._archive, 0) != 0)

    def entries(self) -> Iterator[ArchiveEntry]:
        """Yield the entries in the order of the archive.

        Raises:
            ReadError: when the archive is broken from here on.
        """
        entry = c_void_p()
        broken = 0
        while broken < _MAX_BROKEN_HEADERS:
            result = _next_header(self._archive, byref(entry))
            if result == _EOF:
                if broken:
                    raise ReadError(Cause.UNREADABLE, "headers are damaged")
                return
            if result in (_OK, _WARN) and entry.value:
                broken = 0
                yield ArchiveEntry(self._archive, entry.value)
            elif result in (_RETRY, _FAILED):
                broken += 1
            else:
                raise _error(self._archive)
        raise _error(self._archive)


@contextmanager
def open_archive(file: BinaryIO, formats: tuple[str, ...], filters: tuple[str, ...]) -> Iterator[Archive]:
    """An archive that reads from `file`, recognised as one of `formats` in one of `filters`.

    Raises:
        ReadError: if it is none of these.
    """
    archive = _new()
    if not archive:
        raise MemoryError
    calls = _Callbacks(file)
    try:
        for name in filters:
            _FILTERS[name](archive)
        for name in formats:
            _FORMATS[name](archive)
        _set_seek(archive, calls.seek)
        if _open(archive, None, None, calls.read, None) < _WARN:
            raise _error(archive, is_open=False)
        yield Archive(archive)
    finally:
        _free(archive)
        calls.release()


class _Callbacks:
    """What libarchive calls to read and seek; an exception must not leave them, so they answer with an error code."""

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0, os.SEEK_END)
        self._file = file
        self._size_bytes = file.tell()
        file.seek(0)
        self._block = ctypes.create_string_buffer(_BLOCK_BYTES)
        self._view = memoryview(self._block)
        self.read = _READ_CALLBACK(self._read)
        self.seek = _SEEK_CALLBACK(self._seek)

    def release(self) -> None:
        """Break the cycle between this object and its callbacks, so that the buffer goes now."""
        del self.read, self.seek

    def _read(self, _archive: int, _data: int, block: Any) -> int:
        try:
            data = self._file.read(_BLOCK_BYTES)
        except (OSError, ValueError, MemoryError):
            return _FATAL
        ctypes.memmove(self._block, data, len(data))
        block[0] = ctypes.addressof(self._block)
        return len(data)

    def _seek(self, _archive: int, _data: int, offset: int, whence: int) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._file.tell(), os.SEEK_END: self._size_bytes}.get(whence, 0)
        target = base + offset
        if target < 0:
            return _FATAL
        try:
            # Behind the end there is nothing to read, and some formats seek where a damaged field points.
            return self._file.seek(min(target, self._size_bytes))
        except (OSError, ValueError, OverflowError):
            return _FATAL


def _error(archive: int, *, is_open: bool = True) -> ReadError:
    """What libarchive complains about, as a cause and a phrase of ours: its own words may quote the archive."""
    # Without a recognised format archive_read_has_encrypted_entries reads through a null pointer (3.8.10).
    said = (_error_string(archive) or b"").lower()
    if b"encrypt" in said or b"passphrase" in said or b"password" in said:
        return ReadError(Cause.ENCRYPTED)
    if is_open and _has_encrypted(archive) > 0:
        return ReadError(Cause.ENCRYPTED)
    if any(word in said for word in (b"truncated", b"premature", b"too short", b"unexpected end", b"no progress")):
        return ReadError(Cause.PARTIAL, "cut off")
    if b"unsupported" in said or b"not supported" in said or b"unavailable" in said:
        return ReadError(Cause.UNSUPPORTED, "compression method")
    return ReadError(Cause.UNREADABLE, "damaged")
