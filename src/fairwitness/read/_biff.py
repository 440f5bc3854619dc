"""What XLS files hold beside cells ([MS-XLS], BIFF8): comments, text boxes, headers, footers and pictures."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_BOF, _HEADER, _FOOTER, _CONTINUE, _PICTURES, _TEXT_BOX = 0x0809, 0x0014, 0x0015, 0x003C, 0x00EB, 0x01B6
_BIFF8 = 0x0600
_FIELD = re.compile(r'&(?:"[^"]*"|\d{1,3}|K[0-9A-Fa-f]{6}|[LCRPNDTFAZGBIUESXYOH&])')
_SECTIONS = {"&L": "\t", "&C": "\t", "&R": "\t", "&&": "&"}


def texts_beside_cells(workbook: bytes) -> Iterator[str]:
    """Yield the texts of comments and boxes, of headers and footers, each a paragraph with its end."""
    waiting = 0  # characters of a text box that are in the records that follow
    text: list[str] = []
    for kind, body in _records(workbook):
        if kind == _CONTINUE and waiting and body:
            piece = body[1:].decode("utf-16-le" if body[0] & 1 else "latin-1", "replace")[:waiting]
            waiting -= len(piece)
            text.append(piece)
            continue
        if text:
            yield _paragraph("".join(text))
            text = []
        waiting = int.from_bytes(body[10:12], "little") if kind == _TEXT_BOX else 0
        if kind in (_HEADER, _FOOTER) and len(body) > 3:
            length = int.from_bytes(body[:2], "little")
            stored = body[3:].decode("utf-16-le" if body[2] & 1 else "latin-1", "replace")[:length]
            if header_text(stored):
                yield _paragraph(header_text(stored))
    if text:
        yield _paragraph("".join(text))


def header_text(stored: str) -> str:
    """The text of a header or footer without its codes; left, middle and right are parted by tabs."""
    return _FIELD.sub(lambda code: _SECTIONS.get(code[0], ""), stored).strip()


def drawings_in(workbook: bytes) -> bytes:
    """The records of all pictures, put together: they are cut to pieces of 8,224 bytes."""
    found: list[bytes] = []
    open_group = False
    for kind, body in _records(workbook):
        open_group = kind == _PICTURES or (kind == _CONTINUE and open_group)
        if open_group:
            found.append(body)
    return b"".join(found)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of each record; nothing for files before BIFF8, whose strings are stored otherwise."""
    at = 0
    while at + 4 <= len(data):
        kind, size = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + size]
        if at == 0 and (kind != _BOF or body[:2] != _BIFF8.to_bytes(2, "little")):
            return
        yield kind, body
        at += 4 + size


def _paragraph(text: str) -> str:
    return text.replace("\r", "\n").replace("\0", "").strip("\n") + "\n\n"
