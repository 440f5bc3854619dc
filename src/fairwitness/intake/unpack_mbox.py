"""Cuts a mailbox file into its messages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Entry, Part, Source
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking

_LINE_BYTES = 1 << 16
_PIECE_BYTES = 1 << 18
# RFC 4155: "From ", an address, a date; real files have odd addresses, but the time of day is always there.
_FROM_LINE = re.compile(rb"From .*\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class UnpackMbox:
    """Yields each message of an mbox (RFC 4155) as an entry of role "message".

    A message is what stands between two From_ lines, byte for byte, less the line end before the next one. ">From "
    stays as it is: the four dialects quote differently, and undoing the wrong one would change what was written.
    """

    name: ClassVar[str] = "unpack-mbox"
    version: ClassVar[str] = "1"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield `Entry`, `EntryData`, `EntryEnd` for each message and the `End`."""
        if item.size_bytes == 0:
            yield End(Cause.EMPTY, expected_entries=0)
            return
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        yield from unpacking.finish(_messages(item.file, unpacking))


def _messages(file: BinaryIO, unpacking: Unpacking) -> Iterator[Part]:
    file.seek(0)
    mailbox = _Mailbox(file)
    if not mailbox.has_message:
        raise ReadError(Cause.UNREADABLE, "no line that begins a message")
    while mailbox.has_message:
        yield from unpacking.file(Entry(0, b"", role="message"), mailbox.next_message())
    unpacking.expected_entries = unpacking.entries


class _Mailbox:
    """The position in a mailbox, always behind a From_ line or at the end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.has_message = False
        line = b"\n"
        while line and not line.strip():  # empty lines may come first
            line = file.readline(_LINE_BYTES).removeprefix(b"\xef\xbb\xbf")
        self.has_message = line.startswith(b"From ")
        self._finish_line(line)

    def next_message(self) -> Iterator[bytes]:
        """Yield the bytes of the message up to the next From_ line."""
        self.has_message = False
        gathered = bytearray()
        after_empty, at_start = False, True
        while line := self._file.readline(_LINE_BYTES):
            if at_start and after_empty and _FROM_LINE.match(line):
                self._finish_line(line)
                self.has_message = True
                break
            gathered += line
            at_start = line.endswith(b"\n")
            after_empty = line in (b"\n", b"\r\n") and at_start
            if len(gathered) > _PIECE_BYTES:
                # the last line end is held back: it belongs to the From_ line if one follows
                yield bytes(gathered[:-2])
                del gathered[:-2]
        if self.has_message:
            end = 2 if gathered.endswith(b"\r\n") else 1
            del gathered[-end:]
        if gathered:
            yield bytes(gathered)

    def _finish_line(self, line: bytes) -> None:
        while line and not line.endswith(b"\n"):
            line = self._file.readline(_LINE_BYTES)
