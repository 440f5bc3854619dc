from __future__ import annotations

import struct

import pytest

from fairwitness.core.outcome import Cause
from fairwitness.read.read_dbf import ReadDbf
from tests.intake.test_identify import type_of
from tests.read.documents import end_of, pages_of, read
from tests.read.test_read_sqlite import cells

FIELDS = (("NAME", "C", 40), ("BORN", "D", 8), ("COUNT", "N", 6), ("OK", "L", 1))


def dbf(rows: list[tuple[str, ...]], codec: str, driver: int, deleted: tuple[int, ...] = ()) -> bytes:
    """A table of dBASE III, after its published description."""
    record_bytes = 1 + sum(size for _, _, size in FIELDS)
    start = 32 + 32 * len(FIELDS) + 1
    head = struct.pack("<BBBBIHH16xBB2x", 3, 117, 3, 1, len(rows), start, record_bytes, 0, driver)
    for name, kind, size in FIELDS:
        head += name.encode().ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([size]) + bytes(15)
    body = b""
    for number, row in enumerate(rows):
        body += b"*" if number in deleted else b" "
        for text, (_, kind, size) in zip(row, FIELDS, strict=True):
            raw = text.encode(codec)
            body += raw.rjust(size) if kind == "N" else raw.ljust(size)
    return head + b"\r" + body + b"\x1a"


ROW = {
    "cp866": ("Список сотрудников отдела", "20170301", "12", "T"),
    "cp1251": ("Протокол совещания комиссии", "20170301", "12", "T"),
    "gbk": ("关于培训中心管理工作的通知", "20170301", "12", "T"),
    "cp1254": ("Şube müdürlüğünün ağustos raporu", "20170301", "12", "T"),
}


@pytest.mark.parametrize(
    ("codec", "driver"), [("cp866", 0x65), ("cp866", 0x26), ("cp1251", 0xC9), ("gbk", 0x4D), ("cp1254", 0xCA)]
)
def test_the_code_page_that_is_named_is_used(codec: str, driver: int) -> None:
    parts = read(ReadDbf(), dbf([ROW[codec]], codec, driver))
    (page,) = pages_of(parts)
    name, _, count, ok = ROW[codec]
    assert cells(page) == {
        (0, 0): "NAME", (0, 1): "BORN", (0, 2): "COUNT", (0, 3): "OK",
        (1, 0): name, (1, 1): "2017-03-01", (1, 2): count, (1, 3): ok,
    }  # fmt: skip
    assert end_of(parts).outcome is Cause.OK


@pytest.mark.parametrize("codec", ["cp866", "cp1251", "gbk"])
def test_without_one_the_text_tells(codec: str) -> None:
    page = pages_of(read(ReadDbf(), dbf([ROW[codec]] * 5, codec, 0)))[0]
    assert cells(page)[1, 0] == ROW[codec][0]


def test_deleted_records_are_told_apart_and_missing_ones_are_said() -> None:
    data = dbf([ROW["cp866"], ("удалённая", "", "", ""), ROW["cp866"]], "cp866", 0x65, deleted=(1,))
    pages = pages_of(read(ReadDbf(), data))
    assert [page.label for page in pages] == ["records", "deleted records"]
    assert cells(pages[1])[2, 0] == "удалённая"
    assert sorted({row for row, _ in cells(pages[0])}) == [0, 1, 3]
    assert end_of(read(ReadDbf(), data[:-40])).outcome is Cause.PARTIAL
    assert end_of(read(ReadDbf(), data[:20])).outcome is Cause.UNREADABLE


def test_it_is_known_by_its_structure() -> None:
    assert type_of(dbf([ROW["cp866"]] * 3, "cp866", 0x65)) == "application/x-dbf"
    assert type_of(b"\x03\x75\x03\x01" + bytes(200)) != "application/x-dbf"
