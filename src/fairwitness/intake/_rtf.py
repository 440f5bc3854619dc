"""RTF bodies of Outlook, decompressed ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause

_COMPRESSED, _PLAIN = 0x75465A4C, 0x414C454D
_WINDOW_BYTES = 4096
_MAX_RTF_BYTES = 32 << 20
# The text that every compressor and decompressor starts with, section 2.1.2.1 of the specification.
_START = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def decompress_rtf(data: bytes) -> bytes:
    """The RTF in a PidTagRtfCompressed; what comes before damaged or missing data is kept.

    Raises:
        ReadError: UNREADABLE if it is no compressed RTF.
    """
    if len(data) < 16:
        raise ReadError(Cause.UNREADABLE, "compressed RTF is damaged")
    _, raw_bytes, kind, _ = struct.unpack_from("<IIII", data)
    limit = min(raw_bytes, _MAX_RTF_BYTES)
    if kind == _PLAIN:
        return data[16 : 16 + limit]
    if kind != _COMPRESSED:
        raise ReadError(Cause.UNREADABLE, "compressed RTF is damaged")
    return _expand(data, limit)


def _expand(data: bytes, limit: int) -> bytes:
    window = bytearray(_START.ljust(_WINDOW_BYTES, b"\0"))
    write, at = len(_START), 16
    out = bytearray()
    while at < len(data) and len(out) < limit:
        control = data[at]
        at += 1
        for bit in range(8):
            if control >> bit & 1:
                if at + 2 > len(data):
                    return bytes(out)
                reference = data[at] << 8 | data[at + 1]
                at += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write % _WINDOW_BYTES:  # the end is a reference to the place where writing goes on
                    return bytes(out)
                piece = range(offset, offset + length)
            else:
                if at >= len(data):
                    return bytes(out)
                window[write % _WINDOW_BYTES] = data[at]
                piece = range(write, write + 1)
                at += 1
            for place in piece:
                byte = window[place % _WINDOW_BYTES]
                window[write % _WINDOW_BYTES] = byte
                out.append(byte)
                write += 1
    return bytes(out[:limit])
