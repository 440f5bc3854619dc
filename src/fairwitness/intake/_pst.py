"""Folders, messages and attachments of an Outlook store, read by libpff.

The convenient accessors of the library guess the encoding of 8-bit text and hide what they cannot read; here every
property is taken raw, by its number.
"""

from __future__ import annotations

import ctypes
import datetime
import struct
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pypff

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake._headers import decode_text, without_surrogates
from fairwitness.intake._mapi import charset_of_page, name_of_property, time_of

# What libpff raises on damaged files, found by flipping bytes.
PFF_DAMAGE = (OSError, ValueError, TypeError, MemoryError, OverflowError, SystemError)

_WIDE, _NARROW, _TIME = 0x001F, 0x001E, 0x0040
_CODE_PAGES = (0x3FFD, 0x3FDE)  # of the strings, of the body on the internet
_HTML = 0x1013
_DATA = 0x3701
_METHOD, _EMBEDDED = 0x3705, 5
_PIECE_BYTES = 1 << 20
_FIXED = {2: "<h", 4: "<i", 8: "<q", 1: "<B"}


class PffProperties:
    """The properties of one item; see `_rendering.Properties`."""

    def __init__(self, record_set: Any, charset: str = "") -> None:
        self._entries: dict[int, Any] = {}
        if record_set is not None:
            for entry in record_set.entries:
                if entry.entry_type is not None:
                    self._entries.setdefault(entry.entry_type, entry)
        page = next(filter(None, (self.number(tag) for tag in _CODE_PAGES)), 0)
        self._charset = charset_of_page(page) or charset

    def text(self, *tags: int) -> str:
        """The first text property that is there and not empty."""
        return next(filter(None, map(self._text, tags)), "")

    def _text(self, tag: int) -> str:
        kind, raw = self._value(tag)
        text = raw.decode("utf-16-le", "replace") if kind == _WIDE else decode_text(raw, self._charset)
        return without_surrogates(text).rstrip("\0").replace("\0", "\ufffd").replace("\r\n", "\n")

    def data(self, tag: int) -> bytes:
        """A binary property, or the bytes of a text one: in UTF-8, or as they are if it is 8-bit text."""
        kind, raw = self._value(tag)
        return raw.decode("utf-16-le", "replace").rstrip("\0").encode("utf-8", "replace") if kind == _WIDE else raw

    def charset(self, tag: int) -> str:
        """The charset of what `data` gives, "" if it is not known."""
        kind, _ = self._value(tag)
        if kind == _WIDE:
            return "utf-8"
        internet = charset_of_page(self.number(_CODE_PAGES[1])) if tag == _HTML else ""
        return internet or self._charset

    def number(self, tag: int) -> int:
        """A property of fixed size, 0 if it is missing."""
        _, raw = self._value(tag)
        layout = _FIXED.get(len(raw))
        return int(struct.unpack(layout, raw)[0]) if layout else 0

    def time(self, tag: int) -> datetime.datetime | None:
        """A time property in UTC."""
        return time_of(self.number(tag))

    def others(self, *ranges: range) -> list[tuple[str, str]]:
        """Texts and times among the properties of these numbers, each with its name or number."""
        found: dict[tuple[str, str], None] = {}
        for tag in sorted(self._entries):
            if not any(tag in span for span in ranges):
                continue
            kind, _ = self._value(tag)
            value = ""
            if kind in (_WIDE, _NARROW):
                value = self.text(tag).strip()
            elif kind == _TIME and (at := self.time(tag)):
                value = at.strftime("%Y-%m-%d %H:%M UTC")
            if value:
                found[(self._name(tag), value)] = None
        return list(found)

    def _name(self, tag: int) -> str:
        try:
            known = self._entries[tag].name_to_id_map_entry
            return _name_within(known) if known is not None else name_of_property(tag)
        except PFF_DAMAGE:
            return ""

    def _value(self, tag: int) -> tuple[int, bytes]:
        entry = self._entries.get(tag)
        if entry is None:
            return 0, b""
        try:
            return int(entry.value_type or 0), entry.data or b""
        except PFF_DAMAGE:
            return 0, b""


class PffAttachment(PffProperties):
    """An attachment of a message in a store."""

    def __init__(self, item: Any, charset: str) -> None:
        super().__init__(_first_set(item), charset)
        self._item = item

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes.

        Raises:
            ReadError: if they are not all there.
        """
        if _DATA not in self._entries:
            return
        try:
            left = self._item.get_size()
            while left > 0:
                piece = self._item.read_buffer(min(left, _PIECE_BYTES))
                if not piece:
                    raise ReadError(Cause.PARTIAL, "an attachment is cut off")
                left -= len(piece)
                yield piece
        except PFF_DAMAGE:
            raise ReadError(Cause.PARTIAL, "an attachment is damaged") from None

    def message(self) -> PffMessage | None:
        """The message that it is, None if it is none."""
        if self.number(_METHOD) != _EMBEDDED:
            return None
        try:
            return PffMessage(_embedded_item(self._item), self._charset)
        except (*PFF_DAMAGE, ReadError):
            raise ReadError(Cause.PARTIAL, "an attached message is damaged") from None


class PffMessage(PffProperties):
    """A message of a store, or whatever else lies in its folders."""

    def __init__(self, item: Any, charset: str) -> None:
        super().__init__(_first_set(item), charset)
        self._item = item

    def recipients(self) -> Sequence[PffProperties]:
        """Those it is addressed to; none if their table is damaged."""
        try:
            table = getattr(self._item, "recipients", None)
            return [PffProperties(row, self._charset) for row in table.record_sets] if table is not None else []
        except PFF_DAMAGE:
            return []

    def attachments(self) -> Iterator[PffAttachment]:
        """Yield its attachments.

        Raises:
            ReadError: if they are not all there.
        """
        try:
            for at in range(getattr(self._item, "number_of_attachments", 0)):
                yield PffAttachment(self._item.get_attachment(at), self._charset)
        except PFF_DAMAGE:
            raise ReadError(Cause.PARTIAL, "an attachment is damaged") from None


class Store:
    """An open store."""

    def __init__(self, file: BinaryIO) -> None:
        self._pff = pypff.file()
        try:
            self._pff.open_file_object(file)
        except PFF_DAMAGE:
            raise ReadError(Cause.UNREADABLE, "the store cannot be opened") from None
        self.charset = ""

    def root(self) -> Any:
        """The folder that holds all others.

        Raises:
            ReadError: UNREADABLE if it is not there.
        """
        try:
            return self._pff.get_root_folder()
        except PFF_DAMAGE:
            raise ReadError(Cause.UNREADABLE, "the folders cannot be read") from None

    def orphans(self, only: frozenset[int] | None = None) -> Iterator[Any]:
        """Yield the items that lie in no folder, None for each that cannot be read; `only` those identifiers."""
        try:
            count = int(self._pff.number_of_orphan_items)
        except PFF_DAMAGE:
            return
        for at in range(count):
            try:
                item = self._pff.get_orphan_item(at)
                if only is None or item.identifier in only:
                    yield item
            except PFF_DAMAGE:
                if only is None:
                    yield None


def _first_set(item: Any) -> Any:
    try:
        return item.get_record_set(0) if item.number_of_record_sets else None
    except PFF_DAMAGE:
        raise ReadError(Cause.UNREADABLE, "the properties are damaged") from None


# libpff gives the message that an attachment is, and the names of properties that programs added; pypff does not pass
# them on. The library inside pypff exports what is needed (docs/decisions/030-stores.md); the version is pinned.
_library = ctypes.PyDLL(pypff.__file__)
_HANDLE_AT = object.__basicsize__  # in every object of pypff the handle of libpff is the first field
_NAMED_BY_TEXT = ord("s")


def _function(name: str, *arguments: Any, result: Any = ctypes.c_int) -> Any:
    function = _library[name]
    function.restype, function.argtypes = result, arguments
    return function


_get_item = _function("libpff_attachment_get_item", *[ctypes.c_void_p] * 3)
_wrap = _function("pypff_item_new", ctypes.py_object, ctypes.c_void_p, ctypes.py_object, result=ctypes.py_object)
_free_error = _function("libpff_error_free", ctypes.c_void_p)
_entry_type = _function("libpff_name_to_id_map_entry_get_type", *[ctypes.c_void_p] * 3)
_entry_number = _function("libpff_name_to_id_map_entry_get_number", *[ctypes.c_void_p] * 3)
_entry_size = _function("libpff_name_to_id_map_entry_get_utf8_string_size", *[ctypes.c_void_p] * 3)
_entry_text = _function(
    "libpff_name_to_id_map_entry_get_utf8_string", ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p
)
_MAX_NAME_BYTES = 1000


def _ask(function: Any, owner: Any, *arguments: Any) -> None:
    """The function of libpff has filled its arguments.

    Raises:
        OSError: if it has not.
    """
    handle, error = ctypes.c_void_p.from_address(id(owner) + _HANDLE_AT), ctypes.c_void_p()
    if function(handle, *arguments, ctypes.byref(error)) != 1:
        if error.value:
            _free_error(ctypes.byref(error))
        raise OSError("libpff refused")


def _embedded_item(attachment: Any) -> Any:
    item = ctypes.c_void_p()
    _ask(_get_item, attachment, ctypes.byref(item))
    if not item.value:
        raise OSError("no item")
    return _wrap(pypff.message, item, attachment)


def _name_within(entry: Any) -> str:
    kind = ctypes.c_uint8()
    _ask(_entry_type, entry, ctypes.byref(kind))
    if kind.value != _NAMED_BY_TEXT:
        number = ctypes.c_uint32()
        _ask(_entry_number, entry, ctypes.byref(number))
        return name_of_property(number.value)
    size = ctypes.c_size_t()
    _ask(_entry_size, entry, ctypes.byref(size))
    if not 0 < size.value <= _MAX_NAME_BYTES:
        return ""
    text = ctypes.create_string_buffer(size.value)
    _ask(_entry_text, entry, text, size)
    return text.value.decode("utf-8", "replace")
