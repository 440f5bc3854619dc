"""Snappy, the compression of Google (format_description.txt and framing_format.txt of its repository), in plain Python.

Needed for the files of Apple's office programs and for .sz; a library for it would be one more in every child.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause

MAX_BLOCK_BYTES = 64 << 20
_STREAM, _PACKED, _PLAIN, _FIRST_SKIPPED = 0xFF, 0x00, 0x01, 0x80
_CHECK_BYTES = 4


def expand_block(data: bytes) -> bytes:
    """The bytes that were compressed into one block.

    Raises:
        ReadError: UNREADABLE if it is damaged, LIMIT_MEMORY if it says that it is too large.
    """
    try:
        return _expand(data)
    except IndexError:
        raise ReadError(Cause.UNREADABLE, "damaged snappy block") from None


def _expand(data: bytes) -> bytes:
    size = shift = at = 0
    while True:
        byte = data[at]
        at += 1
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if size > MAX_BLOCK_BYTES:
        raise ReadError(Cause.LIMIT_MEMORY, "snappy block larger than the limit")
    out = bytearray()
    while at < len(data) and len(out) <= size:
        tag = data[at]
        at += 1
        kind, length = tag & 3, tag >> 2
        if kind == 0:
            if length >= 60:
                count = length - 59
                length = int.from_bytes(data[at : at + count], "little")
                at += count
            out += data[at : at + length + 1]
            at += length + 1
            continue
        width = (1, 2, 4)[kind - 1]
        offset = int.from_bytes(data[at : at + width], "little") | ((tag >> 5) << 8 if kind == 1 else 0)
        length = (length & 7) + 4 if kind == 1 else length + 1
        at += width
        if not 0 < offset <= len(out):
            raise ReadError(Cause.UNREADABLE, "damaged snappy block")
        start = len(out) - offset
        while length > 0:  # a copy may run into what it writes
            piece = out[start : start + min(length, offset)]
            out += piece
            length -= len(piece)
    if len(out) != size:
        raise ReadError(Cause.UNREADABLE, "damaged snappy block")
    return bytes(out)


def expand_frames(file: BinaryIO) -> Iterator[bytes]:
    """Yield the content of a framed stream piece by piece. Checksums are not looked at.

    Raises:
        ReadError: PARTIAL or UNREADABLE where it is cut off or damaged.
    """
    came = False
    while head := file.read(4):
        size = int.from_bytes(head[1:4], "little")
        body = file.read(size)
        if len(head) < 4 or len(body) < size:
            raise ReadError(Cause.PARTIAL if came else Cause.UNREADABLE, "cut off")
        if head[0] == _PACKED:
            yield expand_block(body[_CHECK_BYTES:])
            came = True
        elif head[0] == _PLAIN:
            yield body[_CHECK_BYTES:]
            came = True
        elif head[0] < _FIRST_SKIPPED:
            raise ReadError(Cause.UNSUPPORTED, "frame of a kind that must not be skipped")
