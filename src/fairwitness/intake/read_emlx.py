"""Reads a mail as Apple Mail keeps it (EMLX): a number of bytes, the mail, and a property list about it."""

from __future__ import annotations

import dataclasses
import io
import plistlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from xml.parsers.expat import ExpatError

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Source
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES
from fairwitness.intake.read_mail import ReadMail

_COUNT = re.compile(rb"(\d{1,12})[ \t]*\r?\n")
_MAX_MAIL_BYTES = 512 << 20
_MAX_LIST_BYTES = 4 << 20
_FLAGS = {0: "read", 1: "deleted", 2: "answered", 4: "flagged", 6: "draft", 8: "forwarded"}  # bits, as Mail sets them


@dataclass(frozen=True, slots=True)
class ReadEmlx:
    """Yields what `ReadMail` yields of the mail, and what Apple Mail noted about it: read, answered, deleted."""

    name: ClassVar[str] = "read-emlx"
    version: ClassVar[str] = f"1.{ReadMail.version}"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `About`, entries, pages and the `End`."""
        item.file.seek(0)
        count = _COUNT.match(item.file.read(32))
        if count is None:
            raise ReadError(Cause.UNREADABLE, "no number of bytes at the start")
        if int(count[1]) > _MAX_MAIL_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "mail larger than the limit")
        item.file.seek(count.end())
        mail = item.file.read(int(count[1]))
        cut_off = len(mail) < int(count[1])
        yield from _noted(item.file.read(_MAX_LIST_BYTES))
        inner = dataclasses.replace(item, file=io.BytesIO(mail), size_bytes=len(mail))
        for part in ReadMail(self.max_entries, self.max_unpacked_bytes)(inner):
            if isinstance(part, End) and cut_off and part.outcome in (Cause.OK, Cause.EMPTY):
                yield dataclasses.replace(part, outcome=Cause.PARTIAL, detail="the mail is cut off")
            else:
                yield part


def _noted(data: bytes) -> Iterator[About]:
    try:
        found: Any = plistlib.loads(data.strip(), fmt=plistlib.FMT_XML) if data.strip() else {}
    except (ValueError, TypeError, AttributeError, LookupError, OverflowError, RecursionError, ExpatError):
        return
    flags = found.get("flags") if isinstance(found, dict) else None
    if isinstance(flags, int):
        names = [name for bit, name in _FLAGS.items() if flags >> bit & 1]
        if names:
            yield About("mail-flags", ", ".join(names), "EMLX flags")
