"""Reads a message saved by Outlook ([MS-OXMSG]): pages and entries as of any mail."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import olefile

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Entry, PageText, Part, Source
from fairwitness.intake._headers import Headers, decode_text, iso_day, message_ids, parse_headers, raw_text
from fairwitness.intake._mail_about import about_way
from fairwitness.intake._msg import OLE_DAMAGE, MessageFile, Storage
from fairwitness.intake._rtf import decompress_rtf
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, LimitReached, Unpacking
from fairwitness.intake.read_mail import MAX_HEADERS_CHARS, Body, cut_about, header_lines, pages_of
from fairwitness.text.html import mail_text
from fairwitness.text.rtf import read_rtf_text
from fairwitness.text.statements import say, say_time

_MAX_DEPTH = 20
_TOP_HEADER, _EMBEDDED_HEADER, _PART_HEADER = 32, 24, 8  # bytes before the properties, section 2.4
_EMBEDDED = "__substg1.0_3701000D"
_BY_VALUE, _EMBEDDED_MESSAGE, _OLE = 1, 5, 6
_PIECE_BYTES = 1 << 20
_RECIPIENT_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}
# Contacts, tasks and the like keep what they say in these: mail user properties and named properties.
_OTHER_TEXTS = (range(0x3A00, 0x3B00), range(0x8000, 0xFFFF))


@dataclass(frozen=True, slots=True)
class ReadMsg:
    """Yields the message with headers and main body on page 1; messages within follow as further pages.

    Attachments of all of them are entries. An RTF body is read only where there is no other.
    """

    name: ClassVar[str] = "read-msg"
    version: ClassVar[str] = "4"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `About`, entries, pages and the `End`."""
        if item.size_bytes == 0:
            yield End(Cause.EMPTY, expected_entries=0)
            return
        reading = _Reading(Unpacking(self.max_entries, self.max_unpacked_bytes))
        limit: Cause | None = None
        try:
            item.file.seek(0)
            with olefile.OleFileIO(item.file) as ole:
                file = MessageFile(ole)
                yield from reading.message_tree(Storage(file, (), _TOP_HEADER))
                if file.is_damaged:
                    reading.damage = "some properties are damaged"
        except LimitReached as reached:
            limit = reached.cause
        except OLE_DAMAGE:
            reading.damage = "the compound file is damaged"
        yield reading.end(limit)


@dataclass(slots=True)
class _Reading:
    """The state of reading one file."""

    unpacking: Unpacking
    pages: int = 0
    remote: int = 0
    damage: str = ""

    def message_tree(self, top: Storage) -> Iterator[Part]:
        waiting = [(top, 0)]
        while waiting:
            message, depth = waiting.pop()
            if not message.has_properties:
                self.damage = "the properties of a message are missing"
            yield from self._message(message, is_top=depth == 0)
            inner: list[tuple[Storage, int]] = []
            for attachment in message.below("__attach_version1.0_", _PART_HEADER):
                embedded = attachment.number(0x3705) == _EMBEDDED_MESSAGE or not attachment.number(0x3705)
                if embedded and attachment.has_storage(_EMBEDDED) and depth < _MAX_DEPTH:
                    inner.append((attachment.message_within(_EMBEDDED, _EMBEDDED_HEADER), depth + 1))
                else:
                    yield from self._attachment(attachment)
            waiting.extend(reversed(inner))
        if self.remote:
            yield About("remote-content", str(self.remote), "HTML elements")
        if self.unpacking.entries:
            yield About("attachments", str(self.unpacking.entries), "MSG attachments")

    def end(self, limit: Cause | None) -> End:
        """How it ended."""
        outcome = Cause.OK if self.pages or self.unpacking.entries else Cause.EMPTY
        if limit is not None:
            outcome = limit
        elif self.damage and not self.pages and not self.unpacking.entries:
            outcome = Cause.UNREADABLE
        elif self.damage or self.unpacking.failures:
            outcome = Cause.PARTIAL
        complete = limit is None and not self.damage
        return End(
            outcome,
            self.damage,
            expected_pages=self.pages if complete else -1,
            expected_entries=self.unpacking.entries if complete else -1,
        )

    def _message(self, message: Storage, *, is_top: bool) -> Iterator[Part]:
        headers = parse_headers(message.text(0x007D).encode("utf-8", "replace"))
        lines = _header_values(message, headers)
        if is_top:
            known = dict(lines)
            yield from cut_about("sent", _sent(message, headers), "mail header Date, or MAPI 0039, 0E06")
            for name in ("from", "to", "cc", "subject"):
                yield from cut_about(name, known.get(name.capitalize(), ""), "MAPI properties")
            for name, tag in (("message-id", 0x1035), ("in-reply-to", 0x1042), ("references", 0x1039)):
                ids = message_ids(message.text(tag) or headers.text(name.encode()))
                yield from cut_about(name, ids, f"MAPI {tag:04X}")
            topic = message.text(0x0070) or headers.text(b"thread-topic")
            yield from cut_about("thread-topic", topic, "MAPI 0070")
            index = base64.b64encode(message.data(0x0071)).decode()
            yield from cut_about("thread-index", index or headers.text(b"thread-index"), "MAPI 0071")
            yield from _about_times(message)
            yield from about_way(headers)
            if raw := raw_text(headers.block):
                yield About("headers", raw[:MAX_HEADERS_CHARS], "mail headers")
        bodies = self._bodies(message)
        if not message.text(0x001A).upper().startswith("IPM.NOTE"):
            others = message.texts(*_OTHER_TEXTS)
            if others:
                bodies.append(Body("\n".join(others), is_html=False))
        for page in pages_of(header_lines(lines), bodies):
            self.pages += 1
            yield PageText(self.pages, "body", page.text)

    def _bodies(self, message: Storage) -> list[Body]:
        plain = message.text(0x1000).replace("\r\n", "\n").strip("\n")
        bodies = [Body(plain, is_html=False)] if plain.strip() else []
        html = message.text(0x1013) or decode_text(message.data(0x1013), message.label)
        if html.strip():
            text, remote = mail_text(html.replace("\0", "\ufffd"))
            self.remote += remote
            bodies.append(Body(text, is_html=True))
        if not any(body.text.strip() for body in bodies) and (packed := message.data(0x1009)):
            try:
                bodies.append(Body(read_rtf_text(decompress_rtf(packed)).text, is_html=False))
            except ReadError as error:
                self.damage = error.detail
        return bodies

    def _attachment(self, attachment: Storage) -> Iterator[Part]:
        name = attachment.text(0x3707, 0x3704, 0x3001).encode("utf-8", "replace")
        method = attachment.number(0x3705)
        entry = Entry(0, name, role="attachment", modified=attachment.day(0x3008))
        refusal: tuple[Cause, str] | None = None
        pieces = _pieces(attachment)
        if attachment.has_storage(_EMBEDDED):
            if method == _EMBEDDED_MESSAGE:
                refusal = (Cause.LIMIT_DEPTH, "")
            pieces = _object_pieces(attachment)
        elif method not in (0, _BY_VALUE, _OLE) and not attachment.data(0x3701):
            refusal = (Cause.UNSUPPORTED, "only a reference, the content is elsewhere")
        if refusal is None:
            yield from self.unpacking.file(entry, pieces)
        else:
            yield from self.unpacking.failed(
                Entry(0, name, role="attachment", modified=entry.modified, cause=refusal[0], detail=refusal[1])
            )


def _about_times(message: Storage) -> Iterator[About]:
    """What Outlook notes beside the headers ([MS-OXPROPS]), in UTC."""
    for name, tag in (("created", 0x3007), ("modified", 0x3008), ("sent", 0x0039), ("delivered", 0x0E06)):
        if moment := message.time(tag):
            yield from (told for told in say_time(name, moment, f"MAPI {tag:04X}") if told.name != "sent")
    yield from say("last-modified-by", message.text(0x3FFA), "MAPI 3FFA")
    yield from say("author", message.text(0x3FF8), "MAPI 3FF8")


def _pieces(attachment: Storage) -> Iterator[bytes]:
    try:
        data = attachment.data_or_error(0x3701)
    except OLE_DAMAGE:
        raise ReadError(Cause.UNREADABLE, "damaged") from None
    for start in range(0, len(data), _PIECE_BYTES):
        yield data[start : start + _PIECE_BYTES]


def _object_pieces(attachment: Storage) -> Iterator[bytes]:
    try:
        data = attachment.object_within(_EMBEDDED)
    except OLE_DAMAGE:
        raise ReadError(Cause.UNREADABLE, "damaged object") from None
    for start in range(0, len(data), _PIECE_BYTES):
        yield data[start : start + _PIECE_BYTES]


def _sent(message: Storage, headers: Headers) -> str:
    return iso_day(headers.raw(b"date")) or message.day(0x0039) or message.day(0x0E06)


def _header_values(message: Storage, headers: Headers) -> list[tuple[str, str]]:
    """The headers to show, from the properties; the internet header only for what they do not hold."""
    sender = _address(message.text(0x0042, 0x0C1A), message.text(0x5D02, 0x5D01, 0x0065, 0x0C1F))
    recipients: dict[str, list[str]] = {}
    for recipient in message.below("__recip_version1.0_", _PART_HEADER):
        kind = _RECIPIENT_KINDS.get(recipient.number(0x0C15) & 0xF, "To")
        address = _address(recipient.text(0x3001, 0x5FF6), recipient.text(0x39FE, 0x3003))
        recipients.setdefault(kind, []).append(address)
    shown = {"To": 0x0E04, "Cc": 0x0E03, "Bcc": 0x0E02}
    values = [("From", sender or headers.text(b"from"))]
    for kind, tag in shown.items():
        joined = "; ".join(filter(None, recipients.get(kind, [])))
        values.append((kind, joined or message.text(tag) or headers.text(kind.lower().encode())))
    values.append(("Date", headers.text(b"date") or message.day(0x0039) or message.day(0x0E06)))
    values.append(("Subject", message.text(0x0037) or headers.text(b"subject")))
    return values


def _address(name: str, address: str) -> str:
    name, address = name.strip(), address.strip()
    if not address or address.lower() in name.lower():
        return name
    return f"{name} <{address}>" if name else address
