"""Records of Windows metafiles: the text that they draw and the bitmaps in them ([MS-EMF], [MS-EMFPLUS], [MS-WMF]).

Text is written run by run; runs of one line that follow closely on one another are put together. What is drawn by
outlines is only counted.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from fairwitness.text.encoding import decode_bytes, detect_encoding

MAX_RECORDS = 2_000_000
MAX_BITMAPS = 1000
MAX_CHARS = 4_000_000

_EMF_TEXT_BYTES, _EMF_TEXT, _EMF_SMALL_TEXT, _EMF_COMMENT = 83, 84, 108, 70
_EMF_END = 14
_EMF_BITMAPS = {76: 84, 77: 84, 81: 48}  # record -> where its four numbers about the bitmap stand
_EMF_OUTLINES = frozenset({2, 3, 4, 5, 6, 7, 8, 54, 85, 86, 87, 88, 89, 90, 91, 92})
_BY_GLYPH, _NO_BOX, _SMALL_CHARS = 0x10, 0x100, 0x200
_PLUS_STRING, _PLUS_DRIVER_STRING = 0x401C, 0x4036
_WMF_TEXT, _WMF_EXTENDED_TEXT, _WMF_FONT, _WMF_SELECT, _WMF_DELETE = 0x0521, 0x0A32, 0x02FB, 0x012D, 0x01F0
_WMF_MADE = frozenset({0x02FA, 0x02FC, 0x02FB, 0x00F7, 0x01F9, 0x0142, 0x06FF})
_WMF_BITMAPS = {0x0F43: 22, 0x0B41: 20, 0x0940: 16, 0x0D33: 18}
_WMF_OUTLINES = frozenset({0x0213, 0x0324, 0x0325, 0x0538})
_CHARSETS = {
    128: "shift_jis", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclass(slots=True)
class Metafile:
    """What was found: runs of text with their places, bitmaps without a file header, points of outlines."""

    runs: list[tuple[int, int, int, str]] = field(default_factory=list)  # y, x, x of the end (or -1), text
    bitmaps: list[bytes] = field(default_factory=list)
    points: int = 0
    is_torn: bool = False
    chars: int = 0

    def add(self, y: int, x: int, end: int, text: str) -> None:
        """One more run, if there is anything in it."""
        text = text.replace("\0", "")
        if text.strip() and self.chars + len(text) <= MAX_CHARS:
            self.chars += len(text)
            self.runs.append((y, x, end, text))

    def text(self) -> str:
        """The runs in the order in which they are drawn, a line for each height."""
        out: list[str] = []
        line, reached = None, -1
        for y, x, end, text in self.runs:
            if y != line:
                out.append("\n" if out else "")
            elif reached < 0 or abs(x - reached) > max(2, abs(end - x) // (2 * len(text))):
                out.append(" ")
            out.append(text)
            line, reached = y, end
        return "".join(out)


def read_emf(data: bytes) -> Metafile:
    """What the records of an enhanced metafile draw; text of EMF+ records counts where there is no other."""
    found, plus = Metafile(), Metafile()
    at = 0
    has_ended = False
    for _ in range(MAX_RECORDS):
        if at + 8 > len(data):
            break
        kind, size = struct.unpack_from("<II", data, at)
        if size < 8 or size > len(data) - at:
            found.is_torn = True
            break
        record = data[at : at + size]
        at += size
        if kind == _EMF_END:
            has_ended = True
            break
        if kind == _EMF_COMMENT and record[12:16] == b"EMF+":
            _read_plus(record[16:], plus)
        else:
            _guarded(_read_emf_record, kind, record, found)
    else:
        found.is_torn = True
    found.is_torn |= not has_ended
    if not found.runs:
        found.runs = plus.runs
    return found


def _guarded(read: Callable[[int, bytes, Metafile], None], kind: int, record: bytes, found: Metafile) -> None:
    try:
        read(kind, record, found)
    except (struct.error, IndexError, ValueError):
        found.is_torn = True


def _read_emf_record(kind: int, record: bytes, found: Metafile) -> None:
    if kind in (_EMF_TEXT, _EMF_TEXT_BYTES):
        x, y, count, at, options = struct.unpack_from("<iiIII", record, 36)
        (spaces,) = struct.unpack_from("<I", record, 72)
        if options & _BY_GLYPH or not count:
            return
        wide = kind == _EMF_TEXT
        raw = record[at : at + count * (2 if wide else 1)]
        end = (
            x + sum(struct.unpack_from(f"<{count}i", record, spaces)) if 76 <= spaces <= len(record) - 4 * count else -1
        )
        found.add(y, x, end, _wide(raw) if wide else _narrow(raw))
    elif kind == _EMF_SMALL_TEXT:
        x, y, count, options = struct.unpack_from("<iiII", record, 8)
        at = 36 if options & _NO_BOX else 52
        small = bool(options & _SMALL_CHARS)
        raw = record[at : at + count * (1 if small else 2)]
        if not options & _BY_GLYPH:
            found.add(y, x, -1, _narrow(raw) if small else _wide(raw))
    elif kind in _EMF_BITMAPS:
        header, header_size, bits, bits_size = struct.unpack_from("<4I", record, _EMF_BITMAPS[kind])
        if header_size >= 40 and bits_size and len(found.bitmaps) < MAX_BITMAPS:
            found.bitmaps.append(record[header : header + header_size] + record[bits : bits + bits_size])
    elif kind in _EMF_OUTLINES:
        found.points += max(1, (len(record) - 28) // 4)


def _read_plus(data: bytes, found: Metafile) -> None:
    at = 0
    while at + 12 <= len(data):
        kind, _, size, length = struct.unpack_from("<HHII", data, at)
        if size < 12 or size > len(data) - at:
            found.is_torn = True
            return
        body = data[at + 12 : at + 12 + length]
        at += size
        if kind == _PLUS_STRING and len(body) >= 28:
            x, y = struct.unpack_from("<ff", body, 12)
            count = int.from_bytes(body[8:12], "little")
            found.add(_whole(y), _whole(x), -1, _wide(body[28 : 28 + 2 * count]))
        elif kind == _PLUS_DRIVER_STRING and len(body) >= 16 and body[4] & 1:
            count = int.from_bytes(body[12:16], "little")
            found.add(len(found.runs), 0, -1, _wide(body[16 : 16 + 2 * count]))


def _whole(value: float) -> int:
    return int(value) if abs(value) < 1e9 else 0


def read_wmf(data: bytes) -> Metafile:
    """What the records of an old metafile draw; text in the encoding of the font that is selected."""
    found = Metafile()
    at = 22 if data.startswith(b"\xd7\xcd\xc6\x9a") else 0
    objects: list[str | None] = []  # encodings of fonts, "" for other objects, None for a free place
    state = {"codec": ""}
    at += 18
    for _ in range(MAX_RECORDS):
        if at + 6 > len(data):
            found.is_torn = True
            break
        words, kind = struct.unpack_from("<IH", data, at)
        if kind == 0:
            break
        if words < 3 or 2 * words > len(data) - at:
            found.is_torn = True
            break
        body = data[at + 6 : at + 2 * words]
        at += 2 * words
        if kind in _WMF_MADE:
            _make(objects, _CHARSETS.get(body[13], "cp1252") if kind == _WMF_FONT and len(body) > 13 else "")
        elif kind in (_WMF_SELECT, _WMF_DELETE):
            _use(kind, int.from_bytes(body[:2], "little"), objects, state)
        else:
            _guarded(_wmf_reader(state["codec"]), kind, body, found)
    return found


def _make(objects: list[str | None], encoding: str) -> None:
    if None in objects:
        objects[objects.index(None)] = encoding
    elif len(objects) < 65_536:
        objects.append(encoding)


def _use(kind: int, number: int, objects: list[str | None], state: dict[str, str]) -> None:
    if number >= len(objects):
        return
    if kind == _WMF_DELETE:
        objects[number] = None
    else:
        state["codec"] = objects[number] or state["codec"]


def _wmf_reader(codec: str) -> Callable[[int, bytes, Metafile], None]:
    def read(kind: int, body: bytes, found: Metafile) -> None:
        if kind == _WMF_TEXT:
            count = int.from_bytes(body[:2], "little")
            after = 2 + count + count % 2
            y, x = struct.unpack_from("<hh", body, after)
            found.add(y, x, -1, _narrow(body[2 : 2 + count], codec))
        elif kind == _WMF_EXTENDED_TEXT:
            y, x, count, options = struct.unpack_from("<hhHH", body)
            at = 16 if options & 6 else 8
            after = at + count + count % 2
            end = x + sum(struct.unpack_from(f"<{count}h", body, after)) if len(body) >= after + 2 * count else -1
            if not options & _BY_GLYPH:
                found.add(y, x, end, _narrow(body[at : at + count], codec))
        elif kind in _WMF_BITMAPS and len(body) > _WMF_BITMAPS[kind] + 40 and len(found.bitmaps) < MAX_BITMAPS:
            found.bitmaps.append(body[_WMF_BITMAPS[kind] :])
        elif kind in _WMF_OUTLINES:
            found.points += max(1, len(body) // 4)

    return read


def _wide(raw: bytes) -> str:
    return raw.decode("utf-16-le", "replace")


def _narrow(raw: bytes, codec: str = "") -> str:
    if raw.isascii():
        return raw.decode("ascii")
    text = raw.decode(codec, "replace") if codec else ""
    return text if text and "\ufffd" not in text else decode_bytes(raw, detect_encoding(raw, complete=True))
