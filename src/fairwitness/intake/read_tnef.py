"""Reads what Outlook packs into winmail.dat (TNEF, [MS-OXTNEF]): body, recipients, attachments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Entry, Part, Source
from fairwitness.intake._headers import decode_text
from fairwitness.intake._rtf import decompress_rtf
from fairwitness.intake._tnef import TnefAttachment, TnefMessage, read_tnef_stream
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, LimitReached, Unpacking
from fairwitness.intake.read_mail import Body, header_lines, pages_of
from fairwitness.text.html import mail_text
from fairwitness.text.rtf import read_rtf_text

_MAX_STREAM_BYTES = 512 << 20
_PIECE_BYTES = 1 << 20
_INTERFACE_BYTES = 16  # before the bytes of an object stands which interface it has
_MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")
_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}


@dataclass(frozen=True, slots=True)
class ReadTnef:
    """Yields the message with its headers and body on page 1; attachments and messages within are entries.

    A message within is a TNEF stream of its own, and is called "message" where it has no name.
    """

    name: ClassVar[str] = "read-tnef"
    version: ClassVar[str] = "1"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield entries, pages and the `End`."""
        if item.size_bytes > _MAX_STREAM_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "stream larger than the limit")
        item.file.seek(0)
        message = read_tnef_stream(item.file.read())
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        limit: Cause | None = None
        try:
            for attachment in message.attachments:
                yield from _entry(attachment, unpacking)
        except LimitReached as reached:
            limit = reached.cause
        pages = pages_of(_head(message), _bodies(message))
        yield from pages
        if unpacking.entries:
            yield About("attachments", str(unpacking.entries), "TNEF attachments")
        if limit is not None:
            yield End(limit, expected_pages=len(pages))
            return
        outcome = Cause.OK if pages or unpacking.entries else Cause.EMPTY
        if message.damage or unpacking.failures:
            outcome = Cause.PARTIAL if pages or unpacking.entries else Cause.UNREADABLE
        yield End(outcome, message.damage, len(pages), -1 if message.damage else unpacking.entries)


def _head(message: TnefMessage) -> str:
    properties = message.properties
    sender = _address(properties.text(0x0042, 0x0C1A), properties.text(0x5D02, 0x5D01, 0x0065, 0x0C1F))
    lines = [("From", sender)]
    for kind, label in _KINDS.items():
        people = [_address(row.text(0x3001), row.text(0x39FE, 0x3003)) for row in message.recipients
                  if (row.number(0x0C15) & 0xF or 1) == kind]  # fmt: skip
        lines.append((label, "; ".join(filter(None, people))))
    sent = properties.time(0x0039)
    lines.append(("Date", sent.date().isoformat() if sent else message.sent))
    lines.append(("Subject", properties.text(0x0037) or decode_text(message.subject, properties.charset)))
    return header_lines(lines)


def _address(name: str, address: str) -> str:
    name, address = name.strip(), address.strip()
    if not address or address.lower() in name.lower():
        return name
    return f"{name} <{address}>" if name else address


def _bodies(message: TnefMessage) -> list[Body]:
    properties = message.properties
    plain = properties.text(0x1000) or decode_text(message.body, properties.charset).replace("\r\n", "\n")
    bodies = [Body(plain.strip("\n"), is_html=False)] if plain.strip() else []
    html = properties.text(0x1013)
    if html.strip():
        bodies.append(Body(mail_text(html)[0], is_html=True))
    packed = properties.data(0x1009)
    if packed and not bodies:
        try:
            bodies.append(Body(read_rtf_text(decompress_rtf(packed)).text, is_html=False))
        except ReadError as error:
            message.damage = error.detail
    return bodies


def _entry(attachment: TnefAttachment, unpacking: Unpacking) -> Iterator[Part]:
    properties = attachment.properties
    name = properties.text(0x3707, 0x3704, 0x3001).encode("utf-8", "replace") or attachment.title
    data, is_message = attachment.data, False
    held = properties.data(0x3701)
    if held and (not data or held[:_INTERFACE_BYTES] == _MESSAGE_INTERFACE):
        data = held[_INTERFACE_BYTES:]
        is_message = held[:_INTERFACE_BYTES] == _MESSAGE_INTERFACE
    entry = Entry(
        0,
        name or (b"message" if is_message else b""),
        role="message" if is_message else "attachment",
        size_bytes=len(data),
        modified=attachment.modified,
    )
    yield from unpacking.file(entry, (data[at : at + _PIECE_BYTES] for at in range(0, len(data), _PIECE_BYTES)))
