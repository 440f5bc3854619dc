"""Takes the content out of signed and time-stamped files: CMS (RFC 5652), also in S/MIME, and TSD (RFC 5544).

What is signed is a file of its own; signatures are not checked here, the whole stays in the case as it came.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, Entry, Part, Source
from fairwitness.intake._unpacking import MAX_UNPACKED_BYTES, Unpacking
from fairwitness.text.statements import say

MAX_CMS_BYTES = 512 << 20
_MAX_DEPTH = 32
_PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS)-----\s+([A-Za-z0-9+/=\s]+)-----END")
_SEQUENCE, _INTEGER, _OCTETS, _OID, _EXPLICIT_0, _UTF8 = 0x30, 0x02, 0x04, 0x06, 0xA0, 0x0C
_CONSTRUCTED = 0x20
_PKCS7 = "2a864886f70d0107"
_DATA, _SIGNED, _ENVELOPED, _SIGNED_ENVELOPED, _DIGESTED, _ENCRYPTED = (f"{_PKCS7}0{number}" for number in range(1, 7))
_COMPRESSED, _AUTH_ENVELOPED, _TIME_STAMPED = (f"2a864886f70d01091001{number:02x}" for number in (9, 23, 31))
_SECRET = frozenset({_ENVELOPED, _SIGNED_ENVELOPED, _ENCRYPTED, _AUTH_ENVELOPED})


@dataclass(frozen=True, slots=True)
class UnpackCms:
    """Yields the content of a signed, compressed or time-stamped file as its one entry; enciphered ones are named."""

    name: ClassVar[str] = "unpack-cms"
    version: ClassVar[str] = "1"
    max_unpacked_bytes: int = MAX_UNPACKED_BYTES

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the statement that there is a signature, the content, and the `End`."""
        if item.size_bytes > MAX_CMS_BYTES:
            raise ReadError(Cause.LIMIT_MEMORY, "larger than the limit")
        data = item.file.read()
        if found := _PEM.search(data[: 1 << 20] if not data.startswith(b"-----") else data):
            try:
                data = base64.b64decode(found[1])
            except binascii.Error:
                raise ReadError(Cause.UNREADABLE, "damaged base64") from None
        unpacking = Unpacking(1, self.max_unpacked_bytes)
        yield from unpacking.finish(_content(_Ber(data), unpacking))


def _content(ber: _Ber, unpacking: Unpacking) -> Iterator[Part]:
    whole = ber.node(0, len(ber.data))
    kind, content, name = _inner(ber, whole)
    if kind in (_SIGNED, _TIME_STAMPED):
        yield from _told(kind)
    if kind in _SECRET:
        raise ReadError(Cause.ENCRYPTED)
    if content is None:
        unpacking.expected_entries = 0  # a signature alone, or certificates: what is signed lies elsewhere
        return
    unpacking.expected_entries = 1
    pieces = _inflated(ber.octets(content)) if kind == _COMPRESSED else ber.octets(content)
    yield from unpacking.file(Entry(0, name, role="stream"), pieces)


def _told(kind: str) -> Iterator[About]:
    yield from say("signatures", "time stamp" if kind == _TIME_STAMPED else "present", "cms content type")


def _inner(ber: _Ber, whole: _Node) -> tuple[str, _Node | None, bytes]:
    """The kind of the outer wrapper, the octets that it holds if any, and their name if it gives one."""
    children = ber.children(whole)
    if whole.tag != _SEQUENCE or len(children) < 2 or children[0].tag != _OID:
        raise ReadError(Cause.UNREADABLE, "no cms")
    kind = ber.data[children[0].start : children[0].end].hex()
    explicit = ber.children(children[1])
    if not explicit or kind in _SECRET:
        return kind, None, b""
    if kind == _DATA:
        return kind, explicit[0], b""
    parts = ber.children(explicit[0])
    if kind == _TIME_STAMPED:
        octets = next((part for part in parts if part.tag & ~_CONSTRUCTED == _OCTETS), None)
        return kind, octets, _file_name(ber, parts)
    if kind not in (_SIGNED, _DIGESTED, _COMPRESSED):
        raise ReadError(Cause.UNSUPPORTED, "kind of cms")
    for part in parts:
        inner = ber.children(part) if part.tag == _SEQUENCE else []
        if len(inner) > 1 and inner[0].tag == _OID and inner[1].tag == _EXPLICIT_0:
            return kind, next(iter(ber.children(inner[1])), None), b""
    return kind, None, b""


def _file_name(ber: _Ber, parts: list[_Node]) -> bytes:
    for part in parts:
        if part.tag == _SEQUENCE:
            names = [node for node in ber.children(part) if node.tag == _UTF8]
            return ber.data[names[0].start : names[0].end][:1000] if names else b""
    return b""


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for piece in pieces:
        try:
            while piece:
                yield unpacker.decompress(piece, 1 << 20)
                piece = unpacker.unconsumed_tail  # noqa: PLW2901  the rest of it
        except zlib.error:
            raise ReadError(Cause.UNREADABLE, "damaged") from None


@dataclass(frozen=True, slots=True)
class _Node:
    """One element: its tag, its body, and where the next one begins."""

    tag: int
    start: int
    end: int
    after: int


@dataclass(frozen=True, slots=True)
class _Ber:
    """Elements of BER (X.690), with lengths that are given or left open."""

    data: bytes

    def node(self, at: int, end: int, depth: int = 0) -> _Node:
        if depth > _MAX_DEPTH:
            raise ReadError(Cause.LIMIT_DEPTH, "nested too deeply")
        if at + 2 > end:
            raise ReadError(Cause.UNREADABLE, "cut off")
        tag, length = self.data[at], self.data[at + 1]
        start = at + 2
        if length == 0x80:
            place = start
            while self.data[place : place + 2] != b"\0\0":
                place = self.node(place, end, depth + 1).after
            return _Node(tag, start, place, place + 2)
        if length > 0x80:
            count = length & 0x7F
            length = int.from_bytes(self.data[start : start + count], "big")
            start += count
        if start + length > end:
            raise ReadError(Cause.UNREADABLE, "cut off")
        return _Node(tag, start, start + length, start + length)

    def children(self, node: _Node) -> list[_Node]:
        found: list[_Node] = []
        at = node.start
        while at < node.end and len(found) < 10_000:
            child = self.node(at, node.end)
            found.append(child)
            at = child.after
        return found

    def octets(self, node: _Node, depth: int = 0) -> Iterator[bytes]:
        """Yield the bytes of a string in pieces; one that is put together from strings is put together."""
        if depth > _MAX_DEPTH:
            raise ReadError(Cause.LIMIT_DEPTH, "nested too deeply")
        if not node.tag & _CONSTRUCTED:
            for start in range(node.start, node.end, 1 << 20):
                yield self.data[start : min(start + (1 << 20), node.end)]
            return
        at = node.start
        while at < node.end:
            child = self.node(at, node.end)
            yield from self.octets(child, depth + 1)
            at = child.after
