"""Compression and encodings that only tests write: Snappy blocks, Protocol Buffers, IWA files."""

from __future__ import annotations

from collections.abc import Sequence


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out) + bytes([value])


def snappy_block(data: bytes) -> bytes:
    """A block that copies what it can find 60 or fewer bytes before, and writes out the rest."""
    out, at, held = bytearray(varint(len(data))), 0, bytearray()
    while at < len(data):
        found = next((back for back in range(1, min(at, 60) + 1) if data[at : at + 8] == data[at - back : at - back + 8]
                      and at + 8 <= len(data)), 0)  # fmt: skip
        if found:
            out += _literal(bytes(held)) + bytes([(8 - 1) << 2 | 2]) + found.to_bytes(2, "little")
            held.clear()
            at += 8
        else:
            held.append(data[at])
            at += 1
    return bytes(out + _literal(bytes(held)))


def _literal(data: bytes) -> bytes:
    return b"".join(
        bytes([(len(piece) - 1) << 2]) + piece for piece in (data[i : i + 60] for i in range(0, len(data), 60))
    )


def field(number: int, value: int | bytes) -> bytes:
    """One field of a message."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def iwa(messages: Sequence[tuple[int, bytes]]) -> bytes:
    """An IWA file with messages of these types."""
    data = b""
    for kind, body in messages:
        header = field(1, 7) + field(2, field(1, kind) + field(2, b"\1\0\5") + field(3, len(body)))
        data += varint(len(header)) + header + body
    packed = snappy_block(data)
    return b"\0" + len(packed).to_bytes(3, "little") + packed
