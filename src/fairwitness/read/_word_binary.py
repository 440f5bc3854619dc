"""The text of Word files before 2007 ([MS-DOC]): pieces of 8-bit and 16-bit text, put together in their order.

Word 97 to 2003 keeps a table of pieces beside the text; Word 6 and 95 the same within the main stream, in the code page
of the language. Page numbers are offsets in the main stream as the specification gives them.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.read._ooxml_text import CELL_END, PARAGRAPH_END, ROW_END
from fairwitness.text.encoding import detect_encoding

_WORD_8, _WORD_6 = 193, 101  # smallest nFib of Word 97; that of Word 6
_ENCRYPTED, _COMPLEX, _TABLE_1 = 0x0100, 0x0004, 0x0200
_MAX_CHARS = 100_000_000
_STORIES_8 = (0x4C, 0x50, 0x54, 0x5C, 0x60, 0x64, 0x68)  # main, notes, headers, comments, endnotes, boxes, header boxes
_STORIES_6 = (0x34, 0x38, 0x3C, 0x44, 0x48, 0x4C, 0x50)
_HEADERS = 2
# Language of the file -> code page of its 8-bit text; all others are Western.
_CODE_PAGES = {
    0x04: "gb18030", 0x11: "cp932", 0x12: "cp949", 0x19: "cp1251", 0x22: "cp1251", 0x23: "cp1251", 0x02: "cp1251",
    0x2F: "cp1251", 0x3F: "cp1251", 0x1F: "cp1254", 0x2C: "cp1254", 0x43: "cp1254", 0x05: "cp1250", 0x0E: "cp1250",
    0x15: "cp1250", 0x18: "cp1250", 0x1B: "cp1250", 0x24: "cp1250", 0x08: "cp1253", 0x0D: "cp1255", 0x01: "cp1256",
    0x20: "cp1256", 0x29: "cp1256", 0x80: "cp1256", 0x1E: "cp874", 0x25: "cp1257", 0x26: "cp1257", 0x27: "cp1257",
}  # fmt: skip
_CHINESE_TRADITIONAL = frozenset({0x0404, 0x0C04, 0x1404})
_CELL, _PARAGRAPH, _LINE, _PAGE, _FIELD, _RESULT, _FIELD_END = "\x07", "\r", "\x0b", "\x0c", "\x13", "\x14", "\x15"
_SIGNS = {_LINE: "\n", "\t": "\t", "\x1e": "-", "\xa0": " ", "\x1f": ""}
_RUNS = re.compile(r"[^\x00-\x1f\xa0]+|.", re.DOTALL)  # ordinary letters together, each sign alone
_ROW_PROPERTY = 0x2417  # sprmPFTtp: the mark ends a row, not a cell
_PAGE_BYTES = 512


@dataclass(frozen=True, slots=True)
class WordText:
    """All characters in their order, the lengths of the stories, and where marks end a row."""

    text: str
    stories: tuple[int, ...]
    row_ends: frozenset[int]  # positions in `text` of the marks

    def blocks(self) -> Iterator[str]:
        """Yield the paragraphs and rows, each with its end; headers and footers first, as in other formats."""
        starts = [0]
        for length in self.stories:
            starts.append(starts[-1] + length)
        order = [_HEADERS, 0, 1, *range(_HEADERS + 1, len(self.stories))]
        for story in order:
            yield from _blocks(self.text, starts[story], starts[story + 1], self.row_ends)


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    last: int
    offset: int
    wide: bool


def read_word(main: bytes, tables: dict[int, bytes]) -> WordText:
    """The text of the stream WordDocument; `tables` are the streams 0Table and 1Table by their number.

    Raises:
        ReadError: ENCRYPTED, UNSUPPORTED for Word before 6, UNREADABLE.
    """
    if len(main) < 0x60:
        raise ReadError(Cause.UNREADABLE, "no word file")
    kind, version = struct.unpack_from("<HH", main)
    flags = _u16(main, 0x0A)
    if kind not in (0xA5EC, 0xA5DC) or version < _WORD_6:
        raise ReadError(Cause.UNSUPPORTED, "word before version 6")
    if flags & _ENCRYPTED:
        raise ReadError(Cause.ENCRYPTED, "needs a password")
    is_8 = version >= _WORD_8
    places = _STORIES_8 if is_8 else _STORIES_6
    stories = tuple(max(0, _i32(main, place)) for place in places)
    table = tables.get(1 if flags & _TABLE_1 else 0, b"") if is_8 else main
    start, size = (_u32(main, 0x1A2), _u32(main, 0x1A6)) if is_8 else (_u32(main, 0x160), _u32(main, 0x164))
    pieces = _pieces(table[start : start + size], is_8) if is_8 or flags & _COMPLEX else []
    if not pieces:
        pieces = [_Piece(0, sum(stories), _u32(main, 0x18), wide=False)]
    codec = "cp1252" if is_8 else _codec_of(main, pieces)
    return _join(main, pieces, stories, codec, _row_marks(main, table, is_8))


def _u16(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _i32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little", signed=True)


def _pieces(clx: bytes, is_8: bool) -> list[_Piece]:
    """The table of pieces, behind any number of properties ([MS-DOC] 2.9.38)."""
    at = 0
    while at + 3 <= len(clx) and clx[at] == 1:
        at += 3 + _u16(clx, at + 1)
    if at + 5 > len(clx) or clx[at] != 2:
        return []
    plc = clx[at + 5 : at + 5 + _u32(clx, at + 1)]
    count = (len(plc) - 4) // 12
    if count < 1:
        return []
    ends = struct.unpack_from(f"<{count + 1}I", plc)
    found = []
    for number in range(count):
        place = _u32(plc, 4 * (count + 1) + 8 * number + 2)
        narrow = not is_8 or bool(place & 0x40000000)
        offset = (place & 0x3FFFFFFF) // 2 if is_8 and narrow else place & 0x3FFFFFFF
        if ends[number] < ends[number + 1] <= _MAX_CHARS:
            found.append(_Piece(ends[number], ends[number + 1], offset, wide=not narrow))
    return found


def _codec_of(main: bytes, pieces: list[_Piece]) -> str:
    """The code page of the language of the file, unless its text does not fit into it."""
    language = _u16(main, 6)
    stated = "cp950" if language in _CHINESE_TRADITIONAL else _CODE_PAGES.get(language & 0x3FF, "cp1252")
    sample = b"".join(main[piece.offset : piece.offset + piece.last - piece.first] for piece in pieces)[:65_536]
    if stated != "cp1252":
        return stated
    likely = detect_encoding(bytes(byte for byte in sample if byte > 31 or byte in (9, 13)), complete=False)
    return stated if likely.startswith("utf") or likely == "ascii" else likely


def _join(main: bytes, pieces: list[_Piece], stories: tuple[int, ...], codec: str, marks: frozenset[int]) -> WordText:
    text: list[str] = []
    rows: set[int] = set()
    length = 0
    for piece in pieces:
        width = 2 if piece.wide else 1
        raw = main[piece.offset : piece.offset + (piece.last - piece.first) * width]
        decoded = _units(raw) if piece.wide else _bytes(raw, codec)
        at = decoded.find(_CELL) if marks else -1
        while at >= 0:
            if piece.offset + (at + 1) * width in marks:
                rows.add(length + at)
            at = decoded.find(_CELL, at + 1)
        text.append(decoded)
        length += len(decoded)
    return WordText("".join(text), stories if sum(stories) else (length, *stories[1:]), frozenset(rows))


def _units(raw: bytes) -> str:
    """One character for each 16-bit unit: positions are counted in them. Halves of pairs are joined at the end."""
    raw = raw[: len(raw) // 2 * 2]
    text = raw.decode("utf-16-le", "surrogatepass")
    return text if 2 * len(text) == len(raw) else "".join(map(chr, array("H", raw)))


def _bytes(raw: bytes, codec: str) -> str:
    """One character for each byte: one of several bytes is followed by fillers, which are no text."""
    text = raw.decode(codec, "replace")
    if len(text) == len(raw):
        return text
    filled = "".join(sign if sign < "\x80" else sign + "\0" * (len(sign.encode(codec, "replace")) - 1) for sign in text)
    return filled[: len(raw)].ljust(len(raw), "\0")


def _row_marks(main: bytes, table: bytes, is_8: bool) -> frozenset[int]:
    """Ends, as offsets in the main stream, of the paragraphs that are marks of rows ([MS-DOC] 2.9.174, 2.9.175)."""
    if not is_8:
        return frozenset()
    start, size = _u32(main, 0x102), _u32(main, 0x106)
    plc = table[start : start + size]
    count = (len(plc) - 4) // 8
    found: set[int] = set()
    for number in range(max(0, count)):
        page = (_u32(plc, 4 * (count + 1) + 4 * number) & 0x3FFFFF) * _PAGE_BYTES
        found.update(_row_marks_on(main[page : page + _PAGE_BYTES]))
    return frozenset(found)


def _row_marks_on(page: bytes) -> Iterator[int]:
    if len(page) < _PAGE_BYTES:
        return
    runs = page[-1]
    for run in range(runs):
        at = 4 * (runs + 1) + 13 * run
        if at >= _PAGE_BYTES - 1:
            return
        offset = page[at] * 2
        if not offset:
            continue
        words = page[offset]
        begin, size = (offset + 1, 2 * words - 1) if words else (offset + 2, 2 * page[min(offset + 1, 511)])
        if _ends_row(page[begin + 2 : begin + size]):
            yield _u32(page, 4 * (run + 1))


_OPERAND_BYTES = (1, 1, 2, 4, 2, 2, 0, 3)  # by the three highest bits of a property, [MS-DOC] 2.6.1


def _ends_row(properties: bytes) -> bool:
    at = 0
    while at + 3 <= len(properties):
        code = _u16(properties, at)
        if code == _ROW_PROPERTY:
            return properties[at + 2] != 0
        size = _OPERAND_BYTES[code >> 13]
        if code >> 13 == 6:
            size = 1 + (_u16(properties, at + 2) if code == 0xD608 else properties[at + 2])
        at += 2 + size
    return False


def _blocks(text: str, start: int, end: int, row_ends: frozenset[int]) -> Iterator[str]:
    """The paragraphs and rows between two positions. Codes of fields are left out, their results kept."""
    held: list[str] = []
    cells: list[str] = []
    fields: list[bool] = []  # of the open fields, whether the result is reached
    for run in _RUNS.finditer(text, start, end):
        place, sign = run.start(), run[0]
        if sign == _FIELD:
            fields.append(False)
        elif sign == _RESULT and fields:
            fields[-1] = True
        elif sign == _FIELD_END and fields:
            fields.pop()
        elif fields and not all(fields):
            continue
        elif sign == _CELL:
            ends_row = place in row_ends or (not row_ends and not held and cells)
            if not ends_row:
                cells.append(_paragraphs("".join(held)))
            held = []
            if ends_row:
                yield from _row(cells)
                cells = []
        elif sign in (_PARAGRAPH, _PAGE):
            if cells and place + 1 < end:  # a paragraph within a cell
                held.append("\n")
                continue
            yield from _finish(held)
            held = []
        elif sign >= " " or sign in _SIGNS:
            held.append(_SIGNS.get(sign, sign))
    yield from _row(cells)
    yield from _finish(held)


def _paragraphs(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _row(cells: list[str]) -> Iterator[str]:
    if any(cell.strip() for cell in cells):
        yield _whole(CELL_END.join(cells)) + ROW_END


def _finish(held: list[str]) -> Iterator[str]:
    joined = "".join(held).strip("\n")
    if joined.strip():
        yield _whole(joined) + PARAGRAPH_END


def _whole(text: str) -> str:
    """The text with halves of characters put together; a half alone is U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
