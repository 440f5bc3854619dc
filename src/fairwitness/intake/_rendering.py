"""Messages that are kept as properties ([MS-OXPROPS]) written out as mails, losing nothing that `read_mail` would show.

A PST file and a TNEF part hold no mail as it was sent, but numbered properties. Written out as RFC 5322, a message is a
document like any other: it has a digest, its attachments are entries of it, and other programs can read it.
"""

from __future__ import annotations

import base64
import datetime
import email.utils
import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake._headers import is_field, without_surrogates
from fairwitness.intake._rtf import decompress_rtf

MAX_DEPTH = 20  # messages within messages
_LINE_BYTES = 57  # of base64 on a line of 76, RFC 2045
_WORD_BYTES = 42  # of UTF-8 in an encoded word of 75, RFC 2047
_MAX_HEADERS_BYTES = 512 << 10  # beyond this read_mail would take the rest for the body
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+_-]{0,80}", re.IGNORECASE)
_SPECIAL = re.compile(r'[()<>@,;:\\".\[\]]')  # a name with these in it must be quoted, RFC 5322
_PACKAGED = ("multipart/", "message/")
_REFERENCES = frozenset({2, 3, 4, 7})  # attached by path or web address, PidTagAttachMethod
_RECIPIENT_KINDS = {1: "To", 2: "Cc", 3: "Bcc"}
_SHOWN_RECIPIENTS = {"To": 0x0E04, "Cc": 0x0E03, "Bcc": 0x0E02}
# Contacts, appointments, tasks and notes keep what they say in these: user properties of mail, named properties.
_OTHER = (range(0x3A00, 0x3B00), range(0x8000, 0xFFFF))


class Properties(Protocol):
    """The properties of a message, a recipient or an attachment; those that are missing are empty."""

    def text(self, *tags: int) -> str:
        """The first text property that is there and not empty."""
        ...

    def data(self, tag: int) -> bytes:
        """A binary property, or the bytes of a text one: in UTF-8, or as they are if it is 8-bit text."""
        ...

    def charset(self, tag: int) -> str:
        """The charset of what `data` gives, "" if it is not known."""
        ...

    def number(self, tag: int) -> int:
        """A property of fixed size, 0 if it is missing."""
        ...

    def time(self, tag: int) -> datetime.datetime | None:
        """A time property in UTC."""
        ...

    def others(self, *ranges: range) -> list[tuple[str, str]]:
        """Texts and times among the properties of these numbers, each with its name or number."""
        ...


class Attachment(Properties, Protocol):
    """An attachment."""

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes.

        Raises:
            ReadError: if they are not all there.
        """
        ...

    def message(self) -> Message | None:
        """The message that it is, None if it is none."""
        ...


class Message(Properties, Protocol):
    """A message, or something else that a mail program keeps: a contact, an appointment, a task, a note."""

    def recipients(self) -> Sequence[Properties]:
        """Those it is addressed to."""
        ...

    def attachments(self) -> Iterator[Attachment]:
        """Yield its attachments.

        Raises:
            ReadError: if they are not all there.
        """
        ...


def render(message: Message) -> Iterator[bytes]:
    """Yield the message as RFC 5322: headers as they came or as the properties tell, bodies, attachments.

    Raises:
        ReadError: PARTIAL at the end, if something of it could not be had.
    """
    rendering = _Rendering()
    yield from rendering.message(message, 0)
    if rendering.damage:
        raise ReadError(Cause.PARTIAL, rendering.damage)


class _Rendering:
    """What went wrong while a message was being written."""

    def __init__(self) -> None:
        self.damage = ""

    def message(self, message: Message, depth: int) -> Iterator[bytes]:
        head = _head(message)
        # Nothing that a sender writes can hold this line: it names a digest of all header lines around it.
        mark = b"=_" + hashlib.sha256(head + bytes([depth])).hexdigest()[:40].encode()
        yield b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="' + mark + b'"\r\n' + head + b"\r\n"
        delimiter = b"--" + mark
        for body in self._bodies(message):
            yield delimiter + b"\r\n" + body
        yield from self._attachments(message, delimiter, depth)
        yield delimiter + b"--\r\n"

    def _bodies(self, message: Message) -> Iterator[bytes]:
        plain, html = message.text(0x1000), message.data(0x1013)
        if plain.strip("\0"):
            yield _part("text/plain; charset=utf-8", _utf8(plain))
        if html:
            charset = message.charset(0x1013)
            yield _part(f"text/html; charset={charset}" if charset else "text/html", html)
        packed = message.data(0x1009)
        if packed and not html and not plain.strip():
            try:
                yield _part('application/rtf; name="body.rtf"', decompress_rtf(packed))
            except ReadError as error:
                self.damage = error.detail
        if not message.text(0x001A).upper().startswith("IPM.NOTE") and (others := message.others(*_OTHER)):
            lines = "\n".join(f"{name}: {value}" if name else value for name, value in others)
            yield _part("text/plain; charset=utf-8", _utf8(lines))

    def _attachments(self, message: Message, delimiter: bytes, depth: int) -> Iterator[bytes]:
        try:
            for attachment in message.attachments():
                yield delimiter + b"\r\n"
                yield from self._attachment(attachment, depth)
        except ReadError as error:
            if Cause(error.cause) is Cause.LIMIT_DEPTH:
                raise
            self.damage = "an attachment is damaged"

    def _attachment(self, attachment: Attachment, depth: int) -> Iterator[bytes]:
        name = attachment.text(0x3707, 0x3704, 0x3001)
        try:
            within = attachment.message()
        except ReadError as error:
            self.damage = error.detail
            yield _disposition(name, None) + b"\r\n"
            return
        if within is not None:
            if depth >= MAX_DEPTH:
                raise ReadError(Cause.LIMIT_DEPTH, "messages within messages")
            yield b"Content-Type: message/rfc822\r\n" + _disposition(name, None) + b"\r\n"
            yield from self.message(within, depth + 1)
            yield b"\r\n"
            return
        stated = attachment.text(0x370E).strip()
        fits = _MEDIA_TYPE.fullmatch(stated) and not stated.lower().startswith(_PACKAGED)
        yield f"Content-Type: {stated if fits else 'application/octet-stream'}\r\n".encode()
        if content_id := _plain(attachment.text(0x3712)):
            yield b"Content-ID: <" + content_id.strip("<>").encode() + b">\r\n"
        yield _disposition(name, attachment.time(0x3008)) + b"Content-Transfer-Encoding: base64\r\n\r\n"
        came = False
        try:
            for piece in _in_base64(attachment.pieces()):
                came = True
                yield piece
        except ReadError as error:
            self.damage = error.detail or "an attachment is damaged"
        if not came and attachment.number(0x3705) in _REFERENCES:
            self.damage = "an attachment is only a reference, its content is elsewhere"


def _head(message: Message) -> bytes:
    """The header lines but those that speak of the body as we write it, which begin with X-Transport-."""
    raw = message.data(0x007D) or b""
    lines, present = _transport_lines(raw)
    for name, value in _told(message):
        if value and name.lower() not in present:
            lines.append(f"{name}: {value}".encode("ascii", "replace"))
    if kind := _plain(message.text(0x001A)):
        lines.append(b"X-Message-Class: " + kind.encode())
    kept = bytearray()
    for line in lines:
        if len(kept) + len(line) > _MAX_HEADERS_BYTES:
            break
        kept += line + b"\r\n"
    return bytes(kept)


def _transport_lines(raw: bytes) -> tuple[list[bytes], set[str]]:
    """The lines of an internet header, and the lower-case names in it."""
    lines: list[bytes] = []
    present: set[str] = set()
    for line in raw.replace(b"\0", b"").splitlines():
        if not line.strip():
            continue
        if not is_field(line):
            if lines:
                lines.append(b" " + line.lstrip())
            continue
        name = line.partition(b":")[0].strip().lower().decode("ascii", "replace")
        if name.startswith("content-") or name == "mime-version":
            lines.append(b"X-Transport-" + line)
        else:
            lines.append(line)
        present.add(name)
    return lines, present


def _told(message: Message) -> Iterator[tuple[str, str]]:
    """Yield the headers as the properties tell them."""
    yield "From", _address(message.text(0x0042, 0x0C1A), message.text(0x5D02, 0x5D01, 0x0065, 0x0C1F))
    by_kind: dict[str, list[str]] = {}
    for recipient in message.recipients():
        kind = _RECIPIENT_KINDS.get(recipient.number(0x0C15) & 0xF, "To")
        address = _address(recipient.text(0x3001, 0x5FF6), recipient.text(0x39FE, 0x3003))
        if address:
            by_kind.setdefault(kind, []).append(address)
    for kind, tag in _SHOWN_RECIPIENTS.items():
        addresses = by_kind.get(kind, [])
        yield kind, ",\r\n ".join(addresses) or _encoded(message.text(tag))
    sent = message.time(0x0039) or message.time(0x0E06)
    yield "Date", email.utils.format_datetime(sent) if sent else ""
    yield "Subject", _encoded(subject_of(message))
    for name, tag in (("Message-ID", 0x1035), ("In-Reply-To", 0x1042), ("References", 0x1039)):
        yield name, _plain(message.text(tag))
    yield "Thread-Topic", _encoded(message.text(0x0070))
    yield "Thread-Index", base64.b64encode(message.data(0x0071)).decode()


def subject_of(message: Properties) -> str:
    """The subject without the two characters that tell where its prefix ends ([MS-PST] 2.5.3.1.1.1)."""
    subject = message.text(0x0037)
    return subject[2:] if subject.startswith("\x01") else subject


def _address(name: str, address: str) -> str:
    """A header value for one person or list; an address of Exchange, which is no mail address, stands beside it too."""
    name, address = name.strip(), _plain(address)
    if not address or address.lower() in name.lower():
        return _encoded(name)
    if name.isascii() and _SPECIAL.search(name):
        name = '"' + name.replace("\\", "").replace('"', "'") + '"'
    return f"{_encoded(name)} <{address}>" if name else address


def _plain(text: str) -> str:
    return "".join(char for char in text if " " <= char <= "~").strip()


def _utf8(text: str) -> bytes:
    return without_surrogates(text).encode()


def _encoded(text: str) -> str:
    """A header value in ASCII, other letters in encoded words (RFC 2047)."""
    text = " ".join(without_surrogates(text).split())
    if text.isascii() and text.isprintable() and "=?" not in text:
        return text if len(text) < 900 else "\r\n ".join(re.findall(r".{1,500}(?: |$)|.{1,500}", text))
    words, held = [], b""
    for char in text:
        raw = char.encode()
        if len(held) + len(raw) > _WORD_BYTES:
            words.append(held)
            held = b""
        held += raw
    words.append(held)
    return "\r\n ".join(f"=?utf-8?B?{base64.b64encode(word).decode()}?=" for word in words)


def _disposition(name: str, modified: datetime.datetime | None) -> bytes:
    line = "Content-Disposition: attachment"
    if name.strip("\0"):
        coded = "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}" for byte in _utf8(name))
        line += f";\r\n filename*=utf-8''{coded}"
    if modified is not None:
        line += f';\r\n modification-date="{email.utils.format_datetime(modified)}"'
    return line.encode() + b"\r\n"


def _part(content_type: str, data: bytes) -> bytes:
    head = f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
    return head + b"".join(_in_base64(iter([data])))


def _in_base64(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        held += piece
        whole = len(held) // _LINE_BYTES * _LINE_BYTES
        if whole:
            yield base64.encodebytes(held[:whole]).replace(b"\n", b"\r\n")
            held = held[whole:]
    if held:
        yield base64.encodebytes(held).replace(b"\n", b"\r\n")
