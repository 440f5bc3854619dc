"""The text of Windows metafiles is read, their bitmaps come out, and what is only drawn is not called read."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.core.outcome import Cause
from fairwitness.core.parts import Entry, EntryData
from fairwitness.intake.identify import identify
from fairwitness.read.read_metafile import ReadMetafile

from .documents import end_of, missed_of, pages_of, read, source_of


def emf_record(kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack("<II", kind, 8 + len(body)) + body


def emf(*records: bytes) -> bytes:
    """The header of [MS-EMF] 2.3.4.2 with its signature, the records, and EMR_EOF."""
    head = emf_record(1, bytes(32) + b" EMF" + struct.pack("<I", 0x10000) + bytes(40))
    return head + b"".join(records) + emf_record(14, bytes(12))


def emf_text(x: int, y: int, text: str, *, options: int = 0, advance: int = 10) -> bytes:
    raw = text.encode("utf-16-le")
    count = len(raw) // 2
    spaces = 76 + len(raw) + (-len(raw) % 4)
    fixed = bytes(16) + struct.pack("<Iff", 1, 1.0, 1.0) + struct.pack("<iiIII", x, y, count, 76, options) + bytes(16)
    return emf_record(
        84,
        fixed + struct.pack("<I", spaces) + raw + bytes(-len(raw) % 4) + struct.pack(f"<{count}i", *[advance] * count),
    )


def dib() -> bytes:
    return struct.pack("<IiiHHIIiiII", 40, 2, 2, 1, 24, 0, 16, 0, 0, 0, 0) + bytes(16)


def emf_bitmap() -> bytes:
    header, bits = dib()[:40], dib()[40:]
    return emf_record(81, bytes(40) + struct.pack("<4I", 80, 40, 120, len(bits)) + bytes(16) + header + bits)


def wmf_record(kind: int, body: bytes) -> bytes:
    body += bytes(len(body) % 2)
    return struct.pack("<IH", 3 + len(body) // 2, kind) + body


def wmf(*records: bytes, placeable: bool = True) -> bytes:
    head = b"\xd7\xcd\xc6\x9a" + bytes(18) if placeable else b""
    return head + struct.pack("<HHHIHIH", 1, 9, 0x300, 0, 8, 0, 0) + b"".join(records) + wmf_record(0, b"")


def wmf_font(charset: int) -> bytes:
    return wmf_record(0x02FB, struct.pack("<5h", -12, 0, 0, 0, 400) + bytes([0, 0, 0, charset, 0, 0, 0, 0]) + b"Font\0")


def wmf_text(x: int, y: int, raw: bytes) -> bytes:
    return wmf_record(0x0A32, struct.pack("<hhHH", y, x, len(raw), 0) + raw + bytes(len(raw) % 2))


def texts(data: bytes, media_type: str) -> list[str]:
    assert identify(source_of(data)).media_type == media_type
    return [page.text for page in pages_of(read(ReadMetafile(), data, media_type))]


def test_runs_that_touch_are_one_word_and_lines_are_lines() -> None:
    data = emf(
        emf_text(0, 100, "会议"), emf_text(20, 100, "通知"), emf_text(90, 100, "2017"), emf_text(0, 120, "второй"),
        emf_text(0, 140, "\1\2", options=0x10),
    )  # fmt: skip
    assert texts(data, "image/emf") == ["会议通知 2017\nвторой"]


def test_text_of_the_newer_records_is_read_where_there_is_no_other() -> None:
    body = struct.pack("<III", 0, 0, 4) + struct.pack("<4f", 5, 7, 0, 0) + "ھۆججەت"[:4].encode("utf-16-le")
    plus = struct.pack("<HHII", 0x401C, 0, 12 + len(body), len(body)) + body
    comment = emf_record(70, struct.pack("<I", 4 + len(plus)) + b"EMF+" + plus)
    assert texts(emf(comment), "image/emf") == ["ھۆجج"]
    assert texts(emf(comment, emf_text(0, 0, "plain")), "image/emf") == ["plain"]


@pytest.mark.parametrize(
    ("charset", "codec", "text"), [(134, "gb18030", "会议通知"), (204, "cp1251", "Приказ"), (178, "cp1256", "قرار")]
)
@pytest.mark.parametrize("placeable", [True, False])
def test_old_metafiles_are_read_in_the_encoding_of_their_font(
    charset: int, codec: str, text: str, placeable: bool
) -> None:
    pen = wmf_record(0x02FA, bytes(10))
    data = wmf(
        pen, wmf_font(0), wmf_record(0x01F0, struct.pack("<H", 1)), wmf_font(charset), wmf_record(0x012D, struct.pack("<H", 1)),
        wmf_text(0, 10, text.encode(codec)), placeable=placeable,
    )  # fmt: skip
    assert texts(data, "image/wmf") == [text]


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(emf(emf_bitmap()), "image/emf"), (wmf(wmf_record(0x0F43, bytes(22) + dib())), "image/wmf")],
)
def test_a_bitmap_comes_out_as_a_file_of_its_own(data: bytes, media_type: str) -> None:
    parts = read(ReadMetafile(), data, media_type)
    (name,) = [part.name for part in parts if isinstance(part, Entry)]
    content = b"".join(part.data for part in parts if isinstance(part, EntryData))
    assert (name, content) == (b"bitmap1.bmp", b"BM" + struct.pack("<IHHI", 14 + len(dib()), 0, 0, 54) + dib())
    assert identify(source_of(content)).media_type == "image/bmp"
    assert (end_of(parts).outcome, end_of(parts).expected_entries) == (Cause.OK, 1)


def test_a_drawing_of_outlines_is_not_called_read() -> None:
    parts = read(ReadMetafile(), emf(emf_record(4, bytes(400))), "image/emf")
    assert [page.cause for page in missed_of(parts)] == [Cause.UNSUPPORTED]
    assert end_of(read(ReadMetafile(), emf(), "image/emf")).outcome is Cause.EMPTY


def test_a_torn_metafile_is_partial_or_unreadable() -> None:
    whole = emf(emf_text(0, 0, "text"))
    assert end_of(read(ReadMetafile(), whole[:-20] + b"\xff" * 8, "image/emf")).outcome is Cause.PARTIAL
    assert end_of(read(ReadMetafile(), whole[:100], "image/emf")).outcome is Cause.UNREADABLE


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, 300))
def test_no_bytes_make_it_fail(noise: bytes, at: int) -> None:
    for data, media_type in (
        (emf(emf_text(0, 0, "text"), emf_bitmap()), "image/emf"),
        (wmf(wmf_font(134), wmf_text(0, 0, b"x")), "image/wmf"),
    ):
        read(ReadMetafile(), data[:at] + noise + data[at + len(noise) :], media_type)
