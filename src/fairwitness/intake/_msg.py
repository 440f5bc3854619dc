"""The properties of an Outlook message file ([MS-OXMSG]): streams of a compound file, named by their numbers."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterator
from typing import Any

import olefile

from fairwitness.intake._headers import decode_text, without_surrogates
from fairwitness.text.compound import write_compound
from fairwitness.text.moments import write_utc

# What olefile raises on damaged files, found by flipping bytes.
OLE_DAMAGE = (
    OSError,
    ValueError,
    LookupError,
    struct.error,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
)

_UNICODE, _BYTES_8, _BINARY = "001F", "001E", "0102"
_LABELS = {65001: "utf-8", 936: "gb18030", 950: "big5", 20866: "koi8-r", 54936: "gb18030", 20127: "ascii"}
_WHOLE_FILES = ("Package", "CONTENTS")  # streams in which OOXML and PDF objects lie as files
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the strings, of the body on the internet
_FILETIME_EPOCH = datetime.datetime(1601, 1, 1, tzinfo=datetime.UTC)


class MessageFile:
    """The compound file, and whether some property of it could not be read."""

    def __init__(self, ole: olefile.OleFileIO[Any]) -> None:
        self.ole = ole
        self.is_damaged = False
        self.names: dict[tuple[str, ...], list[str]] = {}
        for path in ole.listdir(streams=True, storages=True):
            self.names.setdefault(tuple(path[:-1]), []).append(path[-1])


class Storage:
    """One storage of the file: a message, a recipient or an attachment. Missing properties are empty."""

    def __init__(self, file: MessageFile, path: tuple[str, ...], header_bytes: int, label: str = "") -> None:
        self._file = file
        self.path = path
        self._numbers = self._read_numbers(header_bytes)
        page = next((self._numbers[tag] for tag in _CODE_PAGES if tag in self._numbers), 0)
        self.label = _LABELS.get(page, f"cp{page}") if page else label

    def number(self, tag: int) -> int:
        """A property of fixed size as an unsigned number, 0 if it is missing."""
        return self._numbers.get(tag, 0)

    def time(self, tag: int) -> str:
        """A time property as ISO 8601 in UTC, "" if it is missing or no time."""
        try:
            moment = _FILETIME_EPOCH + datetime.timedelta(microseconds=self.number(tag) // 10)
        except OverflowError:
            return ""
        return write_utc(moment) if self.number(tag) > 0 else ""

    def day(self, tag: int) -> str:
        """The same, cut to the day."""
        return self.time(tag)[:10]

    def data(self, tag: int) -> bytes:
        """A binary property."""
        return self._stream(f"__substg1.0_{tag:04X}{_BINARY}")

    def text(self, *tags: int) -> str:
        """The first text property that is there and not empty."""
        for tag in tags:
            wide = self._stream(f"__substg1.0_{tag:04X}{_UNICODE}")
            if wide:
                return _clean(wide.decode("utf-16-le", "replace"))
            narrow = self._stream(f"__substg1.0_{tag:04X}{_BYTES_8}")
            if narrow:
                return _clean(decode_text(narrow, self.label))
        return ""

    def texts(self, *ranges: range) -> list[str]:
        """All text properties with numbers in the ranges, by number, each text once."""
        found: dict[str, None] = {}
        for name in sorted(self._names):
            if not name.startswith("__substg1.0_") or name[-4:] not in (_UNICODE, _BYTES_8):
                continue
            try:
                tag = int(name[12:16], 16)
            except ValueError:
                continue
            if any(tag in span for span in ranges) and (text := self.text(tag).strip()):
                found[text] = None
        return list(found)

    def has_storage(self, name: str) -> bool:
        """Whether there is a storage of that name below."""
        where = [*self.path, name]
        return name in self._names and bool(self._file.ole.get_type(where) == olefile.STGTY_STORAGE)

    def object_within(self, name: str) -> bytes:
        """The file that an object in the storage of that name is, with whatever olefile raises (`OLE_DAMAGE`).

        That is the file it wraps, where a program kept one whole; else the storage as a compound file of its own.
        """
        root = (*self.path, name)
        for whole in _WHOLE_FILES:
            if whole in self._file.names.get(root, []):
                return bytes(self._file.ole.openstream([*root, whole]).read())
        streams: dict[tuple[str, ...], bytes] = {}
        for path in self._file.ole.listdir(streams=True, storages=False):
            if tuple(path[: len(root)]) == root:
                streams[tuple(path[len(root) :])] = bytes(self._file.ole.openstream(path).read())
        return write_compound(streams)

    def below(self, prefix: str, header_bytes: int) -> Iterator[Storage]:
        """Yield the storages below whose names begin with `prefix`, in the order of their numbers."""
        for name in sorted({name for name in self._names if name.startswith(prefix)}):
            yield Storage(self._file, (*self.path, name), header_bytes, self.label)

    def message_within(self, name: str, header_bytes: int) -> Storage:
        """The message in the storage of that name below."""
        return Storage(self._file, (*self.path, name), header_bytes, self.label)

    def data_or_error(self, tag: int) -> bytes:
        """A binary property, with whatever olefile raises (`OLE_DAMAGE`) if it is there and cannot be read."""
        name = f"__substg1.0_{tag:04X}{_BINARY}"
        return self._read(name) if name in self._names else b""

    @property
    def has_properties(self) -> bool:
        """Whether it has the stream of properties that every message, recipient and attachment has."""
        return "__properties_version1.0" in self._names

    @property
    def _names(self) -> list[str]:
        return self._file.names.get(self.path, [])

    def _stream(self, name: str) -> bytes:
        """The stream, b"" if it is missing or damaged: one bad property must not hide the others."""
        if name not in self._names:
            return b""
        try:
            return self._read(name)
        except OLE_DAMAGE:
            self._file.is_damaged = True
            return b""

    def _read(self, name: str) -> bytes:
        return bytes(self._file.ole.openstream([*self.path, name]).read())

    def _read_numbers(self, header_bytes: int) -> dict[int, int]:
        raw = self._stream("__properties_version1.0")[header_bytes:]
        raw = raw[: len(raw) // 16 * 16]
        return {tag >> 16: value for tag, _, value in struct.iter_unpack("<IIQ", raw)}


def _clean(text: str) -> str:
    return without_surrogates(text).rstrip("\0").replace("\0", "\ufffd")
