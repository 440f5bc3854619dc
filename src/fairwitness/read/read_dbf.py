"""dBASE tables (DBF): one sheet, with the code page that the file names or that its text is in."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, ClassVar

from fairwitness.core.errors import ReadError
from fairwitness.core.outcome import Cause
from fairwitness.core.parts import About, End, Part, Source
from fairwitness.read._grid import sheet_pages
from fairwitness.read._sparse import Row
from fairwitness.text.encoding import CODECS, decode_bytes, detect_encoding

# The number of the language driver in byte 29, as dBASE and FoxPro write it.
_DRIVERS = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x26: "cp866", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252",
    0x64: "cp852", 0x65: "cp866", 0x66: "cp865", 0x6B: "cp857", 0x4D: "gb18030", 0x4F: "big5hkscs", 0x78: "big5hkscs",
    0x7A: "gb18030", 0x7B: "cp932", 0x7D: "cp1255", 0x7E: "cp1256", 0x88: "cp857", 0xC8: "cp1250", 0xC9: "cp1251",
    0xCA: "cp1254", 0xCB: "cp1253", 0xCC: "cp1257",
}  # fmt: skip
_HEADER_BYTES, _FIELD_BYTES = 32, 32
_END_OF_FIELDS = 0x0D
_DELETED = ord("*")
_SAMPLE_BYTES = 1 << 16
_MEMO_KINDS = frozenset("MGPB")


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    kind: str
    start: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class ReadDbf:
    """Reads the records in pages of at most 200 rows: row 0 has the names of the fields; deleted records come last.

    Memo fields show the number of their block: their text is in another file (DBT, FPT).
    """

    name: ClassVar[str] = "read-dbf"
    version: ClassVar[str] = "1"

    def __call__(self, item: Source, /) -> Iterator[Part]:
        """Yield the pages."""
        table = _Table(item)
        yield About("charset", table.codec, "language driver" if table.is_named else "")
        pages = 0
        for label, deleted in (("records", False), ("deleted records", True)):
            if deleted and not table.deleted:
                continue
            for page in sheet_pages(table.rows(deleted=deleted), label, pages + 1):
                pages = page.number
                yield page
        if table.deleted:
            yield About("deleted-rows", str(table.deleted), "")
        if any(field.kind in _MEMO_KINDS for field in table.fields):
            yield About("memo-file", "separate", "")
        outcome, detail = Cause.OK, ""
        if table.seen < table.count:
            outcome, detail = Cause.PARTIAL, "fewer records than it says"
        elif table.lost:
            outcome, detail = Cause.PARTIAL, "bytes that are no text in its encoding"
        yield End(outcome, detail, expected_pages=pages)


class _Table:
    """The header, and the records as they are read."""

    def __init__(self, item: Source) -> None:
        self._file: BinaryIO = item.file
        self._file.seek(0)
        head = self._file.read(_HEADER_BYTES)
        if len(head) < _HEADER_BYTES:
            raise ReadError(Cause.UNREADABLE, "cut off")
        self.count, self._start, self._record_bytes = struct.unpack_from("<IHH", head, 4)
        raw_fields = self._read_fields()
        self.is_named = head[29] in _DRIVERS
        self.codec = _DRIVERS.get(head[29]) or self._likely_codec()
        self.fields = self._named(raw_fields)
        self.seen = self.deleted = 0
        self.lost = False

    def _read_fields(self) -> list[bytes]:
        fields: list[bytes] = []
        while self._file.tell() + _FIELD_BYTES <= self._start:
            raw = self._file.read(_FIELD_BYTES)
            if len(raw) < _FIELD_BYTES or raw[0] == _END_OF_FIELDS:
                break
            fields.append(raw)
        if not fields or self._record_bytes < 2:
            raise ReadError(Cause.UNREADABLE, "no fields")
        return fields

    def _named(self, raw_fields: list[bytes]) -> list[_Field]:
        fields, at = [], 1
        for raw in raw_fields:
            kind, size = chr(raw[11]), raw[16]
            if kind == "C":
                size |= raw[17] << 8  # FoxPro and Clipper: long texts keep the upper half where decimals stand
            if at + size > self._record_bytes:
                size = max(0, self._record_bytes - at)
            fields.append(_Field(decode_bytes(raw[:11].partition(b"\0")[0], self.codec), kind, at, size))
            at += size
        return fields

    def _likely_codec(self) -> str:
        self._file.seek(self._start)
        sample = self._file.read(_SAMPLE_BYTES)
        # each value is a line of its own, so that words of two fields are not taken for one
        return CODECS[detect_encoding(sample.replace(b"  ", b"\n"), complete=False)]

    def rows(self, *, deleted: bool) -> Iterator[Row]:
        """Yield the names of the fields as row 0, then the records that are deleted, or those that are not."""
        yield 0, [(at, field.name) for at, field in enumerate(self.fields) if field.name]
        self._file.seek(self._start)
        if not deleted:
            self.seen = 0
        for number in range(1, self.count + 1):
            record = self._file.read(self._record_bytes)
            if len(record) < self._record_bytes:
                return
            is_deleted = record[0] == _DELETED
            if not deleted:
                self.seen += 1
                self.deleted += is_deleted
            if is_deleted is not deleted:
                continue
            cells = [(at, text) for at, field in enumerate(self.fields) if (text := self._shown(field, record))]
            if cells:
                yield number, cells

    def _shown(self, field: _Field, record: bytes) -> str:
        raw = record[field.start : field.start + field.size_bytes]
        if field.kind == "I" and len(raw) == 4:
            return str(struct.unpack("<i", raw)[0])
        if field.kind in "BO" and len(raw) == 8:
            return repr(struct.unpack("<d", raw)[0])
        if field.kind in "YT" and len(raw) == 8:
            return _money(raw) if field.kind == "Y" else raw.hex() * any(raw)
        if field.kind in _MEMO_KINDS and len(raw) == 4:
            number = struct.unpack("<I", raw)[0]
            return f"memo {number}" if number else ""
        text = decode_bytes(raw.replace(b"\0", b" ").strip(), self.codec)
        self.lost |= "\ufffd" in text
        if field.kind == "D" and len(text) == 8 and text.isdigit():
            return f"{text[:4]}-{text[4:6]}-{text[6:]}"
        if field.kind in _MEMO_KINDS and text.isdigit():
            return f"memo {int(text)}"
        return text.replace("\t", " ")


def _money(raw: bytes) -> str:
    value = struct.unpack("<q", raw)[0]
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 10_000}.{abs(value) % 10_000:04}"
