"""Cuts a mail into its parts, byte for byte and without recursion, and undoes transfer encodings (RFC 2045, 2046).

A nested message/rfc822 is a part like any other: it is not opened here, so the depth of nesting costs nothing.
"""

from __future__ import annotations

import binascii
import os
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.intake._headers import Headers, is_field, parameters, parse_headers

_LINE_BYTES = 1 << 16  # a longer line comes in pieces
_MAX_HEADER_BYTES = 1 << 20
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")


@dataclass(slots=True)
class Multipart:
    """A multipart that is open: its delimiter and its kind ("mixed", "alternative"...)."""

    delimiter: bytes
    kind: str


@dataclass(frozen=True, slots=True)
class PartStart:
    """A part begins that is no multipart. `within` is the kind of the innermost multipart around it."""

    headers: Headers
    media_type: str
    parameters: dict[str, bytes]
    within: str = ""
    is_preamble: bool = False  # text before the first part of a multipart, meant for readers without MIME


@dataclass(frozen=True, slots=True)
class PartData:
    """The next bytes of the part as they stand in the mail, in their transfer encoding."""

    data: bytes


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The part is over; `cut_off` if the mail ended before its multipart did."""

    cut_off: bool = False


Event = PartStart | PartData | PartEnd


def split_mail(file: BinaryIO) -> Iterator[Headers | Event]:
    """Yield the headers of the mail, then the parts that are no multipart in their order.

    Text before the parts of a multipart comes as a part marked `is_preamble`, text behind them as a plain part.
    """
    return _Splitter(file).events()


@dataclass(slots=True)
class _Splitter:
    file: BinaryIO
    open: list[Multipart] = field(default_factory=list)
    delimiters: dict[bytes, list[int]] = field(default_factory=dict)  # -> depths, innermost last

    def events(self) -> Iterator[Headers | Event]:
        headers, stop = self._read_headers(skip_envelope=True)
        yield headers
        state = self._begin(headers)
        while True:
            if state is not None:
                yield state
            if not stop:
                stop = yield from self._data()
            if not stop:
                yield PartEnd(cut_off=bool(self.open))
                return
            yield PartEnd()
            state, stop = self._at_delimiter(stop)

    def _data(self) -> Generator[PartData, None, bytes]:
        """Yield the data up to the next delimiter, which is returned; b"" at the end of the mail."""
        gathered = bytearray()
        while line := self.file.readline(_LINE_BYTES):
            if line.startswith(b"--") and self._depth_of(line) >= 0:
                # the line end before a delimiter belongs to the delimiter
                end = 2 if gathered.endswith(b"\r\n") else int(gathered.endswith(b"\n"))
                if len(gathered) > end:
                    yield PartData(bytes(gathered[: len(gathered) - end]))
                return line
            gathered += line
            if len(gathered) > _LINE_BYTES:
                yield PartData(bytes(gathered[:-2]))
                del gathered[:-2]
        if gathered:
            yield PartData(bytes(gathered))
        return b""

    def _at_delimiter(self, line: bytes) -> tuple[PartStart, bytes]:
        """Close what the delimiter closes; the start of what follows it, and a delimiter that ends that at once."""
        depth = self._depth_of(line)
        while len(self.open) > depth + 1:
            self._close()
        multipart = self.open[depth]
        if self._is_last(line, multipart):
            self._close()
            return PartStart(Headers(()), "text/plain", {}), b""
        headers, stop = self._read_headers()
        return self._begin(headers), stop

    def _begin(self, headers: Headers) -> PartStart:
        """Open a multipart, or begin a part that is none."""
        media_type, options = parameters(headers.raw(b"content-type"))
        boundary = options.get("boundary", b"").rstrip()
        if media_type.startswith("multipart/") and boundary:
            delimiter = b"--" + boundary
            self.delimiters.setdefault(delimiter, []).append(len(self.open))
            self.open.append(Multipart(delimiter, media_type.partition("/")[2]))
            return PartStart(Headers(()), "text/plain", {}, is_preamble=True)
        if "/" not in media_type:
            in_digest = bool(self.open) and self.open[-1].kind == "digest"
            media_type = "message/rfc822" if in_digest else "text/plain"
        return PartStart(headers, media_type, options, self.open[-1].kind if self.open else "")

    def _close(self) -> None:
        multipart = self.open.pop()
        depths = self.delimiters[multipart.delimiter]
        depths.pop()
        if not depths:
            del self.delimiters[multipart.delimiter]

    def _depth_of(self, line: bytes) -> int:
        """The depth of the multipart whose delimiter the line is, -1 if it is none."""
        if not line.startswith(b"--"):
            return -1
        plain = line.rstrip()
        depths = self.delimiters.get(plain)
        if depths is None and plain.endswith(b"--"):
            depths = self.delimiters.get(plain[:-2])
        return depths[-1] if depths else -1

    def _is_last(self, line: bytes, multipart: Multipart) -> bool:
        return line.rstrip() != multipart.delimiter

    def _read_headers(self, *, skip_envelope: bool = False) -> tuple[Headers, bytes]:
        """The header block at the current position, and the delimiter if one ends it too early."""
        lines: list[bytes] = []
        size, first = 0, True
        while size < _MAX_HEADER_BYTES:
            line = self.file.readline(_LINE_BYTES)
            if first and skip_envelope:
                if line.startswith(b"\xef\xbb\xbf"):
                    line = line[3:]
                if line.startswith((b"From ", b">From ")):
                    continue
                if line.strip() == b"" and line:
                    continue
            if self._depth_of(line) >= 0:
                return parse_headers(b"".join(lines)), line
            if first and line.strip() and not is_field(line):  # no header at all: the text begins here
                self.file.seek(-len(line), os.SEEK_CUR)
                break
            if not line or line in (b"\n", b"\r\n", b"\r"):
                break
            first = False
            lines.append(line)
            size += len(line)
        return parse_headers(b"".join(lines)), b""


class Decoder:
    """Undoes one transfer encoding, piece by piece; `damage` says afterwards what was wrong."""

    damage = ""

    def feed(self, data: bytes) -> bytes:
        """The bytes that `data` completes."""
        return data

    def finish(self) -> bytes:
        """The bytes that were still waiting."""
        return b""


class _Base64(Decoder):
    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> bytes:
        data = data.translate(None, b" \t\r\n")
        clean = _NOT_BASE64.sub(b"", data)
        if len(clean) != len(data):
            self.damage = "characters that are not base64"
        # "=" ends the data, or one of several encoded pieces that were put together.
        *ended, rest = (self._waiting + clean).split(b"=")
        out = [self._decode(piece) for piece in ended if piece]
        whole = len(rest) // 4 * 4
        out.append(binascii.a2b_base64(rest[:whole]))
        self._waiting = rest[whole:]
        return b"".join(out)

    def finish(self) -> bytes:
        rest, self._waiting = self._waiting, b""
        return self._decode(rest)

    def _decode(self, data: bytes) -> bytes:
        if len(data) % 4 == 1:
            self.damage = "base64 ends in the middle of a byte"
            data = data[:-1]
        return binascii.a2b_base64(data + b"=" * (-len(data) % 4))


class _QuotedPrintable(Decoder):
    def __init__(self) -> None:
        self._waiting = b""

    def feed(self, data: bytes) -> bytes:
        data = self._waiting + data
        # Pieces may end anywhere, and spaces before a line end do not count: whole lines are safe.
        end = data.rfind(b"\n") + 1
        if not end and len(data) > _LINE_BYTES:
            end = len(data) - 3
            if (cut := data.find(b"=", end)) >= 0:
                end = cut
        self._waiting = data[end:]
        return binascii.a2b_qp(data[:end])

    def finish(self) -> bytes:
        rest, self._waiting = self._waiting, b""
        return binascii.a2b_qp(rest)


class _Uuencode(Decoder):
    def __init__(self) -> None:
        self._waiting = b""
        self._inside = self._over = False

    def feed(self, data: bytes) -> bytes:
        lines = (self._waiting + data).split(b"\n")
        self._waiting = lines.pop()[-_LINE_BYTES:]
        return b"".join(map(self._line, lines))

    def finish(self) -> bytes:
        rest, self._waiting = self._waiting, b""
        out = self._line(rest) if rest else b""
        if not self._over:
            self.damage = "uuencoded data have no end"
        return out

    def _line(self, line: bytes) -> bytes:
        line = line.rstrip(b"\r")
        if not self._inside:
            self._inside = line.startswith(b"begin ")
            return b""
        if line == b"end" or self._over:
            self._over = True
            return b""
        if not line:
            return b""
        try:
            return binascii.a2b_uu(line)
        except binascii.Error:
            self.damage = "characters that are not uuencoded"
            return b""


def decoder_for(headers: Headers) -> Decoder:
    """What undoes the Content-Transfer-Encoding in `headers`; an unknown one is left as it is."""
    coding = headers.raw(b"content-transfer-encoding").strip().strip(b'"').lower()
    if coding == b"base64":
        return _Base64()
    if coding == b"quoted-printable":
        return _QuotedPrintable()
    if coding in (b"x-uuencode", b"uuencode", b"x-uue"):
        return _Uuencode()
    return Decoder()


def decode_part(start: PartStart, events: Iterator[Headers | Event]) -> Iterator[bytes]:
    """Yield the bytes of the part that has begun with its transfer encoding undone, up to and with its end.

    Raises:
        ReadError: at the end, PARTIAL or (if no byte came) UNREADABLE, if the encoding was damaged or cut off.
    """
    decoder = decoder_for(start.headers)
    came, cut_off = False, True
    for event in events:
        if isinstance(event, PartEnd):
            cut_off = event.cut_off
            break
        if isinstance(event, PartData) and (data := decoder.feed(event.data)):
            came = True
            yield data
    if data := decoder.finish():
        came = True
        yield data
    if decoder.damage or cut_off:
        raise ReadError(Cause.PARTIAL if came else Cause.UNREADABLE, decoder.damage or "the mail is cut off")
