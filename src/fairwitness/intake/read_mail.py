"""Reads one mail: its headers and bodies as pages, its attachments and nested messages as entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import MAX_TEXT_CHARS, About, End, Entry, PageText, Part, Source
from fairwitness.intake._headers import Headers, decode_text, iso_day, message_ids, parameters, raw_text
from fairwitness.intake._mail_about import about_way
from fairwitness.intake._mime import Event, PartStart, decode_part, split_mail
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, LimitReached, Unpacking
from fairwitness.text.html import mail_text

SHOWN = ("From", "Sender", "Reply-To", "To", "Cc", "Bcc", "Date", "Subject")
"""The headers that stand at the top of the first page, in this order."""

MAX_BODY_BYTES = 64 << 20
"""All bodies of a mail together; what is beyond is not read, and the mail is then partial."""

MAX_ABOUT_CHARS = 10_000  # a longer list of recipients stands whole on the first page
MAX_HEADERS_CHARS = 32_000  # of the raw headers; all of them are in the document itself
_ABOUT = {
    b"from": "from",
    b"to": "to",
    b"cc": "cc",
    b"subject": "subject",
    b"thread-topic": "thread-topic",
    b"thread-index": "thread-index",
}
_IDS = {b"message-id": "message-id", b"in-reply-to": "in-reply-to", b"references": "references"}
_MESSAGES = frozenset({"message/rfc822", "message/global"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_PGP_START = "-----BEGIN PGP MESSAGE-----"


@dataclass(slots=True)
class Body:
    """One body of a mail as text."""

    text: str
    is_html: bool
    is_preamble: bool = False


@dataclass(slots=True)
class Bodies:
    """The bodies found so far and what was counted on the way."""

    found: list[Body] = field(default_factory=list)
    size_bytes: int = 0
    remote: int = 0
    is_encrypted: bool = False
    damage: str = ""
    has_parts: bool = False


@dataclass(frozen=True, slots=True)
class ReadMail:
    """Yields a mail: page 1 holds headers and main body, further bodies are further pages.

    The plain text goes before its HTML alternative. Attachments are entries with their transfer encoding undone; a
    message within is an entry of role "message" and is not opened here.
    """

    name: ClassVar[str] = "read-mail"
    version: ClassVar[str] = "3"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `About`, entries, pages and the `End`."""
        if item.size_bytes == 0:
            yield End(Cause.EMPTY, expected_entries=0)
            return
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        item.file.seek(0)
        events = split_mail(item.file)
        headers = next(events)
        assert isinstance(headers, Headers)
        yield from _about(headers)
        bodies = Bodies()
        limit: Cause | None = None
        try:
            yield from _parts(events, unpacking, bodies)
        except LimitReached as reached:
            limit = reached.cause
        # The preamble speaks to readers without MIME; only in a damaged mail is it all there is.
        shown = [body for body in bodies.found if not (body.is_preamble and bodies.has_parts)]
        pages = pages_of(_headers_text(headers), shown)
        yield from pages
        if bodies.remote:
            yield About("remote-content", str(bodies.remote), "HTML elements")
        if unpacking.entries:
            yield About("attachments", str(unpacking.entries), "MIME parts")
        outcome, detail = _outcome(unpacking, bodies, pages, limit)
        yield End(
            outcome,
            detail,
            expected_pages=len(pages),
            expected_entries=-1 if limit else unpacking.entries,
        )


def pages_of(head: str, bodies: list[Body]) -> list[PageText]:
    """The pages of a mail: `head` and the main body first, then the others, each cut at `MAX_TEXT_CHARS`."""
    texts = [body for body in bodies if body.text.strip()]
    main = next((body for body in texts if not body.is_html), texts[0] if texts else None)
    ordered = [main, *(body for body in texts if body is not main)] if main is not None else []
    contents = [body.text for body in ordered]
    first = contents[0] if contents else ""
    contents[:1] = [f"{head}\n\n{first}" if head and first else head or first]
    pages: list[PageText] = []
    for content in contents:
        for start in range(0, max(len(content), 1), MAX_TEXT_CHARS):
            if piece := content[start : start + MAX_TEXT_CHARS]:
                pages.append(PageText(len(pages) + 1, "body", piece))
    return pages


def header_lines(values: list[tuple[str, str]]) -> str:
    """The headers as they stand at the top of the first page, one a line."""
    return "\n".join(f"{name}: {value}" for name, value in values if value)


def cut_about(name: str, value: str, source: str) -> Iterator[About]:
    """Yield the statement if there is anything to it, cut at `MAX_ABOUT_CHARS`."""
    if value:
        yield About(name, value[:MAX_ABOUT_CHARS], source)


def _about(headers: Headers) -> Iterator[Part]:
    yield from cut_about("sent", iso_day(headers.raw(b"date")), "mail header Date")
    for key, name in _ABOUT.items():
        yield from cut_about(name, ", ".join(filter(None, headers.texts(key))), f"mail header {_title(name)}")
    for key, name in _IDS.items():
        yield from cut_about(name, message_ids(" ".join(headers.texts(key))), f"mail header {_title(name)}")
    yield from about_way(headers)
    if raw := raw_text(headers.block):
        yield About("headers", raw[:MAX_HEADERS_CHARS], "mail headers")


def _title(name: str) -> str:
    return "Message-ID" if name == "message-id" else name.title()


def _headers_text(headers: Headers) -> str:
    return header_lines([(name, value) for name in SHOWN for value in headers.texts(name.lower().encode())])


def _parts(events: Iterator[Headers | Event], unpacking: Unpacking, bodies: Bodies) -> Iterator[Part]:
    for event in events:
        if not isinstance(event, PartStart):
            continue
        disposition, options = parameters(event.headers.raw(b"content-disposition"))
        name = options.get("filename") or event.parameters.get("name") or b""
        # Pages saved from the web call their parts by address (RFC 2557).
        label = name or _last_of(event.headers.raw(b"content-location"))
        bodies.has_parts |= not event.is_preamble
        if event.within == "encrypted" or _is_enveloped(event):
            bodies.is_encrypted = True
        if event.media_type in ("text/plain", "text/html") and not name and disposition != "attachment":
            _read_body(event, events, bodies)
            continue
        role = "message" if event.media_type in _MESSAGES else "attachment"
        entry = Entry(0, label, role=role, modified=iso_day(options.get("modification-date", b"")))  # type: ignore[arg-type]
        yield from unpacking.file(entry, decode_part(event, events))


def _last_of(address: bytes) -> bytes:
    """What an address ends with, without its query."""
    path = address.strip().partition(b"?")[0].partition(b"#")[0].rstrip(b"/")
    return path.rpartition(b"/")[2]


def _is_enveloped(part: PartStart) -> bool:
    if part.media_type not in _SMIME:
        return False
    kind = part.parameters.get("smime-type", b"enveloped-data").lower()
    return kind in (b"enveloped-data", b"authenveloped-data")


def _read_body(part: PartStart, events: Iterator[Headers | Event], bodies: Bodies) -> None:
    pieces: list[bytes] = []
    try:
        for piece in decode_part(part, events):
            room = MAX_BODY_BYTES - bodies.size_bytes
            bodies.size_bytes += min(len(piece), room)
            if len(piece) > room:
                bodies.damage = "the bodies are longer than is read"
            pieces.append(piece[:room])
    except ReadError as error:
        if not part.is_preamble:
            bodies.damage = error.detail
    text = decode_text(b"".join(pieces), part.parameters.get("charset", b"").decode("ascii", "replace"))
    text = text.replace("\r\n", "\n").replace("\0", "\ufffd")
    is_html = part.media_type == "text/html"
    if is_html:
        text, remote = mail_text(text)
        bodies.remote += remote
    elif text.lstrip().startswith(_PGP_START):
        bodies.is_encrypted = True
    if text.strip():
        bodies.found.append(Body(text.strip("\n"), is_html, part.is_preamble))


def _outcome(unpacking: Unpacking, bodies: Bodies, pages: list[PageText], limit: Cause | None) -> tuple[Cause, str]:
    readable = any(
        body.text.strip() and not body.is_preamble and not body.text.lstrip().startswith(_PGP_START)
        for body in bodies.found
    )
    if limit is not None:
        return limit, ""
    if bodies.is_encrypted and not readable:
        return Cause.ENCRYPTED, ""
    if bodies.damage or unpacking.failures:
        return Cause.PARTIAL, bodies.damage
    return (Cause.OK, "") if pages or unpacking.entries else (Cause.EMPTY, "")
