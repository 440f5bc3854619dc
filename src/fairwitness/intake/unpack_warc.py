"""Takes web archives apart (WARC, ISO 28500): each record is an entry, and a page lists them all."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import End, Entry, PageText, Part, Source
from fairwitness.intake._headers import Headers, parse_headers
from fairwitness.intake._unpacking import MAX_ENTRIES, MAX_UNPACKED_BYTES, Unpacking

_LINE_BYTES = 1 << 16
_PIECE_BYTES = 1 << 18
_MAX_HEADER_BYTES = 1 << 18
_PAGE_CHARS = 6_000
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")


@dataclass(frozen=True, slots=True)
class UnpackWarc:
    """Yields the block of each record; of an HTTP answer what was sent, without headers, chunks and gzip.

    The entry is called after the address that was asked for. The list gives day, type, status and address.
    """

    name: ClassVar[str] = "unpack-warc"
    version: ClassVar[str] = "1"
    max_entries: int = MAX_ENTRIES
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the entries, then the list of the records and the `End`."""
        unpacking = Unpacking(self.max_entries, self.max_unpacked_bytes)
        lines: list[str] = []
        end = End(Cause.UNREADABLE)
        for part in unpacking.finish(_records(item.file, unpacking, lines)):
            if isinstance(part, End):
                end = part
            else:
                yield part
        pages = 0
        for pages, text in enumerate(_pages(lines), 1):
            yield PageText(pages, "section", text)
        yield End(end.outcome, end.detail, pages, end.expected_entries)


def _pages(lines: list[str]) -> Iterator[str]:
    held, length = [], 0
    for line in lines:
        held.append(line)
        length += len(line) + 1
        if length > _PAGE_CHARS:
            yield "\n".join(held)
            held, length = [], 0
    if held:
        yield "\n".join(held)


def _records(file: BinaryIO, unpacking: Unpacking, lines: list[str]) -> Iterator[Part]:
    file.seek(0)
    while True:
        line = file.readline(_LINE_BYTES)
        while line in (b"\n", b"\r\n"):
            line = file.readline(_LINE_BYTES)
        if not line:
            unpacking.expected_entries = unpacking.entries
            return
        if not line.startswith(b"WARC/"):
            raise ReadError(Cause.UNREADABLE, "no record where one should begin")
        headers = parse_headers(_header_block(file))
        length = headers.text(b"content-length")
        if not (length.isascii() and length.isdigit()) or len(length) > 15:
            raise ReadError(Cause.UNREADABLE, "a record without length")
        block = _Block(file, int(length))
        status, pieces = _payload(block, headers)
        address = headers.raw(b"warc-target-uri").strip(b"<> ")
        day = headers.text(b"warc-date")
        kind = headers.text(b"warc-type")
        lines.append(" ".join(filter(None, (day, kind, status, address.decode("utf-8", "replace")))))
        yield from unpacking.file(Entry(0, address or kind.encode(), modified=day[:10]), pieces)
        block.skip()


def _header_block(file: BinaryIO) -> bytes:
    held = bytearray()
    while (line := file.readline(_LINE_BYTES)) not in (b"", b"\n", b"\r\n"):
        held += line
        if len(held) > _MAX_HEADER_BYTES:
            raise ReadError(Cause.UNREADABLE, "header larger than the limit")
    return bytes(held)


class _Block:
    """The bytes of one record, read in order."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size

    def readline(self) -> bytes:
        line = self._file.readline(min(_LINE_BYTES, self._left)) if self._left else b""
        self._left -= len(line)
        return line

    def read(self, size: int) -> bytes:
        data = self._file.read(min(size, self._left)) if self._left else b""
        if self._left and size and not data:
            raise ReadError(Cause.PARTIAL, "cut off")
        self._left -= len(data)
        return data

    def skip(self) -> None:
        """The file stands behind this block."""
        while self._left:
            self.read(_PIECE_BYTES)


def _payload(block: _Block, headers: Headers) -> tuple[str, Iterator[bytes]]:
    """The status of an HTTP answer, and the bytes that it sent; of other records the whole block."""
    if not headers.text(b"content-type").lower().startswith("application/http"):
        return "", _pieces(block)
    first = block.readline()
    held = bytearray()
    while (line := block.readline()) not in (b"", b"\n", b"\r\n") and len(held) < _MAX_HEADER_BYTES:
        held += line
    if not first.startswith(b"HTTP/"):  # a request: all of it is text
        return "", iter([first + bytes(held)])
    http = parse_headers(bytes(held))
    status = first.decode("latin-1").partition(" ")[2].strip()[:100]
    pieces = _pieces(block)
    if "chunked" in http.text(b"transfer-encoding").lower():
        pieces = _without_chunks(pieces)
    if http.text(b"content-encoding").lower() in ("gzip", "x-gzip", "deflate"):
        pieces = _inflated(pieces)
    return status, pieces


def _pieces(block: _Block) -> Iterator[bytes]:
    while data := block.read(_PIECE_BYTES):
        yield data


def _without_chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content of HTTP chunks (RFC 9112, 7.1); what is not cut in chunks, whatever the header says, as it is."""
    held, left, first = b"", 0, True
    for piece in pieces:
        held += piece
        while held:
            if left:
                taken = held[:left]
                left -= len(taken)
                held = held[len(taken) :]
                yield taken
                continue
            found = _CHUNK.match(held.lstrip(b"\r\n"))
            if found is None:
                if first:
                    yield held
                    yield from pieces
                    return
                break  # the rest of the line comes with the next piece
            skipped = len(held) - len(held.lstrip(b"\r\n"))
            left, held, first = int(found[1], 16), held[skipped + found.end() :], False
            if not left:
                return


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What gzip or deflate compressed; bytes that are not, whatever the header says, as they are."""
    unpacker, came = zlib.decompressobj(47), False
    for piece in pieces:
        try:
            while piece:
                out = unpacker.decompress(piece, 1 << 20)
                came |= bool(out)
                yield out
                piece = unpacker.unconsumed_tail  # noqa: PLW2901  the rest of it
        except zlib.error:
            if came:
                raise ReadError(Cause.PARTIAL, "damaged") from None
            yield piece
            yield from pieces
            return
