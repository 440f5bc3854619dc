"""What the headers of a mail say of its way and of the program that wrote it."""

from __future__ import annotations

from collections.abc import Iterator

from fairwitness.core.parts import About
from fairwitness.intake._headers import Headers
from fairwitness.text.statements import say, say_each, say_time

_TEXTS = (
    (b"x-mailer", "software", "mail header X-Mailer"),
    (b"user-agent", "software", "mail header User-Agent"),
    (b"x-mimeole", "software", "mail header X-MimeOLE"),
    (b"organization", "company", "mail header Organization"),
    (b"x-originating-ip", "sent-from-address", "mail header X-Originating-IP"),
    (b"content-language", "language", "mail header Content-Language"),
    (b"return-path", "return-path", "mail header Return-Path"),
    (b"reply-to", "reply-to", "mail header Reply-To"),
)
_SIGNED = (b"dkim-signature", b"arc-seal")


def about_way(headers: Headers) -> Iterator[About]:
    """Yield the time of sending as written, programs, and each station of the way as its server wrote it.

    The newest station comes first, as in the mail. All but those that the reader's own servers wrote can be forged.
    """
    date = headers.text(b"date")
    if date:
        # the day is stated already, as the day on which the mail was sent
        yield from (told for told in say_time("sent", date, "mail header Date") if told.name == "sent-time")
    for key, name, source in _TEXTS:
        yield from say_each(name, headers.texts(key), source)
    yield from say_each("received", headers.texts(b"received"), "mail header Received")
    signed = [key.decode() for key in _SIGNED if headers.raw(key)]
    yield from say("signatures", " ".join(signed), "mail headers")
