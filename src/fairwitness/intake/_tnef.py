"""The attributes of a TNEF stream ([MS-OXTNEF]): what Outlook packs into winmail.dat."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake._headers import decode_text, without_surrogates
from fairwitness.intake._mapi import charset_of_page, time_of

SIGNATURE = 0x223E9F78
_MESSAGE, _ATTACHMENT = 1, 2  # levels of attributes
# The lower half of the numbers of attributes, section 2.1.3.3.
_SUBJECT, _BODY, _SENT, _CODE_PAGE, _PROPERTIES, _RECIPIENTS = 0x8004, 0x800C, 0x8005, 0x9007, 0x9003, 0x9004
_NEW, _TITLE, _DATA, _MODIFIED, _ATTACHED_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x8013, 0x9005
_MANY = 0x1000  # flag of a property with several values
_FIXED_BYTES = {0x02: 4, 0x03: 4, 0x04: 4, 0x0B: 4, 0x0A: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x1E, 0x1F, 0x0D, 0x102})
_WIDE, _OBJECT = 0x1F, 0x0D
_NAMED = 0x8000
_NAMED_BY_TEXT = 1
_MAX_VALUES = 100_000


@dataclass(slots=True)
class TnefProperties:
    """MAPI properties by number: kind and bytes; missing ones are empty."""

    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    charset: str = ""

    def text(self, *tags: int) -> str:
        """The first text property that is there and not empty."""
        for tag in tags:
            kind, raw = self.values.get(tag, (0, b""))
            if raw and kind != _OBJECT:
                text = raw.decode("utf-16-le", "replace") if kind == _WIDE else decode_text(raw, self.charset)
                return without_surrogates(text).rstrip("\0").replace("\0", "\ufffd").replace("\r\n", "\n")
        return ""

    def data(self, tag: int) -> bytes:
        """A binary property."""
        return self.values.get(tag, (0, b""))[1]

    def number(self, tag: int) -> int:
        """A property of fixed size, 0 if it is missing."""
        raw = self.data(tag)[:8]
        return int.from_bytes(raw, "little", signed=True)

    def time(self, tag: int) -> datetime.datetime | None:
        """A time property in UTC."""
        return time_of(self.number(tag))


@dataclass(slots=True)
class TnefAttachment:
    """An attachment: what the old attributes say of it, and its properties."""

    title: bytes = b""
    data: bytes = b""
    modified: str = ""
    properties: TnefProperties = field(default_factory=TnefProperties)


@dataclass(slots=True)
class TnefMessage:
    """What one stream holds; `damage` says what was wrong with it."""

    properties: TnefProperties = field(default_factory=TnefProperties)
    recipients: list[TnefProperties] = field(default_factory=list)
    attachments: list[TnefAttachment] = field(default_factory=list)
    subject: bytes = b""
    body: bytes = b""
    sent: str = ""
    damage: str = ""


def read_tnef_stream(data: bytes) -> TnefMessage:
    """The message in a TNEF stream, as far as it can be read.

    Raises:
        ReadError: UNREADABLE if it is none.
    """
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != SIGNATURE:
        raise ReadError(Cause.UNREADABLE, "no tnef stream")
    message = TnefMessage()
    charset = ""
    for level, number, value in _attributes(data, message):
        if number == _CODE_PAGE and len(value) >= 4:
            charset = charset_of_page(struct.unpack_from("<I", value)[0])
        try:
            _take(message, level, number, value, charset)
        except (struct.error, ValueError, IndexError):
            message.damage = "an attribute is damaged"
    return message


def _attributes(data: bytes, message: TnefMessage) -> Iterator[tuple[int, int, bytes]]:
    at = 6
    while at + 9 <= len(data):
        level, number, size = struct.unpack_from("<BII", data, at)
        value = data[at + 9 : at + 9 + size]
        end = at + 9 + size + 2
        if len(value) < size or level not in (_MESSAGE, _ATTACHMENT):
            message.damage = "cut off or damaged"
            return
        if end <= len(data) and sum(value) & 0xFFFF != struct.unpack_from("<H", data, end - 2)[0]:
            message.damage = "a checksum is wrong"
        yield level, number & 0xFFFF, value
        at = end
    if at < len(data) - 1:
        message.damage = "cut off or damaged"


def _take(message: TnefMessage, level: int, number: int, value: bytes, charset: str) -> None:
    if level == _MESSAGE:
        if number == _SUBJECT:
            message.subject = value.rstrip(b"\0")
        elif number == _BODY:
            message.body = value.rstrip(b"\0")
        elif number == _SENT:
            message.sent = _day(value)
        elif number == _PROPERTIES:
            message.properties = _properties(value, 0, charset)[0]
        elif number == _RECIPIENTS:
            message.recipients = _rows(value, charset)
        return
    if number == _NEW or not message.attachments:
        message.attachments.append(TnefAttachment())
    attachment = message.attachments[-1]
    if number == _TITLE:
        attachment.title = value.rstrip(b"\0")
    elif number == _DATA:
        attachment.data = value
    elif number == _MODIFIED:
        attachment.modified = _day(value)
    elif number == _ATTACHED_PROPERTIES:
        attachment.properties = _properties(value, 0, charset)[0]


def _day(value: bytes) -> str:
    year, month, day = struct.unpack_from("<HHH", value)
    return datetime.date(year, month, day).isoformat()


def _rows(value: bytes, charset: str) -> list[TnefProperties]:
    count, at, rows = struct.unpack_from("<I", value)[0], 4, []
    for _ in range(min(count, _MAX_VALUES)):
        row, at = _properties(value, at, charset)
        rows.append(row)
    return rows


def _properties(value: bytes, at: int, charset: str) -> tuple[TnefProperties, int]:
    """The properties that begin at that place, and where they end."""
    found = TnefProperties(charset=charset)
    (count,) = struct.unpack_from("<I", value, at)
    at += 4
    for _ in range(min(count, _MAX_VALUES)):
        kind, number = struct.unpack_from("<HH", value, at)
        at += 4
        if number >= _NAMED:
            at = _behind_name(value, at)
        plain = kind & ~_MANY
        values = 1
        if kind & _MANY or plain in _VARIABLE:
            (values,) = struct.unpack_from("<I", value, at)
            at += 4
        for which in range(min(values, _MAX_VALUES)):
            raw, at = _one_value(value, at, plain)
            if which == 0:
                found.values[number] = (plain, raw)
    return found, at


def _one_value(value: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind in _VARIABLE:
        (size,) = struct.unpack_from("<I", value, at)
        at += 4
        if at + size > len(value):
            raise ValueError("cut off")
        return value[at : at + size], at + (size + 3) // 4 * 4
    size = _FIXED_BYTES.get(kind, 4)
    if at + size > len(value):
        raise ValueError("cut off")
    return value[at : at + size], at + size


def _behind_name(value: bytes, at: int) -> int:
    (kind,) = struct.unpack_from("<I", value, at + 16)
    if kind != _NAMED_BY_TEXT:
        return at + 24
    (size,) = struct.unpack_from("<I", value, at + 20)
    return at + 24 + int(size + 3) // 4 * 4
